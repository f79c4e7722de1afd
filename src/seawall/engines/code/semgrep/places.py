"""The places of one taint rule in one file: what is a source, a sink or a sanitizer there."""

from bisect import bisect_right

from msgspec import Struct

from seawall.engines.code.semgrep.binding import Bindings
from seawall.engines.code.semgrep.ranges import Range
from seawall.engines.code.semgrep.rule import Origin, SemgrepRule, Taint
from seawall.engines.code.semgrep.search import Search
from seawall.engines.code.semgrep.view import Place, extent_of
from seawall.model.program import Attribute, Name, Node

Extent = tuple[Place, Place]


class Spot(Struct, frozen=True):
    """One place of a source, a sink or a sanitizer."""

    number: int
    """Of its kind in this file."""
    origin: Origin
    range: Range

    @property
    def extent(self) -> Extent:
        return self.range.start, self.range.end


class Transfer(Struct, frozen=True):
    """One place of a propagator."""

    taken: Extent
    given: Extent
    path: str
    """The variable that takes it up, "" where it is none."""
    effect: bool


class Spots:
    """The spots of one kind, found by the extent of a node."""

    def __init__(self, spots: list[Spot]) -> None:
        self.all = spots
        self._exact: dict[Extent, list[Spot]] = {}
        for spot in spots:
            self._exact.setdefault(spot.extent, []).append(spot)
        self._wide = sorted(
            (spot for spot in spots if not spot.origin.exact), key=lambda spot: spot.extent
        )
        self._starts = [spot.range.start for spot in self._wide]
        self._reach: list[Place] = []
        """By place in `_wide`, the furthest end so far."""
        for spot in self._wide:
            self._reach.append(max(spot.range.end, self._reach[-1] if self._reach else 0))

    def at(self, extent: Extent) -> list[Spot]:
        """Return the spots that are exactly there."""
        return self._exact.get(extent, [])

    def around(self, extent: Extent) -> list[Spot]:
        """Return the spots that are there or, where they are not exact, around it."""
        start, end = extent
        found = list(self._exact.get(extent, ()))
        place = bisect_right(self._starts, start) - 1
        while place >= 0 and self._reach[place] >= end:
            spot = self._wide[place]
            if spot.range.end >= end and spot.extent != extent:
                found.append(spot)
            place -= 1
        return found


class Places:
    """What a rule in taint mode says of the nodes of one file.

    This is where another interpreter takes over: it asks `is_source`, `is_sink` and
    `is_sanitizer` for the span of a node and follows the data itself.
    """

    def __init__(self, search: Search, rule: SemgrepRule, taint: Taint) -> None:
        self._search = search
        self._rule = rule
        self.sources = self._spots(taint.sources)
        self.sinks = self._spots(taint.sinks) if self.sources.all else Spots([])
        self.sanitizers = self._spots(taint.sanitizers) if self.sinks.all else Spots([])
        self.transfers: dict[Extent, list[Transfer]] = {}
        if self.sinks.all:
            for transfer in self._transfers(taint):
                self.transfers.setdefault(transfer.taken, []).append(transfer)

    @property
    def empty(self) -> bool:
        """Whether nothing can be found here."""
        return not self.sources.all or not self.sinks.all

    def is_source(self, span: int) -> bool:
        """Whether what stands there was written by somebody else."""
        return bool(self.sources.around(extent_of(span)))

    def is_sink(self, span: int) -> bool:
        """Whether what stands there must not be so; of a call, its arguments."""
        return bool(self.sinks.around(extent_of(span)))

    def is_sanitizer(self, span: int) -> bool:
        """Whether what stands there is harmless."""
        return bool(self.sanitizers.around(extent_of(span)))

    def _spots(self, origins: tuple[Origin, ...]) -> Spots:
        found = [
            (origin, one)
            for origin in origins
            for one in self._search.find(origin.formula, self._rule.options)
        ]
        return Spots([Spot(number, *each) for number, each in enumerate(found)])

    def _transfers(self, taint: Taint) -> list[Transfer]:
        found: list[Transfer] = []
        for passage in taint.propagators:
            for one in self._search.find(passage.formula, self._rule.options):
                taken = _bound(one.bindings, passage.taken)
                given = _bound(one.bindings, passage.given)
                if taken is not None and given is not None:
                    node = one.bindings[passage.given].nodes
                    path = path_of(node[0]) if len(node) == 1 else ""
                    found.append(Transfer(taken, given, path, passage.effect))
        return found


def _bound(bindings: Bindings, name: str) -> Extent | None:
    bound = bindings.get(name)
    return (bound.start, bound.end) if bound is not None and bound.end else None


def path_of(node: Node | None) -> str:
    """Return the dotted path of a variable or of its attribute, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, Attribute):
        parts.append(node.name)
        node = node.value
    if not isinstance(node, Name):
        return ""
    return ".".join((node.name, *reversed(parts)))
