"""Look only at what changed between two versions of a file that are asked for one after the other.

A history hands over the versions of a file as neighbours, and most of their text is the same: what
was decided well inside equal lines is taken over. A decision hangs on its line and on no more than
INNER bytes around. A block of many lines hangs on itself alone; if one changed, all is looked at.
"""

from msgspec import Struct

from seawall.engines.secrets.matcher import Hit, Matcher

INNER = 800
"""More bytes than a decision looks at on either side of its line; so far around a change everything
is decided anew, and what lies further in was and stays so."""
LONGEST_LINE = 20_000
"""Files with longer lines are not compared."""
_WORTH = 8192
"""Below this size looking at all is as fast as comparing."""
_SMALL = 6144
"""A difference up to this size is not looked into any further."""
_GRAIN = 64
_NEWLINE = ord("\n")
_PROBE = 48
_DEPTH = 12

Run = tuple[int, int, int]
"""Where equal bytes start in the former and in the new content, and how many there are."""


class Look(Struct, frozen=True, gc=False):
    """What there is to look at in a content."""

    hits: list[Hit]
    """Where detectors have to be confirmed."""
    runs: tuple[Run, ...] = ()
    """Equal text, in which the decisions on the former content hold (see `carries`)."""
    former_size: int = 0


class Versions:
    """Remembers the last content."""

    def __init__(self, matcher: Matcher, *, margin: int) -> None:
        """`margin` is the most bytes that a trigger spans."""
        self._matcher = matcher
        self._around = INNER + margin
        self._path = ""
        self._content = b""

    def look(self, path: str, content: bytes) -> Look:
        """Return what has to be looked at, and where the former decisions hold."""
        large = len(content) > _WORTH
        look = None
        if large and path == self._path and self._content:
            look = self._changed(content)
        # What the former version had was looked at, so only what is new may hold a long line.
        comparable = look is not None or (large and _has_short_lines(content, 0, len(content)))
        self._path = path
        self._content = content if comparable else b""
        return look or self.whole(content)

    def whole(self, content: bytes) -> Look:
        """Return all that there is to look at, whatever was decided before."""
        return Look(self._matcher.hits(content))

    def _changed(self, content: bytes) -> Look | None:
        """Compare with the former content; None when a long line came in."""
        former = self._content
        runs: list[Run] = []
        if former == content:
            return Look([], ((0, 0, len(content)),), len(former))
        least = 2 * self._around + 1024
        _compare(former, content, 0, len(former), 0, len(content), least, _DEPTH, runs)
        found = (_whole_lines(former, content, run) for run in sorted(runs, key=_place))
        runs = [run for run in found if run]
        hits: list[Hit] = []
        at = 0
        for _, start, length in [*runs, (0, len(content), 0)]:
            low = content.rfind(b"\n", 0, max(0, at - self._around)) + 1
            high = content.find(b"\n", start + self._around)
            high = len(content) if high < 0 else high
            if not _has_short_lines(content, low, high):
                return None
            for index, first, last in self._matcher.hits(content[low:high]):
                hits.append((index, first + low, last + low))
            at = start + length
        return Look(hits, tuple(runs), len(former))


def carries(look: Look, size: int, start: int, end: int, *, alone: bool = False) -> int | None:
    """Return how far a former decision moved that still holds; None when it is to be made anew.

    `size` is that of the new content, `start` and `end` are places in the former one. `alone` says
    that it hangs on its own text alone.
    """
    inner = 1 if alone else INNER
    for old, new, length in look.runs:
        low = old if old == 0 and new == 0 else old + inner
        high = old + length
        if high != look.former_size or new + length != size:
            high -= inner
        if low <= start and end <= high:
            return new - old
    return None


def _place(run: Run) -> int:
    return run[1]


def _whole_lines(former: bytes, content: bytes, run: Run) -> Run | None:
    """Cut off the lines that are only in part the same in both."""
    old, new, length = run
    first, last = new, new + length
    if not (_begins_line(former, old) and _begins_line(content, new)):
        first = content.find(b"\n", new, last) + 1
        if first == 0:
            return None
    if last != len(content) or old + length != len(former):
        last = content.rfind(b"\n", first, last) + 1
    return (old + first - new, first, last - first) if first < last else None


def _begins_line(content: bytes, place: int) -> bool:
    return place == 0 or content[place - 1] == _NEWLINE


def _has_short_lines(content: bytes, low: int, high: int) -> bool:
    at = low
    while high - at > LONGEST_LINE:
        at = content.rfind(b"\n", at, at + LONGEST_LINE) + 1
        if at == 0:
            return False
    return True


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
