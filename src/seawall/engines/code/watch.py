"""What the engine looks at on some lines, noted while it follows a program: for `why` alone."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from seawall_guard.catalogue.entries import Check, Condition, Sink

from seawall.engines.code import sinks
from seawall.engines.code.conditions import holds, select
from seawall.engines.code.flows import NONE, Flow, Origin, Where, is_callers, merge
from seawall.engines.code.hits import Hit, Hits, Root, is_harm
from seawall.engines.code.library import CallModel, Library
from seawall.engines.code.machine import Machine
from seawall.engines.code.pages import WEAKNESS as WRITTEN
from seawall.engines.code.program import Program
from seawall.engines.code.state import Frame
from seawall.engines.code.templates import Templates
from seawall.engines.code.values import Items, Known, Ref, Symbol, Text, Union, Unknown, Value
from seawall.model.program import Expression, Span, unpack

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments

Outcome = Literal[
    "condition",
    "missing",
    "constant",
    "number",
    "nothing",
    "own",
    "caller",
    "form",
    "cleaned",
    "uncounted",
    "harm",
]
"""What came of a look, in the order of what tells most: the last is said where several are so."""
ORDER: dict[str, int] = {name: number for number, name in enumerate(Outcome.__args__)}  # type: ignore[attr-defined]
NUMBERS = frozenset("int float bool complex".split())
MOST = 400
"""Looks, and cleanings, that are noted at the most."""


class Look(NamedTuple):
    """A dangerous call (or check) that was looked at, and what came of it."""

    weakness: str
    symbol: str
    outcome: Outcome
    origin: Origin | None = None
    """Where what flows into it comes from."""
    cleaners: tuple[tuple[Where, str], ...] = ()
    """Where it was made harmless, and by what; "" is a test."""
    condition: Condition | None = None
    """What would have to be so, or with `is_negated` must not."""
    is_negated: bool = False
    is_check: bool = False
    form: str = ""


class Cleaning(NamedTuple):
    """What a call or a test has shown of something."""

    where: Where
    symbol: str
    """What is called, "" for a test."""
    origin: Origin | None
    bits: int
    excludes: frozenset[str]


def meets(span: Span, lines: frozenset[int]) -> bool:
    """Whether a span holds one of some lines."""
    first, _, last, _ = unpack(span)
    return any(first <= line <= last for line in lines)


class Watch:
    """Notes what is made of some lines of one file."""

    def __init__(self, path: str, lines: frozenset[int], counts: Callable[[Hit], bool]) -> None:
        """`counts` tells whether a scan tells a hit, which depends on the kind of its source."""
        self.path = path
        self.lines = lines
        self._counts = counts
        self.roots: dict[Root, None] = {}
        """From where these lines were reached."""
        self.functions: dict[str, None] = {}
        """The functions in which they are."""
        self.is_forced = False
        """Whether nothing led to them, and they were followed all the same."""
        self.is_test = False
        """Whether the file is a test of which nothing is told."""
        self.sources: dict[Origin, bool] = {}
        """What comes in on these lines, and whether it counts."""
        self.looks: dict[tuple[str, str], Look] = {}
        """By weakness and symbol."""
        self.cleanings: dict[Cleaning, None] = {}
        self._guarded: dict[int, Cleaning] = {}
        """By serial: the test after which a value carries nothing any more."""

    def covers(self, where: Where) -> bool:
        """Whether a place is on one of the lines."""
        return where.path == self.path and meets(where.span, self.lines)

    # --- what the interpreter tells ---

    def source(self, origin: Origin) -> None:
        """Note something that somebody else wrote."""
        if origin.where is not None and self.covers(origin.where) and origin.symbol:
            probe = Hit("", origin.where, origin.symbol, "", Flow(origin))
            self.sources[origin] = self._counts(probe)

    def judged(
        self,
        machine: Machine,
        model: CallModel,
        path: str,
        receiver: Value | None,
        given: "Arguments",
        frame: Frame,
        where: Where,
    ) -> None:
        """Note the dangerous calls and checks of which a condition does not hold."""
        if not self.covers(where):
            return
        judged: list[Sink | Check] = [*model.sinks, *model.checks]
        for one in judged:
            is_check = not isinstance(one, Sink)
            failed = _failed(machine, one.when, one.unless, given, receiver, frame)
            if failed is not None:
                condition, negated = failed
                look = Look(
                    one.weakness,
                    path,
                    "condition",
                    condition=condition,
                    is_negated=negated,
                    is_check=is_check,
                )
                self._note(look)
            elif isinstance(one, Sink) and one.form != "spread":
                if not any(select(given, s, receiver, machine, frame) for s in one.arguments):
                    self._note(Look(one.weakness, path, "missing"))

    def reached(
        self, machine: Machine, sink: Sink, symbol: str, value: Value, frame: Frame, where: Where
    ) -> None:
        """Note what flows into a dangerous argument."""
        if not self.covers(where):
            return
        form = sink.form or sinks.FORMS.get(sink.weakness, "")
        # What does harm is told as a hit: here is told why something does not.
        if not any(
            is_harm(sink.weakness, flow.origin.kind)
            for flow in sinks.reaching(machine, sink.weakness, sink.form, value, frame)
        ):
            self._note(self._described(machine, sink.weakness, form, symbol, value, frame))

    def written(
        self, machine: Machine, text: str, value: Value | None, frame: Frame, where: Where
    ) -> None:
        """Note what a template writes without escaping it."""
        if self.covers(where):
            self.roots.setdefault(machine.hits.root)
            # A hit outranks it.
            flowing = value if value is not None else Unknown()
            self._note(self._described(machine, WRITTEN, "html", text, flowing, frame))

    def hit(self, hit: Hit) -> None:
        """Note a hit, at once or when a caller is known."""
        if self.covers(hit.where):
            self._harmful(hit)

    def cleaned(
        self,
        machine: Machine,
        symbol: str,
        values: list[Value],
        bits: int,
        frame: Frame,
        where: Where,
    ) -> None:
        """Note a call that makes something harmless."""
        flows = NONE
        for value in values:
            flows = merge(flows, machine.deep_flows(value, frame))
        self._clean(where, symbol, [flow.origin for flow in flows] or [None], bits, frozenset())

    def shown(self, machine: Machine, value: Value, bits: int, excludes: frozenset[str]) -> None:
        """Note what a test shows of something."""
        where = machine.at if isinstance(machine, WatchedMachine) else None
        if where is None or not (bits or excludes):
            return
        self._clean(where, "", [flow.origin for flow in value.flows], bits, excludes)
        for serial in _serials(value):
            if bits and value.flows:
                origin = value.flows[0].origin
                self._guarded[serial] = Cleaning(where, "", origin, bits, excludes)

    # --- how it is kept ---

    def _clean(
        self,
        where: Where,
        symbol: str,
        origins: list[Origin] | list[None] | list[Origin | None],
        bits: int,
        excludes: frozenset[str],
    ) -> None:
        for origin in origins:
            if len(self.cleanings) < MOST or self.covers(where):
                self.cleanings.setdefault(Cleaning(where, symbol, origin, bits, excludes))

    def _harmful(self, hit: Hit) -> None:
        origin = hit.flow.origin
        if origin.kind == "formal":
            self._note(Look(hit.weakness, hit.symbol, "caller", origin))
        elif is_harm(hit.weakness, origin.kind):
            counts = self._counts(hit)
            self._note(Look(hit.weakness, hit.symbol, "harm" if counts else "uncounted", origin))

    def _note(self, look: Look) -> None:
        key = (look.weakness, look.symbol)
        known = self.looks.get(key)
        if known is None or ORDER[look.outcome] > ORDER[known.outcome]:
            self.looks[key] = look

    def _described(
        self,
        machine: Machine,
        weakness: str,
        form: str,
        symbol: str,
        value: Value,
        frame: Frame,
    ) -> Look:
        """Say why what flows into a dangerous argument does no harm there."""
        flows = [f for f in machine.deep_flows(value, frame) if is_harm(weakness, f.origin.kind)]
        bit = machine.library.bits.get(weakness, 0)
        if not flows:
            for serial in _serials(value):
                test = self._guarded.get(serial)
                if test is not None and test.bits & bit:
                    at = ((test.where, test.symbol),)
                    return Look(weakness, symbol, "cleaned", test.origin, at)
            return Look(weakness, symbol, _plain(machine, value, frame))
        flow = max(flows, key=lambda flow: not flow.clean & bit)
        origin = flow.origin
        if flow.clean & bit:
            return Look(weakness, symbol, "cleaned", origin, self._cleaners(origin, bit))
        if is_callers(flow) and origin.kind != "formal":
            return Look(weakness, symbol, "own", origin)
        excluding = self._excluding(origin, flow)
        return Look(weakness, symbol, "form", origin, excluding, form=form)

    def _cleaners(self, origin: Origin, bit: int) -> tuple[tuple[Where, str], ...]:
        known = [one for one in self.cleanings if one.bits & bit]
        same = [one for one in known if one.origin == origin]
        places = dict.fromkeys((one.where, one.symbol) for one in same or known)
        # Within a function what it was handed goes by another name: one place is no guess.
        return tuple(places)[-2:] if same or len(places) == 1 else ()

    def _excluding(self, origin: Origin, flow: Flow) -> tuple[tuple[Where, str], ...]:
        known = [o for o in self.cleanings if o.origin == origin and o.excludes & flow.excludes]
        return tuple(dict.fromkeys((one.where, one.symbol) for one in known))[-2:]


def _failed(
    machine: Machine,
    when: tuple[Condition, ...],
    unless: tuple[Condition, ...],
    given: "Arguments",
    receiver: Value | None,
    frame: Frame,
) -> tuple[Condition, bool] | None:
    """Return the condition for which something does not apply, and whether it is one of `unless`.

    None where all is as it must be.
    """
    for condition in when:
        if not holds(machine, condition, given, receiver, frame):
            return condition, False
    for condition in unless:
        if holds(machine, condition, given, receiver, frame, surely=True):
            return condition, True
    return None


def _serials(value: Value) -> Iterator[int]:
    """Yield the numbers of what a value is made of, though it may carry nothing any more."""
    match value:
        case Unknown() if value.serial:
            yield value.serial
        case Text():
            for part in value.parts:
                if not isinstance(part, str):
                    yield from _serials(part)
        case Union():
            for option in value.options:
                yield from _serials(option)


def _plain(machine: Machine, value: Value, frame: Frame) -> Outcome:
    """Say what a value is into which nothing flows that could do harm."""
    match value:
        case Known() | Symbol():
            return "constant"
        case Unknown() if value.type.removeprefix("builtins.") in NUMBERS:
            return "number"
        case Text():
            parts = [part for part in value.parts if not isinstance(part, str)]
            kinds = {_plain(machine, part, frame) for part in parts}
            return kinds.pop() if len(kinds) == 1 else "nothing"
        case Union():
            kinds = {_plain(machine, option, frame) for option in value.options}
            return kinds.pop() if len(kinds) == 1 else "nothing"
        case Ref() | Items():
            items = machine.items_of(value, frame)
            if items is not None and all(isinstance(item, Known) for item in items):
                return "constant"
    return "nothing"


class WatchedHits(Hits):
    """Collects hits, and tells the watch of each."""

    def __init__(self, watch: Watch) -> None:
        """Begin without hits."""
        super().__init__()
        self._watch = watch

    def add(self, hit: Hit) -> None:
        """Add a hit."""
        self._watch.hit(hit)
        super().add(hit)


class WatchedMachine(Machine):
    """Knows at which place it is."""

    def __init__(
        self, program: Program, library: Library, hits: Hits, templates: Templates
    ) -> None:
        """Begin at no place; the watch is set afterwards, as on any machine."""
        super().__init__(program, library, hits, templates)
        self.at: Where | None = None
        """The expression that is evaluated, or was the last."""

    def value(self, node: Expression, frame: Frame) -> Value:
        """Evaluate an expression."""
        where = self.at = Where(frame.module.path, node.span)
        watch = self.watch
        if watch is not None and watch.covers(where):
            watch.roots.setdefault(self.hits.root)
            if frame.function is not None:
                watch.functions.setdefault(frame.function.symbol)
        value = super().value(node, frame)
        self.at = where
        return value

    def source(self, origin: Origin, kind: str, key: object, frame: Frame) -> Value:
        """Return what an origin gives."""
        if self.watch is not None:
            self.watch.source(origin)
        return super().source(origin, kind, key, frame)
