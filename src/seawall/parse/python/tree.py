"""Ways through the tolerant parser's tree that all who lower it take."""

import unicodedata
from collections.abc import Callable

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from seawall.model.program import Expression, Span
from seawall.parse.python.scope import Scope

Lower = Callable[[Node, Scope, int], Expression]

_PLAIN_END = frozenset(
    """block if_statement elif_clause else_clause for_statement while_statement try_statement
    except_clause finally_clause with_statement function_definition class_definition
    decorated_definition match_statement case_clause module""".split()
)
"""Nodes whose end may lie behind that of the last statement in them."""

_PIECE = 64 << 10
"""Bytes that the parser is handed at once."""
_LANGUAGE = Language(tree_sitter_python.language())


FREE_STEPS = 20_000
BYTES_A_STEP = 10
"""Steps of the parser, counted by the hundred: of real files one takes some two hundred bytes. What
is broken in the middle of what might be an operator is tried in every way that goes on, again and
again."""


class TooSlowError(Exception):
    """A text is broken in a way that the parser takes quadratic time for."""


def parse(content: bytes) -> Node:
    """Parse UTF-8, valid Python or not; a lone carriage return ends no line.

    Raises TooSlowError when it takes more than its share of steps, which no real file does.
    """
    left = FREE_STEPS + len(content) // BYTES_A_STEP

    def is_over(*_: object) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    def read(at: int, _: object) -> bytes:
        return content[at : at + _PIECE]

    try:
        return Parser(_LANGUAGE).parse(read, progress_callback=is_over).root_node
    except ValueError as error:
        # So it tells that it was stopped.
        raise TooSlowError from error


def named(node: Node) -> list[Node]:
    """Return the children that say something: no tokens, no comments."""
    return [child for child in node.named_children if not child.is_extra or child.is_error]


def field(node: Node, name: str) -> Node | None:
    """Return the child of that role."""
    return node.child_by_field_name(name)


def has_token(node: Node, token: str) -> bool:
    """Whether a token stands directly in a node."""
    return any(child.type == token for child in node.children)


def bare(node: Node) -> Node:
    """Take away the parentheses around an expression, be they ever so many."""
    while node.type == "parenthesized_expression":
        inner = next((child for child in node.named_children if not child.is_extra), None)
        if inner is None:
            break
        node = inner
    return node


def text_of(node: Node) -> str:
    """Return the text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def identifier(node: Node) -> str:
    """Return the name that an identifier or a dotted name says."""
    if node.type == "dotted_name":
        return ".".join(identifier(child) for child in named(node))
    name = text_of(node)
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def end_of(node: Node) -> int:
    """Return the offset behind the last statement in a node."""
    while node.type in _PLAIN_END:
        last = next((child for child in reversed(node.children) if not child.is_extra), None)
        if last is None:
            break
        if last.type == ";":
            return last.end_byte
        if not last.is_named:
            break
        node = last
    return node.end_byte


def span_of(node: Node, scope: Scope) -> Span:
    """Pack where a node stands."""
    return scope.text.span(node.start_byte, node.end_byte)


def whole_span(node: Node, scope: Scope) -> Span:
    """Pack where a statement stands that holds others."""
    return scope.text.span(node.start_byte, end_of(node))
