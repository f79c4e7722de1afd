"""What Python's own functions and a few of its modules do, where a table could not say it."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from seawall.engines.code.flows import NONE, NORMALISED, NOTHING, Flow, merge
from seawall.engines.code.guards import NOT_ABSOLUTE, facts_about, is_measure, shown_by_regex
from seawall.engines.code.state import Facts, Frame, join_all, meet, serials_of, truth_of, unite
from seawall.engines.code.values import (
    ANYTHING,
    FED,
    MOST_CALLEES,
    NO_VALUE,
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
    flows_of,
    join,
    make_text,
    make_union,
    map_flows,
    next_serial,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine

Handle = Callable[["Machine", "Arguments", Frame, Value | None], Value | None]
FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, MemoryError, AttributeError)
PLAIN: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ord": ord,
    "chr": chr,
    "hex": hex,
    "oct": oct,
    "bin": bin,
    "round": round,
    "divmod": divmod,
    "int": int,
    "float": float,
    "bool": bool,
    "ascii": ascii,
    "repr": repr,
}


def _first(given: "Arguments", name: str = "") -> Value | None:
    if given.positional:
        return given.positional[0]
    return given.keywords.get(name) if name else given.rest


def _second(given: "Arguments", name: str = "") -> Value | None:
    if len(given.positional) > 1:
        return given.positional[1]
    return given.keywords.get(name) if name else None


def _plain(name: str) -> Handle:
    function = PLAIN[name]

    def handle(
        machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
    ) -> Value:
        values = given.positional
        if values and all(isinstance(v, Known) for v in values) and not given.keywords:
            plain = [v.value for v in values if isinstance(v, Known)]
            if not (isinstance(plain[0], str) and len(plain[0]) > 4000):
                try:
                    result = function(*plain)
                except FAILURES:
                    return ANYTHING
                if isinstance(result, str | int | float | bool):
                    return Known(result)
        if name in ("repr", "ascii"):
            flows = NONE
            for value in values:
                flows = merge(flows, machine.deep_flows(value, frame))
            lines = frozenset("\n\r")
            return Unknown(tuple(flow.without(lines) for flow in flows), "str")
        if name in ("int", "float"):
            for value in values[:1]:
                # Where it comes back, the text was that of a number.
                if value.flows:
                    facts = facts_about(machine, value, -1)
                    from seawall.engines.code.state import apply_facts

                    apply_facts(frame.state, facts)
        return Unknown((), name if name in ("int", "float", "bool") else "")

    return handle


def _str(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given, "object")
    if value is None:
        return Known("")
    if isinstance(value, Known) and isinstance(value.value, bytes):
        return make_text([value])
    bits = machine.library.clean_bits(("nosql-injection",))
    return map_flows(machine.as_text(value, frame), lambda flow: flow.cleaned(bits))


def _bytes(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given)
    if isinstance(value, Known) and isinstance(value.value, str):
        return Known(value.value)
    return value if isinstance(value, Text | Unknown) else ANYTHING


def _collection(kind: str) -> Handle:
    def handle(
        machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
    ) -> Value:
        value = _first(given)
        if value is None:
            if kind == "tuple":
                return Items(())
            return machine.new_cell(ListCell((), None, kind), frame)
        items = machine.items_of(value, frame)
        if items is not None and kind == "tuple":
            return Items(tuple(items))
        if items is not None:
            return machine.new_cell(ListCell(tuple(items), None, kind), frame)
        return machine.new_cell(ListCell(None, machine.element_of(value, frame), kind), frame)

    return handle


def _queue(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    return machine.new_cell(ListCell((), None, "deque"), frame)


def _dict(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    entries: dict[Any, Value] = {}
    rest: Value | None = given.names
    is_open = given.names is not None
    first = _first(given)
    if first is not None:
        cell = machine.cell(first, frame) if isinstance(first, Ref) else None
        if isinstance(cell, DictCell):
            entries.update(cell.entries)
            rest, is_open = join_all(rest, cell.rest), is_open or cell.is_open
        else:
            pairs = machine.items_of(first, frame)
            for pair in pairs or ():
                items = machine.items_of(pair, frame)
                if items is not None and len(items) == 2 and isinstance(items[0], Known):
                    entries[items[0].value] = items[1]
                else:
                    is_open = True
                    rest = join_all(rest, pair)
            if pairs is None:
                is_open = True
                rest = join_all(rest, machine.element_of(first, frame))
    entries.update(given.keywords)
    return machine.new_cell(DictCell(entries, rest, is_open), frame)


def _defaultdict(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    return machine.new_cell(DictCell({}, None, True), frame)


def _same(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given)
    if isinstance(value, Ref):
        cell = machine.cell(value, frame)
        return machine.new_cell(cell, frame) if cell is not None else value
    return value if value is not None else ANYTHING


def _identity(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    return _first(given) or ANYTHING


def _reversed(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    value = _first(given)
    if value is None:
        return ANYTHING
    items = machine.items_of(value, frame)
    if items is not None:
        return machine.new_cell(ListCell(tuple(reversed(items))), frame)
    return machine.new_cell(ListCell(None, machine.element_of(value, frame)), frame)


def _sorted(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given)
    if value is None:
        return ANYTHING
    items = machine.items_of(value, frame)
    if items is not None and all(isinstance(i, Known) for i in items) and not given.keywords:
        try:
            ordered = sorted(items, key=lambda item: item.value)  # type: ignore[attr-defined]
            return machine.new_cell(ListCell(tuple(ordered)), frame)
        except TypeError:
            pass
    return machine.new_cell(ListCell(None, machine.element_of(value, frame)), frame)


def _enumerate(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    value = _first(given)
    if value is None:
        return ANYTHING
    items = machine.items_of(value, frame)
    if items is not None:
        pairs = tuple(Items((Known(n), item)) for n, item in enumerate(items))
        return machine.new_cell(ListCell(pairs), frame)
    element = machine.element_of(value, frame) or ANYTHING
    return machine.new_cell(ListCell(None, Items((Unknown((), "int"), element))), frame)


def _zip(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    columns = [machine.items_of(value, frame) for value in given.positional]
    if columns and all(column is not None for column in columns):
        rows = tuple(Items(tuple(row)) for row in zip(*[c or [] for c in columns], strict=False))
        return machine.new_cell(ListCell(rows), frame)
    elements = tuple(machine.element_of(v, frame) or ANYTHING for v in given.positional)
    return machine.new_cell(ListCell(None, Items(elements)), frame)


def _range(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    plain = [v.value for v in given.positional if isinstance(v, Known) and isinstance(v.value, int)]
    if len(plain) == len(given.positional) and plain:
        try:
            numbers = range(*plain)
        except FAILURES:
            return ANYTHING
        if len(numbers) <= 64:
            return machine.new_cell(ListCell(tuple(map(Known, numbers))), frame)
    return machine.new_cell(ListCell(None, Unknown((), "int")), frame)


def _map(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    function = _first(given)
    if function is None or len(given.positional) < 2:
        return ANYTHING
    iterables = given.positional[1:]
    items = machine.items_of(iterables[0], frame) if len(iterables) == 1 else None
    if items is not None and len(items) <= 16:
        results = tuple(machine.call(function, [item], {}, frame, given.node) for item in items)
        return machine.new_cell(ListCell(results), frame)
    elements = [machine.element_of(value, frame) or ANYTHING for value in iterables]
    result = machine.call(function, elements, {}, frame, given.node)
    return machine.new_cell(ListCell(None, result), frame)


def _filter(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    if len(given.positional) < 2:
        return ANYTHING
    function, iterable = given.positional[:2]
    items = machine.items_of(iterable, frame)
    if items is not None and len(items) <= 16:
        kept: list[Value] = []
        exact = True
        for item in items:
            test = machine.call(function, [item], {}, frame, given.node)
            truth = truth_of(test, frame.state)
            if truth is not False:
                kept.append(item)
            exact = exact and truth is not None
        if exact:
            return machine.new_cell(ListCell(tuple(kept)), frame)
        return machine.new_cell(ListCell(None, join_all(*kept)), frame)
    return machine.new_cell(ListCell(None, machine.element_of(iterable, frame)), frame)


def _quantify(is_any: bool) -> Handle:
    def handle(
        machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
    ) -> Value:
        value = _first(given)
        items = machine.items_of(value, frame) if value is not None else None
        if value is None:
            return ANYTHING
        if items is None:
            element = machine.element_of(value, frame)
            shown = _text_of_letters(machine, element) if element is not None else None
            if shown is not None:
                return Unknown((), "bool", 0, shown if not is_any else ({}, {}))
            return Unknown((), "bool")
        truths = [truth_of(item, frame.state) for item in items]
        if is_any and True in truths:
            return Known(True)
        if not is_any and False in truths:
            return Known(False)
        if None not in truths:
            return Known(not is_any) if items else Known(not is_any)
        on_true: Facts | None = None
        on_false: Facts | None = None
        for item in items:
            shown = machine.verdict_of(item)
            if on_true is None or on_false is None:
                on_true, on_false = shown
            elif is_any:
                on_true, on_false = meet(on_true, shown[0]), unite(on_false, shown[1])
            else:
                on_true, on_false = unite(on_true, shown[0]), meet(on_false, shown[1])
        return Unknown((), "bool", 0, (on_true or {}, on_false or {}))

    return handle


def _text_of_letters(machine: "Machine", element: Value) -> tuple[Facts, Facts] | None:
    """`all(test(letter) for letter in text)`: what holds of each letter holds of the text."""
    if not isinstance(element, Unknown) or element.verdict is None:
        return None
    on_true: Facts = {}
    for serial, fact in element.verdict[0].items():
        for (container, key), part in machine.derived.items() if machine.derived else ():
            if part == serial and key == "each":
                on_true[container] = fact
    return (on_true, {}) if on_true else None


def _getattr(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    target, name = _first(given), _second(given)
    if target is None or name is None:
        return ANYTHING
    default = given.positional[2] if len(given.positional) > 2 else None
    if isinstance(name, Known) and isinstance(name.value, str):
        value = machine.get_attribute(target, name.value, frame, given.node)
        return join(value, default) if default is not None and value is ANYTHING else value
    if isinstance(name, Union) and all(isinstance(o, Known) for o in name.options):
        return make_union(
            [
                machine.get_attribute(target, str(o.value), frame, given.node)
                for o in name.options
                if isinstance(o, Known)
            ]
        )
    options = _callable_attributes(machine, target, name, frame)
    if options and len(options) <= MOST_CALLEES:
        return Union(tuple(options)) if len(options) > 1 else options[0]
    return Unknown(target.flows) if target.flows else ANYTHING


def _callable_attributes(
    machine: "Machine", target: Value, name: Value, frame: Frame
) -> list[Value]:
    """Return the functions of a module or object whose name may be the one that is computed."""
    parts = name.parts if isinstance(name, Text) else ()
    begin = parts[0] if parts and isinstance(parts[0], str) else ""
    end = parts[-1] if parts and isinstance(parts[-1], str) else ""

    def fits(attribute: str) -> bool:
        return attribute.startswith(begin) and attribute.endswith(end) and attribute[:2] != "__"

    options: list[Value] = []
    if isinstance(target, ModuleValue):
        machine.run_module(target.info)
        machine.take_imports(target.info)
        if target.info.state is not None:
            options = [
                value
                for attribute, value in target.info.state.locals.items()
                if isinstance(value, ClassValue | FunctionValue) and fits(attribute)
            ]
    elif isinstance(target, Ref):
        cell = machine.cell(target, frame)
        if isinstance(cell, ObjectCell) and cell.info is not None:
            names = {name: None for info in cell.info.mro for name in info.attributes}
            values = [machine.get_attribute(target, n, frame, None) for n in names if fits(n)]
            options = [value for value in values if isinstance(value, FunctionValue)]
    return options


def _setattr(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    if len(given.positional) < 3:
        return ANYTHING
    target, name, value = given.positional[:3]
    cell = machine.cell(target, frame) if isinstance(target, Ref) else None
    if isinstance(cell, ObjectCell) and isinstance(target, Ref):
        key = str(name.value) if isinstance(name, Known) else FED
        fed = cell.attributes.get(key) if key == FED else None
        attributes = {**cell.attributes, key: value if fed is None else join(fed, value)}
        frame.state.heap[target.cell] = ObjectCell(cell.info, attributes, cell.type)
    return NO_VALUE


def _super(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    function = frame.function
    if function is None or function.owner is None:
        return ANYTHING
    bound: Value | None = given.positional[1] if len(given.positional) > 1 else None
    if bound is None and function.node.parameters:
        bound = frame.state.locals.get(function.node.parameters[0].name)
    return Super(function.owner, bound if bound is not None else ANYTHING)


def _isinstance(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    value, kind = _first(given), _second(given)
    if value is None or kind is None:
        return ANYTHING
    return machine.is_instance(value, kind, frame)


def _type(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given)
    if isinstance(value, Ref) and len(given.positional) == 1:
        cell = machine.cell(value, frame)
        if isinstance(cell, ObjectCell) and cell.info is not None:
            return ClassValue(cell.info)
    if isinstance(value, Known) and len(given.positional) == 1:
        return Symbol(f"builtins.{type(value.value).__name__}")
    return ANYTHING


def _len(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given)
    if isinstance(value, Known) and isinstance(value.value, str | bytes):
        return Known(len(value.value))
    items = machine.items_of(value, frame) if value is not None else None
    return Known(len(items)) if items is not None else Unknown((), "int")


def _next(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given)
    element = machine.element_of(value, frame) if value is not None else None
    default = _second(given)
    joined = join_all(element, default)
    return joined if joined is not None else ANYTHING


def _extreme(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    values = given.positional
    if len(values) == 1:
        return machine.element_of(values[0], frame) or ANYTHING
    return make_union(list(values)) if values else ANYTHING


def _sum(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    return Unknown((), "int")


def _format(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given)
    return machine.as_text(value, frame) if value is not None else ANYTHING


def _partial(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    target = _first(given)
    if target is None:
        return ANYTHING
    return Partial(target, tuple(given.positional[1:]), given.keywords)


def _reduce(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    if len(given.positional) < 2:
        return ANYTHING
    function, iterable = given.positional[:2]
    element = machine.element_of(iterable, frame) or ANYTHING
    start = given.positional[2] if len(given.positional) > 2 else element
    value = machine.call(function, [start, element], {}, frame, given.node)
    return join(start, value)


def _namedtuple(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    return Symbol("collections.namedtuple()")


def _vars(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given)
    cell = machine.cell(value, frame) if isinstance(value, Ref) else None
    if isinstance(cell, ObjectCell):
        return machine.new_cell(DictCell(dict(cell.attributes), None, True), frame)
    if value is None:
        return machine.new_cell(DictCell(dict(frame.state.locals), None, True), frame)
    return ANYTHING


def _never_returns(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    machine.ended = True
    return ANYTHING


# --- paths ---


def join_path(machine: "Machine", values: list[Value], frame: Frame) -> Value:
    """Join the parts of a path; a later absolute part would drop those before it."""
    parts: list[str | Value] = []
    for number, value in enumerate(values):
        if (
            isinstance(value, Known)
            and isinstance(value.value, str)
            and value.value.startswith("/")
        ):
            parts = []
        if number and parts:
            parts.append("/")
        if isinstance(value, Ref | Symbol | Method) and not value.flows:
            value = Unknown((), "str")
        parts.append(
            machine.as_text(value, frame) if not isinstance(value, Items) else Unknown(value.flows)
        )
    return make_text(parts)


def _join(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    values = list(given.positional)
    if given.rest is not None:
        values.append(given.rest)
    return join_path(machine, values, frame)


def _join_path_method(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    return join_path(machine, [receiver or ANYTHING, *given.positional], frame)


def _normalise(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    value = _first(given)
    if value is None:
        value = receiver if receiver is not None else ANYTHING
    if isinstance(value, Known):
        return value
    if not value.flows:
        return Unknown((), "str")
    echo = (*serials_of(value), *_members_of(machine, value))
    flows = tuple(
        Flow(flow.origin, flow.clean | NORMALISED, flow.excludes, flow.step, flow.weak)
        for flow in value.flows
    )
    result = Unknown(flows, "str")
    bits = machine.library.clean_bits(("path-traversal", "archive-traversal"))
    machine.echoes[result.serial] = (echo, bits)
    return result


def _members_of(machine: "Machine", value: Value) -> Iterator[int]:
    """Yield what a path was read from: the member of an archive that has this name."""
    for serial in serials_of(value):
        member = machine.member_of.get(serial)
        if member is not None:
            yield member


def _path(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    if len(given.positional) > 1:
        return join_path(machine, given.positional, frame)
    value = _first(given)
    if value is None:
        return Unknown((), "pathlib.Path")
    if isinstance(value, Known):
        return value
    if isinstance(value, Text):
        return value
    return Unknown(value.flows, "pathlib.Path", value.serial if isinstance(value, Unknown) else 0)


def _basename(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    value = _first(given, "p")
    if value is None:
        return ANYTHING
    if isinstance(value, Known) and isinstance(value.value, str):
        return Known(value.value.rpartition("/")[2])
    slash = frozenset({"/", NOT_ABSOLUTE})
    if isinstance(value, Text) and isinstance(value.parts[-1], str) and "/" in value.parts[-1]:
        return Known(value.parts[-1].rpartition("/")[2])
    return Unknown(tuple(flow.without(slash) for flow in value.flows), "str")


def _is_absolute(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    value = _first(given) or receiver
    if value is None or not value.flows:
        return Unknown((), "bool")
    shown = facts_about(machine, value, 0, frozenset({NOT_ABSOLUTE}))
    return Unknown((), "bool", 0, ({}, shown))


def _common(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    """`commonpath`: equal to a folder, all lie in it."""
    paths = [item for value in given.positional for item in machine.items_of(value, frame) or ()]
    flows = flows_of(paths)
    if not flows:
        return Unknown((), "str")
    echo: list[int] = []
    for path in paths:
        if path.flows and all(flow.clean & NORMALISED for flow in path.flows):
            echo += serials_of(path)
            for serial in list(echo):
                echo += machine.echoes.get(serial, ((), 0))[0]
    result = Unknown(flows, "str")
    bits = machine.library.clean_bits(("path-traversal", "archive-traversal"))
    machine.echoes[result.serial] = (tuple(echo), bits)
    return result


def _common_text(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    """`commonprefix`, which knows of no folders: `/data-old` begins as `/data` does.

    What is left open by it is one name beside the folder, which an archive gains nothing by.
    """
    result = _common(machine, given, frame, receiver)
    echo = machine.echoes.get(result.serial) if isinstance(result, Unknown) else None
    if isinstance(result, Unknown) and echo is not None:
        bits = machine.library.clean_bits(("archive-traversal",))
        machine.echoes[result.serial] = (echo[0], bits)
    return result


def _is_relative_to(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    base = _first(given)
    if receiver is None or base is None or not is_measure(base, receiver):
        return Unknown((), "bool")
    if not all(flow.clean & NORMALISED for flow in receiver.flows):
        return Unknown((), "bool")
    bits = machine.library.clean_bits(("path-traversal", "archive-traversal"))
    return Unknown((), "bool", 0, (facts_about(machine, receiver, bits), {}))


def _relative_to(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    from seawall.engines.code.state import apply_facts

    base = _first(given)
    if receiver is None or base is None or not is_measure(base, receiver):
        return Unknown(receiver.flows if receiver is not None else NONE)
    if all(flow.clean & NORMALISED for flow in receiver.flows):
        bits = machine.library.clean_bits(("path-traversal", "archive-traversal"))
        apply_facts(frame.state, facts_about(machine, receiver, bits))
    return Unknown(receiver.flows)


# --- regular expressions ---


def _escape(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    value = _first(given, "pattern")
    if isinstance(value, Known) and isinstance(value.value, str):
        return Known(re.escape(value.value))
    return Unknown(value.flows, "str") if value is not None else ANYTHING


def _regex(how: str) -> Handle:
    def handle(
        machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
    ) -> Value:
        pattern: Value | None
        if isinstance(receiver, Ref):
            cell = machine.cell(receiver, frame)
            pattern = cell.attributes.get("pattern") if isinstance(cell, ObjectCell) else None
            value = _first(given, "string")
        else:
            pattern, value = _first(given, "pattern"), _second(given, "string")
        if value is None:
            return ANYTHING
        matched = Unknown(value.flows, "re.Match")
        on_true, on_false = shown_by_regex(machine, how, pattern or ANYTHING, value)
        facts = [on_true[serial] for serial in serials_of(value) if serial in on_true]
        if len(facts) == 1 and matched.serial:
            # What it has found is part of the text.
            on_true = {**on_true, matched.serial: facts[0]}
        return Unknown(matched.flows, "re.Match", matched.serial, (on_true, on_false))

    return handle


def _compile(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    pattern = _first(given, "pattern")
    attributes = {"pattern": pattern} if pattern is not None else {}
    return machine.new_cell(ObjectCell(None, attributes, "re.Pattern"), frame)


def _substitute(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    from seawall.engines.code.guards import _refused

    values = list(given.positional)
    pattern: Value | None
    if isinstance(receiver, Ref):
        cell = machine.cell(receiver, frame)
        pattern = cell.attributes.get("pattern") if isinstance(cell, ObjectCell) else None
    else:
        pattern = values.pop(0) if values else None
    if len(values) < 2:
        return ANYTHING
    replacement, value = values[0], values[1]
    if isinstance(replacement, FunctionValue):
        result = machine.call(replacement, [Unknown(value.flows)], {}, frame, given.node)
        return Unknown(merge(value.flows, result.flows), "str")
    excluded = NOTHING
    plain = isinstance(replacement, Known) and isinstance(replacement.value, str)
    if plain and isinstance(pattern, Known) and isinstance(pattern.value, str):
        refused = _refused(pattern.value)
        new = replacement.value  # type: ignore[attr-defined]
        excluded = frozenset(t for t in refused if len(t) == 1 and t not in new)
        if "." in excluded:
            excluded |= {".."}
    flows = tuple(flow.without(excluded) if excluded else flow for flow in value.flows)
    return Unknown(merge(flows, replacement.flows), "str")


# --- addresses ---


def _parse_url(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    value = _first(given, "url")
    if value is None or not value.flows:
        return Unknown((), "urllib.parse.ParseResult")
    result = Unknown(value.flows, "urllib.parse.ParseResult", next_serial())
    bits = machine.library.clean_bits(("server-side-request-forgery", "open-redirect"))
    # Whose host is known of, that address is, and what is put together again of its parts.
    echo = (*serials_of(value), result.serial)
    for name in ("netloc", "hostname"):
        part = machine.derive(result, name, "", frame)
        if isinstance(part, Unknown):
            machine.echoes[part.serial] = (echo, bits)
    return result


# --- things with an inside ---


def _config(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    return machine.new_cell(DictCell({}, None, True, "configparser.ConfigParser"), frame)


def call_typed_mapping(
    machine: "Machine", ref: Ref, cell: DictCell, name: str, given: "Arguments", frame: Frame
) -> Value | None:
    """`configparser.ConfigParser`: a mapping of sections to mappings."""
    if cell.type != "configparser.ConfigParser":
        return None
    values = given.positional
    if name == "add_section" and values:
        section = machine.new_cell(DictCell({}, None, True), frame)
        _store(machine, ref, values[0], section, frame)
        return NO_VALUE
    if name == "set" and len(values) > 2:
        inner = machine.get_item(ref, values[0], frame, None)
        if not isinstance(inner, Ref):
            inner = machine.new_cell(DictCell({}, None, True), frame)
            _store(machine, ref, values[0], inner, frame)
        _store(machine, inner, values[1], values[2], frame)
        return NO_VALUE
    if name in ("get", "getint", "getfloat", "getboolean") and len(values) > 1:
        inner = machine.get_item(ref, values[0], frame, None)
        value = (
            machine.get_item(inner, values[1], frame, None) if isinstance(inner, Ref) else ANYTHING
        )
        fallback = given.keywords.get("fallback")
        if name != "get":
            return Unknown((), name[3:])
        return join(value, fallback) if fallback is not None and value is ANYTHING else value
    if name in ("has_section", "has_option"):
        return Unknown((), "bool")
    if name in ("read", "read_file", "read_string", "read_dict"):
        return ANYTHING
    return None


def _store(machine: "Machine", ref: Ref, key: Value, value: Value, frame: Frame) -> None:
    from seawall.engines.code.containers import set_item

    set_item(machine, ref, key, value, frame)


# --- callbacks ---


def _call_first(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    """`executor.submit(function, ...)`, `asyncio.to_thread(function, ...)`."""
    function = _first(given)
    if not isinstance(function, FunctionValue | Partial | Union):
        return ANYTHING
    return machine.call(function, given.positional[1:], given.keywords, frame, given.node)


def _call_second(
    machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None
) -> Value:
    """`loop.run_in_executor(executor, function, ...)`."""
    function = _second(given)
    if not isinstance(function, FunctionValue | Partial | Union):
        return ANYTHING
    return machine.call(function, given.positional[2:], {}, frame, given.node)


def _thread(machine: "Machine", given: "Arguments", frame: Frame, receiver: Value | None) -> Value:
    target = given.keywords.get("target") or _second(given)
    arguments = given.keywords.get("args")
    if isinstance(target, FunctionValue | Partial):
        items = machine.items_of(arguments, frame) if arguments is not None else []
        machine.call(target, items or [], {}, frame, given.node)
        machine.ended = False
    return Unknown((), "threading.Thread")


def call_back(machine: "Machine", given: "Arguments", frame: Frame) -> None:
    """Let a library call the functions it is handed, with whatever it was handed beside them."""
    functions = [v for v in given.all() if isinstance(v, FunctionValue | Partial)]
    if not functions or len(functions) > 3 or machine.depth > 8:
        return
    others = [v for v in given.positional if not isinstance(v, FunctionValue | Partial)]
    for function in functions:
        if isinstance(function, FunctionValue):
            wanted = [p for p in function.info.node.parameters if p.kind in ("any", "position")]
            count = len(wanted) - (function.bound is not None)
            arguments = others[:count]
            if not any(v.flows for v in arguments):
                continue
            ended = machine.ended
            machine.call(function, arguments, {}, frame, given.node)
            machine.ended = ended


HANDLERS: dict[str, Handle] = {
    **{f"builtins.{name}": _plain(name) for name in PLAIN},
    "builtins.str": _str,
    "builtins.unicode": _str,
    "builtins.bytes": _bytes,
    "builtins.bytearray": _bytes,
    "builtins.list": _collection("list"),
    "builtins.tuple": _collection("tuple"),
    "builtins.set": _collection("set"),
    "builtins.frozenset": _collection("set"),
    "builtins.iter": _identity,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _defaultdict,
    "collections.ChainMap": _dict,
    "collections.deque": _collection("deque"),
    "collections.namedtuple": _namedtuple,
    "queue.Queue": _queue,
    "queue.LifoQueue": _queue,
    "queue.SimpleQueue": _queue,
    "queue.PriorityQueue": _queue,
    "asyncio.Queue": _queue,
    "multiprocessing.Queue": _queue,
    "builtins.reversed": _reversed,
    "builtins.sorted": _sorted,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.range": _range,
    "builtins.xrange": _range,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.any": _quantify(True),
    "builtins.all": _quantify(False),
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.super": _super,
    "builtins.isinstance": _isinstance,
    "builtins.type": _type,
    "builtins.len": _len,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.min": _extreme,
    "builtins.max": _extreme,
    "builtins.sum": _sum,
    "builtins.format": _format,
    "builtins.vars": _vars,
    "builtins.locals": _vars,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "builtins.reduce": _reduce,
    "itertools.chain.from_iterable": _next,
    "os.path.join": _join,
    "posixpath.join": _join,
    "ntpath.join": _join,
    "os.path.realpath": _normalise,
    "os.path.abspath": _normalise,
    "os.path.normpath": _normalise,
    "posixpath.normpath": _normalise,
    "os.path.normcase": _identity,
    "os.path.expanduser": _identity,
    "os.fspath": _identity,
    "os.path.basename": _basename,
    "posixpath.basename": _basename,
    "ntpath.basename": _basename,
    "os.path.isabs": _is_absolute,
    "os.path.commonpath": _common,
    "os.path.commonprefix": _common_text,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PosixPath": _path,
    "pathlib.PurePosixPath": _path,
    "pathlib.Path.resolve": _normalise,
    "pathlib.Path.absolute": _normalise,
    "pathlib.Path.joinpath": _join_path_method,
    "pathlib.Path.is_relative_to": _is_relative_to,
    "pathlib.Path.relative_to": _relative_to,
    "pathlib.Path.is_absolute": _is_absolute,
    "re.match": _regex("match"),
    "re.fullmatch": _regex("fullmatch"),
    "re.search": _regex("search"),
    "re.compile": _compile,
    "re.escape": _escape,
    "re.sub": _substitute,
    "re.Pattern.match": _regex("match"),
    "re.Pattern.fullmatch": _regex("fullmatch"),
    "re.Pattern.search": _regex("search"),
    "re.Pattern.sub": _substitute,
    "urllib.parse.urlparse": _parse_url,
    "urllib.parse.urlsplit": _parse_url,
    "urlparse.urlparse": _parse_url,
    "urlparse.urlsplit": _parse_url,
    "configparser.ConfigParser": _config,
    "configparser.RawConfigParser": _config,
    "configparser.SafeConfigParser": _config,
    "ConfigParser.ConfigParser": _config,
    "threading.Thread": _thread,
    "asyncio.to_thread": _call_first,
    "asyncio.create_task": _identity,
    "asyncio.ensure_future": _identity,
    "asyncio.gather": _collection("list"),
    "asyncio.run": _identity,
    "asyncio.wait_for": _identity,
    "concurrent.futures.ThreadPoolExecutor.submit": _call_first,
    "concurrent.futures.ProcessPoolExecutor.submit": _call_first,
    "asyncio.get_event_loop().run_in_executor": _call_second,
    "asyncio.get_running_loop().run_in_executor": _call_second,
    "sys.exit": _never_returns,
    "os._exit": _never_returns,
    "builtins.exit": _never_returns,
    "builtins.quit": _never_returns,
    "flask.abort": _never_returns,
    "werkzeug.exceptions.abort": _never_returns,
    "bottle.abort": _never_returns,
    "grpc.ServicerContext.abort": _never_returns,
    "grpc.ServicerContext.abort_with_status": _never_returns,
    "sanic.exceptions.abort": _never_returns,
    "flask_restful.abort": _never_returns,
    "flask_smorest.abort": _never_returns,
    "quart.abort": _never_returns,
    "pytest.fail": _never_returns,
}
