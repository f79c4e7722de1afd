"""Libraries: what calling, reading and assigning their symbols does, as the catalogue says it."""

import re
import stat
import string
from typing import TYPE_CHECKING, Any

from seawall_guard.catalogue.entries import Check, Sink, Source

from seawall.engines.code import builtin, calls, entries, pages, reasoned, sinks, supplies, text
from seawall.engines.code.conditions import hold, select
from seawall.engines.code.flows import (
    EVERYTHING,
    NONE,
    Flow,
    Flows,
    Origin,
    Where,
    as_parts,
    as_told,
    merge,
    of_member,
)
from seawall.engines.code.guards import facts_about, resolved, value_is_address
from seawall.engines.code.hits import Flagged, Hit
from seawall.engines.code.library import CallModel
from seawall.engines.code.reasoned import channels, purposes, tokens
from seawall.engines.code.state import Frame, apply_facts
from seawall.engines.code.values import (
    ANYTHING,
    FED,
    ClassValue,
    DictCell,
    FunctionValue,
    Items,
    Known,
    Method,
    ObjectCell,
    Ref,
    Symbol,
    Text,
    Union,
    Unknown,
    Value,
    flows_of,
    make_text,
    map_flows,
)
from seawall.model.program import (
    Attribute,
    Call,
    Expression,
    Index,
    Name,
    Return,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ClassInfo, FunctionInfo

DEEPEST = 14
"""Calls within calls that are followed."""


RESOLVING = frozenset(
    "socket.getaddrinfo socket.gethostbyname socket.gethostbyname_ex ipaddress.ip_address "
    "ipaddress.IPv4Address ipaddress.IPv6Address".split()
)
"""Calls that give the address of a host."""
CONSTANT_MODULES = {"stat": stat, "string": string}
"""Modules of which the constants are the same everywhere."""

# --- reading ---


def imported_symbol(machine: "Machine", path: str) -> Value:
    """`from library import name`."""
    owner, _, name = path.rpartition(".")
    kind = machine.library.attribute(owner, name)
    return Unknown((), kind) if kind else Symbol(path)


def symbol_attribute(
    machine: "Machine", receiver: Symbol, name: str, frame: Frame, node: Expression | None
) -> Value:
    """`library.name`."""
    if receiver.path in CONSTANT_MODULES:
        constant = getattr(CONSTANT_MODULES[receiver.path], name, None)
        if isinstance(constant, str | int) and not name.startswith("_"):
            return Known(constant)
    owner = machine.library.canonical(receiver.path)
    found = _read(machine, owner, name, ("", receiver.path, name), frame, node)
    if found is not None:
        return found
    kind = machine.library.attribute(owner, name)
    if kind:
        return Unknown((), kind)
    return Symbol(f"{receiver.path}.{name}")


def typed_attribute(
    machine: "Machine",
    receiver: Unknown,
    name: str,
    frame: Frame,
    node: Expression | None,
    owner: Value | None = None,
) -> Value | None:
    """`value.name` where the type of the value is known; None where nothing is known of it."""
    kind = receiver.type
    key = (receiver.serial or id(frame.function), kind, name)
    found = _read(machine, kind, name, key, frame, node)
    if found is not None:
        return found
    typed = machine.library.attribute(kind, name)
    if receiver.flows:
        if machine.library.model(f"{kind}.{name}") is not None:
            return None
        return machine.derive(receiver, name, typed, frame)
    if typed:
        return Unknown((), typed)
    return Method(owner if owner is not None else receiver, name, f"{kind}.{name}", _root(node))


def _root(node: Expression | None) -> str:
    from seawall.engines.code.machine import root_of

    return root_of(node)


def _read(
    machine: "Machine", owner: str, name: str, key: Any, frame: Frame, node: Expression | None
) -> Value | None:
    checks = machine.library.read_check(owner, name)
    if checks is not None and node is not None:
        for check in checks:
            flag(machine, check, f"{owner}.{name}", frame, node)
    sources = machine.library.read(owner, name)
    if sources is None:
        return None
    span = node.span if node is not None else 0
    origin = _origin(sources[0], f"{owner}.{name}", frame, span)
    root = machine.hits.root
    if name in ROUTE_PATHS and root.route:
        return _route_path(root.route, origin)
    if name in ROUTE_PATHS and not root.is_entry:
        # Which paths come here is for the routes to say that lead here.
        return Unknown((), "str")
    kind = machine.library.attribute(owner, name)
    return machine.source(origin, kind, ("source", key), frame)


ROUTE_PATHS = frozenset({"path", "path_info", "script_root"})
_PLACEHOLDER = re.compile(r"<[^<>]*>|\{[^{}]*\}|\(\?P<\w+>[^()]*\)")


def _route_path(route: str, origin: Origin) -> Value:
    """Return the path of a request that has come to a route: only its placeholders are free."""
    parts: list[str | Value] = []
    at = 0
    for match in _PLACEHOLDER.finditer(route):
        parts.append(route[at : match.start()])
        whole = "path" in match[0] or "*" in match[0] or "+" in match[0]
        excludes = frozenset() if whole else frozenset({"/"})
        parts.append(Unknown((Flow(origin, 0, excludes),), "str"))
        at = match.end()
    parts.append(route[at:])
    return make_text(parts)


def _origin(source: Source, symbol: str, frame: Frame, span: int) -> Origin:
    return Origin(source.kind, symbol, Where(frame.module.path, span), part=source.part)


def item(
    machine: "Machine", container: Value, key: Value, frame: Frame, node: Expression | None
) -> Value:
    """An item of something of a library."""
    path = ""
    match container:
        case Symbol():
            path = machine.library.canonical(container.path)
        case Method():
            path = container.path
    if path:
        found = _source_item(machine, path, key, frame, node)
        if found is not None:
            return found
        kind = machine.library.items(path)
        if kind:
            return Unknown(container.flows, kind)
        if isinstance(container, Symbol) and _is_class(path) and isinstance(key, Known):
            # A member of an enumeration, by its name: `ssl.TLSVersion["TLSv1"]`.
            if isinstance(key.value, str) and key.value.isidentifier():
                return Symbol(f"{path}.{key.value}")
    return Unknown(container.flows) if container.flows else ANYTHING


def _is_class(path: str) -> bool:
    last = path.rpartition(".")[2]
    return last[:1].isupper() and not last.isupper()


def source_item(
    machine: "Machine", container: Unknown, key: Value, frame: Frame, node: Expression | None
) -> Value | None:
    """An item that is a source by itself."""
    return _source_item(machine, container.type, key, frame, node)


def _source_item(
    machine: "Machine", owner: str, key: Value, frame: Frame, node: Expression | None
) -> Value | None:
    for base in machine.library.mro(owner):
        sources = machine.library.reads.get(base + "[]")
        if sources is None and isinstance(key, Known):
            sources = machine.library.reads.get(f"{base}[{key.value}]")
        if sources is not None:
            origin = _origin(sources[0], base, frame, node.span if node is not None else 0)
            name = ("item", base, key.value) if isinstance(key, Known) else None
            return machine.source(origin, "", name, frame)
    return None


def operate(
    machine: "Machine",
    sign: str,
    left: Value,
    right: Value,
    frame: Frame,
    node: Expression | None,
) -> Value | None:
    """A binary operator of objects."""
    if isinstance(left, Ref):
        cell = machine.cell(left, frame)
        if isinstance(cell, DictCell) and sign == "|":
            ref = machine.new_cell(cell, frame)
            machine.merge_mapping(ref, cell, right, frame)
            return ref
        names = {"/": "__truediv__", "+": "__add__", "|": "__or__", "%": "__mod__"}
        if isinstance(cell, ObjectCell) and cell.info is not None and sign in names:
            method = cell.info.find(names[sign])
            if isinstance(method, FunctionValue):
                bound = method.bind(left)
                return machine.call(bound, [right], {}, frame, node)
    if sign == "/":
        return builtin.join_path(machine, [left, right], frame)
    return None


OPERATOR_METHODS = {"+": "__add__", "%": "__mod__", "/": "__truediv__", "|": "__or__"}


def operate_typed(
    machine: "Machine",
    sign: str,
    left: Unknown,
    right: Value,
    frame: Frame,
    node: Expression | None,
) -> Value | None:
    """A binary operator of a library's type, where the catalogue speaks of its method."""
    name = OPERATOR_METHODS.get(sign)
    if name is None or machine.library.model(f"{left.type}.{name}") is None:
        return None
    given = calls.Arguments([right], {}, None, None, node)
    return call(machine, f"{left.type}.{name}", left, given, frame, None)


# --- calling ---


def call(
    machine: "Machine",
    path: str,
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
    node: Attribute | None,
    method: Method | None = None,
) -> Value:
    """Call a symbol of a library."""
    if not path:
        name = method.name if method is not None else (node.name if node is not None else "")
        return call_unknown(machine, receiver or ANYTHING, name, given, frame, node, method)
    library = machine.library
    path = library.canonical(path)
    model = library.model(path)
    where = _where(given, frame)
    if model is not None:
        _judge(machine, model, path, receiver, given, frame, where)
        if model.entries:
            entries.note_called(machine, model.entries, given, frame)
        if model.helpers:
            supplies.called(machine, model.helpers, given, frame)
    elif "sql-injection" in _judge_by_name(
        machine, path, receiver, given, frame, where, node, method
    ):
        return ANYTHING
    handler = builtin.HANDLERS.get(path)
    result = reasoned.called(machine, path, receiver, given, frame, node)
    if result is None and handler is not None:
        result = handler(machine, given, frame, receiver)
    if (
        result is None
        and path.startswith(("builtins.str.", "builtins.bytes."))
        and receiver is not None
    ):
        name = path.rpartition(".")[2]
        result = text.call_method(
            machine, receiver, name, given.positional, given.keywords, frame, None
        )
    if model is not None:
        result = _modelled(machine, model, path, receiver, given, frame, where, result)
    if result is None:
        result = _unmodelled(machine, path, receiver, given, frame, node)
    if path in RESOLVING and given.positional:
        result = resolved(machine, given.positional[0], result)
    if model is not None and model.pages:
        result = pages.called(machine, model.pages, receiver, given, frame, where, result)
    for kind in library.given_when(path):
        if hold(machine, kind.when, kind.unless, given, receiver, frame):
            if kind.turned_by:
                _turn(receiver, kind.name, frame)
                break
            return Unknown(result.flows, kind.name)
    return result


def _turn(receiver: Value | None, kind: str, frame: Frame) -> None:
    """Make another type of what a method was called on: it has been set up otherwise."""
    if not isinstance(receiver, Unknown):
        return
    turned = Unknown(receiver.flows, kind, receiver.serial)
    for name, known in frame.state.locals.items():
        if known is receiver:
            frame.state.locals[name] = turned
    for cell, content in frame.state.heap.items():
        if isinstance(content, ObjectCell) and receiver in content.attributes.values():
            attributes = {n: turned if v is receiver else v for n, v in content.attributes.items()}
            frame.state.heap[cell] = ObjectCell(content.info, attributes, content.type)


def call_own(
    machine: "Machine", function: FunctionValue, given: "Arguments", frame: Frame
) -> Value | None:
    """Call a function of the program of which the catalogue speaks, as a project's own may.

    None where it says nothing of what comes back: then the function is followed as any other.
    """
    info = function.info
    path = machine.library.own_symbol(info.module.name, info.symbol)
    if not path:
        return None
    model = machine.library.calls[path]
    where = _where(given, frame)
    _judge(machine, model, path, function.bound, given, frame, where)
    if model.entries:
        entries.note_called(machine, model.entries, given, frame)
    return _modelled(machine, model, path, function.bound, given, frame, where, None)


def _where(given: "Arguments", frame: Frame) -> Where:
    return Where(frame.module.path, given.node.span if given.node is not None else 0)


def _modelled(
    machine: "Machine",
    model: CallModel,
    path: str,
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
    where: Where,
    result: Value | None,
) -> Value | None:
    """Apply what the catalogue says of a call's result."""
    library = machine.library
    kind = library.made_by(path)
    if model.sources:
        origin = Origin(model.sources[0].kind, path, where, part=model.sources[0].part)
        return machine.source(origin, kind, None, frame)
    for sanitizer in model.sanitizers:
        bits = library.clean_bits(sanitizer.cleans)
        values = select(given, sanitizer.argument, receiver)
        if machine.watch is not None:
            machine.watch.cleaned(machine, path, values, bits, frame, where)
        if sanitizer.by == "return":
            base = (
                result if result is not None else _passed(machine, values, given, receiver, frame)
            )
            result = _clean(base, bits)
            if kind and isinstance(result, Unknown | Known):
                serial = result.serial if isinstance(result, Unknown) else 0
                result = Unknown(result.flows, kind, serial)
        elif sanitizer.by == "call":
            for value in values:
                # That it is an address does not say whose.
                if not value_is_address(machine, value):
                    apply_facts(frame.state, facts_about(machine, value, bits))
            if result is None:
                result = Unknown(flows_of(values), kind)
        else:
            facts: dict[int, Any] = {}
            for value in values:
                facts.update(facts_about(machine, value, bits))
            result = Unknown((), "bool", 0, (facts, {}))
    if model.propagators:
        flows: Flows = NONE
        for propagator in model.propagators:
            taken = NONE
            for selector in propagator.takes:
                for value in select(given, selector, receiver):
                    taken = merge(taken, machine.deep_flows(value, frame))
            if propagator.takes == ("self",) and not path.startswith("pathlib."):
                # What is read from it, or stands in it.
                taken = as_told(as_parts(taken))
            if propagator.dirties:
                bits = library.clean_bits(propagator.dirties)
                taken = tuple(flow.dirtied(bits) for flow in taken)
            if propagator.members:
                taken = tuple(map(of_member, taken))
            if propagator.gives == "return":
                flows = merge(flows, taken)
            elif taken:
                _carry_into(machine, propagator.gives, taken, given, receiver, frame)
        if result is None:
            result = Unknown(flows, kind)
            if isinstance(receiver, Unknown) and any(p.members for p in model.propagators):
                machine.archive_of[result.serial] = receiver.serial
    if model.quiet and result is None:
        result = Unknown((), kind)
    return result


def _passed(
    machine: "Machine",
    values: list[Value],
    given: "Arguments",
    receiver: Value | None,
    frame: Frame,
) -> Value:
    """Return what a sanitizer passes on: its argument, or all that it was given."""
    if len(values) == 1 and isinstance(values[0], Unknown | Text):
        only = values[0]
        return Unknown(only.flows, "str") if isinstance(only, Unknown) else only
    flows = NONE
    for value in values or given.all():
        flows = merge(flows, machine.deep_flows(value, frame))
    return Unknown(flows)


def _clean(value: Value, bits: int) -> Value:
    def change(flow: Flow) -> Flow | None:
        new = flow.cleaned(bits)
        return None if new.clean == EVERYTHING else new

    match value:
        case Unknown():
            # Cleaning makes another value: what it was made of stays as it is.
            return map_flows(Unknown(value.flows, value.type), change)
        case Text():
            return map_flows(value, change)
    return map_flows(Unknown(value.flows), change) if value.flows else value


def _carry_into(
    machine: "Machine",
    selector: str,
    flows: Flows,
    given: "Arguments",
    receiver: Value | None,
    frame: Frame,
) -> None:
    """Let an argument or the receiver carry flows from now on."""
    for value in select(given, selector, receiver):
        match value:
            case Ref():
                cell = machine.cell(value, frame)
                if isinstance(cell, ObjectCell):
                    held = merge(machine.deep_flows(value, frame), flows)
                    attributes = {**cell.attributes, FED: Unknown(held)}
                    frame.state.heap[value.cell] = ObjectCell(cell.info, attributes, cell.type)
                elif isinstance(cell, DictCell):
                    rest = Unknown(merge(cell.rest.flows if cell.rest else NONE, flows))
                    frame.state.heap[value.cell] = DictCell(cell.entries, rest, True, cell.type)
            case Unknown():
                replaced = Unknown(merge(value.flows, flows), value.type)
                for name, known in frame.state.locals.items():
                    if known is value:
                        frame.state.locals[name] = replaced


def _unmodelled(
    machine: "Machine",
    path: str,
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
    node: Attribute | None,
) -> Value:
    """Return what a call gives of which nothing is known: whatever it was given."""
    builtin.call_back(machine, given, frame)
    kind = machine.library.made_by(path)
    known_kind = bool(kind)
    if not kind and "." in path and not path.startswith("builtins."):
        kind = f"{path}()" if not path.endswith("()") else path
    carries = receiver.flows if receiver is not None else NONE
    if isinstance(receiver, Ref):
        carries = machine.deep_flows(receiver, frame, 2)
    carries = as_told(carries)
    arguments = NONE
    for value in given.all():
        arguments = merge(arguments, machine.deep_flows(value, frame, 2))
    if not carries and not arguments:
        return Unknown((), kind)
    plain = all(isinstance(value, Known) for value in given.all())
    if isinstance(receiver, Unknown) and receiver.flows and plain and node is not None:
        name = (node.name, *(v.value for v in given.positional if isinstance(v, Known)))
        return machine.derive(Unknown(carries, "", receiver.serial), name, kind, frame)
    if _is_question(path):
        return Unknown((), "bool")
    flows = merge(carries, tuple(flow.weakened() for flow in arguments))
    flows = told_by_name(machine, path, flows)
    return Unknown(flows, kind if known_kind or not flows else "")


_BINDING = frozenset(
    "in_ not_in notin_ like ilike not_like notlike not_ilike notilike is_ is_not isnot".split()
)
"""Methods of columns in several mappers: their arguments are bound, never written into the text."""


def told_by_name(machine: "Machine", path: str, flows: Flows) -> Flows:
    """Return what an unknown call gives where its name says what it is for."""
    name = path.rpartition(".")[2]
    if name in _BINDING:
        bits = machine.library.clean_bits(("sql-injection",))
    elif name.startswith("render_template"):
        # Whatever engine fills in the template: it escapes, or it is told of where it is set up.
        bits = machine.library.clean_bits(("cross-site-scripting",))
    else:
        return flows
    return tuple(flow.cleaned(bits) for flow in flows)


def _is_question(path: str) -> bool:
    name = path.rpartition(".")[2]
    return name.startswith(("is_", "has_", "can_", "exists", "should_")) or name in (
        "exists",
        "len",
    )


def call_unknown(
    machine: "Machine",
    receiver: Value,
    name: str,
    given: "Arguments",
    frame: Frame,
    node: Attribute | None,
    method: Method | None = None,
) -> Value:
    """Call something of which not even the type is known."""
    where = _where(given, frame)
    if name:
        weaknesses = _judge_by_name(machine, name, receiver, given, frame, where, node, method)
        if "sql-injection" in weaknesses:
            return ANYTHING
        if name in reasoned.NAMES:
            reasoned_value = reasoned.called(machine, name, receiver, given, frame, node)
            if reasoned_value is not None:
                return reasoned_value
        if receiver.flows or name in (
            "join",
            "format",
            "strip",
            "lower",
            "upper",
            "replace",
            "encode",
            "decode",
        ):
            found = text.call_method(
                machine, receiver, name, given.positional, given.keywords, frame, None
            )
            if found is not None:
                return found
        if node is not None:
            models = _entries_by_name(machine, name, frame)
            if models:
                entries.note_called(machine, models, given, frame)
    return _unmodelled(machine, name, receiver, given, frame, node)


def _entries_by_name(machine: "Machine", name: str, frame: Frame) -> list[Any]:
    found = machine.library.entry_words.get(name, [])
    if "_" in name and name in machine.library.registering:
        return found
    words = frame.module.words
    return [m for m in found if any(s.partition(".")[0] in words for s in m.symbols)]


GUARDED = frozenset(
    "sql-injection nosql-injection os-command-injection code-injection template-injection "
    "ldap-injection xpath-injection unsafe-deserialization server-side-request-forgery "
    "xml-external-entities".split()
)
"""Weaknesses whose calls are told as facts: what guards a running program stands before them."""


def _judge(
    machine: "Machine",
    model: CallModel,
    path: str,
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
    where: Where,
) -> None:
    """Look whether the arguments of a call do harm."""
    if machine.watch is not None:
        machine.watch.judged(machine, model, path, receiver, given, frame, where)
    if any(one.weakness == tokens.WEAKNESS for one in model.checks):
        if tokens.is_verified_too(given.node, frame):
            return
    if path.endswith(channels.LOGINS) and channels.may_be_encrypted(frame):
        return
    for sink in model.sinks:
        if (sink.when or sink.unless) and not hold(
            machine, sink.when, sink.unless, given, receiver, frame
        ):
            continue
        if sink.weakness in GUARDED:
            function = f".{frame.function.symbol}" if frame.function is not None else ""
            machine.hits.sinks[where] = (path, frame.module.name + function)
        if sink.form == "member" and _asks_for_size(frame):
            continue
        for selector in sink.arguments:
            if sink.form == "spread":
                # Only what is spread out of a mapping that somebody else filled.
                values = [given.names] if given.names is not None else []
            else:
                values = select(given, selector, receiver, machine, frame)
            for value in values:
                reach(machine, sink, path, value, frame, where)
    for check in model.checks:
        if check.weakness not in reasoned.DEFERRED and hold(
            machine, check.when, check.unless, given, receiver, frame
        ):
            if check.weakness in purposes.JUDGED and purposes.is_harmless(
                machine, check.weakness, given.node, frame
            ):
                continue
            flag(machine, check, path, frame, given.node)


def _asks_for_size(frame: Frame) -> bool:
    """Whether a function looks how large the members of an archive are."""
    return frame.function is not None and "file_size" in frame.function.node.words


def _judge_by_name(
    machine: "Machine",
    path: str,
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
    where: Where,
    node: Attribute | None,
    method: Method | None,
) -> set[str]:
    """Look for sinks that only the names of method and receiver tell; return their weaknesses.

    A database answers with what it holds, not with what it was asked: who finds `sql-injection`
    among them lets nothing of the arguments pass.
    """
    name = path.rpartition(".")[2]
    weaknesses: set[str] = set()
    found = machine.library.methods.get(name)
    if found is None:
        return weaknesses
    root = _root(node) if node is not None else (method.root if method is not None else "")
    for sink, pattern in found:
        if not pattern.match(root):
            continue
        if (sink.when or sink.unless) and not hold(
            machine, sink.when, sink.unless, given, receiver, frame
        ):
            continue
        weaknesses.add(sink.weakness)
        for selector in sink.arguments:
            for value in select(given, selector, receiver, machine, frame):
                reach(machine, sink, f"{root}.{name}", value, frame, where)
    return weaknesses


def reach(
    machine: "Machine", sink: Sink, symbol: str, value: Value, frame: Frame, where: Where
) -> None:
    """Add a hit for everything in a value that does harm in a sink."""
    if machine.watch is not None:
        machine.watch.reached(machine, sink, symbol, value, frame, where)
    if not value.flows and not isinstance(value, Ref | Items | Union):
        return
    function = frame.function.symbol if frame.function is not None else ""
    if sink.weakness == "cross-site-scripting":
        reasoned.sent(machine, symbol, value, frame, where)
    for flow in sinks.reaching(machine, sink.weakness, sink.form, value, frame):
        machine.hits.add(Hit(sink.weakness, where, symbol, function, flow, sink))


def flag(
    machine: "Machine", check: Check, symbol: str, frame: Frame, node: Expression | None
) -> None:
    """Add what a check has found."""
    where = Where(frame.module.path, node.span if node is not None else 0)
    function = frame.function.symbol if frame.function is not None else ""
    flagged = Flagged(check, check.weakness, where, symbol, function, certain=not frame.unsure)
    machine.hits.flag(flagged)


def call_typed_mapping(
    machine: "Machine",
    receiver: Ref,
    cell: DictCell,
    name: str,
    given: "Arguments",
    frame: Frame,
) -> Value | None:
    """A method of a mapping of a library that the interpreter knows inside."""
    return builtin.call_typed_mapping(machine, receiver, cell, name, given, frame)


# --- assigning and returning ---


def assigned_attribute(
    machine: "Machine",
    receiver: Value,
    name: str,
    value: Value,
    node: Attribute,
    frame: Frame,
) -> None:
    """`receiver.name = value`."""
    reasoned.named(machine, name, value, frame, node)
    for owner in _owners(machine, receiver, frame):
        _assigned(machine, owner, f".{name}", value, node, frame)
    if machine.library.methods.get(name) is None:
        return


def assigned_item(
    machine: "Machine",
    container: Value,
    key: Value,
    value: Value,
    node: Index,
    frame: Frame,
) -> None:
    """`container[key] = value`."""
    if isinstance(key, Known) and isinstance(key.value, str):
        reasoned.named(machine, key.value, value, frame, node)
    reasoned.kept(machine, key, value, frame, node)
    for owner in _owners(machine, container, frame):
        supplies.assigned(machine, owner, key, value, frame)
        _assigned(machine, owner, "[]", value, node, frame)
        if isinstance(key, Known):
            _assigned(machine, owner, f"[{key.value}]", value, node, frame)
        elif key.flows:
            # Whoever names the key decides what is set.
            for found in machine.library.assignment(owner, "[]"):
                if isinstance(found, Sink):
                    where = Where(frame.module.path, node.span)
                    reach(machine, found, owner + "[]", key, frame, where)


def _owners(machine: "Machine", value: Value, frame: Frame) -> list[str]:
    match value:
        case Symbol():
            return [machine.library.canonical(value.path)]
        case Unknown():
            return [value.type] if value.type else []
        case Method():
            return [value.path] if value.path else []
        case Ref():
            cell = machine.cell(value, frame)
            if isinstance(cell, ObjectCell):
                return machine.external_types(cell)
            return [cell.type] if isinstance(cell, DictCell) and cell.type else []
        case Union():
            return [owner for option in value.options for owner in _owners(machine, option, frame)]
    return []


def _assigned(
    machine: "Machine", owner: str, suffix: str, value: Value, node: Expression, frame: Frame
) -> None:
    for found in machine.library.assignment(owner, suffix):
        given = calls.Arguments([value], {"value": value}, None, None, node)
        if isinstance(found, Sink):
            if hold(machine, found.when, found.unless, given, None, frame):
                where = Where(frame.module.path, node.span)
                reach(machine, found, owner + suffix, value, frame, where)
        elif hold(machine, found.when, found.unless, given, None, frame):
            flag(machine, found, owner + suffix, frame, node)


def stated(machine: "Machine", target: Name, value: Value, frame: Frame) -> None:
    """What the body of a class says of it, or its `Meta` of the class around that."""
    if target.name not in machine.library.stating or frame.function is None:
        return
    info, outer = frame.function.owner, frame.closure
    suffix = f".{target.name}"
    if info is not None and info.node.name == "Meta" and outer is not None and outer.is_class:
        info = outer.function.owner if outer.function is not None else None
        suffix = ".Meta" + suffix
    for owner in info.external_bases() if info is not None else ():
        _assigned(machine, owner, suffix, value, target, frame)


def assigned_setting(machine: "Machine", target: Name, value: Value, frame: Frame) -> None:
    """A variable of a settings module."""
    settings = machine.library.settings
    if target.name not in machine.library.setting_names:
        return
    values: dict[str, list[Value]] = {"": [value]}
    items = machine.items_of(value, frame) if isinstance(value, Ref | Items) else None
    if items:
        values |= {"[]": items, "[0]": items[:1]}
    for suffix, options in values.items():
        for check, modules in settings.get(target.name + suffix, ()):
            if modules is not None and not (
                modules.match(frame.module.name)
                or modules.match(frame.module.path.rpartition(".")[0].replace("/", "."))
            ):
                continue
            for option in options:
                given = calls.Arguments([option], {"value": option}, None, None, target)
                if hold(machine, check.when, check.unless, given, None, frame):
                    flag(machine, check, target.name, frame, target)


def returned(machine: "Machine", value: Value, node: Return, frame: Frame) -> None:
    """What a handler returns, where its framework sends it as it is."""
    if frame.function is None:
        return
    if machine.drawn or frame.function.node.name in machine.library.page_methods:
        pages.returned(machine, value, frame, Where(frame.module.path, node.span))
    weakness = machine.returning.get(id(frame.function))
    if weakness is None:
        return
    body = value.items[0] if isinstance(value, Items) and value.items else value
    if isinstance(value, Items) and any(_says_no_page(machine, one, frame) for one in value.items):
        return
    if not isinstance(body, Text | Unknown | Union):
        return
    if isinstance(body, Unknown) and body.type not in ("", "str", "bytes"):
        return
    sink = Sink(weakness=weakness, form="html")
    where = Where(frame.module.path, node.span)
    for option in body.options if isinstance(body, Union) else (body,):
        if isinstance(option, Text | Unknown) and not (
            isinstance(option, Unknown) and option.type not in ("", "str", "bytes")
        ):
            reach(machine, sink, "return", option, frame, where)


def _says_no_page(machine: "Machine", value: Value, frame: Frame) -> bool:
    """Whether headers that are returned beside a text say that it is no page."""
    cell = machine.cell(value, frame) if isinstance(value, Ref) else None
    for name, said in cell.entries.items() if isinstance(cell, DictCell) else ():
        if isinstance(name, str) and name.lower() == "content-type" and isinstance(said, Known):
            return not re.search("html|svg", str(said.value).lower())
    return False


# --- defining ---


def decorate(
    machine: "Machine",
    decorator: Expression,
    value: Value,
    info: "FunctionInfo | ClassInfo",
    frame: Frame,
) -> Value:
    """Return what a decorator makes of a function or class."""
    node = decorator.function if isinstance(decorator, Call) else decorator
    target = machine.value(node, frame)
    given = (
        calls.evaluate_arguments(machine, decorator, frame) if isinstance(decorator, Call) else None
    )
    path = target.path if isinstance(target, Symbol | Method) else ""
    if isinstance(target, Unknown) and target.type:
        path = target.type
    if isinstance(value, FunctionValue):
        decorated = _plain_decorator(machine, path, node, value, frame)
        if decorated is not None:
            return decorated
        fills = machine.library.model(machine.library.canonical(path)) if path else None
        if fills is not None:
            supplies.decorated(machine, fills.helpers, given, value, frame)
        if fills is not None and given is not None:
            pages.decorated(machine, fills.pages, given, value.info, frame)
        models = _entry_models(machine, path, node, frame)
        if models:
            entries.note_decorated(machine, models, value, given, frame)
            model = machine.library.model(machine.library.canonical(path)) if path else None
            plain = given or calls.Arguments([value], {}, None, None, decorator)
            for check in model.checks if model is not None else ():
                if hold(machine, check.when, check.unless, plain, None, frame):
                    flag(machine, check, path, frame, decorator)
            return value
    if isinstance(target, FunctionValue | Ref):
        applied = target
        if given is not None:
            made = calls.call_value(machine, target, given, frame)
            machine.ended = False
            applied = made if isinstance(made, FunctionValue | Ref) else applied
            if applied is target:
                return value
        made = machine.call(applied, [value], {}, frame, decorator)
        machine.ended = False
        if isinstance(made, FunctionValue | ClassValue | Ref):
            return made
        return value
    model = machine.library.model(machine.library.canonical(path)) if path else None
    if model is not None and given is not None and isinstance(value, ClassValue):
        pages.decorated(machine, model.pages, given, value.info, frame)
    if model is not None and model.checks:
        plain = given or calls.Arguments([value], {}, None, None, decorator)
        for check in model.checks:
            if hold(machine, check.when, check.unless, plain, None, frame):
                flag(machine, check, path, frame, decorator)
    elif given is not None and path:
        call(machine, path, None, given, frame, None)
    return value


def _plain_decorator(
    machine: "Machine", path: str, node: Expression, value: FunctionValue, frame: Frame
) -> Value | None:
    name = path.rpartition(".")[2]
    if path == "builtins.staticmethod":
        value.info.is_static = True
        return value
    if path == "builtins.classmethod":
        value.info.is_class_method = True
        return value
    if path == "builtins.property" or name in ("cached_property", "hybrid_property"):
        value.info.is_property = True
        return value
    if isinstance(node, Attribute) and node.name in ("setter", "deleter", "getter"):
        known = frame.state.locals.get(value.info.node.name)
        return known if known is not None else value
    return None


def _entry_models(machine: "Machine", path: str, node: Expression, frame: Frame) -> list[Any]:
    """Return the entry points that a decorator stands for; by its name where that is all."""
    if path:
        model = machine.library.model(machine.library.canonical(path))
        if model is not None and model.entries:
            return model.entries
    name = node.name if isinstance(node, Attribute) else ""
    if not name or (path and "()" not in path and not path.startswith("builtins.")):
        return []
    return _entries_by_name(machine, name, frame)


def met_class(machine: "Machine", info: "ClassInfo", frame: Frame) -> None:
    """Note what a framework calls of a class."""
    entries.met_class(machine, info, frame)
