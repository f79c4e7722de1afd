"""Which releases of a runtime a requirement allows, in the words of any of the tools."""

import re
from collections.abc import Iterable

from msgspec import Struct

from seawall.model.trust import Product

LONGEST = 300
"""Characters of a requirement."""

Version = tuple[int, ...]
Bound = tuple[str, Version]
""""=" for a release and all within it, ">=", "<=", "<" """

_NUMBER = re.compile(r"v?(\d+(?:\.\d+)*)")
_CLAUSE = re.compile(r"(>=|<=|={1,3}|!=|~=|~>|[<>^~])?\s*([^\s,<>=~^!]+)")
_HYPHEN = re.compile(r"(\d[\w.]*)\s+-\s+(\d[\w.]*)")


class Releases(Struct, frozen=True, kw_only=True):
    """Releases that are allowed."""

    cycles: tuple[str, ...] = ()
    """Those of the table, from the oldest."""
    newer: bool = False
    """Whether those are allowed too that are newer than the table."""
    older: str = ""
    """The release that is asked for, where it is older than the table."""
    chosen: bool = False
    """Whether one is named, and not a range to choose from."""


def allowed(product: Product, requirement: str) -> Releases | None:
    """Return which releases a requirement allows; None where it says nothing of them."""
    if len(requirement) > LONGEST:
        return None
    text = _HYPHEN.sub(r">=\1 <=\2", requirement.strip().lower())
    alternatives = [_bounds(product, one) for one in re.split(r"\|\|?", text)]
    if not all(alternatives):
        return None
    fitting = [
        cycle
        for cycle in product.cycles
        if any(_fits(_version(cycle), bounds) for bounds in alternatives)
    ]
    first, last = (_version(list(product.cycles)[at]) for at in (0, -1))
    chosen = len(alternatives) == 1 and all(sign == "=" for sign, _ in alternatives[0])
    version = alternatives[0][0][1]
    return Releases(
        cycles=tuple(fitting),
        newer=any(_reaches_beyond(last, bounds) for bounds in alternatives),
        older=".".join(map(str, version)) if chosen and not fitting and version < first else "",
        chosen=chosen,
    )


def _bounds(product: Product, text: str) -> list[Bound]:
    """Return what one alternative asks for; nothing where a word of it is not understood."""
    bounds: list[Bound] = []
    for sign, word in _CLAUSE.findall(text):
        if sign == "!=":
            continue
        version = _named(product, word)
        if version is None:
            return []
        bounds += _bound(product, sign, version)
    return bounds


def _named(product: Product, word: str) -> Version | None:
    known = product.names.get(word.removeprefix("lts/").partition("-")[0])
    number = _NUMBER.match(known or word)
    if number is None:
        return None
    version = _version(number[1])
    # Java was 1.8 before it was 9.
    return (
        version[1:] if product.name == "java" and version[:1] == (1,) and version[1:] else version
    )


def _bound(product: Product, sign: str, version: Version) -> list[Bound]:
    # Composer's "~7.4" goes up to 8; npm's stays in 7.4.
    if sign in ("~=", "~>") or (sign == "~" and product.name == "php"):
        return [(">=", version), ("<", _next(version[:-1] or version))]
    if sign == "^":
        return [(">=", version), ("<", _next(version[:1]))]
    if sign == "~":
        return [("=", version[:2])]
    if sign in (">", ">="):
        return [(">=", version)]
    return [(sign, version)] if sign in ("<", "<=") else [("=", version)]


def _version(text: str) -> Version:
    return tuple(int(part[:9]) for part in text.split("."))


def _next(version: Version) -> Version:
    return (*version[:-1], version[-1] + 1)


def _fits(cycle: Version, bounds: Iterable[Bound]) -> bool:
    """Whether some version of a release is within all bounds."""
    return all(
        cycle[: len(version)] == version[: len(cycle)]
        if sign == "="
        else _next(cycle) > version
        if sign == ">="
        else cycle < _short(version)
        if sign == "<"
        else cycle <= version
        for sign, version in bounds
    )


def _reaches_beyond(last: Version, bounds: Iterable[Bound]) -> bool:
    """Whether a release that comes after the last one is within the bounds."""
    following = _next(last)
    return all(
        following[: len(version)] == version
        if sign == "="
        else sign == ">=" or following < _short(version)
        for sign, version in bounds
    )


def _short(version: Version) -> Version:
    while len(version) > 1 and not version[-1]:
        version = version[:-1]
    return version
