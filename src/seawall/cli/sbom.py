"""`seawall sbom`: what a target stands on, as other tools read it."""

import argparse
import os
from datetime import UTC, date, datetime
from pathlib import Path

from seawall.cli.console import Console
from seawall.cli.output import outputs_from, write_outputs
from seawall.core.report import Problem, ProblemKind
from seawall.journeys.deps import Advisories, advisories_file
from seawall.journeys.scan import ScanOptions, scan
from seawall.source.cache import cache_folder

FORMATS = ("cyclonedx", "cyclonedx-xml", "spdx")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `sbom` understands."""
    parser.epilog = (
        "examples:\n"
        "  seawall sbom > bom.json\n"
        "  seawall sbom --format spdx -o shop.spdx.json ../shop\n"
        "  seawall sbom image.tar        what `docker save` or `podman save` wrote\n"
        "  seawall sbom .venv            what is installed: also node_modules, ~/.m2, /mnt/root\n\n"
        "What is published about the packages is in it where there are advisories (CycloneDX)."
    )
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="a folder, a file or an image"
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="cyclonedx", help="how it is told (cyclonedx)"
    )
    parser.add_argument("-o", dest="file", metavar="FILE", help="write it there")
    parser.add_argument(
        "--advisories", metavar="FILE", default="", help="the database of advisories"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write the inventory; exit 0, or 2 where a file could not be read."""
    outputs = outputs_from([arguments.format], arguments.file)
    options = ScanOptions(
        path=Path(arguments.path),
        engines=("deps",),
        cache_folder=cache_folder(os.environ),
        advisories=Advisories(file=advisories_file(os.environ, arguments.advisories)),
        gate=False,
        today=date.today(),
    )
    report = scan(options, console.progress)
    unread = [one for one in report.problems if _concerns_packages(one)]
    now = datetime.now(UTC).isoformat("T", "seconds")
    write_outputs(outputs, report, console, show_closed=True, generated=now)
    for problem in unread:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        console.say(f"seawall: {place}: {problem.message}")
    return 2 if unread else 0


def _concerns_packages(problem: Problem) -> bool:
    """Whether something may be missing: not where only the end of a long text was not searched."""
    if problem.kind is ProblemKind.TOO_LARGE:
        return problem.engine == "deps"
    return problem.kind is not ProblemKind.ENGINE
