"""Expressions: what one evaluates to, in the state of a frame."""

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seawall.engines.code import containers, guards, reasoned
from seawall.engines.code.flows import of_numbers
from seawall.engines.code.state import (
    Facts,
    Frame,
    apply_facts,
    constant_key,
    item_of,
    join_all,
    join_states,
    meet,
    truth_of,
    unite,
)
from seawall.engines.code.values import (
    ANYTHING,
    LONGEST,
    NO_VALUE,
    DictCell,
    FunctionValue,
    Items,
    Known,
    ListCell,
    Method,
    ObjectCell,
    Ref,
    Text,
    Union,
    Unknown,
    Value,
    flows_of,
    join,
    make_text,
    make_union,
)
from seawall.model.program import (
    Attribute,
    Await,
    Binary,
    Bind,
    Call,
    Clause,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    Expression,
    Format,
    Index,
    Lambda,
    Logic,
    Mapping,
    Name,
    Sequence,
    Slice,
    Spread,
    Unary,
    Yield,
)
from seawall.model.program import Unknown as UnknownNode

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": lambda one, other: one is other if one is None or other is None else one == other,
    "is not": lambda one, other: one is not other if one is None or other is None else one != other,
    "in": lambda one, other: one in other,
    "not in": lambda one, other: one not in other,
}
SIGNS: dict[str, Callable[[Any], Any]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
}
OPPOSITE = {"not in": "in", "!=": "==", "is not": "is"}
GREATEST = 1 << 64

FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, MemoryError, AttributeError)


def constant(machine: "Machine", node: Constant, frame: Frame) -> Value:
    """A literal."""
    return Known(node.value)


def unknown(machine: "Machine", node: Any, frame: Frame) -> Value:
    """Whatever nothing is said about."""
    return ANYTHING


def name(machine: "Machine", node: Name, frame: Frame) -> Value:
    """A variable."""
    value = frame.state.locals.get(node.name)
    if value is not None:
        return value
    return machine.look_up(node.name, frame)


def attribute(machine: "Machine", node: Attribute, frame: Frame) -> Value:
    """`value.name`."""
    receiver = machine.value(node.value, frame)
    return machine.get_attribute(receiver, node.name, frame, node)


def index(machine: "Machine", node: Index, frame: Frame) -> Value:
    """`value[key]`."""
    container = machine.value(node.value, frame)
    if isinstance(node.key, Slice):
        return machine.cut(container, node.key, frame)
    key = machine.value(node.key, frame)
    if key.flows and isinstance(node.value, Call):
        reasoned.looked_up(machine, node.value, key, frame, node)
    return get_item(machine, container, key, frame, node)


def get_item(
    machine: "Machine", container: Value, key: Value, frame: Frame, node: Expression | None
) -> Value:
    """Return what stands under a key."""
    match container:
        case Ref():
            return _cell_item(machine, container, key, frame, node)
        case Items():
            if isinstance(key, Known) and isinstance(key.value, int):
                try:
                    return container.items[key.value]
                except IndexError:
                    return ANYTHING
            return make_union(list(container.items))
        case Known():
            if isinstance(key, Known):
                try:
                    return Known(container.value[key.value])
                except FAILURES:
                    return ANYTHING
            return ANYTHING
        case Text():
            return machine.letter(container, key)
        case Union():
            return make_union(
                [get_item(machine, option, key, frame, node) for option in container.options]
            )
        case Unknown():
            return _unknown_item(machine, container, key, frame, node)
    return machine.external_item(container, key, frame, node)


def _unknown_item(
    machine: "Machine", container: Unknown, key: Value, frame: Frame, node: Expression | None
) -> Value:
    if container.serial in machine.resolved:
        return guards.part_of_address(machine, container)
    kind = machine.library.items(container.type) if container.type else ""
    if container.type:
        found = machine.source_item(container, key, frame, node)
        if found is not None:
            return found
        getter = f"{container.type}.__getitem__"
        model = machine.library.model(getter)
        if model is not None and model.pages:
            return machine.call(Method(container, "__getitem__", getter), [key], {}, frame, node)
    if not container.flows:
        return Unknown((), kind) if kind else ANYTHING
    plain = key.value if isinstance(key, Known) else None
    value = machine.derive(container, ("[]", plain), kind, frame)
    if plain in reasoned.CLAIMED:
        return reasoned.read(value, plain, frame, node)
    return value


