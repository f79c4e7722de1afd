"""How a report is to look; what it says does not depend on it."""

from msgspec import Struct


class RenderOptions(Struct, frozen=True, kw_only=True):
    """What a renderer needs to know of its reader."""

    color: bool = False
    width: int = 100
    """Columns."""
    unicode: bool = True
    show_closed: bool = False
    """Whether findings that are waived, fixed or no alarm are shown, not only counted."""
    generated: str = ""
    """ISO 8601 time, "" to leave it out."""
