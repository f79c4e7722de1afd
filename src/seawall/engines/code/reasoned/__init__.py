"""Weaknesses that a table cannot state: the interpreter asks here at calls, tests and names."""

from typing import TYPE_CHECKING

from seawall_guard.catalogue.entries import Check, Sink

from seawall.engines.code.flows import Where
from seawall.engines.code.hits import Root
from seawall.engines.code.reasoned import (
    addresses,
    channels,
    comparisons,
    disclosure,
    errors,
    logins,
    owners,
    patterns,
    races,
    randomness,
    ranges,
    siblings,
)
from seawall.engines.code.reasoned.flagging import flag, flag_here, hit_here
from seawall.engines.code.reasoned.names import UNGUESSABLE, told_by
from seawall.engines.code.reasoned.nodes import (
    dotted,
    functions_of,
    outside_functions,
    walk,
)
from seawall.engines.code.state import Frame
from seawall.engines.code.values import Known, Text, Unknown, Value, join
from seawall.engines.code.words import is_test
from seawall.model.program import Attribute, Call, Expression, Handler, Index, Node, Return

if TYPE_CHECKING:
    from seawall.engines.code.analysis import Analysis
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ModuleInfo

DEFERRED = frozenset({randomness.WEAKNESS})
"""Weaknesses whose checks do not tell by themselves: what becomes of the value decides."""
NAMED = Sink(weakness="unsafe-reflection")
CLAIMED = comparisons.CLAIMED
GETTERS = frozenset("get getlist get_all get_header header getheader".split())
NAMES = (
    randomness.ENCODERS
    | randomness.NUMBERS
    | errors.NAMES
    | {answer.rpartition(".")[2] for answer in errors.ANSWERS}
    | GETTERS
    | patterns.MATCHING.keys()
    | frozenset("set_cookie set_secure_cookie set_signed_cookie".split())
    | frozenset("startswith endswith find compile HMAC digest new".split())
)
"""The last identifiers of what `called` looks at."""


def called(
    machine: "Machine",
    path: str,
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
    node: Attribute | None,
) -> Value | None:
    """Look at a call of a library's symbol; a value replaces what the call would give."""
    name = path[path.rfind(".") + 1 :]
    if path.startswith(randomness.PREFIXES):
        return randomness.made(machine, path, given, frame, name)
    if name not in NAMES:
        return None
    if name in randomness.ENCODERS:
        randomness.encoded(machine, given, receiver, frame)
    if name in randomness.NUMBERS:
        return randomness.computed(path, given)
    if name.endswith("cookie"):
        randomness.in_cookie(machine, given, frame)
    elif name in patterns.MATCHING:
        patterns.matched(machine, path, name, given, receiver, frame)
    elif name == "compile":
        return patterns.compiled(machine, path, given, frame)
    elif name == "startswith":
        comparisons.begun(machine, receiver, given, frame)
    elif name in ("endswith", "find"):
        _looked_for(machine, name, receiver, given, frame)
    elif name in GETTERS:
        return _got(machine, receiver, given, frame)
    elif name in errors.ANSWERS or path in errors.ANSWERS:
        return errors.answered(machine, path, given, frame)
    if name in ("new", "HMAC", "digest"):
        return comparisons.authenticated(path, given, frame)
    if name in errors.NAMES:
        return errors.told(path, given, frame)
    return None


def given_by_name(machine: "Machine", given: "Arguments", frame: Frame) -> None:
    """Look at the arguments by name of any call."""
    randomness.given_by_name(machine, given, frame)


def _got(
    machine: "Machine", receiver: Value | None, given: "Arguments", frame: Frame
) -> Value | None:
    """Return what stands in a header in which a client says whose address it is."""
    key = given.positional[0] if given.positional else None
    if not isinstance(key, Known) or key.value not in CLAIMED or receiver is None:
        return None
    if not isinstance(receiver, Unknown) or not receiver.flows:
        return None
    value = machine.get_item(receiver, key, frame, given.node)
    default = given.positional[1] if len(given.positional) > 1 else None
    return join(value, default) if default is not None else value


def read(value: Value, key: str, frame: Frame, node: Expression | None) -> Value:
    """Return an item of a request whose key is in `CLAIMED`."""
    return comparisons.claimed(value, key, frame, node.span if node is not None else 0)


def compared(
    machine: "Machine", sign: str, left: Value, right: Value, frame: Frame, node: Expression
) -> None:
    """Look at a comparison."""
    if right.flows and isinstance(left, Known) and _is_asked(right):
        check = addresses.met_by_another(sign, left.value)
        if check is not None:
            flag_here(machine, check, "in", frame, node.span)
    if left.flows or right.flows:
        comparisons.compared(machine, sign, left, right, frame, node)
        if sign in ("==", "!="):
            randomness.compared(machine, left, right, frame, node)


def _is_asked(value: Value) -> bool:
    """Whether a text comes from a request as it was sent."""
    return isinstance(value, Unknown | Text) and any(
        flow.origin.kind == "http" and not flow.weak for flow in value.flows
    )


