"""Runs other people's programs where somebody said that they may: bounded, with little around them.

Git is not among them: it is asked by `git.py`, which never shows it the target's configuration.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from seawall.core.errors import reason_of

TIMEOUT = 900.0
"""Seconds that one program may take."""
TOLD = 4000
"""Bytes of what it prints, the last ones, in which its complaint is looked for."""

_KEPT = re.compile(
    r"(?:PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TMPDIR|TEMP|TMP|SYSTEMROOT|APPDATA|LOCALAPPDATA"
    r"|XDG_\w+|(?:https?|no|all|HTTPS?|NO|ALL)_(?:proxy|PROXY)|SSL_CERT_(?:FILE|DIR)"
    r"|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|GIT_SSL_CAINFO|JAVA_HOME"
    r"|CARGO_HOME|RUSTUP_HOME|RUSTUP_TOOLCHAIN|GO(?:PATH|ROOT|PROXY|SUMDB|PRIVATE|NOPROXY|NOSUMDB)"
    r"|UV_(?:CACHE_DIR|DEFAULT_INDEX|INDEX_URL|NATIVE_TLS|PYTHON)|PIP_(?:INDEX_URL|CERT|CONFIG_FILE)"
    r"|npm_config_(?:registry|cache|cafile)|COMPOSER_HOME|DOTNET_ROOT|BUNDLE_PATH|VIRTUAL_ENV)\Z"
)
"""What of our environment they see: where things are, how the network is reached; no secrets."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def find_program(name: str, environment: Mapping[str, str]) -> str | None:
    """Return where a program is on the PATH; folders relative to here do not count."""
    folders = environment.get("PATH", os.defpath).split(os.pathsep)
    kept = [folder for folder in folders if os.path.isabs(folder)]
    return shutil.which(name, path=os.pathsep.join(kept)) if kept else None


def run_program(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], *, timeout: float = TIMEOUT
) -> str:
    """Run a program in a folder and return what it complained of, "" where it did not fail.

    The complaint is untrusted text of one line. Whatever it started ends with it when it takes
    longer than `timeout` seconds.
    """
    program = find_program(words[0], environment)
    if program is None:
        return f"{words[0]} is not installed"
    seen = {name: value for name, value in environment.items() if _KEPT.match(name)}
    seen |= {"CI": "1", "NO_COLOR": "1"}
    with tempfile.TemporaryFile() as told:
        try:
            process = subprocess.Popen(
                [program, *words[1:]],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=seen,
                start_new_session=True,
            )
        except OSError as error:
            return f"{words[0]} cannot be started: {reason_of(error)}"
        try:
            code = process.wait(timeout)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                return f"{words[0]} took longer than {timeout:g} s"
            raise
        size = told.seek(0, os.SEEK_END)
        told.seek(max(0, size - TOLD))
        return "" if code == 0 else _complaint(words[0], code, told.read())


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and what it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, OSError):
        process.kill()
    process.wait()


def _complaint(name: str, code: int, printed: bytes) -> str:
    """Return the line that most likely says why: the last one that speaks of an error."""
    text = _COLOURS.sub("", printed.decode("utf-8", "replace"))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    spoken = [line for line in lines if re.search(r"error|fail|cannot|could not", line, re.I)]
    words = (spoken or lines or [""])[0 if spoken else -1][:300]
    return f"{name} ended with {code}" + (f": {words}" if words else "")
