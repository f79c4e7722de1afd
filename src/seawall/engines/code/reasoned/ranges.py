"""Ranges of characters in expressions that hold more than they seem to."""

from collections.abc import Iterable, Iterator

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.nodes import dotted, text_of
from seawall.model.program import Attribute, Call, Node

WIDE = Check(
    weakness="wide-character-range", message="this range holds characters of other kinds, too"
)
MATCHING = frozenset("match search fullmatch findall finditer sub subn split compile".split())
PRINTABLE = frozenset("~\x7f")
"""Ends of ranges that mean all that can be printed."""


def wide_ranges_in(nodes: Iterable[Node]) -> Iterator[tuple[Check, Call]]:
    """Yield the calls of `re` that name such a range."""
    for node in nodes:
        if not isinstance(node, Call) or not isinstance(node.function, Attribute):
            continue
        if node.function.name not in MATCHING or not node.arguments:
            continue
        if dotted(node.function.value) not in ("re", "regex"):
            continue
        if any(is_wide(first, last) for first, last in ranges_in(text_of(node.arguments[0]))):
            yield WIDE, node


def ranges_in(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield the ends of each range in the sets of an expression, as far as they are plain."""
    place, size = 0, len(pattern)
    while place < size:
        if pattern[place] == "\\":
            place += 2
            continue
        if pattern[place] != "[":
            place += 1
            continue
        place += 2 if pattern[place + 1 : place + 2] == "^" else 1
        begin = place
        while place < size and (pattern[place] != "]" or place == begin):
            step = 2 if pattern[place] == "\\" else 1
            if pattern[place + step : place + step + 1] != "-":
                place += step
                continue
            last = pattern[place + step + 1 : place + step + 2]
            if step == 1 and last not in ("", "]", "\\"):
                yield pattern[place], last
            place += step + (1 if last in ("", "]") else 3 if last == "\\" else 2)
        place += 1


def is_wide(first: str, last: str) -> bool:
    """Whether a range runs from one kind of characters into another."""
    if not (first.isascii() and last.isascii()) or first >= last or last in PRINTABLE:
        return False
    kinds = _kind(first), _kind(last)
    if "" not in kinds:
        return kinds[0] != kinds[1]
    if first <= "!":
        # From the blank on: all of them, up to here.
        return False
    return any(chr(code).isalnum() for code in range(ord(first), ord(last) + 1))


def _kind(letter: str) -> str:
    return (
        "digit"
        if letter.isdigit()
        else "upper"
        if letter.isupper()
        else "lower"
        if letter.islower()
        else ""
    )
