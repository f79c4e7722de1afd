"""One file of the target, before and after it is read."""

from msgspec import Struct

from seawall.core.location import Revision


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that can be read; nothing of its content is known yet."""

    path: str
    """Relative to the target, "/" between the parts; bytes that are no UTF-8 as surrogates."""
    size: int = -1
    """Bytes, -1 where unknown."""
    stamp: bytes = b""
    """Changes whenever the file changes (from its stat); empty where there is no such thing."""
    blob: str = ""
    """Git object name of the content, where git knows it."""
    revision: Revision | None = None
    """In a history scan: the commit that brought the content in."""


class Source(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file of the target: path, bytes, language."""

    path: str
    content: bytes
    """UTF-8 where the file is text (UTF-16 and UTF-32 are transcoded); other bytes as they are."""
    language: str
    """"python", "yaml", "dotenv", "shell", "markdown", ... or "" where unknown; see `language`."""
    revision: Revision | None = None
