"""Calls: what a function does with given arguments is worked out once and used again."""

from typing import TYPE_CHECKING

from seawall.engines.code import containers, external, passing, reasoned, text
from seawall.engines.code.flows import Flows
from seawall.engines.code.state import (
    Exit,
    Facts,
    Frame,
    State,
    item_of,
    join_all,
    join_states,
    meet,
    truth_of,
    unite,
)
from seawall.engines.code.values import (
    ANYTHING,
    NO_VALUE,
    Cell,
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
    Union,
    Unknown,
    Value,
    flows_of,
    join,
    make_union,
)
from seawall.model.program import (
    Attribute,
    Binary,
    Call,
    Constant,
    Declare,
    Expression,
    Function,
    Index,
    Name,
    Parameter,
    Sequence,
    Spread,
)

if TYPE_CHECKING:
    from seawall.engines.code.hits import Hit
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ClassInfo

NO_FUNCTION = Function(name="", symbol="", parameters=(), body=())
MOST_CONTEXTS = 10
"""Sets of arguments for which one function is worked out exactly; then more coarsely."""
FEW_CONTEXTS = 4
"""The same, for arguments that carry nothing."""
ENOUGH = 6000
"""Statements run from one entry after which calls are not followed any more."""


class Arguments:
    """The arguments of a call, evaluated."""

    __slots__ = ("keywords", "names", "node", "positional", "rest")

    def __init__(
        self,
        positional: list[Value],
        keywords: dict[str, Value],
        rest: Value | None,
        names: Value | None,
        node: Expression | None,
    ) -> None:
        self.positional = positional
        self.keywords = keywords
        self.rest = rest
        """What any further argument by position may be, after a `*` of unknown length."""
        self.names = names
        """What any further argument by name may be."""
        self.node = node

    def all(self) -> list[Value]:
        """Return every argument."""
        return [
            *self.positional,
            *self.keywords.values(),
            *(value for value in (self.rest, self.names) if value is not None),
        ]


class Summary:
    """What a function does, for one set of arguments, in terms of what it was handed."""

    __slots__ = (
        "cells",
        "changed",
        "ends",
        "heap",
        "hits",
        "on_false",
        "on_true",
        "outer",
        "serials",
        "shown",
        "value",
    )

    def __init__(self) -> None:
        self.value: Value = ANYTHING
        self.heap: dict[int, Cell] = {}
        self.cells: list[int] = []
        """The cells that were handed in, in order."""
        self.changed: dict[int, Cell] = {}
        """Those of them that it changed."""
        self.serials: list[int] = []
        """The values carrying flows that were handed in, in order."""
        self.shown: Facts = {}
        """What is known of them once it has come back."""
        self.on_true: Facts = {}
        self.on_false: Facts = {}
        self.hits: list[Hit] = []
        self.ends = False
        """Whether it never comes back."""
        self.outer: dict[str, Value] = {}
        """Variables of the function around it that it has set."""


def call_node(machine: "Machine", node: Call, frame: Frame) -> Value:
    """Evaluate a call: the receiver of a method first, then the arguments."""
    function = node.function
    if isinstance(function, Attribute):
        receiver = machine.value(function.value, frame)
        given = evaluate_arguments(machine, node, frame)
        if given.keywords:
            reasoned.given_by_name(machine, given, frame)
        return call_attribute(machine, receiver, function.name, given, frame, function)
    target = machine.value(function, frame)
    given = evaluate_arguments(machine, node, frame)
    if given.keywords:
        reasoned.given_by_name(machine, given, frame)
    return call_value(machine, target, given, frame)


def evaluate_arguments(machine: "Machine", node: Call, frame: Frame) -> Arguments:
    """Evaluate the arguments of a call."""
    positional: list[Value] = []
    rest: Value | None = None
    for argument in node.arguments:
        if isinstance(argument, Spread):
            value = machine.value(argument.value, frame)
            items = machine.items_of(value, frame)
            if items is not None and rest is None:
                positional += items
            else:
                rest = join_all(rest, machine.element_of(value, frame) or ANYTHING)
        elif rest is not None:
            rest = join_all(rest, machine.value(argument, frame))
        else:
            positional.append(machine.value(argument, frame))
    keywords: dict[str, Value] = {}
    names: Value | None = None
    for keyword in node.keywords:
        value = machine.value(keyword.value, frame)
        if keyword.name:
            keywords[keyword.name] = value
            continue
        cell = machine.cell(value, frame) if isinstance(value, Ref) else None
        if isinstance(cell, DictCell):
            for key, item in cell.entries.items():
                if isinstance(key, str):
                    keywords.setdefault(key, item)
            if cell.is_open or cell.rest is not None:
                names = join_all(names, cell.rest or ANYTHING)
        else:
            names = join_all(names, machine.element_of(value, frame) or ANYTHING)
    return Arguments(positional, keywords, rest, names, node)


