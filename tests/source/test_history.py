"""Every blob of every ref once, and where it came from."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seawall.core.errors import TargetError
from seawall.core.report import Problem
from seawall.source.checkout import open_target
from seawall.source.file import Skip, Source
from seawall.source.history import History, parse_commit, read_history

Build = Callable[..., Any]
pytestmark = pytest.mark.needs("git")


def contents(history: History) -> dict[bytes, str]:
    """Path by content."""
    return {
        source.content: entry.path
        for entry, source in history.stream(history.entries)
        if isinstance(source, Source)
    }


def test_every_ref_and_every_version_once(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a1", "copy.py": "a1"})
    project.commit(**{"a.py": "a2", "logo.png": b"\x89PNG\0", "empty": ""})
    project.git("checkout", "-q", "-b", "side", "HEAD~1")
    project.commit(**{"lib__b.py": "b"})
    project.git("tag", "-a", "-m", "t", "v1")
    project.git("checkout", "-q", "--detach", "main")
    project.git("branch", "-q", "-D", "side")
    project.commit(**{"detached.py": "d"})
    project.git("stash", "list")
    history = read_history(open_target(project.folder))
    found = contents(history)
    assert sorted(found) == [b"a1", b"a2", b"b", b"d"]
    assert found[b"b"] == "lib/b.py"
    assert history.commits == 4
    assert not history.problems
    reasons = [item.reason for _, item in history.stream(history.entries) if isinstance(item, Skip)]
    assert sorted(reasons) == ["binary", "empty"]
    assert [entry.path for entry in history.entries] == sorted(e.path for e in history.entries)


def test_who_brought_it_in(build: Build) -> None:
    project = build()
    first = project.commit(**{"a.py": "a1", "b.py": "b"})
    second = project.commit(**{"a.py": "a2"})
    project.commit(**{"a.py": "a1"})
    project.git("checkout", "-q", "-b", "side", first)
    side = project.commit(**{"s.py": "s"})
    project.git("checkout", "-q", "main")
    project.git("merge", "-q", "--no-commit", "side")
    merge = project.commit(**{"evil.py": "e"})
    project.git("rm", "-q", "s.py")
    project.commit()
    history = read_history(open_target(project.folder))
    blobs = {
        name: project.git("rev-parse", name)
        for name in (f"{first}:a.py", f"{second}:a.py", f"{side}:s.py", f"{merge}:evil.py")
    }
    told = history.introduced(blobs.values())
    origins = {name: told[blob] for name, blob in blobs.items()}
    assert [origin.commit for origin in origins.values()] == [first, second, side, merge]
    assert [origin.in_head for origin in origins.values()] == [True, False, False, True]
    assert {origin.author for origin in origins.values()} == {"Ada Löv"}
    assert origins[f"{first}:a.py"].date == "2024-01-02T12:00:00+02:00"
    assert history.introduced(["f" * 40]) == {}


def test_the_earlier_of_two_branches(build: Build) -> None:
    project = build()
    root = project.commit(**{"r.py": "r"})
    project.git("checkout", "-q", "-b", "early")
    early = project.commit(**{"same.py": "same"})
    project.git("checkout", "-q", "-b", "late", root)
    project.commit(**{"x.py": "x"})
    project.commit(**{"same.py": "same"})
    history = read_history(open_target(project.folder))
    blob = project.git("rev-parse", "late:same.py")
    assert history.introduced([blob])[blob].commit == early


def test_shares_of_forks(build: Build) -> None:
    project = build()
    for number in range(8):
        project.commit(**{f"f{name}.py": f"content {number} {name}" for name in range(5)})
    history = read_history(open_target(project.folder))
    list(history.stream(history.entries[:3]))
    parts = [history.entries[0::2], history.entries[1::2]]
    readings = []
    for part in parts:
        read, write = os.pipe()
        child = os.fork()
        if not child:
            told = b"".join(s.content for _, s in history.stream(part) if isinstance(s, Source))
            os.write(write, told)
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as file:
            readings.append(file.read())
        os.waitpid(child, 0)
    assert b"".join(readings).count(b"content") == 40
    assert len(contents(history)) == 40


def test_a_stream_that_is_left_does_not_disturb_the_next(build: Build) -> None:
    project = build()
    project.commit(**{f"f{number}.py": f"content {number}" for number in range(20)})
    history = read_history(open_target(project.folder))
    for _ in history.stream(history.entries):
        break
    assert len(contents(history)) == 20


@pytest.mark.parametrize("size", [1, 100_000])
def test_a_damaged_object_is_told_and_the_rest_is_read(build: Build, size: int) -> None:
    project = build()
    noise = "".join(f"{number:x}" for number in range(size))
    project.commit(**{"a.py": "a", "b.py": noise, "c.py": "c"})
    blob = project.git("rev-parse", "HEAD:b.py")
    file = project.folder / ".git" / "objects" / blob[:2] / blob[2:]
    checkout = open_target(project.folder)
    history = read_history(checkout)
    file.chmod(0o600)
    content = file.read_bytes()
    middle = len(content) // 2
    file.write_bytes(content[:middle] + bytes(reversed(content[middle:])))
    told = {entry.path: item for entry, item in history.stream(history.entries)}
    problem = told.pop("b.py")
    assert isinstance(problem, Problem)
    assert problem.message in (
        f"object {blob[:12]} is damaged",
        f"object {blob[:12]} is missing or damaged",
    )
    assert all(isinstance(item, Source) for item in told.values())
    assert len(told) == 2


def test_a_damaged_commit_hides_no_content(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    middle = project.commit(**{"b.py": "b"})
    project.commit(**{"c.py": "c"})
    file = project.folder / ".git" / "objects" / middle[:2] / middle[2:]
    file.chmod(0o600)
    file.write_bytes(b"garbage")
    history = read_history(open_target(project.folder))
    assert sorted(contents(history)) == [b"a", b"b", b"c"]
    assert "the history cannot be followed" in history.problems[-1].message


def test_missing_objects_are_told(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a", "b.py": "b"})
    blob = project.git("rev-parse", "HEAD:b.py")
    (project.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    history = read_history(open_target(project.folder))
    assert sorted(contents(history)) == [b"a"]
    assert history.problems[0].message.startswith("1 objects are missing")


def test_a_shallow_clone_is_told(build: Build, tmp_path: Path) -> None:
    project = build()
    project.commit(**{"a.py": "a1"})
    project.commit(**{"a.py": "a2"})
    url = project.folder.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", url, tmp_path / "s"], check=True)
    history = read_history(open_target(tmp_path / "s"))
    assert list(contents(history)) == [b"a2"]
    assert "the clone is shallow" in history.problems[0].message


@pytest.mark.parametrize("options", [("--object-format=sha256",), ()])
def test_names_of_all_kinds(build: Build, options: tuple[str, ...]) -> None:
    project = build("project", *options)
    project.commit(**{"new\nline.py": "1", "na\udce9ve.py": "2", " lead.py": "3"})
    found = contents(read_history(open_target(project.folder)))
    assert found[b"2"] == "na\udce9ve.py"
    assert found[b"3"] == " lead.py"
    assert len(found) == 3


def test_without_a_commit(build: Build) -> None:
    history = read_history(open_target(build().folder))
    assert history.entries == []
    assert history.commits == 0


def test_outside_git(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="--history needs a git repository"):
        read_history(open_target(tmp_path))


@pytest.mark.parametrize(
    ("line", "date", "author"),
    [
        (b"author A B <a@b> 0 -0130", "1969-12-31T22:30:00-01:30", "A B"),
        (b"author <a@b> 86400 +0000", "1970-01-02T00:00:00+00:00", ""),
        (b"author A <a@b> 99999999999 +9999", "", "A"),
        (b"author nonsense", "", ""),
    ],
)
def test_odd_commits(line: bytes, date: str, author: str) -> None:
    revision = parse_commit("c" * 40, b"tree x\n" + line + b"\n\nauthor X <x@y> 1 +0000\n")
    assert (revision.date, revision.author) == (date, author)
