"""A report for a person at a terminal: annotated source, what and why and the fix."""

import re
import textwrap
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from seawall.core.facts import Component
from seawall.core.finding import Excerpt, Finding
from seawall.core.location import CodeSpan, ComponentLocation, place
from seawall.core.report import Report
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Triaged
from seawall.reports.escape import terminal
from seawall.reports.options import RenderOptions
from seawall.reports.order import (
    breaking_fingerprints,
    breaks,
    foreign_words,
    in_order,
    size,
    spans,
    summarise,
    told,
    verdict_words,
    where,
    words_of,
)

MOST_ALIKE = 5
"""Findings of one rule in one file that are shown; the rest is counted."""

_COLOURS = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "2",
}
_ASCII = str.maketrans({"│": "|", "…": "...", "·": "-", "•": "*", "→": "->", "×": "x"})
_NOT_ASCII = re.compile("[^\x00-\x7f]")


class _Pen:
    """Colours and signs beyond ASCII, where they are wanted."""

    def __init__(self, options: RenderOptions) -> None:
        self._color = options.color
        self._unicode = options.unicode

    def text(self, text: str) -> str:
        """Make untrusted text fit for this terminal, before anything measures it."""
        shown = terminal(text)
        return shown if self._unicode or shown.isascii() else _ascii(shown)

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._color and text else text

    @property
    def more(self) -> str:
        """What stands for text that is left out."""
        return "…" if self._unicode else "..."

    def severity(self, severity: Severity, text: str) -> str:
        return self(_COLOURS[severity], text)


def _ascii(text: str) -> str:
    """Write a text in ASCII: signs by their likeness, everything else by its number."""
    return _NOT_ASCII.sub(lambda sign: f"\\u{{{ord(sign[0]):x}}}", text.translate(_ASCII))


def render(report: Report, options: RenderOptions) -> str:
    """Render the whole report."""
    pen = _Pen(options)
    shown = [entry for entry in in_order(report) if entry.status.is_open or options.show_closed]
    first, also = _by_package(shown)
    kept, hidden = _without_repetition(first, also, breaking_fingerprints(report))
    parts = [render_findings(report, kept, options, also)] if kept else []
    lines: list[str] = []
    for (rule, path), count in hidden.items():
        lines.append(f"… and {count:,} more of {rule} in {pen.text(path)}")
    if lines:
        parts.append("\n".join(lines) + "\n")
    problems = "\n".join(_problems(report, options))
    if problems:
        parts.append(problems + "\n")
    parts.append("\n".join(_closing(report, options)) + "\n")
    text = "\n".join(parts)
    return text if options.unicode else _ascii(text)


def render_findings(
    report: Report,
    entries: Iterable[Triaged],
    options: RenderOptions,
    also: Mapping[int, Sequence[Triaged]] | None = None,
) -> str:
    """Render these findings as frames; `also` gives by `id` what is told with one in a line."""
    rules = {rule.id: rule for rule in report.rules}
    breaking = breaking_fingerprints(report)
    frames = [
        "\n".join(
            _frame(
                entry,
                rules[entry.finding.rule],
                breaks(entry, breaking),
                options,
                _others((also or {}).get(id(entry), ()), breaking),
            )
        )
        for entry in entries
    ]
    text = "\n\n".join(frames) + "\n"
    return text if options.unicode else _ascii(text)


def _by_package(entries: list[Triaged]) -> tuple[list[Triaged], dict[int, list[Triaged]]]:
    """Return the first weakness of each package in a file, and by its `id` the others.

    The first is the worst; all of a package are mended by the same step.
    """
    firsts: dict[tuple[str, str, str, bool], Triaged] = {}
    kept: list[Triaged] = []
    also: dict[int, list[Triaged]] = defaultdict(list)
    for entry in entries:
        location = entry.finding.location
        if not isinstance(location, ComponentLocation) or not entry.finding.label:
            kept.append(entry)
            continue
        span = place(location)
        path = span.path if span else ""
        key = entry.finding.rule, path, location.purl, entry.status.is_open
        first = firsts.setdefault(key, entry)
        if first is entry:
            kept.append(entry)
        else:
            also[id(first)].append(entry)
    return kept, also


def _others(entries: Sequence[Triaged], breaking: frozenset[str]) -> str:
    """Name the other weaknesses of a package: all that break the build, and a few more."""
    told = [entry for entry in entries if breaks(entry, breaking)]
    told = told or list(entries[:MOST_ALIKE])
    left = len(entries) - len(told)
    names = ", ".join(f"{entry.finding.label} ({entry.finding.severity.value})" for entry in told)
    return f"{names} and {left:,} more" if left else names


