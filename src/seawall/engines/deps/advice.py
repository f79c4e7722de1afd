"""What to do about a package with a weakness: which version to take, and who must move."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from seawall.advisories.database import AdvisoryDatabase
from seawall.advisories.versions import key_of
from seawall.engines.deps.composition import Member
from seawall.model.advisory import Match, Query
from seawall.model.inventory import Ecosystem, Package

_MAJOR = re.compile(r"[vV=]?(?:\d+!)?(\d+)(?:\.(\d+))?")


ROUNDS = 6
"""Times that a version is looked at which was chosen for want of a better one."""


class Best(Struct, frozen=True):
    """The nearest version that has the fewest known weaknesses."""

    version: str
    left: int = 0
    """Weaknesses that it still has: those that no version mends."""


def nearest(version: str, fixed: Sequence[str]) -> str:
    """Return the lowest version without a weakness: of the same line before others, "" for none."""
    line = line_of(version)
    return next((one for one in fixed if line_of(one) == line), fixed[0] if fixed else "")


def clean_versions(
    database: AdvisoryDatabase, matches: Iterable[Match], *, same_line: bool = False
) -> dict[Query, Best]:
    """Return for each package the nearest version of which nothing is known.

    Where one of its weaknesses is mended in no version, the one with the others mended. Packages
    for which there is no such version are not in it. With `same_line` only versions that promise
    to fit in the place of the present one are taken.
    """
    open_matches: dict[Query, list[Match]] = defaultdict(list)
    for match in matches:
        open_matches[match.query].append(match)
    chosen: dict[Query, str] = {}
    left: dict[Query, int] = {}
    for _ in range(ROUNDS):
        asked: dict[Query, list[Query]] = defaultdict(list)
        for query, own in open_matches.items():
            at = chosen.get(query, query.version)
            fixed = [_fitting(query, match.fixed) if same_line else match.fixed for match in own]
            steps = [step for some in fixed if (step := nearest(at, some))]
            left[query] = len(own)
            if steps:
                chosen[query] = max(steps, key=key_of(query.ecosystem))
                left[query] = 0
                moved = replace(query, version=chosen[query], source_version="")
                asked[moved].append(query)
        if not asked:
            break
        # What is chosen may have weaknesses that the old version had not.
        open_matches = defaultdict(list)
        for match in database.match(list(asked)):
            for query in asked[match.query]:
                open_matches[query].append(match)
    left |= {query: len(own) for query, own in open_matches.items()}
    return {query: Best(version, left[query]) for query, version in chosen.items()}


def words(member: Member, version: str, best: Best | None) -> str:
    """Say it in a sentence without a full stop.

    `version` is the nearest one without one weakness, `best` the one with the fewest.
    """
    package = member.package
    target = best.version if best else version
    told = f"raise {package.name} to {_written(target, package)}"
    if best and best.version != version:
        left = (
            "which leaves only what no version mends" if best.left else "of which nothing is known"
        )
        told += f", {left} ({_written(version, package)} mends this one)"
    if line_of(target) != line_of(package.version):
        told += ", a step to another line of versions"
    if member.direct or not member.way:
        return told
    parent, first = member.way[-1], member.way[0]
    through = first.name if parent is first else f"{first.name} (through {parent.name})"
    allowed = f", which allows {member.constraint}" if member.constraint else ""
    return f"{told}; it comes with {through}{allowed}"


def _written(version: str, package: Package) -> str:
    """Return a version as the package's own is written: Go's begin with a letter."""
    return f"v{version}" if package.ecosystem is Ecosystem.GO and version[:1].isdigit() else version


def is_same_line(ecosystem: Ecosystem, version: str, other: str) -> bool:
    """Tell whether a version promises to fit in the place of another one.

    The path of a module of Go holds its major, and those of 0 are never left for another path.
    """
    if ecosystem is Ecosystem.GO:
        return line_of(version)[0] == line_of(other)[0]
    return line_of(version) == line_of(other)


def _fitting(query: Query, fixed: Sequence[str]) -> list[str]:
    return [one for one in fixed if is_same_line(query.ecosystem, query.version, one)]


def line_of(version: str) -> tuple[str, str]:
    """Return what a version shares with those that promise to fit in its place."""
    found = _MAJOR.match(version)
    if found is None:
        return "", ""
    return found[1], found[2] or "0" if found[1] == "0" else ""
