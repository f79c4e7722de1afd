"""Weaknesses that a table cannot state: the interpreter asks here at calls, tests and names."""

from typing import TYPE_CHECKING

from seawall.engines.code.state import Frame
from seawall.engines.code.values import Value
from seawall.model.program import Attribute, Expression

if TYPE_CHECKING:
    from seawall.engines.code.analysis import Analysis
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ModuleInfo


def called(
    machine: "Machine",
    path: str,
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
    node: Attribute | None,
) -> Value | None:
    """Look at a call of a library's symbol; a value replaces what the call would give."""
    return None


def compared(
    machine: "Machine", sign: str, left: Value, right: Value, frame: Frame, node: Expression
) -> None:
    """Look at a comparison."""


def named(machine: "Machine", name: str, value: Value, frame: Frame, node: Expression) -> Value:
    """Look at a value that gets a name (of a variable, an attribute, a key); return what it is."""
    return value


def finished(analysis: "Analysis", module: "ModuleInfo") -> None:
    """Look at a module when all that it starts has been interpreted."""
