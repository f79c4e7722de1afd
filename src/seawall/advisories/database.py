"""The database of advisories on this machine: what it knows of packages, and how old it is."""

import contextlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from msgspec import Struct

from seawall.advisories import schema
from seawall.advisories.names import ecosystem_named, query_key, query_version
from seawall.advisories.versions import HIGHEST, LOWEST, key_of
from seawall.core.errors import SeawallError
from seawall.model.advisory import Advisory, Match, Query
from seawall.model.inventory import Ecosystem

_decode = msgspec.msgpack.Decoder(Advisory).decode

_WANTED = """
SELECT wanted.key, package.id FROM json_each(?) AS wanted
CROSS JOIN package ON package.name = wanted.value
"""
_ASKED = """
CREATE TEMP TABLE IF NOT EXISTS asked (place INTEGER, package INTEGER, version BLOB);
CREATE TEMP TABLE IF NOT EXISTS held (weakness INTEGER, package INTEGER);
DELETE FROM temp.asked;
DELETE FROM temp.held;
"""
_HOLDING = """
SELECT asked.place, record.weakness, asked.package, asked.version, max(affected.listed)
FROM temp.asked
CROSS JOIN affected ON affected.package = asked.package AND affected.low <= asked.version
CROSS JOIN record ON record.id = affected.record
WHERE affected.high > asked.version
GROUP BY asked.place, record.weakness
"""
_WHOLE = """
SELECT DISTINCT wanted.key, record.weakness FROM json_each(?) AS wanted
CROSS JOIN package ON package.name = wanted.value
CROSS JOIN affected ON affected.package = package.id AND affected.low = ? AND affected.high = ?
CROSS JOIN record ON record.id = affected.record
"""
_REMEDIES = """
SELECT held.weakness, held.package, affected.low, affected.high, affected.fixed, symbol.names
FROM temp.held
CROSS JOIN record ON record.weakness = held.weakness
CROSS JOIN affected ON affected.record = record.id AND affected.package = held.package
LEFT JOIN symbol ON symbol.record = record.id AND symbol.package = held.package
"""
_Stretch = tuple[bytes, bytes, str | None, str | None]
"""Of one weakness in one package: from, below, what mends it, the functions that have it."""


class DatabaseError(SeawallError):
    """There is no database of advisories, or one that cannot be read."""


class DatabaseStatus(Struct, frozen=True, kw_only=True):
    """How old a database is, and what is in it."""

    updated: str
    """ISO 8601."""
    weaknesses: int
    records: dict[str, int]
    """By origin, as it was given when it was built."""
    stamps: dict[str, str]
    """By origin, as of when."""
    exploited: int
    epss: int


