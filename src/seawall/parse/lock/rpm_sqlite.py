"""RPM's database as it is kept since 4.16: rpmdb.sqlite.

Source: https://rpm.org, lib/backend/sqlite.c.
"""

import sqlite3
from collections.abc import Iterator

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Inventory, ListFile
from seawall.parse.lock import may_be_installed
from seawall.parse.rpm_header import LARGEST_HEADER, inventory_of

_MAGIC = b"SQLite format 3\0"
_STEPS = 10_000
MOST_STEPS = 50_000
"""So many times `_STEPS` of SQLite's machine: a damaged table may lead in circles."""


def parse(file: ListFile) -> Inventory:
    """Return the packages. Raises ParseError when it is no database of RPM's."""
    if not file.content.startswith(_MAGIC):
        raise ParseError("it is no SQLite database")
    # What is not yet taken in from the log beside it cannot be told from memory alone.
    content = bytearray(file.content)
    content[18:20] = b"\1\1"
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(bytes(content))
        del content
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_HEADER)
        steps = iter(range(MOST_STEPS))
        database.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
        inventory = inventory_of(_headers(database), file, may_be_installed)
    except (sqlite3.Error, MemoryError, OverflowError, UnicodeDecodeError) as error:
        raise ParseError("it is no whole database of RPM's") from error
    finally:
        database.close()
    if file.read(f"{file.path}-wal"):
        problems = (*inventory.problems, _unwritten(file.path))
        inventory = replace(inventory, problems=problems)
    return inventory


def _headers(database: sqlite3.Connection) -> Iterator[bytes]:
    kind = database.execute(
        "SELECT type FROM sqlite_master WHERE name = 'Packages' AND rootpage > 0"
    ).fetchone()
    if kind != ("table",):
        raise ParseError("it is no database of RPM's")
    for (blob,) in database.execute("SELECT blob FROM Packages"):
        yield blob if isinstance(blob, bytes) else b""


def _unwritten(path: str) -> Problem:
    return Problem(
        kind=ProblemKind.PARSE,
        message="changes that its log (-wal) holds are not read",
        path=path,
        engine="deps",
        partial=True,
        hint="`rpm --rebuilddb` writes them into the database",
    )