AS_VIEW = frozenset({"as_view", "as_asgi"})
"""Methods that make of a class of views what is registered as a handler."""


def call_attribute(
    machine: "Machine",
    receiver: Value,
    name: str,
    given: Arguments,
    frame: Frame,
    node: Attribute,
) -> Value:
    """Call `receiver.name(...)`."""
    if name in AS_VIEW and isinstance(receiver, ClassValue) and receiver.info.find(name) is None:
        # A handler: who registers it learns which class it is.
        return receiver
    match receiver:
        case Known() | Text():
            if name not in text.METHODS and name in PATH_METHODS:
                path = f"pathlib.Path.{name}"
                return external.call(machine, path, receiver, given, frame, node)
            kind = (
                "bytes"
                if isinstance(receiver, Known) and isinstance(receiver.value, bytes)
                else "str"
            )
            return external.call(machine, f"builtins.{kind}.{name}", receiver, given, frame, node)
        case Ref():
            cell = machine.cell(receiver, frame)
            if isinstance(cell, ListCell):
                return containers.call_list(machine, receiver, cell, name, given.positional, frame)
            if isinstance(cell, DictCell):
                if cell.type:
                    special = external.call_typed_mapping(
                        machine, receiver, cell, name, given, frame
                    )
                    if special is not None:
                        return special
                return containers.call_dict(
                    machine, receiver, cell, name, given.positional, given.keywords, frame
                )
        case Unknown():
            if not receiver.type:
                return external.call_unknown(machine, receiver, name, given, frame, node)
            if receiver.type in PLAIN_NAMES and name in PATH_METHODS:
                path = f"pathlib.Path.{name}"
                return external.call(machine, path, receiver, given, frame, node)
            if receiver.type in PLAIN_NAMES:
                path = f"builtins.{receiver.type}.{name}"
                return external.call(machine, path, receiver, given, frame, node)
            found = external.typed_attribute(machine, receiver, name, frame, node)
            if isinstance(found, Unknown) and not found.flows and found.type:
                return external.call(machine, found.type, receiver, given, frame, node)
            return external.call(machine, f"{receiver.type}.{name}", receiver, given, frame, node)
        case Union():
            results = [
                call_attribute(machine, option, name, given, frame, node)
                for option in receiver.options
            ]
            return _one_of(results, receiver.options)
        case FunctionValue() | Partial() if name in (
            "delay",
            "apply_async",
            "apply",
            "run",
            "s",
            "si",
        ):
            return _call_task(machine, receiver, name, given, frame)
    target = machine.get_attribute(receiver, name, frame, node)
    if isinstance(receiver, Ref) and isinstance(target, Unknown) and not target.type:
        # A method that the object makes when it is asked for: its name may still say what it does.
        return external.call_unknown(machine, target, name, given, frame, node)
    return call_value(machine, target, given, frame, node)


def _one_of(results: list[Value], receivers: tuple[Value, ...]) -> Value:
    """Join what one method gives on several receivers; of those that carry nothing, a test tells
    nothing, and what it tells of the others holds for what is one of them all.
    """
    tests: list[tuple[Facts, Facts]] = []
    for result, receiver in zip(results, receivers, strict=True):
        if isinstance(result, Unknown) and not result.flows and result.verdict is not None:
            tests.append(result.verdict)
        elif receiver.flows or not isinstance(result, Known | Unknown) or result.flows:
            return make_union(results)
    if not tests:
        return make_union(results)
    shown: tuple[Facts, Facts] = ({}, {})
    for test in tests:
        shown = (unite(shown[0], test[0]), unite(shown[1], test[1]))
    return Unknown((), "bool", 0, shown)


