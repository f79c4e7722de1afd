"""Notebooks among the files of a program: parsed as their code, found again in their JSON."""

import json

from seawall.core.errors import ParseError
from seawall.model.program import Broken, Module
from seawall.parse.notebook import Notebook, parse_notebook
from seawall.parse.python import parse_python

SUFFIX = ".ipynb"


def parse_file(path: str, content: bytes) -> Module:
    """Parse the content of the file at a path; never raises: what cannot be parsed is `Broken`."""
    if not path.endswith(SUFFIX):
        return parse_python(content)
    try:
        return parse_python(parse_notebook(content).text.encode("utf-8", "replace"))
    except ParseError as error:
        broken = Broken(str(error))
        return Module("python", (broken,), (), (broken,))


class NotebookText:
    """The code of a notebook, and where it stands in the file."""

    def __init__(self, content: bytes) -> None:
        """Take the content of a file; one that is no notebook has no code."""
        try:
            self._notebook = parse_notebook(content)
        except ParseError:
            self._notebook = Notebook("", (), ())
        self.lines = self._notebook.text.split("\n")
        """Of the code; what is parsed has its places in them."""
        self.file_lines = content.decode("utf-8-sig", "replace").split("\n")

    def words(self, line: int) -> str:
        """Say a line of the code as a reader of the notebook counts."""
        cell, number = self._notebook.cell(line)
        return f"cell {cell}, line {number}" if cell else ""

    def line(self, line: int) -> int:
        """Return the line of the file for a line of the code."""
        return self._notebook.line(line)

    def column(self, line: int, column: int) -> int | None:
        """Return the 0-based column in the file's line for one in the code (both in code points).

        None where it is not certain: the code stands there twice, or is written in another way.
        """
        code = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        row = self.file_lines[self.line(line) - 1]
        for ascii_only in (False, True):
            written = json.dumps(code, ensure_ascii=ascii_only)[1:-1]
            if written and row.count(written) == 1:
                before = json.dumps(code[:column], ensure_ascii=ascii_only)[1:-1]
                return row.index(written) + len(before)
        return None
