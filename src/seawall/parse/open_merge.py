"""Takes a text that holds the marks of an open merge apart into its two sides."""

import re

from msgspec import Struct

_START = b"<<<<<<<"
_MARK = re.compile(rb"(<{7}|\|{7}|={7}|>{7})(?: .*)?")


class OpenMerge(Struct, frozen=True):
    """Both sides of a text; every line stands where it stood."""

    line: int
    """Of the first mark, 1-based."""
    ours: bytes
    theirs: bytes


def open_merge_of(content: bytes) -> OpenMerge | None:
    """Return the sides of a text, None where it holds no marks; one not closed goes to the end."""
    if _START not in content or b"\0" in content:
        return None
    ours: list[bytes] = []
    theirs: list[bytes] = []
    first, side = 0, b""
    for number, line in enumerate(content.split(b"\n"), 1):
        found = _MARK.fullmatch(line.rstrip(b"\r"))
        mark = found[1][:1] if found else b""
        if mark == b"<" and not side:
            first = first or number
            side = mark
        elif mark and mark != b"<" and side:
            side = b"" if mark == b">" else mark
        else:
            mark = b""
        ours.append(line if not mark and side in (b"", b"<") else b"")
        theirs.append(line if not mark and side in (b"", b"=") else b"")
    if not first:
        return None
    return OpenMerge(first, b"\n".join(ours), b"\n".join(theirs))
