"""Registries are asked where a person says so, and about nothing that is not theirs."""

import gzip
import http.server
import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from seawall.core.finding import Finding
from seawall.core.report import Problem
from seawall.core.rule import Severity
from seawall.journeys.registries import Registries, registries_from
from seawall.journeys.scan import ScanOptions, scan
from seawall.wire.http import WireSettings

TODAY = date(2026, 1, 1)
YOUNG = "2025-12-20T00:00:00Z"


class Registry(http.server.ThreadingHTTPServer):
    """An index of PyPI's form on this machine."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.packages: dict[str, dict[str, Any]] = {}
        self.status = 200
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/simple"

    def publish(self, name: str, *, status: str = "active", **files: Any) -> None:
        """Publish versions with the time of their upload, or why they are yanked."""
        listed = [
            {"filename": f"{name}-{version}.tar.gz", "upload-time": YOUNG, **told}
            for version, told in files.items()
        ]
        self.packages[name] = {"project-status": {"status": status}, "files": listed}


class Answers(http.server.BaseHTTPRequestHandler):
    server: Registry
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        name = self.path.strip("/").rpartition("/")[2]
        self.server.asked.append(name)
        self.server.headers.append(dict(self.headers))
        package = self.server.packages.get(name)
        status = self.server.status if package is not None else 404
        body = gzip.compress(json.dumps(package or {}).encode())
        stamp = f'"{hash(body[10:])}"'
        if status == 200 and self.headers.get("If-None-Match") == stamp:
            self.send_response(304)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(status)
        self.send_header("ETag", stamp)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def registry() -> Iterator[Registry]:
    server = Registry()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


def who(registry: Registry, cache: Path | None = None, *, which: str = "direct") -> Registries:
    return registries_from(
        {"PIP_INDEX_URL": registry.address.replace("//", "//anna:secret@")},
        WireSettings(timeout=5),
        which="all" if which == "all" else "direct",
        cache_folder=cache,
    )


def ask(target: Path, registries: Registries) -> tuple[list[Finding], list[Problem]]:
    report = scan(
        ScanOptions(path=target, engines=("deps",), today=TODAY, registries=registries), quiet
    )
    problems = [one for one in report.problems if "looked up" not in one.message]
    return [entry.finding for entry in report.findings], problems


def quiet(*words: object) -> None:
    """Show no progress."""


def told(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(one.rule, one.message) for one in findings}


def test_what_a_registry_says_is_told(registry: Registry, target: Path) -> None:
    registry.publish("kit", **{"1.0": {"yanked": "it hangs"}, "1.1": {}})
    registry.publish("kit2", status="quarantined", **{"1.0": {}})
    registry.publish("kit3", status="archived", **{"1.0": {}})
    registry.publish("kit4", **{"1.0": {"upload-time": "2015-01-01T00:00:00Z"}})
    registry.publish("kit5", **{"1.0": {}})
    (target / "requirements.txt").write_text(
        "".join(f"{name}==1.0\n" for name in ("kit", "kit2", "kit3", "kit4", "kit5", "kit6"))
    )
    findings, problems = ask(target, who(registry))
    assert told(findings) == {
        ("deprecated-dependency", "kit 1.0 is called back or deprecated: it hangs"),
        ("quarantined-dependency", "127.0.0.1 keeps kit2 in quarantine"),
        ("unmaintained-dependency", "kit3 is archived by those who made it"),
        ("unmaintained-dependency", "the last release of kit4 is of 2015-01-01 or before"),
        (
            "dependency-confusion",
            "127.0.0.1 has no package kit6: whoever publishes one is installed",
        ),
    }
    assert not problems
    assert all(one["Authorization"] == "Basic YW5uYTpzZWNyZXQ=" for one in registry.headers)


def test_a_young_package_with_a_name_nearly_known_is_graver(
    registry: Registry, target: Path
) -> None:
    registry.publish("reqeusts", **{"1.0": {}})
    registry.publish("djangoo", **{"1.0": {"upload-time": "2015-01-01T00:00:00Z"}})
    (target / "requirements.txt").write_text("reqeusts==1.0\ndjangoo==1.0\n")
    findings, _ = ask(target, who(registry))
    assert {one.severity for one in findings if "first published on 2025-12-20" in one.message} == {
        Severity.CRITICAL
    }
    assert {one.severity for one in findings if "first published on 2015-01-01" in one.message} == {
        Severity.LOW
    }


def test_answers_hold_for_a_day_and_then_are_asked_for_anew(
    registry: Registry, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    registry.publish("kit", **{"1.0": {"yanked": True}})
    (target / "requirements.txt").write_text("kit==1.0\n")
    first, _ = ask(target, who(registry, cache))
    second, _ = ask(target, who(registry, cache))
    assert (told(first), registry.asked) == (told(second), ["kit"])
    monkeypatch.setattr("seawall.journeys.registries.FRESH", 0)
    third, _ = ask(target, who(registry, cache))
    assert (told(third), registry.asked) == (told(first), ["kit", "kit"])
    assert "If-None-Match" in registry.headers[1]
    registry.publish("kit", **{"1.0": {}})
    fourth, _ = ask(target, who(registry, cache))
    assert (fourth, registry.asked) == ([], ["kit", "kit", "kit"])


def test_a_spoilt_cache_is_none(registry: Registry, target: Path, tmp_path: Path) -> None:
    (tmp_path / "registries.msgpack").write_bytes(b"\x81\xa1a\xff")
    registry.publish("kit", **{"1.0": {"yanked": True}})
    (target / "requirements.txt").write_text("kit==1.0\n")
    assert len(ask(target, who(registry, tmp_path))[0]) == 1


def test_a_failure_is_a_problem_and_is_not_kept(
    registry: Registry, target: Path, tmp_path: Path
) -> None:
    registry.publish("kit", **{"1.0": {"yanked": True}})
    registry.publish("kit2", **{"1.0": {}})
    registry.status = 503
    (target / "requirements.txt").write_text("kit==1.0\nkit2==1.0\n")
    findings, problems = ask(target, who(registry, tmp_path))
    assert not findings
    assert [one.message for one in problems] == [
        "the registry of PyPI was not heard about 2 packages: it answered 503"
    ]
    registry.status = 200
    findings, problems = ask(target, who(registry, tmp_path))
    assert [one.rule for one in findings] == ["deprecated-dependency"]
    assert not problems


def test_what_others_answer_for_is_not_told_to_a_registry(registry: Registry, target: Path) -> None:
    (target / "seawall.toml").write_text('[deps]\ninternal = ["acme-*"]\n')
    (target / "requirements.txt").write_text("acme-kit==1.0\n./vendored\nkit==1\n")
    other = target / "other"
    other.mkdir()
    (other / "requirements.txt").write_text("--index-url https://x.example/simple\nours==1.0\n")
    (target / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "theirs"\nversion = "1.0"\n'
        'source = { registry = "https://x.example/simple" }\n'
    )
    _, problems = ask(target, who(registry, which="all"))
    assert registry.asked == ["kit"]
    assert [one.message for one in problems] == [
        "no registry was asked about 3 packages: they are internal, or files here name another "
        "registry for them"
    ]


def test_only_what_the_project_names_itself_unless_all_is_asked_for(
    registry: Registry, target: Path
) -> None:
    (target / "pyproject.toml").write_text('[project]\nname = "shop"\ndependencies = ["kit"]\n')
    (target / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "shop"\nsource = { editable = "." }\n'
        'dependencies = [{ name = "kit" }]\n'
        '[[package]]\nname = "kit"\nversion = "1.0"\ndependencies = [{ name = "inner" }]\n'
        'source = { registry = "https://pypi.org/simple" }\n'
        '[[package]]\nname = "inner"\nversion = "1.0"\n'
        'source = { registry = "https://pypi.org/simple" }\n'
    )
    ask(target, who(registry))
    assert registry.asked == ["kit"]
    ask(target, who(registry, which="all"))
    assert sorted(registry.asked) == ["inner", "kit", "kit"]


def test_go_s_private_modules_and_a_proxy_that_is_off() -> None:
    from seawall.journeys.registries import ask_registries
    from seawall.model.inventory import Ecosystem
    from seawall.model.registry import Question

    registries = registries_from(
        {"GOPROXY": "off", "GOPRIVATE": "*.acme.example,github.com/acme"},
        WireSettings(timeout=5),
        which="direct",
        cache_folder=None,
    )
    names = ("git.acme.example/a/b", "github.com/acme/kit", "github.com/acmeist/kit")
    questions = [Question(ecosystem=Ecosystem.GO, name=name, asked=TODAY) for name in names]
    said, problems = ask_registries(registries, questions, partial=False)
    assert not said
    assert [one.message for one in problems] == [
        "the registry of Go was not heard about 1 package: the environment says that none is asked"
    ]


def test_too_large_an_answer_is_a_problem(
    registry: Registry, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seawall.journeys.registries.LARGEST", 1000)
    registry.publish("kit", **{f"1.{number}": {} for number in range(1000)})
    (target / "requirements.txt").write_text("kit==1.0\n")
    _, problems = ask(target, who(registry))
    assert ["127.0.0.1 answered more than 1,000 bytes" in one.message for one in problems] == [True]
