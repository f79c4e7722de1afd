"""Reads what go.mod and go.work are made of: directives, alone on a line or many in a block.

Source: https://go.dev/ref/mod#go-mod-file-lexical.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|([^\s()"`,]+)|([(),])')
_VERSION = re.compile(r"v\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


class Directive(Struct, frozen=True):
    """A line that says something."""

    verb: str
    words: tuple[str, ...]
    comment: str
    line: int


class Replacement(Struct, frozen=True):
    """What stands in for a module, or for one version of it."""

    path: str
    version: str
    """"" of a folder."""


def read_directives(content: bytes) -> Iterator[Directive]:
    """Yield the directives of a file. Raises ParseError when a block does not end."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParseError("it is no utf-8", line=line) from error
    block, opened = "", 0
    in_comment = False
    for number, raw in enumerate(text.split("\n"), 1):
        if in_comment:
            in_comment = "*/" not in raw
            continue
        bare, _, comment = _uncommented(raw)
        if bare.startswith("/*"):
            in_comment = "*/" not in bare
            continue
        words = [found[1] or found[2] or found[3] or found[4] for found in _WORD.finditer(bare)]
        words = [word for word in words if word]
        if not words:
            continue
        if block:
            if words == [")"]:
                block = ""
            else:
                yield Directive(block, tuple(words), comment.strip(), number)
        elif words[1:] == ["("]:
            block, opened = words[0], number
        elif words[1:] != ["(", ")"]:
            yield Directive(words[0], tuple(words[1:]), comment.strip(), number)
    if block:
        raise ParseError("a block does not end", line=opened)


def read_replacement(words: tuple[str, ...]) -> tuple[str, str, Replacement] | None:
    """Return path and version ("" for all of them) of what is replaced, and by what."""
    if "=>" not in words:
        return None
    at = words.index("=>")
    left, right = words[:at], words[at + 1 :]
    if len(left) not in (1, 2) or len(right) not in (1, 2):
        return None
    return left[0], "".join(left[1:]), Replacement(right[0], "".join(right[1:]))


def is_version(text: str) -> bool:
    """Whether a word is one version, and no branch or query."""
    return _VERSION.fullmatch(text) is not None


def is_folder(path: str) -> bool:
    """Whether what replaces a module is a folder: "./a", "../a", "/a"."""
    return path.startswith((".", "/", "\\")) or path[1:3] in (":\\", ":/")


def _uncommented(line: str) -> tuple[str, str, str]:
    # Addresses stand without their scheme: two slashes begin a comment, but in quotes.
    if '"' in line or "`" in line:
        found = re.match(r"""(?:[^"`/]|"(?:[^"\\]|\\.)*"|`[^`]*`|/(?!/))*""", line)
        at = found.end() if found else 0
        return line[:at], "", line[at:].removeprefix("//")
    return line.partition("//")
