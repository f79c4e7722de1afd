"""How git is run, and which git directories are taken for one."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seawall.source.git import Git, GitError
from seawall.source.gitdir import GitDirectory, GitDirectoryError, find_git_directory

Build = Callable[..., Any]
pytestmark = pytest.mark.needs("git")


def directory_of(folder: Path) -> GitDirectory:
    directory = find_git_directory(folder)
    assert directory is not None
    return directory


def test_git_sees_no_configuration_but_ours(build: Build) -> None:
    project = build()
    project.git("config", "alias.x", "!touch /nonexistent")
    project.git("config", "core.filemode", "false")
    told = Git(directory_of(project.folder)).run("config", "--list", "-z").decode()
    settings = dict(row.partition("\n")[::2] for row in told.split("\0") if row)
    assert "alias.x" not in settings
    assert settings["core.filemode"] == "false"
    assert settings["core.fsmonitor"] == "false"
    assert settings["protocol.allow"] == "never"


def test_the_callers_environment_is_left_out(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    project = build()
    commit = project.commit(**{"a.py": "a"})
    for name, value in {
        "GIT_DIR": "/nonexistent",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.abbrev",
        "GIT_CONFIG_VALUE_0": "7",
        "GIT_TRACE": "1",
        "LD_PRELOAD": "",
    }.items():
        monkeypatch.setenv(name, value)
    git = Git(directory_of(project.folder))
    assert git.run("rev-parse", "HEAD").decode().strip() == commit
    with pytest.raises(GitError):
        git.run("config", "core.abbrev")


def test_a_git_within_the_target_is_not_run(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    project = build()
    planted = project.write("bin/git", "#!/bin/sh\necho planted\n")
    planted.chmod(0o755)
    monkeypatch.setenv("PATH", f"bin:.::{planted.parent}:{os.environ['PATH']}")
    monkeypatch.chdir(project.folder)
    told = Git(directory_of(project.folder)).run("rev-parse", "--is-inside-work-tree")
    assert told != b"planted\n"


def test_refusals_in_one_line(build: Build) -> None:
    git = Git(directory_of(build().folder))
    with pytest.raises(GitError, match=r"^needed a single revision$"):
        git.run("rev-parse", "--verify", "nothing")


def test_a_question_that_takes_too_long(build: Build) -> None:
    git = Git(directory_of(build().folder))
    with pytest.raises(GitError, match=r"git cat-file took longer than 0\.0001 s"):
        git.run("cat-file", "--batch", timeout=0.0001)


def test_lines_of_what_fails(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    git = Git(directory_of(project.folder))
    assert len(list(git.lines("rev-list", "--all"))) == 1
    with pytest.raises(GitError, match="git rev-list failed"):
        list(git.lines("rev-list", "nothing"))


def test_the_git_directory_of_somebody_else(build: Build, tmp_path: Path) -> None:
    other = build("other")
    other.commit(**{"a.py": "a"})
    target = tmp_path / "target"
    target.mkdir()
    (target / ".git").write_text(f"gitdir: {other.folder}/.git\n")
    with pytest.raises(GitDirectoryError, match="does not name it back"):
        find_git_directory(target)
    (target / ".git").unlink()
    (target / ".git").symlink_to(other.folder / ".git")
    with pytest.raises(GitDirectoryError, match="neither a folder nor a file"):
        find_git_directory(target)


@pytest.mark.parametrize("name", ["refs", "objects", "HEAD", "index", "packed-refs", "config"])
def test_parts_that_lie_elsewhere(build: Build, tmp_path: Path, name: str) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    project.git("pack-refs", "--all")
    part = project.folder / ".git" / name
    part.rename(tmp_path / "moved")
    part.symlink_to(tmp_path / "moved")
    with pytest.raises(GitDirectoryError, match=f"its {name} lies outside the git directory"):
        find_git_directory(project.folder)


@pytest.mark.needs("mkfifo")
@pytest.mark.parametrize("name", ["HEAD", "index", "packed-refs", "config", "shallow"])
def test_parts_that_are_pipes(build: Build, name: str) -> None:
    project = build()
    part = project.folder / ".git" / name
    part.unlink(missing_ok=True)
    os.mkfifo(part)
    with pytest.raises(GitDirectoryError, match=f"its {name} is not of the expected kind"):
        find_git_directory(project.folder)


def test_a_split_index(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a", "b.py": "b"})
    project.git("update-index", "--split-index")
    told = Git(directory_of(project.folder)).run("ls-files", "-z")
    assert told == b"a.py\0b.py\0"


def test_formats_that_are_not_known(build: Build) -> None:
    project = build()
    with (project.folder / ".git" / "config").open("a") as file:
        file.write("[extensions]\n\tobjectFormat = sha512\n")
    with pytest.raises(GitDirectoryError, match="its objectformat 'sha512' is not known"):
        find_git_directory(project.folder)


def test_nothing_is_written_to_the_repository(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    places = sorted(project.folder.rglob("*"))
    stamps = [place.stat().st_mtime_ns for place in places]
    git = Git(directory_of(project.folder))
    git.run("ls-files", "--others")
    git.run("diff-files", "--raw")
    git.run("diff-index", "HEAD")
    assert sorted(project.folder.rglob("*")) == places
    assert [place.stat().st_mtime_ns for place in places] == stamps
    stand_in = Path(git.run("rev-parse", "--absolute-git-dir").decode().strip())
    assert stat.S_IMODE(stand_in.stat().st_mode) == 0o700


def test_outside_a_repository(tmp_path: Path) -> None:
    assert find_git_directory(tmp_path) is None


def test_alternates_are_followed(build: Build, tmp_path: Path) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    command = ["git", "clone", "-q", "--shared", project.folder, tmp_path / "shared"]
    subprocess.run(command, check=True)
    git = Git(directory_of(tmp_path / "shared"))
    assert git.run("cat-file", "blob", "HEAD:a.py") == b"a"