def _call_task(machine: "Machine", task: Value, name: str, given: Arguments, frame: Frame) -> Value:
    """Call a task that a queue will run: with the same arguments, at another time."""
    if name in ("apply_async", "apply"):
        value = given.keywords.get("args") or (given.positional[0] if given.positional else None)
        positional = (machine.items_of(value, frame) if value is not None else None) or []
        kwargs = given.keywords.get("kwargs") or (
            given.positional[1] if len(given.positional) > 1 else None
        )
        cell = machine.cell(kwargs, frame) if isinstance(kwargs, Ref) else None
        keywords = (
            {k: v for k, v in cell.entries.items() if isinstance(k, str)}
            if isinstance(cell, DictCell)
            else {}
        )
        given = Arguments(positional, keywords, None, None, given.node)
    call_value(machine, task, given, frame)
    return Unknown((), "celery.result.AsyncResult")


def call_value(
    machine: "Machine",
    function: Value,
    given: Arguments,
    frame: Frame,
    node: Attribute | None = None,
) -> Value:
    """Call a value."""
    match function:
        case FunctionValue():
            return call_function(machine, function, given, frame)
        case ClassValue():
            return instantiate(machine, function.info, given, frame)
        case Symbol():
            return external.call(machine, function.path, None, given, frame, node)
        case Method():
            return external.call(
                machine, function.path, function.receiver, given, frame, node, function
            )
        case Partial():
            joined = Arguments(
                [*function.arguments, *given.positional],
                {**function.keywords, **given.keywords},
                given.rest,
                given.names,
                given.node,
            )
            return call_value(machine, function.target, joined, frame)
        case Union():
            return make_union(
                [call_value(machine, option, given, frame) for option in function.options]
            )
        case Ref():
            cell = machine.cell(function, frame)
            if isinstance(cell, ObjectCell):
                method = cell.info.find("__call__") if cell.info is not None else None
                if isinstance(method, FunctionValue):
                    bound = method.bind(function)
                    return call_function(machine, bound, given, frame)
                for base in machine.external_types(cell):
                    return external.call(machine, f"{base}.__call__", function, given, frame, node)
        case Unknown():
            if function.type:
                path = f"{function.type}.__call__"
                if machine.library.model(path) is None:
                    path = function.type
                return external.call(machine, path, function, given, frame, node)
    return external.call_unknown(machine, function, "", given, frame, node)


def instantiate(machine: "Machine", info: "ClassInfo", given: Arguments, frame: Frame) -> Value:
    """Make an instance of a class of the program."""
    bases = info.external_bases()
    if any(base.startswith("enum.") for base in bases):
        return Unknown()
    attributes: dict[str, Value] = {}
    starter = info.find("__init__")
    ref = machine.new_cell(ObjectCell(info, attributes), frame)
    if isinstance(starter, FunctionValue):
        bound = starter.bind(ref)
        call_function(machine, bound, given, frame)
    else:
        fields = info.fields or []
        for name, value in zip(fields, given.positional, strict=False):
            attributes[name] = value
        attributes.update(given.keywords)
        if given.names is not None:
            for name in fields:
                attributes.setdefault(name, given.names)
        frame.state.heap[ref.cell] = ObjectCell(info, attributes)
        for base in bases:
            external.call(machine, base, None, given, frame, None)
            break
        after = info.find("__post_init__")
        if isinstance(after, FunctionValue):
            bound = after.bind(ref)
            call_function(machine, bound, Arguments([], {}, None, None, given.node), frame)
    return ref


def instance_of(
    machine: "Machine", info: "ClassInfo", frame: Frame, handed: dict[str, Value] | None = None
) -> Ref:
    """Return some instance of a class, as `__init__` leaves it when nothing is known.

    `handed` is what callers hand in, by parameter: the same each time for a class.
    """
    if info.template is None:
        info.template = (ANYTHING, {})
        scratch = Frame(info.module, None, State({}, {}))
        starter = info.find("__init__")
        attributes: dict[str, Value] = {}
        if isinstance(starter, FunctionValue):
            ref = machine.new_cell(ObjectCell(info, {}), scratch)
            bound = starter.bind(ref)
            given = Arguments([], handed or {}, None, ANYTHING, None)
            pending = machine.hits.enter([])
            aside = machine.set_aside(info.looks)
            try:
                call_function(machine, bound, given, scratch)
            finally:
                machine.hits.leave(pending)
                machine.restore(aside)
            cell = machine.cell(ref, scratch)
            if isinstance(cell, ObjectCell):
                attributes = cell.attributes
            machine.program.heap.update(scratch.state.heap)
        info.template = (ANYTHING, {0: ObjectCell(info, attributes)})
    machine.looks |= info.looks
    cell = info.template[1].get(0)
    content = cell if isinstance(cell, ObjectCell) else ObjectCell(info, {})
    return machine.new_cell(content, frame)


