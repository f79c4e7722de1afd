"""Marks of other scanners of infrastructure beside what they were told to leave out.

Sources: the documentation of checkov, tfsec, trivy, kics, terrascan, hadolint, kube-linter, zizmor.
"""

import re
from collections.abc import Iterator

from seawall.triage.allow import Allow

MOST_MARKS = 2_000
"""Of one file."""
EVERY = "*"
"""The name of a mark that names no rule."""

_HINTS = (b"skip", b"ignore", b"kics-scan")
_COMMENT = r"(?:\#|//|/\*|<!--|;|--)[ \t]*"
_CHECKOV = re.compile(
    rf"{_COMMENT}(?P<mark>(?:checkov|bridgecrew):skip=(?P<name>[A-Za-z0-9_.-]{{3,80}}))"
)
_TRIVY = re.compile(
    rf"{_COMMENT}(?P<mark>(?:tfsec|trivy):ignore:(?P<name>[A-Za-z0-9_*.-]{{1,80}}))"
)
_TERRASCAN = re.compile(rf"{_COMMENT}(?P<mark>ts:skip=(?P<name>[A-Za-z0-9_.-]{{3,80}}))")
_KICS = re.compile(
    rf"{_COMMENT}(?P<mark>kics-scan[ \t]+(?P<what>ignore-line|ignore-block|ignore))\b"
)
_HADOLINT = re.compile(
    r"^[ \t]*\#[ \t]*(?P<mark>hadolint[ \t]+(?P<all>global[ \t]+)?"
    r"ignore=(?P<names>[A-Z0-9, \t]{4,400}))"
)
_ZIZMOR = re.compile(
    rf"{_COMMENT}(?P<mark>zizmor:[ \t]*ignore(?:\[(?P<names>[a-z0-9, -]{{2,400}})\])?)"
)
_NOTED = re.compile(
    r"^[ \t]*[\"']?(?P<mark>checkov\.io/skip\d{1,3})[\"']?[ \t]*:[ \t]*"
    r"[\"']?(?P<name>CKV[A-Z0-9_]{3,40})"
)
_KUBE_LINTER = re.compile(
    r"^[ \t]*[\"']?(?P<mark>(?:ignore-check\.kube-linter\.io/(?P<name>[a-z-]{3,80})"
    r"|kube-linter\.io/ignore-all))"
)
_NUMBER = re.compile(r"(?:AVD-)?([A-Z]+)-?(\d{3,4})")


def read_infra_marks(content: bytes) -> Iterator[Allow]:
    """Find the marks of a file, each with the lines for which it speaks."""
    if not any(hint in content for hint in _HINTS):
        return
    lines = content.decode("utf-8", "replace").split("\n")
    count = 0
    for number, line in enumerate(lines, 1):
        if "skip" not in line and "ignore" not in line:
            continue
        for mark, names, first, last in _marks(lines, number, line):
            count += 1
            if count > MOST_MARKS:
                return
            yield Allow(rules=(), line=number, tool=mark, names=names, first=first, last=last)


def _marks(
    lines: list[str], number: int, line: str
) -> Iterator[tuple[str, tuple[str, ...], int, int]]:
    """Yield the words, the names, and the first and last line of what a mark speaks for."""
    whole = 1, len(lines)
    for pattern in (_CHECKOV, _TERRASCAN):
        for found in pattern.finditer(line):
            yield found["mark"], (found["name"],), *_around(lines, number)
    for found in _TRIVY.finditer(line):
        name = found["name"].partition(":")[0]
        given = (EVERY,) if name == "*" else (name, _plain(name))
        yield found["mark"], given, *_below(lines, number, line[: found.start()])
    for found in _KICS.finditer(line):
        if found["what"] == "ignore":
            yield found["mark"], (EVERY,), *whole
        elif found["what"] == "ignore-line":
            yield found["mark"], (EVERY,), number + 1, number + 1
        else:
            yield found["mark"], (EVERY,), *_below(lines, number, "")
    if (listed := _HADOLINT.match(line)) is not None:
        names = _split(listed["names"])
        yield listed["mark"], names, *(whole if listed["all"] else _instruction(lines, number))
    if (inline := _ZIZMOR.search(line)) is not None:
        yield inline["mark"], _split(inline["names"] or EVERY), number, number
    if (noted := _NOTED.match(line)) is not None:
        yield noted["mark"], (noted["name"],), *_document(lines, number)
    if (linted := _KUBE_LINTER.match(line)) is not None:
        yield linted["mark"], (linted["name"] or EVERY,), *_document(lines, number)


def _plain(name: str) -> str:
    """Return an id of trivy in the form of today: AWS-0086 for AVD-AWS-0086."""
    found = _NUMBER.fullmatch(name)
    return f"{found[1]}-{found[2].zfill(4)}" if found is not None else name


def _split(names: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,\s]+", names) if name)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _around(lines: list[str], number: int) -> tuple[int, int]:
    """Return the lines of the block or document in which a line is; else all."""
    start = number - 1
    while start >= 0 and not _opens(lines[start]):
        if lines[start].startswith("---"):
            return _document(lines, number)
        start -= 1
    if start < 0:
        return 1, len(lines)
    end = _closing(lines, start)
    return (start + 1, end + 1) if end >= number - 1 else (1, len(lines))


def _below(lines: list[str], number: int, before: str) -> tuple[int, int]:
    """Return the line of a mark, or what stands below it: a line, or a block from its opening."""
    at = number - 1
    if before.strip():
        return (
            (number, _closing(lines, at) + 1)
            if lines[at].split("#")[0].rstrip().endswith("{")
            else (number, number)
        )
    at += 1
    while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith(("#", "//"))):
        at += 1
    if at >= len(lines):
        return number, number
    if lines[at].rstrip().endswith("{"):
        return at + 1, _closing(lines, at) + 1
    return at + 1, at + 1


def _opens(line: str) -> bool:
    return bool(re.match(r"[A-Za-z][\w-]*[^=]*\{[ \t]*(?:(?:#|//).*)?$", line))


def _closing(lines: list[str], start: int) -> int:
    """Return the index of the line that closes a block, as it is indented."""
    width = _indent(lines[start])
    for at in range(start + 1, len(lines)):
        if lines[at].strip().startswith("}") and _indent(lines[at]) <= width:
            return at
    return len(lines) - 1


def _document(lines: list[str], number: int) -> tuple[int, int]:
    """Return the lines of the YAML document in which a line is."""
    first, last = number, number
    while first > 1 and not lines[first - 2].startswith("---"):
        first -= 1
    while last < len(lines) and not lines[last].startswith("---"):
        last += 1
    return first, last


def _instruction(lines: list[str], number: int) -> tuple[int, int]:
    """Return the lines of the instruction below a line, with those that continue it."""
    at = number
    while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
        at += 1
    first = at + 1
    while at < len(lines) - 1 and lines[at].rstrip().endswith("\\"):
        at += 1
    return first, at + 1