def _cell_item(
    machine: "Machine", container: Ref, key: Value, frame: Frame, node: Expression | None
) -> Value:
    cell = machine.cell(container, frame)
    match cell:
        case ListCell():
            if cell.items is not None and isinstance(key, Known) and isinstance(key.value, int):
                try:
                    return cell.items[key.value]
                except IndexError:
                    return cell.rest or ANYTHING
            return item_of(cell) or ANYTHING
        case DictCell():
            return dict_item(machine, cell, key) or ANYTHING
        case ObjectCell():
            if cell.info is not None and isinstance(cell.info.find("__getitem__"), FunctionValue):
                return machine.made_part(container, "__getitem__", key, frame, node) or ANYTHING
            stored = cell.attributes.get(f"[{key.value}]") if isinstance(key, Known) else None
            if stored is not None:
                return stored
            for base in machine.external_types(cell):
                kind = machine.library.items(base)
                if kind:
                    return Unknown((), kind)
    return ANYTHING


def dict_item(machine: "Machine", cell: DictCell, key: Value) -> Value | None:
    """Return what stands under a key of a mapping, None where nothing is known of it."""
    if isinstance(key, Known) and constant_key(key.value):
        found = cell.entries.get(key.value)
        if found is not None:
            return join(found, cell.rest) if cell.rest is not None else found
        return cell.rest
    values = list(cell.entries.values())
    if cell.rest is not None:
        values.append(cell.rest)
    return make_union(values) if values else None


def call(machine: "Machine", node: Call, frame: Frame) -> Value:
    """A call."""
    return machine.call_node(node, frame)


def format_text(machine: "Machine", node: Format, frame: Frame) -> Value:
    """An f-string or template literal."""
    parts: list[str | Value] = []
    for part in node.parts:
        if isinstance(part, Constant):
            parts.append(part.value if isinstance(part.value, str) else str(part.value))
            continue
        value = machine.value(part.value, frame)
        if part.conversion in ("r", "a") or part.specification is not None:
            value = machine.formatted(value, part.specification, part.conversion, frame)
        parts.append(as_text(machine, value, frame))
    return make_text(parts)


def as_text(machine: "Machine", value: Value, frame: Frame) -> Value:
    """Return what `str()` of a value gives."""
    match value:
        case Known():
            return value if isinstance(value.value, str) else Known(str(value.value))
        case Text() | Unknown():
            return value
        case Ref():
            return machine.text_of(value, frame)
        case Union():
            return make_union([as_text(machine, option, frame) for option in value.options])
    return Unknown(value.flows, "str")


def binary(machine: "Machine", node: Binary, frame: Frame) -> Value:
    """`left operator right`."""
    left = machine.value(node.left, frame)
    right = machine.value(node.right, frame)
    return operate(machine, node.operator, left, right, frame, node)