def _looked_for(
    machine: "Machine", name: str, receiver: Value | None, given: "Arguments", frame: Frame
) -> None:
    """Look at a text in which another one is looked for."""
    first = given.positional[0] if given.positional else None
    if receiver is None or not isinstance(first, Known) or given.node is None:
        return
    check = addresses.met_by_another(name, first.value)
    if check is not None and _is_asked(receiver):
        flag_here(machine, check, name, frame, given.node.span)


def named(machine: "Machine", name: str, value: Value, frame: Frame, node: Expression) -> Value:
    """Look at a value that gets a name (of a variable, an attribute, a key); return what it is."""
    if told_by(name) & UNGUESSABLE:
        randomness.named(machine, value, frame, node.span)
    return value


def looked_up(machine: "Machine", namespace: Call, key: Value, frame: Frame, node: Index) -> None:
    """Look at a name that is looked up among all that a module knows."""
    name = dotted(namespace.function)
    if name not in ("globals", "locals"):
        return
    bit = machine.library.clean_bits((NAMED.weakness,))
    for flow in key.flows:
        if not flow.clean & bit:
            hit_here(machine, NAMED, f"builtins.{name}", flow, frame, node.span)


def kept(machine: "Machine", key: Value, value: Value, frame: Frame, node: Index) -> None:
    """Look at an item that is set, whatever its key."""
    if value.flows:
        randomness.kept(machine, key, value, frame, node)


def returned(machine: "Machine", value: Value, node: Return, frame: Frame) -> None:
    """Look at what a function returns."""
    randomness.returned(machine, value, node, frame)
    errors.returned(machine, value, node, frame)


def caught(handler: Handler, frame: Frame) -> Value:
    """Return what `except ... as name` gives."""
    return errors.caught(handler, frame)


def sent(machine: "Machine", symbol: str, value: Value, frame: Frame, where: Where) -> None:
    """Look at what is sent to a client as a document."""
    errors.sent(machine, symbol, value, frame, where.span)


def finished(analysis: "Analysis", module: "ModuleInfo") -> None:
    """Look at a module when all that it starts has been interpreted."""
    machine, words = analysis.machine, module.words
    before, machine.hits.root = machine.hits.root, Root("", module.path, False)
    lacking = siblings.opened_in(analysis.routes)
    for group in siblings.routes_of(machine, analysis.routes):
        found = siblings.lacking(group)
        lacking += [*found, *owners.anybodys(group, {where for _, where, _, _ in found})]
    for check, where, symbol, clear in lacking:
        flag(machine, check, where, symbol, symbol, certain=clear)
    if not is_test(module.path):
        if not logins.WORDS.isdisjoint(words):
            for call, function in logins.unchecked_in(module.tree, words):
                _flag(machine, module, logins.PAM, call, function)
        _look_at_functions(machine, module)
    machine.hits.root = before


def _look_at_functions(machine: "Machine", module: "ModuleInfo") -> None:
    """Look at functions as they are written, where their identifiers give reason to."""
    spoken = module.words
    sends = not channels.CLIENTS.isdisjoint(spoken)
    texts = channels.texts_in(outside_functions(module.tree.body)) if sends else {}
    has_patterns = "re" in spoken or "regex" in spoken
    matching: list[list[Node]] = []
    for function in (None, *functions_of(module.tree.body)):
        words = function.words if function is not None else module.tree.words
        symbol = function.symbol if function is not None else ""
        discloses = disclosure.of_interest(words)
        checks = addresses.of_interest(words, spoken)
        tells = sends and channels.of_interest(words)
        races_too = function is not None and not races.WORDS.isdisjoint(words)
        closes = function is not None and not races.CLOSING_WORDS.isdisjoint(words)
        matches = has_patterns and not patterns.FILTERING.isdisjoint(words)
        if not (discloses or tells or checks or races_too or closes or matches):
            continue
        body = function.body if function is not None else outside_functions(module.tree.body)
        nodes = list(walk(body))
        if discloses:
            for check, call, clear in disclosure.written_in(nodes, frozenset(words), spoken):
                _flag(machine, module, check, call, symbol, certain=clear)
        if tells:
            for check, call, clear in channels.sent_in(nodes, texts, spoken):
                _flag(machine, module, check, call, symbol, certain=clear)
        if checks:
            for check, found in addresses.checks_in(nodes):
                _flag(machine, module, check, found, symbol, certain=False)
        if races_too:
            for check, use in (*races.uses_in(nodes), *races.swapped_in(nodes)):
                _flag(machine, module, check, use, symbol, certain=False)
        if closes:
            for check, call in races.closed_late_in(nodes):
                _flag(machine, module, check, call, symbol)
        if matches:
            matching.append(nodes)
    every = [node for nodes in matching for node in nodes]
    written = (
        *patterns.filters_in(every),
        *patterns.slow_ones_in(matching),
        *ranges.wide_ranges_in(every),
    )
    for check, call in written:
        _flag(machine, module, check, call, "", certain=False)


def _flag(
    machine: "Machine",
    module: "ModuleInfo",
    check: Check,
    node: Expression,
    function: str,
    *,
    certain: bool = True,
) -> None:
    symbol = dotted(node.function) if isinstance(node, Call) else "in"
    flag(machine, check, Where(module.path, node.span), symbol, function, certain=certain)
