"""Show the lines around a secret without it, and name it by a keyed hash."""

import hashlib
from collections.abc import Sequence

from seawall.core.finding import MASK, Excerpt
from seawall.engines.secrets.segments import Segmenter, line_number

WIDTH = 400
_KEY = b"seawall/secret/v1"
_LEAD = 120
"""Characters before the mark that stay when a long line is cut."""

Span = tuple[int, int, int]
"""A secret's first byte, the byte after it, and how many bytes of a public prefix may be shown."""


def anchor_of(secret: bytes) -> str:
    """Name a secret so that equal secrets have equal names, and none can be read back."""
    return "v1:" + hashlib.blake2b(secret, key=_KEY, digest_size=16).hexdigest()


def excerpt_of(content: bytes, span: Span, spans: Sequence[Span], line: int = 0) -> Excerpt:
    """Show the line of `span` with one line before and after, every one of `spans` masked.

    `spans` are in order and do not overlap; `line` is the 1-based line of `span`, 0 to count it.
    """
    segmenter = Segmenter(content)
    start, end = segmenter.line(span[0])
    lines: list[str] = []
    first = line or line_number(content, start)
    if start > 0:
        before_start, before_end = segmenter.line(start - 1)
        lines.append(_crop(_masked(content, before_start, before_end, spans)))
        first -= 1
    head = _masked(content, start, span[0], spans)
    shown = _shown(content, span)
    tail = _masked(content, min(span[1], end), end, spans)
    if len(head) > _LEAD and len(head) + len(shown) + len(tail) > WIDTH:
        head = "…" + head[-_LEAD:]
    text = head + shown + tail
    mark_line = first + len(lines)
    lines.append(_crop(text))
    if end < len(content):
        after_start, after_end = segmenter.line(end + 1)
        if after_end > after_start:
            lines.append(_crop(_masked(content, after_start, after_end, spans)))
    return Excerpt(
        first_line=first,
        lines=tuple(lines),
        mark_line=mark_line,
        mark_start=min(len(head), WIDTH - 1),
        mark_end=min(len(head) + len(shown), WIDTH),
    )


def _masked(content: bytes, start: int, end: int, spans: Sequence[Span]) -> str:
    """Decode a stretch of one line with every secret in it masked."""
    if start >= end:
        return ""
    parts: list[str] = []
    at = start
    # Only the ends of a very long line are ever shown.
    if end - start > 8 * WIDTH:
        return _masked(content, start, start + 4 * WIDTH, spans) + _masked(
            content, end - 4 * WIDTH, end, spans
        )
    for span in spans:
        if span[1] <= start or span[0] >= end:
            continue
        parts.append(_text(content[at : max(at, span[0])]))
        parts.append(_shown(content, span) if span[0] >= start else MASK)
        at = min(span[1], end)
    parts.append(_text(content[at:end]))
    return "".join(parts)


def _shown(content: bytes, span: Span) -> str:
    return _text(content[span[0] : span[0] + span[2]]) + MASK


def _text(part: bytes) -> str:
    return part.decode("utf-8", "replace").rstrip("\r\n")


def _crop(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