def operate(
    machine: "Machine",
    sign: str,
    left: Value,
    right: Value,
    frame: Frame,
    node: Expression | None = None,
) -> Value:
    """Compute a binary operator."""
    if isinstance(left, Known) and isinstance(right, Known):
        return _fold(sign, left.value, right.value)
    if isinstance(left, Union) and len(left.options) <= 3:
        return make_union(
            [operate(machine, sign, option, right, frame, node) for option in left.options]
        )
    if isinstance(right, Union) and len(right.options) <= 3 and sign in ("+", "%", "/"):
        return make_union(
            [operate(machine, sign, left, option, frame, node) for option in right.options]
        )
    if sign == "+":
        return _add(machine, left, right, frame)
    if isinstance(left, Unknown) and left.type:
        special = machine.operate_typed(sign, left, right, frame, node)
        if special is not None:
            return special
    if sign == "%":
        template = isinstance(left, Text) or (
            isinstance(left, Known) and isinstance(left.value, str | bytes)
        )
        if template:
            return machine.percent(left, right, frame)
    if sign in ("/", "|", "&", "@", "<<", "+"):
        special = machine.operate_object(sign, left, right, frame, node)
        if special is not None:
            return special
    if sign == "*":
        list_like = isinstance(left, Ref)
        if list_like or left.flows or right.flows:
            return Unknown(flows_of([left, right])) if not list_like else left
        return ANYTHING
    if sign in ("-", "/", "//", "**", ">>", "^"):
        kind = left.type if isinstance(left, Unknown) else ""
        numeric = any(
            isinstance(side, Known) and isinstance(side.value, int | float)
            for side in (left, right)
        )
        flows = flows_of([left, right])
        return Unknown(of_numbers(flows) if numeric else flows, kind)
    return Unknown(flows_of([left, right])) if left.flows or right.flows else ANYTHING


def _fold(sign: str, left: Any, right: Any) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        if sign in ("**", "<<") and (abs(right) > 64 or abs(left) > GREATEST):
            return ANYTHING
        if sign == "*" and max(abs(left), abs(right)) > GREATEST:
            return ANYTHING
    elif sign == "*":
        counts = [side for side in (left, right) if isinstance(side, int)]
        sized = [side for side in (left, right) if isinstance(side, str | bytes)]
        if counts and sized and len(sized[0]) * max(counts[0], 0) > LONGEST:
            return ANYTHING
    elif sign == "%" and isinstance(left, str | bytes):
        widths = any(len(number) > 3 for number in _digits(left))
        if widths:
            return Unknown((), "str")
    elif sign in ("**", "<<"):
        return ANYTHING
    try:
        result = OPERATORS[sign](left, right)
    except (KeyError, *FAILURES):
        return ANYTHING
    if isinstance(result, str | bytes) and len(result) > LONGEST:
        return Unknown((), "str")
    return Known(result) if isinstance(result, str | bytes | int | float | bool) else ANYTHING


def _digits(template: str | bytes) -> list[str]:
    text = template if isinstance(template, str) else template.decode("latin-1")
    return "".join(letter if letter.isdigit() else " " for letter in text).split()


def _add(machine: "Machine", left: Value, right: Value, frame: Frame) -> Value:
    if isinstance(left, Ref) or isinstance(right, Ref):
        cells = [
            machine.cell(side, frame) if isinstance(side, Ref) else None for side in (left, right)
        ]
        if all(isinstance(cell, ListCell) for cell in cells):
            one, other = cells
            assert isinstance(one, ListCell)
            assert isinstance(other, ListCell)
            if one.items is not None and other.items is not None:
                return machine.new_cell(ListCell(one.items + other.items), frame)
            rest = join_all(item_of(one), item_of(other))
            return machine.new_cell(ListCell(None, rest), frame)
        for cell in cells:
            if isinstance(cell, ListCell):
                other_side = right if cell is cells[0] else left
                rest = join_all(
                    item_of(cell), Unknown(other_side.flows) if other_side.flows else None
                )
                return machine.new_cell(ListCell(None, rest), frame)
        special = machine.operate_object("+", left, right, frame, None)
        return special if special is not None else Unknown(flows_of([left, right]))
    if isinstance(left, Items) and isinstance(right, Items):
        return Items(left.items + right.items)
    is_text = any(
        isinstance(side, Text)
        or (isinstance(side, Known) and isinstance(side.value, str | bytes))
        or (isinstance(side, Unknown) and side.type == "str")
        for side in (left, right)
    )
    if is_text:
        return make_text([left, right])
    numeric = any(
        isinstance(side, Known) and isinstance(side.value, int | float) for side in (left, right)
    )
    if numeric:
        flows = of_numbers(flows_of([left, right]))
        return Unknown(flows) if flows else ANYTHING
    if left.flows or right.flows:
        return make_text([left, right])
    return ANYTHING


