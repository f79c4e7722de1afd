"""What a person can do about a finding without leaving the editor."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from lsprotocol import types

from seawall.core.location import place
from seawall.journeys.acceptance import write_allow
from seawall.journeys.document import Judged
from seawall.journeys.fix import stretches_of
from seawall.lsp.diagnosis import Diagnosis
from seawall.lsp.text import Text

EXPLAIN = "seawall.explain"
SELECT = "seawall.select"
FIX_ALL = "source.fixAll.seawall"
ALLOWED_DAYS = 90


def offer_actions(
    diagnosis: Diagnosis,
    wanted: types.Range,
    uri: str,
    today: date,
    only: Sequence[str] | None = None,
) -> Iterator[types.CodeAction]:
    """Yield what can be done about the findings that touch a range, and about all of a document.

    `only` are the kinds that are asked for, None for all.
    """
    if _is_asked(types.CodeActionKind.QuickFix.value, only):
        for diagnostic, judged in diagnosis.within(wanted):
            yield from _offer(diagnosis, diagnostic, judged, uri, today)
    if _is_asked(FIX_ALL, only):
        everything = _fix_all(diagnosis, uri)
        if everything is not None:
            yield everything


def _is_asked(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind of actions is among those asked for: "source" asks for "source.x" too."""
    return only is None or any(f"{kind}.".startswith(f"{one}.") for one in only)


def _offer(
    diagnosis: Diagnosis, diagnostic: types.Diagnostic, judged: Judged, uri: str, today: date
) -> Iterator[types.CodeAction]:
    rule = judged.triaged.finding.rule
    fix = _fix(diagnosis, diagnostic, judged, uri)
    if fix is not None:
        yield fix
    yield types.CodeAction(
        title=f"Explain {rule}",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        command=types.Command(title=f"Explain {rule}", command=EXPLAIN, arguments=[rule]),
    )
    allow = _allow(diagnosis, diagnostic, judged, uri, today)
    if allow is not None:
        yield allow


def _allow(
    diagnosis: Diagnosis, diagnostic: types.Diagnostic, judged: Judged, uri: str, today: date
) -> types.CodeAction | None:
    """Insert an allow whose reason is still to be written: without one it allows nothing."""
    text, finding = diagnosis.text, judged.triaged.finding
    span = place(finding.location)
    if span is None or span.path != diagnosis.path:
        return None
    until = (today + timedelta(days=ALLOWED_DAYS)).isoformat()
    written = write_allow(
        diagnosis.path,
        text.line_at(span.line),
        text.line_at(span.line - 1),
        rule=finding.rule,
        until=until,
    )
    if written is None:
        return None
    at = text.start_of(span.line)
    line_end = "\r\n" if "\r\n" in text.content else "\n"
    edit = types.TextEdit(range=types.Range(start=at, end=at), new_text=written.text + line_end)
    inserted = Text(written.text, encoding=text.encoding)
    first = inserted.position(written.reason_at).character
    last = inserted.position(written.reason_at + written.reason_size).character
    return types.CodeAction(
        title=f"Allow {finding.rule} here until {until}, with a reason that you write",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        edit=_in_document(uri, text, [edit]),
        command=types.Command(
            title="Write the reason",
            command=SELECT,
            arguments=[uri, at.line, first, last],
        ),
    )


def _fix(
    diagnosis: Diagnosis, diagnostic: types.Diagnostic, judged: Judged, uri: str
) -> types.CodeAction | None:
    """Apply what the engine would change, where all of it is in this document."""
    fix = judged.triaged.finding.fix
    edits = _edits(diagnosis, [judged])
    if fix is None or not edits:
        return None
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        # What asks for a package more is not for a key that takes the first that is offered.
        is_preferred=not fix.needs,
        edit=_in_document(uri, diagnosis.text, edits),
    )


def _fix_all(diagnosis: Diagnosis, uri: str) -> types.CodeAction | None:
    """Apply the fixes of the document that go together and ask for no package."""
    mended = [judged for _, judged in diagnosis.entries if not _needs(judged)]
    edits = _edits(diagnosis, mended)
    if not edits:
        return None
    return types.CodeAction(
        title="Fix all that Seawall can mend here",
        kind=FIX_ALL,
        edit=_in_document(uri, diagnosis.text, edits),
    )


def _needs(judged: Judged) -> str:
    fix = judged.triaged.finding.fix
    return fix.needs if fix is not None else ""


def _edits(diagnosis: Diagnosis, entries: Sequence[Judged]) -> list[types.TextEdit]:
    """Return what the fixes of findings change in the document; nothing of those elsewhere."""
    findings = [judged.triaged.finding for judged in entries]
    mine = [
        finding
        for finding in findings
        if finding.fix is not None
        and all(edit.span.path == diagnosis.path for edit in finding.fix.edits)
    ]
    text = diagnosis.text
    return [
        types.TextEdit(
            range=types.Range(start=text.position(begin), end=text.position(end)), new_text=new
        )
        for begin, end, new in stretches_of(text.content, mine)
    ]


def _in_document(uri: str, text: Text, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
    """Bind edits to the version that they were made for, so that a later one refuses them."""
    document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=text.version)
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(text_document=document, edits=list(edits))]
    )
