"""Entry points: the functions that a framework calls with what somebody else wrote."""

import fnmatch
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from seawall.engines.code import calls
from seawall.engines.code.conditions import select
from seawall.engines.code.flows import Flow, Origin, Where
from seawall.engines.code.reasoned.callers import demands, turns_away
from seawall.engines.code.reasoned.nodes import last_name, walk
from seawall.engines.code.state import Frame
from seawall.engines.code.values import (
    ANYTHING,
    ClassValue,
    DictCell,
    FunctionValue,
    Items,
    Known,
    ListCell,
    Method,
    ObjectCell,
    Partial,
    Ref,
    Symbol,
    Text,
    Unknown,
    Value,
    next_serial,
)
from seawall.model.knowledge import EntryPoint
from seawall.model.program import (
    Attribute,
    Call,
    Expression,
    Function,
    Name,
    Parameter,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ClassInfo

VERBS = frozenset("get post put patch delete head options".split())
_PLACEHOLDER = re.compile(
    r"\(\?P<(\w+)>|<(?:[^<>:]*:)?\s*(\w+)>|\{(\w+)(?::[^{}]*)?\}|(?<=/):(\w+)|\*(\w+)"
)
HARMLESS_CONVERTERS = re.compile(
    r"<(?:int|float|uuid|slug)(?:\([^()]*\))?:(\w+)>|\{(\w+):(?:int|float|uuid)\}"
    r"|\(\?P<(\w+)>(?:\\d|\[(?:0-9|\\d|\\w|\w-\w)+\])[+*]?(?:\{[\d,]+\})?\)"
)
PLAIN_ANNOTATIONS = frozenset(
    {"int", "float", "bool", "uuid.UUID", "datetime.date", "datetime.datetime"}
)


MOST_DEPENDENCIES = 4
"""Dependencies of dependencies that are handed what they ask for."""


class Entry(Struct, kw_only=True):
    """One function that a framework calls."""

    function: FunctionValue
    model: EntryPoint
    route: str = ""
    methods: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    """What demands a login before it, as the code names it."""
    owner: "ClassInfo | None" = None
    returns_text: bool = True
    """Whether what it returns is sent as a page, as its decorator or call says."""
    where: Where


def note(machine: "Machine", entry: Entry) -> None:
    """Keep an entry, once for each function, model and route."""
    for known in machine.entries:
        if (
            known.function.info is entry.function.info
            and known.function.declared is entry.function.declared
            and known.model is entry.model
            and known.route == entry.route
        ):
            return
    machine.entries.append(entry)
    if entry.model.returns and entry.returns_text:
        machine.returning[id(entry.function.info)] = entry.model.returns


def note_decorated(
    machine: "Machine",
    models: list[EntryPoint],
    function: FunctionValue,
    given: "Arguments | None",
    frame: Frame,
) -> None:
    """Note a function that carries a decorator of a framework."""
    node = function.declared.node
    for model in models:
        if model.how != "decorator":
            continue
        note(
            machine,
            Entry(
                function=function,
                model=model,
                route=_route(machine, model, given),
                methods=_methods(machine, model, given, frame),
                guards=(
                    *guards_of(machine, node.decorators, frame),
                    *_guard_arguments(model, given),
                ),
                owner=function.info.owner,
                returns_text=_returns_text(machine, model, given),
                where=Where(frame.module.path, node.span),
            ),
        )
        return


def note_called(
    machine: "Machine", models: list[EntryPoint], given: "Arguments", frame: Frame
) -> None:
    """Note a function that is handed to a framework."""
    for model in models:
        if model.how != "call":
            continue
        for value in select(given, model.handler, None):
            _note_handler(machine, model, value, given, frame, 0)
        for inner in _wrapped(given):
            _note_handler(machine, model, machine.value(inner, frame), given, frame, 0)


def _guard_arguments(model: EntryPoint, given: "Arguments | None") -> list[str]:
    """Return the arguments of decorator or call that demand a login."""
    if given is None:
        return []
    return [selector for selector in model.guard_arguments if select(given, selector, None)]


def _returns_text(machine: "Machine", model: EntryPoint, given: "Arguments | None") -> bool:
    """Whether decorator or call say that what is returned is sent as a page."""
    for selector, wanted in model.returns_when.items():
        values = select(given, selector, None) if given is not None else []
        if not any(_is_named(machine, value, wanted) for value in values):
            return False
    return True


def _is_named(machine: "Machine", value: Value, wanted: str) -> bool:
    match value:
        case Known():
            return bool(value.value == wanted)
        case Symbol():
            canonical = machine.library.canonical
            return canonical(value.path) == canonical(wanted)
    return False


def _note_handler(
    machine: "Machine",
    model: EntryPoint,
    value: Value,
    given: "Arguments",
    frame: Frame,
    depth: int,
) -> None:
    route = _route(machine, model, given)
    match value:
        case FunctionValue():
            note(
                machine,
                Entry(
                    function=value,
                    model=model,
                    route=route,
                    methods=_methods(machine, model, given, frame),
                    guards=(
                        *guards_of(machine, value.declared.node.decorators, frame),
                        *_put_around(given),
                    ),
                    owner=value.info.owner,
                    where=Where(frame.module.path, given.node.span if given.node else 0),
                ),
            )
        case ClassValue():
            _note_class(machine, model, value.info, route, given, frame)
        case Ref() if isinstance(cell := machine.cell(value, frame), ObjectCell) and cell.info:
            _note_class(machine, model, cell.info, route, given, frame)
        case Items() | Ref() if depth < 2:
            for item in machine.items_of(value, frame) or ():
                _note_handler(machine, model, item, given, frame, depth + 1)
        case Partial():
            _note_handler(machine, model, value.target, given, frame, depth + 1)
        case Method() if isinstance(value.receiver, ClassValue):
            _note_handler(machine, model, value.receiver, given, frame, depth + 1)


def _note_class(
    machine: "Machine",
    model: EntryPoint,
    info: "ClassInfo",
    route: str,
    given: "Arguments",
    frame: Frame,
) -> None:
    """Note a class (or an instance of one) whose methods a framework calls."""
    known = False
    for entry in machine.entries:
        if entry.owner is info:
            known = True
            entry.route = entry.route or route
            entry.guards = (*entry.guards, *_put_around(given))
    if known:
        return
    for name, value in _methods_of(info):
        if not (_pattern(model.names).match(name) if model.names else name in VERBS):
            continue
        verb = name.removeprefix("on_").upper()
        note(
            machine,
            Entry(
                function=value,
                model=model,
                route=route,
                methods=(verb,) if verb.lower() in VERBS else model.method,
                guards=(
                    *guards_of(machine, value.declared.node.decorators, frame),
                    *_put_around(given),
                ),
                owner=info,
                where=Where(value.declared.module.path, value.declared.node.span),
            ),
        )


def _put_around(given: "Arguments") -> list[str]:
    """Return what demands a login around the handler where that is handed over."""
    return [last_name(call) for call in _guarding(given)]


def _wrapped(given: "Arguments") -> list[Expression]:
    """Return handlers around which what demands a login is put where they are handed over."""
    return [call.arguments[0] for call in _guarding(given) if call.arguments]


def _guarding(given: "Arguments") -> list[Call]:
    arguments = given.node.arguments if isinstance(given.node, Call) else ()
    return [one for one in arguments if isinstance(one, Call) and demands(last_name(one))]


@lru_cache(maxsize=256)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(fnmatch.translate, names)) or r"(?!_)")


