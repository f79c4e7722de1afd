"""JUnit XML: every finding a test case, a failed one where it breaks the build."""

from seawall.core.report import Report
from seawall.core.triage import Triaged
from seawall.reports.escape import xml
from seawall.reports.options import RenderOptions
from seawall.reports.order import breaking_fingerprints, breaks, in_order, verdict_words, where


def render(report: Report, options: RenderOptions) -> str:
    """Render one suite; without findings it holds one case that passes."""
    breaking = breaking_fingerprints(report)
    entries = in_order(report)
    cases = [_case(entry, breaks(entry, breaking)) for entry in entries]
    cases += [_problem(words) for words in (_partial(report),) if words]
    if not cases:
        cases = ['    <testcase classname="seawall" name="nothing was found" time="0"/>']
    failed = sum(breaks(entry, breaking) for entry in entries)
    errors = 1 if report.partial else 0
    skipped = sum(not breaks(entry, breaking) for entry in entries)
    # The schema wants a time, without a zone.
    stamp = (options.generated or "1970-01-01T00:00:00")[:19]
    numbers = (
        f'tests="{len(cases)}" failures="{failed}" errors="{errors}" skipped="{skipped}" '
        f'time="{report.seconds:.3f}"'
    )
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<testsuites>",
            f'  <testsuite name="seawall" package="seawall" id="0" hostname="localhost" '
            f'timestamp="{xml(stamp)}" {numbers}>',
            "    <properties/>",
            *cases,
            f"    <system-out>{xml(verdict_words(report))}</system-out>",
            "    <system-err/>",
            "  </testsuite>",
            "</testsuites>",
        ]
    )


def _case(entry: Triaged, breaking: bool) -> str:
    finding = entry.finding
    name = f"{where(entry)} {finding.message}"
    words = xml(f"{where(entry)}\n{finding.label}\nseawall explain {finding.fingerprint[:12]}")
    if breaking:
        inner = (
            f'<failure type="{xml(finding.severity.value)}" message="{xml(finding.message)}">'
            f"{words}</failure>"
        )
    else:
        inner = f'<skipped message="{xml(f"{entry.status.value}: breaks nothing")}"/>'
    return (
        f'    <testcase classname="{xml(finding.rule)}" name="{xml(name)}" time="0">'
        f"{inner}</testcase>"
    )


def _partial(report: Report) -> str:
    return next((problem.message for problem in report.problems if problem.partial), "")


def _problem(words: str) -> str:
    return (
        '    <testcase classname="seawall" name="the scan is whole" time="0">'
        f'<error type="partial" message="{xml(words)}">{xml(words)}</error></testcase>'
    )