def call_function(
    machine: "Machine", function: FunctionValue, given: Arguments, frame: Frame
) -> Value:
    """Call a function of the program."""
    info = function.info
    machine.called.add(id(info))
    machine.looks.add(info.look)
    known = external.call_own(machine, function, given, frame)
    if known is not None:
        return known
    flows = flows_of(given.all())
    if machine.depth >= external.DEEPEST or not _is_followed(
        machine, function, given, flows, frame
    ):
        return _unfollowed(machine, function, flows, frame)
    variables = bind(machine, function, given, frame)
    contexts = machine.contexts.get(id(info), 0)
    handed = passing.Passing(machine, frame, coarse=contexts >= MOST_CONTEXTS)
    inner = {name: handed.take(value) for name, value in variables.items()}
    outer = _outer_variables(function)
    closure = {name: handed.take(value, function.closure) for name, value in outer.items()}
    # Of a function that asks for the request's path, the route decides what it gets.
    route = machine.hits.root.route if "path" in info.node.words else ""
    key = (id(info), tuple(handed.key), tuple(inner), tuple(closure), route)
    if key in machine.summaries:
        summary = machine.summaries[key]
        if summary is None:
            # It calls itself with the same: what it gives is not known yet.
            return Unknown(flows)
    elif contexts > 2 * MOST_CONTEXTS:
        return _unfollowed(machine, function, flows, frame)
    else:
        machine.contexts[id(info)] = contexts + 1
        machine.summaries[key] = None
        try:
            summary = _summarise(machine, function, inner, closure, handed)
        except BaseException:
            del machine.summaries[key]
            raise
        machine.summaries[key] = summary
    return passing.apply(machine, summary, handed, function, given, frame)


SHORT = 40
"""Identifiers that a function has at the most that is followed for what it gives alone."""


def _is_followed(
    machine: "Machine", function: FunctionValue, given: Arguments, flows: Flows, frame: Frame
) -> bool:
    """Whether a call is worth following: it is handed something, holds a source, or is short."""
    if machine.steps > ENOUGH:
        return False
    if flows:
        return True
    handed = [*given.all(), *([function.bound] if function.bound is not None else [])]
    if any(machine.deep_flows(value, frame, 2) for value in handed):
        return True
    # Handed nothing: what it gives may still matter, if that is cheaply known.
    if machine.steps > ENOUGH // 4 or machine.contexts.get(id(function.info), 0) > FEW_CONTEXTS:
        return False
    return len(function.info.node.words) <= SHORT or machine.is_worth(function.info)


def _unfollowed(machine: "Machine", function: FunctionValue, flows: Flows, frame: Frame) -> Value:
    """Return what a function may give that is not followed."""
    node = function.info.node
    if flows:
        weak = tuple(flow.weakened() for flow in flows)
        return Unknown(external.told_by_name(machine, node.name, weak))
    if node.returns is not None:
        scratch = Frame(function.info.module, None, frame.state, function.closure)
        return typed(machine, node.returns, scratch)
    return ANYTHING


def _outer_variables(function: FunctionValue) -> dict[str, Value]:
    """Return the variables of the functions around it that it may use."""
    closure = function.closure
    if closure is None:
        return {}
    own = function.info.locals
    words = function.info.node.words
    found: dict[str, Value] = {}
    while closure is not None:
        if not closure.is_class and closure.function is not None:
            for name in words:
                if name not in found and name not in own:
                    value = closure.state.locals.get(name)
                    if value is not None:
                        found[name] = value
        closure = closure.closure
    return found


