"""Inline allows: `# seawall: allow <rule> -- <reason> until <date>` beside the place."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

MARK = b"seawall: allow"
PLACEHOLDER = "<reason>"
"""What stands for a reason that a person has yet to give: it is none."""

_ALLOW = re.compile(
    rb"(?:#|//|--|/\*|<!--|;|%|\"|')[ \t]{0,8}seawall: allow[ \t]{1,8}"
    rb"(?P<rules>[a-z][a-z0-9-]{2,80}(?:[ \t]{0,4},[ \t]{0,4}[a-z][a-z0-9-]{2,80}){0,15})"
    rb"(?![\w-])(?P<rest>[^\r\n]{0,400})"
)
_UNTIL = re.compile(r"\buntil[ \t]{1,4}(\d{4}-\d\d-\d\d)[ \t.]{0,4}$")
_CLOSERS = ("*/", "-->", "#}", "%>", '"', "'", ")", ",")


class Allow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One inline allow as it stands in a file."""

    rules: tuple[str, ...]
    line: int
    """1-based line on which it is written."""
    reason: str = ""
    """Untrusted text; empty when none was given: then it allows nothing."""
    until: str = ""
    """ISO date of the last day; empty for no end."""
    alone: bool = False
    """Whether nothing but the comment is on its line: then it speaks for the next line."""
    tool: str = ""
    """The mark of another scanner as it stands there; it names no rules and gives no reason."""
    names: tuple[str, ...] = ()
    """What that scanner calls the rules that it leaves out; () where it leaves out any secret."""
    first: int = 0
    last: int = 0
    """With names: the lines for which it speaks."""

    @property
    def words(self) -> tuple[tuple[str, ...], str, str, str]:
        """What it says, wherever it stands."""
        return self.rules, self.reason, self.until, self.tool

    @property
    def covers(self) -> int:
        """The 1-based line for which it speaks."""
        return self.line + 1 if self.alone else self.line


def read_allows(content: bytes) -> Iterator[Allow]:
    """Find the inline allows of a file, in order."""
    if MARK not in content:
        return
    for match in _ALLOW.finditer(content):
        start = content.rfind(b"\n", 0, match.start()) + 1
        reason, until = _reason(match["rest"].decode("utf-8", "replace"))
        yield Allow(
            rules=tuple(name.strip().decode() for name in match["rules"].split(b",")),
            line=content.count(b"\n", 0, match.start()) + 1,
            reason=reason,
            until=until,
            alone=not content[start : match.start()].strip(),
        )


def allowed_before(
    now: Mapping[str, Sequence[Allow]],
    before: Mapping[str, Sequence[Allow]],
    renames: Mapping[str, str],
) -> dict[str, tuple[Allow, ...]]:
    """Keep the allows that stood in the same file before, each as often as it stood there.

    `renames` maps a file's present path to its former one.
    """
    kept: dict[str, tuple[Allow, ...]] = {}
    for path, allows in now.items():
        former = before.get(renames.get(path, path), ())
        left = Counter(allow.words for allow in former)
        for allow in allows:
            key = allow.words
            if left[key]:
                left[key] -= 1
                kept[path] = (*kept.get(path, ()), allow)
    return kept


def _reason(rest: str) -> tuple[str, str]:
    """Split what follows the rules in the reason and the date."""
    text = rest.strip()
    stripped = True
    while stripped:
        stripped = False
        for closer in _CLOSERS:
            if text.endswith(closer):
                text, stripped = text[: -len(closer)].rstrip(), True
    if not text.startswith("--"):
        return "", ""
    text = text[2:].strip()
    until = _UNTIL.search(text)
    reason = text[: until.start()].rstrip(" ,;") if until else text
    return "" if reason == PLACEHOLDER else reason, until[1] if until else ""
