"""Packages, from the records of advisories to the verdict, by the real command."""

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")

SCAN = ("scan", "--engine", "deps", "--format", "json")


def record(name: str, package: str, fixed: str, *aliases: str) -> dict[str, Any]:
    events = [{"introduced": "0"}, {"fixed": fixed}]
    affected = {
        "package": {"ecosystem": "PyPI", "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {
        "id": name,
        "modified": "2026-01-01T00:00:00Z",
        "aliases": list(aliases),
        "summary": f"{package} runs what it reads",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected": [affected],
    }


@pytest.fixture
def advisories(seawall: Any, tmp_path: Path) -> dict[str, str]:
    """A database of three records, and where it is."""
    folder = tmp_path / "records"
    folder.mkdir()
    for one in (
        record("GHSA-1", "kit", "2.0", "CVE-2026-1"),
        record("PYSEC-1", "kit", "2.1", "CVE-2026-2"),
        record("MAL-2026-1", "kitt", "9"),
    ):
        (folder / f"{one['id']}.json").write_text(json.dumps(one))
    environment = {"SEAWALL_ADVISORIES": str(tmp_path / "advisories.sqlite")}
    done = seawall("db", "update", "--from", folder, environment=environment)
    assert (done.code, "3 records taken" in done.err) == (0, True)
    return environment


def told(done: Any) -> list[tuple[str, str, str, str]]:
    """Rule, weakness, place and status of every finding."""
    return [
        (
            entry["finding"]["rule"],
            entry["finding"]["label"],
            "{path}:{line}".format(**entry["finding"]["location"]["declared"]),
            entry["status"],
        )
        for entry in done.json["findings"]
    ]


def test_an_imported_package_breaks_the_build(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("requirements.txt", "# ours\nkit==1.5\nother==1\n")
    done = seawall(*SCAN, folder=repository.root, environment=advisories)
    weak = "vulnerable-dependency"
    assert told(done) == [
        (weak, "CVE-2026-1", "requirements.txt:2", "new"),
        (weak, "CVE-2026-2", "requirements.txt:2", "new"),
    ]
    assert done.code == 0, "no file imports it"
    assert done.json["findings"][0]["finding"]["exposure"] == "unknown", "there is no Python"
    repository.write("app.py", "import os\nfrom kit import run\n")
    done = seawall(*SCAN, folder=repository.root, environment=advisories)
    assert done.code == 1
    finding = done.json["findings"][0]["finding"]
    assert (finding["evidence"], finding["exposure"]) == ("reachable", "imported")
    assert finding["message"].endswith("; imported by app.py")
    assert finding["fix"]["title"] == (
        "raise kit to 2.1, of which nothing is known (2.0 mends this one), "
        "a step to another line of versions"
    )
    assert [step["location"]["path"] for step in finding["trail"]] == ["app.py"]


def test_a_gate_that_asks_how_far_a_package_is_used(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("requirements.txt", "kit==1.5\n")
    repository.write("tests/test_a.py", "import kit\n")
    clause = '[[gate.break]]\nname = "in use"\nengine = "deps"\nexposure = "{}"\n'
    for least, code in (("imported", 0), ("tests-only", 1)):
        repository.write("seawall.toml", clause.format(least))
        done = seawall(
            "scan", "--engine", "deps", "--format", "sarif",
            folder=repository.root, environment=advisories,
        )  # fmt: skip
        assert done.code == code
        properties = done.json["runs"][0]["results"][0]["properties"]
        assert (properties["exposure"], properties["evidence"]) == ("tests-only", "suspected")


def test_why_tells_of_the_package_of_a_line(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("requirements.txt", "# ours\nkit==1.5\nother==1\n")
    repository.write("app.py", "import kit\n")

    def said(line: int) -> list[str]:
        done = seawall(
            "why", f"requirements.txt:{line}", folder=repository.root, environment=advisories
        )
        assert done.code == 0
        lines = [text.strip() for text in done.out.split("\n") if "secrets engine" not in text]
        return [text for text in lines if "package" in text or "deps" in text or "kit" in text]

    assert said(1) == [
        "looked   the deps engine read this file as a list of packages, and none here"
    ]
    told = said(2)
    assert told[0] == (
        "looked   the deps engine reads kit 1.5 here (pkg:pypi/kit@1.5), which the project itself "
        "asks for"
    )
    assert told[1].startswith("finding  vulnerable-dependency: kit 1.5 has CVE-2026-1: kit runs")
    assert "; imported by app.py (critical, reachable, imported); raise kit to 2.1" in told[1]
    assert said(3)[-1].startswith("looked   the deps engine reads other 1 here")


def test_a_malicious_package_breaks_the_build(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("requirements.txt", "kitt==1.5\n")
    done = seawall(*SCAN, folder=repository.root, environment=advisories)
    assert (done.code, done.json["findings"][0]["finding"]["rule"]) == (1, "malicious-dependency")


def test_a_change_tells_what_it_brings_in(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("requirements.txt", "kit==1.5\n")
    repository.write("app.py", "import kit\n")
    repository.commit()
    repository.write("requirements.txt", "# moved\nkit==1.6\n")
    repository.write("tools/requirements.txt", "kitt==1\n")
    repository.commit()
    done = seawall(*SCAN, "--since", "HEAD~1", folder=repository.root, environment=advisories)
    assert told(done) == [("malicious-dependency", "MAL-2026-1", "tools/requirements.txt:1", "new")]
    repository.write("requirements.txt", "kit==2.1\n")
    repository.write("tools/requirements.txt", "")
    repository.commit()
    done = seawall(*SCAN, "--since", "HEAD~1", folder=repository.root, environment=advisories)
    assert [status for _, _, _, status in told(done)] == ["fixed"] * 3


def test_a_waiver_of_any_name_holds(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("requirements.txt", "kit==1.5\n")
    waiver = ("--package", "pkg:pypi/kit", "--advisory", "GHSA-1", "--reason", "x")
    done = seawall("waive", *waiver, "--until", "2999-01-01", folder=repository.root)
    assert done.code == 0, done.err
    statement = {
        "vulnerability": {"name": "CVE-2026-2"},
        "products": [{"@id": "pkg:pypi/kit"}],
        "status": "not_affected",
        "justification": "vulnerable_code_not_present",
    }
    vex = {"@context": "https://openvex.dev/ns/v0.2.0", "author": "Ada", "statements": [statement]}
    repository.write(".seawall/vex/kit.json", json.dumps(vex))
    repository.write(".seawall/vex/broken.json", "{}")
    done = seawall(*SCAN, folder=repository.root, environment=advisories)
    assert [status for _, _, _, status in told(done)] == ["waived", "false-alarm"]
    assert done.json["findings"][1]["origin"] == "waiver in .seawall/vex/kit.json"
    problems = [one["path"] for one in done.json["problems"] if one["kind"] == "config"]
    assert problems == [".seawall/vex/broken.json"]


def test_a_change_cannot_bring_its_own_statement(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("app.py", "import kit\n")
    repository.commit()
    repository.write("requirements.txt", "kit==2.0\n")
    statement = {"vulnerability": "CVE-2026-2", "products": [], "status": "not_affected"}
    repository.write(".seawall/vex/kit.json", json.dumps({"statements": [statement]}))
    repository.commit()
    done = seawall("scan", "--since", "HEAD~1", folder=repository.root, environment=advisories)
    assert done.code == 1
    assert "says that CVE-2026-2 is no matter here" in done.out


def test_without_advisories_nothing_passes(seawall: Any, repository: Any, tmp_path: Path) -> None:
    nowhere = {"SEAWALL_ADVISORIES": str(tmp_path / "none.sqlite")}
    repository.write("requirements.txt", "kit==1.5\n")
    done = seawall(*SCAN, folder=repository.root, environment=nowhere)
    assert done.code == 2
    assert "packages were not looked up" in done.json["problems"][0]["message"]
    assert done.json["problems"][0]["hint"] == "`seawall db update` makes it"
    usual = seawall("scan", folder=repository.root, environment=nowhere)
    assert (usual.code, "not everything was looked at" in usual.out) == (0, True)
    repository.write("seawall.toml", '[deps]\nwithout-advisories = "warn"\n')
    assert seawall(*SCAN, folder=repository.root, environment=nowhere).code == 0
    repository.write("seawall.toml", '[deps]\nwithout-advisories = "error"\n')
    assert seawall("scan", folder=repository.root, environment=nowhere).code == 2
    status = seawall("db", "status", folder=repository.root, environment=nowhere)
    assert (status.code, "no database of advisories" in status.err) == (2, True)


def test_an_inventory_of_any_name_is_read_where_it_is_named(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    component = {"type": "library", "name": "kit", "purl": "pkg:pypi/kit@1.5"}
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}
    place = repository.write("delivered.json", json.dumps(bom, indent=1))
    repository.write("other.json", "{}")
    done = seawall(*SCAN, "delivered.json", folder=repository.root, environment=advisories)
    assert {where for _, _, where, _ in told(done)} == {"delivered.json:8"}, place
    assert told(seawall(*SCAN, folder=repository.root, environment=advisories)) == []


def test_what_the_database_does_not_know_is_told(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write(
        "Cargo.lock",
        '[[package]]\nname = "kit"\nversion = "1.0.0"\n'
        'source = "registry+https://github.com/rust-lang/crates.io-index"\n',
    )
    done = seawall(*SCAN, folder=repository.root, environment=advisories)
    assert done.code == 2
    assert [one["message"] for one in done.json["problems"]] == [
        "the database has no advisories about crates.io: 1 package was not looked up"
    ]


def test_what_the_target_stands_on_is_told(
    seawall: Any, repository: Any, advisories: dict[str, str]
) -> None:
    repository.write("requirements.txt", "kit==1.5\nopen>=2\n")
    done = seawall(
        "scan",
        "--engine",
        "deps",
        "--format",
        "cyclonedx",
        folder=repository.root,
        environment=advisories,
    )
    document = json.loads(done.out)
    for name in ("bom.json", "bom.cdx.xml", "shop.spdx.json"):
        form = {"n": "cyclonedx", "l": "cyclonedx-xml", "s": "spdx"}
        kind = "spdx" if "spdx" in name else form[name[-1]]
        place = repository.root / "told" / name
        place.parent.mkdir(exist_ok=True)
        written = seawall(
            "sbom", "--format", kind, "-o", place, folder=repository.root, environment=advisories
        )
        assert written.code == 0, written.err
    # What was written is read, and tells the same.
    read = seawall(*SCAN, "told", folder=repository.root, environment=advisories)
    assert {weakness for _, weakness, _, _ in told(read)} == {"CVE-2026-1", "CVE-2026-2"}
    assert {place.partition(":")[0] for _, _, place, _ in told(read)} == {
        "bom.json",
        "bom.cdx.xml",
        "shop.spdx.json",
    }
    assert [one["purl"] for one in document["components"]] == [
        "pkg:pypi/kit@1.5",
        "pkg:pypi/open",
    ]
    assert [one["id"] for one in document["vulnerabilities"]] == ["CVE-2026-1", "CVE-2026-2"]


def test_the_age_of_files_is_counted_from_the_day_they_are_of(seawall: Any, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(record("GHSA-1", "kit", "2.0")))
    (tmp_path / "requirements.txt").write_text("kit==2.0\n")
    database = tmp_path / "old.sqlite"
    update = ("db", "update", "--from", tmp_path / "one.json", "--advisories", database)
    done = seawall(*update, "--as-of", "2020-02-03")
    assert done.code == 0
    assert "updated      2020-02-03T00:00:00+00:00" in done.out
    told = seawall(*SCAN, tmp_path, "--advisories", database)
    assert told.code == 2
    assert "days old" in told.json["problems"][0]["message"]
    for wrong in ("2999-01-01", "yesterday"):
        assert seawall(*update, "--as-of", wrong).code == 2
    assert seawall("db", "update", "--as-of", "2020-02-03").code == 2


def test_lists_in_a_bad_state_are_told_each(seawall: Any, repository: Any) -> None:
    repository.write("Gemfile.lock", "")
    repository.write("a/package-lock.json", "")
    repository.write("b/package-lock.json", '{\n "packages": {\n')
    repository.write("empty.txt", "")
    done = seawall("sbom", folder=repository.root)
    assert done.code == 2
    told = [line for line in done.err.splitlines() if "not read" in line]
    assert told == [
        "seawall: Gemfile.lock: not read: it is empty",
        "seawall: a/package-lock.json: not read: it is empty",
        "seawall: b/package-lock.json:2: not read: it is no valid json",
    ]
