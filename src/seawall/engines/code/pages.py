"""Templates that a program renders: which values of their context they write unsafely."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seawall.engines.code import sinks
from seawall.engines.code.flows import Flow, Where
from seawall.engines.code.state import Frame
from seawall.engines.code.values import DictCell, Known, Ref, Union, Value
from seawall.model.template import Unsafe
from seawall.parse.templates import parse_template, unsafe_outputs

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine

FORM = "page"
"""The form of a sink whose argument is a Jinja template that escapes by itself; what is passed by
name is its context."""
HARMFUL = frozenset({"any", "javascript-url", "url"})
"""Of `Unsafe.values`: what else there is takes more than one value, or harms only looks."""


def reaching(
    machine: "Machine",
    weakness: str,
    template: Value,
    context: dict[str, Value],
    frame: Frame,
    where: Where,
) -> Iterator[Flow]:
    """Yield the flows in a context that can change the page, each with a step that says where."""
    if not any(value.flows or isinstance(value, Ref | Union) for value in context.values()):
        return
    options = template.options if isinstance(template, Union) else (template,)
    for option in options:
        if isinstance(option, Known) and isinstance(option.value, str):
            for unsafe in unsafe_outputs(parse_template(option.value, "jinja", autoescape=True)):
                value = _meant(machine, unsafe, context, frame)
                if value is not None and unsafe.values in HARMFUL:
                    for flow in _harmful(machine, weakness, unsafe, value, frame):
                        yield flow.stepped(where, f"is written unsafely by `{unsafe.output.text}`")


def _meant(
    machine: "Machine", unsafe: Unsafe, context: dict[str, Value], frame: Frame
) -> Value | None:
    """Return the value that is written, as far as its path is known."""
    value = context.get(unsafe.reference.root)
    for name in unsafe.reference.path:
        cell = machine.cell(value, frame) if isinstance(value, Ref) else None
        if isinstance(cell, DictCell):
            value = cell.entries.get(name, cell.rest)
    return value


def _harmful(
    machine: "Machine", weakness: str, unsafe: Unsafe, value: Value, frame: Frame
) -> Iterator[Flow]:
    if unsafe.values != "any":
        # The scheme or the host of an address is chosen by its beginning only.
        bit = machine.library.bits.get(weakness, 0)
        for before, hole, _ in sinks.holes(machine, value, frame, deep=False):
            if before == "":
                yield from (flow for flow in hole.flows if not flow.clean & bit)
        return
    # Where escaping does not help, a value without "<" does harm as well.
    form = "html" if unsafe.reason == "unescaped" else FORM
    yield from sinks.reaching(machine, weakness, form, value, frame)
