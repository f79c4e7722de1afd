"""What is known at one point of a function: its variables, the heap, and what tests have shown."""

from typing import TYPE_CHECKING, Any

from seawall.engines.code.flows import EVERYTHING, NONE, NOTHING, Flow, merge
from seawall.engines.code.values import (
    ANYTHING,
    Cell,
    DictCell,
    Items,
    Known,
    ListCell,
    ObjectCell,
    Partial,
    Ref,
    Text,
    Union,
    Unknown,
    Value,
    is_same,
    join,
    make_union,
    map_flows,
)

if TYPE_CHECKING:
    from seawall.engines.code.program import FunctionInfo, ModuleInfo

Fact = tuple[int, frozenset[str]]
"""For which weaknesses a value is clean, and which texts it has not."""
Facts = dict[int, Fact]
"""By the serial of the value."""


class State:
    """Variables and heap; a branch copies it, a meeting joins."""

    __slots__ = ("facts", "heap", "locals")

    def __init__(
        self, locals: dict[str, Value], heap: dict[int, Cell], facts: Facts | None = None
    ) -> None:
        self.locals = locals
        self.heap = heap
        self.facts: Facts = facts if facts is not None else {}

    def copy(self) -> "State":
        """Return a state that changes on its own."""
        return State(self.locals.copy(), self.heap.copy(), self.facts.copy())


class Loop:
    """Where `break` and `continue` of one loop lead."""

    __slots__ = ("breaks", "continues")

    def __init__(self) -> None:
        self.breaks: State | None = None
        self.continues: State | None = None


class Exit:
    """One way out of a function: what it returns, and the state there."""

    __slots__ = ("state", "value")

    def __init__(self, value: Value, state: State) -> None:
        self.value = value
        self.state = state


class Frame:
    """One function being interpreted."""

    __slots__ = (
        "cells",
        "closure",
        "exits",
        "function",
        "is_class",
        "loops",
        "module",
        "raised",
        "state",
        "unsure",
        "yields",
    )

    def __init__(
        self,
        module: "ModuleInfo",
        function: "FunctionInfo | None",
        state: State,
        closure: "Frame | None" = None,
        is_class: bool = False,
    ) -> None:
        self.module = module
        self.function = function
        self.state = state
        self.closure = closure
        self.is_class = is_class
        self.exits: list[Exit] = []
        self.loops: list[Loop] = []
        self.raised: list[list[State]] = []
        """For each `try` around, the states in which it may be left."""
        self.yields: Value | None = None
        self.unsure = 0
        """Tests around the statement being run of which it is not known how they come out."""


def join_states(one: State | None, other: State | None) -> State | None:
    """Return what is known where two ways meet; a way that does not come is None."""
    if one is None:
        return other
    if other is None or one is other:
        return one
    variables = one.locals.copy()
    for name, value in other.locals.items():
        known = variables.get(name)
        if known is None:
            variables[name] = value
        elif known is not value:
            variables[name] = join(known, value)
    heap = one.heap.copy()
    for cell, content in other.heap.items():
        mine = heap.get(cell)
        if mine is None:
            heap[cell] = content
        elif mine is not content:
            heap[cell] = join_cells(mine, content)
    return State(variables, heap, meet(one.facts, other.facts))


def meet(one: Facts, other: Facts) -> Facts:
    """Return what both know."""
    if not one or not other:
        return {}
    both: Facts = {}
    for serial, (clean, excludes) in one.items():
        fact = other.get(serial)
        if fact is not None:
            shared = (clean & fact[0], excludes & fact[1])
            if shared != (0, NOTHING):
                both[serial] = shared
    return both


def unite(one: Facts, other: Facts) -> Facts:
    """Return what either knows."""
    if not other:
        return one
    if not one:
        return other
    united = one.copy()
    for serial, (clean, excludes) in other.items():
        mine = united.get(serial)
        united[serial] = (mine[0] | clean, mine[1] | excludes) if mine else (clean, excludes)
    return united


def join_cells(one: Cell, other: Cell) -> Cell:
    """Return what a cell may hold that is one or the other."""
    if one is other:
        return one
    if isinstance(one, ListCell) and isinstance(other, ListCell):
        if one.items is not None and other.items is not None and len(one.items) == len(other.items):
            items = tuple(map(join, one.items, other.items))
            if all(a is b for a, b in zip(items, one.items, strict=True)):
                return one
            return ListCell(items, None, one.kind)
        return ListCell(None, join_all(item_of(one), item_of(other)), one.kind)
    if isinstance(one, DictCell) and isinstance(other, DictCell):
        entries = one.entries.copy()
        for key, value in other.entries.items():
            entries[key] = join(entries[key], value) if key in entries else value
        return DictCell(
            entries,
            join_all(one.rest, other.rest),
            one.is_open or other.is_open or one.entries.keys() != other.entries.keys(),
            one.type or other.type,
        )
    if isinstance(one, ObjectCell) and isinstance(other, ObjectCell):
        attributes = one.attributes.copy()
        for name, value in other.attributes.items():
            attributes[name] = join(attributes[name], value) if name in attributes else value
        return ObjectCell(one.info or other.info, attributes, one.type or other.type)
    return one


def join_all(*values: Value | None) -> Value | None:
    """Join what is there."""
    joined: Value | None = None
    for value in values:
        if value is not None:
            joined = value if joined is None else join(joined, value)
    return joined


def item_of(cell: ListCell) -> Value | None:
    """Return what any item of a list may be; None for an empty one."""
    if cell.items is not None:
        return make_union(list(cell.items)) if cell.items else cell.rest
    return cell.rest


