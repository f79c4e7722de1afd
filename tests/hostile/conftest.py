"""Targets that mean harm: what they would run makes a canary file, which must never be there."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import Struct

from seawall.core.errors import TargetError
from seawall.core.report import Problem
from seawall.source.change import change_since, change_staged
from seawall.source.checkout import open_target
from seawall.source.file import Entry, Skip, Source
from seawall.source.history import read_history
from seawall.source.owners import read_owners


class Seen(Struct):
    """All that one look at a target, in every mode, brought to light."""

    contents: dict[str, bytes] = {}
    """By path, of the files as they are now."""
    skipped: dict[str, str] = {}
    problems: list[str] = []
    """Messages, of the target, its files and its history."""
    past: set[bytes] = set()
    """Contents in the history, the base of the change and the index."""


def look_at(folder: Path) -> Seen:
    """Read everything there is to read of a target, as every mode of a scan does."""
    seen = Seen()
    checkout = open_target(folder)
    try:
        for item in checkout.entries(excludes={"": ("nothing-is-named-so",)}):
            if isinstance(item, Skip):
                seen.skipped[item.path] = item.reason
                continue
            read = checkout.read(item) if isinstance(item, Entry) else item
            if isinstance(read, Source):
                seen.contents[item.path] = read.content
                seen.problems += [problem.message for problem in read.problems]
            elif isinstance(read, Skip):
                seen.skipped[item.path] = read.reason
            else:
                seen.problems.append(read.message)
        list(checkout.files_named(("seawall.toml", "pyproject.toml")))
        read_owners(checkout.file)("a.py")
        for make in (lambda: change_since(checkout, "HEAD~1"), lambda: change_staged(checkout)):
            try:
                change = make()
            except TargetError as error:
                seen.problems.append(str(error))
                continue
            list(change.files_named(("seawall.toml",)))
            for item in [*change.entries(), *change.before()]:
                read = change.read(item) if isinstance(item, Entry) else item
                if isinstance(read, Source):
                    seen.past.add(read.content)
        try:
            history = read_history(checkout)
        except TargetError as error:
            seen.problems.append(str(error))
        else:
            seen.problems += [problem.message for problem in history.problems]
            for _, read in history.stream(history.entries):
                if isinstance(read, Source):
                    seen.past.add(read.content)
                elif isinstance(read, Problem):
                    seen.problems.append(read.message)
            history.introduced([entry.blob for entry in history.entries])
        seen.problems += [problem.message for problem in checkout.problems]
    finally:
        checkout.close()
    return seen


@pytest.fixture
def look() -> Callable[[Path], Seen]:
    return look_at


@pytest.fixture
def git() -> Callable[..., str]:
    """Return the function that runs git as an attacker prepares things: `git(folder, ...)`."""

    def run(folder: Path, *arguments: str, given: bytes = b"") -> str:
        person = {"NAME": "Mallory", "EMAIL": "m@example.org", "DATE": "2024-01-01T00:00:00Z"}
        names = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in person.items()
        }
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            input=given,
            env={**os.environ, **names},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    return run


@pytest.fixture
def project(tmp_path: Path, git: Callable[..., str]) -> Path:
    """Return a repository of two commits, with a file that changed on disk since."""
    folder = tmp_path / "project"
    (folder / "lib").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    for number in (1, 2):
        (folder / "a.py").write_text(f"a = {number}\n")
        (folder / "lib" / "b.py").write_text(f"b = {number}\n")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"commit {number}")
    (folder / "a.py").write_text("a = 3\n")
    (folder / "new.py").write_text("new = 1\n")
    return folder


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """Return a program that makes a file beside itself; afterwards there must be none."""
    program = tmp_path / "canary.sh"
    sung = tmp_path / "canary.sung"
    program.write_text(f"#!/bin/sh\necho run >> '{sung}'\ncat\n")
    program.chmod(0o755)
    yield program
    assert not sung.exists(), "something named in the target was run"
