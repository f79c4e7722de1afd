"""Binds metavariables, and counts the steps that a rule takes."""

from collections.abc import Sequence

from seawall.engines.code.semgrep.binding import Bindings, Bound, agree
from seawall.engines.code.semgrep.pattern import metavariable
from seawall.engines.code.semgrep.rule import Options
from seawall.engines.code.semgrep.view import View
from seawall.engines.code.semgrep.wording import ANONYMOUS, ELLIPSIS
from seawall.model.program import Name, Node

_STEPS, _STEPS_A_NODE = 100_000, 20
"""Steps that a rule may take on any file, and more by its size."""

Found = Sequence[Bindings]
"""The bindings of each way in which something fits; none where it does not."""

NONE: Found = ()


class ExhaustedError(Exception):
    """A pattern takes too many steps on this file."""


class Binder:
    """What the matchers of one file share."""

    def __init__(self, view: View, options: Options) -> None:
        self.view = view
        self.options = options
        self._most = _STEPS + _STEPS_A_NODE * view.size
        self._left = self._most

    def renew(self) -> None:
        """Begin to count steps anew."""
        self._left = self._most

    def step(self) -> None:
        """Count one step. Raises ExhaustedError when there were too many."""
        self._left -= 1
        if self._left < 0:
            raise ExhaustedError

    def bind(self, name: str, node: Node, bindings: Bindings) -> Found:
        """Bind a metavariable to a node, or see whether it is bound to the same."""
        start, end = self.view.extent(node)
        return self.hold(name, Bound((node,), start, end), bindings)

    def hold(self, name: str, bound: Bound, bindings: Bindings) -> Found:
        """Bind a metavariable, or see whether it is bound to the same."""
        self.step()
        known = bindings.get(name)
        if known is None:
            return [{**bindings, name: bound}]
        return [bindings] if agree(known, bound, self.view) else NONE

    def word(self, pattern: str, name: str, span: int, bindings: Bindings) -> Found:
        """Match an identifier that is no expression: of an attribute, an argument, a function."""
        if pattern in (ELLIPSIS, ANONYMOUS):
            return [bindings]
        bound = metavariable(pattern)
        if bound:
            return self.bind(bound, Name(name, span), bindings)
        return [bindings] if pattern == name else NONE
