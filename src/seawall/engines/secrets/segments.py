"""Cut a file into the canonical stretches on which patterns are confirmed, whatever asked for them.

A line is one segment. A line longer than WINDOW bytes is cut into segments that begin every ZONE
bytes; a match counts in the segment in whose zone it begins, and fits into it if it is not longer
than ZONE.
"""

from collections.abc import Iterator

from seawall.engines.secrets.candidate import Segment

ZONE = 10240
WINDOW = 2 * ZONE
MULTILINE = 16384
"""The most bytes of a match that spans lines."""


class Segmenter:
    """Finds the segments of one content; asks in ascending order are answered fastest."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._start = 0
        self._end = -1

    def line(self, offset: int) -> tuple[int, int]:
        """Return start and end of the line that holds an offset; a line end belongs to its line."""
        if not self._start <= offset <= self._end:
            content = self._content
            self._start = content.rfind(b"\n", 0, offset) + 1
            end = content.find(b"\n", offset)
            self._end = len(content) if end < 0 else end
        return self._start, self._end

    def segments(self, low: int, high: int) -> Iterator[Segment]:
        """Yield the segments in which a match may begin that covers a byte from `low` to `high`."""
        low = max(0, low)
        high = min(high, len(self._content))
        offset = low
        while True:
            start, end = self.line(offset)
            if end - start <= WINDOW:
                yield Segment(start=start, end=end)
            else:
                first = max(0, (max(low, start) - start) // ZONE - 1)
                last = (min(high, end) - start) // ZONE
                for zone in range(first, last + 1):
                    at = start + zone * ZONE
                    if at < end:
                        yield Segment(start=at, end=min(at + WINDOW, end))
            offset = end + 1
            if offset > high:
                return

    def owns(self, segment: Segment, start: int, end: int) -> bool:
        """Tell whether a match from `start` to `end` counts in this segment."""
        line_start, line_end = self.line(segment.start)
        if line_end - line_start <= WINDOW:
            return True
        return start < segment.start + ZONE and (end < segment.end or end == line_end)


def line_number(content: bytes, offset: int) -> int:
    """Return the 1-based number of the line that holds an offset."""
    return content.count(b"\n", 0, offset) + 1
