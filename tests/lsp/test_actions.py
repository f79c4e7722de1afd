"""What is offered at a finding."""

from datetime import date

import pytest
from lsprotocol import types

from seawall.core.finding import Edit, Finding, Fix, Step
from seawall.core.location import CodeSpan
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged
from seawall.journeys.acceptance import write_allow
from seawall.journeys.document import Judged, Reading
from seawall.lsp.actions import offer_actions
from seawall.lsp.diagnosis import Diagnosis, diagnose
from seawall.lsp.text import Text
from seawall.triage.allow import read_allows

RULE = Rule(id="debug-on", title="Debugging is on", engine="code", severity=Severity.LOW)
SPAN = CodeSpan(path="lib/a.py", line=2, column=9, end_column=13)
WHOLE = types.Range(
    start=types.Position(line=0, character=0), end=types.Position(line=9, character=0)
)


CONTENT = "import x\r\ndebug = True\r\n"
FIXES_ALL = "Fix all that Seawall can mend here"


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
    text = Text(CONTENT, 7)
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


def test_a_fix_that_needs_a_package_is_offered_after_the_others() -> None:
    fix = Fix(title="Use other", edits=(Edit(span=SPAN, text="False"),), needs="other")
    offered = actions(reading(fix=fix))
    assert offered["Use other"].is_preferred is False
    assert FIXES_ALL not in offered


def several(*fixes: Fix | None, content: str = CONTENT) -> Diagnosis:
    findings = tuple(
        Finding(
            rule="debug-on",
            location=SPAN,
            message="m",
            anchor=f"v1:{number}",
            severity=Severity.LOW,
            fix=fix,
        )
        for number, fix in enumerate(fixes)
    )
    told = Reading(
        findings=tuple(
            Judged(triaged=Triaged(finding=finding, status=Status.KNOWN)) for finding in findings
        )
    )
    return diagnose(told, Text(content, 7), {"debug-on": RULE}, "lib/a.py")


def edits_of(diagnosis: Diagnosis, *only: str) -> list[tuple[tuple[int, int], str]]:
    """Return line, column and new text of what all fixes together change."""
    given = offer_actions(diagnosis, WHOLE, "file:///lib/a.py", date(2026, 11, 25), only or None)
    found = [action for action in given if action.title == FIXES_ALL]
    if not found:
        return []
    (action,) = found
    assert (action.kind, action.diagnostics) == ("source.fixAll.seawall", None)
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    return [
        ((edit.range.start.line, edit.range.start.character), edit.new_text)
        for edit in change.edits
        if isinstance(edit, types.TextEdit)
    ]


IMPORT = Edit(span=CodeSpan(path="lib/a.py", line=2, column=1, end_column=1), text="import y\n")
DEBUG = Fix(title="a", edits=(IMPORT, Edit(span=SPAN, text="False")))
NAME = CodeSpan(path="lib/a.py", line=1, column=8, end_column=9)
OTHERS = [
    Fix(title="b", edits=(IMPORT, Edit(span=NAME, text="z"))),
    Fix(title="collides", edits=(Edit(span=SPAN, text="None"),)),
    Fix(title="needs", edits=(Edit(span=NAME, text="w"),), needs="w"),
    Fix(title="elsewhere", edits=(Edit(span=CodeSpan(path="lib/b.py", line=1), text=""),)),
    Fix(title="only words"),
    None,
]


def test_all_fixes_that_go_together_are_one_action() -> None:
    together = [((0, 7), "z"), ((1, 0), "import y\r\n"), ((1, 8), "False")]
    assert edits_of(several(DEBUG, *OTHERS)) == together
    marked = several(DEBUG, *OTHERS, content="\ufeff" + CONTENT)
    assert edits_of(marked) == [((0, 8), "z"), *together[1:]]
    assert edits_of(several(*OTHERS[2:])) == []


@pytest.mark.parametrize(
    ("only", "offered"),
    [
        (["source"], True),
        (["source.fixAll"], True),
        (["quickfix", "source.fixAll.seawall"], True),
        (["source.fixAll.other"], False),
        (["source.fix"], False),
        (["quickfix"], False),
    ],
)
def test_an_editor_asks_for_kinds(only: list[str], offered: bool) -> None:
    assert bool(edits_of(several(DEBUG), *only)) is offered
    told = offer_actions(several(DEBUG), WHOLE, "file:///a", date(2026, 11, 25), only)
    assert ("quickfix" in only) is any(action.kind == "quickfix" for action in told)


def test_where_a_carriage_return_ends_lines_nothing_is_mended() -> None:
    diagnosis = several(DEBUG, content="x = 1\rimport x\r\ndebug = True\r\n")
    assert edits_of(diagnosis) == []
    told = offer_actions(diagnosis, WHOLE, "file:///lib/a.py", date(2026, 11, 25))
    assert "a" not in [action.title for action in told]


def test_the_way_that_data_takes_is_related_information() -> None:
    def step(path: str, line: int, message: str) -> Step:
        return Step(
            location=CodeSpan(path=path, line=line, column=3, end_column=5), message=message
        )

    trail = (step("lib/b.py", 9, "comes in"), step("lib/a.py", 1, "é"), step("lib/c.py", 4, "out"))
    finding = Finding(
        rule="debug-on",
        location=trail[-1].location,
        message="harm",
        anchor="v1:x",
        severity=Severity.HIGH,
        trail=trail,
    )
    told = Reading(elsewhere=(Judged(triaged=Triaged(finding=finding, status=Status.NEW)),))
    text = Text("é🙂x = 1\n")
    rules = {"debug-on": RULE}
    (shown,) = diagnose(told, text, rules, "lib/a.py", lambda path: f"file:///{path}").diagnostics
    # Shown where it leaves this document; an emoji before it is two units wide.
    assert (shown.range.start.line, shown.range.start.character) == (0, 3)
    assert shown.message.startswith("harm, in lib/c.py at line 4")
    related = [
        (
            one.location.uri,
            one.location.range.start.line,
            one.location.range.start.character,
            one.message,
        )
        for one in shown.related_information or ()
    ]
    assert related == [
        ("file:///lib/b.py", 8, 2, "comes in"),
        ("file:///lib/a.py", 0, 3, "é"),
        ("file:///lib/c.py", 3, 2, "out"),
    ]


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
