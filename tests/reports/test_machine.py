"""The formats that programs read: valid for their schema, within the limits of who reads them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest
from msgspec.structs import replace

from seawall.core.location import RouteLocation
from seawall.core.report import Report
from seawall.core.triage import Status, Triaged
from seawall.reports import (
    github,
    gitlab,
    gitlab_codequality,
    gitlab_dependencies,
    markdown,
    sarif,
)
from seawall.reports import json as json_format
from seawall.reports.options import RenderOptions

OPTIONS = RenderOptions(generated="2026-01-02T03:04:05+00:00")
SCHEMA = json.loads(
    (Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(
        SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )


def run_of(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(sarif.render(report, OPTIONS))["runs"][0]
    return run


def test_json_is_the_report(usual: Report) -> None:
    assert msgspec.json.decode(json_format.render(usual, OPTIONS), type=Report) == usual


def test_sarif_is_valid(
    usual: Report, hostile: Report, validator: jsonschema.Draft4Validator
) -> None:
    for report in (usual, hostile):
        validator.validate(json.loads(sarif.render(report, OPTIONS)))


def test_sarif_tells_a_finding(usual: Report) -> None:
    run = run_of(usual)
    first = run["results"][0]
    assert first["ruleId"] == "github-token"
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "github-token"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "app/settings.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12, "startColumn": 10, "endColumn": 18},
    }
    finding = next(one for one in usual.findings if one.status.value == "new").finding
    assert first["partialFingerprints"] == {
        "seawall/v1": finding.fingerprint,
        "primaryLocationLineHash": "5f:1",
    }
    assert first["baselineState"] == "new"
    assert first["properties"]["evidence"] == "suspected"
    assert "external/cwe/cwe-798" in run["tool"]["driver"]["rules"][0]["properties"]["tags"]
    assert run["originalUriBaseIds"].keys() == {"%SRCROOT%"}
    assert run["columnKind"] == "unicodeCodePoints"
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes[0]["descriptor"]["id"] == "too-large"


def test_sarif_tells_a_waiver(usual: Report) -> None:
    waived = run_of(usual)["results"][-1]
    assert waived["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "revoked on the day"}
    ]
    place = waived["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "old/a%20b%231.env"


def test_sarif_tells_a_trail(hostile: Report) -> None:
    assert all("codeFlows" in result for result in run_of(hostile)["results"])


def test_sarif_keeps_what_github_keeps(many: Callable[..., Report]) -> None:
    run = run_of(many(5100))
    assert len(run["results"]) == 5000
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert any("100 results are left out" in note["message"]["text"] for note in notes)


def test_gitlab(usual: Report, hostile: Report) -> None:
    for report in (usual, hostile):
        table = json.loads(gitlab.render(report, OPTIONS))
        scan = table["scan"]
        assert scan["type"] == "secret_detection"
        assert scan["status"] in ("success", "failure")
        for name in ("start_time", "end_time"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", scan[name])
        assert all(message["value"] for message in scan["messages"])
        found = table["vulnerabilities"]
        assert len({one["id"] for one in found}) == len(found)
        for one in found:
            assert one["severity"] in {"Critical", "High", "Medium", "Low", "Info", "Unknown"}
            assert 1 <= len(one["identifiers"]) <= 20
            assert re.fullmatch(r"[0-9a-f]{40,64}", one["location"]["commit"]["sha"])
            assert one["location"]["file"]


def test_gitlab_tells_of_packages_apart(packaged: Report, usual: Report) -> None:
    entry = replace(packaged.findings[0], status=Status.NEW)
    rule = replace(packaged.rules[0], id="vulnerable-dependency", cwe=(1395,))
    report = replace(usual, findings=(*usual.findings, entry), rules=(*usual.rules, rule))
    table = json.loads(gitlab_dependencies.render(report, OPTIONS))
    assert table["scan"]["type"] == "dependency_scanning"
    (found,) = table["vulnerabilities"]
    assert (found["name"], found["severity"]) == ("CVE-2019-10906: jinja2", "High")
    assert [(one["type"], one["value"]) for one in found["identifiers"]] == [
        ("cve", "CVE-2019-10906"),
        ("ghsa", "GHSA-462w-v97r-4m45"),
        ("seawall_rule", "vulnerable-dependency"),
        ("cwe", "1395"),
    ]
    jinja = {"package": {"name": "jinja2"}, "version": "2.10"}
    assert found["location"] == {"file": "uv.lock", "dependency": jinja}
    assert table["dependency_files"] == [
        {
            "path": "uv.lock",
            "package_manager": "pip",
            "dependencies": [jinja, {"package": {"name": "markupsafe"}, "version": "1.1.1"}],
        }
    ]
    secrets = json.loads(gitlab.render(report, OPTIONS))["vulnerabilities"]
    assert [one["location"]["file"] for one in secrets] == ["app/settings.py", "deploy/db.yaml"]


def test_gitlab_codequality(usual: Report) -> None:
    issues = json.loads(gitlab_codequality.render(usual, OPTIONS))
    assert [one["severity"] for one in issues] == ["blocker", "major"]
    assert issues[0]["location"] == {"path": "app/settings.py", "lines": {"begin": 12, "end": 12}}
    assert len({one["fingerprint"] for one in issues}) == 2


def test_github_says_how_many_more(many: Callable[..., Report]) -> None:
    lines = github.render(many(42), OPTIONS).splitlines()
    assert len(lines) == 11
    assert "33 findings" in lines[9]


def test_markdown_fits_in_a_comment(hostile: Report, many: Callable[..., Report]) -> None:
    for report in (hostile, many(3000)):
        text = markdown.render(report, RenderOptions(show_closed=True))
        assert len(text) <= 65_000
        html = [line.split(">")[0] for line in text.splitlines() if line.startswith("<")]
        assert html == ["<details", "</details", "<sub"]


def test_a_place_that_is_no_file_is_said_in_words(
    reports: Callable[..., Report], usual: Report
) -> None:
    entry = usual.findings[1]
    location = RouteLocation(method="GET", template="/orders/{id}", parameter="id")
    moved = Triaged(
        finding=msgspec.structs.replace(entry.finding, location=location), status=entry.status
    )
    result = run_of(reports(moved))["results"][0]
    assert result["locations"][0]["message"]["text"] == "GET /orders/{id} (parameter id)"