def serials_of(value: Value, found: list[int] | None = None) -> list[int]:
    """Return the numbers of the values that a text or a choice is made of, carrying flows."""
    found = found if found is not None else []
    match value:
        case Unknown():
            if value.serial:
                found.append(value.serial)
        case Text():
            for part in value.parts:
                if not isinstance(part, str) and part.flows:
                    serials_of(part, found)
        case Union():
            for option in value.options:
                if option.flows:
                    serials_of(option, found)
    return found


def apply_facts(state: State, facts: Facts) -> None:
    """Make known what a test has shown, in every variable that holds the value."""
    if not facts:
        return
    state.facts = unite(state.facts, facts)
    for name, value in state.locals.items():
        if value.flows:
            state.locals[name] = restate(value, facts)
    for cell, content in state.heap.items():
        changed = _restate_cell(content, facts)
        if changed is not content:
            state.heap[cell] = changed


def restate(value: Value, facts: Facts) -> Value:
    """Return a value as it is once facts about parts of it are known."""
    if not value.flows:
        return value
    match value:
        case Unknown():
            fact = facts.get(value.serial)
            return value if fact is None else refined(value, fact)
        case Text():
            parts: list[str | Value] = []
            changed = False
            for part in value.parts:
                new = part if isinstance(part, str) else restate(part, facts)
                changed = changed or new is not part
                parts.append(new)
            if not changed:
                return value
            flows = NONE
            for part in parts:
                if not isinstance(part, str):
                    flows = merge(flows, part.flows)
            return Text(tuple(parts), flows)
        case Items():
            items = tuple(restate(item, facts) for item in value.items)
            same = all(a is b for a, b in zip(items, value.items, strict=True))
            return value if same else Items(items)
        case Union():
            options = [restate(option, facts) for option in value.options]
            same = all(a is b for a, b in zip(options, value.options, strict=True))
            return value if same else make_union(options)
        case Partial():
            return Partial(
                value.target,
                tuple(restate(item, facts) for item in value.arguments),
                {name: restate(item, facts) for name, item in value.keywords.items()},
            )
    return value


def _restate_cell(cell: Cell, facts: Facts) -> Cell:
    match cell:
        case ListCell():
            if cell.items is not None:
                items = tuple(restate(item, facts) for item in cell.items)
                if any(a is not b for a, b in zip(items, cell.items, strict=True)):
                    return ListCell(items, cell.rest, cell.kind)
            elif cell.rest is not None:
                rest = restate(cell.rest, facts)
                if rest is not cell.rest:
                    return ListCell(None, rest, cell.kind)
        case DictCell():
            entries = {key: restate(value, facts) for key, value in cell.entries.items()}
            if any(entries[key] is not value for key, value in cell.entries.items()):
                return DictCell(entries, cell.rest, cell.is_open, cell.type)
        case ObjectCell():
            attributes = {name: restate(value, facts) for name, value in cell.attributes.items()}
            if any(attributes[name] is not value for name, value in cell.attributes.items()):
                return ObjectCell(cell.info, attributes, cell.type)
    return cell


def refined(value: Unknown, fact: Fact) -> Value:
    """Return a value with a fact about it; one that can do no harm anywhere carries nothing."""
    clean, excludes = fact
    flows: list[Flow] = []
    for flow in value.flows:
        new = flow.cleaned(clean) if clean else flow
        new = new.without(excludes) if excludes else new
        if new.clean != EVERYTHING:
            flows.append(new)
    if tuple(flows) == value.flows:
        return value
    return Unknown(tuple(flows), value.type, value.serial, value.verdict)


def cleaned(value: Value, bits: int) -> Value:
    """Return a value that is clean for more weaknesses."""

    def change(flow: Flow) -> Flow | None:
        new = flow.cleaned(bits)
        return None if new.clean == EVERYTHING else new

    return map_flows(value, change)


def is_changed(before: State, after: State) -> bool:
    """Whether a loop's body has made anything known that was not before."""
    if len(before.locals) != len(after.locals):
        return True
    for name, value in after.locals.items():
        known = before.locals.get(name)
        if known is not value and (known is None or not is_same(known, value)):
            return True
    for cell, content in after.heap.items():
        mine = before.heap.get(cell)
        if mine is not content and mine is not None:
            return True
    return False


def widened(before: State, after: State) -> State:
    """Give up what keeps changing from one round of a loop to the next."""
    for name, value in after.locals.items():
        known = before.locals.get(name)
        if known is None or known is value or is_same(known, value):
            continue
        if isinstance(value, Known | Text | Union):
            flows = merge(known.flows, value.flows)
            kept = [
                v for v in (value.options if isinstance(value, Union) else ()) if isinstance(v, Ref)
            ]
            loose = Unknown(flows)
            after.locals[name] = Union((loose, *kept)) if kept else loose
    return after


def truth_of(value: Value, state: State | None = None) -> bool | None:
    """Return whether a value counts as true, None where that is not known."""
    match value:
        case Known():
            return bool(value.value)
        case Text():
            return True if any(isinstance(part, str) and part for part in value.parts) else None
        case Items():
            return bool(value.items)
        case Union():
            truths = {truth_of(option, state) for option in value.options}
            return truths.pop() if len(truths) == 1 else None
        case Unknown():
            return None
        case Ref():
            cell = state.heap.get(value.cell) if state is not None else None
            if isinstance(cell, ListCell):
                if cell.items is None:
                    return None
                return True if cell.items else None if cell.rest is not None else False
            if isinstance(cell, DictCell):
                return True if cell.entries and not cell.is_open else None
            return True if isinstance(cell, ObjectCell) and cell.info is None else None
    return None if isinstance(value, type(ANYTHING)) or hasattr(value, "receiver") else True


def constant_key(value: Any) -> bool:
    """Whether a constant may be the key of a `DictCell`."""
    return value is None or isinstance(value, str | bytes | int | float | bool)
