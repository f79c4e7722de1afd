"""Questions about one value, as data: yes, no, or nobody knows."""

import functools
import re
from collections.abc import Iterable

from msgspec import Struct

from seawall.model.infrastructure import Node, Scalar, Unknown


class Predicate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a value must be like; where it says several things, all of them must hold."""

    equals: Scalar = None
    one_of: tuple[Scalar, ...] = ()
    not_one_of: tuple[Scalar, ...] = ()
    matches: str = ""
    """A regular expression that the whole text matches, without regard to case."""
    contains: str = ""
    """The text has it in it, without regard to case."""
    below: float | None = None
    above: float | None = None
    older: str = ""
    """A version or a level of TLS in whose order the value comes before it: "1.2", "TLS1_2"."""
    set: bool | None = None
    """Whether it is there at all, and neither null, "", [] nor {}."""
    has: tuple[Scalar, ...] = ()
    """A list in which all of these are."""
    lacks: tuple[Scalar, ...] = ()
    """A list in which one of these is not."""


def holds(predicate: Predicate, node: Node | None) -> bool | None:
    """Return whether a value is as a predicate says; None where that is not known.

    Texts are compared without regard to case, and "true" and "1" as text count as what they say,
    for that is how providers take them.
    """
    answers = list(_answers(predicate, node))
    if False in answers:
        return False
    return None if None in answers else True


def _answers(predicate: Predicate, node: Node | None) -> Iterable[bool | None]:
    unknown = node is not None and isinstance(node.value, Unknown)
    if predicate.set is not None:
        # What is not known was at least written by somebody, but a variable may be null.
        yield None if unknown and not _is_something(node) else _is_set(node) is predicate.set
    if predicate.matches:
        yield _match(_pattern(predicate.matches), node, whole=True)
    if predicate.contains:
        yield _match(_pattern(re.escape(predicate.contains)), node, whole=False)
    if predicate.has or predicate.lacks:
        yield from _members(predicate, node)
    value = node.value if node is not None else None
    if isinstance(value, (list, dict)):
        if _asks_scalar(predicate):
            yield False
        return
    if predicate.equals is not None:
        yield None if isinstance(value, Unknown) else same(value, predicate.equals)
    if predicate.one_of:
        yield None if isinstance(value, Unknown) else _among(value, predicate.one_of)
    if predicate.not_one_of:
        yield None if isinstance(value, Unknown) else not _among(value, predicate.not_one_of)
    if predicate.older:
        yield None if isinstance(value, Unknown) else _is_older(value, predicate.older)
    if predicate.below is not None or predicate.above is not None:
        yield None if isinstance(value, Unknown) else _is_within(value, predicate)


def same(value: object, wanted: Scalar) -> bool:
    """Whether a value is the one that is wanted, as providers read it."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return _truth(value) is _truth(wanted) and _truth(wanted) is not None
    if isinstance(value, (int, float)) or isinstance(wanted, (int, float)):
        return _number(value) is not None and _number(value) == _number(wanted)
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return value is None and wanted is None


def _asks_scalar(predicate: Predicate) -> bool:
    return bool(
        predicate.equals is not None
        or predicate.one_of
        or predicate.older
        or predicate.below is not None
        or predicate.above is not None
    )


def _is_something(node: Node | None) -> bool:
    """Whether a value that is not known is a text in part, or comes from another resource."""
    value = node.value if node is not None else None
    return isinstance(value, Unknown) and (any(value.parts) or bool(node and node.refers))


def _is_set(node: Node | None) -> bool:
    if node is None or node.value is None:
        return False
    return not (isinstance(node.value, (str, list, dict)) and not node.value)


def _match(pattern: re.Pattern[str], node: Node | None, *, whole: bool) -> bool | None:
    value = node.value if node is not None else None
    if isinstance(value, Unknown):
        if whole:
            return None
        return True if any(part and pattern.search(part) for part in value.parts) else None
    if value is None or isinstance(value, (list, dict)):
        return False
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return bool(pattern.fullmatch(text) if whole else pattern.search(text))


def _members(predicate: Predicate, node: Node | None) -> Iterable[bool | None]:
    items = node.items if node is not None else ()
    values = [one.value for one in items]
    is_open = any(isinstance(value, Unknown) for value in values)
    for wanted, answer in ((predicate.has, True), (predicate.lacks, False)):
        if wanted:
            there = all(any(same(value, one) for value in values) for one in wanted)
            yield answer if there else (None if is_open else not answer)


def _among(value: object, wanted: Iterable[Scalar]) -> bool:
    return any(same(value, one) for one in wanted)


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    text = str(value).casefold() if isinstance(value, (str, int)) else ""
    if text in ("true", "1", "yes", "on", "enabled"):
        return True
    return False if text in ("false", "0", "no", "off", "disabled") else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _is_within(value: object, predicate: Predicate) -> bool:
    number = _number(value)
    if number is None:
        return False
    if predicate.below is not None and not number < predicate.below:
        return False
    return predicate.above is None or number > predicate.above


def _is_older(value: object, than: str) -> bool:
    mine, other = _numbers(str(value)), _numbers(than)
    return bool(mine) and mine < other


def _numbers(text: str) -> tuple[int, ...]:
    """Return the version in a text: (1, 2) of "TLSv1.2_2021" and "TLS1_2", (3,) of "SSLv3"."""
    found = re.search(r"(ssl)?[a-z_v-]*(\d{1,9})(?:[._](\d{1,9}))?", text, re.IGNORECASE)
    if found is None:
        return ()
    # Every SSL is older than any TLS.
    return (0 if found[1] else int(found[2]), int(found[3] or 0))


@functools.lru_cache(maxsize=2_000)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.DOTALL)
