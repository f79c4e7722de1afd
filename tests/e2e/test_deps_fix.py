"""`seawall deps fix` by the real command, on repositories of several ecosystems."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")


def record(name: str, ecosystem: str, package: str, fixed: str) -> dict[str, Any]:
    return {
        "id": name,
        "modified": "2026-01-01T00:00:00Z",
        "summary": f"{package} runs what it reads",
        "affected": [
            {
                "package": {"ecosystem": ecosystem, "name": package},
                "ranges": [
                    {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}
                ],
            }
        ],
    }


@pytest.fixture
def advisories(seawall: Any, tmp_path: Path) -> dict[str, str]:
    """A database of some records, and where it is."""
    folder = tmp_path / "records"
    folder.mkdir()
    for one in (
        record("CVE-2026-1", "PyPI", "kit", "1.4"),
        record("CVE-2026-2", "npm", "kit", "1.4.0"),
        record("CVE-2026-3", "Maven", "a:kit", "1.4"),
        record("CVE-2026-4", "PyPI", "grown", "2.1"),
        record("CVE-2026-5", "Go", "a.b/kit", "1.4.0"),
        record("MAL-2026-1", "PyPI", "kitt", "9"),
    ):
        (folder / f"{one['id']}.json").write_text(json.dumps(one))
    environment = {"SEAWALL_ADVISORIES": str(tmp_path / "advisories.sqlite")}
    assert seawall("db", "update", "--from", folder, environment=environment).code == 0
    return environment


FILES = {
    "requirements.txt": "# ours\nkit==1.2  # the web\nother==1.2\n",
    "web/package.json": '{\n  "dependencies": {"b": "1.2.0", "kit": "1.2.0"}\n}\n',
    "java/pom.xml": "<project><properties><kit>1.2</kit></properties>\n<dependencies><dependency>"
    "<groupId>a</groupId>\n<artifactId>kit</artifactId><version>${kit}</version></dependency>"
    "</dependencies></project>\n",
    "go/go.mod": "module x.y/z\n\nrequire a.b/kit v1.2.0\n",
}
MENDED = {
    "requirements.txt": "# ours\nkit==1.4  # the web\nother==1.2\n",
    "web/package.json": '{\n  "dependencies": {"b": "1.2.0", "kit": "1.4.0"}\n}\n',
    "java/pom.xml": FILES["java/pom.xml"].replace("<kit>1.2", "<kit>1.4"),
    "go/go.mod": "module x.y/z\n\nrequire a.b/kit v1.4.0\n",
}


def test_raises_what_manifests_ask_for(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    for path, text in FILES.items():
        repository.write(path, text)
    done = seawall("deps", "fix", "--dry-run", folder=repository.root, environment=advisories)
    assert "-kit==1.2  # the web\n+kit==1.4  # the web\n" in done.out
    assert "would raise java/pom.xml:1 a:kit 1.2 → 1.4 (CVE-2026-3)" in done.err
    assert done.code == 0
    assert {path: (repository.root / path).read_text() for path in FILES} == FILES
    done = seawall("deps", "fix", folder=repository.root, environment=advisories)
    assert (done.code, "mended 4 of 4 weaknesses, 0 are left" in done.err) == (0, True)
    assert {path: (repository.root / path).read_text() for path in FILES} == MENDED
    done = seawall("deps", "fix", folder=repository.root, environment=advisories)
    assert (done.code, done.out, done.err) == (0, "", "seawall: no package has an open weakness\n")


def test_only_what_is_named_is_touched(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    for path, text in FILES.items():
        repository.write(path, text)
    asked = ("deps", "fix", "--only", "cve-2026-2,A.B/kit")
    done = seawall(*asked, folder=repository.root, environment=advisories)
    changed = {path for path in FILES if (repository.root / path).read_text() != FILES[path]}
    assert (done.code, changed) == (0, {"web/package.json", "go/go.mod"})


def test_what_is_not_mended_is_told(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    pinned = "kit==1.2 --hash=sha256:" + "0" * 64 + "\n"
    repository.write("requirements.txt", "grown==1.0\nkitt==1.0\n")
    repository.write("pinned/requirements.txt", pinned)
    asked = ("deps", "fix", "--format", "json")
    done = seawall(*asked, folder=repository.root, environment=advisories)
    assert done.code == 1
    assert [(one["path"], one["package"], one["reason"]) for one in done.json["remaining"]] == [
        (
            "pinned/requirements.txt",
            "kit",
            "digests are written beside it, which only the registry knows of another version: "
            "write kit==1.4 with its digests",
        ),
        ("requirements.txt", "grown", "only 2.1 mends it, another line of versions"),
        ("requirements.txt", "kitt", "it was published to do harm"),
    ]
    assert (repository.root / "pinned/requirements.txt").read_text() == pinned
    done = seawall(*asked, "--major", folder=repository.root, environment=advisories)
    assert (repository.root / "requirements.txt").read_text() == "grown==2.1\nkitt==1.0\n"
    assert [one["requirement"] for one in done.json["steps"]] == ["==2.1"]


PYPROJECT = '[project]\nname = "a"\ndependencies = ["kit>=1,<1.3"]\n'
LOCK = """\
version = 1

[[package]]
name = "a"
source = { virtual = "." }
dependencies = [{ name = "kit" }]

