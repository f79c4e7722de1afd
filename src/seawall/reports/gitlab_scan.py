"""What GitLab's reports of security scanners have in common.

Source: GitLab Docs, "Security scanner integration", report schema 15.
"""

import hashlib
from typing import Any

import msgspec

from seawall.core.report import Report
from seawall.core.rule import Rule
from seawall.core.triage import Triaged
from seawall.reports.escape import visible
from seawall.reports.options import RenderOptions
from seawall.reports.order import where

SCHEMA_VERSION = "15.2.1"


def scan_of(report: Report, options: RenderOptions, kind: str) -> dict[str, Any]:
    """Return what is said of the scan itself; `kind` is what GitLab calls it."""
    scanner = {
        "id": "seawall",
        "name": "Seawall",
        "version": report.tool_version,
        "vendor": {"name": "Seawall"},
    }
    stamp = (options.generated or "1970-01-01T00:00:00")[:19]
    return {
        "analyzer": scanner,
        "scanner": scanner,
        "type": kind,
        "start_time": stamp,
        "end_time": stamp,
        "status": "failure" if report.partial else "success",
        "messages": [
            {
                "level": "fatal" if problem.partial else "warn",
                "value": visible(
                    f"{problem.path}: {problem.message}".removeprefix(": ") or problem.kind.value
                ),
            }
            for problem in report.problems[:100]
        ],
    }


def render_report(scan: dict[str, Any], found: list[dict[str, Any]], **more: Any) -> str:
    """Return the report as text."""
    table = {
        "version": SCHEMA_VERSION,
        "scan": scan,
        "vulnerabilities": found,
        "remediations": [],
        **more,
    }
    return msgspec.json.format(msgspec.json.encode(table), indent=2).decode("utf-8")


def id_of(entry: Triaged) -> str:
    """Return the id of a finding at its place: of several places each has one of its own."""
    name = visible(f"{entry.finding.fingerprint}\n{where(entry)}")
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def identifiers_of(rule: Rule) -> list[dict[str, str]]:
    """Return what a weakness is called, the rule first."""
    return [
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