def unary(machine: "Machine", node: Unary, frame: Frame) -> Value:
    """`not value`, `-value`."""
    value = machine.value(node.value, frame)
    if node.operator == "not":
        truth = truth_of(value, frame.state)
        if truth is not None:
            return Known(not truth)
        facts = machine.verdict_of(value)
        return Unknown((), "bool", 0, (facts[1], facts[0]))
    if isinstance(value, Known) and isinstance(value.value, int | float):
        try:
            return Known(SIGNS[node.operator](value.value))
        except FAILURES:
            return ANYTHING
    return ANYTHING


def compare(machine: "Machine", node: Compare, frame: Frame) -> Value:
    """A chain of comparisons, and what it shows of what is compared."""
    left = machine.value(node.left, frame)
    if len(node.operators) == 1:
        right = machine.value(node.rights[0], frame)
        return compared(machine, node.operators[0], left, right, frame, node)
    result: Value = Known(True)
    for sign, right_node in zip(node.operators, node.rights, strict=True):
        right = machine.value(right_node, frame)
        one = compared(machine, sign, left, right, frame, node)
        result = _both(machine, result, one, frame)
        left = right
    return result


def _both(machine: "Machine", one: Value, other: Value, frame: Frame) -> Value:
    truths = truth_of(one, frame.state), truth_of(other, frame.state)
    if False in truths:
        return Known(False)
    if truths == (True, True):
        return Known(True)
    first, second = machine.verdict_of(one), machine.verdict_of(other)
    return Unknown((), "bool", 0, (unite(first[0], second[0]), meet(first[1], second[1])))


def compared(
    machine: "Machine", sign: str, left: Value, right: Value, frame: Frame, node: Expression
) -> Value:
    """Decide one comparison, or say what either outcome shows."""
    reasoned.compared(machine, sign, left, right, frame, node)
    decided = _decide(machine, sign, left, right, frame)
    if decided is not None:
        return Known(decided)
    checked = isinstance(left, Unknown) and (left.verdict is not None or left.serial)
    if not (left.flows or right.flows or checked):
        return Unknown((), "bool")
    facts = machine.shown_by(OPPOSITE.get(sign, sign), left, right, frame, node)
    if sign in OPPOSITE:
        facts = (facts[1], facts[0])
    return Unknown((), "bool", 0, facts)


def _decide(machine: "Machine", sign: str, left: Value, right: Value, frame: Frame) -> bool | None:
    if isinstance(left, Known):
        if isinstance(right, Known):
            try:
                return bool(COMPARISONS[sign](left.value, right.value))
            except (KeyError, *FAILURES):
                return None
        if sign in ("in", "not in"):
            found = machine.contains(right, left, frame)
            return None if found is None else found is (sign == "in")
    if sign in ("is", "is not", "==", "!=") and isinstance(right, Known) and right.value is None:
        surely = isinstance(left, Text | Items | Ref | FunctionValue)
        return sign in ("is not", "!=") if surely else None
    if sign in ("==", "!=") and isinstance(left, Text) and isinstance(right, Known):
        first = left.parts[0]
        text = right.value
        if isinstance(first, str) and isinstance(text, str) and not text.startswith(first):
            return sign == "!="
    return None


