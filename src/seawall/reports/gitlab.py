"""GitLab's secret detection report.

Source: GitLab Docs, "Security scanner integration", report schema 15.
"""

from typing import Any

from seawall.core.location import ComponentLocation, place
from seawall.core.report import Report
from seawall.core.rule import Rule
from seawall.core.triage import Triaged
from seawall.reports.escape import link, markdown, visible
from seawall.reports.gitlab_scan import id_of, identifiers_of, render_report, scan_of
from seawall.reports.options import RenderOptions
from seawall.reports.order import in_order

_NO_COMMIT = "0" * 40


def render(report: Report, options: RenderOptions) -> str:
    """Render what is open, but of packages; GitLab itself tells what is gone."""
    rules = {rule.id: rule for rule in report.rules}
    return render_report(
        scan_of(report, options, "secret_detection"),
        [
            _vulnerability(entry, rules[entry.finding.rule], report)
            for entry in in_order(report)
            if entry.status.is_open and not isinstance(entry.finding.location, ComponentLocation)
        ],
    )


def _vulnerability(entry: Triaged, rule: Rule, report: Report) -> dict[str, Any]:
    finding = entry.finding
    span = place(finding.location)
    path = visible(span.path) if span else "-"
    line = span.line if span else 1
    revision = span.revision if span else None
    commit: dict[str, Any] = {"sha": revision.commit if revision else report.target.revision}
    commit["sha"] = commit["sha"] or _NO_COMMIT
    if revision:
        commit["author"] = visible(revision.author)
        commit["date"] = revision.date
    told: dict[str, Any] = {
        "id": id_of(entry),
        "category": "secret_detection",
        "name": rule.title[:255],
        "description": f"{markdown(finding.message)}. {rule.why}"[:1_000_000],
        "severity": finding.severity.value.capitalize(),
        "solution": rule.remedy[:7000],
        "raw_source_code_extract": _marked(entry),
        "identifiers": identifiers_of(rule),
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
