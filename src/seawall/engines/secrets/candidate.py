"""The neutral shape in which a possible secret is handed to its judge, and the judge's answer."""

import re

from msgspec import Struct

from seawall.source.file import Source

NEAR_BYTES = 200
"""How much of what stands before the line a judge gets to see."""

_SAMPLE = re.compile(
    r"(?:^|[/_.-])(?:tests?|testing|testdata|specs?|fixtures?|mocks?|__tests__|e2e|examples?|"
    r"samples?|demos?|docs?|tutorials?|stubs?|fakes?)(?:$|[/_.-])|Tests?\.|Spec\.",
    re.ASCII,
)


class Segment(Struct, frozen=True, kw_only=True, gc=False):
    """A stretch of a source on which patterns are confirmed: a line, or a part of a long one."""

    start: int
    """Byte offset into the source's content."""
    end: int
    """Offset after the last byte; the line end does not belong to it."""


class Candidate(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A text that may be a secret, with what stands around it. Never log or store one."""

    rule: str
    """Id of the rule that a finding would have."""
    value: str
    path: str
    language: str
    line: str
    """The line (or the part of a long one) that holds the value, without its line end."""
    start: int
    """Offset of the value in `line`, in code points."""
    end: int
    """Offset after the value's last character in `line`."""
    offset: int
    """Byte offset of the value in the source."""
    size: int
    """Bytes of the value in the source."""
    before: str = ""
    """What stands before the line: the end of the former lines, at most NEAR_BYTES bytes."""
    name: str = ""
    """The variable, key or attribute that the value is given to, "" if none was recognised."""
    near: str = ""
    """What the detector's `near` expression matched, "" if it has none."""
    quoted: bool = False
    """Whether the value stands between quotes."""
    sample: bool = False
    """Whether the path says that the file is a test, an example or documentation."""

    def __repr__(self) -> str:
        """Show the place alone, so that no trace or log holds the value."""
        return f"Candidate(rule={self.rule!r}, path={self.path!r}, offset={self.offset})"


class Judgement(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a judge decided, and why, in words that do not repeat the value."""

    accepted: bool
    reason: str
    """A few words, lower case, no full stop: "a literal given to a password"."""
    rule: str = ""
    """Id of another rule that says it better, "" for the candidate's own."""


def candidate_at(
    source: Source,
    segment: Segment,
    start: int,
    end: int,
    *,
    rule: str,
    name: str = "",
    near: str = "",
) -> Candidate:
    """Describe the bytes from `start` to `end` of the source's content, which `segment` holds.

    The value may end after the segment (a key of many lines); the line is then its first one.
    """
    content = source.content
    head = content[segment.start : start].decode("utf-8", "replace")
    value = content[start:end].decode("utf-8", "replace")
    stop = min(end, segment.end)
    shown = content[start:stop].decode("utf-8", "replace")
    tail = content[stop : segment.end].decode("utf-8", "replace").rstrip("\r")
    before = content[max(0, segment.start - NEAR_BYTES) : segment.start].decode("utf-8", "replace")
    return Candidate(
        rule=rule,
        value=value,
        path=source.path,
        language=source.language,
        line=head + shown + tail,
        start=len(head),
        end=len(head) + len(shown),
        offset=start,
        size=end - start,
        before=before,
        name=name,
        near=near,
        quoted=head[-1:] in ('"', "'", "`") and tail[:1] == head[-1:],
        sample=is_sample(source.path),
    )


def is_sample(path: str) -> bool:
    """Tell whether a path says that the file is a test, an example or documentation."""
    return _SAMPLE.search(path) is not None
