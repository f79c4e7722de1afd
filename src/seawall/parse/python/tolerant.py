"""Parses whatever claims to be Python: other versions' syntax, and files that are broken."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from seawall.model.program import Broken, Module, Statement
from seawall.parse.python.repair import repair
from seawall.parse.python.scope import Scope, sort
from seawall.parse.python.text import Text
from seawall.parse.python.tree import in_text, parse
from seawall.parse.python.tree_blocks import lower_block

MAX_STARTS = 30
"""How often the parser is started anew behind something broken."""

_START = re.compile(rb"^(?:@|(?:async[ \t]+)?def[ \t]|class[ \t])", re.MULTILINE)
_LONE_RETURN = re.compile(rb"\r(?!\n)")


def parse_tolerant(text: Text) -> Module:
    """Parse and lower a file; what no version of Python takes is `Broken`, the rest is kept."""
    content = _LONE_RETURN.sub(b"\n", b"".join(text.lines))
    broken: list[Broken] = []
    scope = Scope(text, "", broken)
    body: list[Statement] = []
    for start, end in _parts(content):
        text.offset = start
        root, removed = repair(content[start:end])
        body += [scope.pass_over(text.span(*stretch)) for stretch in removed]
        body += lower_block(root, scope, 0)
    text.offset = 0
    return Module("python", tuple(body), sort(scope.words), tuple(broken))


def _parts(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a file that are parsed on their own.

    It is one, unless something broken has swallowed definitions behind it: then the file is cut
    before the first of them.
    """
    start = 0
    for _ in range(MAX_STARTS):
        lost = _lost(parse(content[start:]), content, start)
        if lost is None:
            break
        yield start, lost
        start = lost
    yield start, len(content)


def _lost(root: Node, content: bytes, offset: int) -> int | None:
    """Return the offset of the first definition at the margin that the parser took for another."""
    if not root.has_error:
        return None
    found = {child.start_byte + offset for child in root.children if not child.is_error}
    for child in root.children:
        if child.has_error:
            for match in _START.finditer(content, child.start_byte + offset + 1):
                at = match.start()
                if at >= child.end_byte + offset:
                    break
                if at not in found and not in_text(root, at - offset):
                    return at
    return None
