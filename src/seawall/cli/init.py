"""`seawall init`: set a repository up, and say what is most worth fixing first."""

import argparse
import difflib
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from seawall.cli.baseline import WHOLE, write_baseline
from seawall.cli.console import Console
from seawall.cli.scan import add_work_options, scan_options
from seawall.core.errors import SeawallError
from seawall.core.location import place
from seawall.core.report import Report
from seawall.journeys.adopt import PIPELINES, Plan, Proposal, open_root, plan, write
from seawall.journeys.guardrails import locate_baseline
from seawall.journeys.memory import remember
from seawall.journeys.scan import ScanOptions, scan
from seawall.journeys.stack import Stack, survey
from seawall.reports.escape import terminal
from seawall.reports.order import foreign_words
from seawall.source.checkout import open_target
from seawall.source.writing import read_for_edit
from seawall.triage.ranking import Ranked, worst_first

EPILOG = """\
It shows every change as a diff and asks before it writes. Existing files keep what they hold; a
second run finds nothing to do. Then it scans, makes what it finds the baseline, and shows what is
most worth fixing first.

examples:
  seawall init                  what fits this repository
  seawall init --dry-run        only show it
  seawall init --ci gitlab      for another pipeline than the one that was detected
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `init` understands."""
    parser.epilog = EPILOG
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the repository (.)")
    parser.add_argument(
        "--ci", choices=PIPELINES, default=None, help="the pipeline (default: what is detected)"
    )
    parser.add_argument("--no-pre-commit", action="store_true", help="no hook before commits")
    parser.add_argument(
        "--no-baseline", action="store_true", help="accept nothing of what is there today"
    )
    parser.add_argument("--dry-run", action="store_true", help="show everything, write nothing")
    parser.add_argument("-y", "--yes", action="store_true", help="write without asking")
    add_work_options(parser)
    parser.set_defaults(config=None, baseline=None, **WHOLE)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Propose, ask, write, scan, and say what comes next."""
    path = Path(arguments.path)
    checkout = open_root(open_target(path), path)
    try:
        stack = survey(checkout)
        pipelines = (arguments.ci,) if arguments.ci else stack.pipelines or ("shell",)
        proposed = plan(checkout, stack, pipelines=pipelines, hook=not arguments.no_pre_commit)
        makes_baseline = proposed.is_first and not arguments.no_baseline
        console.write("\n".join(_told(stack)) + "\n")
        if not proposed.proposals:
            console.write("\nnothing to do: this repository is set up\n")
            _tell_hints(proposed, console)
            return 0
        console.write("\n" + "".join(_diff(proposed.proposals, console)))
        _tell_hints(proposed, console)
        if arguments.dry_run:
            console.write("\nnothing was written (--dry-run)\n")
            return 0
        if not arguments.yes and not _agreed(proposed, console, makes_baseline):
            console.write("nothing was written\n")
            return 0
        write(checkout, proposed)
    finally:
        checkout.close()
    written = [one.path for one in proposed.proposals]
    console.write(f"\nwrote {', '.join(written)}\n")
    if proposed.is_first:
        options = replace(scan_options(arguments), use_baseline=False, gate=True)
        written += _scanned(options, console, makes_baseline)
    _tell_next(written, console)
    return 0


def _told(stack: Stack) -> Iterator[str]:
    languages = ", ".join(f"{name} ({count:,})" for name, count in stack.languages[:5])
    pipelines = [name for name in stack.pipelines if name != "shell"]
    rows = (
        ("files", f"{stack.files:,}"),
        ("languages", languages),
        ("packages", ", ".join(stack.managers)),
        ("pipeline", ", ".join((*pipelines, *stack.other_pipelines))),
        ("git hooks", stack.hooks),
        ("scanners", ", ".join(f"{tool} ({name})" for tool, name in stack.scanners)),
    )
    for label, value in rows:
        if value:
            yield f"{label:<10} {value}"


def _diff(proposals: Iterable[Proposal], console: Console) -> Iterator[str]:
    """Show what changes; what stands in the files is not trusted to be seen as it is."""
    styles = {"+": "32", "-": "31", "@": "36"}
    for one in proposals:
        former = (one.former or b"").decode("utf-8", "replace").splitlines()
        names = ("/dev/null" if one.former is None else f"a/{one.path}", f"b/{one.path}")
        for line in difflib.unified_diff(former, one.text.splitlines(), *names, lineterm=""):
            shown = terminal(line)
            style = "1" if line.startswith(("+++", "---")) else styles.get(line[:1], "")
            yield f"\x1b[{style}m{shown}\x1b[0m\n" if console.color and style else f"{shown}\n"


def _tell_hints(plan: Plan, console: Console) -> None:
    for hint in plan.hints:
        console.write(f"\nby hand: {hint}\n")


def _agreed(plan: Plan, console: Console, makes_baseline: bool) -> bool:
    """Ask on a terminal. Raises SeawallError where there is none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SeawallError(
            "nothing was written: there is no terminal to ask at",
            hint="--yes writes what is shown above",
        )
    many = "this file" if len(plan.proposals) == 1 else f"these {len(plan.proposals)} files"
    more = ", then scan and make what is found the baseline" if makes_baseline else ""
    console.write(f"\nwrite {many}{more}? [y/N] ")
    console.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _scanned(options: ScanOptions, console: Console, makes_baseline: bool) -> list[str]:
    """Scan, write the baseline where something was found, and tell what to fix first."""
    report = scan(options, console.progress)
    if options.use_cache and options.cache_folder is not None:
        remember(report, options.cache_folder, options.path)
    found = [entry for entry in report.findings if entry.status.is_open]
    others = terminal(foreign_words(report))
    waived = f", waived by other scanners: {others}" if others else ""
    console.write(
        f"scanned {report.coverage.files:,} files in {report.seconds:.1f} s: "
        f"{len(found):,} open{waived}\n"
    )
    written: list[str] = []
    path = locate_baseline(options.path, config=None, named=None)
    root = options.path.resolve()
    inside = path.relative_to(root).as_posix()
    forbidden = options.floor is not None and not options.floor.allow_baseline
    if forbidden and found and makes_baseline:
        console.write("no baseline was written: the floor does not heed one\n")
    elif found and makes_baseline and read_for_edit(root, inside) is None:
        write_baseline(report, path)
        written.append(inside)
        console.write(f"wrote {inside}: what is there today is known, and breaks nothing\n")
    _tell_first(report, console)
    return written


