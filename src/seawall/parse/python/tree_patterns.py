"""Lowers the patterns of `match` of the tolerant parser's tree."""

from collections.abc import Callable

from tree_sitter import Node

from seawall.model.program import (
    Attribute,
    Binary,
    Expression,
    MatchCapture,
    MatchClass,
    MatchMapping,
    MatchOr,
    MatchSequence,
    MatchStar,
    MatchValue,
    Name,
    Pattern,
    Unary,
    Unknown,
)
from seawall.parse.python.scope import MAX_DEPTH, MAX_ITEMS, Scope
from seawall.parse.python.tree import has_token, identifier, named, span_of
from seawall.parse.python.tree_expressions import lower

_WILDCARD = MatchCapture("")


def lower_pattern(node: Node, scope: Scope, depth: int) -> Pattern:
    """Lower a pattern; what is too deep or broken matches anything."""
    if depth >= MAX_DEPTH:
        return _WILDCARD
    node = _undressed(node)
    handler = _PATTERNS.get(node.type)
    if handler is not None:
        return handler(node, scope, depth)
    return MatchValue(_value(node, scope, depth + 1))


def lower_patterns(nodes: list[Node], scope: Scope, depth: int) -> tuple[Pattern, ...]:
    """Lower patterns that stand side by side."""
    return tuple([lower_pattern(node, scope, depth) for node in nodes[:MAX_ITEMS]])


def _undressed(node: Node) -> Node:
    """Take away the coat of a pattern and the parentheses of one that is no sequence."""
    while True:
        inner = named(node)
        if node.type == "case_pattern":
            # `-1` and `_` are tokens right in the coat.
            if len(inner) != 1 or node.child_count != 1:
                return node
        elif node.type != "tuple_pattern" or not _is_group(node, inner):
            return node
        node = inner[0]


def _is_group(node: Node, inner: list[Node]) -> bool:
    return len(inner) == 1 and not has_token(node, ",") and not _is_star(inner[0])


def _is_star(node: Node) -> bool:
    inner = named(node)
    return node.type == "case_pattern" and len(inner) == 1 and inner[0].type == "splat_pattern"


def _capture(name: str, scope: Scope) -> str:
    if name in ("", "_"):
        return ""
    scope.words.add(name)
    scope.bound.add(name)
    return name


def _coat(node: Node, scope: Scope, depth: int) -> Pattern:
    if has_token(node, "_"):
        return _WILDCARD
    return MatchValue(_value(node, scope, depth + 1))


def _value(node: Node, scope: Scope, depth: int) -> Expression:
    """Lower a literal, with its sign, or a dotted name."""
    if node.type == "dotted_name":
        return _dotted(node, scope, depth)
    inner = named(node)
    if node.type not in ("case_pattern", "complex_pattern") or not inner:
        return lower(node, scope, depth)
    if node.type == "complex_pattern":
        return _complex(node, inner, scope, depth)
    value = lower(inner[-1], scope, depth + 1)
    return Unary("-", value, span_of(node, scope)) if has_token(node, "-") else value


def _complex(node: Node, inner: list[Node], scope: Scope, depth: int) -> Expression:
    if depth + 1 >= MAX_DEPTH:
        return Unknown(span_of(node, scope))
    operators = [child.type for child in node.children if child.type in ("+", "-")]
    left = lower(inner[0], scope, depth + 1)
    if node.children[0].type == "-":
        left = Unary("-", left, scope.text.span(node.start_byte, inner[0].end_byte))
    right = lower(inner[-1], scope, depth + 1)
    return Binary(operators[-1], left, right, span_of(node, scope))


def _dotted(node: Node, scope: Scope, depth: int) -> Expression:
    parts = named(node)[-(MAX_DEPTH - 1) :]
    names = [identifier(part) for part in parts]
    scope.words.update(names)
    start = parts[0].start_byte
    value: Expression = Name(names[0], span_of(parts[0], scope))
    for part, name in zip(parts[1:], names[1:], strict=True):
        value = Attribute(value, name, scope.text.span(start, part.end_byte))
    return value


