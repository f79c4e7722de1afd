"""The lines around a place, as findings show them."""

from collections.abc import Callable

from seawall.core.finding import Excerpt
from seawall.core.location import CodeSpan

WIDTH = 400
"""Characters of a line that are shown."""


def excerpt_of(span: CodeSpan, line: Callable[[int], str]) -> Excerpt:
    """Show the line of a span with the one before and the one after.

    `line` returns a line by its number, "" where there is none. Secrets are not masked yet.
    """
    lines: list[str] = []
    first = span.line
    if span.line > 1:
        lines.append(crop(line(span.line - 1)))
        first -= 1
    text = line(span.line)
    is_within = span.last_line == span.line and span.end_column
    end = span.end_column - 1 if is_within else len(text)
    lines.append(crop(text))
    if after := line(span.line + 1):
        lines.append(crop(after))
    start = min(span.column - 1, WIDTH - 1)
    return Excerpt(
        first_line=first,
        lines=tuple(lines),
        mark_line=span.line,
        mark_start=start,
        mark_end=max(start + 1, min(end, WIDTH)),
    )


def crop(line: str) -> str:
    """Return a line as it is shown."""
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
