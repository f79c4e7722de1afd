"""Lowers texts of the tolerant parser's tree, with values in them or without."""

from typing import NamedTuple

from tree_sitter import Node

from seawall.model.program import (
    Call,
    Constant,
    Expression,
    Field,
    Format,
    Name,
    Span,
    Unknown,
)
from seawall.parse.python.literals import unescape, unescape_bytes
from seawall.parse.python.scope import MAX_DEPTH, MAX_ITEMS, Scope, clean
from seawall.parse.python.tree import Lower, bare, has_token, named, span_of, text_of


class Value(NamedTuple):
    """A value in a text, before it is lowered."""

    expression: Node
    conversion: str
    specification: Node | str | None
    raw: bool


Piece = str | Value


def lower_string(node: Node, scope: Scope, depth: int, lower: Lower) -> Expression:
    """Lower a text, or several that stand side by side."""
    span = span_of(node, scope)
    strings = [node] if node.type == "string" else named(node)
    prefixes = [_prefix(string) for string in strings]
    if any("f" in prefix or "t" in prefix for prefix in prefixes):
        if depth >= MAX_DEPTH:
            return Unknown(span)
        pieces: list[Piece] = []
        for string, prefix in zip(strings, prefixes, strict=True):
            pieces += _pieces(string, prefix)
        parts = _join(pieces, span, scope, depth + 1, lower)
        if any("t" in prefix for prefix in prefixes):
            return Call(Name("<template>", span), (Format(parts, span),), (), span)
        if not parts:
            return Constant("", span)
        if len(parts) == 1 and type(parts[0]) is Constant:
            return parts[0]
        return Format(parts, span)
    if prefixes and "b" in prefixes[0]:
        return Constant(b"".join(map(_bytes, strings, prefixes)), span)
    return Constant(clean("".join(map(_text, strings, prefixes))), span)


def _prefix(node: Node) -> str:
    """Return the letters before the quotes, in lower case; those of a broken text too."""
    first = node.children[0] if node.children else None
    start = (first.text or b"").decode("ascii", "replace").lower() if first is not None else ""
    return start.rstrip("\"'`")


def _inside(node: Node) -> tuple[int, int]:
    """Return the offsets between the quotes."""
    first, last = node.children[0], node.children[-1]
    end = node.end_byte
    if last.type == "string_end":
        # It may hold the last of a raw text's content too.
        quote = (first.text or b"").lstrip(b"rRbBuUfFtT")
        end -= len(quote)
    return first.end_byte, max(end, first.end_byte)


def _content(node: Node) -> bytes:
    """Return what stands between the quotes, lines ending as Python reads them."""
    start, end = _inside(node)
    text = (node.text or b"")[start - node.start_byte : end - node.start_byte]
    return text.replace(b"\r\n", b"\n") if b"\r" in text else text


def _text(node: Node, prefix: str) -> str:
    content = _content(node).decode("utf-8", "replace")
    return unescape(content, raw="r" in prefix, braces=False)


def _bytes(node: Node, prefix: str) -> bytes:
    return unescape_bytes(_content(node), raw="r" in prefix)


def _pieces(node: Node, prefix: str) -> list[Piece]:
    """Take a text apart: the values, and what stands between them."""
    if "f" not in prefix and "t" not in prefix:
        return [_text(node, prefix)]
    return _split(node, *_inside(node), "r" in prefix)


def _split(node: Node, start: int, end: int, raw: bool) -> list[Piece]:
    """Split a text or a specification between two offsets at the values in it."""
    text, base = node.text or b"", node.start_byte
    pieces: list[Piece] = []

    def literal(to: int) -> None:
        if to > start:
            content = text[start - base : to - base].replace(b"\r\n", b"\n")
            pieces.append(unescape(content.decode("utf-8", "replace"), raw=raw, braces=True))

    for child in node.named_children:
        if child.type in ("interpolation", "format_expression"):
            literal(child.start_byte)
            pieces += _value(child, raw)
            start = child.end_byte
    literal(end)
    return pieces


def _value(node: Node, raw: bool) -> list[Piece]:
    expression = node.child_by_field_name("expression")
    if expression is None:
        return []
    conversion = node.child_by_field_name("type_conversion")
    specification = node.child_by_field_name("format_specifier")
    if expression.type == "named_expression":
        # `{name:=5}` is a name with a specification, without parentheses around it.
        inner = named(expression)
        text = text_of(expression)
        return [Value(inner[0], "", text[text.index(":=") + 1 :], raw)]
    letter = text_of(conversion)[1:].strip() if conversion is not None else ""
    if not has_token(node, "="):
        return [Value(expression, letter, specification, raw)]
    # `{value = }` shows its own text, up to whatever stands behind the sign.
    behind = conversion or specification or node.children[-1]
    text = (node.text or b"")[1 : behind.start_byte - node.start_byte].decode("utf-8", "replace")
    if conversion is None and specification is None:
        letter = "r"
    return [text, Value(expression, letter, specification, raw)]


def _join(
    pieces: list[Piece], span: Span, scope: Scope, depth: int, lower: Lower
) -> tuple[Constant | Field, ...]:
    """Lower the values and join the literals between them, which stand where the whole does."""
    parts: list[Constant | Field] = []
    texts: list[str] = []
    for piece in [*pieces, None]:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        text = clean("".join(texts))
        texts.clear()
        if text:
            parts.append(Constant(text, span))
        if piece is None or len(parts) >= MAX_ITEMS:
            break
        parts.append(_field(piece, span, scope, depth, lower))
    return tuple(parts)


def _field(piece: Value, span: Span, scope: Scope, depth: int, lower: Lower) -> Field:
    value = lower(piece.expression, scope, depth)
    form = None
    node = piece.specification
    if isinstance(node, str):
        form = Format((Constant(clean(node), span),), span) if depth < MAX_DEPTH else None
    elif node is not None and depth < MAX_DEPTH:
        inner = _split(node, node.start_byte + 1, node.end_byte, piece.raw)
        parts = _join(inner, span, scope, depth + 1, lower)
        form = Format(parts, span) if parts else None
    return Field(value, piece.conversion, form, span_of(bare(piece.expression), scope))
