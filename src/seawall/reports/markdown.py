"""A comment on a pull request: the verdict, what breaks the build, and the rest folded away."""

from collections.abc import Iterator

from seawall.core.report import Report
from seawall.core.rule import Rule
from seawall.core.triage import Triaged
from seawall.reports.escape import markdown, markdown_block, markdown_code
from seawall.reports.options import RenderOptions
from seawall.reports.order import (
    breaking_fingerprints,
    breaks,
    in_order,
    size,
    summarise,
    told,
    verdict_words,
    where,
)

MOST_CHARACTERS = 60_000
"""Forges cut a comment at 65,536."""


def render(report: Report, options: RenderOptions) -> str:
    """Render the comment; what does not fit is counted."""
    breaking = breaking_fingerprints(report)
    rules = {rule.id: rule for rule in report.rules}
    entries = [e for e in in_order(report) if e.status.is_open or options.show_closed]
    first = [entry for entry in entries if breaks(entry, breaking)]
    rest = [entry for entry in entries if not breaks(entry, breaking)]
    sign = "✅" if report.verdict.passed and not report.partial else "❌"
    words = verdict_words(report)
    text = f"### {sign} Seawall: {markdown(words)}\n\n"
    problems = "\n".join(_problems(report))
    room = MOST_CHARACTERS - len(problems)
    text += _part(first, rules, room - len(text))
    if rest:
        summary = f"<details><summary>{told(len(rest))} breaking nothing</summary>\n\n"
        text += summary + _part(rest, rules, room - len(text) - len(summary)) + "</details>\n\n"
    if problems:
        text += "**Not looked at, or wrong:**\n\n" + problems + "\n\n"
    return text + _numbers(report)


def _part(entries: list[Triaged], rules: dict[str, Rule], room: int) -> str:
    text = ""
    for number, entry in enumerate(entries):
        told_ = "\n".join(_entry(entry, rules[entry.finding.rule])) + "\n\n"
        if len(text) + len(told_) > room - 200:
            return text + f"… and {told(len(entries) - number)} more; see the full report.\n\n"
        text += told_
    return text


def _entry(entry: Triaged, rule: Rule) -> Iterator[str]:
    finding = entry.finding
    yield (
        f"**{finding.severity.value}** {markdown(finding.message[:600])} · "
        f"{markdown_code(where(entry))} · `{finding.rule}`"
    )
    excerpt = finding.excerpt
    if excerpt:
        yield ""
        # An indented block needs no fence that a line could close.
        for number, line in enumerate(excerpt.lines, start=excerpt.first_line):
            mark = ">" if number == excerpt.mark_line else " "
            yield f"    {number:>5} {mark} {markdown_block(line)[:160]}"
    yield ""
    step = rule.remedy.strip().splitlines()[0].removeprefix("1. ") if rule.remedy else ""
    owner = f" · owner {markdown(entry.owner)}" if entry.owner else ""
    yield f"{markdown(step)} (`seawall explain {finding.fingerprint[:12]}`){owner}"


def _problems(report: Report) -> Iterator[str]:
    for problem in report.problems[:20]:
        at = f"{problem.path}:{problem.line}" if problem.line else problem.path
        yield f"- {markdown_code(at[:300]) + ': ' if at else ''}{markdown(problem.message[:200])}"
    if len(report.problems) > 20:
        yield f"- … and {len(report.problems) - 20:,} more"


def _numbers(report: Report) -> str:
    summary = summarise(report)
    parts = [f"{count:,} {severity.value}" for severity, count in summary.by_severity.items()]
    found = f" ({', '.join(parts)})" if parts else ""
    coverage = report.coverage
    return (
        f"<sub>{told(summary.open)} open{found} · {coverage.files:,} files, "
        f"{size(coverage.bytes)} · {report.seconds:.1f} s · seawall {report.tool_version}</sub>\n"
    )
