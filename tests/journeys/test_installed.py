"""Packages that are installed or built into files of an ordinary folder, each told once."""

import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from seawall.core.facts import Component
from seawall.core.location import place
from seawall.core.report import Report
from seawall.journeys.scan import ScanOptions, scan
from seawall.parse.executable import GO_RECORD

CASES = Path(__file__).parents[1] / "parse" / "lock"
RELEASE = 'ID=almalinux\nVERSION_ID="9.4"\n'


def scanned(target: Path) -> Report:
    options = ScanOptions(path=target, engines=("deps",), gate=False, today=date(2026, 1, 1))
    return scan(options, lambda *_: None)


def told(report: Report) -> list[tuple[str, str]]:
    """Path and package URL of what a target stands on."""
    return [
        (span.path, fact.purl)
        for fact in report.facts
        if isinstance(fact, Component) and (span := place(fact.declared)) is not None
    ]


def write(folder: Path, files: dict[str, object]) -> Path:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def test_archives_and_programs_of_a_folder_are_read(tmp_path: Path) -> None:
    program = (CASES / "executable" / "rust" / "bin" / "tool").read_bytes()
    write(tmp_path, {"bin/tool-1.0": program + bytes(64 << 10), "data/tool.png": program * 40})
    for case, name in (("jar/lone", "*.jar"), ("wheel/wheel", "*.whl")):
        (found,) = (CASES / case).glob(name)
        shutil.copy(found, tmp_path / found.name)
    paths = {path for path, _ in told(scanned(tmp_path))}
    assert paths == {"bin/tool-1.0", "demo_pkg-1.2.3-py3-none-any.whl", "velocity-1.7.jar"}


def test_what_is_too_large_is_told(tmp_path: Path) -> None:
    with (tmp_path / "large.jar").open("wb") as file:
        file.write(b"PK\3\4" + bytes(100))
        os.truncate(file.fileno(), (64 << 20) + 1)
    problems = scanned(tmp_path).problems
    assert [(one.path, one.message) for one in problems if one.path] == [
        ("large.jar", "not read: it is larger than 64 MiB")
    ]


def test_packages_of_a_system_in_a_folder_have_its_release(tmp_path: Path) -> None:
    write(tmp_path, {"roots/a/usr/lib/os-release": RELEASE, "roots/b/lib/apk/db/installed": ""})
    database = Path("var", "lib", "rpm", "rpmdb.sqlite")
    (tmp_path / "roots" / "a" / database).parent.mkdir(parents=True)
    shutil.copy(CASES / "rpm_sqlite" / "modular" / database, tmp_path / "roots" / "a" / database)
    found = told(scanned(tmp_path))
    assert {path for path, _ in found} == {"roots/a/var/lib/rpm/rpmdb.sqlite"}
    assert all("distro=almalinux-9" in purl for _, purl in found)


LOCK = {
    "name": "app",
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "app", "dependencies": {"a": "^1"}},
        "node_modules/a": {"version": "1.0.0"},
    },
}


def installed(name: str, version: str) -> dict[str, object]:
    return {"name": name, "version": version, "devDependencies": {"tap": "^1"}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(
        tmp_path / "project",
        {
            "package-lock.json": LOCK,
            "node_modules/.package-lock.json": {
                "name": "app",
                "lockfileVersion": 3,
                "packages": {"node_modules/a": {"version": "1.0.0"}},
            },
            "node_modules/a/package.json": installed("a", "1.0.0"),
            "node_modules/a/yarn.lock": 'tap@^1:\n  version "1.0.0"\n',
            "node_modules/a/node_modules/b/package.json": installed("b", "2.0.0"),
            ".venv/lib/python3.12/site-packages/six-1.0.dist-info/METADATA": (
                "Metadata-Version: 2.1\nName: six\nVersion: 1.0\n"
            ),
            ".venv/lib/python3.12/site-packages/six/requirements.txt": "other==1.0\n",
        },
    )


def test_what_a_lockfile_tells_is_not_told_again_where_it_is_installed(project: Path) -> None:
    assert told(scanned(project)) == [
        (".venv/lib/python3.12/site-packages/six-1.0.dist-info/METADATA", "pkg:pypi/six@1.0"),
        ("node_modules/a/node_modules/b/package.json", "pkg:npm/b@2.0.0"),
        ("package-lock.json", "pkg:npm/a@1.0.0"),
    ]


def test_another_version_than_the_lockfile_tells_is_told(project: Path) -> None:
    write(project, {"node_modules/a/package.json": installed("a", "0.9.0")})
    assert ("node_modules/a/package.json", "pkg:npm/a@0.9.0") in told(scanned(project))


def test_a_folder_of_installed_packages_is_read_where_it_is_named(project: Path) -> None:
    assert told(scanned(project / "node_modules")) == [
        (".package-lock.json", "pkg:npm/a@1.0.0"),
        ("a/node_modules/b/package.json", "pkg:npm/b@2.0.0"),
    ]
    assert told(scanned(project / "node_modules" / "a")) == [
        ("node_modules/b/package.json", "pkg:npm/b@2.0.0"),
        ("package.json", "pkg:npm/a@1.0.0"),
    ]


def test_what_only_this_engine_reads_is_counted_as_read(tmp_path: Path) -> None:
    shutil.copy(CASES / "jar" / "lone" / "velocity-1.7.jar", tmp_path)
    write(tmp_path, {"a.txt": "text", "picture.png": b"\x89PNG\0\0"})
    coverage = scanned(tmp_path).coverage
    size = (tmp_path / "velocity-1.7.jar").stat().st_size
    assert (coverage.files, coverage.bytes, coverage.skipped) == (2, size + 4, {"binary": 1})


def test_of_a_large_program_of_go_its_record_is_read(tmp_path: Path) -> None:
    program = (CASES / "executable" / "go" / "bin" / "tool").read_bytes()
    at = program.index(GO_RECORD)
    with (tmp_path / "server").open("wb") as file:
        file.write(program[:8])
        file.seek((65 << 20) + 16)
        file.write(program[at:])
    write(tmp_path, {"bin/tool": program + bytes(64 << 10)})
    found = told(scanned(tmp_path))
    large = [purl for path, purl in found if path == "server"]
    assert large == [purl for path, purl in found if path == "bin/tool"]
    assert "pkg:golang/github.com/one/single@v1.2.3" in large
