"""Find names and values that stand apart: elements, attributes, entries, declared defaults.

Where one line holds the value, its name may stand on a line before.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.engines.secrets.candidate import Segment

NAME = rb"[A-Za-z_][\w.$-]{1,60}"
_NO = re.compile(rb"(?!)")
_BACK = 160
"""Bytes before a place in which its name may begin."""
_FAR_BACK = 600
"""The same for a declaration of several lines."""

_GIVES = rb"\\?[\"']?[ \t]{0,4}(?:=>|=|:)[ \t]{0,4}"
_ATTRIBUTES = rb"(?:[\w:-]{1,30}=[\"'][^\"'\n]{0,60}[\"'][ \t]{0,4}){0,3}"
_FIELD = re.compile(
    rb"\b(?i:name|key|id|field|variable|property)" + _GIVES + rb"\\?[\"']?"
    rb"(?P<name>" + NAME + rb")\\?[\"']?[ \t,;]{0,4}" + _ATTRIBUTES + rb">?"
    rb"(?:\r?\n[ \t]{0,60})?"
    rb"(?:<value>|\\?[\"']?(?:\w{1,20}:)?(?i:value|default|content|val|defaultvalue)"
    + _GIVES
    + rb")"
)
"""`- name: DB_PASSWORD` and `value: ...`; `<add key="Password" value="..."/>`."""
_TAG = re.compile(rb"<(?:\w{1,20}:)?(?P<name>" + NAME + rb")(?:[ \t][^<>]{0,200})?>(?=[^<\s])")
_NAMED_TAG = re.compile(
    rb"<\w{1,20}[ \t][^<>]{0,80}?\b(?:name|key|id)=[\"'](?P<name>" + NAME + rb")[\"'][^<>]{0,80}>"
    rb"(?=[^<\s])"
)
"""`<string name="api_key">...</string>`."""
_ENTRY = re.compile(rb"<key>(?P<name>" + NAME + rb")</key>\s{0,60}<string>(?=[^<\s])")
"""An entry of a property list."""
_VARIABLE = re.compile(
    rb"\bvariable[ \t]{1,4}\"(?P<name>" + NAME + rb")\"[ \t]{0,4}\{[^{}]{0,500}?"
    rb"\bdefault[ \t]{0,20}=[ \t]{0,4}(?=\")"
)
"""Terraform's declaration of a variable."""
_OPTION = re.compile(
    rb"[\"']--?(?P<name>" + NAME + rb")[\"'][^)\n]{0,120}?\bdefault[ \t]{0,4}=[ \t]{0,4}(?=[\"'])"
)
"""The declaration of an option of a command."""


class Place(Struct, frozen=True, gc=False):
    """A name and where its value begins, in bytes of the content."""

    name: bytes
    start: int
    end: int = 0
    """Where the value ends; 0: its own quotes, or its language, tell."""


def places(content: bytes, segment: Segment, names: Segment) -> Iterator[Place]:
    """Yield what markup gives in a segment; `names` is the part in which values are looked for."""
    # Looking for a fixed text first is what keeps this fast: most lines hold none of them.
    lowered = content[names.start : names.end + _BACK].lower()
    has_default = b"default" in lowered
    valued = has_default or b"val" in lowered or b"content" in lowered
    former = content.rfind(b"\n", 0, max(0, segment.start - 1)) + 1
    yield from _open(_FIELD if valued else _NO, content, max(former, names.start - _BACK), names)
    if has_default:
        yield from _open(_OPTION, content, names.start, names)
        if b"variable" in content[max(0, names.start - _FAR_BACK) : names.end]:
            yield from _open(_VARIABLE, content, max(0, names.start - _FAR_BACK), names)
    if b"</" in lowered:
        yield from _closed(_TAG, content, names.start, segment, names)
        if b'="' in lowered or b"='" in lowered:
            yield from _closed(_NAMED_TAG, content, names.start, segment, names)
        if b"<string>" in lowered:
            yield from _closed(_ENTRY, content, max(0, names.start - _BACK), segment, names)


def _open(
    pattern: re.Pattern[bytes], content: bytes, start: int, names: Segment
) -> Iterator[Place]:
    for match in pattern.finditer(content, start, names.end):
        if match.end() <= names.start:
            continue
        is_element = content[match.end() - 1 : match.end()] == b">"
        end = content.find(b"<", match.end(), names.end) if is_element else 0
        if end >= 0:
            yield Place(match["name"], match.end(), end)


def _closed(
    pattern: re.Pattern[bytes], content: bytes, start: int, segment: Segment, names: Segment
) -> Iterator[Place]:
    for match in pattern.finditer(content, start, names.end):
        end = content.find(b"<", match.end(), segment.end)
        if match.end() > names.start and content[end : end + 2] == b"</":
            yield Place(match["name"], match.end(), end)
