"""What every test stands on: a scrubbed environment, no network, and skips that are told."""

import contextlib
import itertools
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# Everything else of the caller's environment is gone when a test runs: no identity, no proxy,
# no configuration of git, no "CI", no colours, no terminal size.
KEPT = {"PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV"}
KEPT_PREFIXES = ("PYTEST_", "COVERAGE_", "COV_", "PYTHONHASHSEED", "SEAWALL_NO_SKIPS")

# What `needs(...)` may name: how to tell that it is there, and how to install it.
SERVICES: dict[str, tuple[Callable[[], bool], str]] = {
    "git": (lambda: shutil.which("git") is not None, "apt install git"),
    "make": (lambda: shutil.which("make") is not None, "apt install make"),
    "chromium": (lambda: shutil.which("chromium") is not None, "apt install chromium"),
    "mkfifo": (lambda: hasattr(os, "mkfifo"), "run on a POSIX system"),
    "hyperscan": (lambda: _importable("hyperscan"), "pip install hyperscan"),
}

hypothesis.settings.register_profile(
    "seawall", database=None, deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.load_profile("seawall")

_numbers = itertools.count()


def _importable(name: str) -> bool:
    with contextlib.suppress(ImportError):
        __import__(name)
        return True
    return False


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def _scrubbed_environment(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test, and every process that it starts, an environment that says nothing."""
    for name in list(os.environ):
        if name not in KEPT and not name.startswith(KEPT_PREFIXES):
            monkeypatch.delenv(name)
    home = _homes / str(next(_numbers))
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for part in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{part}_HOME", str(home / part.lower()))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets reach this machine and nothing else."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    look_up = socket.getaddrinfo

    def guarded(name: str) -> Callable[..., Any]:
        def method(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _refuse_unless_local(address[0])
            return real[name](self, address)

        return method

    def local_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        _refuse_unless_local(host)
        return look_up(host, *rest, **named)

    for name in real:
        monkeypatch.setattr(socket.socket, name, guarded(name))
    monkeypatch.setattr(socket, "getaddrinfo", local_look_up)


def _refuse_unless_local(host: Any) -> None:
    text = host.decode() if isinstance(host, bytes) else str(host or "")
    if text not in ("", "::", "::1", "0.0.0.0", "localhost") and not text.startswith("127."):
        pytest.fail(f"the test tried to reach {text!r}; tests use no network", pytrace=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for service in marker.args:
            there, install = SERVICES[service]
            if not there():
                item.user_properties.append(("needs", service))
                pytest.skip(f"needs {service}: {install}")


def _no_skips() -> bool:
    return os.environ.get("SEAWALL_NO_SKIPS", "") not in ("", "0")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With SEAWALL_NO_SKIPS=1 a skipped test is a failed one."""
    report: Any = yield
    if report.skipped and _no_skips() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{_reason(report)}\nSEAWALL_NO_SKIPS is set: nothing may be skipped"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Hold whole files to the same."""
    report: Any = yield
    if report.skipped and _no_skips():
        report.outcome = "failed"
        report.longrepr = f"{_reason(report)}\nSEAWALL_NO_SKIPS is set: nothing may be skipped"
    return report


def _reason(report: Any) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(text).removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show what was skipped as a table: service, tests, how to install."""
    rows: dict[tuple[str, str], int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        service = dict(getattr(report, "user_properties", ())).get("needs")
        row = (service, SERVICES[service][1]) if service else ("-", _reason(report))
        rows[row] = rows.get(row, 0) + 1
    if not rows:
        return
    terminalreporter.section("skipped")
    wide = max(len("service"), *(len(service) for service, _ in rows))
    terminalreporter.line(f"{'service':<{wide}}  tests  how to install, or why")
    for (service, words), count in sorted(rows.items()):
        terminalreporter.line(f"{service:<{wide}}  {count:>5}  {words}")
