"""Adding what reasoning has found: a place, or a value on its way."""

from typing import TYPE_CHECKING

from seawall_guard.catalogue.entries import Check, Sink

from seawall.engines.code.flows import Flow, Origin, Where
from seawall.engines.code.hits import Flagged, Hit
from seawall.engines.code.state import Frame
from seawall.model.program import Span

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine


def flag(
    machine: "Machine",
    check: Check,
    where: Where,
    symbol: str,
    function: str,
    *,
    certain: bool = True,
) -> None:
    """Add a place that is a weakness by itself."""
    machine.hits.flag(Flagged(check, check.weakness, where, symbol, function, certain=certain))


def flag_here(machine: "Machine", check: Check, symbol: str, frame: Frame, span: Span) -> None:
    """Add a place in the function that is being interpreted."""
    function = frame.function.symbol if frame.function is not None else ""
    where = Where(frame.module.path, span)
    flag(machine, check, where, symbol, function, certain=not frame.unsure)


def hit_here(
    machine: "Machine", sink: Sink, symbol: str, flow: Flow, frame: Frame, span: Span
) -> None:
    """Add a value that does harm in the function that is being interpreted."""
    function = frame.function.symbol if frame.function is not None else ""
    where = Where(frame.module.path, span)
    machine.hits.add(Hit(sink.weakness, where, symbol, function, flow, sink))


def origin_here(kind: str, symbol: str, frame: Frame, span: Span) -> Origin:
    """Return an origin in the function that is being interpreted; its `part` is the function."""
    function = frame.function.symbol if frame.function is not None else ""
    return Origin(kind, symbol, Where(frame.module.path, span), part=function)
