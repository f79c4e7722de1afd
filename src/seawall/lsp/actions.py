"""What a person can do about a finding without leaving the editor."""

from collections.abc import Iterator
from datetime import date, timedelta

from lsprotocol import types

from seawall.core.location import place
from seawall.journeys.acceptance import write_allow
from seawall.journeys.document import Judged
from seawall.lsp.diagnosis import Diagnosis
from seawall.lsp.text import Text

EXPLAIN = "seawall.explain"
SELECT = "seawall.select"
ALLOWED_DAYS = 90


def offer_actions(
    diagnosis: Diagnosis, wanted: types.Range, uri: str, today: date
) -> Iterator[types.CodeAction]:
    """Yield what can be done about the findings that touch a range."""
    for diagnostic, judged in diagnosis.within(wanted):
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
    if fix is None or not fix.edits or any(edit.span.path != diagnosis.path for edit in fix.edits):
        return None
    text = diagnosis.text
    edits = [
        types.TextEdit(range=text.range_of(edit.span), new_text=edit.text) for edit in fix.edits
    ]
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        is_preferred=True,
        edit=_in_document(uri, text, edits),
    )


def _in_document(uri: str, text: Text, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
    """Bind edits to the version that they were made for, so that a later one refuses them."""
    document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=text.version)
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(text_document=document, edits=list(edits))]
    )
