"""Documents of JSON in texts, as policies are written: with their places, and gaps for unknowns."""

import re

from seawall.model.infrastructure import Node, Place, Unknown
from seawall.parse.hcl.tree import Expr, File
from seawall.parse.marked_yaml import parse_marked_yaml

LARGEST = 200_000
"""Characters of a document that is read."""

_GAP = "\ue000gap\ue001"
_START = re.compile(r"\s*[\[{]")


def document_of(node: Node, file: File, expression: Expr) -> Node | None:
    """Return what a text holds where it is a document of JSON; None where it is none."""
    value = node.value
    if isinstance(value, Unknown):
        parts = value.parts
        head = parts[0] if parts else None
        if head is None or not _START.match(head):
            return None
        text = "".join(_GAP if part is None else part for part in parts)
    elif isinstance(value, str):
        if not _START.match(value):
            return None
        text = value
    else:
        return None
    if len(text) > LARGEST or text.count("{") < 1:
        return None
    # Unquoted gaps are values of their own.
    text = re.sub(rf"(?<=[:\[,\s]){_GAP}(?=\s*[,}}\]])", f'"{_GAP}"', text)
    read = parse_marked_yaml(text, file.path)
    if len(read.documents) != 1 or read.broken:
        return None
    first, _ = file.position(expression.start)
    # A heredoc begins on the line after its mark.
    begins = first if not file_is_heredoc(expression, node) else first + 1
    return _placed(read.documents[0], begins - 1, node)


def file_is_heredoc(expression: Expr, node: Node) -> bool:
    """Whether a text spans lines of the file: then it is no text in quotes."""
    return node.place.end_line > node.place.line


def _placed(node: Node, offset: int, whole: Node, depth: int = 0) -> Node:
    place = node.place
    within = Place(
        place.path,
        min(place.line + offset, whole.place.end_line or place.line + offset),
        place.column,
        min((place.end_line or place.line) + offset, whole.place.end_line or 1 << 30),
        place.end_column,
    )
    value = node.value
    if depth > 60:
        return Node(Unknown(why="it is nested too deeply"), within)
    if isinstance(value, dict):
        inner = {key: _placed(one, offset, whole, depth + 1) for key, one in value.items()}
        return Node(inner, within, (), whole.refers)
    if isinstance(value, list):
        return Node([_placed(one, offset, whole, depth + 1) for one in value], within)
    if isinstance(value, str) and _GAP in value:
        parts: list[str | None] = []
        for number, part in enumerate(value.split(_GAP)):
            if number:
                parts.append(None)
            if part:
                parts.append(part)
        why = whole.value.why if isinstance(whole.value, Unknown) else ""
        return Node(Unknown(why=why, parts=tuple(parts)), within, (), whole.refers)
    return Node(value, within)
