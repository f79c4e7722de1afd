"""Finds brackets that are never closed: what is being typed, mostly."""

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
            end = _text_end(content, match["long"], at)
            if end < 0:
                break
            at = end
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
    kept = []
    for first, last in found:
        stand_in = _stand_in(content[first:last])
        if stand_in is not None:
            content = content[:first] + stand_in + content[last:]
            kept.append((first, last))
    return content, kept


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


def _stand_in(text: bytes) -> bytes | None:
    """Make a statement of the same length that holds nothing but lets its body stand."""
    head = _HEAD.match(text)
    if head is None:
        return None
    kind = head.lastgroup or "other"
    indent = text[: len(text) - len(text.lstrip(b" \t"))]
    if kind == "block":
        new = indent + b"if 1:"
    elif kind == "other":
        new = indent + b"pass"
    else:
        new = head[0] + _STAND_INS[kind]
    blank = _LETTERS.sub(b" ", text)
    line = text.find(b"\n")
    return new + blank[len(new) :] if len(new) <= (line if line >= 0 else len(text)) else None
