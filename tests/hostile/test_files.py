"""Files that mean harm: links, pipes, devices, odd names, endless lines and endless folders."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from seawall.source.text import MAX_BYTES

Run = Callable[..., str]
Look = Callable[[Path], Any]

ODD_NAMES = [
    b"\x1b[2J\x1b[31mred.py",
    b"two\nlines.py",
    b"::error file=x::boo.py",
    b"bytes \xff\xfe.py",
    b"-rf",
    b"--help",
    b":(exclude)x.py",
    b"*.py",
    b"[a].py",
    b"back\\slash.py",
    "\u202eyp.gnitirw".encode(),
    b"quote\"'`$(touch x).py",
    b"tab\there.py",
    b" lead and trail ",
    b"<img src=x>.md",
    b"x" * 255,
    b"cr\r.py",
    b"null\xe2\x80\x8b.py",
]


@pytest.fixture(params=["git", "folder"])
def target(request: pytest.FixtureRequest, project: Path) -> Path:
    """Give the same files once in a repository and once without one."""
    if request.param == "folder":
        shutil.rmtree(project / ".git")
    return project


def test_odd_names(target: Path, look: Look, git: Run) -> None:
    for name in ODD_NAMES:
        Path(os.fsdecode(os.fsencode(target) + b"/lib/" + name)).write_bytes(name)
    if (target / ".git").exists():
        git(target, "add", "-A")
    seen = look(target)
    wanted = {"lib/" + name.decode("utf-8", "surrogateescape"): name for name in ODD_NAMES}
    assert {path: seen.contents.get(path) for path in wanted} == wanted
    if (target / ".git").exists():
        assert seen.past >= set(ODD_NAMES)


def test_links_are_not_followed(target: Path, look: Look, git: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("private.py", "seawall.toml", ".gitignore", ".seawallignore", "CODEOWNERS"):
        (outside / name).write_text("*\n")
    (target / "file.py").symlink_to(outside / "private.py")
    (target / "folder").symlink_to(outside)
    (target / "up").symlink_to("..")
    (target / "loop").symlink_to("loop")
    (target / "lib" / "here").symlink_to(".")
    (target / "inside.py").symlink_to("a.py")
    (target / ".gitignore").symlink_to(outside / ".gitignore")
    (target / ".seawallignore").symlink_to(outside / ".seawallignore")
    (target / "seawall.toml").symlink_to(outside / "seawall.toml")
    (target / "CODEOWNERS").symlink_to(outside / "CODEOWNERS")
    if (target / ".git").exists():
        git(target, "add", "-A", "-f")
    seen = look(target)
    assert set(seen.contents) == {"a.py", "new.py", "lib/b.py"}
    links = {"file.py", "folder", "up", "loop", "lib/here", "inside.py"}
    assert {seen.skipped[path] for path in links} == {"link"}
    assert b"*\n" not in seen.past


def test_a_link_where_a_folder_was(project: Path, look: Look, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.py").write_text("outside\n")
    shutil.rmtree(project / "lib")
    (project / "lib").symlink_to(tmp_path / "outside")
    seen = look(project)
    assert b"outside\n" not in {*seen.contents.values(), *seen.past}


@pytest.mark.needs("mkfifo")
def test_pipes_sockets_and_devices(
    target: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(target / "pipe.py")
    monkeypatch.chdir(target)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        try:
            os.mknod(target / "zero.py", 0o20666, os.makedev(1, 5))
        except PermissionError:
            os.mkfifo(target / "zero.py")
        seen = look(target)
    assert set(seen.contents) == {"a.py", "new.py", "lib/b.py"}
    # Git does not tell of them at all.
    assert all(seen.skipped.get(f"{name}.py", "special") == "special" for name in ("pipe", "zero"))


@pytest.mark.needs("mkfifo")
def test_pipes_where_settings_are_expected(project: Path, look: Look) -> None:
    shutil.rmtree(project / ".git")
    for name in (".gitignore", ".seawallignore", "seawall.toml", "CODEOWNERS"):
        os.mkfifo(project / name)
    assert set(look(project).contents) == {"a.py", "new.py", "lib/b.py"}


@pytest.mark.needs("mkfifo")
def test_a_file_that_became_a_pipe(project: Path, look: Look) -> None:
    (project / "a.py").unlink()
    os.mkfifo(project / "a.py")
    seen = look(project)
    assert seen.skipped["a.py"] == "special"


@contextmanager
def ordinary_user(target: Path) -> Iterator[None]:
    """Act as somebody whom permissions bind, also where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    for folder in target.parents:
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_told(target: Path, look: Look) -> None:
    (target / "a.py").chmod(0)
    (target / "shut").mkdir(mode=0)
    with ordinary_user(target):
        seen = look(target)
    (target / "shut").chmod(0o700)
    assert "the file cannot be read: permission denied" in seen.problems
    assert any("shut" in problem or problem.startswith("it cannot") for problem in seen.problems)


