"""Put into the files what would mend the findings, where that is mechanical."""

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from seawall.core.errors import TargetError
from seawall.core.finding import Finding
from seawall.core.report import Report
from seawall.edit.spans import Lines, Stretch, apply_stretches, choose
from seawall.journeys.mask import Masker, without
from seawall.parse.python import SUFFIXES, parse_python
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


class Fitted(Struct, frozen=True, kw_only=True):
    """The fixes of one text that can be applied together."""

    stretches: tuple[Stretch, ...] = ()
    """What they change, in the text without a byte order mark; no two collide."""
    mended: tuple[Finding, ...] = ()
    left: tuple[Left, ...] = ()


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
    fitted = fit_fixes(text, findings)
    mark = _MARK if text.startswith(_MARK) else ""
    after = mark + apply_stretches(text.removeprefix(mark), fitted.stretches)
    content = after.encode("utf-8")
    if path.endswith(SUFFIXES) and _broken(content) > _broken(former):
        return all_left(f"{path} would not parse afterwards")
    if not fitted.mended or content == former:
        return None, list(fitted.left)
    change = Change(path=path, former=former, content=content, mended=fitted.mended)
    return change, list(fitted.left)


def fit_fixes(text: str, findings: Sequence[Finding]) -> Fitted:
    """Choose of the fixes of findings in one text those that do not collide, the first first."""
    lines = Lines(text.removeprefix(_MARK))
    if lines.has_lone_returns:
        reason = "its lines end with a carriage return alone"
        return Fitted(left=tuple(Left(finding=one, reason=reason) for one in findings))
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
    return Fitted(stretches=tuple(stretches), mended=tuple(mended), left=tuple(left))


def stretches_of(text: str, findings: Sequence[Finding]) -> list[Stretch]:
    """Return what the fixes of findings change in a text, in order: from, to, and the new text."""
    mark = len(text) - len(text.removeprefix(_MARK))
    stretches = sorted(fit_fixes(text, findings).stretches)
    return [(begin + mark, end + mark, new) for begin, end, new in stretches]


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


def diff_of(plan: FixPlan, masker: Masker) -> str:
    """Return what the plan changes as a unified diff, with secrets masked.

    A hunk with the mask in it shows what would change and does not apply.
    """
    pieces: list[str] = []
    for change in plan.changes:
        values = {
            value
            for content in (change.former, change.content)
            for value in masker.values(change.path, content)
        }
        known = sorted(values, key=len, reverse=True)
        before, after = (
            content.decode("utf-8").splitlines(keepends=True)
            for content in (change.former, change.content)
        )
        for line in difflib.unified_diff(before, after, f"a/{change.path}", f"b/{change.path}"):
            line = without(line, known)
            pieces.append(
                line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            )
    return "".join(pieces)
