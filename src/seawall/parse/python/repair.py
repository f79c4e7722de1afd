"""Takes a broken function out of a file where it makes the parser lose what stands around it."""

import re

from tree_sitter import Node

from seawall.parse.python.brackets import close
from seawall.parse.python.tree import in_text, parse

MAX_REMOVED = 20
"""Functions that are taken out of one part of a file."""

MAX_LOST = 2000
"""Where more definitions than this are lost nothing is tried."""

_DEFINITION = re.compile(rb"^[ \t]*((?:async[ \t]+)?def|class)[ \t]", re.MULTILINE)
_INDENT = re.compile(rb"[ \t]*")
_LETTERS = re.compile(rb"[^\r\n]")
_KINDS = frozenset(("function_definition", "class_definition", "decorated_definition"))

Stretch = tuple[int, int]


def repair(content: bytes) -> tuple[Node, list[Stretch]]:
    """Parse, and take out what is broken as long as that brings definitions back.

    Returns the root and the stretches that were taken out. Mostly the parser finds its way on its
    own, and they are none.
    """
    root = parse(content)
    removed: list[Stretch] = []
    if not root.has_error:
        return root, removed
    tries = 0
    lost = _count_lost(root, content)
    if lost:
        closed, stretches = close(content)
        again = parse(closed)
        left = _count_lost(again, closed)
        if left < lost:
            root, content, lost = again, closed, left
            removed += stretches
    while lost and lost < MAX_LOST and tries < MAX_REMOVED:
        tries += 1
        stretch = _broken_function(root, content)
        if stretch is None:
            break
        start, end = stretch
        shorter = content[:start] + _blank(content[start:end]) + content[end:]
        again = parse(shorter)
        left = _count_lost(again, shorter)
        if left >= lost:
            break
        root, content, lost = again, shorter, left
        removed.append(stretch)
    return root, removed


def _count_lost(root: Node, content: bytes) -> int:
    """Count the lines that start a definition where the parser saw none."""
    if not root.has_error:
        return 0
    lost = 0
    for match in _DEFINITION.finditer(content):
        node = root.descendant_for_byte_range(match.start(1), match.end(1))
        if node is not None and node.type in ("def", "class", "async"):
            node = node.parent
        found = node is not None and node.type in _KINDS
        if not found and not in_text(root, match.start(1)):
            lost += 1
            if lost >= MAX_LOST:
                break
    return lost


def _broken_function(root: Node, content: bytes) -> Stretch | None:
    """Return the innermost function, by indentation, around the first thing that is broken."""
    at = _first_error(root)
    line = content.rfind(b"\n", 0, at) + 1
    depth = _indent(content, line)
    own = _DEFINITION.match(content, line)
    start = line if own is not None and not own[1].startswith(b"class") else None
    if start is None:
        for match in _DEFINITION.finditer(content, 0, line):
            if _indent(content, match.start()) < depth and not match[1].startswith(b"class"):
                start = match.start()
    if start is None:
        return None
    end = _end(content, start, at)
    while start:
        before = content.rfind(b"\n", 0, start - 1) + 1
        if not content[before:start].lstrip().startswith(b"@"):
            break
        start = before
    return start, end


def _first_error(root: Node) -> int:
    """Return the offset of the first thing inside which nothing can be told."""
    node = root
    while True:
        inner = next(
            (child for child in node.children if child.has_error or child.is_missing), None
        )
        if inner is None:
            break
        node = inner
    if node.is_error and node.children:
        # What stands whole in it was understood; the trouble is behind.
        return node.children[-1].start_byte
    return node.start_byte


def _end(content: bytes, start: int, at: int) -> int:
    """Return the offset of the first line behind `at` that is not within the function."""
    depth = _indent(content, start)
    line = content.find(b"\n", at) + 1
    while line:
        following = content.find(b"\n", line) + 1
        text = content[line : following or len(content)]
        if text.strip() and not text.lstrip().startswith(b"#") and _indent(content, line) <= depth:
            return line
        line = following
    return len(content)


def _indent(content: bytes, line: int) -> int:
    match = _INDENT.match(content, line)
    return len(match[0].expandtabs()) if match is not None else 0


def _blank(text: bytes) -> bytes:
    """Put `pass` in place of a function, and spaces, so that all offsets stay."""
    first = _INDENT.match(text)
    indent = first[0] if first is not None else b""
    blank = _LETTERS.sub(b" ", text)
    return indent + b"pass" + blank[len(indent) + 4 :]
