"""What is offered at a finding."""

from datetime import date

import pytest
from lsprotocol import types

from seawall.core.finding import Edit, Finding, Fix
from seawall.core.location import CodeSpan
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged
from seawall.journeys.acceptance import write_allow
from seawall.journeys.document import Judged, Reading
from seawall.lsp.actions import offer_actions
from seawall.lsp.diagnosis import diagnose
from seawall.lsp.text import Text
from seawall.triage.allow import read_allows

RULE = Rule(id="debug-on", title="Debugging is on", engine="code", severity=Severity.LOW)
SPAN = CodeSpan(path="lib/a.py", line=2, column=9, end_column=13)
WHOLE = types.Range(
    start=types.Position(line=0, character=0), end=types.Position(line=9, character=0)
)


def reading(*, fix: Fix | None = None, status: Status = Status.NEW, clause: str = "") -> Reading:
    finding = Finding(
        rule="debug-on",
        location=SPAN,
        message="debugging is on",
        anchor="v1:x",
        severity=Severity.LOW,
        fix=fix,
    )
    return Reading(
        findings=(Judged(triaged=Triaged(finding=finding, status=status), clause=clause),)
    )


def actions(told: Reading) -> dict[str, types.CodeAction]:
    text = Text("import x\r\ndebug = True\r\n", 7)
    diagnosis = diagnose(told, text, {"debug-on": RULE}, "lib/a.py")
    offered = offer_actions(diagnosis, WHOLE, "file:///lib/a.py", date(2026, 11, 25))
    return {action.title: action for action in offered}


def test_a_fix_is_applied_where_there_is_one() -> None:
    fix = Fix(title="Turn debugging off", edits=(Edit(span=SPAN, text="False"),))
    action = actions(reading(fix=fix))["Turn debugging off"]
    assert action.is_preferred
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 7
    (edit,) = change.edits
    assert isinstance(edit, types.TextEdit)
    assert edit.new_text == "False"
    assert edit.range == types.Range(
        start=types.Position(line=1, character=8), end=types.Position(line=1, character=12)
    )


def test_a_fix_of_another_file_is_not_offered() -> None:
    other = CodeSpan(path="lib/b.py", line=1)
    fix = Fix(title="Elsewhere", edits=(Edit(span=other, text=""),))
    assert list(actions(reading(fix=fix))) == [
        "Explain debug-on",
        "Allow debug-on here until 2027-02-23, with a reason that you write",
    ]


@pytest.mark.parametrize("status", [Status.WAIVED, Status.FALSE_ALARM, Status.FIXED])
def test_what_is_closed_has_neither_diagnostic_nor_action(status: Status) -> None:
    assert actions(reading(status=status)) == {}


def test_severities_follow_the_gate() -> None:
    def severity(told: Reading) -> types.DiagnosticSeverity | None:
        return (
            diagnose(told, Text("a\nb\n"), {"debug-on": RULE}, "lib/a.py").diagnostics[0].severity
        )

    assert severity(reading()) is types.DiagnosticSeverity.Information
    assert severity(reading(clause="all")) is types.DiagnosticSeverity.Error
    assert severity(reading(status=Status.KNOWN)) is types.DiagnosticSeverity.Hint


@pytest.mark.parametrize(
    ("path", "line", "text"),
    [
        ("a.py", "    x = 1", "    # ALLOW"),
        ("a.ts", "\tx", "\t// ALLOW"),
        ("a.sql", "x", "-- ALLOW"),
        ("a.md", "x", "<!-- ALLOW -->"),
        ("a.xml", "<x/>", "<!-- ALLOW -->"),
        ("a.css", "x", "/* ALLOW */"),
        ("a.ini", "x", "; ALLOW"),
        ("a.vim", "x", '" ALLOW'),
        ("a.jsonc", "x", "// ALLOW"),
        ("Dockerfile", "  x", "  # ALLOW"),
        (".env", "X=1", "# ALLOW"),
    ],
)
def test_an_allow_is_a_comment_of_its_language(path: str, line: str, text: str) -> None:
    written = write_allow(path, line, "", rule="r-one", until="2027-01-31")
    assert written is not None
    # Put together here: this file is scanned as well.
    text = text.replace("ALLOW", "seawall: " + "allow r-one -- <reason> until 2027-01-31")
    assert written.text == text
    (placeholder,) = read_allows(f"{text}\n{line}\n".encode())
    assert (placeholder.rules, placeholder.reason, placeholder.covers) == (("r-one",), "", 2)
    end = written.reason_at + written.reason_size
    meant = text[: written.reason_at] + "seen" + text[end:]
    (allow,) = read_allows(f"{meant}\n{line}\n".encode())
    assert (allow.reason, allow.until) == ("seen", "2027-01-31")


@pytest.mark.parametrize(
    ("path", "line", "before"),
    [
        ("a.json", '"x": 1', "{"),
        ("a.ipynb", "x", ""),
        ("id_rsa", "x", ""),
        ("a.sh", "  -H x", "curl \\"),
        ("a.py", "  + 1", "x = 1 \\"),
        ("a.xml", 'password="x"', "<server"),
        ("a.ml", "x", ""),
    ],
)
def test_where_no_comment_can_stand_none_is_written(path: str, line: str, before: str) -> None:
    assert write_allow(path, line, before, rule="r-one", until="2027-01-31") is None
