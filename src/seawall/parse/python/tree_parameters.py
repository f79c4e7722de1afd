"""Lowers the parameters of functions and lambdas of the tolerant parser's tree."""

from tree_sitter import Node

from seawall.model.program import Assign, Expression, Name, Parameter, Span, Statement
from seawall.parse.python.scope import Scope
from seawall.parse.python.tree import Lower, field, identifier, named, span_of

_STARS = {"list_splat_pattern": "rest", "dictionary_splat_pattern": "names"}


class Parameters:
    """The parameters of one function while they are lowered."""

    def __init__(self, scope: Scope, inner: Scope, depth: int, lower: Lower, bind: Lower) -> None:
        self.scope = scope
        """Defaults and annotations belong to it."""
        self.inner = inner
        """The names belong to it."""
        self.depth = depth
        self.lower = lower
        self.bind = bind
        self.made: list[Parameter] = []
        self.unpacked: list[Statement] = []
        """What takes a tuple of Python 2 apart: `def f((a, b))`."""

    def read(self, node: Node | None) -> tuple[Parameter, ...]:
        """Lower them all, in order."""
        kind = "any"
        for child in named(node) if node is not None else []:
            if child.type == "positional_separator":
                self.made = [
                    Parameter(made.name, "position", made.default, made.annotation, made.span)
                    for made in self.made
                ]
            elif child.type == "keyword_separator":
                kind = "name"
            else:
                kind = self._add(child, kind)
        return tuple(self.made)

    def _add(self, node: Node, kind: str) -> str:
        """Add one; return the kind of those that follow."""
        annotation, default = field(node, "type"), field(node, "value")
        name = node
        if node.type in ("default_parameter", "typed_default_parameter"):
            name = field(node, "name") or node
        elif node.type == "typed_parameter":
            name = named(node)[0]
        star = _STARS.get(name.type)
        if star is not None and (inner := named(name)):
            name = inner[0]
        end = name if annotation is None else annotation
        span = self.scope.text.span(name.start_byte, end.end_byte)
        if name.type == "tuple_pattern":
            self._unpack(name, default, span)
        elif name.type == "identifier":
            self._make(identifier(name), star or kind, default, annotation, span)
        return "name" if star == "rest" else kind

    def _make(
        self, name: str, kind: str, default: Node | None, annotation: Node | None, span: Span
    ) -> None:
        self.inner.words.add(name)
        self.inner.bound.add(name)
        self.made.append(
            Parameter(name, kind, self._lowered(default), self._lowered(annotation), span)
        )

    def _lowered(self, node: Node | None) -> Expression | None:
        return None if node is None else self.lower(node, self.scope, self.depth)

    def _unpack(self, node: Node, default: Node | None, span: Span) -> None:
        name = f".{len(self.made)}"
        self.made.append(Parameter(name, "any", self._lowered(default), None, span))
        self.inner.bound.add(name)
        target = self.bind(node, self.inner, self.depth)
        self.unpacked.append(Assign((target,), Name(name, span), span_of(node, self.scope)))
