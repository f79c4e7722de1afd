"""Builds the database of advisories: records in, one file out, whole or not at all."""

import contextlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from seawall.advisories import schema
from seawall.advisories.records import Affected, Record, RecordError, parse_record
from seawall.advisories.scores import base_score, severity_of
from seawall.core.errors import SeawallError, reason_of
from seawall.core.rule import Severity
from seawall.model.advisory import Advisory, Exploitation
from seawall.model.inventory import Ecosystem

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Record).decode

_KINDS = ("malicious", "vulnerability", "unmaintained", "notice")
"""Of several records about one weakness the first kind holds."""


class BuildError(SeawallError):
    """The database cannot be written."""


class Builder:
    """Takes records up into a database that nobody reads yet; `finish` makes it whole."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._packages: dict[str, int] = dict(database.execute("SELECT name, id FROM package"))
        self._vectors: dict[str, float | None] = {}
        self.taken = 0
        self.withdrawn = 0
        self.refused = 0
        """Records that are none."""
        self.strange: Counter[str] = Counter()
        """Records by ecosystems that nothing here has packages of."""

    def take(self, content: bytes) -> None:
        """Take one record up, in place of an older one of its id."""
        try:
            parsed = parse_record(content)
        except RecordError:
            self.refused += 1
            return
        if parsed is None:
            self.withdrawn += 1
            self._forget(_id_of(content))
            return
        record, affected, strange = parsed
        self.strange.update(strange)
        self._forget(record.id)
        cursor = self._database.execute(
            "INSERT INTO record (name, content) VALUES (?, ?)", (record.id, _encode(record))
        )
        assert cursor.lastrowid is not None
        for one in affected:
            self._add(cursor.lastrowid, one)
        self.taken += 1

    def _add(self, record: int, affected: Affected) -> None:
        package = self._packages.get(affected.package)
        if package is None:
            package = self._packages[affected.package] = len(self._packages) + 1
            self._database.execute("INSERT INTO package VALUES (?, ?)", (affected.package, package))
        self._database.executemany(
            "INSERT OR REPLACE INTO affected VALUES (?, ?, ?, ?, ?, ?)",
            (
                (package, one.low, one.high, record, one.fixed or None, int(one.listed))
                for one in affected.intervals
            ),
        )
        if affected.symbols:
            self._database.execute(
                "INSERT OR REPLACE INTO symbol VALUES (?, ?, ?)",
                (package, record, "\n".join(affected.symbols)),
            )

    def _forget(self, name: str) -> None:
        row = self._database.execute("SELECT id FROM record WHERE name = ?", (name,)).fetchone()
        if row is not None:
            self._database.execute("DELETE FROM affected WHERE record = ?", row)
            self._database.execute("DELETE FROM symbol WHERE record = ?", row)
            self._database.execute("DELETE FROM record WHERE id = ?", row)

    def take_exploited(self, rows: Iterable[tuple[str, str, bool]]) -> None:
        """Take up the known exploited: CVE, the day it was added, whether by ransomware."""
        self._database.execute("DELETE FROM exploited")
        self._database.executemany("INSERT OR REPLACE INTO exploited VALUES (?, ?, ?)", rows)

    def take_epss(self, rows: Iterable[tuple[str, float, float]]) -> None:
        """Take up EPSS: CVE, probability, percentile."""
        self._database.execute("DELETE FROM epss")
        self._database.executemany("INSERT OR REPLACE INTO epss VALUES (?, ?, ?)", rows)

    def take_known(self, names: Mapping[Ecosystem, Collection[str]], updated: str) -> None:
        """Take up well-known names, in place of those that were there of their ecosystems."""
        for ecosystem, told in names.items():
            self._database.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                (f"{schema.KNOWN}{ecosystem}", "\n".join(sorted(told))),
            )
            self.note_origin(f"{schema.KNOWN}{ecosystem}", updated, 0)

    def note_origin(self, name: str, stamp: str, records: int) -> None:
        """Note what was taken from where, and as of when."""
        self._database.execute(
            "INSERT OR REPLACE INTO origin VALUES (?, ?, ?)", (name, stamp, records)
        )

    def finish(self, updated: str) -> None:
        """Join what speaks of the same weakness; `updated` is the time, ISO 8601."""
        self._database.execute("DELETE FROM weakness")
        records = {
            int(row): _decode(content)
            for row, content in self._database.execute("SELECT id, content FROM record")
        }
        exploited = {
            name: (since, ransomware)
            for name, since, ransomware in self._database.execute("SELECT * FROM exploited")
        }
        epss = {
            name: (probability, percentile)
            for name, probability, percentile in self._database.execute("SELECT * FROM epss")
        }
        for number, group in enumerate(_closures(records), 1):
            advisory = self._joined([records[row] for row in group], exploited, epss)
            self._database.execute(
                "INSERT INTO weakness VALUES (?, ?)", (number, _encode(advisory))
            )
            self._database.executemany(
                "UPDATE record SET weakness = ? WHERE id = ?", ((number, row) for row in group)
            )
        self._database.execute("INSERT OR REPLACE INTO meta VALUES ('updated', ?)", (updated,))
        self._database.execute("ANALYZE")

    def _joined(
        self,
        records: list[Record],
        exploited: Mapping[str, tuple[str, int]],
        epss: Mapping[str, tuple[float, float]],
    ) -> Advisory:
        """Return what several records tell of one weakness."""
        names = sorted({name for one in records for name in (one.id, *one.names)}, key=_rank)
        scored = [
            (score, vector)
            for one in records
            for vector in one.vectors
            if (score := self._score(vector)) is not None
        ]
        # A vector of version 2 speaks only where no later one does: its scores are others.
        later = [row for row in scored if row[1].startswith("CVSS:")]
        score, vector = max(later or scored, default=(None, ""))
        words = [one.severity for one in records if one.severity is not None]
        severity: Severity | None = max(words, key=lambda word: word.rank, default=None)
        if score is not None:
            severity = severity_of(score)
        kinds = {one.kind for one in records}
        preferred = sorted(records, key=lambda one: _rank(one.id))
        return Advisory(
            id=names[0],
            aliases=tuple(names[1:]),
            kind=next(kind for kind in _KINDS if kind in kinds),
            summary=next((one.summary for one in preferred if one.summary), ""),
            severity=severity,
            score=score,
            vector=vector,
            cwe=tuple(dict.fromkeys(number for one in preferred for number in one.cwe)),
            published=min((one.published for one in records if one.published > "1"), default=""),
            modified=max((one.modified for one in records), default=""),
            links=tuple(dict.fromkeys(link for one in preferred for link in one.links))[:8],
            exploitation=_exploitation(names, exploited, epss),
        )

    def _score(self, vector: str) -> float | None:
        if vector not in self._vectors:
            self._vectors[vector] = base_score(vector)
        return self._vectors[vector]


def _exploitation(
    names: list[str],
    exploited: Mapping[str, tuple[str, int]],
    epss: Mapping[str, tuple[float, float]],
) -> Exploitation | None:
    known = [exploited[name] for name in names if name in exploited]
    rated = [epss[name] for name in names if name in epss]
    if not known and not rated:
        return None
    probability, percentile = max(rated, default=(None, None))
    return Exploitation(
        known_since=min((since for since, _ in known), default=""),
        ransomware=any(ransomware for _, ransomware in known),
        probability=probability,
        percentile=percentile,
    )


def _closures(records: Mapping[int, Record]) -> list[list[int]]:
    """Group the records that are aliases of one another, directly or not."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = name = leader[leader[name]]
        return name

    for record in records.values():
        first = find(record.id)
        for name in record.names:
            leader[find(name)] = first
            first = find(first)
    groups: dict[str, list[int]] = defaultdict(list)
    for row, record in records.items():
        groups[find(record.id)].append(row)
    return list(groups.values())