@pytest.fixture
def abyss(target: Path) -> Iterator[Path]:
    """Dig folders deeper than any path can name, and fill them in again."""
    here = os.open(target, os.O_RDONLY)
    levels = 0
    for levels in range(1, 1601):
        os.mkdir("dd", dir_fd=here)
        below = os.open("dd", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
        if levels in (1, 1000, 1600):
            file = os.open("deep.py", os.O_WRONLY | os.O_CREAT, dir_fd=here)
            os.write(file, b"deep\n")
            os.close(file)
    yield target
    for level in range(levels, 0, -1):
        if level in (1, 1000, 1600):
            os.unlink("deep.py", dir_fd=here)
        above = os.open("..", os.O_RDONLY, dir_fd=here)
        os.rmdir("dd", dir_fd=above)
        os.close(here)
        here = above
    os.close(here)


def test_thousands_of_folders_deep(abyss: Path, look: Look) -> None:
    seen = look(abyss)
    assert {"a.py", "new.py", "lib/b.py", "dd/deep.py"} <= set(seen.contents)
    assert seen.contents["dd/" * 1000 + "deep.py"] == b"deep\n"
    assert any(
        problem == "folders whose path is longer than 4,000 bytes are not scanned"
        or problem.startswith("git did not see all files")
        for problem in seen.problems
    )


LINE = """
import resource, sys
from pathlib import Path
from seawall.source.checkout import open_target
from seawall.source.file import Source
checkout = open_target(Path(sys.argv[1]))
for entry in checkout.entries():
    source = checkout.read(entry)
    assert isinstance(source, Source), source
    print(len(source.content), source.problems[0].message)
checkout.close()
# The system's own figure counts what the parent had before it became this program.
status = Path("/proc/self/status")
if status.exists():
    peak = int(status.read_text().split("VmHWM:")[1].split()[0]) << 10
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert peak < 120 << 20, peak
"""


@pytest.mark.parametrize("where", ["folder", "bare"])
def test_a_line_of_hundreds_of_megabytes(tmp_path: Path, git: Run, where: str) -> None:
    target = tmp_path / "target"
    target.mkdir()
    size = (200 if where == "folder" else 64) << 20
    with (target / "bundle.min.js").open("wb") as file:
        file.write(b"a" * (MAX_BYTES + 5))
        file.truncate(size)
    if where == "bare":
        git(target, "init", "-q")
        git(target, "add", "-A")
        git(target, "commit", "-q", "-m", "x")
        git(tmp_path, "clone", "-q", "--bare", "target", "bare")
        target = tmp_path / "bare"
    told = subprocess.run(
        [sys.executable, "-c", LINE, target], capture_output=True, text=True, check=False
    )
    assert told.stderr == ""
    assert told.stdout == f"{MAX_BYTES} only the first 16 MiB of {size:,} bytes were scanned\n"


def test_binary_and_truncated_text(target: Path, look: Look) -> None:
    (target / "x.exe").write_bytes(b"MZ\x90\0\3\0\0\0" + bytes(range(256)) * 40)
    (target / "x.txt").write_bytes(b"\xff\xfe" + "größe".encode("utf-16-le")[:-1])
    (target / "y.txt").write_bytes(b"\xff\xfe")
    (target / "z.txt").write_bytes(b"\xff\xfe\0\0\1")
    (target / "null.py").write_bytes(b"a\0" * 5000 + b"\xff")
    seen = look(target)
    assert seen.skipped["x.exe"] == "binary"
    assert seen.contents["x.txt"] == "größ\ufffd".encode()
    assert seen.contents["y.txt"] == b""


def test_ignore_files_that_would_take_for_ever(project: Path, look: Look) -> None:
    shutil.rmtree(project / ".git")
    (project / ".gitignore").write_text("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n" * 50)
    (project / ".seawallignore").write_bytes(b"[" * (3 << 20))
    (project / ("a" * 200)).write_text("x")
    assert "a" * 200 in look(project).contents


def test_a_file_that_vanishes(project: Path) -> None:
    from seawall.source.checkout import open_target

    checkout = open_target(project)
    (entry,) = (item for item in checkout.entries() if item.path == "new.py")
    (project / "new.py").unlink()
    assert checkout.read(entry).message == (  # type: ignore[union-attr, arg-type]
        "the file cannot be read: no such file or directory"
    )
    (project / "new.py").symlink_to("/etc/passwd")
    assert checkout.read(entry).message == (  # type: ignore[union-attr, arg-type]
        "the file cannot be read: too many levels of symbolic links"
    )
    checkout.close()
