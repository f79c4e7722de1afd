"""One line a finding, for a spreadsheet."""

import csv
import io

from seawall.core.location import place
from seawall.core.report import Report
from seawall.reports import escape
from seawall.reports.options import RenderOptions
from seawall.reports.order import breaking_fingerprints, breaks, in_order, where

COLUMNS = (
    "fingerprint", "rule", "severity", "evidence", "status", "breaks the build", "path", "line",
    "column", "message", "owner", "reason", "until", "commit", "date", "author", "in head",
    "exposure",
)  # fmt: skip


def render(report: Report, options: RenderOptions) -> str:
    """Render RFC 4180 with a header line; no cell is a formula."""
    del options
    breaking = breaking_fingerprints(report)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in in_order(report):
        finding = entry.finding
        span = place(finding.location)
        revision = span.revision if span else None
        cells = (
            finding.fingerprint,
            finding.rule,
            finding.severity.value,
            finding.evidence.value,
            entry.status.value,
            "yes" if breaks(entry, breaking) else "no",
            span.path if span else where(entry),
            str(span.line) if span else "",
            str(span.column) if span else "",
            finding.message,
            entry.owner,
            entry.reason,
            entry.until,
            revision.commit if revision else "",
            revision.date if revision else "",
            revision.author if revision else "",
            ("yes" if revision.in_head else "no") if revision else "",
            finding.exposure.value if finding.exposure is not None else "",
        )
        writer.writerow(escape.csv(cell) for cell in cells)
    return out.getvalue()
