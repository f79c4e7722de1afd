"""`seawall scan --fix`: put the fixes of what was found into the files."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.cli.console import Console
from seawall.core.errors import SeawallError
from seawall.core.finding import MASK
from seawall.core.location import place
from seawall.core.report import Report
from seawall.reports import escape

if TYPE_CHECKING:
    # What mends is loaded only where it is asked for: every scan declares these options.
    from seawall.journeys.fix import FixPlan
    from seawall.journeys.mask import Masker

MOST_TOLD = 20
_NOTHING = "seawall: there is nothing that --fix can mend"


def add_fix_options(parser: argparse.ArgumentParser) -> None:
    """Declare what mends."""
    parser.add_argument(
        "--fix", action="store_true", help="mend in the files what can be mended mechanically"
    )
    parser.add_argument(
        "--diff", action="store_true", help="with --fix: print what it would change, change nothing"
    )


def check_fix_options(arguments: argparse.Namespace) -> None:
    """Refuse what --fix does not go with. Raises SeawallError."""
    if arguments.diff and not arguments.fix:
        raise SeawallError("--diff says what --fix would change", hint="write --fix --diff")
    if arguments.fix and (arguments.since is not None or arguments.staged or arguments.history):
        raise SeawallError(
            "--fix changes the files of a folder, and goes with no change and no history",
            hint="scan the folder: seawall scan --fix",
        )


def show_fixes(report: Report, target: Path, masker: "Masker", console: Console) -> None:
    """Print what the fixes would change as a diff that `git apply` takes, secrets masked."""
    from seawall.journeys.fix import diff_of, plan_fixes

    plan = plan_fixes(report, target)
    diff = diff_of(plan, masker)
    console.write(diff)
    if MASK in diff:
        console.say("seawall: secrets are masked in the diff: what holds one does not apply")
    _tell_left(plan, console)
    if not plan.changes:
        console.say(_NOTHING)


def apply_fixes(report: Report, target: Path, console: Console) -> bool:
    """Write the fixes, tell what was done, and return whether any file was changed."""
    from seawall.journeys.fix import plan_fixes, write_fixes

    plan = plan_fixes(report, target)
    written = 0
    for change, error in write_fixes(plan):
        path = escape.terminal(change.path)
        if error is not None:
            console.say(f"seawall: {escape.terminal(str(error))}")
            continue
        written += 1
        for finding in change.mended:
            span = place(finding.location)
            title = escape.terminal(finding.fix.title if finding.fix is not None else "")
            line = span.line if span is not None else 0
            console.say(f"seawall: mended {path}:{line} [{finding.rule}] {title}")
    _tell_left(plan, console)
    if not written:
        console.say(_NOTHING)
    return written > 0


def _tell_left(plan: "FixPlan", console: Console) -> None:
    for one in plan.left[:MOST_TOLD]:
        span = place(one.finding.location)
        where = f"{escape.terminal(span.path)}:{span.line} " if span is not None else ""
        console.say(
            f"seawall: left {where}[{one.finding.rule}] as it is: {escape.terminal(one.reason)}"
        )
    if len(plan.left) > MOST_TOLD:
        console.say(f"seawall: left {len(plan.left) - MOST_TOLD} more as they are")