def _summarise(
    machine: "Machine",
    function: FunctionValue,
    variables: dict[str, Value],
    closure: dict[str, Value],
    handed: passing.Passing,
) -> Summary:
    info = function.info
    around = None
    if function.closure is not None:
        around = Frame(info.module, function.closure.function, State(closure, handed.heap), None)
        closure = dict(closure)
    frame = Frame(info.module, info, State(variables, handed.heap), around)
    summary = Summary()
    summary.cells = list(handed.inner_cells)
    summary.serials = list(handed.inner_serials)
    before = dict(handed.heap)
    machine.depth += 1
    pending = machine.hits.enter(summary.hits)
    try:
        run_body(machine, frame)
    finally:
        machine.hits.leave(pending)
        machine.depth -= 1
    if not frame.exits:
        summary.ends = True
        return summary
    state: State | None = None
    value: Value | None = None
    for way in frame.exits:
        state = join_states(state, way.state)
        value = way.value if value is None else join(value, way.value)
    assert state is not None
    assert value is not None
    summary.heap = state.heap
    if info.node.is_generator:
        element = frame.yields if frame.yields is not None else ANYTHING
        cell = passing.fresh_cell(summary.heap, ListCell(None, element, "generator"))
        value = cell
    summary.value = value
    _note_shown(machine, summary, frame.exits)
    for cell_id in summary.cells:
        content = state.heap.get(cell_id)
        if content is not None and content is not before.get(cell_id):
            summary.changed[cell_id] = content
    if around is not None:
        for name, known in around.state.locals.items():
            if closure.get(name) is not known:
                summary.outer[name] = known
    return summary


def run_body(machine: "Machine", frame: Frame) -> None:
    """Run the body of the frame's function; its ways out are in `frame.exits`."""
    from seawall.engines.code.statements import run

    assert frame.function is not None
    if run(machine, frame.function.node.body, frame):
        frame.exits.append(Exit(NO_VALUE, frame.state))


def _note_shown(machine: "Machine", summary: Summary, exits: list[Exit]) -> None:
    """Note what coming back shows of what was handed in, by what it returns."""
    wanted = set(summary.serials)
    if not wanted:
        return
    always: Facts | None = None
    on_true: Facts | None = None
    on_false: Facts | None = None
    for way in exits:
        facts = {s: f for s, f in way.state.facts.items() if s in wanted}
        always = facts if always is None else meet(always, facts)
        truth = truth_of(way.value, way.state)
        shown = machine.verdict_of(way.value)
        if truth is not False:
            mine = unite(facts, {s: f for s, f in shown[0].items() if s in wanted})
            on_true = mine if on_true is None else meet(on_true, mine)
        if truth is not True:
            mine = unite(facts, {s: f for s, f in shown[1].items() if s in wanted})
            on_false = mine if on_false is None else meet(on_false, mine)
    summary.shown = always or {}
    summary.on_true = on_true or {}
    summary.on_false = on_false or {}


def bind(
    machine: "Machine", function: FunctionValue, given: Arguments, frame: Frame
) -> dict[str, Value]:
    """Return the parameters as a call sets them."""
    info = function.info
    positional = list(given.positional)
    if function.bound is not None and not info.is_static:
        positional.insert(0, function.bound)
    keywords = dict(given.keywords)
    variables: dict[str, Value] = {}
    for parameter in info.node.parameters:
        kind = parameter.kind
        if kind in ("any", "position") and positional:
            variables[parameter.name] = positional.pop(0)
        elif kind in ("any", "name") and parameter.name in keywords:
            variables[parameter.name] = keywords.pop(parameter.name)
        elif kind == "rest":
            rest = given.rest
            if rest is None:
                variables[parameter.name] = Items(tuple(positional))
            else:
                element = join_all(rest, *positional)
                variables[parameter.name] = machine.new_cell(ListCell(None, element), frame)
            positional = []
        elif kind == "names":
            variables[parameter.name] = machine.new_cell(
                DictCell(dict(keywords), given.names, given.names is not None), frame
            )
            keywords = {}
        else:
            further = given.rest if kind in ("any", "position") else None
            variables[parameter.name] = _missing(
                machine, parameter, function, further or given.names, frame
            )
    return variables


def _missing(
    machine: "Machine",
    parameter: Parameter,
    function: FunctionValue,
    further: Value | None,
    frame: Frame,
) -> Value:
    """Return a parameter that the call did not set: its default, or what `*` may hold."""
    default: Value | None = None
    if parameter.default is not None:
        if isinstance(parameter.default, Constant):
            default = Known(parameter.default.value)
        else:
            scratch = Frame(
                function.info.module, None, State({}, frame.state.heap), function.closure
            )
            default = machine.value(parameter.default, scratch)
    if further is ANYTHING and parameter.annotation is not None:
        further = typed(
            machine,
            parameter.annotation,
            Frame(function.info.module, None, frame.state, function.closure),
        )
    if further is not None:
        return further if default is None else join(default, further)
    if default is not None:
        return default
    scratch = Frame(function.info.module, None, frame.state, function.closure)
    return typed(machine, parameter.annotation, scratch) if parameter.annotation else ANYTHING


