"""Find the values that a segment of a file assigns to names."""

from collections.abc import Iterator

from seawall.engines.secrets.candidate import Candidate, Segment
from seawall.source.file import Source


def find(source: Source, segment: Segment) -> Iterator[Candidate]:
    """Yield the values given to names that promise a secret."""
    yield from ()
