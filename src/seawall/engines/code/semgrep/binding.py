"""What metavariables are bound to, and when two bound things are the same."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from seawall.engines.code.semgrep.view import Place, View
from seawall.model.program import Attribute, Name, Node

_MEANS_NOTHING = frozenset({"span", "words", "locals", "symbol"})


class Bound(Struct, frozen=True, gc=False):
    """What one metavariable stands for at one place."""

    nodes: tuple[Node, ...]
    """One, or any number for `$...X`; none for a piece of text."""
    start: Place = 0
    end: Place = 0
    content: str | None = None
    """The text, where it is that of a string or of an expression's group."""

    def text(self, view: View) -> str:
        """Return what a message says of it."""
        if self.content is not None:
            return self.content
        if len(self.nodes) == 1:
            node = self.nodes[0]
            if isinstance(node, Name):
                # The name of a definition or an import has no stretch of its own.
                return node.name
            if isinstance(node, Attribute) and isinstance(node.value, Name):
                return f"{node.value.name}.{node.name}"
        return view.text(self.start, self.end) if self.end else ""


Bindings = Mapping[str, Bound]


def merge(one: Bindings, other: Bindings, view: View) -> Bindings | None:
    """Join two sets of bindings; None where they do not agree."""
    if not other:
        return one
    if not one:
        return other
    for name, bound in other.items():
        known = one.get(name)
        if known is not None and not agree(known, bound, view):
            return None
    return {**other, **one}


def agree(one: Bound, other: Bound, view: View) -> bool:
    """Whether two bound things are the same code."""
    if one is other:
        return True
    if one.content is not None or other.content is not None:
        return one.text(view) == other.text(view)
    if len(one.nodes) != len(other.nodes):
        return False
    return all(same(a, b, view) for a, b in zip(one.nodes, other.nodes, strict=True))


def same(one: Any, other: Any, view: View) -> bool:
    """Whether two nodes say the same, wherever they stand."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return _same_import(one, other, view)
    if kind is tuple:
        return len(one) == len(other) and all(
            same(a, b, view) for a, b in zip(one, other, strict=True)
        )
    if not isinstance(one, Node):
        return bool(one == other)
    if isinstance(one, Name) and isinstance(other, Name) and one.name == other.name:
        # Two functions may each have a variable of that name.
        home = view.homes.get(id(one))
        return home is None or view.homes.get(id(other), home) == home
    for field in one.__struct_fields__:
        if field not in _MEANS_NOTHING and not same(
            getattr(one, field), getattr(other, field), view
        ):
            return kind is Name and _same_import(one, other, view)
    return True


def _same_import(one: Any, other: Any, view: View) -> bool:
    """Whether two names, or a name and a dotted one, were imported as the same thing."""
    left, right = _dotted(one, view), _dotted(other, view)
    return bool(left) and left == right


def _dotted(node: Any, view: View) -> str:
    parts: list[str] = []
    while isinstance(node, Attribute):
        parts.append(node.name)
        node = node.value
    if not isinstance(node, Name):
        return ""
    known = view.dotted.get(id(node))
    if not known and not parts:
        return ""
    return ".".join([known[0] if known else node.name, *reversed(parts)])
