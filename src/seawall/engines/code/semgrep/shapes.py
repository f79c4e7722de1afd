"""Small questions about nodes of patterns and of code."""

from seawall.engines.code.semgrep.pattern import is_ellipsis, metavariable
from seawall.model.program import (
    Attribute,
    Binary,
    Call,
    Expression,
    Index,
    Keyword,
    Name,
    Node,
    Spread,
    pack,
    unpack,
)
from seawall.model.program import Sequence as Display


def is_many(node: Node) -> bool:
    """Whether a node of a pattern stands for any number of items."""
    if isinstance(node, Spread):
        node = node.value
    elif isinstance(node, Keyword):
        if node.name:
            return False
        node = node.value
    return is_ellipsis(node) or bool(many_name(node))


def many_name(node: Node) -> str:
    """Return the name of a `$...X`, "" for anything else."""
    if isinstance(node, Spread | Keyword):
        node = node.value
    name = metavariable(node.name) if isinstance(node, Name) else ""
    return name if name.startswith("$...") else ""


def ordered_arguments(call: Call) -> tuple[Node, ...]:
    """Return the arguments in the order of the text."""
    if not call.keywords:
        return call.arguments
    both: tuple[Expression | Keyword, ...] = (*call.arguments, *call.keywords)
    return tuple(sorted(both, key=lambda one: one.span))


def operands(node: Binary) -> list[Expression]:
    """Return the operands of a chain of one operator."""
    left = node.left
    if isinstance(left, Binary) and left.operator == node.operator:
        return [*operands(left), node.right]
    return [left, node.right]


def union_types(annotation: Expression) -> list[Expression]:
    """Return the types that an annotation allows."""
    if isinstance(annotation, Binary) and annotation.operator == "|":
        return [*union_types(annotation.left), *union_types(annotation.right)]
    if isinstance(annotation, Index):
        head = annotation.value
        name = head.name if isinstance(head, Name | Attribute) else ""
        if name in ("Optional", "Annotated", "Union", "Final", "ClassVar"):
            key = annotation.key
            inner = key.items if isinstance(key, Display) else (key,)
            return [one for each in inner for one in union_types(each)]
        return [annotation, head]
    return [annotation]


def head_of(span: int, length: int) -> int:
    """Return the first bytes of a span."""
    line, column, _, _ = unpack(span)
    return pack(line, column, line, column + length) if span else 0


def tail_of(span: int, length: int) -> int:
    """Return the last bytes of a span."""
    _, _, end_line, end_column = unpack(span)
    return pack(end_line, max(end_column - length, 0), end_line, end_column) if span else 0


def join_spans(first: int, last: int) -> int:
    """Return the span from the start of one to the end of another."""
    line, column, _, _ = unpack(first)
    _, _, end_line, end_column = unpack(last)
    return pack(line, column, end_line, end_column) if first and last else 0
