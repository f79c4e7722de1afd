"""`seawall waive`: accept a risk, with a reason and until a day."""

import argparse
import getpass
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from seawall.cli.console import Console
from seawall.cli.output import write_file
from seawall.core.errors import SeawallError
from seawall.journeys.memory import recall
from seawall.source.cache import cache_folder
from seawall.triage.waivers import SHORTEST, Waiver
from seawall.waivers import FILE, read_waivers, with_waiver, wrong_with


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `waive` understands."""
    parser.epilog = (
        f"It adds to {FILE}, which is committed: it counts once it is merged. After its day the\n"
        "finding is open again.\n\n"
        "examples:\n"
        '  seawall waive 5f1d09a3c2b7 --reason "sample of the docs" --until 2027-01-31\n'
        '  seawall waive --rule hardcoded-password --path tests/ --reason "made up" '
        "--until 2027-01-31\n"
    )
    add_scope(parser)
    parser.add_argument("--until", metavar="DATE", required=True, help="its last day, YYYY-MM-DD")


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Declare what is closed, why and by whom."""
    parser.add_argument(
        "finding", nargs="?", default="", metavar="FINGERPRINT", help="a finding of the last scan"
    )
    parser.add_argument("--rule", metavar="ID", default="", help="all findings of this rule ...")
    parser.add_argument("--path", metavar="PATTERN", default="", help="... in these files")
    parser.add_argument("--package", metavar="PURL", default="", help="or of this package")
    parser.add_argument(
        "--advisory", metavar="ID", default="", help="... and this weakness: CVE, GHSA, ..."
    )
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why")
    parser.add_argument("--by", metavar="NAME", default="", help="who accepts it (you)")
    parser.add_argument("--target", metavar="PATH", default=".", help="the target (.)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Add a waiver to the target's file."""
    return add(arguments, console, until=arguments.until, false_alarm=False)


def add(arguments: argparse.Namespace, console: Console, *, until: str, false_alarm: bool) -> int:
    """Write the waiver that the arguments describe; exit 0. Raises SeawallError."""
    target = Path(arguments.target)
    waiver = Waiver(
        finding=_whole(arguments.finding.strip().lower(), target),
        rule=arguments.rule,
        path=arguments.path,
        package=arguments.package,
        advisory=arguments.advisory,
        reason=arguments.reason.strip(),
        by=arguments.by.strip() or _me(os.environ),
        until=until,
        false_alarm=false_alarm,
    )
    wrong = wrong_with(waiver)
    if wrong:
        raise SeawallError(
            f"no waiver was written: {wrong}", hint="`seawall waive --help` shows how"
        )
    if waiver.until and waiver.until < date.today().isoformat():
        raise SeawallError(f"no waiver was written: {waiver.until} is over")
    path = target / FILE
    content = path.read_bytes() if path.is_file() else b""
    if waiver in read_waivers(content, name=str(path)):
        console.write(f"{path} says so already\n")
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, with_waiver(content, waiver).decode())
    until_words = f" until {waiver.until}" if waiver.until else ""
    console.write(
        f"{path}: {waiver.scope} is closed{until_words}; commit it, it counts when merged\n"
    )
    return 0


def _whole(start: str, target: Path) -> str:
    """Return the whole fingerprint that begins so in the last scan, or what was given."""
    folder = cache_folder(os.environ)
    report = recall(folder, target) if start and folder is not None else None
    if report is None:
        return start
    found = {
        entry.finding.fingerprint
        for entry in report.findings
        if entry.finding.fingerprint.startswith(start)
    }
    if len(found) > 1:
        raise SeawallError(f"{len(found)} findings begin with {start}", hint="give more of it")
    if not found and len(start) < SHORTEST:
        raise SeawallError(f"the last scan has no finding {start}")
    return found.pop() if found else start


def _me(environment: Mapping[str, str]) -> str:
    name = environment.get("GIT_AUTHOR_NAME") or environment.get("GITHUB_ACTOR") or ""
    try:
        return name or getpass.getuser()
    except (KeyError, OSError):
        return name
