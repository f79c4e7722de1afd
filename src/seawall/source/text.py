"""Text or not, in which encoding, and how much of it is read."""

import codecs

from seawall.core.location import Revision
from seawall.core.report import Problem, ProblemKind
from seawall.source.file import Skip, Source
from seawall.source.language import language_of

MAX_BYTES = 16 << 20
"""What is read of one file; the rest of a larger one is told and not looked at."""

HEAD_BYTES = 8 << 10
"""What is looked at to tell text from binary."""

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def plain_text(content: bytes) -> str:
    """Return a text in UTF-8 without its mark; each line ends with a line feed."""
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def is_binary(content: bytes) -> bool:
    """Whether the content is no text in any encoding that is read here."""
    # Nearly every file: one search that finds nothing.
    return content.find(b"\0", 0, HEAD_BYTES) >= 0 and not _encoding(content)[1]


def to_utf8(content: bytes) -> bytes:
    """Transcode UTF-16 and UTF-32 and drop byte order marks; what is cut off becomes U+FFFD."""
    if content[:1] not in _STARTS and content.find(b"\0", 0, HEAD_BYTES) < 0:
        return content
    mark, encoding = _encoding(content)
    if not encoding:
        return content[mark:]
    return content[mark:].decode(encoding, "replace").encode("utf-8", "replace")


_STARTS = frozenset(mark[:1] for mark, _ in _MARKS)


def _encoding(content: bytes) -> tuple[int, str]:
    """Return the length of the byte order mark and the encoding, "" for ASCII, UTF-8 and bytes."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return len(mark), encoding
    head = content[: HEAD_BYTES & ~1]
    # UTF-16 without a mark: mostly Latin text has a zero in every other byte and nowhere else.
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, letters = head[offset::2], head[1 - offset :: 2]
        if zeros.count(0) * 10 >= len(head) * 4 and not letters.count(0) and len(head) >= 8:
            return 0, encoding
    return 0, ""


def make_source(
    path: str, content: bytes, *, size: int, revision: Revision | None = None
) -> Source | Skip:
    """Make the source of a file from what was read of it; `size` is what there is, in bytes."""
    if not content:
        return Skip(path=path, reason="empty")
    if is_binary(content):
        return Skip(path=path, reason="binary")
    text = to_utf8(content)
    return Source(
        path=path,
        content=text,
        language=language_of(path, text[:256]),
        revision=revision,
        problems=(_cut_off(path, size),) if size > len(content) else (),
    )


def _cut_off(path: str, size: int) -> Problem:
    return Problem(
        kind=ProblemKind.TOO_LARGE,
        message=f"only the first {MAX_BYTES >> 20} MiB of {size:,} bytes were scanned",
        path=path,
    )