PLAIN_TYPES = {
    "builtins.str": "str",
    "builtins.int": "int",
    "builtins.float": "float",
    "builtins.bool": "bool",
    "builtins.bytes": "bytes",
}
PATH_METHODS = frozenset(
    "resolve absolute joinpath open read_text read_bytes write_text write_bytes exists is_file "
    "is_dir is_relative_to relative_to is_absolute expanduser with_name with_suffix with_stem "
    "iterdir glob rglob mkdir rmdir unlink rename touch stat lstat chmod samefile as_posix "
    "symlink_to hardlink_to "
    "readlink owner is_symlink walk".split()
)
"""What tells that a text is a path: paths are kept as the texts that they are made of."""
PLAIN_NAMES = frozenset(PLAIN_TYPES.values())
WRAPPERS = frozenset(
    "typing.Optional typing.Annotated typing_extensions.Annotated typing.Final typing.ClassVar "
    "typing.Required typing.NotRequired typing.Awaitable typing.Type".split()
)


def typed(machine: "Machine", annotation: Expression | None, frame: Frame) -> Value:
    """Return a value of the type that an annotation names; or one of no type."""
    match annotation:
        case Name() | Attribute():
            return _typed_by(machine, machine.value(annotation, frame), frame)
        case Index():
            head = machine.value(annotation.value, frame)
            if isinstance(head, Symbol) and (head.path in WRAPPERS or head.path == "typing.Union"):
                inner = annotation.key
                if isinstance(inner, Sequence):
                    inner = inner.items[0] if inner.items else inner
                return typed(machine, inner, frame)
            return _typed_by(machine, head, frame)
        case Binary() if annotation.operator == "|":
            left = typed(machine, annotation.left, frame)
            return left if left is not ANYTHING else typed(machine, annotation.right, frame)
        case Constant() if isinstance(annotation.value, str):
            value: Value | None = None
            for part in annotation.value.strip().split("."):
                if not part.isidentifier():
                    return ANYTHING
                if value is None:
                    value = machine.value(Name(part), frame)
                else:
                    value = machine.get_attribute(value, part, frame, None)
            return _typed_by(machine, value, frame) if value is not None else ANYTHING
    return ANYTHING


def _typed_by(machine: "Machine", kind: Value, frame: Frame) -> Value:
    match kind:
        case Symbol():
            plain = PLAIN_TYPES.get(kind.path)
            if plain is not None:
                return Unknown((), plain)
            if kind.path.startswith(("builtins.", "typing.")):
                return ANYTHING
            return Unknown((), machine.library.canonical(kind.path))
        case ClassValue():
            return instance_of(machine, kind.info, frame)
        case Method() if kind.path:
            return Unknown((), kind.path)
    return ANYTHING


def note_fields(machine: "Machine", info: "ClassInfo", frame: Frame) -> None:
    """Note what the constructor of a class takes that has none written."""
    fields: list[str] = []
    for base in reversed(info.mro):
        for statement in base.node.body:
            if isinstance(statement, Declare) and isinstance(statement.target, Name):
                if statement.target.name not in fields:
                    fields.append(statement.target.name)
    info.fields = fields or None


def entered(machine: "Machine", context: Value, frame: Frame, node: Expression) -> Value:
    """Return what entering a context gives."""
    match context:
        case Ref():
            cell = machine.cell(context, frame)
            if isinstance(cell, ListCell) and cell.kind == "generator":
                return item_of(cell) or ANYTHING
            if isinstance(cell, ObjectCell) and cell.info is not None:
                method = cell.info.find("__enter__") or cell.info.find("__aenter__")
                if isinstance(method, FunctionValue):
                    bound = method.bind(context)
                    return machine.call(bound, [], {}, frame, node)
        case Unknown() if context.type:
            made = machine.library.made_by(f"{context.type}.__enter__")
            if made:
                return Unknown(context.flows, made, context.serial)
        case Union():
            return make_union([entered(machine, o, frame, node) for o in context.options])
    return context
