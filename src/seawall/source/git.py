"""The one place that runs git: plumbing only, over a stand-in for the target's git directory.

Git obeys the configuration of the repository that it works in: programs for file system monitors,
filters, text conversion, transports, and whatever its next release adds. So it is never shown
that configuration. It works in a folder of our own which holds a config of ours and, as links,
only HEAD, refs and index of the target; the objects are named by the environment.
"""

import os
import re
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path

from seawall.source.gitdir import GitDirectory

TIMEOUT = 120.0
"""Seconds that one question may take."""

LIST_TIMEOUT = 60.0
"""Seconds in which the files must be listed; there is another way to list them."""

# Indexes over objects and commits that somebody planted could lie about the history.
_CONFIG = """\
[core]
\trepositoryformatversion = 1
\tbare = {bare}
\tfsmonitor = false
\thooksPath = /dev/null
\tattributesFile = /dev/null
\texcludesFile = /dev/null
\tuntrackedCache = false
\tcommitGraph = false
\tmultiPackIndex = false
\tquotePath = false
{flags}[extensions]
\tobjectFormat = {object_format}
{ref_format}[protocol]
\tallow = never
[gc]
\tauto = 0
[maintenance]
\tauto = false
"""


NO_SUBMODULES = "--ignore-submodules=all"
"""For every command that compares work trees: it would run `git status` in each submodule, and
that git would obey the configuration there."""


class GitError(Exception):
    """Git is missing, said no, or took too long; the message is lower case and git's first line."""


class Git:
    """Git over one repository of the target."""

    def __init__(self, directory: GitDirectory) -> None:
        """Lay out the stand-in. Raises GitError when there is no git."""
        self._program, path = _find_program(directory.work_tree)
        self._stand_in = Path(tempfile.mkdtemp(prefix="seawall-git-"))
        self.close = weakref.finalize(self, _remove, self._stand_in, os.getpid())
        _lay_out(self._stand_in, directory)
        self._environment = _environment(self._stand_in, directory, path)

    def run(
        self,
        *arguments: str,
        asked: bytes = b"",
        index: Path | None = None,
        timeout: float | None = None,
    ) -> bytes:
        """Run a command with `asked` on its standard input and return what it prints.

        Raises GitError when it fails or takes longer than `timeout` seconds.
        """
        return self.ask(*arguments, asked=asked, index=index, timeout=timeout)[0]

    def ask(
        self,
        *arguments: str,
        asked: bytes = b"",
        index: Path | None = None,
        timeout: float | None = None,
    ) -> tuple[bytes, str]:
        """Run a command as `run` does; also return what it complained of all the same."""
        timeout = TIMEOUT if timeout is None else timeout
        with self.start(*arguments, index=index) as process:
            try:
                told, complaint = process.communicate(asked, timeout=timeout)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise GitError(f"git {arguments[0]} took longer than {timeout:g} s") from error
            except BaseException:
                process.kill()
                raise
        words = _first_line(complaint)
        if process.returncode:
            raise GitError(words or f"git {arguments[0]} failed")
        return told, words

    def lines(self, *arguments: str) -> Iterator[bytes]:
        """Yield the lines that a command prints, each with its end, while it runs.

        Raises GitError when it fails, then after the lines that it had printed.
        """
        process = self.start(*arguments, quiet=True, buffer=1 << 20)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.close()
            yield from process.stdout
            if process.wait():
                raise GitError(f"git {arguments[0]} failed")
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def start(
        self,
        *arguments: str,
        index: Path | None = None,
        quiet: bool = False,
        buffer: int = -1,
    ) -> "subprocess.Popen[bytes]":
        """Start a command with pipes to it; the caller ends it.

        With `quiet` its complaints are dropped; `buffer` is the bytes of a pipe's buffer.
        """
        environment = self._environment
        if index is not None:
            environment = {**environment, "GIT_INDEX_FILE": str(index)}
        try:
            return subprocess.Popen(
                [self._program, "--no-pager", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
                bufsize=buffer,
                cwd=self._stand_in,
                env=environment,
            )
        except OSError as error:
            raise GitError(f"git cannot be started: {(error.strerror or '').lower()}") from error


def _find_program(work_tree: Path | None) -> tuple[str, str]:
    """Find git on the PATH, never in a folder relative to here or within the target.

    Returns the program, and the PATH without such folders.
    """
    folders = [
        folder
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if os.path.isabs(folder)
        and not (work_tree and Path(os.path.realpath(folder)).is_relative_to(work_tree))
    ]
    path = os.pathsep.join(folders)
    program = shutil.which("git", path=path) if folders else None
    if program is None:
        raise GitError("git is not installed")
    return program, path


def _environment(stand_in: Path, directory: GitDirectory, path: str) -> dict[str, str]:
    """Make the whole environment of git: nothing of the caller's but where programs are."""
    environment = {
        "PATH": path,
        "HOME": str(stand_in),
        "XDG_CONFIG_HOME": str(stand_in),
        "LC_ALL": "C",
        "GIT_DIR": str(stand_in),
        "GIT_OBJECT_DIRECTORY": os.path.realpath(directory.shared / "objects"),
        "GIT_INDEX_FILE": str(directory.own / "index"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_LITERAL_PATHSPECS": "1",
    }
    if directory.work_tree is not None:
        environment["GIT_WORK_TREE"] = str(directory.work_tree)
    return environment


def _lay_out(stand_in: Path, directory: GitDirectory) -> None:
    flags = "".join(f"\t{name} = {value}\n" for name, value in sorted(directory.flags.items()))
    ref_format = (
        f"\trefStorage = {directory.ref_format}\n" if directory.ref_format != "files" else ""
    )
    config = _CONFIG.format(
        bare="false" if directory.work_tree else "true",
        flags=flags,
        object_format=directory.object_format,
        ref_format=ref_format,
    )
    (stand_in / "config").write_text(config, "ascii")
    (stand_in / "info").mkdir()
    shutil.copyfile(os.path.realpath(directory.own / "HEAD"), stand_in / "HEAD")
    for name in ("refs", "packed-refs", "shallow", "reftable", "info/exclude"):
        path = os.path.realpath(directory.shared / name)
        if os.path.exists(path):
            (stand_in / name).symlink_to(path)
    # Parts of a split index stand beside it.
    for part in directory.own.glob("sharedindex.*"):
        if part.is_file() and not part.is_symlink():
            (stand_in / part.name).symlink_to(part)


def _remove(stand_in: Path, owner: int) -> None:
    """Remove the stand-in, unless this is a fork of the process that made it."""
    if os.getpid() == owner:
        shutil.rmtree(stand_in, ignore_errors=True)


def _first_line(complaint: bytes) -> str:
    """Put what git complained of in our form; the rest of it is left out."""
    line = complaint.decode("utf-8", "replace").strip().partition("\n")[0][:300]
    line = re.sub(r"^(fatal|error|warning): ", "", line).rstrip(".")
    return line[:1].lower() + line[1:]
