"""Files that a person names on the command line."""

from pathlib import Path

from seawall.core.errors import SeawallError, reason_of


def read_limited(path: Path, limit: int) -> bytes:
    """Read a file that a person named. Raises SeawallError."""
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise SeawallError(f"{path} cannot be read: {reason_of(error)}") from error
    if len(content) > limit:
        raise SeawallError(f"{path} is larger than {limit:,} bytes")
    return content
