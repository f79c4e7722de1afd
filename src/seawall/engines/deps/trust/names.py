"""Names that are nearly those of well-known packages, told only where it is no common variation.

What is not seen: a name that is meant for another one without looking like it, names near to
packages that are not on the list, and vendors' names in which more than one letter differs.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from seawall.model.inventory import Ecosystem
from seawall.model.trust import KnownNames

SHORTEST = 6
"""Letters of a well-known name of which others are told: shorter ones are near to too many."""
SHORTEST_CHANGED = 8
"""The same, where a letter is another one, or more or fewer, without a look of a slip."""

_SEPARATORS = re.compile(r"[-_.]+")
_LOOKALIKES = str.maketrans("0135", "oles")
_ADDED = re.compile(r"(?:python3?|py)-(?P<after>.+)|(?P<before>.+)-(?:python3?|py|js)")
"""What is put before or behind names of PyPI. On npm too many honest ones are made so."""


class Resemblance(Struct, frozen=True, kw_only=True):
    """Which name is nearly meant, and in what the two differ."""

    name: str
    difference: str
    """Completes "the difference is"."""
    slight: bool = False
    """Whether honest packages are named so too."""


class NearNames:
    """Finds the well-known name that a name is nearly."""

    def __init__(self, ecosystem: Ecosystem, known: KnownNames) -> None:
        self._ecosystem = ecosystem
        self._known = known.names
        self._honest = known.names | known.neighbours
        self._by_signature: dict[str, list[str]] = defaultdict(list)
        self._by_letters: dict[str, str] = {}
        for name in sorted(known.names):
            if len(_own(name)) >= SHORTEST:
                self._by_letters.setdefault(_letters(name), name)
                for signature in _signatures(name):
                    self._by_signature[signature].append(name)

    def find(self, name: str) -> Resemblance | None:
        """Return the name that one is nearly; None where it is itself, or nearly none."""
        if name in self._honest or name.lower() in self._honest or _is_honest(name):
            return None
        alike = self._by_letters.get(_letters(name))
        if alike is not None and self._differs(name, alike):
            return Resemblance(
                name=alike, difference="separators, or digits that look like letters"
            )
        for signature in _signatures(name):
            for other in self._by_signature.get(signature, ()):
                difference = _difference(name, other)
                if difference:
                    return Resemblance(name=other, difference=difference)
        return self._extended(name)

    def _extended(self, name: str) -> Resemblance | None:
        added = _ADDED.fullmatch(name) if self._ecosystem is Ecosystem.PYPI else None
        inner = (added["after"] or added["before"]) if added else ""
        if inner not in self._known:
            return None
        return Resemblance(name=inner, difference="what is added to it", slight=True)

    def _differs(self, name: str, other: str) -> bool:
        """Whether a registry takes the two for two packages."""
        if self._ecosystem in (Ecosystem.PYPI, Ecosystem.CRATES):
            return _SEPARATORS.sub("-", name.lower()) != _SEPARATORS.sub("-", other)
        return name.lower() != other


def near_names(tables: Mapping[Ecosystem, KnownNames]) -> Mapping[Ecosystem, NearNames]:
    """Return what finds names, by ecosystem."""
    return {ecosystem: NearNames(ecosystem, known) for ecosystem, known in tables.items()}


def _own(name: str) -> str:
    """Return a name without its scope, vendor or host."""
    return name.rpartition("/")[2]


def _letters(name: str) -> str:
    """Return what two names share that differ only in what is easily overlooked."""
    scope, slash, own = name.lower().rpartition("/")
    return scope + slash + _SEPARATORS.sub("", own).translate(_LOOKALIKES)


def _is_honest(name: str) -> bool:
    return name.startswith(("@types/", "types-")) or name.endswith("-stubs")


def _signatures(name: str) -> Iterator[str]:
    """Yield a name and all that are left of it without one letter: near names share one."""
    yield name
    for index in range(len(name)):
        yield name[:index] + name[index + 1 :]


def _difference(name: str, known: str) -> str:
    """Say in what a name differs from a well-known one; "" where many honest names do so."""
    if abs(len(name) - len(known)) > 1:
        return ""
    at = next(
        (index for index, pair in enumerate(zip(name, known, strict=False)) if pair[0] != pair[1]),
        min(len(name), len(known)),
    )
    ours, theirs = name[at:], known[at:]
    long_enough = len(_own(known)) >= SHORTEST_CHANGED
    if len(name) == len(known):
        if ours[1::-1] == theirs[:2] and ours[2:] == theirs[2:]:
            return "two letters that changed places"
        if ours[1:] != theirs[1:] or not _are_letters(ours[:1], theirs[:1]):
            return ""
        return "one letter" if long_enough and at and at < len(name) - 1 else ""
    longer, shorter = (ours, theirs) if len(name) > len(known) else (theirs, ours)
    if longer[1:] != shorter or not longer[:1].isalpha():
        return ""
    # A letter too many or too few at the end or the beginning makes other words of it.
    whole = name if len(name) > len(known) else known
    doubled = whole[at : at + 1] in (whole[at - 1 : at], whole[at + 1 : at + 2])
    if at in (0, len(whole) - 1) and not (doubled and at):
        return ""
    if doubled:
        return "a letter that is doubled"
    return "one letter" if long_enough else ""


def _are_letters(first: str, second: str) -> bool:
    return first.isalpha() and second.isalpha()