def met_class(machine: "Machine", info: "ClassInfo", frame: Frame) -> None:
    """Note the methods of a class that a framework calls."""
    bases = info.external_bases()
    if not bases:
        return
    models: list[EntryPoint] = []
    for base in bases:
        for name in machine.library.mro(base):
            models += machine.library.entry_classes.get(name, ())
    guards = [base for base in bases if machine.library.canonical(base) in machine.library.guards]
    for model in models:
        pattern = _pattern(model.names)
        for name, value in list(_methods_of(info)):
            if not pattern.match(name):
                continue
            verbs = (name.upper(),) if name in VERBS else model.method
            note(
                machine,
                Entry(
                    function=value,
                    model=model,
                    methods=verbs,
                    guards=(*guards, *guards_of(machine, value.declared.node.decorators, frame)),
                    owner=info,
                    where=Where(value.declared.module.path, value.declared.node.span),
                ),
            )


def _methods_of(info: "ClassInfo") -> list[tuple[str, FunctionValue]]:
    seen: dict[str, FunctionValue] = {}
    for base in info.mro:
        for name, value in base.attributes.items():
            if isinstance(value, FunctionValue) and name not in seen:
                seen[name] = value
    return list(seen.items())


def named(machine: "Machine", function: FunctionValue) -> EntryPoint | None:
    """Return the entry point that a function is by its name.

    Where a module speaks of several frameworks, what is read of the request tells whose it is.
    """
    found = list(_named(machine, function))
    if len(found) < 2:
        return found[0] if found else None
    handed = list(function.info.node.parameters)[1 if function.info.owner is not None else 0 :]
    return max(found, key=lambda model: _read_of(machine, model, function.info.node, handed))


