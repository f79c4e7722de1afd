"""Match only what changed between two versions of a file that are asked for one after the other.

A history hands over the versions of a file as neighbours, and most of their text is the same.
"""

from seawall.engines.secrets.matcher import Hit, Matcher

_WORTH = 16384
"""Below this size matching all is as fast as comparing."""
_SMALL = 16384
"""A difference up to this size is not looked into any further."""
_GRAIN = 64
_PROBE = 48
_DEPTH = 12
_OFTEN = 50
"""So many times hits are taken over, which may leave some where nothing is any more."""

Run = tuple[int, int, int]
"""Where equal bytes start in the former and in the new content, and how many there are."""


class Versions:
    """Remembers the last content and its hits."""

    def __init__(self, matcher: Matcher, *, margin: int) -> None:
        """`margin` is the most bytes that a trigger spans."""
        self._matcher = matcher
        self._margin = margin
        self._path = ""
        self._content = b""
        self._hits: list[Hit] = []
        self._taken = 0

    def hits(self, path: str, content: bytes) -> list[Hit]:
        """Return where detectors have to be confirmed."""
        large = len(content) > _WORTH
        if large and path == self._path and self._content and self._taken < _OFTEN:
            hits = self._changed(content)
            self._taken += 1
        else:
            hits = self._matcher.hits(content)
            self._taken = 0
        self._path = path
        self._content = content if large else b""
        self._hits = hits
        return hits

    def _changed(self, content: bytes) -> list[Hit]:
        """Take over the hits in what is the same and match what lies between."""
        former = self._content
        if former == content:
            return self._hits
        runs: list[Run] = []
        _compare(former, content, 0, len(former), 0, len(content), 4 * self._margin, _DEPTH, runs)
        runs.sort(key=lambda run: run[1])
        found: set[Hit] = set()
        at = 0
        for _, start, length in [*runs, (0, len(content), 0)]:
            low = max(0, at - self._margin)
            for index, first, last in self._matcher.hits(content[low : start + self._margin]):
                found.add((index, first + low, last + low))
            at = start + length
        for old, start, length in runs:
            shift = start - old
            for index, first, last in self._hits:
                if first <= old + length and last >= old:
                    found.add((index, max(0, first + shift), max(0, last + shift)))
        return list(found)


def _compare(
    one: bytes,
    two: bytes,
    one_low: int,
    one_high: int,
    two_low: int,
    two_high: int,
    least: int,
    depth: int,
    runs: list[Run],
) -> None:
    """Add equal runs of at least `least` bytes in two stretches; not all there are are found."""
    head = _common_head(one, two, one_low, one_high, two_low, two_high)
    if head >= least:
        runs.append((one_low, two_low, head))
        one_low += head
        two_low += head
    tail = _common_tail(one, two, one_low, one_high, two_low, two_high)
    if tail >= least:
        runs.append((one_high - tail, two_high - tail, tail))
        one_high -= tail
        two_high -= tail
    if depth == 0 or two_high - two_low <= _SMALL or one_high <= one_low:
        return
    for part in (2, 4, 3):
        middle = two_low + (two_high - two_low) // part
        place = one.find(two[middle : middle + _PROBE], one_low, one_high)
        if place >= 0:
            _compare(one, two, one_low, place, two_low, middle, least, depth - 1, runs)
            _compare(one, two, place, one_high, middle, two_high, least, depth - 1, runs)
            return


def _common_head(
    one: bytes, two: bytes, one_low: int, one_high: int, two_low: int, two_high: int
) -> int:
    """Return a length up to which both are the same; it may be a few bytes short."""
    same, differs = 0, min(one_high - one_low, two_high - two_low)
    if differs > 4096 and one[one_low : one_low + 256] != two[two_low : two_low + 256]:
        return 0
    while differs - same > _GRAIN:
        middle = (same + differs) // 2
        if one[one_low + same : one_low + middle] == two[two_low + same : two_low + middle]:
            same = middle
        else:
            differs = middle
    return same


def _common_tail(
    one: bytes, two: bytes, one_low: int, one_high: int, two_low: int, two_high: int
) -> int:
    """Return a length that both have in common at their ends; it may be a few bytes short."""
    same, differs = 0, min(one_high - one_low, two_high - two_low)
    if differs > 4096 and one[one_high - 256 : one_high] != two[two_high - 256 : two_high]:
        return 0
    while differs - same > _GRAIN:
        middle = (same + differs) // 2
        if one[one_high - middle : one_high - same] == two[two_high - middle : two_high - same]:
            same = middle
        else:
            differs = middle
    return same
