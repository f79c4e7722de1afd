"""What encloses a line: the nearest definition above it, in the syntaxes that share its shape."""

import re
from collections.abc import Iterable

_DEFINITION = re.compile(
    rb"^[ \t]{0,40}(?:(?:export|default|public|private|protected|static|async|final|override|"
    rb"suspend|pub|open)[ \t]{1,4}){0,5}"
    rb"(?:(?:def|class|func|function|fn|sub|interface|module|struct|object|trait|type)[ \t]{1,4}"
    rb"(?:\([^()\n]{0,80}\)[ \t]{0,4})?|"
    rb"(?:describe|context|it|test|Describe|Context|It)[ \t]?\([ \t]?[\"'`])"
    rb"(?P<name>[\w$. -]{1,80})",
    re.MULTILINE,
)


def enclosing_symbols(content: bytes, lines: Iterable[int]) -> dict[int, str]:
    """Return for some lines (1-based) the name that is defined nearest above, if there is one."""
    wanted = sorted(set(lines))
    symbols: dict[int, str] = {}
    at, line, name = 0, 1, ""
    definitions = _DEFINITION.finditer(content)
    following = next(definitions, None)
    for number in wanted:
        while following is not None:
            here = line + content.count(b"\n", at, following.start("name"))
            if here > number:
                break
            at, line = following.start("name"), here
            name = following["name"].strip().decode("utf-8", "replace")
            following = next(definitions, None)
        if name:
            symbols[number] = name
    return symbols
