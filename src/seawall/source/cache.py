"""Answers kept from scan to scan, outside the target, by what they depend on and nothing else.

One SQLite file for each digest (the engines' versions and rules). In it an answer stands under the
target, the path, and either the stamp of the file on disk or the object name of its content.
"""

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from seawall.core.errors import reason_of
from seawall.core.report import Problem, ProblemKind
from seawall.source.disk import native
from seawall.source.file import Entry, changed_at, stamp_of

RACY = 2_000_000_000
"""Nanoseconds: a file that changed so shortly before the scan may change again unseen."""

KEPT_DIGESTS = 4
"""Files of other digests that are kept (one by rules, one by branch of the tool, ...)."""

MAX_FILE = 1 << 30
"""Bytes; a file that has grown beyond is started anew."""

KEPT_DAYS = 30
"""Targets that were not scanned for so long are forgotten."""

FEW = 2000
"""Up to here rows are asked for one by one, beyond that all of a target are read at once."""

_VERSION = 1
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS targets (id INTEGER PRIMARY KEY, path BLOB UNIQUE, day INTEGER);
CREATE TABLE IF NOT EXISTS files (
    target INTEGER, path BLOB, stamp BLOB, answer BLOB, PRIMARY KEY (target, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (
    target INTEGER, key BLOB, answer BLOB, PRIMARY KEY (target, key)
) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where caches are kept, by the environment; None where no place is named."""
    if named := environment.get("SEAWALL_CACHE_DIR"):
        return Path(named)
    cache = environment.get("XDG_CACHE_HOME", "")
    if os.path.isabs(cache):
        return Path(cache) / "seawall"
    home = environment.get("HOME", "")
    if not os.path.isabs(home):
        return None
    mac = Path(home, "Library", "Caches")
    return (mac if mac.is_dir() else Path(home, ".cache")) / "seawall"


class ResultCache:
    """The answers for one target and one digest; without a usable folder it knows nothing.

    Only the process that opened it may use it.
    """

    def __init__(self, target: Path) -> None:
        self.problems: list[Problem] = []
        """Why it does not work, or that it was started anew."""
        self._base = os.fsencode(target) + b"/"
        self._opened = time.time_ns()
        self._file: Path | None = None
        self._database: sqlite3.Connection | None = None
        self._target = 0

    @classmethod
    def open(cls, folder: Path | None, target: Path, digest: str) -> "ResultCache":
        """Open the cache in `folder`; None is no cache. Never raises: see `problems`."""
        resolved = target.resolve()
        cache = cls(resolved)
        if folder is None:
            return cache
        if folder.resolve().is_relative_to(resolved):
            cache._tell(
                "the cache folder lies in the target, so its answers cannot be trusted",
                hint="set SEAWALL_CACHE_DIR to a folder outside",
            )
            return cache
        name = hashlib.blake2b(digest.encode(), digest_size=12).hexdigest()
        cache._file = folder / f"results-{name}.sqlite"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _prune(folder, cache._file)
            _create(cache._file)
        except OSError as error:
            cache._give_up(reason_of(error))
            return cache
        with cache._healing():
            cache._connect()
        return cache

    @property
    def works(self) -> bool:
        """Whether anything is kept in it."""
        return self._database is not None

    def lookup(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """Return the answers that are known, by path."""
        known: dict[str, bytes] = {}
        wanted = list(entries)
        with self._healing():
            if self._database is not None and wanted:
                known = self._by_stamp(self._database, wanted)
                missed = [entry for entry in wanted if entry.blob and entry.path not in known]
                if missed:
                    known |= self._by_content(self._database, missed)
        return known

    def store(self, rows: Iterable[tuple[Entry, bytes]]) -> None:
        """Keep the answers of files."""
        files: list[tuple[int, bytes, bytes, bytes]] = []
        contents: list[tuple[int, bytes, bytes]] = []
        for entry, answer in rows:
            path = native(entry.path)
            if entry.stamp:
                if not self._is_settled(path, entry.stamp):
                    continue
                files.append((self._target, path, entry.stamp, answer))
            if entry.blob:
                contents.append((self._target, _key(path, entry.blob), answer))
        with self._healing():
            if self._database is not None:
                self._write(self._database, files, contents)

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None

    def __enter__(self) -> "ResultCache":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _by_stamp(self, database: sqlite3.Connection, wanted: list[Entry]) -> dict[str, bytes]:
        stamped = [entry for entry in wanted if entry.stamp]
        if not stamped:
            return {}
        if len(stamped) <= FEW:
            rows: dict[bytes, tuple[bytes, bytes]] = {}
            for entry in stamped:
                row = database.execute(
                    "SELECT path, stamp, answer FROM files WHERE target = ? AND path = ?",
                    (self._target, native(entry.path)),
                ).fetchone()
                if row is not None:
                    rows[row[0]] = row[1:]
        else:
            found = database.execute(
                "SELECT path, stamp, answer FROM files WHERE target = ?", (self._target,)
            )
            rows = {path: (stamp, answer) for path, stamp, answer in found}
        nothing = (b"", b"")
        known: dict[str, bytes] = {}
        for entry in stamped:
            stamp, answer = rows.get(entry.path.encode("utf-8", "surrogateescape"), nothing)
            if stamp == entry.stamp:
                known[entry.path] = answer
        return known

    def _by_content(self, database: sqlite3.Connection, wanted: list[Entry]) -> dict[str, bytes]:
        keys = {_key(native(entry.path), entry.blob): entry for entry in wanted}
        if len(keys) <= FEW:
            found = [
                row
                for key in keys
                for row in database.execute(
                    "SELECT key, answer FROM contents WHERE target = ? AND key = ?",
                    (self._target, key),
                )
            ]
        else:
            found = database.execute(
                "SELECT key, answer FROM contents WHERE target = ?", (self._target,)
            ).fetchall()
        known = [(keys[key], answer) for key, answer in found if key in keys]
        # The next scan of the same files need not ask for their content.
        self._write(
            database,
            [
                (self._target, native(entry.path), entry.stamp, answer)
                for entry, answer in known
                if entry.stamp and changed_at(entry.stamp) < self._opened - RACY
            ],
            [],
        )
        return {entry.path: answer for entry, answer in known}

    def _write(
        self,
        database: sqlite3.Connection,
        files: list[tuple[int, bytes, bytes, bytes]],
        contents: list[tuple[int, bytes, bytes]],
    ) -> None:
        if not files and not contents:
            return
        with database:
            database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", files)
            database.executemany("INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", contents)

    def _is_settled(self, path: bytes, stamp: bytes) -> bool:
        """Whether the file is still what it was listed as, and not so young that this says little.

        Only then was it that content, and that object, that the answer was given for.
        """
        if changed_at(stamp) > self._opened - RACY:
            return False
        try:
            return stamp_of(os.lstat(self._base + path)) == stamp
        except (OSError, ValueError):
            return False

    def _connect(self) -> None:
        """Open the file and find or make the target's number in it. Raises sqlite3.Error."""
        assert self._file is not None
        database = sqlite3.connect(self._file, timeout=5.0)
        self._database = database
        # A cache may be lost in a power cut: it need not wait for the disk.
        database.execute("PRAGMA synchronous = OFF")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError("of another version")
        if not version:
            database.executescript(_SCHEMA)
        today = int(time.time() // 86400)
        row = database.execute(
            "SELECT id, day FROM targets WHERE path = ?", (self._base,)
        ).fetchone()
        if row is not None and row[1] == today:
            self._target = row[0]
            return
        with database:
            old = (today - KEPT_DAYS,)
            for table in ("files", "contents"):
                database.execute(
                    f"DELETE FROM {table} WHERE target IN"  # noqa: S608 - two fixed names
                    " (SELECT id FROM targets WHERE day < ?)",
                    old,
                )
            database.execute("DELETE FROM targets WHERE day < ?", old)
            database.execute(
                "INSERT INTO targets (path, day) VALUES (?, ?)"
                " ON CONFLICT (path) DO UPDATE SET day = excluded.day",
                (self._base, today),
            )
        self._target = database.execute(
            "SELECT id FROM targets WHERE path = ?", (self._base,)
        ).fetchone()[0]

    @contextmanager
    def _healing(self) -> Iterator[None]:
        """Set a damaged file aside and start anew; do without one that cannot be used."""
        try:
            yield
        except sqlite3.OperationalError as error:
            self._give_up(str(error).lower())
        except (sqlite3.Error, TypeError, ValueError, IndexError, OverflowError) as error:
            self.close()
            if not self._start_anew():
                self._give_up(str(error).lower())

    def _start_anew(self) -> bool:
        assert self._file is not None
        try:
            self._file.replace(self._file.with_suffix(".damaged"))
            for suffix in ("-journal", "-wal", "-shm"):
                Path(f"{self._file}{suffix}").unlink(missing_ok=True)
            _create(self._file)
            self._connect()
        except (OSError, sqlite3.Error):
            return False
        self._tell("the cache was damaged and was started anew")
        return True

    def _give_up(self, reason: str) -> None:
        self.close()
        self._tell(f"the cache is not used: {reason}")

    def _tell(self, message: str, hint: str = "") -> None:
        self.problems.append(Problem(kind=ProblemKind.UNREADABLE, message=message, hint=hint))


def _key(path: bytes, blob: str) -> bytes:
    return hashlib.blake2b(b"%b %b" % (blob.encode(), path), digest_size=16).digest()


def _create(file: Path) -> None:
    """Make sure of a file that nobody else can write to. Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(file, flags, 0o600)
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise PermissionError(0, "others may write to it")
        if status.st_size > MAX_FILE:
            os.ftruncate(descriptor, 0)
        else:
            os.utime(descriptor)
    finally:
        os.close(descriptor)


def _prune(folder: Path, current: Path) -> None:
    """Remove the files of digests that are no longer in use. Raises OSError."""
    others = [path for path in folder.glob("results-*.sqlite") if path != current]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT_DIGESTS:]:
        path.unlink(missing_ok=True)
    for path in folder.glob("results-*.damaged"):
        if path.stat().st_mtime < time.time() - 7 * 86400:
            path.unlink(missing_ok=True)
