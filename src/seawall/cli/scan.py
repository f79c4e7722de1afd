"""`seawall scan`: audit a folder, a change or a history, and decide."""

import argparse
import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from seawall import __version__
from seawall.cli.console import Console
from seawall.cli.fix import add_fix_options, apply_fixes, check_fix_options, show_fixes
from seawall.cli.output import Output, outputs_from, write_outputs
from seawall.cli.record import add_record_options, keep, keeping_from
from seawall.core.errors import SeawallError
from seawall.core.report import Report
from seawall.floor import Floor
from seawall.journeys.deps import Advisories, advisories_file
from seawall.journeys.mask import Masker
from seawall.journeys.memory import recall, remember
from seawall.journeys.scan import BreakGlass, Mode, ScanOptions, scan_with_basis
from seawall.journeys.secrets import load_engine
from seawall.journeys.upgrade import tell_upgrade
from seawall.reports.formats import FORMATS
from seawall.source.cache import cache_folder
from seawall.source.image import Platform

if TYPE_CHECKING:
    from seawall.journeys.registries import Registries
    from seawall.journeys.verify import Verify

OK, BROKEN, FAILED = 0, 1, 2

EPILOG = """\
examples:
  seawall scan                              the folder you are in
  seawall scan --since origin/main          only what this branch brought in
  seawall scan --staged                     before a commit
  seawall scan --history                    every version of every file
  seawall scan --fix                        mend what can be mended mechanically (--diff: show it)
  seawall scan --format text --format html=report.html --format sarif=out.sarif

exit codes:
  0  the gate passes
  1  the gate breaks the build
  2  the job could not be done, or only in part
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `scan` understands."""
    parser.epilog = EPILOG
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="a folder, a file, or a git repository"
    )
    add_mode_options(parser)
    formats = ", ".join(FORMATS)
    parser.add_argument(
        "--engine", metavar="NAME,...", default="", help="run only these engines (default: all)"
    )
    parser.add_argument(
        "--advisories",
        metavar="FILE|api",
        default="",
        help="the database of advisories (default: the one of `seawall db update`), or `api`: ask "
        "OSV's, which is told names and versions of your packages",
    )
    parser.add_argument(
        "--registries",
        choices=("direct", "all"),
        help="ask PyPI, npm and their likes, which are told the names, about the packages that you "
        "name yourself, or about all: yanked, deprecated, quarantined, long without a release",
    )
    parser.add_argument(
        "--platform",
        metavar="OS/ARCH",
        default="",
        help="of container images for several platforms, this one (default: linux of this machine)",
    )
    parser.add_argument(
        "--format",
        dest="formats",
        metavar="NAME[=FILE]",
        action="append",
        default=[],
        help=f"how the report is told, to the terminal or to a file; repeats: {formats}",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the one format there, not to the terminal"
    )
    add_decision_options(parser)
    parser.add_argument(
        "--no-gate", action="store_true", help="tell everything, decide nothing: exit 0"
    )
    parser.add_argument(
        "--verify-secrets",
        action="store_true",
        help="ask each vendor, and nobody else, whether the secret found still works",
    )
    parser.add_argument(
        "--show-closed", action="store_true", help="also show what is waived, fixed or no alarm"
    )
    add_fix_options(parser)
    add_record_options(parser)
    add_work_options(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, no closing words")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours (auto)"
    )


def add_mode_options(parser: argparse.ArgumentParser) -> None:
    """Declare what is looked at: the tree, a change, or the history."""
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--since", metavar="REV", help="only what came in since the merge base with REV"
    )
    mode.add_argument("--staged", action="store_true", help="only what the next commit brings in")
    mode.add_argument(
        "--history", action="store_true", help="every version of every file in every branch and tag"
    )


def add_decision_options(parser: argparse.ArgumentParser) -> None:
    """Declare where decisions come from."""
    parser.add_argument(
        "--baseline", metavar="FILE", type=Path, help="what was there before and is only told"
    )
    parser.add_argument(
        "--config", metavar="FILE", type=Path, help="this configuration, not the target's own"
    )
    parser.add_argument(
        "--floor",
        metavar="FILE|URL",
        default="",
        help="what no repository may fall below; #sha256=... pins it (SEAWALL_FLOOR)",
    )
    parser.add_argument(
        "--break-glass",
        metavar="REASON",
        default="",
        help='open the gate in an emergency: "why until YYYY-MM-DD" (SEAWALL_BREAK_GLASS)',
    )


