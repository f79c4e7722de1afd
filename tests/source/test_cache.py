"""Answers that are kept, and those that must not be."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from seawall.source.cache import KEPT_DIGESTS, ResultCache, cache_folder
from seawall.source.file import Entry, stamp_of

LONG_AGO = 1_600_000_000


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def make(target: Path, name: str, content: str = "x", *, age: int = 0, blob: str = "") -> Entry:
    file = target / os.fsdecode(name.encode("utf-8", "surrogateescape"))
    file.write_text(content)
    if age:
        os.utime(file, (LONG_AGO + age, LONG_AGO + age))
    return Entry(path=name, size=len(content), stamp=stamp_of(file.stat()), blob=blob)


def settle(entry: Entry, cache: ResultCache) -> None:
    """Let the cache believe that it was opened well after the files were written."""
    cache._opened += 10_000_000_000


def test_known_by_stamp(target: Path, folder: Path) -> None:
    entries = [make(target, "a.py"), make(target, "na\udce9ve.py")]
    with ResultCache.open(folder, target, "d") as cache:
        settle(entries[0], cache)
        assert cache.lookup(entries) == {}
        cache.store([(entries[0], b"answer"), (entries[1], b"")])
    with ResultCache.open(folder, target, "d") as cache:
        assert cache.lookup(entries) == {"a.py": b"answer", "na\udce9ve.py": b""}
        changed = make(target, "a.py", "other")
        assert cache.lookup([changed]) == {}
        assert not cache.problems


def test_known_by_content_wherever_the_stamp_stands(target: Path, folder: Path) -> None:
    entry = make(target, "a.py", blob="b" * 40)
    with ResultCache.open(folder, target, "d") as cache:
        settle(entry, cache)
        cache.store([(entry, b"answer")])
        again = Entry(path="a.py", stamp=b"\1" * 32, blob="b" * 40)
        assert cache.lookup([again]) == {"a.py": b"answer"}
        assert cache.lookup([Entry(path="a.py", blob="b" * 40)]) == {"a.py": b"answer"}
        # Answers name the path, so another path has none.
        assert cache.lookup([Entry(path="b.py", blob="b" * 40)]) == {}
        assert cache.lookup([Entry(path="a.py", blob="c" * 40)]) == {}


def test_many_are_known_as_few_are(target: Path, folder: Path) -> None:
    blobs = [Entry(path=f"f{n}.py", blob=f"{n:040x}") for n in range(2500)]
    files = [make(target, f"f{n}.py") for n in range(2500)]
    with ResultCache.open(folder, target, "d") as cache:
        settle(files[0], cache)
        cache.store([(entry, b"%d" % place) for place, entry in enumerate(blobs)])
        cache.store([(entry, b"%d" % place) for place, entry in enumerate(files)])
        for entries in (blobs, blobs[:5], files, files[:5]):
            known = cache.lookup(entries)
            assert len(known) == len(entries)
            assert known["f3.py"] == b"3"


def test_a_young_file_is_not_trusted(target: Path, folder: Path) -> None:
    entry = make(target, "a.py", blob="b" * 40)
    with ResultCache.open(folder, target, "d") as cache:
        cache.store([(entry, b"answer")])
        assert cache.lookup([entry]) == {}


def test_a_file_that_changed_meanwhile_is_not_kept(target: Path, folder: Path) -> None:
    entry = make(target, "a.py", blob="b" * 40)
    with ResultCache.open(folder, target, "d") as cache:
        settle(entry, cache)
        make(target, "a.py", "changed while it was scanned")
        cache.store([(entry, b"answer")])
        assert cache.lookup([entry]) == {}


def test_other_digests_and_targets_know_nothing(target: Path, folder: Path, tmp_path: Path) -> None:
    entry = Entry(path="a.py", blob="b" * 40)
    with ResultCache.open(folder, target, "d") as cache:
        cache.store([(entry, b"answer")])
    with ResultCache.open(folder, target, "other") as cache:
        assert cache.lookup([entry]) == {}
    (tmp_path / "elsewhere").mkdir()
    with ResultCache.open(folder, tmp_path / "elsewhere", "d") as cache:
        assert cache.lookup([entry]) == {}


def test_old_digests_are_pruned(target: Path, folder: Path) -> None:
    for number in range(KEPT_DIGESTS + 5):
        ResultCache.open(folder, target, str(number)).close()
    assert len(list(folder.glob("results-*.sqlite"))) == KEPT_DIGESTS + 1


def test_nobody_else_may_read_it(target: Path, folder: Path) -> None:
    ResultCache.open(folder, target, "d").close()
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "damage", [b"no database at all " * 100, b"SQLite format 3\0" + b"\7" * 5000]
)
def test_a_damaged_file_heals(target: Path, folder: Path, damage: bytes) -> None:
    entry = Entry(path="a.py", blob="b" * 40)
    with ResultCache.open(folder, target, "d") as cache:
        cache.store([(entry, b"answer")])
    (file,) = folder.glob("*.sqlite")
    file.write_bytes(damage)
    with ResultCache.open(folder, target, "d") as cache:
        assert cache.lookup([entry]) == {}
        cache.store([(entry, b"new")])
        assert cache.lookup([entry]) == {"a.py": b"new"}
        (problem,) = cache.problems
        assert problem.message == "the cache was damaged and was started anew"
    assert len(list(folder.glob("*.damaged"))) == 1


def test_damage_within_heals(target: Path, folder: Path) -> None:
    entries = [Entry(path=f"f{n}.py", blob=f"{n:040x}") for n in range(3000)]
    with ResultCache.open(folder, target, "d") as cache:
        cache.store([(entry, b"answer") for entry in entries])
    (file,) = folder.glob("*.sqlite")
    content = bytearray(file.read_bytes())
    content[8192 : len(content) - 4096] = b"\xff" * (len(content) - 12288)
    file.write_bytes(content)
    with ResultCache.open(folder, target, "d") as cache:
        assert cache.lookup(entries) == {}
        assert cache.problems[0].message == "the cache was damaged and was started anew"


def test_another_version_starts_anew(target: Path, folder: Path) -> None:
    ResultCache.open(folder, target, "d").close()
    (file,) = folder.glob("*.sqlite")
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with ResultCache.open(folder, target, "d") as cache:
        assert len(cache.problems) == 1
        cache.store([(Entry(path="a", blob="b"), b"")])
        assert cache.lookup([Entry(path="a", blob="b")]) == {"a": b""}


def test_a_locked_file_is_done_without(
    target: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = ResultCache.open(folder, target, "d")
    assert cache._database is not None
    cache._database.execute("PRAGMA busy_timeout = 10")
    (file,) = folder.glob("*.sqlite")
    other = sqlite3.connect(file)
    other.execute("BEGIN EXCLUSIVE")
    cache.store([(Entry(path="a", blob="b"), b"")])
    assert cache.problems[0].message.startswith("the cache is not used: database is locked")
    assert cache.lookup([Entry(path="a", blob="b")]) == {}
    other.close()


def test_no_folder_is_no_cache(target: Path) -> None:
    with ResultCache.open(None, target, "d") as cache:
        cache.store([(Entry(path="a", blob="b"), b"")])
        assert cache.lookup([Entry(path="a", blob="b")]) == {}
        assert not cache.problems


def test_a_folder_that_cannot_be_is_told(target: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with ResultCache.open(tmp_path / "file" / "cache", target, "d") as cache:
        assert cache.lookup([Entry(path="a", blob="b")]) == {}
        assert cache.problems[0].message.startswith("the cache is not used:")


def test_the_targets_own_cache_is_not_used(target: Path) -> None:
    ResultCache.open(target.parent / "cache", target, "d").close()
    planted = target / ".cache"
    (target.parent / "cache").rename(planted)
    with ResultCache.open(planted, target, "d") as cache:
        cache.store([(Entry(path="a", blob="b"), b"")])
        assert cache.lookup([Entry(path="a", blob="b")]) == {}
        assert "lies in the target" in cache.problems[0].message


def test_a_file_that_others_may_write_is_not_used(target: Path, folder: Path) -> None:
    ResultCache.open(folder, target, "d").close()
    (file,) = folder.glob("*.sqlite")
    file.chmod(0o666)
    with ResultCache.open(folder, target, "d") as cache:
        assert cache.problems[0].message == "the cache is not used: others may write to it"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"SEAWALL_CACHE_DIR": "/x/y", "HOME": "/home/a"}, Path("/x/y")),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/home/a"}, Path("/x/seawall")),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/nowhere"}, Path("/nowhere/.cache/seawall")),
        ({}, None),
    ],
)
def test_where_caches_are(environment: dict[str, str], expected: Path | None) -> None:
    assert cache_folder(environment) == expected
