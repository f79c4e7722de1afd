"""Makes the development environment `.venv` from the lock, with or without pip on the machine."""

from __future__ import annotations

import configparser
import hashlib
import html.parser
import importlib.util
import json
import os
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "seawall.json"
LOCK = ROOT / "requirements" / "dev.lock"
INPUTS = (LOCK, ROOT / "pyproject.toml", ROOT / "guard" / "pyproject.toml", Path(__file__))

PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
UV = "uv==0.13.9"
FETCH_SECONDS = 60


class SetUpError(Exception):
    """What went wrong, and a hint what to do; both in one line."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def main(arguments: list[str]) -> int:
    """Run one of the verbs `current`, `make` and `lock`; return the exit code."""
    verb = arguments[0] if arguments else "make"
    try:
        if verb == "current":
            return 0 if is_current() else 1
        if verb == "lock":
            renew_lock()
        elif not is_current():
            make()
    except SetUpError as trouble:
        print(f"seawall: error: {trouble}", file=sys.stderr)
        print(f"seawall: hint: {trouble.hint}", file=sys.stderr)
        return 2
    return 0


def is_current() -> bool:
    """Tell whether `.venv` was made whole, here, from today's lock, by this version of Python."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(stamp == wanted_stamp()) and venv_python().exists()


def wanted_stamp() -> dict[str, str]:
    """Return what the stamp says when nothing needs doing."""
    digest = hashlib.sha256()
    for path in INPUTS:
        digest.update(path.read_bytes() + b"\0")
    return {
        "inputs": digest.hexdigest(),
        "python": "{}.{}".format(*sys.version_info[:2]),
        # An environment cannot be moved: its scripts name their interpreter by its full path.
        "root": str(ROOT),
    }


def make() -> None:
    """Make `.venv` anew; the stamp is written last, so that an interrupted run is repeated."""
    if VENV.exists() and not STAMP.exists():
        raise SetUpError(
            f"{VENV} exists and was not made by make",
            "move it away or remove it, then run make again",
        )
    version = "{}.{}.{}".format(*sys.version_info[:3])
    print(f"seawall: making .venv with Python {version}, once; it takes about half a minute")
    sys.stdout.flush()
    try:
        venv.create(VENV, with_pip=False, clear=True, symlinks=os.name != "nt")
        STAMP.write_text("{}\n", encoding="utf-8")
    except (OSError, subprocess.SubprocessError) as error:
        raise SetUpError(
            f"cannot make {VENV}: {error}", "check its permissions and the free space"
        ) from error
    pip = find_pip(venv_python())
    install(pip, ["--require-hashes", "-r", str(LOCK)])
    # The build backend comes from the lock as well, so nothing here is fetched without a hash.
    tree = ["-e", str(ROOT / "guard"), "-e", str(ROOT)]
    install(pip, ["--no-deps", "--no-build-isolation", "--no-index", *tree])
    STAMP.write_text(json.dumps(wanted_stamp(), indent=2) + "\n", encoding="utf-8")


def venv_python() -> Path:
    """Return the environment's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_pip(python: Path) -> list[str]:
    """Return the command of a pip that installs for that interpreter, fetching one if it must."""
    own = [str(python), "-I", "-m"]
    if importlib.util.find_spec("ensurepip") and succeeds([*own, "ensurepip"]):
        return [*own, "pip"]
    # Debian without python3-venv has no ensurepip; pip knows --python since 22.3.
    outer = [sys.executable, "-I", "-m", "pip", "--python", str(python)]
    if succeeds([*outer, "--version"]):
        return outer
    return [str(python), "-I", str(fetch_pip() / "pip")]


def succeeds(command: list[str]) -> bool:
    """Run a command silently; tell whether it ended well."""
    done = subprocess.run(command, capture_output=True, env=pip_environment(), check=False)
    return done.returncode == 0


def pip_environment() -> dict[str, str]:
    """Return the environment for pip: the user's index, proxy and certificates, no user install."""
    quiet = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**os.environ, **quiet}


