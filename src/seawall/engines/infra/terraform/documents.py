"""Documents of JSON in texts, as policies are written: with their places, and gaps for unknowns."""

import json
import re

from seawall.engines.infra.terraform.values import known
from seawall.model.infrastructure import Node, Place, Unknown
from seawall.parse.hcl.tree import Expr, File
from seawall.parse.marked_yaml import parse_marked_yaml

LARGEST = 200_000
"""Characters of a document that is read."""

_GAP = "\ue000gap\ue001"
_START = re.compile(r"\s*[\[{]")


def document_of(node: Node, file: File, expression: Expr) -> Node | None:
    """Return what a text holds where it is a document of JSON; None where it is none."""
    found = _read(node, file.path)
    if found is None:
        return None
    first, _ = file.position(expression.start)
    # A heredoc begins on the line after its mark: what spans lines is no text in quotes.
    is_heredoc = node.place.end_line > node.place.line
    return _placed(found, first if is_heredoc else first - 1, node)


def with_document_within(node: Node) -> Node:
    """Return a text from elsewhere with what it holds: all of that stands where the text does."""
    text = node.value
    if isinstance(text, str):
        if not _START.match(text) or len(text) > LARGEST:
            return node
        try:
            found = known(json.loads(text), node.place)
        except (ValueError, RecursionError):
            return node
    else:
        gapped = _read(node, node.place.path)
        if gapped is None:
            return node
        found = _placed(gapped, None, node)
    return Node(text, node.place, node.origin, node.refers, found)


def _read(node: Node, path: str) -> Node | None:
    value = node.value
    if isinstance(value, Unknown):
        head = value.parts[0] if value.parts else None
        text = "".join(_GAP if part is None else part for part in value.parts)
    else:
        head = text = value if isinstance(value, str) else ""
    if head is None or not _START.match(head) or len(text) > LARGEST or "{" not in text:
        return None
    # Unquoted gaps are values of their own.
    text = re.sub(rf"(?<=[:\[,\s]){_GAP}(?=\s*[,}}\]])", f'"{_GAP}"', text)
    read = parse_marked_yaml(text, path)
    return read.documents[0] if len(read.documents) == 1 and not read.broken else None


def _placed(node: Node, offset: int | None, whole: Node, depth: int = 0) -> Node:
    """Return a part of a document with places in the file; all at the text's without an offset."""
    place = node.place
    within = whole.place
    if offset is not None:
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
