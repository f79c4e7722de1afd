"""Put into the files what would mend the findings, where that is mechanical."""

import difflib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from seawall.core.errors import TargetError
from seawall.core.finding import Finding
from seawall.core.report import Report
from seawall.edit.spans import Lines, Stretch, apply_stretches, choose
from seawall.parse.python import parse_python
from seawall.source.checkout import open_target
from seawall.source.writing import read_for_edit, write_whole

_MARK = "\ufeff"


class Change(Struct, frozen=True, kw_only=True):
    """A file as it was read and as it shall be."""

    path: str
    former: bytes
    content: bytes
    mended: tuple[Finding, ...]


class Left(Struct, frozen=True, kw_only=True):
    """A finding whose fix is not applied."""

    finding: Finding
    reason: str


class FixPlan(Struct, frozen=True, kw_only=True):
    """What fixing would change in a target."""

    root: Path
    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()

    @property
    def mended(self) -> int:
        """How many findings it mends."""
        return sum(len(change.mended) for change in self.changes)


def plan_fixes(report: Report, target: Path) -> FixPlan:
    """Plan the fixes of all open findings of a scan of the tree. Raises TargetError."""
    checkout = open_target(target)
    try:
        root = checkout.root
    finally:
        checkout.close()
    by_path: dict[str, list[Finding]] = defaultdict(list)
    left: list[Left] = []
    for triaged in report.findings:
        fix = triaged.finding.fix
        if fix is None or not fix.edits or not triaged.status.is_open:
            continue
        paths = {edit.span.path for edit in fix.edits}
        if fix.needs:
            left.append(Left(finding=triaged.finding, reason=f"it needs the package {fix.needs}"))
        elif len(paths) > 1:
            left.append(Left(finding=triaged.finding, reason="it changes more than one file"))
        else:
            by_path[paths.pop()].append(triaged.finding)
    changes: list[Change] = []
    for path, findings in sorted(by_path.items()):
        change, passed = _change(root, path, findings)
        left += passed
        if change is not None:
            changes.append(change)
    return FixPlan(root=root, changes=tuple(changes), left=tuple(left))


def _change(root: Path, path: str, findings: list[Finding]) -> tuple[Change | None, list[Left]]:
    def all_left(reason: str) -> tuple[None, list[Left]]:
        return None, [Left(finding=finding, reason=reason) for finding in findings]

    try:
        former = read_for_edit(root, path)
    except TargetError as error:
        return all_left(str(error))
    if former is None:
        return all_left(f"{path} is gone")
    try:
        text = former.decode("utf-8")
    except UnicodeDecodeError:
        return all_left(f"{path} is not written in UTF-8")
    mark = _MARK if text.startswith(_MARK) else ""
    lines = Lines(text.removeprefix(mark))
    stretches: list[Stretch] = []
    mended: list[Finding] = []
    left: list[Left] = []
    fixes = [finding.fix.edits if finding.fix is not None else () for finding in findings]
    for finding, added in zip(findings, choose(lines, fixes), strict=True):
        if added is None:
            left.append(Left(finding=finding, reason="another fix changes the same place"))
        else:
            stretches += added
            mended.append(finding)
    content = (mark + apply_stretches(lines.text, stretches)).encode("utf-8")
    if path.endswith((".py", ".pyw")) and _broken(content) > _broken(former):
        return all_left(f"{path} would not parse afterwards")
    if not mended or content == former:
        return None, left
    change = Change(path=path, former=former, content=content, mended=tuple(mended))
    return change, left


def _broken(content: bytes) -> int:
    return len(parse_python(content).broken)


def write_fixes(plan: FixPlan) -> Iterator[tuple[Change, TargetError | None]]:
    """Write the files one by one, and say of each whether it was written.

    A file that changed since the plan was made is not written.
    """
    for change in plan.changes:
        try:
            write_whole(plan.root, change.path, change.content, former=change.former)
        except TargetError as error:
            yield change, error
        else:
            yield change, None


def diff_of(plan: FixPlan) -> str:
    """Return what the plan changes as a unified diff."""
    pieces: list[str] = []
    for change in plan.changes:
        before, after = (
            content.decode("utf-8").splitlines(keepends=True)
            for content in (change.former, change.content)
        )
        for line in difflib.unified_diff(before, after, f"a/{change.path}", f"b/{change.path}"):
            pieces.append(
                line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            )
    return "".join(pieces)