def install(pip: list[str], what: list[str]) -> None:
    """Run `pip install`; on failure show the end of what it said."""
    command = [*pip, "install", "--quiet", "--no-input", *what]
    done = subprocess.run(
        command, capture_output=True, text=True, env=pip_environment(), cwd=ROOT, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        print("\n".join(said[-15:]), file=sys.stderr)
        raise SetUpError(
            f"pip could not install what Seawall needs (exit {done.returncode})",
            "check the network, the proxy and the index that pip is set to, then run make again",
        )


def fetch_pip() -> Path:
    """Fetch the pinned wheel of pip from the index that pip would use; it runs as it is, zipped."""
    wheel = ROOT / ".build" / PIP_WHEEL
    if wheel.exists() and hashlib.sha256(wheel.read_bytes()).hexdigest() == PIP_SHA256:
        return wheel
    settings = pip_settings()
    index = settings.get("index-url", "https://pypi.org/simple").rstrip("/") + "/pip/"
    shown = urllib.parse.urlsplit(index).hostname or index
    try:
        context = ssl.create_default_context(cafile=settings.get("cert"))
        page = fetch(index, context).decode("utf-8", "replace")
        links = _Links()
        links.feed(page)
        found = [link for link in links.found if link.split("#")[0].endswith("/" + PIP_WHEEL)]
        if not found:
            raise SetUpError(f"{shown} does not offer {PIP_WHEEL}", NO_PIP_HINT)
        content = fetch(urllib.parse.urljoin(index, found[0]), context)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise SetUpError(
            f"this Python has no pip, and {shown} gave none: {reason}", NO_PIP_HINT
        ) from error
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        raise SetUpError(f"what {shown} gave as {PIP_WHEEL} has the wrong hash", NO_PIP_HINT)
    wheel.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=wheel.parent, delete=False) as part:
        part.write(content)
    os.replace(part.name, wheel)
    return wheel


NO_PIP_HINT = (
    "install pip (on Debian: apt install python3-venv ca-certificates), then run make again"
)


def fetch(url: str, context: ssl.SSLContext) -> bytes:
    """Get a URL, with the name and password it may hold sent as Basic authentication."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"cannot fetch from an index by {parts.scheme or 'path'}")
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=context)]
    if parts.username is not None:
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        name, word = (urllib.parse.unquote(part or "") for part in (parts.username, parts.password))
        passwords.add_password(None, bare.geturl(), name, word, is_authenticated=True)
        handlers.append(urllib.request.HTTPBasicAuthHandler(passwords))
    request = urllib.request.Request(bare.geturl(), headers={"Accept": "text/html"})
    opener = urllib.request.build_opener(*handlers)
    with opener.open(request, timeout=FETCH_SECONDS) as answer:
        content: bytes = answer.read()
        return content


class _Links(html.parser.HTMLParser):
    """Collects the addresses that a page of the index links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def pip_settings() -> dict[str, str]:
    """Read `index-url` and `cert` where pip reads them: its files, then its environment.

    Source: pip user guide, "Configuration".
    """
    home = Path.home()
    config_home = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf")]
    files += [Path("/Library/Application Support/pip/pip.conf")]
    files += [home / ".pip" / "pip.conf", config_home / "pip" / "pip.conf"]
    if named := os.environ.get("PIP_CONFIG_FILE"):
        files.append(Path(named))
    settings: dict[str, str] = {}
    for path in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                settings.update(parser.items(section))
    for key in ("index-url", "cert"):
        if value := os.environ.get("PIP_" + key.upper().replace("-", "_")):
            settings[key] = value
    return {key: settings[key] for key in ("index-url", "cert") if settings.get(key)}


def renew_lock() -> None:
    """Resolve the newest versions for every platform and Python, and write the lock."""
    tools = ROOT / ".build" / "lock"
    venv.create(tools, with_pip=False, clear=True, symlinks=os.name != "nt")
    install(find_pip(tools / "bin" / "python"), [UV])
    command = [str(tools / "bin" / "uv"), "pip", "compile", "pyproject.toml", "--group", "dev"]
    command += ["--universal", "--python-version", "3.11", "--upgrade", "--generate-hashes"]
    # The lock names no host, so that it serves behind every mirror.
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate"]
    command += ["--no-emit-package", "seawall", "--no-emit-package", "seawall-guard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr.strip(), file=sys.stderr)
        raise SetUpError("the dependencies could not be resolved", "read what uv says above")
    LOCK.write_text(LOCK_HEAD + done.stdout, encoding="utf-8")
    print(f"wrote {LOCK.relative_to(ROOT)}; make test now runs with it")


LOCK_HEAD = """\
# Every package of the development environment, with hashes. Renew it with `make lock`.
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