def _rank(name: str) -> tuple[int, str]:
    """Return where a name stands among those of one weakness: what people search for first."""
    order = ("MAL-", "CVE-", "GHSA-")
    return next((at for at, form in enumerate(order) if name.startswith(form)), len(order)), name


def _id_of(content: bytes) -> str:
    found = msgspec.json.decode(content)["id"]
    return found if isinstance(found, str) else ""


def _copied(path: Path, database: sqlite3.Connection) -> bool:
    """Copy what is at a path; nothing where nothing is there, or what another version built."""
    if not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as old:
        if old.execute("PRAGMA user_version").fetchone()[0] != schema.VERSION:
            return False
        old.backup(database)
    return True


@contextlib.contextmanager
def building(path: Path, *, anew: bool) -> Iterator[Builder]:
    """Hand out a builder; what it made takes the place of `path` when the block ends well.

    With `anew` it begins with nothing, otherwise with what is at `path`, if this version can read
    it. Raises BuildError when the place cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    try:
        draft.unlink(missing_ok=True)
        database = sqlite3.connect(draft, isolation_level=None)
        try:
            if anew or not _copied(path, database):
                database.executescript(schema.TABLES)
            # Nobody reads the draft, and a broken one is thrown away.
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN")
            yield Builder(database)
            database.execute("COMMIT")
            database.execute("VACUUM")
        finally:
            database.close()
        draft.replace(path)
    except sqlite3.Error as error:
        raise BuildError(f"{path}: the database of advisories cannot be written") from error
    except OSError as error:
        raise BuildError(f"{path}: {reason_of(error)}") from error
    finally:
        draft.unlink(missing_ok=True)
