"""What was found while interpreting, and under which root."""

from typing import NamedTuple

from seawall_guard.catalogue.entries import Check, Sink

from seawall.engines.code.flows import MEMBER, Flow, Where


class Hit(NamedTuple):
    """Something that somebody else wrote has reached where it does harm."""

    weakness: str
    where: Where
    symbol: str
    """What is called, as the catalogue names it."""
    function: str
    """Qualified name of the function in which the sink is."""
    flow: Flow
    sink: Sink | None = None


class Flagged(NamedTuple):
    """A call, reading or assignment that is a weakness by its own arguments."""

    check: Check
    weakness: str
    where: Where
    symbol: str
    function: str
    note: str = ""
    certain: bool = True
    """Whether it does not hang on a test of which nothing is known."""


class Root(NamedTuple):
    """From where the interpreter entered the program."""

    symbol: str
    path: str
    is_entry: bool
    """Whether a framework calls it with what somebody else wrote."""
    route: str = ""


Found = dict[tuple[str, str, int], tuple[Hit, Root]]
"""By weakness, path and span."""
Sinks = dict[Where, tuple[str, str]]
"""By place, the dangerous call there and the function that makes it."""
FoundFlagged = dict[tuple[str, str, int], tuple[Flagged, Root]]


class Aside(NamedTuple):
    """What `Hits` had collected when something else came in between."""

    pending: list[Hit] | None
    found: Found
    flagged: FoundFlagged
    sinks: Sinks
    root: Root


ONLY_FOR = {
    "predictable-random": frozenset({"random"}),
    "stack-trace-exposure": frozenset({"error"}),
}
"""Weaknesses of values of kinds of their own, which do no other harm."""
SURE_ONLY = frozenset(
    "log-injection unsafe-reflection mass-assignment regex-injection cookie-injection "
    "open-redirect".split()
)
"""Weaknesses of which nothing is told that passed a call of which nothing is known.

What a program logs, sets or asks for by name it does a thousand times with values of its own: that
a call looked something up is the likelier reading there.
"""
OWN_KINDS = frozenset({"mac", "address"}).union(*ONLY_FOR.values())
"""Kinds of flows that nobody else wrote; an address only says what else has come with it."""


def is_harm(weakness: str, kind: str) -> bool:
    """Whether something of a kind of source does the harm of a weakness."""
    wanted = ONLY_FOR.get(weakness)
    return kind in wanted if wanted is not None else kind not in OWN_KINDS


class Hits:
    """Collects hits: at once where the origin is known, else with the function's summary."""

    def __init__(self) -> None:
        self.pending: list[Hit] | None = None
        self.found: Found = {}
        self.flagged: FoundFlagged = {}
        self.root = Root("", "", False)
        self.sinks: Sinks = {}

    def enter(self, pending: list[Hit] | None) -> list[Hit] | None:
        """Begin a function; return what `leave` is to be given."""
        before, self.pending = self.pending, pending
        return before

    def leave(self, before: list[Hit] | None) -> None:
        """Go back to the function that called."""
        self.pending = before

    def set_aside(self, root: Root) -> "Aside":
        """Begin afresh under another root; return what `restore` is to be given."""
        aside = Aside(self.pending, self.found, self.flagged, self.sinks, self.root)
        self.pending, self.found, self.flagged, self.sinks, self.root = None, {}, {}, {}, root
        return aside

    def restore(self, aside: "Aside") -> None:
        """Go back to what was set aside."""
        self.pending, self.found, self.flagged, self.sinks, self.root = aside

    def take_up(self, found: "Found", flagged: "FoundFlagged", sinks: "Sinks") -> None:
        """Add what was found at another time."""
        self.found.update(found)
        self.flagged.update(flagged)
        self.sinks.update(sinks)

    def add(self, hit: Hit) -> None:
        """Add a hit."""
        if self.pending is not None and len(self.pending) < 200 and hit not in self.pending:
            # Whoever calls the function again meets it again, perhaps from an entry point.
            self.pending.append(hit)
        kind = hit.flow.origin.kind
        if kind == "formal" or not is_harm(hit.weakness, kind):
            return
        if hit.flow.weak and hit.weakness in SURE_ONLY:
            return
        origin = hit.flow.origin
        if kind == "random" and origin.where is not None:
            # Whatever it becomes and however often: the call that gave it is to be mended.
            hit = Hit(hit.weakness, origin.where, origin.symbol, origin.part, hit.flow, hit.sink)
        if hit.weakness == "path-traversal" and MEMBER in hit.flow.excludes:
            hit = hit._replace(weakness="archive-traversal")
        key = (hit.weakness, hit.where.path, hit.where.span)
        known = self.found.get(key)
        if known is None or _rank(hit, self.root) > _rank(*known):
            self.found[key] = (hit, self.root)

    def flag(self, flagged: Flagged) -> None:
        """Add what a check has found."""
        key = (flagged.weakness, flagged.where.path, flagged.where.span)
        known = self.flagged.get(key)
        if known is None or (self.root.is_entry and not known[1].is_entry):
            self.flagged[key] = (flagged, self.root)


TRUST = {"http": 5, "message": 4, "prompt": 4, "network": 4, "parameter": 3}


def _rank(hit: Hit, root: Root) -> tuple[bool, int, bool, int]:
    """Order hits of one place: the one that convinces most last."""
    steps, step = 0, hit.flow.step
    while step is not None and steps < 50:
        steps, step = steps + 1, step.before
    return (
        root.is_entry,
        TRUST.get(hit.flow.origin.kind, 1),
        not hit.flow.weak,
        -steps,
    )