def _without_repetition(
    entries: list[Triaged], also: Mapping[int, Sequence[Triaged]], breaking: frozenset[str]
) -> tuple[list[Triaged], Counter[tuple[str, str]]]:
    """Keep the first few of a rule in a file; what breaks the build is always shown."""
    seen: Counter[tuple[str, str]] = Counter()
    hidden: Counter[tuple[str, str]] = Counter()
    kept: list[Triaged] = []
    for entry in entries:
        span = place(entry.finding.location)
        key = (entry.finding.rule, span.path if span else "")
        seen[key] += 1
        if seen[key] <= MOST_ALIKE or breaks(entry, breaking):
            kept.append(entry)
        else:
            hidden[key] += 1 + len(also.get(id(entry), ()))
    return kept, hidden


def _frame(
    entry: Triaged, rule: Rule, breaking: bool, options: RenderOptions, others: str
) -> Iterator[str]:
    pen = _Pen(options)
    finding = entry.finding
    head = pen.severity(finding.severity, f"{finding.severity.value}[{finding.rule}]")
    yield f"{head}: {pen('1', pen.text(finding.message))}"
    excerpt = finding.excerpt
    gutter = len(str(excerpt.first_line + len(excerpt.lines))) if excerpt else 3
    yield f"{' ' * gutter}{pen('34', '-->')} {pen.text(where(entry))}"
    bar = pen("34", "│")
    if excerpt:
        yield f"{' ' * gutter} {bar}"
        yield from _source(finding, excerpt, gutter, options, pen)
        yield f"{' ' * gutter} {bar}"
    for name, words in _notes(entry, rule, breaking, others):
        width = max(30, options.width - gutter - len(name) - 5)
        shown = pen.text(words)
        wrapped = [shown]
        if columns(shown) > width:
            wrapped = textwrap.wrap(shown, width, break_long_words=False, break_on_hyphens=False)
        yield f"{' ' * gutter} {pen('34', '=')} {pen('1', name)}: {wrapped[0] if wrapped else ''}"
        for line in wrapped[1:]:
            yield f"{' ' * (gutter + len(name) + 5)}{line}"


def _notes(entry: Triaged, rule: Rule, breaking: bool, others: str) -> Iterator[tuple[str, str]]:
    finding = entry.finding
    effect = " · breaks the build" if breaking else ""
    exposure = f" · {finding.exposure.value}" if finding.exposure is not None else ""
    yield "evidence", f"{finding.evidence.value}{exposure}{effect}"
    if others:
        yield "also", others
    for proof in finding.proof:
        yield "proof", f"{proof.summary}{': ' + proof.detail if proof.detail else ''}"
    if isinstance(finding.location, CodeSpan) and finding.location.revision:
        revision = finding.location.revision
        now = "still in HEAD" if revision.in_head else "no longer in HEAD, but in the history"
        by = f" by {revision.author}" if revision.author else ""
        yield "introduced", f"{revision.commit[:12]} on {revision.date[:10]}{by} · {now}"
    if not entry.status.is_open or entry.origin:
        until = f" until {entry.until}" if entry.until else ""
        why = f": {entry.reason}" if entry.reason else ""
        origin = f" ({entry.origin})" if entry.origin else ""
        yield "status", f"{entry.status.value}{until}{why}{origin}"
    if entry.owner:
        yield "owner", entry.owner
    for step in finding.trail:
        yield "from", f"{words_of(step.location)}: {step.message}"
    if finding.fix:
        yield "fix", finding.fix.title
    elif rule.remedy:
        yield "help", _first_step(rule.remedy)
    yield "rule", f"seawall explain {finding.rule} · {finding.fingerprint[:12]}"


def _first_step(remedy: str) -> str:
    line = remedy.strip().splitlines()[0]
    return line.removeprefix("1. ").removesuffix(".")


def _source(
    finding: Finding, excerpt: Excerpt, gutter: int, options: RenderOptions, pen: _Pen
) -> Iterator[str]:
    room = max(30, options.width - gutter - 4)
    bar = pen("34", "│")
    for number, raw in enumerate(excerpt.lines, start=excerpt.first_line):
        marked = number == excerpt.mark_line
        if not marked:
            shown = _cut(pen.text(raw), room, pen.more)
            yield f"{pen('34', str(number).rjust(gutter))} {bar} {shown}".rstrip()
            continue
        before = pen.text(raw[: excerpt.mark_start])
        mark = pen.text(raw[excerpt.mark_start : excerpt.mark_end])
        after = pen.text(raw[excerpt.mark_end :])
        before, mark, after = _window(before, mark, after, room, pen.more)
        yield f"{pen('34', str(number).rjust(gutter))} {bar} {before}{mark}{after}"
        under = "^" * max(1, columns(mark))
        label = f" {pen.text(finding.label)}" if finding.label else ""
        line = f"{' ' * columns(before)}{pen.severity(finding.severity, under + label)}"
        yield f"{' ' * gutter} {bar} {line}"


