"""Names that are nearly those of well-known packages, told only where it is no common variation.

What is not seen: a name that is meant for another one without looking like it, and names near to
packages that are not on the list.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from seawall.model.inventory import Ecosystem
from seawall.model.trust import KnownNames

SHORTEST = 4
"""Letters of a well-known name of which others are told: shorter ones are near to too many."""
SHORTEST_SLIPPED = 5
"""The same, where a letter is missing or doubled, or the one of the next key."""
SHORTEST_CHANGED = 7
"""The same, where a letter is any other one, or more or fewer, and at the ends of a name."""
SHORTEST_ENDS = 8
"""The same, where it is the first or the last letter that slipped."""
SHORTEST_OWNER = 5
"""The same, of a scope, a vendor or an account."""

_SEPARATORS = re.compile(r"[-_.]+")
_CYRILLIC = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456"
_LOOKALIKES = str.maketrans("0135i" + _CYRILLIC, "oleslaeopcyxl")
_TOGETHER = (("rn", "m"), ("vv", "w"))
"""Two letters that look like one."""
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT = frozenset(pair for row in _KEYS for way in (row, row[::-1]) for pair in pairwise(way))
_ADDED = {
    Ecosystem.PYPI: (r"\A(?:python[23]?-?|py-?)", r"(?:-?python[23]?|-py|-js)\Z"),
    Ecosystem.NPM: (r"\A(?:node-?|js-)", r"(?:[-.]?js|-node)\Z"),
    Ecosystem.CRATES: (r"\A(?:rust|rs)[-_]", r"[-_](?:rust|rs)\Z"),
    Ecosystem.RUBYGEMS: (r"\Aruby[-_]", r"[-_](?:ruby|rb)\Z"),
}
"""What is put before and behind names."""


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
        self._owners: dict[str, list[str]] = defaultdict(list)
        """By signature, the scopes and vendors of well-known names."""
        self._of_owner = {_own(name): name for name in sorted(known.names) if _owner(name)}
        for name in sorted(known.names):
            if len(_own(name)) >= SHORTEST:
                self._by_letters.setdefault(_letters(name), name)
                for signature in _signatures(name):
                    self._by_signature[signature].append(name)
        self._honest_owners = {_owner(name) for name in self._honest if _owner(name)}
        owners = {_owner(name) for name in known.names if _owner(name)}
        if ecosystem is Ecosystem.NPM:
            owners.add("@types")
        for owner in sorted(owners):
            if len(owner.strip("@")) >= SHORTEST_OWNER:
                for signature in _signatures(owner):
                    self._owners[signature].append(owner)

    def find(self, name: str) -> Resemblance | None:
        """Return the name that one is nearly; None where it is itself, or nearly none."""
        lower = name.lower()
        if name in self._honest or lower in self._honest or _is_honest(name):
            return None
        name = lower
        alike = self._by_letters.get(_letters(name))
        if alike is not None and self._differs(name, alike):
            return Resemblance(name=alike, difference="separators, or characters that look alike")
        for signature in _signatures(name):
            for other in self._by_signature.get(signature, ()):
                difference = _difference(name, other)
                if difference:
                    return Resemblance(name=other, difference=difference)
        return self._by_owner(name) or self._without_scope(name) or self._extended(name)

    def _by_owner(self, name: str) -> Resemblance | None:
        """Look at who publishes a package: an account that is nearly a well-known one."""
        owner, own = _owner(name), _own(name)
        if not owner or owner in self._honest_owners:
            return None
        for signature in _signatures(owner):
            for other in self._owners.get(signature, ()):
                meant = f"{other}{name[len(owner)]}{own}"
                sure = self._ecosystem is Ecosystem.NPM or meant in self._known
                if sure and _edits(owner, other)[0]:
                    return Resemblance(name=meant, difference="who publishes it")
        return None

    def _without_scope(self, name: str) -> Resemblance | None:
        if self._ecosystem is not Ecosystem.NPM or "/" in name:
            return None
        scope, _, own = name.partition("-")
        meant = f"@{scope}/{own}"
        if meant not in self._known:
            # One word may be the name of anything.
            meant = self._of_owner.get(name, "") if own and len(name) >= SHORTEST_CHANGED else ""
        return Resemblance(name=meant, difference="its scope", slight=True) if meant else None

    def _extended(self, name: str) -> Resemblance | None:
        for form in _ADDED.get(self._ecosystem, ()):
            inner = re.sub(form, "", name)
            if inner != name and inner in self._known:
                return Resemblance(name=inner, difference="what is added to it", slight=True)
        return None

    def _differs(self, name: str, other: str) -> bool:
        """Whether a registry takes the two for two packages."""
        if self._ecosystem in (Ecosystem.PYPI, Ecosystem.CRATES):
            return _SEPARATORS.sub("-", name) != _SEPARATORS.sub("-", other)
        return name != other


def near_names(tables: Mapping[Ecosystem, KnownNames]) -> Mapping[Ecosystem, NearNames]:
    """Return what finds names, by ecosystem."""
    return {ecosystem: NearNames(ecosystem, known) for ecosystem, known in tables.items()}


def _own(name: str) -> str:
    """Return a name without its scope, vendor, group or host."""
    return name[_cut(name) + 1 :]


def _owner(name: str) -> str:
    """Return the scope, vendor, group, or host and account of a name; "" where it has none."""
    return name[: max(0, _cut(name))]


def _cut(name: str) -> int:
    return max(name.rfind("/"), name.rfind(":"))


def _letters(name: str) -> str:
    """Return what two names share that differ only in what is easily overlooked."""
    at = _cut(name) + 1
    own = _SEPARATORS.sub("", name[at:]).translate(_LOOKALIKES)
    for two, one in _TOGETHER:
        own = own.replace(two, one)
    return name[:at] + own


def _is_honest(name: str) -> bool:
    return name.startswith(("@types/", "types-")) or name.endswith("-stubs")


def _signatures(name: str) -> Iterator[str]:
    """Yield a name and all that are left of it without one letter: near names share one."""
    yield name
    for index in range(len(name)):
        yield name[:index] + name[index + 1 :]


def _edits(name: str, known: str) -> tuple[str, int, str, str]:
    """Tell how two names with a common signature differ in one place; "" where not in one only.

    Returns the kind ("swap", "change", "more", "fewer", ""), where, and the letters there: ours
    and theirs, or the one too many or too few and "".
    """
    at = next(
        (index for index, pair in enumerate(zip(name, known, strict=False)) if pair[0] != pair[1]),
        min(len(name), len(known)),
    )
    ours, theirs = name[at:], known[at:]
    if len(name) == len(known):
        if ours[1::-1] == theirs[:2] and ours[2:] == theirs[2:]:
            return "swap", at, ours[:1], theirs[:1]
        same = ours[1:] == theirs[1:]
        return ("change", at, ours[:1], theirs[:1]) if same else ("", 0, "", "")
    if ours[1:] == theirs:
        return "more", at, ours[:1], ""
    return ("fewer", at, theirs[:1], "") if theirs[1:] == ours else ("", 0, "", "")


def _difference(name: str, known: str) -> str:
    """Say in what a name differs from a well-known one; "" where many honest names do so."""
    kind, at, first, second = _edits(name, known)
    length = len(_own(known))
    if kind == "swap":
        return "two letters that changed places"
    if not kind or not (first + second).isalpha():
        return ""
    whole = known if kind == "fewer" else name
    inside = 0 < at < len(whole) - 1
    doubled = kind != "change" and first in (whole[at - 1 : at], whole[at + 1 : at + 2])
    if doubled and at:
        return "a letter that is doubled"
    slipped = kind == "fewer" or (first, second) in _NEXT
    if inside and length >= (SHORTEST_SLIPPED if slipped else SHORTEST_CHANGED):
        return "one letter"
    # A letter at an end makes other words of short names, and a plural of any.
    return "one letter" if slipped and length >= SHORTEST_ENDS and first != "s" else ""
