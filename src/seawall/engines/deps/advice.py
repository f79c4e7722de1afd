"""What to do about a package with a weakness: which version to take, and who must move."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from seawall.advisories.versions import key_of
from seawall.engines.deps.composition import Member
from seawall.model.advisory import Match
from seawall.model.inventory import Ecosystem

_MAJOR = re.compile(r"[vV=]?(?:\d+!)?(\d+)(?:\.(\d+))?")


class Advice(Struct, frozen=True, kw_only=True):
    """What would mend it."""

    version: str = ""
    """The nearest one without this weakness, "" where none is known."""
    same_line: bool = False
    """Whether it is of the same major version (below 1.0: of the same minor one)."""


def nearest(ecosystem: Ecosystem, version: str, fixed: Sequence[str]) -> Advice:
    """Return the lowest version without a weakness: of the same line before others."""
    if not fixed:
        return Advice()
    line = _line(version)
    kin = [one for one in fixed if _line(one) == line]
    return Advice(version=kin[0] if kin else fixed[0], same_line=bool(kin))


def together(ecosystem: Ecosystem, matches: Iterable[Match]) -> str:
    """Return the lowest version that is told to be without all of several weaknesses.

    "" where for one of them no version is known.
    """
    key = key_of(ecosystem)
    chosen = [nearest(ecosystem, match.query.version, match.fixed).version for match in matches]
    return "" if not all(chosen) or not chosen else max(chosen, key=key)


def words(member: Member, advice: Advice) -> str:
    """Say it in a sentence without a full stop."""
    name = member.package.name
    if not advice.version:
        return f"no version without it is known: leave {name} out, or replace it"
    jump = "" if advice.same_line else ", a step to another major version"
    if member.direct or not member.way:
        return f"raise {name} to {advice.version}{jump}"
    parent, first = member.way[-1], member.way[0]
    through = first.name if parent is first else f"{first.name} (through {parent.name})"
    allowed = f", which allows {member.constraint}" if member.constraint else ""
    return f"raise {name} to {advice.version}{jump}; it comes with {through}{allowed}"


def _line(version: str) -> tuple[str, str]:
    """Return what a version shares with those that promise to fit in its place."""
    found = _MAJOR.match(version)
    if found is None:
        return "", ""
    return found[1], found[2] or "0" if found[1] == "0" else ""
