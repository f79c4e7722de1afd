"""What is handed into a function and what comes back, in terms that fit every caller alike."""

from typing import TYPE_CHECKING, Any

from seawall.engines.code.flows import CALLER, Flow, Flows, Origin, Step, Where, is_callers
from seawall.engines.code.state import Facts, Frame, apply_facts
from seawall.engines.code.values import (
    ANYTHING,
    Cell,
    ClassValue,
    DictCell,
    FunctionValue,
    Items,
    Known,
    ListCell,
    Method,
    ModuleValue,
    ObjectCell,
    Partial,
    Ref,
    Super,
    Symbol,
    Text,
    Union,
    Unknown,
    Value,
    make_text,
    make_union,
    next_serial,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments, Summary
    from seawall.engines.code.hits import Hit
    from seawall.engines.code.machine import Machine

MOST_NODES = 100
"""Values that are handed in whole; beyond, only what they carry."""
CELL_STEPS = 2
"""Statements that handing over a list, mapping or object counts for."""
DEEPEST_CELL = 2
"""Objects within objects that are handed in though they carry nothing."""
MOST_STEPS = 24
LONGEST_KEY = 300


class Passing:
    """Takes values into a function: flows become numbers, cells become the function's own."""

    def __init__(self, machine: "Machine", frame: Frame, *, coarse: bool) -> None:
        self._machine = machine
        self._frame = frame
        self._around: Frame | None = None
        self._coarse = coarse
        self._nodes = 0
        self._depth = 0
        self.key: list[Any] = []
        """What tells one set of arguments from another."""
        self.flows: list[Flow] = []
        """The caller's flow for each number."""
        self.serials: list[int] = []
        """The caller's values that carry flows, in order."""
        self.inner_serials: list[int] = []
        self.cells: list[int] = []
        """The caller's cells, in order."""
        self.inner_cells: list[int] = []
        self.heap: dict[int, Cell] = {}
        """The function's own heap."""
        self._serial: dict[int, int] = {}
        self._cell: dict[int, int] = {}
        self._number: dict[Flow, int] = {}

    def take(self, value: Value, around: Frame | None = None) -> Value:
        """Take in one value; its cells are looked for in the caller's heap, then in `around`."""
        self._around = around
        return self._take(value)

    def _take(self, value: Value) -> Value:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            return self._cut(value)
        match value:
            case Known():
                return self._take_known(value)
            case Unknown():
                return self._take_unknown(value)
            case Ref():
                return self._take_ref(value)
            case Text():
                self.key.append("text")
                parts: list[str | Value] = []
                for part in value.parts:
                    if isinstance(part, str):
                        if not self._coarse:
                            self.key.append(part)
                        parts.append(part)
                    else:
                        parts.append(self._take(part))
                self.key.append(len(parts))
                return make_text(parts)
            case Items():
                self.key += ("tuple", len(value.items))
                return Items(tuple(self._take(item) for item in value.items))
            case Union():
                self.key += ("union", len(value.options))
                return make_union([self._take(option) for option in value.options])
            case Symbol():
                self.key.append(value.path)
                return value
            case ClassValue() | ModuleValue():
                self.key.append(id(value.info))
                return value
            case FunctionValue():
                self.key += (id(value.info), id(value.closure), id(value.wraps))
                if value.bound is not None:
                    return value.bind(self._take(value.bound))
                return value
            case Method():
                self.key += ("method", value.name, value.path)
                return Method(self._take(value.receiver), value.name, value.path, value.root)
            case Partial():
                self.key += ("partial", len(value.arguments), *value.keywords)
                return Partial(
                    self._take(value.target),
                    tuple(self._take(item) for item in value.arguments),
                    {name: self._take(item) for name, item in value.keywords.items()},
                )
            case Super():
                self.key += ("super", id(value.after))
                return Super(value.after, self._take(value.bound))
        return self._cut(value)

    def _take_known(self, value: Known) -> Value:
        plain = value.value
        if (
            self._coarse
            and isinstance(plain, str | bytes | int | float)
            and not isinstance(plain, bool)
        ):
            self.key.append(type(plain))
            return Unknown((), type(plain).__name__)
        if isinstance(plain, str | bytes) and len(plain) > LONGEST_KEY:
            self.key += (type(plain), hash(plain), len(plain))
        else:
            self.key += (type(plain), plain)
        return value

    def _take_unknown(self, value: Unknown) -> Value:
        if not value.flows:
            self.key.append(value.type or "?")
            return ANYTHING if not value.type else Unknown((), value.type)
        inner = self._serial.get(value.serial)
        if inner is not None:
            self.key += ("same", self.inner_serials.index(inner))
        else:
            inner = next_serial()
            self._serial[value.serial] = inner
            self.serials.append(value.serial)
            self.inner_serials.append(inner)
        self.key += ("carries", value.type, len(value.flows))
        flows = tuple(self._formal(flow) for flow in value.flows)
        return Unknown(flows, value.type, inner)

    def _formal(self, flow: Flow) -> Flow:
        number = self._number.get(flow)
        if number is None:
            number = self._number[flow] = len(self.flows)
            self.flows.append(flow)
        # Numbers are given in order, so equal keys mean equal numbers.
        self.key += (number, flow.clean, flow.excludes, flow.weak, is_callers(flow))
        origin = Origin("formal", "", None, number, CALLER if is_callers(flow) else "")
        return Flow(origin, flow.clean, flow.excludes, None, flow.weak)

    def _take_ref(self, value: Ref) -> Value:
        frame, program = self._frame, self._machine.program
        cell = frame.state.heap.get(value.cell)
        if cell is None and self._around is not None:
            cell = self._around.state.heap.get(value.cell)
        shared = program.heap.get(value.cell)
        if cell is None or (cell is shared and frame.state.heap is not program.heap):
            self.key += ("global", value.cell)
            return value
        inner = self._cell.get(value.cell)
        if inner is not None:
            self.key += ("cell", self.inner_cells.index(inner))
            return Ref(inner)
        if self._depth >= DEEPEST_CELL and not self._machine.deep_flows(value, frame, 2):
            self.key.append("?")
            return ANYTHING
        self._machine.steps += CELL_STEPS
        inner = next_serial()
        self._cell[value.cell] = inner
        self.cells.append(value.cell)
        self.inner_cells.append(inner)
        self._depth += 1
        self.heap[inner] = self._take_cell(cell)
        self._depth -= 1
        return Ref(inner)

    def _take_cell(self, cell: Cell) -> Cell:
        match cell:
            case ListCell():
                self.key += (cell.kind, len(cell.items) if cell.items is not None else None)
                items = (
                    tuple(self._take(item) for item in cell.items)
                    if cell.items is not None
                    else None
                )
                rest = self._take(cell.rest) if cell.rest is not None else None
                return ListCell(items, rest, cell.kind)
            case DictCell():
                self.key += ("dict", cell.type, cell.is_open, *cell.entries)
                entries = {key: self._take(item) for key, item in cell.entries.items()}
                rest = self._take(cell.rest) if cell.rest is not None else None
                return DictCell(entries, rest, cell.is_open, cell.type)
            case ObjectCell():
                self.key += ("object", id(cell.info), cell.type, *cell.attributes)
                attributes = {name: self._take(item) for name, item in cell.attributes.items()}
                return ObjectCell(cell.info, attributes, cell.type)

    def _cut(self, value: Value) -> Value:
        """Hand in only what a value carries: it is too large to be handed in whole."""
        flows = self._machine.deep_flows(value, self._frame, 2)
        if isinstance(value, Ref | Items | Union | Text) and flows:
            return self._take_unknown(Unknown(flows))
        if flows:
            return self._take_unknown(Unknown(flows))
        self.key.append("?")
        return ANYTHING


def fresh_cell(heap: dict[int, Cell], content: Cell) -> Ref:
    """Make a cell in a heap."""
    ref = Ref(next_serial())
    heap[ref.cell] = content
    return ref


class _Giving:
    """Takes what a function made back to a caller."""

    def __init__(
        self,
        machine: "Machine",
        summary: "Summary",
        handed: Passing,
        frame: Frame,
        call: Step | None,
    ) -> None:
        self._machine = machine
        self._summary = summary
        self._handed = handed
        self._frame = frame
        self._call = call
        self.cells = dict(zip(summary.cells, handed.cells, strict=False))
        self.serials = dict(zip(summary.serials, handed.serials, strict=False))

    def give(self, value: Value) -> Value:
        match value:
            case Known() | Symbol() | ClassValue() | ModuleValue():
                return value
            case Unknown():
                return self._give_unknown(value)
            case Text():
                return make_text(
                    [part if isinstance(part, str) else self.give(part) for part in value.parts]
                )
            case Items():
                return Items(tuple(self.give(item) for item in value.items))
            case Union():
                return make_union([self.give(option) for option in value.options])
            case Ref():
                return self._give_ref(value)
            case FunctionValue():
                if value.bound is not None:
                    return value.bind(self.give(value.bound))
                return value
            case Method():
                return Method(self.give(value.receiver), value.name, value.path, value.root)
            case Partial():
                return Partial(
                    self.give(value.target),
                    tuple(self.give(item) for item in value.arguments),
                    {name: self.give(item) for name, item in value.keywords.items()},
                )
            case Super():
                return Super(value.after, self.give(value.bound))
        return ANYTHING

    def _give_unknown(self, value: Unknown) -> Value:
        if not value.flows:
            if value.verdict is None:
                return value
            shown = (self.facts(value.verdict[0]), self.facts(value.verdict[1]))
            return Unknown((), value.type, 0, shown)
        flows = self.flows(value.flows)
        serial = self.serials.get(value.serial)
        if serial is None:
            serial = self.serials[value.serial] = next_serial()
        echo = self._machine.echoes.get(value.serial)
        if echo is not None:
            outer = tuple(s for s in (self.serials.get(e) for e in echo[0]) if s is not None)
            if outer:
                self._machine.echoes[serial] = (outer, echo[1])
        verdict = value.verdict
        if verdict is not None:
            verdict = (self.facts(verdict[0]), self.facts(verdict[1]))
        return Unknown(flows, value.type, serial if flows else 0, verdict)

    def facts(self, facts: Facts) -> Facts:
        return {
            outer: fact
            for serial, fact in facts.items()
            if (outer := self.serials.get(serial)) is not None
        }

    def flows(self, flows: Flows) -> Flows:
        return tuple(new for flow in flows if (new := self.flow(flow)) is not None)

    def flow(self, flow: Flow) -> Flow | None:
        number = flow.origin.formal
        if number < 0:
            return flow
        if number >= len(self._handed.flows):
            return None
        actual = self._handed.flows[number]
        step = actual.step
        if flow.step is not None:
            step = _chained(_stepped(actual, self._call), flow.step)
        return Flow(actual.origin, flow.clean, flow.excludes, step, flow.weak)

    def hit_flow(self, flow: Flow) -> Flow | None:
        """Return a flow that reached something within: the call is a step of it."""
        number = flow.origin.formal
        if number < 0:
            return flow
        if number >= len(self._handed.flows):
            return None
        actual = self._handed.flows[number]
        step = _chained(_stepped(actual, self._call), flow.step)
        return Flow(actual.origin, flow.clean, flow.excludes, step, flow.weak)

    def _give_ref(self, value: Ref) -> Value:
        known = self.cells.get(value.cell)
        if known is not None:
            return Ref(known)
        content = self._summary.heap.get(value.cell)
        if content is None:
            return value
        # What functions hand back to one another costs as much as what they do.
        self._machine.steps += CELL_STEPS
        ref = Ref(next_serial())
        self.cells[value.cell] = ref.cell
        self._frame.state.heap[ref.cell] = self.give_cell(content)
        return ref

    def give_cell(self, cell: Cell) -> Cell:
        match cell:
            case ListCell():
                items = (
                    tuple(self.give(item) for item in cell.items)
                    if cell.items is not None
                    else None
                )
                rest = self.give(cell.rest) if cell.rest is not None else None
                return ListCell(items, rest, cell.kind)
            case DictCell():
                entries = {key: self.give(item) for key, item in cell.entries.items()}
                rest = self.give(cell.rest) if cell.rest is not None else None
                return DictCell(entries, rest, cell.is_open, cell.type)
            case ObjectCell():
                attributes = {name: self.give(item) for name, item in cell.attributes.items()}
                return ObjectCell(cell.info, attributes, cell.type)


def _stepped(flow: Flow, call: Step | None) -> Step | None:
    """Return the trail of a flow that is handed to a function."""
    if call is None:
        return flow.step
    return Step(call.where, call.words, flow.step)


def _chained(before: Step | None, after: Step | None) -> Step | None:
    """Put the steps within a function behind those that led to it."""
    steps: list[Step] = []
    while after is not None and len(steps) < MOST_STEPS:
        steps.append(after)
        after = after.before
    length, known = 0, before
    while known is not None and length <= MOST_STEPS:
        length, known = length + 1, known.before
    if length + len(steps) > MOST_STEPS:
        return before if before is not None else (steps[0] if steps else None)
    for step in reversed(steps):
        before = Step(step.where, step.words, before)
    return before


def apply(
    machine: "Machine",
    summary: "Summary",
    handed: Passing,
    function: FunctionValue,
    given: "Arguments",
    frame: Frame,
) -> Value:
    """Do to a caller what the function does: return its value, change cells, show facts, hit."""
    call: Step | None = None
    if given.node is not None:
        where = Where(frame.module.path, given.node.span)
        call = Step(where, f"is passed to `{function.info.node.name}`", None)
    giving = _Giving(machine, summary, handed, frame, call)
    for hit in summary.hits:
        flow = giving.hit_flow(hit.flow)
        if flow is not None:
            machine.hits.add(_moved(hit, flow))
    if summary.ends:
        machine.ended = True
        return ANYTHING
    for cell, content in summary.changed.items():
        outer = giving.cells.get(cell)
        if outer is not None:
            frame.state.heap[outer] = giving.give_cell(content)
            if function.closure is not None and outer in function.closure.state.heap:
                function.closure.state.heap[outer] = frame.state.heap[outer]
    if summary.outer:
        _set_outer(function, summary, giving)
    value = giving.give(summary.value)
    shown = giving.facts(summary.shown)
    if shown:
        apply_facts(frame.state, shown)
    on_true, on_false = giving.facts(summary.on_true), giving.facts(summary.on_false)
    if (on_true or on_false) and (on_true, on_false) != (shown, shown):
        value = _with_verdict(value, on_true, on_false)
    return value


def _moved(hit: "Hit", flow: Flow) -> "Hit":
    return hit._replace(flow=flow)


def _set_outer(function: FunctionValue, summary: "Summary", giving: _Giving) -> None:
    closure = function.closure
    for name, value in summary.outer.items():
        around = closure
        while around is not None:
            if name in around.state.locals:
                around.state.locals[name] = giving.give(value)
                break
            around = around.closure


def _with_verdict(value: Value, on_true: Facts, on_false: Facts) -> Value:
    match value:
        case Unknown():
            return Unknown(value.flows, value.type, value.serial, (on_true, on_false))
        case Union() if not value.flows and all(
            isinstance(o, Known | Unknown) for o in value.options
        ):
            return Unknown((), "", 0, (on_true, on_false))
    return value
