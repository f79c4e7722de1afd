"""Python, from 2.7 to 3.14, lowered: by the running Python where it parses a file."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from seawall.model.program import Broken, Module
from seawall.parse.python.scope import TOO_DEEP
from seawall.parse.python.syntax import parse_syntax
from seawall.parse.python.text import Text, decode
from seawall.parse.python.tolerant import parse_tolerant
from seawall.parse.python.tree import TooSlowError

TOO_SLOW = "broken in a way that takes long to make out"

SUFFIXES = (".py", ".pyw")
"""Of the files that are Python."""


def parse_python(content: bytes) -> Module:
    """Parse and lower a Python file; never raises: what cannot be parsed is `Broken`."""
    text = Text(decode(content))
    with _collector_paused():
        try:
            return parse_syntax(text) or parse_tolerant(text)
        except RecursionError:  # the caller has used up the stack: depth here is bounded
            broken = Broken(TOO_DEEP)
        except TooSlowError:
            broken = Broken(TOO_SLOW)
        return Module("python", (broken,), (), (broken,))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the collector from walking the syntax tree again and again while it grows."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
