"""Finds the text that says a package's version: the parser of the file tells whether it is it.

Nothing here knows a format. What looks like the place is changed, the file is read again, and the
change stands only where this package alone, or those that share its version, asks for the new one.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from seawall.advisories.versions import compare
from seawall.engines.deps.fix.requirement import Piece, applied, raise_requirement, written
from seawall.model.inventory import Ecosystem, Inventory, Package, Read

ReadInventory = Callable[[str, bytes, Read], Inventory]

MOST_PLACES = 64
"""Places that are tried for one package."""
MOST_LINES = 40
"""Lines behind the one of a package in which its version is looked for first."""
FARTHEST = 160
"""Characters between a name and its version on one line."""

_TOKEN = re.compile(r"[^\s,]+")
_WORDS = re.compile(r"[\w.+*-]")
_BETWEEN = r"""[\s,'"]*"""


class Raised(Struct, frozen=True, kw_only=True):
    """A change of one file by which a package asks for another version."""

    path: str
    """Of the file that says the version: the package's own, or one that it takes it from."""
    content: bytes
    line: int
    """1-based, of the first change in it."""
    former: str
    """What was asked for."""
    requirement: str
    """What is asked for now."""
    also: tuple[str, ...] = ()
    """Names of other packages of the file whose version is said by the same text."""


class NotRaisedError(Exception):
    """The version cannot be changed by rule; the words say why."""


_Spot = list[tuple[int, int, str]]
"""What changes in a text for one guess: from, to, and what stands there then."""


def raise_package(
    path: str, place: int, target: str, read: Read, read_inventory: ReadInventory
) -> Raised | None:
    """Return the change by which the package at a place of a file's inventory asks for `target`.

    None where it does already: another change brought it along. Raises NotRaisedError.
    """
    seen: list[str] = []

    def traced(other: str) -> bytes | None:
        if other not in seen:
            seen.append(other)
        return read(other)

    content = read(path)
    if content is None:
        raise NotRaisedError("it is gone")
    before = read_inventory(path, content, traced)
    if place >= len(before.packages):
        raise NotRaisedError("it reads otherwise than before")
    wish = _wish(before.packages[place], target)
    if wish is None:
        return None
    for other in (path, *(one for one in seen if one != path)):
        held = read(other)
        text = _text(held) if held is not None else None
        if text is None:
            if other == path:
                raise NotRaisedError("it is not written in UTF-8")
            continue
        for spot in _spots(text, wish, before.packages, own=other == path):
            changed = applied(text, spot).encode()
            after = read_inventory(
                path, changed if other == path else content, _over(read, other, changed)
            )
            also = _shared(before, after, place, wish)
            if also is not None and (len(spot) <= wish.most or not also):
                return Raised(
                    path=other,
                    content=changed,
                    line=text.count("\n", 0, spot[0][0]) + 1,
                    former=wish.old,
                    requirement=wish.new,
                    also=also,
                )
    raise NotRaisedError(f"no place was found that says {wish.old!r} and nothing else")


class _Wish(Struct, frozen=True, kw_only=True):
    """What a package asks for, and shall ask for."""

    package: Package
    old: str
    new: str
    pieces: tuple[Piece, ...]
    by_version: bool
    """Whether the file says the version apart from what is allowed."""

    @property
    def most(self) -> int:
        """Changes that one guess makes."""
        return max(1, len(self.pieces))


def _wish(package: Package, target: str) -> _Wish | None:
    """Return what is to change, None where nothing is. Raises NotRaisedError."""
    old = package.requirement
    by_version = bool(package.version) and package.version not in old
    if by_version:
        old = package.version
    if not old:
        raise NotRaisedError("it says no version")
    if package.origin != "registry":
        raise NotRaisedError(f"it comes from elsewhere than a registry ({package.origin})")
    version = written(target, old, package.ecosystem)
    pieces = (
        ((0, len(old), version),)
        if by_version
        else raise_requirement(old, target, package.ecosystem)
    )
    if pieces is None:
        raise NotRaisedError(f"what it asks for, {old!r}, cannot be raised by rule")
    new = applied(old, pieces)
    if new == old or (package.version and is_lower_or_same(package, version)):
        return None
    return _Wish(package=package, old=old, new=new, pieces=pieces, by_version=by_version)


def is_lower_or_same(package: Package, version: str) -> bool:
    """Tell whether a package has a version, or a higher one."""
    return compare(package.ecosystem, version, package.version) <= 0


def _spots(text: str, wish: _Wish, packages: Sequence[Package], *, own: bool) -> Iterator[_Spot]:
    """Yield the guesses: near where the package stands, then everywhere."""
    pattern, groups = _pattern(wish.old)
    found = []
    for number, one in enumerate(pattern.finditer(text)):
        if number == MOST_PLACES:
            break
        found.append(one)
    spots = [_spot(text, one, groups, wish) for one in found]
    if not own or not wish.package.line:
        yield from spots
        return
    line = wish.package.line
    later = (one.line for one in packages if one.line > line)
    until = min(min(later, default=line + MOST_LINES), line + MOST_LINES)
    lines = [text.count("\n", 0, one.start()) + 1 for one in found]
    near = [place for place, one in enumerate(lines) if line <= one < until]
    yield from (spots[place] for place in near)
    named = [place for place, one in enumerate(found) if _is_named(text, one, wish.package)]
    if len(named) > 1:
        # One thing that is used several times, and told once.
        yield [change for place in named for change in spots[place]]
    rest = [place for place in range(len(found)) if place not in near]
    rest.sort(key=lambda place: abs(lines[place] - line))
    yield from (spots[place] for place in rest)


def _pattern(old: str) -> tuple[re.Pattern[str], list[int]]:
    """Return what finds a requirement as it is written, and where its parts begin in it."""
    parts = list(_TOKEN.finditer(old))
    first, last = old[parts[0].start()], old[parts[-1].end() - 1]
    before = r"(?<![\w+*-])(?<!\d\.)" if _WORDS.match(first) else ""
    after = r"(?![\w+*-]|\.\w)" if _WORDS.match(last) else ""
    expression = _BETWEEN.join(f"({re.escape(one[0])})" for one in parts)
    return re.compile(f"{before}{expression}{after}"), [one.start() for one in parts]


def _spot(text: str, found: re.Match[str], starts: Sequence[int], wish: _Wish) -> _Spot:
    spot: _Spot = []
    for begin, end, new in wish.pieces:
        part = max(place for place, start in enumerate(starts) if start <= begin)
        offset = found.start(part + 1) - starts[part]
        if wish.package.ecosystem is Ecosystem.RUBYGEMS and begin == end:
            # Each condition is a text of its own.
            quote = text[offset + end : offset + end + 1]
            new = new.replace(", ", f"{quote}, {quote}") if quote in ("'", '"') else new
        spot.append((offset + begin, offset + end, new))
    return spot


def _is_named(text: str, found: re.Match[str], package: Package) -> bool:
    start = max(text.rfind("\n", 0, found.start()) + 1, found.start() - FARTHEST)
    return package.name.lower() in text[start : found.start()].lower()


def _shared(before: Inventory, after: Inventory, place: int, wish: _Wish) -> tuple[str, ...] | None:
    """Return the names of those that changed with the package; None where it is not as wished."""
    if len(before.packages) != len(after.packages) or before.project != after.project:
        return None
    if not _is_raised(before.packages[place], after.packages[place], wish):
        return None
    also: list[str] = []
    for number, (old, new) in enumerate(zip(before.packages, after.packages, strict=True)):
        if number == place or old == new:
            continue
        if not _is_raised(old, new, wish):
            return None
        also.append(old.name)
    return tuple(dict.fromkeys(also))


def _is_raised(old: Package, new: Package, wish: _Wish) -> bool:
    if (old.ecosystem, old.name, old.line, old.scope, old.marker, old.origin) != (
        new.ecosystem,
        new.name,
        new.line,
        new.scope,
        new.marker,
        new.origin,
    ):
        return False
    if wish.by_version:
        return old.version == wish.old and new.version == wish.new
    return old.requirement == wish.old and new.requirement == wish.new


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _over(read: Read, path: str, content: bytes) -> Read:
    return lambda other: content if other == path else read(other)
