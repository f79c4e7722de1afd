"""Statements: what the state of a frame is after one, and whether the next is reached."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seawall.engines.code.expressions import compared, operate
from seawall.engines.code.guards import shown_of_all
from seawall.engines.code.state import (
    Exit,
    Facts,
    Frame,
    Loop,
    State,
    apply_facts,
    is_changed,
    join_states,
    meet,
    truth_of,
    widened,
)
from seawall.engines.code.values import (
    ANYTHING,
    NO_VALUE,
    DictCell,
    ListCell,
    Ref,
    Unknown,
    Value,
)
from seawall.model.program import (
    Assert,
    Assign,
    Attribute,
    Break,
    Broken,
    Class,
    Compare,
    Constant,
    Continue,
    Declare,
    Define,
    Delete,
    Evaluate,
    Expression,
    For,
    If,
    Import,
    Index,
    Match,
    MatchCapture,
    MatchClass,
    MatchMapping,
    MatchOr,
    MatchSequence,
    MatchStar,
    MatchValue,
    Name,
    Pattern,
    Raise,
    Return,
    Scope,
    Statement,
    Try,
    Unary,
    Update,
    While,
    With,
)

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine

UNROLLED = 12
"""Known items of which a loop is run one by one."""
ROUNDS = 3


def run(machine: "Machine", body: tuple[Statement, ...], frame: Frame) -> bool:
    """Run statements; return whether what comes after them is reached."""
    for statement in body:
        machine.count()
        if not STATEMENTS[type(statement)](machine, statement, frame):
            return False
        if frame.raised:
            # What a handler finds may have been left after any statement of its `try`.
            frame.raised[-1].append(frame.state)
    return True


def evaluate(machine: "Machine", node: Evaluate, frame: Frame) -> bool:
    """An expression for its effect; a call that never returns ends the way."""
    machine.ended = False
    machine.value(node.value, frame)
    if machine.ended:
        machine.ended = False
        return False
    return True


def assign(machine: "Machine", node: Assign, frame: Frame) -> bool:
    """`targets = value`."""
    value = machine.value(node.value, frame)
    if value.flows and isinstance(node.targets[0], Name):
        value = machine.stepped(value, frame, node.span, f"is kept in `{node.targets[0].name}`")
    for target in node.targets:
        machine.assign(target, value, frame)
    return True


def declare(machine: "Machine", node: Declare, frame: Frame) -> bool:
    """`target: annotation = value`."""
    if node.value is None:
        if isinstance(node.target, Name) and frame.is_class:
            frame.state.locals.setdefault(node.target.name, machine.typed(node.annotation, frame))
        return True
    value = machine.value(node.value, frame)
    if isinstance(value, Unknown) and not value.type:
        typed = machine.typed(node.annotation, frame)
        if isinstance(typed, Unknown) and typed.type:
            value = Unknown(value.flows, typed.type, value.serial, value.verdict)
        elif not value.flows:
            value = typed
    machine.assign(node.target, value, frame)
    return True


def update(machine: "Machine", node: Update, frame: Frame) -> bool:
    """`target operator= value`; a list that grows stays the same list."""
    left = machine.value(node.target, frame)
    right = machine.value(node.value, frame)
    if node.operator in ("+", "|") and isinstance(left, Ref):
        cell = machine.cell(left, frame)
        if isinstance(cell, ListCell):
            machine.extend(left, cell, right, frame)
            return True
        if isinstance(cell, DictCell):
            machine.merge_mapping(left, cell, right, frame)
            return True
    value = operate(machine, node.operator, left, right, frame, None)
    if right.flows and isinstance(node.target, Name):
        value = machine.stepped(value, frame, node.span, f"is added to `{node.target.name}`")
    machine.assign(node.target, value, frame)
    return True


def delete(machine: "Machine", node: Delete, frame: Frame) -> bool:
    """`del targets`."""
    for target in node.targets:
        if isinstance(target, Name):
            frame.state.locals.pop(target.name, None)
        elif isinstance(target, Index):
            machine.remove_item(machine.value(target.value, frame), target.key, frame)
        elif isinstance(target, Attribute):
            machine.value(target.value, frame)
    return True


def return_(machine: "Machine", node: Return, frame: Frame) -> bool:
    """`return value`."""
    machine.ended = False
    value = machine.value(node.value, frame) if node.value is not None else NO_VALUE
    if machine.ended:
        machine.ended = False
        return False
    machine.returned(value, node, frame)
    frame.exits.append(Exit(value, frame.state))
    return False


def raise_(machine: "Machine", node: Raise, frame: Frame) -> bool:
    """`raise value`."""
    if node.value is not None:
        value = machine.value(node.value, frame)
        machine.raised(value, node, frame)
    if frame.raised:
        frame.raised[-1].append(frame.state)
    return False


def break_(machine: "Machine", node: Break, frame: Frame) -> bool:
    """`break`."""
    if frame.loops:
        loop = frame.loops[-1]
        loop.breaks = join_states(loop.breaks, frame.state)
    return False


def continue_(machine: "Machine", node: Continue, frame: Frame) -> bool:
    """`continue`."""
    if frame.loops:
        loop = frame.loops[-1]
        loop.continues = join_states(loop.continues, frame.state)
    return False


def assert_(machine: "Machine", node: Assert, frame: Frame) -> bool:
    """`assert test`: what comes after knows that it held."""
    test = machine.value(node.test, frame)
    if truth_of(test, frame.state) is False:
        return False
    apply_facts(frame.state, machine.verdict_of(test)[0])
    return True


def if_(machine: "Machine", node: If, frame: Frame) -> bool:
    """`if`: one way where the test is decided, else both, each knowing how the test came out."""
    if _starts_program(node.test):
        # It is both: started as a program, and imported. Neither way is in doubt.
        return _both_ways(machine, node, frame, ({}, {}))
    machine.ended = False
    test = machine.value(node.test, frame)
    machine.ended = False
    truth = truth_of(test, frame.state)
    if truth is not None:
        return run(machine, node.body if truth else node.orelse, frame)
    frame.unsure += 1
    goes_on = _both_ways(machine, node, frame, machine.verdict_of(test))
    frame.unsure -= 1
    return goes_on


def _both_ways(machine: "Machine", node: If, frame: Frame, facts: tuple[Facts, Facts]) -> bool:
    """Follow both branches, each knowing what the test has shown, and join what comes of them."""
    before = frame.state
    frame.state = before.copy()
    apply_facts(frame.state, facts[0])
    after = frame.state if run(machine, node.body, frame) else None
    frame.state = before if after is None else before.copy()
    apply_facts(frame.state, facts[1])
    other = run(machine, node.orelse, frame)
    if after is None:
        return other
    joined = join_states(after, frame.state if other else None)
    assert joined is not None
    if _is_waivable(node.test):
        apply_facts(joined, after.facts)
    frame.state = joined
    return True


_PERMISSION = re.compile(
    r"(?i)_*(?:allow|permit|skip|disable|no|trust|unsafe|insecure|dangerous)(?:ed|ly)?(?:_|$)"
)


def is_permission(name: str) -> bool:
    """Whether a name is that of a switch by which somebody asks for what is not safe."""
    return _PERMISSION.match(name) is not None


def _is_waivable(test: Expression) -> bool:
    """Whether a test asks that a check be not waived: who waives it answers for it."""
    match test:
        case Unary(operator="not", value=Name(name=name) | Attribute(name=name)):
            return is_permission(name)
    return False


def _starts_program(test: Expression) -> bool:
    """Whether a test asks if the module was started as a program."""
    if not isinstance(test, Compare) or test.operators != ("==",):
        return False
    sides = (test.left, test.rights[0])
    return any(isinstance(side, Name) and side.name == "__name__" for side in sides) and any(
        isinstance(side, Constant) and side.value == "__main__" for side in sides
    )


def while_(machine: "Machine", node: While, frame: Frame) -> bool:
    """`while`: as often as is known, then until nothing new becomes known."""
    loop = Loop()
    frame.loops.append(loop)
    left: State | None = None
    try:
        for number in range(UNROLLED):
            test = machine.value(node.test, frame)
            truth = truth_of(test, frame.state)
            if truth is False:
                left = join_states(left, frame.state)
                break
            if truth is None or number == UNROLLED - 1:
                left = join_states(left, _fixpoint(machine, node, frame, loop))
                break
            ended = not run(machine, node.body, frame)
            following = join_states(None if ended else frame.state, loop.continues)
            loop.continues = None
            if following is None:
                break
            frame.state = following
    finally:
        frame.loops.pop()
    return _leave(machine, node.orelse, left, loop, frame)


def _fixpoint(machine: "Machine", node: While, frame: Frame, loop: Loop) -> State | None:
    left: State | None = None
    for number in range(ROUNDS):
        test = machine.value(node.test, frame)
        facts = machine.verdict_of(test)
        truth = truth_of(test, frame.state)
        entry = frame.state
        if truth is not True:
            out = entry.copy()
            apply_facts(out, facts[1])
            left = join_states(left, out)
        if truth is False:
            break
        frame.state = entry.copy()
        apply_facts(frame.state, facts[0])
        ended = not run(machine, node.body, frame)
        following = join_states(None if ended else frame.state, loop.continues)
        loop.continues = None
        if following is None:
            break
        joined = join_states(entry, following)
        assert joined is not None
        if not is_changed(entry, joined):
            left = join_states(left, following) if truth is not True else left
            break
        frame.state = widened(entry, joined) if number else joined
    else:
        left = join_states(left, frame.state)
    return left


def _leave(
    machine: "Machine",
    orelse: tuple[Statement, ...],
    left: State | None,
    loop: Loop,
    frame: Frame,
) -> bool:
    """Go on after a loop, by its `else` and by its breaks."""
    if left is not None:
        frame.state = left
        if orelse and not run(machine, orelse, frame):
            left = None
        else:
            left = frame.state
    joined = join_states(left, loop.breaks)
    if joined is None:
        return False
    frame.state = joined
    return True


def for_(machine: "Machine", node: For, frame: Frame) -> bool:
    """`for`: item by item where they are known and few, else until nothing new is known."""
    iterable = machine.value(node.iterable, frame)
    loop = Loop()
    frame.loops.append(loop)
    left: State | None
    try:
        items = machine.items_of(iterable, frame)
        if items is not None and len(items) <= UNROLLED:
            left = _one_by_one(machine, node, items, frame, loop)
        else:
            element = machine.element_of(iterable, frame)
            if element is None:
                element = ANYTHING
            elif element.flows:
                element = machine.stepped(element, frame, node.span, "is taken item by item")
            left = _all_at_once(machine, node, iterable, element, frame, loop)
    finally:
        frame.loops.pop()
    return _leave(machine, node.orelse, left, loop, frame)


def _one_by_one(
    machine: "Machine", node: For, items: list[Value], frame: Frame, loop: Loop
) -> State | None:
    for item in items:
        machine.assign(node.target, item, frame)
        ended = not run(machine, node.body, frame)
        following = join_states(None if ended else frame.state, loop.continues)
        loop.continues = None
        if following is None:
            return None
        frame.state = following
    return frame.state


def _all_at_once(
    machine: "Machine", node: For, iterable: Value, element: Value, frame: Frame, loop: Loop
) -> State | None:
    left: State = frame.state
    checked: Facts | None = None
    for number in range(ROUNDS):
        entry = left
        frame.state = entry.copy()
        machine.assign(node.target, element, frame)
        ended = not run(machine, node.body, frame)
        following = join_states(None if ended else frame.state, loop.continues)
        loop.continues = None
        if following is None:
            break
        checked = following.facts if checked is None else meet(checked, following.facts)
        joined = join_states(entry, following)
        assert joined is not None
        if not is_changed(entry, joined):
            left = joined
            break
        left = widened(entry, joined) if number else joined
    if checked:
        apply_facts(left, shown_of_all(machine, iterable, element, checked))
    return left


def try_(machine: "Machine", node: Try, frame: Frame) -> bool:
    """`try`: a handler is entered from wherever its body may have been left."""
    states: list[State] = [frame.state]
    frame.raised.append(states)
    frame.state = frame.state.copy()
    try:
        reached = run(machine, node.body, frame)
    finally:
        frame.raised.pop()
    end = frame.state if reached else None
    if not reached:
        states.append(frame.state)
    if end is not None and node.orelse:
        frame.state = end
        end = frame.state if run(machine, node.orelse, frame) else None
        if end is not None:
            end = frame.state
    entry: State | None = None
    for state in states[:1] + states[-12:]:
        entry = join_states(entry, state)
    assert entry is not None
    for handler in node.handlers:
        frame.state = entry.copy()
        if handler.types is not None:
            machine.value(handler.types, frame)
        if handler.name:
            frame.state.locals[handler.name] = machine.caught(handler, frame)
        if run(machine, handler.body, frame):
            end = join_states(end, frame.state)
    if node.final:
        frame.state = end if end is not None else entry.copy()
        if not run(machine, node.final, frame):
            return False
        if end is None:
            return False
        return True
    if end is None:
        return False
    frame.state = end
    return True


def with_(machine: "Machine", node: With, frame: Frame) -> bool:
    """`with`: what `__enter__` gives goes to the target."""
    for item in node.items:
        context = machine.value(item.context, frame)
        entered = machine.entered(context, frame, item.context)
        if item.target is not None:
            machine.assign(item.target, entered, frame)
    return run(machine, node.body, frame)


def match(machine: "Machine", node: Match, frame: Frame) -> bool:
    """`match`: the cases that may fit, in order, until one surely does."""
    subject = machine.value(node.subject, frame)
    end: State | None = None
    before = frame.state
    for case in node.cases:
        frame.state = before.copy()
        fits = matches(machine, case.pattern, subject, frame, node.subject)
        if fits is False:
            continue
        surely = fits is True
        if case.guard is not None:
            test = machine.value(case.guard, frame)
            truth = truth_of(test, frame.state)
            if truth is False:
                continue
            surely = surely and truth is True
            apply_facts(frame.state, machine.verdict_of(test)[0])
        if run(machine, case.body, frame):
            end = join_states(end, frame.state)
        if surely:
            break
    else:
        end = join_states(end, before)
    if end is None:
        return False
    frame.state = end
    return True


def matches(
    machine: "Machine",
    pattern: Pattern,
    subject: Value,
    frame: Frame,
    node: Expression | None = None,
) -> bool | None:
    """Whether a pattern fits, binding its names and what fitting shows."""
    match pattern:
        case MatchCapture():
            if pattern.name:
                # Before the pattern, so that what it shows is known of the name too.
                frame.state.locals[pattern.name] = subject
            if pattern.pattern is None:
                return True
            return matches(machine, pattern.pattern, subject, frame, node)
        case MatchValue():
            value = machine.value(pattern.value, frame)
            test = compared(machine, "==", subject, value, frame, node or pattern.value)
            apply_facts(frame.state, machine.verdict_of(test)[0])
            return truth_of(test, frame.state)
        case MatchOr():
            results = []
            states = []
            before = frame.state
            for option in pattern.patterns:
                frame.state = before.copy()
                fits = matches(machine, option, subject, frame, node)
                if fits is not False:
                    states.append(frame.state)
                results.append(fits)
                if fits is True:
                    break
            joined: State | None = None
            for state in states:
                joined = join_states(joined, state)
            frame.state = joined if joined is not None else before
            return True if True in results else None if None in results else False
        case MatchSequence():
            return _match_sequence(machine, pattern, subject, frame)
        case MatchMapping():
            return _match_mapping(machine, pattern, subject, frame)
        case MatchClass():
            return _match_class(machine, pattern, subject, frame)
        case MatchStar():
            return True


def _match_sequence(
    machine: "Machine", pattern: MatchSequence, subject: Value, frame: Frame
) -> bool | None:
    items = machine.items_of(subject, frame)
    stars = [i for i, item in enumerate(pattern.items) if isinstance(item, MatchStar)]
    if items is not None:
        if len(items) < len(pattern.items) - len(stars):
            return False
        if not stars and len(items) != len(pattern.items):
            return False
        if not stars:
            results = [
                matches(machine, inner, item, frame)
                for inner, item in zip(pattern.items, items, strict=True)
            ]
            return False if False in results else None if None in results else True
    element = machine.element_of(subject, frame) or ANYTHING
    for inner in pattern.items:
        if isinstance(inner, MatchStar):
            if inner.name:
                frame.state.locals[inner.name] = machine.new_cell(ListCell(None, element), frame)
        else:
            matches(machine, inner, element, frame)
    return None


def _match_mapping(
    machine: "Machine", pattern: MatchMapping, subject: Value, frame: Frame
) -> bool | None:
    for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
        item = machine.get_item(subject, machine.value(key, frame), frame, None)
        matches(machine, inner, item, frame)
    if pattern.rest:
        frame.state.locals[pattern.rest] = subject
    return None


def _match_class(
    machine: "Machine", pattern: MatchClass, subject: Value, frame: Frame
) -> bool | None:
    kind = machine.value(pattern.function, frame)
    verdict = machine.is_instance(subject, kind, frame)
    if truth_of(verdict, frame.state) is False:
        return False
    apply_facts(frame.state, machine.verdict_of(verdict)[0])
    for inner in pattern.patterns:
        matches(machine, inner, subject, frame)
    for name, inner in zip(pattern.names, pattern.named, strict=True):
        matches(machine, inner, machine.get_attribute(subject, name, frame, None), frame)
    return truth_of(verdict, frame.state) if not pattern.named and not pattern.patterns else None


def import_(machine: "Machine", node: Import, frame: Frame) -> bool:
    """`import`."""
    machine.run_import(node, frame)
    return True


def scope(machine: "Machine", node: Scope, frame: Frame) -> bool:
    """`global` and `nonlocal`: read and written where they live."""
    return True


def define(machine: "Machine", node: Define, frame: Frame) -> bool:
    """`def`."""
    machine.define_function(node, frame)
    return True


def class_(machine: "Machine", node: Class, frame: Frame) -> bool:
    """`class`."""
    machine.define_class(node, frame)
    return True


def broken(machine: "Machine", node: Broken, frame: Frame) -> bool:
    """Text that could not be parsed."""
    return True


STATEMENTS: dict[type, Callable[["Machine", Any, Frame], bool]] = {
    Evaluate: evaluate,
    Assign: assign,
    Declare: declare,
    Update: update,
    Delete: delete,
    Return: return_,
    Raise: raise_,
    Break: break_,
    Continue: continue_,
    Assert: assert_,
    If: if_,
    While: while_,
    For: for_,
    Try: try_,
    With: with_,
    Match: match,
    Import: import_,
    Scope: scope,
    Define: define,
    Class: class_,
    Broken: broken,
}
