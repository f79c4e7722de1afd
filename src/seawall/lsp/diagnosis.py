"""Turns what was read of a document into diagnostics."""

from collections.abc import Callable, Iterator, Mapping

from lsprotocol import types
from msgspec import Struct

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, place
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status
from seawall.journeys.document import Judged, Reading
from seawall.lsp.text import Text
from seawall.lsp.words import first_remedy

SOURCE = "seawall"
ALLOW = "allow"
"""The code of what is wrong with an inline allow."""


class Diagnosis(Struct, frozen=True, kw_only=True):
    """What one version of a document was told to have."""

    path: str
    """Relative to its workspace."""
    text: Text
    entries: tuple[tuple[types.Diagnostic, Judged], ...]
    """The open findings."""
    notes: tuple[types.Diagnostic, ...]
    """What else there is to say about the document."""

    @property
    def diagnostics(self) -> list[types.Diagnostic]:
        """Everything for the editor, in the order of places."""
        told = [*(diagnostic for diagnostic, _ in self.entries), *self.notes]
        return sorted(told, key=lambda one: (one.range.start.line, one.range.start.character))

    def within(self, wanted: types.Range) -> Iterator[tuple[types.Diagnostic, Judged]]:
        """Yield the findings that touch a range."""
        start, end = _key(wanted.start), _key(wanted.end)
        for diagnostic, judged in self.entries:
            if _key(diagnostic.range.start) <= end and start <= _key(diagnostic.range.end):
                yield diagnostic, judged


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def diagnose(
    reading: Reading,
    text: Text,
    rules: Mapping[str, Rule],
    path: str,
    uri_of: Callable[[str], str] = lambda path: "",
) -> Diagnosis:
    """Make the diagnostics of a document; what somebody closed is not shown.

    What leads from it to another file is shown at the last step in it. `uri_of` gives the address
    of a path of the workspace, "" for none.
    """
    entries = []
    for judged in (*reading.findings, *reading.elsewhere):
        span = _place_in(path, judged.triaged.finding)
        if judged.triaged.status.is_open and span is not None:
            rule = rules[judged.triaged.finding.rule]
            told = _diagnostic(judged, rule, text, span, path)
            told.related_information = _related(judged.triaged.finding, text, path, uri_of)
            entries.append((told, judged))
    notes = [_note(problem, text) for problem in reading.problems if problem.path == path]
    return Diagnosis(path=path, text=text, entries=tuple(entries), notes=tuple(notes))


def _diagnostic(
    judged: Judged, rule: Rule, text: Text, span: CodeSpan, path: str
) -> types.Diagnostic:
    finding = judged.triaged.finding
    message = finding.message
    found = place(finding.location)
    if found is not None and found.path != path:
        message += f", in {found.path} at line {found.line}"
    if judged.clause:
        message += f"\nBreaks the build: {judged.clause}."
    if remedy := first_remedy(rule):
        message += f"\n{remedy}"
    link = next((link for link in rule.links if link.startswith("https://")), "")
    return types.Diagnostic(
        range=text.range_of(span),
        message=message,
        severity=_severity(judged),
        code=rule.id,
        code_description=types.CodeDescription(href=link) if link else None,
        source=SOURCE,
        data={"fingerprint": finding.fingerprint, "status": judged.triaged.status.value},
    )


def _place_in(path: str, finding: Finding) -> CodeSpan | None:
    """Return where a finding is shown in a document: its place, or the last step on the way."""
    steps = (step.location for step in reversed(finding.trail))
    spans = (place(location) for location in (finding.location, *steps))
    return next((span for span in spans if span is not None and span.path == path), None)


def _related(
    finding: Finding, text: Text, path: str, uri_of: Callable[[str], str]
) -> list[types.DiagnosticRelatedInformation] | None:
    """Return the steps that data takes, each at its place."""
    related: list[types.DiagnosticRelatedInformation] = []
    for step in finding.trail:
        span = place(step.location)
        uri = uri_of(span.path) if span is not None else ""
        if span is None or not uri:
            continue
        where = text.range_of(span) if span.path == path else _range_unseen(span)
        related.append(
            types.DiagnosticRelatedInformation(
                location=types.Location(uri=uri, range=where), message=step.message
            )
        )
    return related or None


def _range_unseen(span: CodeSpan) -> types.Range:
    """Return the range of a span of another file; its columns are right where it is ASCII."""
    last = max(span.last_line, span.line)
    end = span.end_column - 1 if span.end_column else span.column
    return types.Range(
        start=types.Position(line=span.line - 1, character=span.column - 1),
        end=types.Position(line=last - 1, character=max(end, 0)),
    )


def _severity(judged: Judged) -> types.DiagnosticSeverity:
    """Call what breaks the build an error, and leave in the background what was there before."""
    if judged.clause:
        return types.DiagnosticSeverity.Error
    if judged.triaged.status is Status.KNOWN:
        return types.DiagnosticSeverity.Hint
    if judged.triaged.finding.severity.rank >= Severity.MEDIUM.rank:
        return types.DiagnosticSeverity.Warning
    return types.DiagnosticSeverity.Information


def _note(problem: Problem, text: Text) -> types.Diagnostic:
    line = problem.line or 1
    hint = f"\n{problem.hint[:1].upper()}{problem.hint[1:]}." if problem.hint else ""
    is_allow = problem.kind is ProblemKind.CONFIG
    return types.Diagnostic(
        range=text.range_of(CodeSpan(path=problem.path, line=line)),
        message=f"{problem.message[:1].upper()}{problem.message[1:]}.{hint}",
        severity=types.DiagnosticSeverity.Warning
        if is_allow or problem.partial
        else types.DiagnosticSeverity.Information,
        code=ALLOW if is_allow else problem.kind.value,
        source=SOURCE,
    )