def logic(machine: "Machine", node: Logic, frame: Frame) -> Value:
    """`and` and `or`, evaluated as far as they are."""
    is_and = node.operator == "and"
    results: list[Value] = []
    on_true: Facts = {}
    on_false: Facts = {}
    first = True
    before = frame.state
    saved = None
    for operand in node.values:
        value = machine.value(operand, frame)
        truth = truth_of(value, frame.state)
        if truth is not None:
            if truth is not is_and:
                results.append(value)
                if first:
                    frame.state = join_states(before, saved) or before if saved else frame.state
                    return value
                break
            if operand is node.values[-1]:
                results.append(value)
            continue
        shown = machine.verdict_of(value)
        if first:
            on_true, on_false = shown
        elif is_and:
            on_true, on_false = unite(on_true, shown[0]), meet(on_false, shown[1])
        else:
            on_true, on_false = meet(on_true, shown[0]), unite(on_false, shown[1])
        first = False
        results.append(
            machine.assumed(value, not is_and) if operand is not node.values[-1] else value
        )
        facts = shown[0] if is_and else shown[1]
        if facts and operand is not node.values[-1]:
            if saved is None:
                saved = frame.state
                frame.state = saved.copy()
            apply_facts(frame.state, facts)
    if saved is not None:
        frame.state = join_states(saved, frame.state) or saved
    result = make_union(results) if results else ANYTHING
    if isinstance(result, Unknown) or all(
        truth_of(r, frame.state) is None or isinstance(r, Known) for r in results
    ):
        if on_true or on_false:
            if isinstance(result, Unknown):
                return Unknown(result.flows, result.type, result.serial, (on_true, on_false))
            if not result.flows:
                return Unknown((), "bool", 0, (on_true, on_false))
    return result


def conditional(machine: "Machine", node: Conditional, frame: Frame) -> Value:
    """`then if test else orelse`."""
    test = machine.value(node.test, frame)
    truth = truth_of(test, frame.state)
    if truth is not None:
        return machine.value(node.then if truth else node.orelse, frame)
    facts = machine.verdict_of(test)
    before = frame.state
    frame.state = before.copy()
    apply_facts(frame.state, facts[0])
    one = machine.value(node.then, frame)
    after = frame.state
    frame.state = before
    if facts[1]:
        frame.state = before.copy()
        apply_facts(frame.state, facts[1])
    other = machine.value(node.orelse, frame)
    frame.state = join_states(after, frame.state) or before
    return join(one, other)


def sequence(machine: "Machine", node: Sequence, frame: Frame) -> Value:
    """A display of values."""
    items: list[Value] = []
    rest: Value | None = None
    is_open = False
    for item in node.items:
        if isinstance(item, Spread):
            spread = machine.value(item.value, frame)
            known = machine.items_of(spread, frame)
            if known is not None:
                items += known
            else:
                is_open = True
                rest = join_all(rest, machine.element_of(spread, frame))
        else:
            items.append(machine.value(item, frame))
    if is_open:
        rest = join_all(rest, *items)
        return machine.new_cell(ListCell(None, rest, node.kind), frame)
    if node.kind == "tuple":
        return Items(tuple(items))
    return machine.new_cell(ListCell(tuple(items), None, node.kind), frame)


def mapping(machine: "Machine", node: Mapping, frame: Frame) -> Value:
    """A display of pairs."""
    entries: dict[Any, Value] = {}
    rest: Value | None = None
    is_open = False
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = machine.value(value_node, frame)
        if key_node is None:
            cell = machine.cell(value, frame) if isinstance(value, Ref) else None
            if isinstance(cell, DictCell):
                entries.update(cell.entries)
                rest = join_all(rest, cell.rest)
                is_open = is_open or cell.is_open
            else:
                is_open = True
                rest = join_all(rest, machine.element_of(value, frame))
            continue
        key = machine.value(key_node, frame)
        if isinstance(key, Known) and constant_key(key.value):
            if value.flows and isinstance(key.value, str):
                reasoned.named(machine, key.value, value, frame, value_node)
            entries[key.value] = value
        else:
            rest = join_all(rest, containers.under(machine, key, value))
            is_open = True
    return machine.new_cell(DictCell(entries, rest, is_open), frame)


