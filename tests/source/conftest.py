"""Repositories that the tests of this folder build."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


class Builder:
    """One repository under construction; time passes by a day with each commit."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._day = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str) -> str:
        self._day += arguments[0] in ("commit", "merge")
        date = f"2024-01-{self._day + 1:02}T12:00:00+02:00"
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={
                **os.environ,
                "GIT_AUTHOR_NAME": "Ada Löv",
                "GIT_AUTHOR_EMAIL": "ada@example.org",
                "GIT_AUTHOR_DATE": date,
                "GIT_COMMITTER_NAME": "Bot",
                "GIT_COMMITTER_EMAIL": "bot@example.org",
                "GIT_COMMITTER_DATE": date,
                "GIT_ALLOW_PROTOCOL": "file",
            },
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def commit(self, **files: str | bytes) -> str:
        """Commit files, "__" in a name standing for "/"; return the commit's name."""
        for name, content in files.items():
            self.write(name.replace("__", "/"), content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Builder]:
    """Return the function that begins a repository: `build("name", "--bare", ...)`."""

    def begin(name: str = "project", *options: str) -> Builder:
        return Builder(tmp_path / name, *options)

    return begin