class AdvisoryDatabase:
    """Answers for packages; nothing of it is loaded but what is asked for."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> "AdvisoryDatabase":
        """Open a database for reading. Raises DatabaseError when it is missing or no such thing."""
        hint = "`seawall db update` makes it"
        if not path.is_file():
            raise DatabaseError(f"{path}: there is no database of advisories", hint=hint)
        try:
            # Whoever updates puts another file in its place: this one never changes.
            address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            database = sqlite3.connect(address, uri=True, isolation_level=None)
            found = database.execute("PRAGMA user_version").fetchone()[0]
            database.execute("PRAGMA temp_store = MEMORY")
        except sqlite3.Error as error:
            raise DatabaseError(f"{path}: it is no database of advisories", hint=hint) from error
        if found != schema.VERSION:
            database.close()
            raise DatabaseError(f"{path}: it was built by another version", hint=hint)
        return cls(database)

    def __enter__(self) -> "AdvisoryDatabase":
        """Nothing is to be done."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database."""
        self._database.close()

    def status(self) -> DatabaseStatus:
        """Tell how old it is and what is in it. Raises DatabaseError when it is broken."""
        with _reading():
            origins = self._database.execute("SELECT name, stamp, records FROM origin").fetchall()
            return DatabaseStatus(
                updated=self._one("SELECT value FROM meta WHERE name = 'updated'") or "",
                weaknesses=self._one("SELECT count(*) FROM weakness"),
                records={name: records for name, _, records in origins},
                stamps={name: stamp for name, stamp, _ in origins},
                exploited=self._one("SELECT count(*) FROM exploited"),
                epss=self._one("SELECT count(*) FROM epss"),
            )

    def knows(self, publisher: str) -> bool:
        """Whether it has a record of any package whose key begins so (`names.publisher_key`)."""
        with _reading():
            found = self._database.execute(
                "SELECT 1 FROM package WHERE name >= ? AND name < ? LIMIT 1",
                (publisher, publisher[:-1] + chr(ord(publisher[-1]) + 1)),
            ).fetchone()
        return found is not None

    def known_names(self) -> dict[Ecosystem, frozenset[str]]:
        """Return the lists of well-known names that were taken up. Raises DatabaseError."""
        with _reading():
            rows = self._database.execute(
                "SELECT name, value FROM meta WHERE name >= ? AND name < ?",
                (schema.KNOWN, schema.KNOWN + chr(0x10FFFF)),
            ).fetchall()
        found = {
            ecosystem_named(name.removeprefix(schema.KNOWN)): frozenset(names.split("\n"))
            for name, names in rows
        }
        return {one: names for one, names in found.items() if one is not None}

    def match(self, queries: Sequence[Query]) -> list[Match]:
        """Return the weaknesses of packages, in the order of the questions and then of names.

        Raises DatabaseError when the database is broken.
        """
        with _reading():
            return self._match(queries)

    def harmful(self, queries: Sequence[Query]) -> list[Match]:
        """Return which packages do harm in every version, as `match` does: versions do not count.

        Raises DatabaseError when the database is broken.
        """
        with _reading():
            names = json.dumps([query_key(query) for query in queries])
            held = self._database.execute(_WHOLE, (names, LOWEST, HIGHEST)).fetchall()
            advisories = self._advisories({weakness for _, weakness in held})
        held.sort(key=lambda row: (row[0], advisories[row[1]].id))
        return [
            Match(query=queries[place], advisory=advisories[weakness])
            for place, weakness in held
            if advisories[weakness].kind == "malicious"
        ]

    def _match(self, queries: Sequence[Query]) -> list[Match]:
        names = json.dumps([query_key(query) for query in queries])
        packages = dict(self._database.execute(_WANTED, (names,)).fetchall())
        if not packages:
            return []
        asked = (
            (place, package, key_of(queries[place].ecosystem)(query_version(queries[place])))
            for place, package in packages.items()
        )
        self._database.executescript(_ASKED)
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO temp.asked VALUES (?, ?, ?)", asked)
        self._database.execute("COMMIT")
        held = self._database.execute(_HOLDING).fetchall()
        advisories = self._advisories({weakness for _, weakness, _, _, _ in held})
        held.sort(key=lambda row: (row[0], advisories[row[1]].id))
        stretches = self._stretches({(row[1], row[2]) for row in held})
        return [
            Match(
                query=queries[place],
                advisory=advisories[weakness],
                fixed=_fixed(stretches[weakness, package], version),
                symbols=_symbols(stretches[weakness, package]),
                listed=bool(listed),
            )
            for place, weakness, package, version, listed in held
        ]

    def _stretches(
        self, held: set[tuple[int, int]]
    ) -> defaultdict[tuple[int, int], list[_Stretch]]:
        """Return all stretches of versions, by weakness and package."""
        found: defaultdict[tuple[int, int], list[_Stretch]] = defaultdict(list)
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO temp.held VALUES (?, ?)", held)
        self._database.execute("COMMIT")
        for weakness, package, *stretch in self._database.execute(_REMEDIES):
            found[weakness, package].append(tuple(stretch))
        return found

    def _advisories(self, weaknesses: set[int]) -> dict[int, Advisory]:
        found = self._database.execute(
            "SELECT id, content FROM weakness WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(weaknesses)),),
        )
        return {weakness: _decode(content) for weakness, content in found}

    def _one(self, question: str) -> Any:
        row = self._database.execute(question).fetchone()
        return row[0] if row is not None else None


def _fixed(rows: list[_Stretch], version: bytes) -> tuple[str, ...]:
    """Return the higher versions without a weakness, the lowest first."""
    fixed = {high: text for _, high, text, _ in rows if text and high > version}
    if len(rows) > 1:
        inside = [(low, high) for low, high, _, _ in rows]
        fixed = {
            one: text
            for one, text in fixed.items()
            if not any(low <= one < high for low, high in inside)
        }
    return tuple(fixed[one] for one in sorted(fixed))


def _symbols(rows: list[_Stretch]) -> tuple[str, ...]:
    names = [row[3] for row in rows if row[3]]
    return tuple(dict.fromkeys(name for text in names for name in text.split("\n")))


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, msgspec.DecodeError, KeyError) as error:
        raise DatabaseError(
            "the database of advisories is broken", hint="`seawall db update` makes it anew"
        ) from error