def _read_of(
    machine: "Machine", model: EntryPoint, function: Function, handed: list[Parameter]
) -> int:
    """Count what a function reads of its parameters that their types in a framework have."""
    known = 0
    types = {
        handed[int(word)].name if word.isdigit() and int(word) < len(handed) else word: kind
        for word, kind in model.types.items()
    }
    for node in walk(function.body):
        if not isinstance(node, Attribute) or not isinstance(node.value, Name):
            continue
        kind = types.get(node.value.name)
        if kind and _has(machine, kind, node.name):
            known += 1
    return known


def _has(machine: "Machine", kind: str, name: str) -> bool:
    library = machine.library
    return (
        library.read(kind, name) is not None
        or bool(library.attribute(kind, name))
        or library.model(f"{kind}.{name}") is not None
    )


def _named(machine: "Machine", function: FunctionValue) -> Iterator[EntryPoint]:
    """Yield the entry points that a function may be by its name."""
    info = function.info
    for model, pattern in machine.library.entry_names:
        if not pattern.match(info.node.name):
            continue
        if model.imports and not any(
            package.partition(".")[0] in info.module.words for package in model.imports
        ):
            continue
        parameters = {p.name for p in info.node.parameters}
        if not parameters.issuperset(model.needs):
            continue
        if all(word.isdigit() or word in parameters for word in model.types):
            yield model


def _route(machine: "Machine", model: EntryPoint, given: "Arguments | None") -> str:
    if given is None or not model.path:
        return ""
    for value in select(given, model.path, None):
        if isinstance(value, Known) and isinstance(value.value, str):
            return value.value
        if isinstance(value, Text):
            return "".join(p if isinstance(p, str) else "{}" for p in value.parts)
    return ""


def _methods(
    machine: "Machine", model: EntryPoint, given: "Arguments | None", frame: Frame
) -> tuple[str, ...]:
    if given is not None and model.methods:
        for value in select(given, model.methods, None):
            items = machine.items_of(value, frame)
            if items is not None and isinstance(value, Ref | Items):
                return tuple(str(i.value).upper() for i in items if isinstance(i, Known))
            if isinstance(value, Known) and isinstance(value.value, str):
                return (value.value.upper(),)
    return model.method


def guards_of(machine: "Machine", decorators: tuple[Expression, ...], frame: Frame) -> list[str]:
    """Return the decorators that demand a login, by what they are or are called."""
    found: list[str] = []
    for decorator in decorators:
        node = decorator.function if isinstance(decorator, Call) else decorator
        value = machine.value(node, frame) if isinstance(node, Name | Attribute) else ANYTHING
        path = value.path if isinstance(value, Symbol | Method) else ""
        name = node.name if isinstance(node, Name | Attribute) else ""
        if name == "method_decorator" and isinstance(decorator, Call):
            found += guards_of(machine, decorator.arguments, frame)
            continue
        if (
            path
            and machine.library.canonical(path) in machine.library.guards
            or demands(name)
            or (isinstance(value, FunctionValue) and turns_away(machine.look_at(value.info)))
        ):
            found.append(name)
    return found


def parameters_of(machine: "Machine", entry: Entry, frame: Frame) -> dict[str, Value]:
    """Return what a framework hands to a function."""
    info = entry.function.info
    model = entry.model
    parameters = list(info.node.parameters)
    variables: dict[str, Value] = {}
    if info.owner is not None and not info.is_static and parameters:
        first = parameters.pop(0)
        variables[first.name] = _self(machine, entry, info.owner, frame)
    names = {match[match.lastindex or 0] for match in _PLACEHOLDER.finditer(entry.route)}
    harmless = {a or b or c for a, b, c in HARMLESS_CONVERTERS.findall(entry.route)}
    number = 0
    for parameter in parameters:
        kind = model.types.get(parameter.name) or (
            model.types.get(str(number)) if parameter.kind in ("any", "position") else None
        )
        if parameter.kind in ("any", "position"):
            number += 1
        variables[parameter.name] = _parameter(
            machine, entry, parameter, kind, names, harmless, frame
        )
    return variables


def _self(machine: "Machine", entry: Entry, owner: "ClassInfo", frame: Frame) -> Value:
    info = entry.owner or owner
    ref = calls.instance_of(machine, info, frame)
    cell = machine.cell(ref, frame)
    if isinstance(cell, ObjectCell) and entry.model.attributes:
        typed = {name: Unknown((), kind) for name, kind in entry.model.attributes.items()}
        frame.state.heap[ref.cell] = ObjectCell(cell.info, {**cell.attributes, **typed}, cell.type)
    return ref


