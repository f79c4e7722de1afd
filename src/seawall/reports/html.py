"""One page that holds everything and asks nobody for anything: no script, no other address."""

import base64
import hashlib
from collections.abc import Iterator

from seawall.core.finding import Excerpt
from seawall.core.location import place
from seawall.core.report import Report
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Triaged
from seawall.reports.compliance import compliance_section
from seawall.reports.escape import html, link
from seawall.reports.html_style import STYLE
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
    words_of,
)

MOST_SHOWN = 2000
"""Findings with their source; the rest is a table."""


def render(report: Report, options: RenderOptions) -> str:
    """Render the page."""
    breaking = breaking_fingerprints(report)
    rules = {rule.id: rule for rule in report.rules}
    entries = in_order(report)
    first = [entry for entry in entries if breaks(entry, breaking)]
    rest = [e for e in entries if e.status.is_open and not breaks(e, breaking)]
    closed = [entry for entry in entries if not entry.status.is_open]
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
    name = html(report.target.name)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{html(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>Seawall: {name}</title><style>{STYLE}</style></head><body>",
        '<a class="skip" href="#findings">Skip to the findings</a>',
        *_head(report, options),
        '<main id="findings">',
        *_section("What breaks the build", "breaks", first, rules),
        *_section("Told, and breaking nothing", "told", rest, rules),
        *_closed(closed),
        *compliance_section([*first, *rest], rules),
        *_problems(report),
        *_coverage(report),
        "</main>",
        f"<footer>Seawall {html(report.tool_version)}. Secrets are masked; "
        "this page loads nothing and runs nothing.</footer></body></html>",
    ]
    return "\n".join(parts)


def _head(report: Report, options: RenderOptions) -> Iterator[str]:
    target, summary = report.target, summarise(report)
    good = report.verdict.passed and not report.partial
    state = ("good" if good else "bad") if report.verdict.gated else "open"
    words = verdict_words(report)
    yield f'<header class="{state}">'
    yield f"<p class=what>Security audit of <strong>{html(target.name)}</strong></p>"
    yield f"<h1>{html(words[:1].upper() + words[1:])}</h1>"
    facts = [
        ("scanned", _mode(report)),
        ("branch", target.branch),
        ("commit", target.revision[:12]),
        ("since", target.base[:12]),
        ("when", options.generated.replace("T", " ").removesuffix("+00:00") + " UTC")
        if options.generated
        else ("when", ""),
    ]
    yield "<dl class=facts>"
    for label, value in facts:
        if value:
            yield f"<div><dt>{label}</dt><dd>{html(value)}</dd></div>"
    yield "</dl>"
    yield from _bars(summary.by_severity)
    yield "</header>"


def _mode(report: Report) -> str:
    return {
        "tree": "every file",
        "since": "what the change brings",
        "staged": "what the next commit brings",
        "history": f"the whole history, {report.coverage.commits:,} commits",
    }.get(report.target.mode, report.target.mode)


def _bars(counts: dict[Severity, int]) -> Iterator[str]:
    """Draw the numbers by severity; the text says them as well."""
    if not counts:
        return
    most = max(counts.values())
    height = 26 * len(counts)
    label = ", ".join(f"{count:,} {severity.value}" for severity, count in counts.items())
    yield f'<svg class=bars role="img" aria-label="{label}" viewBox="0 0 420 {height}" width="420">'
    for row, (severity, count) in enumerate(counts.items()):
        y = 26 * row
        width = max(3, round(260 * count / most))
        yield f'<text x="0" y="{y + 17}">{severity.value}</text>'
        yield (
            f'<rect class="{severity.value}" x="80" y="{y + 4}" width="{width}" '
            'height="18" rx="3"/>'
        )
        yield f'<text class="n" x="{80 + width + 8}" y="{y + 17}">{count:,}</text>'
    yield "</svg>"


def _section(
    title: str, name: str, entries: list[Triaged], rules: dict[str, Rule]
) -> Iterator[str]:
    if not entries:
        return
    yield f'<section class="{name}"><h2>{title} <span class=count>{len(entries):,}</span></h2>'
    for entry in entries[:MOST_SHOWN]:
        yield from _finding(entry, rules[entry.finding.rule])
    if len(entries) > MOST_SHOWN:
        yield f"<p>… and {told(len(entries) - MOST_SHOWN)} more, in the JSON and SARIF reports.</p>"
    yield "</section>"


def _finding(entry: Triaged, rule: Rule) -> Iterator[str]:
    finding = entry.finding
    severity = finding.severity.value
    yield f'<article class="finding {severity}">'
    yield (
        f'<h3><span class="badge {severity}">{severity}</span> {html(finding.message)}</h3>'
        f"<p class=place><code>{html(where(entry))}</code></p>"
    )
    if finding.excerpt:
        yield from _source(finding.excerpt, finding.label)
    yield "<dl class=notes>"
    for label, value in _notes(entry):
        yield f"<div><dt>{label}</dt><dd>{html(value)}</dd></div>"
    yield "</dl>"
    step = _first(rule.remedy)
    if step:
        yield f"<p class=do><strong>Do first:</strong> {_prose(step)}</p>"
    yield "<details><summary>Why it matters and what else to do</summary>"
    yield f"<p>{_prose(rule.why)}</p>"
    yield from _steps(rule.remedy)
    yield f"<p class=lesson>{_prose(rule.lesson)}</p>"
    addresses = [good for one in rule.links if (good := link(one))]
    for address in addresses:
        yield (f'<p><a rel="noreferrer noopener" href="{html(address)}">{html(address)}</a></p>')
    yield (
        f"<p class=ids><code>{html(finding.rule)}</code> · "
        f"<code>seawall explain {finding.fingerprint[:12]}</code></p></details></article>"
    )


def _notes(entry: Triaged) -> Iterator[tuple[str, str]]:
    finding = entry.finding
    yield "evidence", finding.evidence.value
    if finding.exposure is not None:
        yield "exposure", finding.exposure.value
    for proof in finding.proof:
        yield "proof", proof.summary
    span = place(finding.location)
    if span is not None and span.revision is not None:
        revision = span.revision
        now = "still in HEAD" if revision.in_head else "no longer in HEAD, but in the history"
        yield "introduced", f"{revision.commit[:12]}, {revision.date[:10]}, {revision.author}"
        yield "today", now
    for step in finding.trail:
        yield "from", f"{words_of(step.location)}: {step.message}"
    if finding.fix:
        yield "fix", finding.fix.title
    if entry.origin:
        yield "status", f"{entry.status.value} ({entry.origin})"
    if entry.owner:
        yield "owner", entry.owner


def _source(excerpt: Excerpt, label: str) -> Iterator[str]:
    yield '<div class=source role="region" aria-label="source" tabindex="0"><table><tbody>'
    for number, line in enumerate(excerpt.lines, start=excerpt.first_line):
        if number == excerpt.mark_line:
            start, end = excerpt.mark_start, excerpt.mark_end
            text = f"{html(line[:start])}<mark>{html(line[start:end])}</mark>{html(line[end:])}"
            note = f"<span class=label>{html(label)}</span>" if label else ""
            yield f"<tr class=marked><th>{number}</th><td><pre>{text}</pre>{note}</td></tr>"
        else:
            yield f"<tr><th>{number}</th><td><pre>{html(line)}</pre></td></tr>"
    yield "</tbody></table></div>"


def _first(remedy: str) -> str:
    lines = remedy.strip().splitlines()
    return lines[0].removeprefix("1. ") if lines else ""


def _steps(remedy: str) -> Iterator[str]:
    steps = [line.strip() for line in remedy.splitlines() if line.strip()]
    if not steps:
        return
    yield "<ol>"
    for step in steps:
        yield f"<li>{_prose(step.lstrip('0123456789').removeprefix('. '))}</li>"
    yield "</ol>"


def _prose(text: str) -> str:
    """Show the Markdown of a rule's words: code in backticks is all that is made of it."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return html(text)
    return "".join(
        f"<code>{html(part)}</code>" if number % 2 else html(part)
        for number, part in enumerate(parts)
    )


def _closed(entries: list[Triaged]) -> Iterator[str]:
    if not entries:
        return
    yield f"<section><h2>Closed <span class=count>{len(entries):,}</span></h2><table class=list>"
    yield "<thead><tr><th>status<th>rule<th>place<th>why<th>until</tr></thead><tbody>"
    for entry in entries[:MOST_SHOWN]:
        cells = (entry.status.value, entry.finding.rule, where(entry))
        why = entry.reason or entry.origin
        yield "<tr>" + "".join(f"<td>{html(cell)}</td>" for cell in (*cells, why, entry.until))
    yield "</tbody></table></section>"


def _problems(report: Report) -> Iterator[str]:
    if not report.problems:
        return
    yield f"<section><h2>What to know <span class=count>{len(report.problems):,}</span></h2><ul>"
    for problem in report.problems[:MOST_SHOWN]:
        at = f"{problem.path}:{problem.line}" if problem.line else problem.path
        place_ = f"<code>{html(at)}</code> " if at else ""
        hint = f" <small>{html(problem.hint)}</small>" if problem.hint else ""
        kind = "partial" if problem.partial else ""
        yield f'<li class="{kind}">{place_}{html(problem.message)}{hint}</li>'
    yield "</ul></section>"


def _coverage(report: Report) -> Iterator[str]:
    coverage = report.coverage
    yield "<section><h2>What was looked at</h2><dl class=notes>"
    rows = [
        ("read", f"{coverage.files:,} files, {size(coverage.bytes)}"),
        ("not read", ", ".join(f"{count:,} {name}" for name, count in coverage.skipped.items())),
        ("policy", report.verdict.policy),
        ("time", f"{report.seconds:.1f} s"),
    ]
    rows += [
        (engine.name, f"{engine.rules:,} rules, {told(engine.findings)}; {engine.note}")
        for engine in coverage.engines
    ]
    for label, value in rows:
        if value:
            yield f"<div><dt>{html(label)}</dt><dd>{html(value)}</dd></div>"
    yield "</dl></section>"
