"""What a matcher answers: where which detector has to be confirmed."""

from collections.abc import Sequence
from typing import Protocol

from seawall.engines.secrets.trigger import Trigger

Hit = tuple[int, int, int]
"""A detector's index, and the first and last byte that its match may cover or begin in."""

Triggers = Sequence[Trigger]


class Matcher(Protocol):
    """Finds every place where a trigger matches; it may report more, never less."""

    @property
    def name(self) -> str:
        """The name of the pattern engine."""

    def hits(self, content: bytes) -> list[Hit]:
        """Return where detectors have to be confirmed, in no order, possibly repeated."""