def _parameter(
    machine: "Machine",
    entry: Entry,
    parameter: Parameter,
    kind: str | None,
    names: set[str],
    harmless: set[str],
    frame: Frame,
) -> Value:
    model = entry.model
    if kind:
        return Unknown((), kind)
    scratch = Frame(entry.function.info.module, None, frame.state, entry.function.closure)
    typed = (
        calls.typed(machine, parameter.annotation, scratch) if parameter.annotation else ANYTHING
    )
    if isinstance(typed, Unknown) and typed.type in PLAIN_ANNOTATIONS:
        return typed
    if parameter.default is not None and isinstance(parameter.default, Call):
        default = machine.value(parameter.default, scratch)
        if not (isinstance(default, Unknown) and default.flows):
            dependency = _dependency(machine, entry, parameter.default, names, harmless, scratch)
            if dependency is not None:
                return dependency
    wanted = model.parameters == "all" or (
        model.parameters == "path" and _in_path(entry, parameter, names)
    )
    if parameter.name in harmless or not wanted or parameter.name in ("self", "cls"):
        return typed
    if isinstance(typed, Unknown) and typed.type and typed.type not in ("str", "bytes"):
        if typed.type not in machine.library.types or _is_known_request(machine, typed.type):
            return typed
    origin = Origin(
        model.kind,
        "",
        Where(entry.function.info.module.path, parameter.span),
        part="path" if parameter.name in names else "parameter",
    )
    if isinstance(typed, Ref):
        return _carried(machine, typed, origin, frame)
    value = Unknown((Flow(origin),), typed.type if isinstance(typed, Unknown) else "")
    if parameter.kind == "rest":
        return machine.new_cell(ListCell(None, value), frame)
    if parameter.kind == "names":
        return machine.new_cell(DictCell({}, value, True), frame)
    return value


def _is_known_request(machine: "Machine", kind: str) -> bool:
    return any(symbol.startswith(kind + ".") for symbol in machine.library.reads)


def _in_path(entry: Entry, parameter: Parameter, names: set[str]) -> bool:
    if not entry.route:
        # The route is told elsewhere; what has no default comes from it.
        return parameter.default is None
    return parameter.name in names or parameter.kind in ("rest", "names")


def _dependency(
    machine: "Machine",
    entry: Entry,
    default: Call,
    names: set[str],
    harmless: set[str],
    frame: Frame,
) -> Value | None:
    """Return what `Depends(function)` gives; None where the default is none.

    What it is called with comes from the request, as what the handler is called with.
    """
    name = default.function.name if isinstance(default.function, Name | Attribute) else ""
    if name not in ("Depends", "Security", "Inject", "Provide"):
        return None
    target = machine.value(default.arguments[0], frame) if default.arguments else ANYTHING
    maker: Value | None = target
    if isinstance(target, ClassValue):
        maker = target.info.find("__init__")
        if not isinstance(maker, FunctionValue):
            return calls.instance_of(machine, target.info, frame)
    if not isinstance(maker, FunctionValue):
        return ANYTHING
    if machine.depth >= MOST_DEPENDENCIES:
        return ANYTHING
    inner = Entry(function=maker, model=entry.model, route=entry.route, where=entry.where)
    parameters = maker.info.node.parameters[1 if isinstance(target, ClassValue) else 0 :]
    machine.depth += 1
    handed = {
        one.name: _parameter(machine, inner, one, None, names, harmless, frame)
        for one in parameters
        if one.kind not in ("rest", "names")
    }
    machine.depth -= 1
    return machine.call(target, [], handed, frame, default)


def _carried(machine: "Machine", ref: Ref, origin: Origin, frame: Frame) -> Value:
    """Return an instance of a declared class whose texts a client sent."""
    cell = machine.cell(ref, frame)
    if not isinstance(cell, ObjectCell) or cell.info is None:
        return Unknown((Flow(origin),))
    attributes = dict(cell.attributes)
    scratch = Frame(cell.info.module, None, frame.state)
    for info in cell.info.mro:
        for statement in info.node.body:
            target = getattr(statement, "target", None)
            annotation = getattr(statement, "annotation", None)
            if not isinstance(target, Name) or annotation is None:
                continue
            kind = calls.typed(machine, annotation, scratch)
            if isinstance(kind, Unknown) and kind.type in PLAIN_ANNOTATIONS:
                attributes[target.name] = kind
            else:
                attributes[target.name] = Unknown((Flow(origin),), serial=next_serial())
    frame.state.heap[ref.cell] = ObjectCell(cell.info, attributes, cell.type)
    return ref
