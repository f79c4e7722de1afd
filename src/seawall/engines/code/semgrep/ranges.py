"""Where a formula is found, and how such places lie to one another."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any as Anything

from msgspec import Struct

from seawall.engines.code.semgrep.binder import ExhaustedError
from seawall.engines.code.semgrep.binding import Bindings
from seawall.engines.code.semgrep.view import Place
from seawall.model.program import Node

MOST_RANGES = 20_000

Regions = Sequence[tuple[Place, Place]]


class Range(Struct, frozen=True, gc=False):
    """One place where a formula is found."""

    start: Place
    end: Place
    bindings: Bindings
    kind: str = "plain"
    """"plain", "inside" or "regex"."""
    node: Node | None = None
    """The expression, where the match is just one."""
    focused: bool = False
    """Whether it is only what a metavariable bound of the match."""

    def within(self, other: "Range") -> bool:
        """Whether it lies within another."""
        return other.start <= self.start and self.end <= other.end


def union(regions: Regions) -> list[tuple[Place, Place]]:
    """Join regions that overlap; sorted."""
    joined: list[tuple[Place, Place]] = []
    for start, end in sorted(regions):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def covers(regions: Regions, starts: list[Place], start: Place, end: Place) -> bool:
    """Whether a stretch lies in one of some joined regions, which begin at `starts`."""
    at = bisect_right(starts, start) - 1
    return at >= 0 and end <= regions[at][1]


def lies(one: Range, regions: Regions | None) -> bool:
    """Whether a range lies in one of some regions, or only says what others lie in."""
    if one.kind == "inside" or regions is None:
        return True
    return any(start <= one.start and one.end <= end for start, end in regions)


def focused(one: Range, names: tuple[str, ...]) -> list[Range]:
    """Narrow a range to what metavariables bound within it."""
    found: list[Range] = []
    for name in names:
        bound = one.bindings.get(name)
        if bound is None or not bound.end:
            continue
        node = bound.nodes[0] if len(bound.nodes) == 1 else None
        if one.start <= bound.start and bound.end <= one.end:
            found.append(Range(bound.start, bound.end, one.bindings, "plain", node, focused=True))
        elif bound.start <= one.start and one.end <= bound.end:
            found.append(one)
    return found


def _key(one: Range) -> tuple[Anything, ...]:
    bound = tuple(
        sorted(
            (name, each.start, each.end, each.content or "") for name, each in one.bindings.items()
        )
    )
    return one.start, one.end, one.kind, bound


def add(ranges: list[Range], seen: set[tuple[Anything, ...]], one: Range) -> None:
    """Add a range that is not there yet. Raises ExhaustedError when there are too many."""
    key = _key(one)
    if key not in seen:
        seen.add(key)
        ranges.append(one)
        if len(ranges) > MOST_RANGES:
            raise ExhaustedError


def unique(ranges: list[Range]) -> list[Range]:
    """Drop the ranges that stand there twice."""
    kept: list[Range] = []
    seen: set[tuple[Anything, ...]] = set()
    for one in ranges:
        add(kept, seen, one)
    return kept
