"""The terminal as the commands see it: two streams, colour, width and progress."""

import argparse
import shutil
import sys
import time
from collections.abc import Mapping
from typing import TextIO

from seawall.core.errors import SeawallError


class Progress:
    """One line on a terminal that says how far a long job is; silent everywhere else."""

    def __init__(self, stream: TextIO | None, width: int) -> None:
        """Write to `stream`, or nowhere when it is None."""
        self._stream = stream
        self._width = width
        self._next = time.monotonic() + 0.3
        self._shown = False

    def __call__(self, words: str, done: int = 0, total: int = 0) -> None:
        """Tell how far the job is; `total` 0 means nobody knows. Cheap to call often."""
        if self._stream is None:
            return
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 0.1
        counted = f" {done:,} of {total:,}" if total else f" {done:,}" if done else ""
        text = f"seawall: {words}{counted}"
        self._stream.write("\r\x1b[2K" + text[: self._width - 1])
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown and self._stream is not None:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False


class Console:
    """Where a command writes: results to `out`, words about the work to `err`."""

    def __init__(
        self, out: TextIO, err: TextIO, *, color: bool, width: int, unicode: bool, live: bool
    ) -> None:
        """`live` tells whether progress may be shown."""
        self.out = out
        self.err = err
        self.color = color
        self.width = width
        self.unicode = unicode
        self.progress = Progress(err if live else None, width)

    def write(self, text: str) -> None:
        """Write a result as it is; what the stream's encoding lacks is written as an escape."""
        self.progress.clear()
        try:
            self.out.write(text)
        except UnicodeEncodeError:
            encoding = self.out.encoding or "ascii"
            self.out.write(text.encode(encoding, "backslashreplace").decode(encoding))

    def say(self, text: str) -> None:
        """Say one line about the work on the error stream."""
        self.progress.clear()
        print(text.encode("utf-8", "backslashreplace").decode(), file=self.err)

    def error(self, error: SeawallError) -> None:
        """Say what went wrong, what caused it, and what to do."""
        self.say(f"seawall: error: {error}")
        if error.hint:
            self.say(f"seawall: hint: {error.hint}")

    def flush(self) -> None:
        """Write out what is buffered, so that a closed pipe shows itself here."""
        self.progress.clear()
        self.out.flush()


def console_from(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Console:
    """Make the console that the options, the streams and the environment ask for."""
    choice = getattr(arguments, "color", "auto")
    is_ci = environment.get("CI", "").lower() not in ("", "0", "false")
    is_dumb = environment.get("TERM", "") == "dumb"
    out_is_terminal, err_is_terminal = sys.stdout.isatty(), sys.stderr.isatty()
    color = choice == "always" or (
        choice == "auto" and out_is_terminal and not is_dumb and "NO_COLOR" not in environment
    )
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")
    columns = shutil.get_terminal_size((100, 24)).columns if out_is_terminal else 100
    quiet = bool(getattr(arguments, "quiet", False))
    return Console(
        sys.stdout,
        sys.stderr,
        color=color,
        width=max(40, min(columns, 160)),
        unicode=unicode,
        live=err_is_terminal and not is_ci and not is_dumb and not quiet,
    )