def add_work_options(parser: argparse.ArgumentParser) -> None:
    """Declare how the work is done; none of these changes an answer."""
    parser.add_argument(
        "-j", "--jobs", metavar="N", type=_jobs, default=0, help="processes (default: one a core)"
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="neither read nor write remembered answers"
    )
    parser.add_argument(
        "--matcher",
        choices=("auto", "hyperscan", "python"),
        default="auto",
        help="the pattern engine; both give the same answers (auto: hyperscan where installed)",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Scan, write every report asked for, and return the exit code of the verdict."""
    check_fix_options(arguments)
    outputs = outputs_from(arguments.formats, arguments.output)
    options = scan_options(arguments)
    keeping = keeping_from(arguments)
    report, basis = scan_with_basis(options, console.progress)
    if arguments.diff:
        masker = Masker(load_engine(options.cache_folder, options.matcher))
        show_fixes(report, options.path, masker, console)
        return exit_code(report)
    if arguments.fix and apply_fixes(report, options.path, console):
        # What is left decides.
        report, basis = scan_with_basis(options, console.progress)
    if keeping is not None:
        keep(keeping, report, basis)
    if options.use_cache and options.cache_folder is not None:
        former = recall(options.cache_folder, options.path)
        upgrade = tell_upgrade(former, report) if former is not None else None
        if upgrade is not None:
            report = replace(report, problems=(*report.problems, upgrade))
        remember(report, options.cache_folder, options.path)
    told = write_outputs(
        outputs, report, console, show_closed=arguments.show_closed, generated=_now()
    )
    if not told and not arguments.quiet:
        console.say(_closing(report, outputs))
    return exit_code(report)


def _advisories(named: str) -> Advisories:
    if named == "api":
        from seawall.wire.http import settings_from

        return Advisories(
            file=advisories_file(os.environ),
            api=settings_from(os.environ, user_agent=f"seawall/{__version__}"),
        )
    return Advisories(file=advisories_file(os.environ, named))


def _registries(arguments: argparse.Namespace) -> "Registries | None":
    which = getattr(arguments, "registries", None)
    if which is None:
        return None
    from seawall.journeys.registries import registries_from
    from seawall.wire.http import settings_from

    return registries_from(
        os.environ,
        settings_from(os.environ, user_agent=f"seawall/{__version__}"),
        which=which,
        cache_folder=None if arguments.no_cache else cache_folder(os.environ),
    )


def scan_options(arguments: argparse.Namespace) -> ScanOptions:
    """Turn the arguments and the environment into the options of the journey."""
    mode: Mode = "tree"
    if arguments.since is not None:
        mode = "since"
    elif arguments.staged:
        mode = "staged"
    elif arguments.history:
        mode = "history"
    return ScanOptions(
        path=Path(arguments.path),
        mode=mode,
        since=arguments.since or "",
        engines=tuple(name.strip() for name in arguments.engine.split(",") if name.strip()),
        config=arguments.config,
        baseline=arguments.baseline,
        cache_folder=cache_folder(os.environ),
        advisories=_advisories(getattr(arguments, "advisories", "")),
        registries=_registries(arguments),
        platform=Platform.named(named) if (named := getattr(arguments, "platform", "")) else None,
        use_cache=not arguments.no_cache,
        jobs=arguments.jobs or cores(),
        gate=not arguments.no_gate,
        matcher=arguments.matcher,
        today=date.today(),
        verify=_verify() if arguments.verify_secrets else None,
        index=Path(index).absolute() if (index := os.environ.get("GIT_INDEX_FILE")) else None,
        floor=floor_from(getattr(arguments, "floor", ""), os.environ),
        break_glass=_break_glass(getattr(arguments, "break_glass", "")),
    )


def exit_code(report: Report) -> int:
    """Map the verdict to the exit code: a broken build wins over a scan that is not whole."""
    if not report.verdict.gated:
        return FAILED if report.partial else OK
    if not report.verdict.passed:
        return BROKEN
    return FAILED if report.partial and not report.verdict.allow_partial else OK


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _verify() -> "Verify":
    # Whoever does not ask outside does not pay for the way there.
    from seawall.journeys.verify import vendor_asker
    from seawall.wire.http import settings_from

    return vendor_asker(settings_from(os.environ, user_agent=f"seawall/{__version__}"))


def floor_from(named: str, environment: Mapping[str, str]) -> Floor | None:
    """Read the floor that the option or SEAWALL_FLOOR names; None without one."""
    where = named or environment.get("SEAWALL_FLOOR", "")
    if not where:
        return None
    from seawall.journeys.floor import load_floor

    return load_floor(where, environment, user_agent=f"seawall/{__version__}")


def _break_glass(named: str) -> BreakGlass | None:
    text = named or os.environ.get("SEAWALL_BREAK_GLASS", "")
    if not text:
        return None
    match = re.fullmatch(r"(?s)(.*?\S)[\s,]+until[ \t]+(\d{4}-\d\d-\d\d)\s*", text)
    try:
        if match is not None:
            return BreakGlass(reason=match[1], until=date.fromisoformat(match[2]))
    except ValueError:
        pass
    raise SeawallError(
        "the gate is opened only with a reason and a last day",
        hint='write --break-glass "why it cannot wait until 2026-12-31"',
    )


def _jobs(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 512:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 512")
    return int(text)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _closing(report: Report, outputs: list[Output]) -> str:
    """One line for a run that wrote only files, so that a log says what was decided."""
    files = ", ".join(str(output.file) for output in outputs)
    count = len(report.verdict.reasons)
    if not report.verdict.gated:
        verdict = f"nothing was decided (--no-gate); {report.verdict.told} open"
    elif report.verdict.opened:
        verdict = f"the gate was opened: {report.verdict.opened}; {count} would break the build"
    elif report.verdict.passed:
        verdict = f"the gate passes; {report.verdict.told} told"
    else:
        verdict = f"the gate breaks the build: {count} finding{'s' if count != 1 else ''}"
    return f"seawall: {verdict}; written to {files}"
