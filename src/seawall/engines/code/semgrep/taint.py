"""Follows taint through one file, function by function, from the sources of a rule to its sinks."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from seawall.engines.code.semgrep.binder import ExhaustedError
from seawall.engines.code.semgrep.binding import Bindings, merge
from seawall.engines.code.semgrep.comparison import holds
from seawall.engines.code.semgrep.marks import CLEAN, Marks, State, below, forget, join, read
from seawall.engines.code.semgrep.pattern import children, walk
from seawall.engines.code.semgrep.places import Extent, Places, Spot, path_of
from seawall.engines.code.semgrep.rule import Options
from seawall.engines.code.semgrep.view import View
from seawall.model.program import (
    Assert,
    Assign,
    Attribute,
    Await,
    Bind,
    Break,
    Call,
    Class,
    Compare,
    Comprehension,
    Conditional,
    Continue,
    Declare,
    Define,
    Delete,
    Evaluate,
    For,
    Function,
    If,
    Index,
    Lambda,
    Match,
    MatchCapture,
    MatchMapping,
    MatchStar,
    Name,
    Node,
    Raise,
    Return,
    Spread,
    Statement,
    Try,
    Unary,
    Update,
    While,
    With,
)
from seawall.model.program import Sequence as Display

_STEPS, _STEPS_A_NODE = 100_000, 40
"""Expressions that may be evaluated on any file, and more by its size."""
_ROUNDS = 3
"""Passes over a loop: what one assigns the next reads."""
_NUMBERS = frozenset({"int", "float", "len", "ord", "abs", "round", "hash", "id"})


class Reached(Struct, frozen=True):
    """A sink that something of a source reaches."""

    sink: Spot
    source: Spot
    bindings: Bindings


class Flow:
    """Runs over a file as it would be executed, for one rule."""

    def __init__(self, view: View, places: Places, options: Options) -> None:
        self._view = view
        self._places = places
        self._options = options
        self._reached: dict[tuple[Any, ...], Reached] = {}
        self._given: dict[Extent, Marks] = {}
        """What a propagator handed to a place that is not read yet."""
        self._last: dict[int, Marks] = {}
        """By expression, what it carried when it was last evaluated."""
        self._loops: list[list[State]] = []
        """By loop around, the states in which it was broken off or begun anew."""
        self._left = _STEPS + _STEPS_A_NODE * view.size

    def run(self) -> list[Reached]:
        """Return the sinks that are reached, each with one source.

        Raises ExhaustedError when it takes too many steps.
        """
        if not self._places.empty:
            self._block(self._view.module.body, {})
        return list(self._reached.values())

    # --- Statements --------------------------------------------------------------------------

    def _block(self, block: Sequence[Statement], state: State | None) -> State | None:
        """Run statements; None stands for what is not gone on from."""
        for statement in block:
            if state is None:
                return None
            state = self._statement(statement, state)
        return state

    def _statement(self, statement: Statement, state: State) -> State | None:
        act = _RUNS.get(type(statement))
        if act is None:
            return state
        after: State | None = act(self, statement, state)
        return after

    def _evaluate(self, node: Evaluate, state: State) -> State:
        self._sink_at(node, self._value(node.value, state), node.value)
        return state

    def _assign(self, node: Assign, state: State) -> State:
        marks = self._value(node.value, state)
        for target in node.targets:
            self._write(target, marks, state, node.value)
        self._sink_at(node, marks, node.value)
        return state

    def _declare(self, node: Declare, state: State) -> State:
        if node.value is not None:
            marks = self._value(node.value, state)
            self._write(node.target, marks, state, node.value)
            self._sink_at(node, marks, node.value)
        return state

    def _update(self, node: Update, state: State) -> State:
        marks = self._value(node.value, state) | self._value(node.target, state)
        self._write(node.target, marks, state, None)
        self._sink_at(node, marks, node.value)
        return state

    def _delete(self, node: Delete, state: State) -> State:
        for target in node.targets:
            self._value(target, state)
        return state

    def _assert(self, node: Assert, state: State) -> State:
        self._value(node.test, state)
        return state

    def _return(self, node: Return, state: State) -> None:
        if node.value is not None:
            self._sink_at(node, self._value(node.value, state), node.value)

    def _raise(self, node: Raise, state: State) -> None:
        for one in (node.value, node.cause):
            if one is not None:
                self._sink_at(node, self._value(one, state), one)

    def _leave(self, node: Node, state: State) -> None:
        if self._loops:
            self._loops[-1].append(dict(state))

    def _round(self, body: Sequence[Statement], state: State, inner: State) -> State:
        """Run the body of a loop once; return what may hold before the next time or after it."""
        self._loops.append([])
        joined = join(state, self._block(body, inner))
        for one in self._loops.pop():
            joined = join(joined, one)
        return joined if joined is not None else state

    def _if(self, node: If, state: State) -> State | None:
        self._value(node.test, state)
        other = dict(state)
        return join(self._block(node.body, state), self._block(node.orelse, other))

    def _while(self, node: While, state: State) -> State | None:
        for _ in range(_ROUNDS):
            self._value(node.test, state)
            joined = self._round(node.body, state, dict(state))
            if joined == state:
                break
            state = joined
        return self._block(node.orelse, state)

    def _for(self, node: For, state: State) -> State | None:
        for _ in range(_ROUNDS):
            marks = self._value(node.iterable, state)
            inner = dict(state)
            self._write(node.target, marks, inner, None)
            joined = self._round(node.body, state, inner)
            if joined == state:
                break
            state = joined
        return self._block(node.orelse, state)

    def _try(self, node: Try, state: State) -> State | None:
        before = dict(state)
        after = self._block(node.body, state)
        # A block may be left anywhere: what handles the error sees what was before or after.
        thrown = join(before, after if after is not None else state) or {}
        ends = [self._block(node.orelse, after) if after is not None else None]
        for handler in node.handlers:
            inner = dict(thrown)
            if handler.types is not None:
                self._value(handler.types, inner)
            ends.append(self._block(handler.body, inner))
        end: State | None = None
        for one in ends:
            end = join(end, one)
        if end is None:
            self._block(node.final, thrown)
            return None
        return self._block(node.final, end)

    def _with(self, node: With, state: State) -> State | None:
        for item in node.items:
            marks = self._value(item.context, state)
            if item.target is not None:
                self._write(item.target, marks, state, None)
        return self._block(node.body, state)

    def _match(self, node: Match, state: State) -> State | None:
        marks = self._value(node.subject, state)
        end: State | None = dict(state)
        for case in node.cases:
            inner = dict(state)
            waiting: list[Node] = [case.pattern]
            while waiting:
                one = waiting.pop()
                if isinstance(one, MatchCapture | MatchStar) and one.name:
                    inner[one.name] = marks
                elif isinstance(one, MatchMapping) and one.rest:
                    inner[one.rest] = marks
                waiting += children(one)
            if case.guard is not None:
                self._value(case.guard, inner)
            end = join(end, self._block(case.body, inner))
        return end

    def _define(self, node: Define, state: State) -> State:
        for decorator in node.function.decorators:
            self._value(decorator, state)
        self._function(node.function, state)
        return state

    def _class(self, node: Class, state: State) -> State:
        for one in (*node.decorators, *node.bases):
            self._value(one, state)
        self._block(node.body, dict(state))
        return state

    def _function(self, function: Function, state: State) -> None:
        inner = dict(state)
        for name in function.locals:
            forget(inner, name)
            inner[name] = CLEAN
        for parameter in function.parameters:
            marks = CLEAN
            if parameter.default is not None:
                marks = self._value(parameter.default, state)
            extent = self._view.extent(parameter)
            marks |= self._sourced(extent, marks)
            inner[parameter.name] = marks
        self._block(function.body, inner)

    # --- Values ------------------------------------------------------------------------------

    def _value(self, node: Node, state: State) -> Marks:
        """Evaluate an expression; the state takes up what it changes."""
        self._left -= 1
        if self._left < 0:
            raise ExhaustedError
        extent = self._view.extent(node)
        act = _VALUES.get(type(node))
        marks: Marks = act(self, node, state) if act is not None else self._parts(node, state)
        marks |= self._given.get(extent, CLEAN)
        sanitized = self._sanitized(extent)
        sources = self._sourced(extent, marks)
        if sanitized:
            marks = CLEAN
        else:
            marks |= sources
        self._last[id(node)] = marks
        self._effects(extent, node, state, sanitized)
        self._sinks(extent, node, marks, state)
        for transfer in self._places.transfers.get(extent, ()):
            self._hand_over(transfer.given, transfer.path if transfer.effect else "", marks, state)
        return marks

    def _hand_over(self, extent: Extent, path: str, marks: Marks, state: State) -> None:
        if not marks:
            return
        self._given[extent] = self._given.get(extent, CLEAN) | marks
        if path:
            state[path] = read(state, path) | marks

    def _parts(self, node: Node, state: State) -> Marks:
        marks = CLEAN
        for child in children(node):
            marks |= self._value(child, state)
        return marks if not self._options.assignments_only else CLEAN

    def _name(self, node: Name, state: State) -> Marks:
        return read(state, node.name)

    def _attribute(self, node: Attribute, state: State) -> Marks:
        inner = self._value(node.value, state)
        path = path_of(node)
        if path and path in state:
            return state[path]
        return inner if not self._options.assignments_only or path else CLEAN

    def _call(self, node: Call, state: State) -> Marks:
        marks = self._value(node.function, state)
        for one in (*node.arguments, *node.keywords):
            marks |= self._value(one, state)
        name = node.function.name if isinstance(node.function, Name) else ""
        if self._options.safe_numbers and name in _NUMBERS:
            return CLEAN
        if self._options.safe_booleans and name in ("bool", "isinstance"):
            return CLEAN
        quiet = self._options.safe_functions or self._options.assignments_only
        return CLEAN if quiet else marks

    def _index(self, node: Index, state: State) -> Marks:
        marks = self._value(node.value, state)
        key = self._value(node.key, state)
        return marks if self._options.safe_indexes else marks | key

    def _compare(self, node: Compare, state: State) -> Marks:
        marks = self._parts(node, state)
        return CLEAN if self._options.safe_booleans else marks

    def _unary(self, node: Unary, state: State) -> Marks:
        marks = self._value(node.value, state)
        return CLEAN if self._options.safe_booleans and node.operator == "not" else marks

    def _conditional(self, node: Conditional, state: State) -> Marks:
        self._value(node.test, state)
        return self._value(node.then, state) | self._value(node.orelse, state)

    def _comprehension(self, node: Comprehension, state: State) -> Marks:
        inner = dict(state)
        for clause in node.clauses:
            self._write(clause.target, self._value(clause.iterable, inner), inner, None)
            for condition in clause.conditions:
                self._value(condition, inner)
        marks = self._value(node.element, inner)
        return marks | self._value(node.key, inner) if node.key is not None else marks

    def _lambda(self, node: Lambda, state: State) -> Marks:
        self._function(node.function, state)
        return CLEAN

    def _await(self, node: Await, state: State) -> Marks:
        return self._value(node.value, state)

    def _bind(self, node: Bind, state: State) -> Marks:
        marks = self._value(node.value, state)
        self._write(node.target, marks, state, node.value)
        return marks

    # --- What is written ---------------------------------------------------------------------

    def _write(self, target: Node, marks: Marks, state: State, value: Node | None) -> None:
        """Give a target what a value carries."""
        extent = self._view.extent(target)
        if not self._sanitized(extent):
            marks |= self._sourced(extent, marks)
        if isinstance(target, Display):
            values = value.items if isinstance(value, Display) else ()
            for place, item in enumerate(target.items):
                one = values[place] if len(values) == len(target.items) else None
                own = self._last.get(id(one), marks) if one is not None else marks
                self._write(item, own, state, one)
            return
        if isinstance(target, Spread):
            self._write(target.value, marks, state, None)
            return
        path = path_of(target)
        if path:
            self._sinks(extent, target, marks, state)
            forget(state, path)
            state[path] = marks
            self._effects(extent, target, state, sanitized=False)
            return
        if isinstance(target, Index | Attribute):
            self._value(target.value, state)
            if isinstance(target, Index):
                self._value(target.key, state)
            self._sinks(extent, target, marks, state)
            holder = path_of(target.value)
            if holder and marks:
                state[holder] = read(state, holder) | marks

    def _sourced(self, extent: Extent, marks: Marks) -> Marks:
        """Return the sources that stand there, by the labels that they ask for."""
        found = {
            spot.number
            for spot in self._places.sources.around(extent)
            if spot.origin.effect != "only" and self._labelled(spot, marks)
        }
        return frozenset(found) if found else CLEAN

    def _labelled(self, spot: Spot, marks: Marks) -> bool:
        """Whether what a source or a sink requires is there."""
        if spot.origin.requires is None or spot.origin.requires.root is None:
            return True
        labels = {self._places.sources.all[number].origin.label for number in marks}
        # A label that nothing gives is not there.
        known = {name.name: False for name in walk(spot.origin.requires.root) if type(name) is Name}
        return holds(spot.origin.requires.root, {**known, **dict.fromkeys(labels, True)})

    def _sanitized(self, extent: Extent) -> bool:
        for spot in self._places.sanitizers.around(extent):
            if spot.origin.effect == "only":
                continue
            if spot.origin.gentle and (
                self._places.sources.at(spot.extent) or self._places.sinks.at(spot.extent)
            ):
                continue
            return True
        return False

    def _effects(self, extent: Extent, node: Node, state: State, sanitized: bool) -> None:
        path = path_of(node)
        if not path:
            return
        for spot in self._places.sanitizers.at(extent):
            if spot.origin.effect != "no":
                forget(state, path)
                state[path] = CLEAN
        if sanitized:
            return
        for spot in self._places.sources.at(extent):
            if spot.origin.effect != "no" and self._labelled(spot, read(state, path)):
                state[path] = read(state, path) | {spot.number}

    # --- What is reached ---------------------------------------------------------------------

    def _sinks(self, extent: Extent, node: Node, marks: Marks, state: State) -> None:
        for spot in self._places.sinks.around(extent):
            own = spot.extent == extent and not spot.range.focused
            if own and isinstance(node, Call):
                # What a call returns is not what it is given.
                inner = self._last.get(id(node.function), CLEAN)
                for one in (*node.arguments, *node.keywords):
                    inner |= self._last.get(id(one), CLEAN) | below(one, state)
                self._reach(spot, inner)
            else:
                self._reach(spot, marks | below(node, state))

    def _sink_at(self, node: Statement, marks: Marks, value: Node) -> None:
        """Look at a sink that is a whole statement."""
        extent = self._view.extent(node)
        if extent != self._view.extent(value):
            for spot in self._places.sinks.at(extent):
                self._reach(spot, marks)

    def _reach(self, spot: Spot, marks: Marks) -> None:
        if not marks or not self._labelled(spot, marks):
            return
        for number in sorted(marks):
            source = self._places.sources.all[number]
            bindings = merge(spot.range.bindings, source.range.bindings, self._view)
            if bindings is None:
                if self._options.unify:
                    continue
                bindings = {**source.range.bindings, **spot.range.bindings}
            self._reached.setdefault((spot.extent, spot.number), Reached(spot, source, bindings))
            return


_RUNS: dict[type[Any], Any] = {
    Assert: Flow._assert,
    Assign: Flow._assign,
    Break: Flow._leave,
    Class: Flow._class,
    Continue: Flow._leave,
    Declare: Flow._declare,
    Define: Flow._define,
    Delete: Flow._delete,
    Evaluate: Flow._evaluate,
    For: Flow._for,
    If: Flow._if,
    Match: Flow._match,
    Raise: Flow._raise,
    Return: Flow._return,
    Try: Flow._try,
    Update: Flow._update,
    While: Flow._while,
    With: Flow._with,
}
_VALUES: dict[type[Any], Any] = {
    Attribute: Flow._attribute,
    Await: Flow._await,
    Bind: Flow._bind,
    Call: Flow._call,
    Compare: Flow._compare,
    Comprehension: Flow._comprehension,
    Conditional: Flow._conditional,
    Index: Flow._index,
    Lambda: Flow._lambda,
    Name: Flow._name,
    Unary: Flow._unary,
}
