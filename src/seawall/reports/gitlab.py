"""GitLab's secret detection report.

Source: GitLab Docs, "Security scanner integration", report schema 15.
"""

import hashlib
from typing import Any

import msgspec

from seawall.core.location import place
from seawall.core.report import Report
from seawall.core.rule import Rule
from seawall.core.triage import Triaged
from seawall.reports.escape import link, markdown, visible
from seawall.reports.options import RenderOptions
from seawall.reports.order import in_order, where

SCHEMA_VERSION = "15.2.1"
_NO_COMMIT = "0" * 40


def render(report: Report, options: RenderOptions) -> str:
    """Render what is open; GitLab itself tells what is gone."""
    rules = {rule.id: rule for rule in report.rules}
    scanner = {
        "id": "seawall",
        "name": "Seawall",
        "version": report.tool_version,
        "vendor": {"name": "Seawall"},
    }
    stamp = (options.generated or "1970-01-01T00:00:00")[:19]
    table: dict[str, Any] = {
        "version": SCHEMA_VERSION,
        "scan": {
            "analyzer": scanner,
            "scanner": scanner,
            "type": "secret_detection",
            "start_time": stamp,
            "end_time": stamp,
            "status": "failure" if report.partial else "success",
            "messages": [
                {
                    "level": "fatal" if problem.partial else "warn",
                    "value": visible(
                        f"{problem.path}: {problem.message}".removeprefix(": ")
                        or problem.kind.value
                    ),
                }
                for problem in report.problems[:100]
            ],
        },
        "vulnerabilities": [
            _vulnerability(entry, rules[entry.finding.rule], report)
            for entry in in_order(report)
            if entry.status.is_open
        ],
        "remediations": [],
    }
    return msgspec.json.format(msgspec.json.encode(table), indent=2).decode("utf-8")


def _vulnerability(entry: Triaged, rule: Rule, report: Report) -> dict[str, Any]:
    finding = entry.finding
    span = place(finding.location)
    path = visible(span.path) if span else "-"
    line = span.line if span else 1
    # One fingerprint may stand at several places; GitLab wants each to have an id of its own.
    name = visible(f"{finding.fingerprint}\n{where(entry)}")
    revision = span.revision if span else None
    commit: dict[str, Any] = {"sha": revision.commit if revision else report.target.revision}
    commit["sha"] = commit["sha"] or _NO_COMMIT
    if revision:
        commit["author"] = visible(revision.author)
        commit["date"] = revision.date
    identifiers = [
        {"type": "seawall_rule", "name": f"Seawall {rule.id}", "value": rule.id},
        *(
            {
                "type": "cwe",
                "name": f"CWE-{number}",
                "value": str(number),
                "url": f"https://cwe.mitre.org/data/definitions/{number}.html",
            }
            for number in rule.cwe
        ),
    ]
    told: dict[str, Any] = {
        "id": hashlib.blake2b(name.encode(), digest_size=16).hexdigest(),
        "category": "secret_detection",
        "name": rule.title[:255],
        "description": f"{markdown(finding.message)}. {rule.why}"[:1_000_000],
        "severity": finding.severity.value.capitalize(),
        "solution": rule.remedy[:7000],
        "raw_source_code_extract": _marked(entry),
        "identifiers": identifiers,
        "links": [{"url": good} for one in rule.links if (good := link(one))],
        "location": {
            "file": path,
            "start_line": line,
            "end_line": span.last_line if span else line,
            "commit": commit,
        },
    }
    return told


def _marked(entry: Triaged) -> str:
    """Return the line as it may be shown, with the secret masked."""
    excerpt = entry.finding.excerpt
    if excerpt is None:
        return ""
    return visible(excerpt.lines[excerpt.mark_line - excerpt.first_line])
