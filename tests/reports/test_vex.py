"""What is written as VEX closes again what it was written of, and nothing else."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seawall.core.facts import Component
from seawall.core.finding import Evidence, Finding, Fix
from seawall.core.location import CodeSpan, ComponentLocation
from seawall.core.report import Report
from seawall.core.rule import Severity
from seawall.core.triage import Status, Triaged
from seawall.journeys.statements import read_statements
from seawall.reports import cyclonedx, openvex
from seawall.reports.options import RenderOptions
from seawall.triage.waivers import apply_waivers

from .conftest import report_of  # noqa: TID252

OPTIONS = RenderOptions(generated="2026-01-02T03:04:05+00:00")
FORMS = {"openvex": openvex, "cyclonedx": cyclonedx}
JUSTIFICATIONS = (
    "component not present",
    "vulnerable code not present",
    "vulnerable code not in execute path",
    "vulnerable code cannot be controlled by adversary",
    "inline mitigations already exist",
)


def weakness(name: str, *aliases: str, purl: str = "pkg:pypi/kit@1.5", **more: Any) -> Finding:
    """Return the finding of a weakness in a package."""
    values: dict[str, Any] = {
        "rule": "vulnerable-dependency",
        "location": ComponentLocation(purl=purl, declared=CodeSpan(path="uv.lock", line=3)),
        "message": f"kit has {name}",
        "anchor": f"v1:PyPI|kit|{name}",
        "former_anchors": tuple(f"v1:PyPI|kit|{alias}" for alias in aliases),
        "severity": Severity.HIGH,
        "label": name,
    }
    return Finding(**{**values, **more})


def report_with(*entries: Triaged) -> Report:
    purls = {one.finding.location.purl for one in entries}  # type: ignore[union-attr]
    facts = [
        Component(purl=purl, name="kit", version=purl.rpartition("@")[2]) for purl in sorted(purls)
    ]
    return replace(report_of(*entries), facts=tuple(facts))


def statements_of(report: Report) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(openvex.render(report, OPTIONS))["statements"]
    return told


def read_back(form: str, report: Report, *findings: Finding) -> list[tuple[Status, str]]:
    """Write a report, heed what is written, and return what becomes of findings."""
    waivers = read_statements(FORMS[form].render(report, OPTIONS).encode())
    entries = [Triaged(finding=finding, status=Status.NEW) for finding in findings]
    closed, _ = apply_waivers(entries, waivers, origin="x", today="2026-01-01")
    return [(one.status, one.reason) for one in closed]


def test_what_is_said_of_each_status() -> None:
    seen = {"evidence": Evidence.REACHABLE, "fix": Fix(title="raise kit to 2")}
    report = report_with(
        Triaged(finding=weakness("CVE-1", "GHSA-1", **seen), status=Status.NEW),
        Triaged(finding=weakness("CVE-2", evidence=Evidence.REACHABLE), status=Status.KNOWN),
        Triaged(finding=weakness("CVE-3"), status=Status.NEW),
        Triaged(finding=weakness("CVE-4"), status=Status.WAIVED, reason="soon", until="2027-01-01"),
        Triaged(
            finding=weakness("CVE-5"),
            status=Status.FALSE_ALARM,
            reason="vulnerable code not present: we build without it",
        ),
        Triaged(finding=weakness("CVE-6"), status=Status.FALSE_ALARM, reason="not ours"),
        Triaged(finding=weakness("CVE-7"), status=Status.FALSE_ALARM, reason="fixed: by a patch"),
        Triaged(finding=weakness("CVE-8", purl="pkg:pypi/kit@1.4"), status=Status.FIXED),
        Triaged(finding=weakness("", label="not a name"), status=Status.NEW),
    )
    report = replace(report, facts=report.facts[1:])
    told = statements_of(report)
    product = {"@id": "pkg:generic/shop", "subcomponents": [{"@id": "pkg:pypi/kit@1.5"}]}
    assert [one.pop("products") for one in told] == [[product]] * 8
    assert [one.pop("vulnerability") for one in told] == [
        {"name": "CVE-1", "aliases": ["GHSA-1"]},
        *({"name": f"CVE-{number}"} for number in range(2, 9)),
    ]
    assert told == [
        {
            "status": "affected",
            "status_notes": "kit has CVE-1",
            "action_statement": "raise kit to 2",
        },
        {
            "status": "affected",
            "status_notes": "kit has CVE-2",
            "action_statement": "no version mends it: leave out what uses it, or shut off the way"
            " to it",
        },
        {"status": "under_investigation", "status_notes": "kit has CVE-3"},
        {"status": "affected", "action_statement": "the risk is taken until 2027-01-01: soon"},
        {
            "status": "not_affected",
            "justification": "vulnerable_code_not_present",
            "impact_statement": "we build without it",
        },
        {"status": "not_affected", "impact_statement": "not ours"},
        {"status": "fixed", "status_notes": "by a patch"},
        {"status": "fixed"},
    ]


def test_a_document_names_itself_by_what_it_says() -> None:
    report = report_with(Triaged(finding=weakness("CVE-1"), status=Status.NEW))
    first = json.loads(openvex.render(report, OPTIONS))
    later = json.loads(openvex.render(report, RenderOptions(generated="2027-01-01T00:00:00Z")))
    other = report_with(Triaged(finding=weakness("CVE-2"), status=Status.NEW))
    assert first["@context"] == "https://openvex.dev/ns/v0.2.0"
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", first["@id"])
    assert (first["@id"], first["version"]) == (later["@id"], 1)
    assert first["@id"] != json.loads(openvex.render(other, OPTIONS))["@id"]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_open_stays_open(form: str) -> None:
    finding = weakness("CVE-1")
    for status in (Status.NEW, Status.KNOWN, Status.WAIVED):
        report = report_with(Triaged(finding=finding, status=status, reason="x"))
        assert read_back(form, report, finding) == [(Status.NEW, "")]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_said_of_one_package_is_not_said_of_another(form: str) -> None:
    closed, left = weakness("CVE-1"), weakness("CVE-1", purl="pkg:pypi/other@1")
    report = report_with(
        Triaged(finding=closed, status=Status.FALSE_ALARM, reason="not ours"),
        Triaged(finding=left, status=Status.NEW),
    )
    assert read_back(form, report, closed, left) == [
        (Status.FALSE_ALARM, "not ours"),
        (Status.NEW, ""),
    ]


NAMES = st.lists(
    st.from_regex(r"(CVE-20\d\d-\d{4}|GHSA-[2-9a-z]{4}|PYSEC-20\d\d-\d)", fullmatch=True),
    min_size=1,
    max_size=4,
    unique=True,
)
PURLS = st.sampled_from(
    [
        "pkg:pypi/kit@1.5",
        "pkg:npm/%40scope/kit@1.0.0-rc.1%2Bb",
        "pkg:golang/golang.org/x/net@v0.21.0",
        "pkg:maven/org.kit/kit@1",
        "pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12",
    ]
)
REASONS = st.one_of(
    st.sampled_from(JUSTIFICATIONS),
    st.tuples(st.sampled_from(JUSTIFICATIONS), st.just("because of it")).map(": ".join),
    st.just("fixed: by a patch of ours"),
    st.just("we looked: it is not called"),
)


@given(names=NAMES, purl=PURLS, reason=REASONS, chosen=st.randoms(use_true_random=False))
@pytest.mark.parametrize("form", FORMS)
def test_what_is_closed_is_closed_again_by_any_name(
    form: str, names: list[str], purl: str, reason: str, chosen: Any
) -> None:
    finding = weakness(*names, purl=purl)
    report = report_with(Triaged(finding=finding, status=Status.FALSE_ALARM, reason=reason))
    # Another publisher's name comes first, and some are not known any more.
    later = names[:]
    chosen.shuffle(later)
    later = [later[0], "CVE-1999-0001", *later[2:]]
    (told,) = read_back(form, report, weakness(*later, purl=purl))
    assert told[0] is Status.FALSE_ALARM
    if form == "openvex":
        assert told[1] == reason
    bumped = f"{purl.partition('?')[0]}9"
    assert read_back(form, report, weakness(*later, purl=bumped)) == [(Status.NEW, "")]


@pytest.mark.parametrize(
    ("said", "closes"),
    [
        ("pkg:pypi/KIT_one@1.5", True),
        ("pkg:pypi/kit-one", True),
        ("pkg:pypi/kit-one?repository_url=x", True),
        ("pkg:pypi/kit-one@1.50", False),
        ("pkg:pypi/kit", False),
        ("pkg:npm/kit-one@1.5", False),
        ("pkg:oci/shop@sha256:1", True),
        ("https://shop.example/product", True),
    ],
)
def test_packages_are_recognised_however_they_are_written(said: str, *, closes: bool) -> None:
    document = {
        "statements": [
            {"vulnerability": "cve-1", "products": [{"@id": said}], "status": "not_affected"}
        ]
    }
    waivers = read_statements(json.dumps(document).encode())
    finding = weakness("CVE-1", purl="pkg:pypi/kit-one@1.5")
    entries = [Triaged(finding=finding, status=Status.NEW)]
    ((entry,), _) = apply_waivers(entries, waivers, origin="x", today="2026-01-01")
    assert (entry.status is Status.FALSE_ALARM) == closes
