"""Values as the type of a variable takes them: what is optional is there, texts are numbers.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints.
"""

from collections.abc import Iterator
from typing import Any

from seawall.engines.infra.terraform.evaluate import At, evaluate
from seawall.engines.infra.terraform.values import number_of, text_of
from seawall.model.infrastructure import Node, Unknown
from seawall.parse.hcl import tree
from seawall.parse.hcl.tree import Expr

DEEPEST = 30


def typed(node: Node, form: Expr, at: At, depth: int = 0) -> Node:
    """Return a value as a type constraint makes it; what does not fit stays as it is."""
    value = node.value
    if value is None or isinstance(value, Unknown) or depth > DEEPEST:
        return node
    if isinstance(form, tree.Name):
        return Node(_scalar(value, form.name), node.place, node.origin, node.refers, node.inner)
    if not isinstance(form, tree.Call) or not form.arguments:
        return node
    inner = form.arguments[0]
    if form.name == "object" and isinstance(value, dict) and isinstance(inner, tree.Object):
        return _with(node, dict(_attributes(node, value, inner, at, depth)))
    if form.name == "map" and isinstance(value, dict):
        return _with(node, {key: typed(one, inner, at, depth + 1) for key, one in value.items()})
    if form.name in ("list", "set") and isinstance(value, list):
        return _with(node, [typed(one, inner, at, depth + 1) for one in value])
    if form.name == "tuple" and isinstance(value, list) and isinstance(inner, tree.Tuple):
        pairs = zip(value, inner.items, strict=False)
        return _with(node, [typed(one, own, at, depth + 1) for one, own in pairs])
    return node


def _attributes(
    node: Node, value: dict[str, Node], form: tree.Object, at: At, depth: int
) -> Iterator[tuple[str, Node]]:
    for key, own in form.items:
        if not isinstance(key, tree.Literal):
            continue
        name = text_of(key.value)
        given = value.get(name)
        if isinstance(own, tree.Call) and own.name == "optional" and own.arguments:
            if given is None or given.value is None:
                given = Node(None, node.place)
                if len(own.arguments) > 1:
                    given = evaluate(own.arguments[1], at)
            yield name, typed(given, own.arguments[0], at, depth + 1)
        elif given is not None:
            yield name, typed(given, own, at, depth + 1)


def _with(node: Node, value: "dict[str, Node] | list[Node]") -> Node:
    return Node(value, node.place, node.origin, node.refers, node.inner)


def _scalar(value: Any, form: str) -> Any:
    if isinstance(value, (list, dict)):
        return value
    if form == "string":
        return text_of(value)
    if form == "number":
        number = number_of(value)
        return value if number is None else number
    if form == "bool" and value in ("true", "false"):
        return value == "true"
    return value
