"""Random numbers that can be predicted, where they become what nobody may guess."""

import re
from typing import TYPE_CHECKING

from seawall_guard.catalogue.entries import Sink

from seawall.engines.code.flows import Flow, merge, of_numbers
from seawall.engines.code.reasoned.flagging import hit_here, origin_here
from seawall.engines.code.reasoned.names import UNGUESSABLE, keeps_sessions, told_by
from seawall.engines.code.reasoned.nodes import last_name, walk
from seawall.engines.code.state import Frame
from seawall.engines.code.values import Known, Ref, Unknown, Value
from seawall.engines.code.words import is_test
from seawall.model.program import (
    Attribute,
    Call,
    Compare,
    Constant,
    Expression,
    Index,
    Name,
    Return,
    Span,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine

WEAKNESS = "predictable-random"
SINK = Sink(weakness=WEAKNESS)
PREFIXES = ("random.", "numpy.random.", "uuid.uuid1")
PICKING = frozenset({"choice", "choices", "sample"})
"""They give what they were given: unguessable only where that are letters or numbers."""
IN_PLACE = frozenset({"shuffle", "permutation", "permuted"})
ENCODERS = frozenset(
    "b64encode urlsafe_b64encode standard_b64encode b32encode b16encode b85encode a85encode "
    "encodebytes encodestring hexlify hex".split()
)
NUMBERS = frozenset("int float round abs hex oct bin chr".split())
"""Builtins whose results carry nothing else on."""
CLIENTS = frozenset({"cookie", "header"})
_LETTERS = re.compile(
    r"(?i)(?:^|_)(?:ascii|digits?|hexdigits|letters?|lowercase|uppercase|punctuation|printable|"
    r"chars?|charset|characters?|alphabet|alphanum\w*|symbols|range|xrange)(?:_|$)"
)


def made(
    machine: "Machine", path: str, given: "Arguments", frame: Frame, name: str
) -> Value | None:
    """Return what a random function gives: something that can be predicted."""
    model = machine.library.model(path)
    if model is None or not any(check.weakness == WEAKNESS for check in model.checks):
        return None
    if name in IN_PLACE or is_test(frame.module.path):
        return None
    if name in PICKING and not _picks_letters(given):
        return None
    span = given.node.span if given.node is not None else 0
    flow = Flow(origin_here("random", path, frame, span))
    flows = merge((), (flow,))
    for value in given.all():
        taken = machine.deep_flows(value, frame, 2)
        flows = merge(flows, tuple(one.weakened() for one in taken))
    return Unknown(flows, "uuid.UUID" if name == "uuid1" else "")


def computed(path: str, given: "Arguments") -> Value | None:
    """Return a number, or its text, that was made of one that can be predicted."""
    if not path.startswith("builtins.") or not given.positional:
        return None
    flows = of_numbers(given.positional[0].flows)
    return (
        Unknown(flows, "str" if path in ("builtins.hex", "builtins.oct") else "") if flows else None
    )


def _picks_letters(given: "Arguments") -> bool:
    value = given.positional[0] if given.positional else None
    if isinstance(value, Known):
        return isinstance(value.value, str | bytes)
    node = given.node
    if not isinstance(node, Call) or not node.arguments:
        return False
    for one in walk(node.arguments[0]):
        match one:
            case Name() | Attribute() if _LETTERS.search(one.name):
                return True
            case Constant() if isinstance(one.value, str) and len(one.value) > 9:
                return True
    return False


def _flows(machine: "Machine", value: Value, frame: Frame) -> tuple[Flow, ...]:
    flows = value.flows
    if isinstance(value, Ref):
        flows = machine.deep_flows(value, frame, 2)
    return tuple(flow for flow in flows if flow.origin.kind in ("random", "formal"))


def _hit(machine: "Machine", value: Value, frame: Frame, span: Span) -> None:
    for flow in _flows(machine, value, frame):
        hit_here(machine, SINK, "", flow, frame, span)


def named(machine: "Machine", value: Value, frame: Frame, span: Span) -> None:
    """Look at a value that gets a name of what nobody may guess."""
    if value.flows or isinstance(value, Ref):
        _hit(machine, value, frame, span)


def given_by_name(machine: "Machine", given: "Arguments", frame: Frame) -> None:
    """Look at arguments by name."""
    for name, value in given.keywords.items():
        if value.flows and told_by(name) & UNGUESSABLE:
            _hit(machine, value, frame, given.node.span if given.node is not None else 0)


def returned(machine: "Machine", value: Value, node: Return, frame: Frame) -> None:
    """Look at what a function returns whose name says that nobody may guess it."""
    if frame.function is not None and told_by(frame.function.node.name) & UNGUESSABLE:
        named(machine, value, frame, node.span)


def kept(machine: "Machine", key: Value, value: Value, frame: Frame, node: Index) -> None:
    """Look at what is kept in a mapping that lets somebody into a session."""
    if not any(flow.origin.kind == "random" for flow in value.flows):
        return
    name = last_name(node.value)
    # What stands in the session of a framework under a plain name lets nobody in.
    own = name == "session" and isinstance(key, Known)
    if (keeps_sessions(name) and not own) or _is_compared(name, frame):
        _hit(machine, value, frame, node.span)


def _is_compared(name: str, frame: Frame) -> bool:
    """Whether the function compares what stands in a mapping with what a client sent."""
    if frame.function is None or not name:
        return False
    for node in walk(frame.function.node.body):
        if not isinstance(node, Compare) or node.operators[0] not in ("==", "!="):
            continue
        sides = (node.left, node.rights[0])
        held = [_is_item_of(side, name) for side in sides]
        if any(held) and any(
            isinstance(one, Attribute | Name) and one.name in ("cookies", "COOKIES", "headers")
            for one in walk(sides)
        ):
            return True
    return False


def _is_item_of(node: Expression, name: str) -> bool:
    match node:
        case Index():
            return last_name(node.value) == name
        case Call() if isinstance(node.function, Attribute) and node.function.name == "get":
            return last_name(node.function.value) == name
    return False


def encoded(machine: "Machine", given: "Arguments", receiver: Value | None, frame: Frame) -> None:
    """Look at random bytes that are encoded: nobody does that for a game."""
    span = given.node.span if given.node is not None else 0
    for value in (*given.positional[:1], *([receiver] if receiver is not None else [])):
        for flow in value.flows:
            if flow.origin.kind == "random" and flow.origin.symbol.endswith("bytes"):
                hit_here(machine, SINK, "", flow, frame, span)


def in_cookie(machine: "Machine", given: "Arguments", frame: Frame) -> None:
    """Look at the value of a cookie."""
    value = given.keywords.get("value")
    if value is None and len(given.positional) > 1:
        value = given.positional[1]
    if value is not None and value.flows:
        _hit(machine, value, frame, given.node.span if given.node is not None else 0)


def compared(machine: "Machine", left: Value, right: Value, frame: Frame, node: Expression) -> None:
    """Look at a comparison with what a client keeps for the program."""
    for one, other in ((left, right), (right, left)):
        if any(flow.origin.part in CLIENTS for flow in other.flows):
            for flow in one.flows:
                if flow.origin.kind == "random":
                    hit_here(machine, SINK, "", flow, frame, node.span)
