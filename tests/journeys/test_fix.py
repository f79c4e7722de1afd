"""Which fixes are applied, and which are left."""

from pathlib import Path

import pytest

from seawall.core.finding import Edit, Finding, Fix
from seawall.core.location import CodeSpan
from seawall.core.report import Coverage, Report, Target, Verdict
from seawall.core.rule import Severity
from seawall.core.triage import Status, Triaged
from seawall.journeys.fix import diff_of, plan_fixes, write_fixes
from seawall.journeys.mask import Masker
from seawall.journeys.secrets import load_engine


def triaged(fix: Fix, status: Status = Status.NEW) -> Triaged:
    """Make a finding in the first line of a file that has a fix."""
    finding = Finding(
        rule="debug-mode",
        location=CodeSpan(path="a.py", line=1, column=1),
        message="m",
        anchor="v1:0",
        severity=Severity.HIGH,
        fix=fix,
    )
    return Triaged(finding=finding, status=status)


def edit(text: str, *, path: str = "a.py", first: int = 9, last: int = 13) -> Edit:
    return Edit(span=CodeSpan(path=path, line=1, column=first, end_column=last), text=text)


def report(*entries: Triaged) -> Report:
    verdict = Verdict(passed=True, reasons=(), told=0)
    return Report(
        tool_version="1",
        target=Target(name="x"),
        findings=entries,
        verdict=verdict,
        coverage=Coverage(),
        rules=(),
    )


@pytest.mark.parametrize(
    ("fix", "status", "reason"),
    [
        (Fix(title="t", edits=(edit("False"),)), Status.NEW, ""),
        (Fix(title="t", edits=(edit("False"),)), Status.KNOWN, ""),
        (Fix(title="t", edits=(edit("False"),)), Status.WAIVED, "-"),
        (Fix(title="only words"), Status.NEW, "-"),
        (Fix(title="t", edits=(edit("False"),), needs="other"), Status.NEW, "the package other"),
        (Fix(title="t", edits=(edit("("),)), Status.NEW, "would not parse"),
        (Fix(title="t", edits=(edit("x", first=90, last=91),)), Status.NEW, "the same place"),
        (Fix(title="t", edits=(edit("x"), edit("y", path="b.py"))), Status.NEW, "more than one"),
        (Fix(title="t", edits=(edit("x", path="gone.py"),)), Status.NEW, "is gone"),
        (Fix(title="t", edits=(edit("x", path="latin.py"),)), Status.NEW, "not written in UTF-8"),
        (Fix(title="t", edits=(edit("x", path="link.py"),)), Status.NEW, "is not written"),
        (Fix(title="t", edits=(edit("x", path="old.py"),)), Status.NEW, "carriage return alone"),
    ],
)
def test_what_is_applied(tmp_path: Path, fix: Fix, status: Status, reason: str) -> None:
    (tmp_path / "a.py").write_text("DEBUG = True\n", "utf-8")
    (tmp_path / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n")
    (tmp_path / "old.py").write_bytes(b"DEBUG = True\rx = 1\r\n")
    (tmp_path / "link.py").symlink_to(tmp_path / "a.py")
    plan = plan_fixes(report(triaged(fix, status)), tmp_path)
    assert len(plan.changes) == (not reason)
    assert [reason in left.reason for left in plan.left] == ([True] if reason.strip("-") else [])


def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("DEBUG = True\n", "utf-8")
    plan = plan_fixes(report(triaged(Fix(title="t", edits=(edit("False"),)))), tmp_path)
    assert "-DEBUG = True\n+DEBUG = False\n" in diff_of(plan, Masker(load_engine(None, "python")))
    file.write_text("DEBUG = 1\n", "utf-8")
    ((change, error),) = write_fixes(plan)
    assert (change.path, error is None) == ("a.py", False)
    assert file.read_text("utf-8") == "DEBUG = 1\n"
