"""Parses whatever claims to be Python: other versions' syntax, and files that are broken."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from seawall.model.program import Broken, Module, Statement
from seawall.parse.python.brackets import join
from seawall.parse.python.margin import find_lost
from seawall.parse.python.repair import repair
from seawall.parse.python.scope import Scope, sort
from seawall.parse.python.text import Text
from seawall.parse.python.tree import parse
from seawall.parse.python.tree_blocks import lower_block

MAX_STARTS = 30
"""How often the parser is started anew behind something broken."""

MAX_REPARSED = 1 << 19
"""Bytes that are parsed again for that, beyond twice the file."""

_EXEC = re.compile(rb"(?:^|:)[ \t]*(exec)[ \t]+(?=[A-Za-z_\"'])", re.MULTILINE)
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_REMARKS = re.compile(rb"^(?:[ \t\f]*(?:#[^\r\n]*)?\r?\n){100,}", re.MULTILINE)
_CONTINUED = re.compile(rb"(?:\\\r?\n[ \t\f]*){100,}")
_LETTERS = re.compile(rb"[^\r\n]")


def parse_tolerant(text: Text) -> Module:
    """Parse and lower a file; what no version of Python takes is `Broken`, the rest is kept."""
    content = _spare(_LONE_RETURN.sub(b"\n", b"".join(text.lines)))
    broken: list[Broken] = []
    scope = Scope(text, "", broken)
    # No more than one tree is held: that of two megabytes of signs takes 400.
    root: Node | None = parse(content)
    if root is not None and root.has_error:
        content, root = _read_exec(content, root)
        if root.has_error:
            root = None
            root = parse(join(content))
            if root.has_error:
                root = None
    body = _lower_parts(content, scope) if root is None else lower_block(root, scope, 0)
    return Module("python", body, sort(scope.words), tuple(broken))


def _spare(content: bytes) -> bytes:
    """Blank out what the parser takes quadratic time for; all offsets stay.

    Behind each remark, and each line that goes on, it looks through all that follow to find what
    stands there at last.
    """
    content = _REMARKS.sub(lambda match: _LETTERS.sub(b" ", match[0]), content)
    return _CONTINUED.sub(lambda match: b" " * len(match[0]), content)


def _read_exec(content: bytes, root: Node) -> tuple[bytes, Node]:
    """Have `exec f(a) in b` of Python 2 parsed: the grammar knows it with a name or a text only.

    It becomes a `del` of the same length, which takes any expression; see `lower_exec`.
    """
    changed = bytearray(content)
    for match in _EXEC.finditer(content):
        at = match.start(1)
        node = root.descendant_for_byte_range(at, at + 4)
        if node is not None and node.type in ("exec", "identifier", "ERROR", "exec_statement"):
            changed[at : at + 4] = b"del "
    if changed == content:
        return content, root
    again = bytes(changed)
    return again, parse(again)


def _lower_parts(content: bytes, scope: Scope) -> tuple[Statement, ...]:
    body: list[Statement] = []
    text = scope.text
    for start, end in _parts(content):
        text.offset = start
        root, removed = repair(content[start:end])
        body += [scope.pass_over(text.span(*stretch)) for stretch in removed]
        body += lower_block(root, scope, 0)
    text.offset = 0
    return tuple(body)


def _parts(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a file that are parsed on their own.

    It is one, unless something broken has swallowed definitions behind it: then the file is cut
    before the first of them that stands at the margin.
    """
    start = parsed = 0
    for _ in range(MAX_STARTS):
        parsed += len(content) - start
        if parsed > 2 * len(content) + MAX_REPARSED:
            break
        lost = find_lost(parse(content[start:]), content[start:])
        cut = next((start + at for at in lost if at and content[start + at - 1] in b"\r\n"), None)
        if cut is None:
            break
        yield start, cut
        start = cut
    yield start, len(content)
