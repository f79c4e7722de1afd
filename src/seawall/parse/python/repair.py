"""Takes a broken function out of a file where it makes the parser lose what stands around it."""

import re
from typing import NamedTuple

from tree_sitter import Node

from seawall.parse.python.brackets import close
from seawall.parse.python.margin import find_lost
from seawall.parse.python.tree import parse

MAX_REMOVED = 20
"""Functions that are taken out of one part of a file."""

MAX_VAIN = 3
"""Of these, how many in a row may bring nothing back."""

MAX_REPARSED = 1 << 19
"""Bytes that are parsed again to try this."""

_DEFINITION = re.compile(rb"^[ \t]*(?:async[ \t]+)?def[ \t]", re.MULTILINE)
_INDENT = re.compile(rb"[ \t]*")
_LETTERS = re.compile(rb"[^\r\n]")

Stretch = tuple[int, int]


class State(NamedTuple):
    """A content, what the parser makes of it, and what was taken out to come to it."""

    content: bytes
    root: Node
    lost: int
    """Definitions that the parser does not see."""
    removed: tuple[Stretch, ...] = ()

    def put(self, content: bytes, removed: tuple[Stretch, ...]) -> "State":
        """Parse a content that stands in for this one."""
        root = parse(content)
        return State(content, root, len(find_lost(root, content)), self.removed + removed)

    def without(self, stretch: Stretch) -> "State":
        """Parse without a stretch."""
        start, end = stretch
        text = self.content
        return self.put(text[:start] + _blank(text[start:end]) + text[end:], (stretch,))


def repair(content: bytes) -> tuple[Node, tuple[Stretch, ...]]:
    """Parse, and take out what is broken as long as that brings definitions back.

    Returns the root and the stretches that were taken out. Mostly the parser finds its way on its
    own, and they are none.
    """
    root = parse(content)
    state = best = State(content, root, len(find_lost(root, content)))
    if not best.lost:
        return best.root, ()
    closed, stretches = close(content)
    if stretches:
        state = best.put(closed, tuple(stretches))
        if state.lost <= best.lost:
            best = state
    tries = min(MAX_REMOVED, MAX_REPARSED // (len(content) + 1))
    vain = 0
    for _ in range(tries):
        # One that brings nothing back may have to go together with the next.
        tried = [state.without(stretch) for stretch in _suspects(state.root, state.content)]
        if not tried or not state.lost or vain > MAX_VAIN:
            break
        state = min(tried, key=lambda other: other.lost)
        vain += 1
        if state.lost < best.lost:
            best, vain = state, 0
    return best.root, best.removed


def _suspects(root: Node, content: bytes) -> list[Stretch]:
    """Return the functions that may be broken: the parser's first, and that by indentation."""
    if not root.has_error:
        return []
    found: list[Stretch] = []
    node: Node | None = root
    start = -1
    while node is not None:
        if node.type == "function_definition":
            start = node.start_byte
        node = next((child for child in node.children if child.has_error), None)
    if start >= 0:
        line = content.rfind(b"\n", 0, start) + 1
        found.append((_first_decorator(content, line), _end(content, line, line)))
    stretch = _broken_function(root, content)
    if stretch is not None and stretch not in found:
        found.append(stretch)
    return found


def _broken_function(root: Node, content: bytes) -> Stretch | None:
    """Return the innermost function, by indentation, around the first thing that is broken."""
    at = _first_error(root)
    line = content.rfind(b"\n", 0, at) + 1
    depth = _indent(content, line)
    start = line if _DEFINITION.match(content, line) else None
    if start is None:
        for match in _DEFINITION.finditer(content, 0, line):
            if _indent(content, match.start()) < depth:
                start = match.start()
    if start is None:
        return None
    return _first_decorator(content, start), _end(content, start, at)


def _first_decorator(content: bytes, start: int) -> int:
    while start:
        before = content.rfind(b"\n", 0, start - 1) + 1
        if not content[before:start].lstrip().startswith(b"@"):
            break
        start = before
    return start


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