def _window(before: str, mark: str, after: str, room: int, more: str) -> tuple[str, str, str]:
    """Cut a long line around its mark."""
    if columns(before) + columns(mark) + columns(after) <= room:
        return before, mark, after
    mark = _cut(mark, room - 2 * len(more) - 2, more)
    left = room - columns(mark) - 2 * len(more)
    if columns(before) > left * 2 // 3:
        keep = max(0, left * 2 // 3)
        before = before[max(0, len(before) - keep) :]
        while before and (columns(before) > keep or columns(before[0]) == 0):
            before = before[1:]
        before = more + before
    return before, mark, _cut(after, max(len(more), room - columns(before) - columns(mark)), more)


def _cut(text: str, room: int, more: str) -> str:
    if columns(text) <= room:
        return text
    text = text[: max(0, room - len(more))]
    while text and columns(text) > room - len(more):
        text = text[:-1]
    return text + more


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(sign) in ("Mn", "Me")
        else 2
        if unicodedata.east_asian_width(sign) in "WF"
        else 1
        for sign in text
    )


def _problems(report: Report, options: RenderOptions) -> Iterator[str]:
    pen = _Pen(options)
    for problem in report.problems[:50]:
        at = f"{problem.path}:{problem.line}" if problem.line else problem.path
        word = pen("1;31", "problem") if problem.partial else pen("33", "note")
        yield f"{word}: {pen.text(f'{at}: ' if at else '')}{pen.text(problem.message)}"
        if problem.hint:
            yield f"      {pen('2', 'hint: ' + pen.text(problem.hint))}"
    if len(report.problems) > 50:
        yield f"… and {len(report.problems) - 50:,} more notes (they are all in --format json)"


def _closing(report: Report, options: RenderOptions) -> Iterator[str]:
    pen = _Pen(options)
    summary = summarise(report)
    coverage = report.coverage
    if summary.open:
        parts = [
            pen.severity(severity, f"{count:,} {severity.value}")
            for severity, count in summary.by_severity.items()
        ]
        files = spans(entry for entry in report.findings if entry.status.is_open)
        many = "" if files == 1 else "s"
        yield f"{told(summary.open)} in {files:,} file{many}: {', '.join(parts)}"
    closed = Counter(entry.status.value for entry in report.findings if not entry.status.is_open)
    if closed:
        yield "closed: " + ", ".join(f"{count:,} {name}" for name, count in sorted(closed.items()))
    others = foreign_words(report)
    if others:
        yield f"waived by what other scanners were told: {pen.text(others)} (--show-closed)"
    what = "version" if report.target.mode == "history" else "file"
    cached = f", {coverage.from_cache:,} from the cache" if coverage.from_cache else ""
    commits = f" of {coverage.commits:,} commits" if coverage.commits else ""
    read = (
        f"{coverage.files:,} {what}{'' if coverage.files == 1 else 's'}{commits}, "
        f"{size(coverage.bytes)}{cached}{_packages(report)}"
    )
    skipped = ", ".join(f"{count:,} {name}" for name, count in coverage.skipped.items())
    time = f"{report.seconds:.1f} s · seawall {report.tool_version}"
    verdict = _verdict(report, pen)
    if not report.findings:
        # Nothing to read: two lines are enough.
        yield verdict
        yield pen("2", f"{read}{f' · not read: {skipped}' if skipped else ''} · {time}")
        return
    yield pen("2", read)
    if skipped:
        yield pen("2", f"not read: {skipped}")
    yield verdict
    yield pen("2", time)


def _packages(report: Report) -> str:
    """Return how many packages a target stands on, each counted once."""
    count = len({fact.purl for fact in report.facts if isinstance(fact, Component)})
    return f", {count:,} package{'' if count == 1 else 's'}" if count else ""


def _verdict(report: Report, pen: _Pen) -> str:
    passed = report.verdict.passed and not report.partial
    style = "1;32" if passed else "1;31"
    return pen(style if report.verdict.gated else "1", pen.text(verdict_words(report)))
