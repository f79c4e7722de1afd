"""Terraform's JSON syntax, read into the tree of the native one.

Source: https://developer.hashicorp.com/terraform/language/syntax/json.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.infrastructure import Node
from seawall.parse.hcl import parse_template
from seawall.parse.hcl.tree import (
    Block,
    Body,
    Expr,
    File,
    Literal,
    Object,
    Setting,
    Template,
    Tuple,
    line_starts,
)
from seawall.parse.marked_yaml import parse_marked_yaml

_LABELS = {
    "resource": 2,
    "data": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}


def file_of_json(text: str, path: str) -> File:
    """Return the tree of a file. Raises ParseError where it is no JSON, or no object."""
    read = parse_marked_yaml(text, path)
    if read.broken or len(read.documents) != 1:
        line = read.broken[0].line if read.broken else 0
        raise ParseError("it is no valid json", line=line)
    lines = line_starts(text)
    whole = _Reader(lines, len(text))
    top = read.documents[0]
    if not isinstance(top.value, dict):
        raise ParseError("it is no json object")
    if path.endswith(".tfvars.json"):
        settings = {key: whole.setting(key, one) for key, one in top.value.items()}
        return File(path=path, body=Body(settings=settings, blocks=()), lines=lines)
    blocks: list[Block] = []
    for kind, node in top.value.items():
        if kind in _LABELS:
            blocks += whole.blocks(kind, (), node, _LABELS[kind])
    return File(path=path, body=Body(settings={}, blocks=tuple(blocks)), lines=lines)


class _Reader:
    def __init__(self, lines: tuple[int, ...], length: int) -> None:
        self.lines = lines
        self.length = length

    def offset(self, line: int, column: int) -> int:
        if line > len(self.lines):
            return self.length
        return min(self.lines[line - 1] + max(column - 1, 0), self.length)

    def span(self, node: Node) -> tuple[int, int]:
        place = node.place
        start = self.offset(place.line, place.column)
        end_line = place.end_line or place.line
        end = self.offset(end_line, place.end_column) if place.end_column else start
        return start, max(start, end)

    def blocks(self, kind: str, labels: tuple[str, ...], node: Node, left: int) -> list[Block]:
        """Return the blocks under a key, one for each label that is left and each of a list."""
        found: list[Block] = []
        for one in node.items:
            if not isinstance(one.value, dict):
                continue
            if left:
                for label, inner in one.value.items():
                    found += self.blocks(kind, (*labels, label), inner, left - 1)
                continue
            start, end = self.span(one)
            body = self.body(one.value)
            found.append(
                Block(type=kind, labels=labels, body=body, start=start, head_end=start, end=end)
            )
        return found

    def body(self, table: dict[str, Node]) -> Body:
        """Return what an object states; blocks that are made in a loop are all that we can tell."""
        settings = {
            key: self.setting(key, value)
            for key, value in table.items()
            if key not in ("//", "dynamic")
        }
        made = table.get("dynamic")
        return Body(
            settings=settings,
            blocks=tuple(self.made(made) if made is not None else ()),
        )

    def made(self, node: Node) -> Iterator[Block]:
        """Yield dynamic blocks, with the block that each of them makes."""
        for outer in self.blocks("dynamic", (), node, 1):
            content = outer.body.settings.get("content")
            inner = node.at(outer.labels[0])
            found = [one for held in inner for one in held.at("content")]
            if content is not None and found and isinstance(found[0].value, dict):
                block = Block(
                    type="content",
                    labels=(),
                    body=self.body(found[0].value),
                    start=content.start,
                    head_end=content.start,
                    end=content.end,
                )
                body = Body(settings=outer.body.settings, blocks=(block,))
                yield replace(outer, body=body)

    def setting(self, name: str, node: Node) -> Setting:
        start, end = self.span(node)
        return Setting(name=name, value=self.expression(node), start=start, end=end)

    def expression(self, node: Node) -> Expr:
        start, end = self.span(node)
        value = node.value
        if isinstance(value, dict):
            items = tuple(
                (Literal(start, start, key), self.expression(one)) for key, one in value.items()
            )
            return Object(start, end, items)
        if isinstance(value, list):
            return Tuple(start, end, tuple(map(self.expression, value)))
        if isinstance(value, str) and ("${" in value or "%{" in value):
            return _shifted(parse_template(value), start, end)
        return Literal(start, end, value if not node.is_unknown else None)  # type: ignore[arg-type]


def _shifted(expression: Expr, start: int, end: int) -> Expr:
    """Return a template's tree as standing where its text does: within it nobody points."""
    if isinstance(expression, Template):
        return Template(start, end, expression.parts, expression.is_wrap)
    if isinstance(expression, Literal):
        return Literal(start, end, expression.value)
    return expression
