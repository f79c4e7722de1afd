"""`seawall policy test` and `seawall policy diff`: what a policy does, before it does it."""

import argparse
import os
from pathlib import Path

from seawall.cli.console import Console
from seawall.cli.guardrails import add_guardrail_options, guardrails_from
from seawall.cli.input import read_limited
from seawall.config import MAX_BYTES
from seawall.core.location import place
from seawall.core.triage import Triaged
from seawall.journeys.memory import recall
from seawall.journeys.policies import compare, read_cases, read_policies, try_case
from seawall.reports.escape import terminal
from seawall.source.cache import cache_folder
from seawall.source.checkout import open_target

AS_EXPECTED, OTHERWISE = 0, 1
MOST_SHOWN = 20


def add_test_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `policy test` understands."""
    parser.add_argument("file", metavar="FILE", type=Path, help="cases, as [[case]] tables")
    add_guardrail_options(parser)


def test(arguments: argparse.Namespace, console: Console) -> int:
    """Try every case on the policy in force; exit 1 when one comes out otherwise."""
    cases = read_cases(read_limited(arguments.file, MAX_BYTES), name=str(arguments.file))
    _, guardrails = guardrails_from(arguments)
    wrong = 0
    for case in cases:
        verdict = try_case(case, guardrails)
        breaks = not verdict.passed
        wrong += breaks is not case.breaks
        word = "ok   " if breaks is case.breaks else "WRONG"
        by = f", by {verdict.reasons[0].clause!r}" if breaks else ""
        did = "breaks the build" if breaks else "breaks nothing"
        console.write(f"{word}  {terminal(case.name)}: it {did}{terminal(by)}\n")
    many = "" if len(cases) == 1 else "s"
    console.write(f"{len(cases)} case{many}, {wrong} otherwise than written\n")
    return OTHERWISE if wrong else AS_EXPECTED


def add_diff_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `policy diff` understands."""
    parser.add_argument(
        "old", nargs="?", default="HEAD", metavar="OLD", help="a revision, a file or default (HEAD)"
    )
    parser.add_argument(
        "new", nargs="?", default="", metavar="NEW", help="the same (what is on disk)"
    )
    parser.add_argument("--target", metavar="PATH", default=".", help="the target (.)")


def diff(arguments: argparse.Namespace, console: Console) -> int:
    """Tell which clauses come and go, and what that does to the last scan; exit 1 if any go."""
    target = Path(arguments.target)
    checkout = open_target(target)
    old, new = (read_policies(named, checkout) for named in (arguments.old, arguments.new))
    folder = cache_folder(os.environ)
    report = recall(folder, target) if folder is not None else None
    found = compare(old, new, report)
    for sign, clauses in (("-", found.lost), ("+", found.gained)):
        for place_, name in clauses:
            where = f"{place_}: " if place_ else ""
            console.write(f"{sign} {terminal(where + name)}\n")
    if not found.lost and not found.gained:
        console.write("the same clauses\n")
    if report is None:
        console.write("no scan is remembered here, so nothing is said of its findings\n")
    for words, entries in (
        ("no longer break the build", found.passing),
        ("would break the build", found.breaking),
    ):
        if entries:
            console.write(f"{len(entries)} of the last scan {words}:\n")
            for entry in entries[:MOST_SHOWN]:
                console.write(f"  {terminal(_line(entry))}\n")
    return OTHERWISE if found.lost or found.passing else AS_EXPECTED


def _line(entry: Triaged) -> str:
    span = place(entry.finding.location)
    where = f"{span.path}:{span.line}" if span else ""
    return f"{where} {entry.finding.rule} {entry.finding.fingerprint[:12]}"
