"""Reads the code of a Jupyter notebook, and where in its file each line of it stands."""

import ast
import json
import re
import warnings
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError

MAX_LINES = 1_000_000
"""Of code in one notebook; what is behind is not read."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:\n]', re.DOTALL)
_MAGIC = re.compile(r"[ \t]*(?:%%?[A-Za-z]|!|\?|[\w.]+\?{1,2}[ \t]*$)")
_GIVEN = re.compile(r"([ \t]*[\w.,\[\] \t]+?=[ \t]*)(?:%[A-Za-z]|!).*")
_CELL = re.compile(r"%%(?!(?:time|timeit|capture|prun|python3?|pypy)\b)[A-Za-z!]")


class Notebook(Struct, frozen=True):
    """The code cells of a notebook as one Python text."""

    text: str
    """Magics are blanked out; cells follow one another, with an empty line between them."""
    lines: tuple[int, ...]
    """For each line of the text, the 1-based line of the file that it stands on."""
    cells: tuple[int, ...]
    """For each line of the text, the 1-based number of its cell among all cells."""

    def line(self, number: int) -> int:
        """Return the line of the file for a 1-based line of the text."""
        if not self.lines:
            return 1
        return self.lines[min(max(number, 1), len(self.lines)) - 1]

    def cell(self, number: int) -> tuple[int, int]:
        """Return the cell of a 1-based line of the text, and the line in it; (0, 0): in none."""
        if not self.cells:
            return 0, 0
        number = min(max(number, 1), len(self.cells))
        cell = self.cells[number - 1]
        return cell, number - bisect_left(self.cells, cell)


class _Cell:
    """A cell while it is read."""

    def __init__(self) -> None:
        self.kind = ""
        self.pieces: list[tuple[str, int]] = []
        """Texts of the source, each with its line of the file."""


def parse_notebook(content: bytes) -> Notebook:
    """Parse a notebook of any version. Raises ParseError when it is none.

    One whose kernel speaks another language has no text.
    """
    source = content.decode("utf-8-sig", "replace")
    try:
        document = json.loads(source)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ParseError(f"the notebook is no valid json{where}") from error
    if not isinstance(document, dict) or not {"cells", "worksheets"} & document.keys():
        raise ParseError("the file is no notebook: it has no cells")
    text: list[str] = []
    lines: list[int] = []
    numbers: list[int] = []
    cells = _read_cells(source) if _is_python(document) else iter(())
    for number, cell in enumerate(cells, 1):
        if cell.kind == "code" and len(lines) < MAX_LINES:
            _add(cell, text, lines)
            numbers += [number] * (len(lines) - len(numbers))
    return Notebook("".join(text), tuple(lines), tuple(numbers))


def _is_python(document: dict[str, Any]) -> bool:
    metadata = document.get("metadata")
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        about = metadata.get(part) if isinstance(metadata, dict) else None
        language = about.get(key) if isinstance(about, dict) else None
        if isinstance(language, str) and language:
            return "python" in language.lower()
    return True


def _read_cells(source: str) -> Iterator[_Cell]:
    """Yield the cells of a text that is valid JSON, with the lines on which their texts stand.

    Version 4 has them on top, version 3 in worksheets, where the code is called "input".
    """
    path: list[str | int] = []
    """Keys and indices down to where the next value stands."""
    cell: _Cell | None = None
    key, line = "", 1
    for match in _TOKEN.finditer(source):
        sign = match[0]
        if sign == "\n":
            line += 1
        elif sign in ("{", "["):
            path.append("" if sign == "{" else 0)
            if sign == "{" and _place(path) == 1:
                cell = _Cell()
        elif sign in ("}", "]"):
            if sign == "}" and _place(path) == 1 and cell is not None:
                yield cell
                cell = None
            path.pop()
        elif sign == ",":
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else ""
        elif sign == ":":
            path[-1] = key
        else:
            if path and path[-1] == "":
                key = json.loads(sign, strict=False)
            elif cell is not None:
                _add_text(cell, path, sign, line)


def _place(path: list[str | int]) -> int:
    """Return how deep in a cell a place is, 0 for none: 1 is right in the cell's object."""
    start = 2 if path[0] == "worksheets" else 0
    inside = len(path) > start and path[start] == "cells"
    return max(len(path) - start - 2, 0) if inside else 0


def _add_text(cell: _Cell, path: list[str | int], token: str, line: int) -> None:
    place = _place(path)
    name = path[-place] if 0 < place < 3 else ""
    if place == 1 and name == "cell_type":
        cell.kind = json.loads(token, strict=False)
    elif name in ("source", "input") and (place == 1 or isinstance(path[-1], int)):
        cell.pieces.append((json.loads(token, strict=False), line))


def _add(cell: _Cell, text: list[str], lines: list[int]) -> None:
    """Add a cell's lines, without what only the notebook understands."""
    source = "".join(piece for piece, _ in cell.pieces)
    own = [line for piece, line in cell.pieces for _ in range(piece.count("\n"))]
    rows = source.split("\n")
    own += [cell.pieces[-1][1] if cell.pieces else 1] * (len(rows) - len(own))
    if any(_MAGIC.match(row) or _GIVEN.match(row) for row in rows) and not _parses(source):
        margin = _blank(rows, only_margin=True)
        rows = margin if _parses("\n".join(margin)) else _blank(rows, only_margin=False)
    for row, line in zip([*rows, ""], [*own, own[-1]], strict=True):
        text.append(row.replace("\r", "") + "\n")
        lines.append(line)


def _blank(rows: list[str], *, only_margin: bool) -> list[str]:
    first = next((row for row in rows if row.strip()), "")
    if _CELL.match(first):
        return [""] * len(rows)
    return [row if only_margin and row[:1] in " \t" else _plain(row) for row in rows]


def _plain(row: str) -> str:
    given = _GIVEN.fullmatch(row)
    if given is not None:
        return f"{given[1]}None"
    if not _MAGIC.match(row):
        return row
    # An empty body would be one error more.
    indent = row[: len(row) - len(row.lstrip())]
    return f"{indent}pass" if indent else ""


def _parses(source: str) -> bool:
    """Whether a cell is Python as it stands: a line of a text may look like a magic."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return False
    return True
