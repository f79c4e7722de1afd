"""SARIF 2.1.0, within what GitHub's code scanning takes.

Source: OASIS SARIF 2.1.0; GitHub Docs, "SARIF support for code scanning".
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, Location, place
from seawall.core.report import Problem, Report
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged
from seawall.reports.escape import file_bytes, link, visible
from seawall.reports.options import RenderOptions
from seawall.reports.order import in_order, where, words_of

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST_RESULTS = 5000
"""GitHub keeps so many of a run: the first ones, and the most important come first."""
MOST_BYTES = 9_000_000
"""GitHub takes 10 MB, compressed; this is before compression."""
MOST_TAGS = 20
ROOT = "%SRCROOT%"
"""What every path is relative to; the reader knows where its checkout is."""
MOST_LOCATIONS = 1000
"""Steps of a trail that GitHub takes."""
LONGEST = 1000
"""Characters of a message."""

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}
# A result may be left without a state only if all are.
_BASELINE = {
    Status.NEW: "new",
    Status.KNOWN: "unchanged",
    Status.WAIVED: "unchanged",
    Status.FALSE_ALARM: "unchanged",
    Status.FIXED: "absent",
}


def render(report: Report, options: RenderOptions) -> str:
    """Render one run."""
    numbers = {rule.id: number for number, rule in enumerate(report.rules)}
    entries = in_order(report)
    results = [_result(entry, numbers) for entry in entries[:MOST_RESULTS]]
    dropped = len(entries) - len(results)
    total = 0
    for number, result in enumerate(results):
        total += len(msgspec.json.encode(result))
        if total > MOST_BYTES:
            dropped += len(results) - number
            results = results[:number]
            break
    run: dict[str, Any] = {
        "tool": {"driver": _driver(report)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The scanned folder."}}},
        "invocations": [_invocation(report, dropped, options)],
        "results": results,
        "properties": {
            "gate": "passed" if report.verdict.passed else "broken",
            "gated": report.verdict.gated,
            "mode": report.target.mode,
        },
    }
    if report.target.revision:
        # A repository's address is not known here, and SARIF wants one for provenance.
        run["properties"]["revision"] = report.target.revision
        run["properties"]["branch"] = visible(report.target.branch)
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1).decode("utf-8")


def _driver(report: Report) -> dict[str, Any]:
    return {
        "name": "Seawall",
        "version": report.tool_version,
        "semanticVersion": report.tool_version,
        "rules": [_rule(rule) for rule in report.rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    tags = ["security", *(f"external/cwe/cwe-{number:03d}" for number in rule.cwe)]
    help_text = "\n\n".join(part for part in (rule.why, rule.remedy, rule.lesson) if part)
    told: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": _short(rule.why or rule.title)},
        "help": {"text": help_text or rule.title, "markdown": help_text or rule.title},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [*tags, rule.engine][:MOST_TAGS],
            "precision": "very-high" if rule.known_format else "medium",
            "security-severity": _SCORES[rule.severity],
            "problem.severity": _LEVELS[rule.severity].replace("note", "recommendation"),
        },
    }
    address = next((good for one in rule.links if (good := link(one))), "")
    if address:
        told["helpUri"] = address
    return told


def _result(entry: Triaged, numbers: Mapping[str, int]) -> dict[str, Any]:
    finding = entry.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": _short(_message(finding))},
        "locations": [_location(finding.location, where(entry))],
        "partialFingerprints": _fingerprints(finding),
        "baselineState": _BASELINE[entry.status],
        "properties": _properties(entry),
    }
    if entry.status in (Status.WAIVED, Status.FALSE_ALARM):
        # Ours are "inline PATH:LINE", other scanners' marks "gitleaks:allow at line 12".
        inline = entry.origin.startswith("inline") or " at line " in entry.origin
        result["suppressions"] = [
            {
                "kind": "inSource" if inline else "external",
                "status": "accepted",
                "justification": _short(entry.reason or entry.origin or entry.status.value),
            }
        ]
    if finding.trail:
        steps = [
            {
                "location": {
                    **_location(step.location, ""),
                    "message": {"text": _short(step.message)},
                }
            }
            for step in finding.trail[:MOST_LOCATIONS]
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


def _message(finding: Finding) -> str:
    return f"{finding.message}: {finding.label}" if finding.label else finding.message


def _fingerprints(finding: Finding) -> dict[str, str]:
    prints = {"seawall/v1": finding.fingerprint}
    span = place(finding.location)
    if span is not None and span.line_hash:
        prints["primaryLocationLineHash"] = span.line_hash
    return prints


def _properties(entry: Triaged) -> dict[str, Any]:
    finding = entry.finding
    told: dict[str, Any] = {
        "evidence": finding.evidence.value,
        "severity": finding.severity.value,
        "status": entry.status.value,
    }
    if finding.exposure is not None:
        told["exposure"] = finding.exposure.value
    if finding.exploited:
        told["exploited"] = True
    span = place(finding.location)
    if span is not None and span.revision is not None:
        revision = span.revision
        told["introduced"] = {
            "commit": revision.commit,
            "date": revision.date,
            "author": visible(revision.author),
            "inHead": revision.in_head,
        }
    if entry.owner:
        told["owner"] = visible(entry.owner)
    if entry.until:
        told["until"] = visible(entry.until)
    if finding.proof:
        told["proof"] = [visible(proof.summary) for proof in finding.proof]
    return told


def _location(location: Location, words: str) -> dict[str, Any]:
    span = place(location)
    if span is None:
        name = _short(words or words_of(location))
        return {"logicalLocations": [{"fullyQualifiedName": name}], "message": {"text": name}}
    told: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(span.path), "uriBaseId": ROOT},
            "region": _region(span),
        }
    }
    if span.symbol:
        told["logicalLocations"] = [{"fullyQualifiedName": visible(span.symbol)}]
    return told


def _region(span: CodeSpan) -> dict[str, int]:
    region = {"startLine": span.line, "startColumn": span.column}
    if span.end_line:
        region["endLine"] = span.end_line
    if span.end_column:
        region["endColumn"] = span.end_column
    return region


def uri(path: str) -> str:
    """Return a path as a relative URI reference; bytes that are no UTF-8 stay what they are."""
    return quote(file_bytes(path), safe="/~")


def _invocation(report: Report, dropped: int, options: RenderOptions) -> dict[str, Any]:
    notes = [_note(problem) for problem in report.problems[:200]]
    if dropped:
        text = f"{dropped:,} results are left out: this file holds what GitHub keeps"
        notes.append({"level": "warning", "message": {"text": text}})
    told: dict[str, Any] = {
        "executionSuccessful": not report.partial,
        "toolExecutionNotifications": notes,
    }
    if options.generated:
        told["endTimeUtc"] = options.generated.replace("+00:00", "Z")
    return told


def _note(problem: Problem) -> dict[str, Any]:
    told: dict[str, Any] = {
        "level": "error" if problem.partial else "warning",
        "message": {"text": _short(problem.message)},
        "descriptor": {"id": problem.kind.value},
    }
    if problem.path:
        physical: dict[str, Any] = {
            "artifactLocation": {"uri": uri(problem.path), "uriBaseId": ROOT}
        }
        if problem.line:
            physical["region"] = {"startLine": problem.line}
        told["locations"] = [{"physicalLocation": physical}]
    return told


def _short(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
