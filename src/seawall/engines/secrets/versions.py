"""Match only what changed between two versions of a file that are asked for one after the other.

A history hands over the versions of a file as neighbours, and most of their text is the same.
"""

from seawall.engines.secrets.matcher import Hit, Matcher

MARGIN = 4096
"""More bytes than any trigger spans (a test holds it), so that none is cut by the edge."""
_WORTH = 16384
"""Below this size matching all is as fast as comparing."""
_GRAIN = 64
_OFTEN = 50
"""So many times hits are taken over, which may leave some where nothing is any more."""


class Versions:
    """Remembers the last content and its hits."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._path = ""
        self._content = b""
        self._hits: list[Hit] = []
        self._taken = 0

    def hits(self, path: str, content: bytes) -> list[Hit]:
        """Return where detectors have to be confirmed."""
        if path == self._path and len(content) > _WORTH and self._content and self._taken < _OFTEN:
            hits = self._changed(content)
            self._taken += 1
        else:
            hits = self._matcher.hits(content)
            self._taken = 0
        self._path = path
        # Small files are not worth the memory; nor is anything of the next path's predecessor.
        self._content = content if len(content) > _WORTH else b""
        self._hits = hits
        return hits

    def _changed(self, content: bytes) -> list[Hit]:
        """Take over the hits in what is the same at both ends and match what lies between."""
        former = self._content
        head = _common_head(former, content)
        shift = len(content) - len(former)
        if head == len(content) and not shift:
            return self._hits
        tail = _common_tail(former, content, head)
        low = max(0, head - MARGIN)
        high = min(len(content), len(content) - tail + MARGIN)
        hits = [
            (index, first + low, last + low)
            for index, first, last in self._matcher.hits(content[low:high])
        ]
        tail_at = len(former) - tail
        for index, first, last in self._hits:
            if first <= head:
                hits.append((index, first, last))
            if last >= tail_at:
                hits.append((index, max(0, first + shift), max(0, last + shift)))
        return list(set(hits))


def _common_head(one: bytes, two: bytes) -> int:
    """Return a length up to which both are the same; it may be a few bytes short."""
    same, differs = 0, min(len(one), len(two))
    if one[:differs] == two[:differs]:
        return differs
    while differs - same > _GRAIN:
        middle = (same + differs) // 2
        if one[same:middle] == two[same:middle]:
            same = middle
        else:
            differs = middle
    return same


def _common_tail(one: bytes, two: bytes, head: int) -> int:
    """Return a length that both have in common at the end, not reaching into the common head."""
    end_one, end_two = len(one), len(two)
    same, differs = 0, min(end_one, end_two) - head
    while differs - same > _GRAIN:
        middle = (same + differs) // 2
        if one[end_one - middle : end_one - same] == two[end_two - middle : end_two - same]:
            same = middle
        else:
            differs = middle
    return same
