"""Read single objects by name from one `git cat-file` that stays open."""

import contextlib
import os
import subprocess

from seawall.source.git import Git, GitError


class BlobReader:
    """Answers for one object after the other; every process of a fork has its own git."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def read(self, blob: str, limit: int) -> tuple[bytes, int]:
        """Return at most `limit` bytes of a blob, and its size in bytes.

        Raises GitError when there is no such blob, or it is damaged.
        """
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(blob.encode() + b"\n")
            process.stdin.flush()
            header = process.stdout.readline().split()
            if len(header) != 3 or header[1] != b"blob":
                if len(header) == 3:
                    self._drain(process, int(header[2]) + 1)
                raise self._refused(process, blob, header)
            size = int(header[2])
            content = process.stdout.read(min(size, limit))
            self._drain(process, size - len(content) + 1)
        except OSError as error:
            self.close()
            raise GitError(f"object {blob[:12]} cannot be read") from error
        return content, size

    def close(self) -> None:
        """End git, if it runs and is ours."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.communicate()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._owner != os.getpid():
            self._process = self._git.start("cat-file", "--batch", quiet=True)
            self._owner = os.getpid()
        return self._process

    def _drain(self, process: "subprocess.Popen[bytes]", size: int) -> None:
        assert process.stdout is not None
        while size > 0:
            part = process.stdout.read(min(size, 1 << 20))
            if not part:
                raise OSError("cat-file ended")
            size -= len(part)

    def _refused(
        self, process: "subprocess.Popen[bytes]", blob: str, header: list[bytes]
    ) -> GitError:
        if not header:
            # Git gave up on a damaged object; the next question gets a new one.
            self.close()
            return GitError(f"object {blob[:12]} is damaged")
        return GitError(f"object {blob[:12]} is {header[-1].decode('ascii', 'replace')[:20]}")

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()