def _name(node: Node, scope: Scope, depth: int) -> Pattern:
    if len(named(node)) > 1:
        return MatchValue(_dotted(node, scope, depth + 1))
    return MatchCapture(_capture(identifier(node), scope))


def _as(node: Node, scope: Scope, depth: int) -> Pattern:
    pattern, name = (named(node) + [node])[:2]
    return MatchCapture(_capture(identifier(name), scope), lower_pattern(pattern, scope, depth + 1))


def _or(node: Node, scope: Scope, depth: int) -> Pattern:
    # A sign stands right in the union, before its number.
    patterns: list[Pattern] = []
    sign: Node | None = None
    for child in node.children:
        if child.type == "-":
            sign = child
        elif child.type == "_":
            patterns.append(_WILDCARD)
        elif child.is_named and not child.is_extra:
            patterns.append(_signed(sign, child, scope, depth + 1))
            sign = None
    return MatchOr(tuple(patterns[:MAX_ITEMS]))


def _signed(sign: Node | None, node: Node, scope: Scope, depth: int) -> Pattern:
    if sign is None:
        return lower_pattern(node, scope, depth)
    span = scope.text.span(sign.start_byte, node.end_byte)
    return MatchValue(Unary("-", lower(node, scope, depth + 2), span))


def _sequence(node: Node, scope: Scope, depth: int) -> Pattern:
    return MatchSequence(lower_patterns(named(node), scope, depth + 1))


def _star(node: Node, scope: Scope, depth: int) -> Pattern:
    inner = named(node)
    return MatchStar(_capture(identifier(inner[0]), scope) if inner else "")


def _mapping(node: Node, scope: Scope, depth: int) -> Pattern:
    keys: list[Expression] = []
    patterns: list[Pattern] = []
    rest = ""
    sign: Node | None = None
    for index, child in enumerate(node.children):
        role = node.field_name_for_child(index)
        if child.type == "-":
            sign = child
        elif role == "key" and len(keys) < MAX_ITEMS:
            key = _value(child, scope, depth + 2 if sign is not None else depth + 1)
            if sign is not None:
                key = Unary("-", key, scope.text.span(sign.start_byte, child.end_byte))
            keys.append(key)
            sign = None
        elif role == "value" and len(patterns) < MAX_ITEMS:
            patterns.append(lower_pattern(child, scope, depth + 1))
        elif child.type == "splat_pattern" and (inner := named(child)):
            rest = _capture(identifier(inner[0]), scope)
    return MatchMapping(tuple(keys), tuple(patterns), rest)


def _class(node: Node, scope: Scope, depth: int) -> Pattern:
    inner = named(node)
    patterns: list[Pattern] = []
    names: list[str] = []
    by_name: list[Pattern] = []
    function = _dotted(inner[0], scope, depth + 1)
    for child in inner[1:]:
        child = _undressed(child)
        if child.type != "keyword_pattern":
            patterns.append(lower_pattern(child, scope, depth + 1))
            continue
        name, *value = named(child)
        names.append(identifier(name))
        by_name.append(_keyword(child, value, scope, depth + 1))
    scope.words.update(names)
    return MatchClass(
        function,
        tuple(patterns[:MAX_ITEMS]),
        tuple(names[:MAX_ITEMS]),
        tuple(by_name[:MAX_ITEMS]),
    )


def _keyword(node: Node, value: list[Node], scope: Scope, depth: int) -> Pattern:
    """Lower what stands behind `name=` in a class pattern."""
    if not value:
        return _WILDCARD
    sign = next((child for child in node.children if child.type == "-"), None)
    return _signed(sign, value[-1], scope, depth)


_PATTERNS: dict[str, Callable[[Node, Scope, int], Pattern]] = {
    "case_pattern": _coat,
    "dotted_name": _name,
    "as_pattern": _as,
    "union_pattern": _or,
    "list_pattern": _sequence,
    "tuple_pattern": _sequence,
    "splat_pattern": _star,
    "dict_pattern": _mapping,
    "class_pattern": _class,
}
