"""GitLab's code quality report, which every tier shows in a merge request.

Source: GitLab Docs, "Code Quality", report format.
"""

import hashlib

import msgspec

from seawall.core.location import place
from seawall.core.report import Report
from seawall.core.rule import Severity
from seawall.reports.escape import file_bytes, visible
from seawall.reports.options import RenderOptions
from seawall.reports.order import in_order

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(report: Report, options: RenderOptions) -> str:
    """Render what is open as a list of issues."""
    del options
    issues = []
    for entry in in_order(report):
        finding = entry.finding
        span = place(finding.location)
        if not entry.status.is_open or span is None:
            continue
        name = f"{finding.fingerprint}\n{span.path}\n{span.line}\n{span.column}"
        digest = hashlib.blake2b(file_bytes(name), digest_size=16)
        issues.append(
            {
                "description": visible(finding.message),
                "check_name": finding.rule,
                "fingerprint": digest.hexdigest(),
                "severity": _SEVERITIES[finding.severity],
                "location": {
                    "path": visible(span.path),
                    "lines": {"begin": span.line, "end": span.last_line},
                },
            }
        )
    return msgspec.json.format(msgspec.json.encode(issues), indent=2).decode("utf-8")