def _tell_first(report: Report, console: Console) -> None:
    breaking = frozenset(reason.fingerprint for reason in report.verdict.reasons)
    first = worst_first(report.findings, breaking)
    if not first:
        return
    count = "The finding" if len(first) == 1 else f"The {len(first)} findings"
    bold, plain = ("\x1b[1m", "\x1b[0m") if console.color else ("", "")
    console.write(f"\n{bold}{count} most worth fixing first{plain}\n")
    for number, ranked in enumerate(first, start=1):
        console.write("\n".join(_ranked(number, ranked, console.width)) + "\n")


def _ranked(number: int, ranked: Ranked, width: int) -> Iterator[str]:
    finding = ranked.triaged.finding
    span = place(finding.location)
    where = f"{span.path}:{span.line}" if span else ""
    yield f"{number:>3}. {terminal(where)}  {terminal(finding.message)}"
    reasons = terminal(", ".join(ranked.reasons))
    yield textwrap.fill(reasons, width, initial_indent=" " * 5, subsequent_indent=" " * 5)
    yield f"     seawall explain {finding.fingerprint[:12]}"


def _tell_next(written: list[str], console: Console) -> None:
    console.write("\nnext:\n")
    # What keeps the baseline mergeable lies beside it.
    paths = [".seawall" if path.startswith(".seawall/") else path for path in written]
    console.write(f"  git add {' '.join(paths)}\n")
    if ".pre-commit-config.yaml" in written:
        console.write("  pre-commit install     # once in every checkout\n")
    console.write("  seawall scan           # what a pipeline would say\n")