[[package]]
name = "kit"
version = "1.2"
source = { registry = "https://pypi.org/simple" }
"""


def test_a_lockfile_is_made_by_its_own_tool(
    seawall: Any, repository: Any, advisories: dict[str, str], tmp_path: Path
) -> None:
    repository.write("pyproject.toml", PYPROJECT)
    repository.write("uv.lock", LOCK)
    done = seawall("deps", "fix", folder=repository.root, environment=advisories)
    assert (repository.root / "pyproject.toml").read_text() == PYPROJECT.replace(
        ">=1,<1.3", ">=1.4,<1.5"
    )
    assert done.code == 1
    told = "run `uv lock --upgrade-package kit==1.4`, or let --trust run it"
    assert f"uv.lock still has kit 1.2\nseawall: {told}\n" in done.err
    programs = tmp_path / "programs"
    programs.mkdir()
    uv = programs / "uv"
    uv.write_text(
        f"#!{sys.executable}\nimport os, pathlib, sys\n"
        "assert sys.argv[1:] == ['lock', '--upgrade-package', 'kit==1.4'], sys.argv\n"
        "assert 'A_SECRET' not in os.environ\n"
        "lock = pathlib.Path('uv.lock')\n"
        "lock.write_text(lock.read_text().replace('1.2', '1.4'))\n"
    )
    uv.chmod(0o755)
    path = {"PATH": f"{programs}:/usr/bin:/bin", "A_SECRET": "x"}
    done = seawall(
        "deps", "fix", "--trust", folder=repository.root, environment={**advisories, **path}
    )
    assert "seawall: ran `uv lock --upgrade-package kit==1.4`\n" in done.err
    assert (done.code, "mended 1 of 1 weaknesses" in done.err) == (0, True)


def test_a_tool_that_fails_is_told(
    seawall: Any, repository: Any, advisories: dict[str, str], tmp_path: Path
) -> None:
    repository.write("pyproject.toml", PYPROJECT)
    repository.write("uv.lock", LOCK)
    (tmp_path / "uv").write_text("#!/bin/sh\necho 'error: no \x1b[31mindex' >&2\nexit 3\n")
    (tmp_path / "uv").chmod(0o755)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = seawall(
        "deps", "fix", "--trust", folder=repository.root, environment={**advisories, **path}
    )
    assert (
        "`uv lock --upgrade-package kit==1.4` did not work: uv ended with 3: error: no index"
        in done.err
    )
    assert done.code == 1


def test_without_advisories_it_cannot_be_done(
    seawall: Any, repository: Any, tmp_path: Path
) -> None:
    repository.write("requirements.txt", "kit==1.2\n")
    none = {"SEAWALL_ADVISORIES": str(tmp_path / "none.sqlite")}
    done = seawall("deps", "fix", folder=repository.root, environment=none)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("seawall: error: ")


def test_what_was_waived_is_not_touched(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("requirements.txt", "kit==1.2\n")
    seawall(
        *("waive", "--package", "pkg:pypi/kit", "--advisory", "CVE-2026-1"),
        *("--reason", "not reached", "--until", "2099-01-01"),
        folder=repository.root,
        environment=advisories,
    )
    done = seawall("deps", "fix", folder=repository.root, environment=advisories)
    assert (done.code, done.err) == (0, "seawall: no package has an open weakness\n")
    assert (repository.root / "requirements.txt").read_text() == "kit==1.2\n"


def test_what_to_take_in_place_of_an_abandoned_package_is_told(
    seawall: Any, repository: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    events = [{"introduced": "0"}]
    unmended = record("CVE-2013-7459", "PyPI", "pycrypto", "9")
    unmended["affected"][0]["ranges"][0]["events"] = events
    (folder / "one.json").write_text(json.dumps(unmended))
    environment = {"SEAWALL_ADVISORIES": str(tmp_path / "advisories.sqlite")}
    seawall("db", "update", "--from", folder, environment=environment)
    repository.write("requirements.txt", "pycrypto==2.6.1\n")
    done = seawall("deps", "fix", folder=repository.root, environment=environment)
    assert done.code == 1
    assert "no version without it is known (take pycryptodome in its place)" in done.err


def test_what_shuts_a_version_out_is_told_with_the_override(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    packages = {
        "": {"dependencies": {"asker": "^1.0.0"}},
        "node_modules/asker": {"version": "1.0.0", "dependencies": {"kit": "~1.2.0"}},
        "node_modules/kit": {"version": "1.2.0"},
    }
    lock = {"name": "x", "lockfileVersion": 3, "packages": packages}
    repository.write("package.json", '{"dependencies": {"asker": "^1.0.0"}}\n')
    repository.write("package-lock.json", json.dumps(lock, indent=2))
    asked = ("deps", "fix", "--format", "json")
    done = seawall(*asked, folder=repository.root, environment=advisories)
    left = done.json["remaining"][0]
    assert (left["package"], left["reason"]) == (
        "kit",
        "asker 1.0.0 allows ~1.2.0, which shuts 1.4.0 out",
    )
    assert left["hint"] == 'in package.json: "overrides": {"kit": "1.4.0"}'
    assert [one["words"][-1] for one in done.json["commands"]] == ["asker"]
