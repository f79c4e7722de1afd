"""Fixture pages: prose and fenced files, with a mark on each line where a rule must find."""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError

_FENCE = re.compile(r"^```+[ \t]*(?P<language>[\w+.-]*)(?P<info>.*)$")
_TITLE = re.compile(r'title="([^"\n]{1,300})"')
_MARK = re.compile(
    r"[ \t]*(?:#|//|--|;|/\*|<!--)[ \t]*finds:[ \t]*(?P<rules>[\w, \t-]+?)[ \t]*(?:\*/|-->)?[ \t]*$"
)
_NAMES = {
    "dockerfile": "Dockerfile",
    "hcl": "main.tf",
    "json": "plan.json",
    "terraform": "main.tf",
    "yaml": "manifest.yaml",
}
_OUTSIDE = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|\\|\0")


class Fence(Struct, frozen=True, kw_only=True):
    """One fenced file."""

    path: str
    text: str
    """Without the marks."""
    first_line: int
    """Of the text, in the page, 1-based."""
    finds: frozenset[tuple[int, str]]
    """Line in the text (1-based) and rule that must be found there."""


def read_targets(text: str) -> list[list[Fence]]:
    """Return the fences of a page by target: each name that was there already begins another.

    Fences of other languages than infrastructure is written in are prose, unless they have a
    title, the path of the file. Raises ParseError for a fence that is not closed.
    """
    targets: list[list[Fence]] = []
    for fence in _fences(text):
        if not targets or any(one.path == fence.path for one in targets[-1]):
            targets.append([])
        targets[-1].append(fence)
    return targets


def _fences(text: str) -> Iterator[Fence]:
    lines = text.replace("\r\n", "\n").split("\n")
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        at += 1
        if opening is None:
            continue
        first = at
        while at < len(lines) and not lines[at].startswith("```"):
            at += 1
        if at == len(lines):
            raise ParseError("the fence is not closed", line=first)
        title = _TITLE.search(opening["info"])
        path = title[1] if title else _NAMES.get(opening["language"].lower(), "")
        if path:
            if _OUTSIDE.search(path):
                raise ParseError(f"the title {path!r} leads out of the target", line=first)
            yield _fence(path, lines[first:at], first + 1)
        at += 1


def _fence(path: str, lines: list[str], first: int) -> Fence:
    finds: set[tuple[int, str]] = set()
    shown: list[str] = []
    for number, line in enumerate(lines, 1):
        mark = _MARK.search(line)
        if mark is not None:
            finds |= {(number, rule) for rule in re.split(r"[,\s]+", mark["rules"])}
            line = line[: mark.start()]
        shown.append(line)
    text = "\n".join(shown) + "\n"
    return Fence(path=path, text=text, first_line=first, finds=frozenset(finds))
