"""Annotations in a GitHub Actions log, as workflow commands.

Source: GitHub Actions, "Workflow commands"; a step shows ten annotations of each level.
"""

from seawall.core.location import place
from seawall.core.report import Report
from seawall.core.rule import Severity
from seawall.core.triage import Triaged
from seawall.reports.escape import command_data, command_property
from seawall.reports.options import RenderOptions
from seawall.reports.order import (
    breaking_fingerprints,
    breaks,
    in_order,
    told,
    verdict_words,
)

MOST = 10
"""Annotations of one level that GitHub shows for a step."""


def render(report: Report, options: RenderOptions) -> str:
    """Render errors for what breaks the build, warnings and notices for the rest."""
    del options
    breaking = breaking_fingerprints(report)
    partial = next((problem for problem in report.problems if problem.partial), None)
    levels: dict[str, list[Triaged]] = {"error": [], "warning": [], "notice": []}
    for entry in in_order(report):
        if entry.status.is_open:
            levels[_level(entry, breaks(entry, breaking))].append(entry)
    lines: list[str] = []
    for level, entries in levels.items():
        # The last of the ten says how many there are, so that nothing is lost unseen.
        most = MOST - 1 if partial and level == "error" else MOST
        room = most if len(entries) <= most else most - 1
        lines += [_command(level, entry) for entry in entries[:room]]
        if len(entries) > room:
            rest = f"{told(len(entries) - room)} more of this level; see the whole report"
            lines.append(f"::{level} title=Seawall::{command_data(rest)}")
    if partial:
        lines.append(f"::error title=Seawall::{command_data(partial.message)}")
    lines.append(f"Seawall: {command_data(verdict_words(report))}")
    return "\n".join(lines)


def _level(entry: Triaged, breaking: bool) -> str:
    if breaking:
        return "error"
    return "warning" if entry.finding.severity.rank >= Severity.MEDIUM.rank else "notice"


def _command(level: str, entry: Triaged) -> str:
    finding = entry.finding
    span = place(finding.location)
    properties = [f"title={command_property(f'Seawall {finding.rule}')}"]
    if span is not None:
        properties += [f"file={command_property(span.path)}", f"line={span.line}"]
        if span.end_line:
            properties.append(f"endLine={span.end_line}")
        else:
            properties.append(f"col={span.column}")
            if span.end_column:
                properties.append(f"endColumn={span.end_column}")
    label = f": {finding.label}" if finding.label else ""
    words = f"{finding.message}{label} (seawall explain {finding.fingerprint[:12]})"
    return f"::{level} {','.join(properties)}::{command_data(words)}"
