"""The real command in a scrubbed environment, and repositories with secrets made on the spot."""

import json
import os
import random
import string
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def github_token(seed: int) -> str:
    """A token with the checksum that GitHub's own have, made when the test runs."""
    body = "".join(random.Random(seed).choices(BASE62, k=30))
    number = zlib.crc32(body.encode())
    check = ""
    while number:
        number, digit = divmod(number, 62)
        check = BASE62[digit] + check
    return "gh" + "p_" + body + check.rjust(6, "0")


class Done(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The report that was printed as JSON."""
        return json.loads(self.out)

    @property
    def places(self) -> list[tuple[str, int, str, str]]:
        """Path, line, rule and status of every finding of the JSON report."""
        found = [(one["finding"]["location"], one) for one in self.json["findings"]]
        spans = [(location.get("declared", location), entry) for location, entry in found]
        return [
            (span["path"], span["line"], entry["finding"]["rule"], entry["status"])
            for span, entry in spans
        ]


Seawall = Callable[..., Done]


@pytest.fixture(scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def seawall(_cache: Path, tmp_path: Path) -> Seawall:
    """Run the real command; the compiled patterns are shared, so that it starts fast."""

    def run(
        *arguments: str | Path,
        folder: Path | None = None,
        environment: dict[str, str] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "seawall"),
    ) -> Done:
        done = subprocess.run(
            [*command, *map(str, arguments)],
            cwd=folder or tmp_path,
            env={**os.environ, "SEAWALL_CACHE_DIR": str(_cache), **(environment or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run


class Repository:
    """A git repository that is written step by step."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        """Run git as somebody, at a fixed time."""
        who = {}
        for role in ("AUTHOR", "COMMITTER"):
            who |= {f"GIT_{role}_NAME": "Ada", f"GIT_{role}_EMAIL": "ada@example.org"}
            who[f"GIT_{role}_DATE"] = "2026-01-02T03:04:05+00:00"
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **who},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Write a file of the work tree."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def commit(self, message: str = "a step") -> str:
        """Commit everything and return the commit's name."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository."""
    return Repository(tmp_path / "repository")


@pytest.fixture
def token() -> Callable[[int], str]:
    """Make GitHub tokens: the same seed makes the same token."""
    return github_token
