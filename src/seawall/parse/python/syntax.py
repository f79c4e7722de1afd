"""Parses what the running Python itself can parse, and lowers its tree."""

import ast
import warnings
from typing import Any

from seawall.model.program import Broken, Module
from seawall.parse.python.scope import Scope, sort
from seawall.parse.python.statements import lower_body
from seawall.parse.python.text import Text


def parse_syntax(text: Text) -> Module | None:
    """Parse and lower a file; None where the running Python refuses it."""
    tree = _parse(text.content)
    if tree is None:
        return None
    broken: list[Broken] = []
    scope = Scope(text, "", broken)
    body = lower_body(tree.body, scope, 0)
    return Module("python", body, sort(scope.words), tuple(broken))


def _parse(content: str) -> Any:
    # Warnings tell of the code that is scanned, and under -W error would be syntax errors.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return compile(content, "<scanned>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return None
