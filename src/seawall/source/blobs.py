"""Read objects by name from one `git cat-file` that stays open."""

import contextlib
import fcntl
import os
import subprocess
from collections.abc import Iterator, Sequence
from itertools import islice

from seawall.source.git import Git, GitError

_AHEAD = 500
"""Names that are asked for at once: they fit in a pipe, so that asking never waits for git."""

_BUFFER = 1 << 20
"""Bytes of the pipe and of what is read from it at once; most of the cost is waking up."""

# Blobs are asked for in an order in which neighbours resemble each other: small caches do.
_LEAN = (
    "-c", "core.deltaBaseCacheLimit=32m",
    "-c", "core.packedGitWindowSize=1m",
    "-c", "core.packedGitLimit=32m",
    "-c", "core.bigFileThreshold=32m",
)  # fmt: skip

_SET_PIPE_SIZE = getattr(fcntl, "F_SETPIPE_SZ", None)


class BlobReader:
    """Answers for one object after the other; every process of a fork has its own git."""

    def __init__(self, git: Git, kind: str = "blob") -> None:
        self._git = git
        self._kind = kind.encode()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def read(self, name: str, limit: int) -> tuple[bytes, int]:
        """Return at most `limit` bytes of an object, and its size in bytes.

        Raises GitError when there is no such object, or it is damaged.
        """
        ((_, content, size),) = self.stream([name], limit)
        if isinstance(content, GitError):
            raise content
        return content, size

    def stream(
        self, names: Sequence[str], limit: int
    ) -> Iterator[tuple[str, bytes | GitError, int]]:
        """Yield name, at most `limit` bytes of content (or why there is none), and size in bytes.

        In the order of the names. Only one stream can be under way. Raises GitError when git
        cannot be started.
        """
        waiting = iter(names)
        while asked := list(islice(waiting, _AHEAD)):
            while asked:
                done = 0
                for answer in self._answers(asked, limit):
                    yield answer
                    done += 1
                if done < len(asked):
                    # Git gives up on a damaged object; another one goes on behind it.
                    error = GitError(f"object {asked[done][:12]} is damaged")
                    yield asked[done], error, 0
                    done += 1
                asked = asked[done:]

    def close(self) -> None:
        """End git, if it runs and is ours."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    # What was not written yet has nobody to read it.
                    with contextlib.suppress(OSError):
                        pipe.close()

    def _answers(self, asked: list[str], limit: int) -> Iterator[tuple[str, bytes | GitError, int]]:
        """Ask for objects and yield the answers; fewer where git ends."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        read, read_line = process.stdout.read, process.stdout.readline
        finished = False
        try:
            process.stdin.write("".join(f"{name}\n" for name in asked).encode())
            process.stdin.flush()
            for name in asked:
                header = read_line().split()
                if not header:
                    return
                if len(header) != 3:
                    yield name, GitError(f"object {name[:12]} is missing or damaged"), 0
                    continue
                size = int(header[2])
                content = read(min(size, limit))
                if size > limit and not _drain(process, size - limit):
                    return
                if read(1) != b"\n":
                    return
                if header[1] == self._kind:
                    yield name, content, size
                else:
                    yield name, GitError(f"object {name[:12]} is no {self._kind.decode()}"), 0
            finished = True
        except OSError:
            return
        finally:
            if not finished:
                # Ended, or the caller wants no more while answers are still under way.
                self.close()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._owner != os.getpid():
            self._process = self._git.start(
                *_LEAN, "cat-file", "--batch", quiet=True, buffer=_BUFFER
            )
            self._owner = os.getpid()
            if _SET_PIPE_SIZE is not None and self._process.stdout is not None:
                with contextlib.suppress(OSError):
                    fcntl.fcntl(self._process.stdout.fileno(), _SET_PIPE_SIZE, _BUFFER)
        return self._process

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()


def _drain(process: "subprocess.Popen[bytes]", size: int) -> bool:
    """Read past what nobody wants; False when git ends before."""
    assert process.stdout is not None
    while size > 0:
        part = process.stdout.read(min(size, _BUFFER))
        if not part:
            return False
        size -= len(part)
    return True
