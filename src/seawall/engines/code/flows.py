"""Flows: what somebody else wrote, on its way through the program."""

from typing import NamedTuple

from seawall.model.program import Span

MOST = 6
"""Flows that one value carries at the most; more would tell nobody anything."""

NORMALISED = 1
"""The bit of `Flow.clean` that says: a path without `..`, links resolved. Weaknesses come after."""
EVERYTHING = -1
"""The `clean` of what can do no harm anywhere: a number, a member of a fixed list."""

NOTHING: frozenset[str] = frozenset()
WHOLE = "^whole"
"""In `excludes`: it is what a caller handed in, not a part of it and not what was read from it."""


CALLER = "caller"
"""The `part` of what the caller of a public function hands in."""
MEMBER = "^member"
"""In `excludes`: it is how an archive names what it holds, or was made of that."""
MADE = "^made"
"""In `excludes`: an object was made with it, and it was read from the object as it is."""
_WHOLE = frozenset({WHOLE})
_MADE = frozenset({MADE})
_MEMBER = frozenset({MEMBER})
_KEPT = _WHOLE | _MEMBER | _MADE


class Where(NamedTuple):
    """A place in the program."""

    path: str
    span: Span


class Step(NamedTuple):
    """One step of a trail, and the one before it."""

    where: Where
    words: str
    """What happens here, in a template of few words: "assigned to `name`"."""
    before: "Step | None"


class Origin(NamedTuple):
    """Where a flow began; a formal one began in whoever calls the function."""

    kind: str
    """As `Source.kind`; "formal" for what a caller hands in."""
    symbol: str
    """The source as the catalogue names it, or "" ."""
    where: Where | None
    formal: int = -1
    """Number of the flow among those that the caller hands in."""
    part: str = ""


class Flow(NamedTuple):
    """Something that came from an origin, and what is known of it by now."""

    origin: Origin
    clean: int = 0
    """Bits of the weaknesses that it can do no harm in any more."""
    excludes: frozenset[str] = NOTHING
    """Texts that certainly do not occur in it."""
    step: Step | None = None
    weak: bool = False
    """Whether it passed a call of which nothing is known."""

    def cleaned(self, bits: int) -> "Flow":
        """Return it clean for more weaknesses."""
        if self.clean | bits == self.clean:
            return self
        return Flow(self.origin, self.clean | bits, self.excludes, self.step, self.weak)

    def dirtied(self, bits: int) -> "Flow":
        """Return it clean for fewer weaknesses, with nothing known of its text."""
        if not (self.clean & bits) and not self.excludes:
            return self
        kept = self.excludes & _KEPT
        return Flow(self.origin, self.clean & ~bits, kept, self.step, self.weak)

    def without(self, texts: frozenset[str]) -> "Flow":
        """Return it with texts known not to occur in it."""
        if texts <= self.excludes:
            return self
        return Flow(self.origin, self.clean, self.excludes | texts, self.step, self.weak)

    def stepped(self, where: Where, words: str) -> "Flow":
        """Return it one step further."""
        step = Step(where, words, self.step)
        return Flow(self.origin, self.clean, self.excludes, step, self.weak)

    def weakened(self) -> "Flow":
        """Return it after a call of which nothing is known."""
        if self.weak and not self.excludes:
            return self
        return Flow(self.origin, self.clean, self.excludes & _KEPT, self.step, True)

    def as_part(self) -> "Flow":
        """Return it as a part of what was handed in."""
        if WHOLE not in self.excludes:
            return self
        return Flow(self.origin, self.clean, self.excludes - _WHOLE, self.step, self.weak)


def as_told(flows: "Flows") -> "Flows":
    """Return the flows of an object as of what it tells when it is asked."""
    if not any(MADE in flow.excludes for flow in flows):
        return flows
    return tuple(flow._replace(excludes=flow.excludes - _MADE) for flow in flows)


def of_member(flow: Flow) -> Flow:
    """Return a flow as the name of what an archive holds."""
    return flow.without(_MEMBER)


def is_callers(flow: Flow) -> bool:
    """Whether it is what the caller of a public function handed in."""
    return flow.origin.part == CALLER and flow.origin.kind in ("parameter", "formal")


_LINES = frozenset({"\n", "\r"})


OWN_ADDRESSES = frozenset({"host_url", "root_url", "url_root"})
"""What of a request says where it came in: a browser that follows it stays where it is."""


def free_of(origin: Origin) -> frozenset[str]:
    """Return the texts that do not occur in what comes from an origin.

    The lines of a request end its first line and its headers; an address has them encoded.
    """
    return _LINES if origin.kind == "http" and origin.part in ("header", "url") else NOTHING


Flows = tuple[Flow, ...]
NONE: Flows = ()


def as_parts(flows: Flows) -> Flows:
    """Return flows as parts of what was handed in."""
    return tuple(flow.as_part() for flow in flows) if flows else flows


def of_numbers(flows: Flows) -> Flows:
    """Return what a number carries too that was made of these: that it can be predicted."""
    if not flows:
        return NONE
    return tuple(flow for flow in flows if flow.origin.kind == "random")


def merge(one: Flows, other: Flows) -> Flows:
    """Join what two values carry: of the same origin what is less clean."""
    if not other or one is other:
        return one
    if not one:
        return other
    joined = {flow.origin: flow for flow in one}
    for flow in other:
        known = joined.get(flow.origin)
        if known is None:
            if len(joined) < MOST:
                joined[flow.origin] = flow
        elif known is not flow:
            joined[flow.origin] = Flow(
                flow.origin,
                known.clean & flow.clean,
                known.excludes & flow.excludes,
                known.step if known.clean | flow.clean != flow.clean or known.step else flow.step,
                known.weak and flow.weak,
            )
    return tuple(joined.values())