def comprehension(machine: "Machine", node: Comprehension, frame: Frame) -> Value:
    """A comprehension: item by item where the items are known and few, else once for all."""
    outer = dict(frame.state.locals)
    found: list[tuple[Value | None, Value]] = []
    exact = _comprehend(machine, node, node.clauses, frame, found)
    names = _bound(node.clauses)
    for bound in names:
        if bound in outer:
            frame.state.locals[bound] = outer[bound]
        else:
            frame.state.locals.pop(bound, None)
    if node.kind == "dict":
        entries: dict[Any, Value] = {}
        rest: Value | None = None
        for key, value in found:
            if exact and isinstance(key, Known) and constant_key(key.value):
                entries[key.value] = value
            else:
                rest = join_all(rest, containers.under(machine, key or ANYTHING, value))
        return machine.new_cell(DictCell(entries, rest, not exact), frame)
    kind = "list" if node.kind == "generator" else node.kind
    values = tuple(value for _, value in found)
    if exact:
        return machine.new_cell(ListCell(values, None, kind), frame)
    rest = join_all(*values)
    return machine.new_cell(ListCell(None, rest, kind), frame)


def _comprehend(
    machine: "Machine",
    node: Comprehension,
    clauses: tuple[Clause, ...],
    frame: Frame,
    found: list[tuple[Value | None, Value]],
) -> bool:
    """Collect the elements; return whether it is certain which there are."""
    if not clauses:
        key = machine.value(node.key, frame) if node.key is not None else None
        found.append((key, machine.value(node.element, frame)))
        return True
    clause = clauses[0]
    iterable = machine.value(clause.iterable, frame)
    items = machine.items_of(iterable, frame)
    exact = items is not None and len(items) <= 24
    if items is None or not exact:
        element = machine.element_of(iterable, frame)
        items = [element if element is not None else ANYTHING]
    for item in items:
        machine.assign(clause.target, item, frame)
        passes = True
        saved = frame.state
        for condition in clause.conditions:
            test = machine.value(condition, frame)
            truth = truth_of(test, frame.state)
            if truth is False:
                passes = False
                break
            if truth is None:
                exact = False
                facts = machine.verdict_of(test)[0]
                if facts:
                    frame.state = frame.state.copy()
                    apply_facts(frame.state, facts)
        if passes:
            exact = _comprehend(machine, node, clauses[1:], frame, found) and exact
        frame.state = saved
        if len(found) > 64:
            return False
    return exact


def _bound(clauses: tuple[Clause, ...]) -> list[str]:
    names: list[str] = []
    waiting: list[Expression] = [clause.target for clause in clauses]
    while waiting:
        target = waiting.pop()
        if isinstance(target, Name):
            names.append(target.name)
        elif isinstance(target, Sequence):
            waiting += target.items
        elif isinstance(target, Spread):
            waiting.append(target.value)
    return names


def lambda_(machine: "Machine", node: Lambda, frame: Frame) -> Value:
    """A function without a name."""
    return FunctionValue(frame.module.define(node.function, None), frame)


def await_(machine: "Machine", node: Await, frame: Frame) -> Value:
    """`await value`: what it will be."""
    return machine.value(node.value, frame)


def yield_(machine: "Machine", node: Yield, frame: Frame) -> Value:
    """`yield`: adds to what the generator gives."""
    value = machine.value(node.value, frame) if node.value is not None else NO_VALUE
    if node.each:
        element = machine.element_of(value, frame)
        value = element if element is not None else ANYTHING
    frame.yields = join_all(frame.yields, value)
    return ANYTHING


def bind(machine: "Machine", node: Bind, frame: Frame) -> Value:
    """`target := value`."""
    value = machine.value(node.value, frame)
    machine.assign(node.target, value, frame)
    return machine.value(node.target, frame)


def spread(machine: "Machine", node: Spread, frame: Frame) -> Value:
    """A stray `*value`."""
    return machine.value(node.value, frame)


EXPRESSIONS: dict[type, Callable[["Machine", Any, Frame], Value]] = {
    Constant: constant,
    UnknownNode: unknown,
    Slice: unknown,
    Name: name,
    Attribute: attribute,
    Index: index,
    Call: call,
    Format: format_text,
    Binary: binary,
    Unary: unary,
    Compare: compare,
    Logic: logic,
    Conditional: conditional,
    Sequence: sequence,
    Mapping: mapping,
    Comprehension: comprehension,
    Lambda: lambda_,
    Await: await_,
    Yield: yield_,
    Bind: bind,
    Spread: spread,
}
