"""Parses whatever claims to be Python: other versions' syntax, and files that are broken."""

import re
from collections.abc import Iterator

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

_LONE_RETURN = re.compile(rb"\r(?!\n)")


def parse_tolerant(text: Text) -> Module:
    """Parse and lower a file; what no version of Python takes is `Broken`, the rest is kept."""
    content = _LONE_RETURN.sub(b"\n", b"".join(text.lines))
    if parse(content).has_error:
        joined = join(content)
        if not parse(joined).has_error:
            content = joined
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
