"""Follows the brackets of a file: those never closed, mostly being typed, and lines within them."""

import re

_TOKEN = re.compile(
    rb"(?P<long>\"\"\"|''')|(?P<remark>#[^\r\n]*)|"
    rb"(?P<text>\"(?:\\.|[^\"\\\r\n])*\"?|'(?:\\.|[^'\\\r\n])*'?)|"
    rb"(?P<open>[(\[{])|(?P<close>[)\]}])|"
    rb"\n(?P<indent>[ \t]*)(?P<word>(?:def|class|return|import|while|with|try|raise|pass|break|"
    rb"continue|del|assert|global)\b|@)?",
    re.DOTALL,
)
"""No line within brackets starts with such a word."""

_HEAD = re.compile(
    rb"[ \t]*(?:(?P<function>(?:async[ \t]+)?def[ \t]+\w+)|(?P<type>class[ \t]+\w+)|"
    rb"(?P<block>(?:if|for|while|with)\b)|(?P<other>\w))"
)
_STAND_INS = {"function": rb"():", "type": rb":"}
_INDENT = re.compile(rb"[ \t]*")
_LETTERS = re.compile(rb"[^\r\n]")

MAX_FOUND = 200
"""Statements that are replaced in one part of a file."""


def close(content: bytes) -> tuple[bytes, list[tuple[int, int]]]:
    """Replace statements whose brackets are still open where another statement must start.

    Returns the content, in which all offsets stay, and the stretches that were replaced.
    """
    found: list[tuple[int, int]] = []
    statement = start = depth = at = 0
    while match := _TOKEN.search(content, at):
        at = match.end()
        kind = match.lastgroup
        if kind == "long":
            # One without an end is broken itself: what follows may be read as code.
            at = max(_text_end(content, match["long"], at), at)
        elif kind == "open":
            if not depth:
                statement = start
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif match["indent"] is not None:
            line = match.start() + 1
            if depth and match["word"] is not None and len(found) < MAX_FOUND:
                found.append((statement, line))
                depth = 0
            if not depth:
                start = line
    if depth:
        found.append((statement, len(content)))
    kept = []
    for first, last in found:
        own, following = _INDENT.match(content, first), _INDENT.match(content, last)
        deeper = own is not None and following is not None and len(following[0]) > len(own[0])
        stand_in = _stand_in(content[first:last], deeper=deeper)
        if stand_in is not None:
            content = content[:first] + stand_in + content[last:]
            kept.append((first, last))
    return content, kept


def join(content: bytes) -> bytes:
    """Make one line of those within brackets, so that all offsets stay.

    The tolerant parser takes some of them for the end of a block.
    """
    depth = at = 0
    pieces: list[bytes] = []
    kept = 0
    while match := _TOKEN.search(content, at):
        at = match.end()
        kind = match.lastgroup
        if kind == "long":
            at = _text_end(content, match["long"], at)
            if at < 0:
                break
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif depth and kind != "text":
            # A comment, or the end of a line.
            start = match.start()
            end = at if kind == "remark" else start + 1
            pieces += (content[kept:start], b" " * (end - start))
            kept = end
    return b"".join((*pieces, content[kept:])).replace(b"\r ", b"  ")


def _text_end(content: bytes, quote: bytes, at: int) -> int:
    """Return the offset behind a long text, -1 where it has no end."""
    while True:
        end = content.find(quote, at)
        if end < 0:
            return -1
        slashes = end - len(content[at:end].rstrip(b"\\")) - at
        if slashes % 2 == 0:
            return end + len(quote)
        at = end + 1


def _stand_in(text: bytes, *, deeper: bool) -> bytes | None:
    """Make a statement of the same length that holds nothing but a body that follows it."""
    head = _HEAD.match(text)
    if head is None:
        return None
    kind = head.lastgroup or "other"
    indent = text[: len(text) - len(text.lstrip(b" \t"))]
    if kind in _STAND_INS:
        new = head[0] + _STAND_INS[kind] + (b"" if deeper else b" pass")
    else:
        new = indent + (b"if 1:" if kind == "block" and deeper else b"pass")
    blank = _LETTERS.sub(b" ", text)
    line = text.find(b"\n")
    return new + blank[len(new) :] if len(new) <= (line if line >= 0 else len(text)) else None
