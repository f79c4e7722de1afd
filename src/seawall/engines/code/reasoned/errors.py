"""What a program says of its errors, on its way to a client."""

from typing import TYPE_CHECKING

from seawall_guard.catalogue.entries import Sink

from seawall.engines.code.flows import EVERYTHING, Flow
from seawall.engines.code.reasoned.flagging import hit_here, origin_here
from seawall.engines.code.state import Frame
from seawall.engines.code.values import Items, Ref, Union, Unknown, Value
from seawall.model.program import (
    Attribute,
    Expression,
    Handler,
    Name,
    Return,
    Sequence,
    Span,
    line_of,
    unpack,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine

WEAKNESS = "stack-trace-exposure"
SINK = Sink(weakness=WEAKNESS)
TELLING = frozenset(
    "traceback.format_exc traceback.format_exception traceback.format_exception_only "
    "traceback.format_tb traceback.format_stack traceback.extract_tb traceback.extract_stack "
    "traceback.TracebackException.from_exception sys.exc_info".split()
)
NAMES = frozenset(name.rpartition(".")[2] for name in TELLING)
ANSWERS = frozenset(
    "jsonify JsonResponse JSONResponse ORJSONResponse UJSONResponse json_response "
    "rest_framework.response.Response".split()
)
"""They send what they are given, in a form that harms no document."""
BROAD = frozenset({"Exception", "BaseException", "StandardError"})
"""Whoever catches these does not know what the error tells."""


def told(path: str, given: "Arguments", frame: Frame) -> Value | None:
    """Return what a function tells of an error."""
    if path not in TELLING:
        return None
    span = given.node.span if given.node is not None else 0
    return Unknown((Flow(origin_here("error", path, frame, span)),), "str")


def caught(handler: Handler, frame: Frame) -> Value:
    """Return what `except ... as name` gives."""
    if not _is_broad(handler.types):
        return Unknown((), "builtins.Exception")
    flow = Flow(origin_here("error", handler.name, frame, handler.span))
    return Unknown((flow,), "builtins.Exception")


def _is_broad(types: Expression | None) -> bool:
    match types:
        case None:
            return True
        case Name() | Attribute():
            return types.name in BROAD
        case Sequence():
            return any(map(_is_broad, types.items))
    return False


def answered(machine: "Machine", path: str, given: "Arguments", frame: Frame) -> Value | None:
    """Return an answer that carries what it tells of an error; None where it tells nothing."""
    flows = [flow for value in given.all() for flow in machine.deep_flows(value, frame)]
    telling = [flow for flow in flows if flow.origin.kind == "error" and not flow.weak]
    if not telling:
        return None
    others = EVERYTHING & ~machine.library.clean_bits((WEAKNESS,))
    kind = machine.library.made_by(path)
    return Unknown(tuple(flow.cleaned(others) for flow in telling), kind)


def sent(machine: "Machine", symbol: str, value: Value, frame: Frame, span: Span) -> None:
    """Look at what is sent to a client."""
    if not value.flows and not isinstance(value, Ref | Items | Union):
        return
    for flow in machine.deep_flows(value, frame):
        if flow.origin.kind == "error" and not flow.weak:
            hit_here(machine, SINK, symbol, flow, frame, span)


def returned(machine: "Machine", value: Value, node: Return, frame: Frame) -> None:
    """Look at what a handler of requests returns."""
    if frame.function is None:
        return
    sends = machine.handlers.get(id(frame.function))
    if sends or (sends is False and isinstance(value, Unknown) and "Response" in value.type):
        root = machine.hits.root
        if (root.path, root.symbol) == (frame.module.path, frame.function.symbol):
            sent(machine, "return", value, frame, node.span)
            return
        # It stands around the handler: what that returns was told there.
        first, _, last, _ = unpack(frame.function.node.span)
        for flow in machine.deep_flows(value, frame):
            at = flow.origin.where
            if at and at.path == frame.module.path and first <= line_of(at.span) <= last:
                sent(machine, "return", Unknown((flow,)), frame, node.span)
