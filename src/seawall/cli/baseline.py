"""`seawall baseline`: accept what is there today, so that only new findings count."""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from seawall.cli.console import Console
from seawall.cli.output import write_file
from seawall.cli.scan import add_work_options, scan_options
from seawall.core.errors import SeawallError
from seawall.core.report import Report
from seawall.journeys.guardrails import locate_baseline
from seawall.journeys.scan import scan
from seawall.triage import baseline

WHOLE: dict[str, Any] = {
    "since": None, "staged": False, "history": False, "engine": "", "no_gate": True,
    "verify_secrets": False,
}  # fmt: skip
"""What `scan` is asked for when the target as it is becomes the baseline."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `baseline` understands."""
    parser.epilog = (
        "The baseline holds fingerprints, paths and counts: no line numbers, no times, no\n"
        "secrets. Commit it. What it names is `known`: told, and breaking nothing.\n\n"
        "examples:\n  seawall baseline write\n  seawall baseline show\n"
    )
    verbs = parser.add_subparsers(
        title="commands", dest="action", metavar="write|show", required=True
    )
    for name, words in (
        ("write", "scan, and write what is open now as the baseline"),
        ("show", "tell what the baseline holds"),
    ):
        child = verbs.add_parser(name, help=words, description=words.capitalize() + ".")
        child.add_argument("path", nargs="?", default=".", metavar="PATH", help="the target (.)")
        child.add_argument("--baseline", metavar="FILE", type=Path, help="another baseline file")
        child.add_argument("--config", metavar="FILE", type=Path, help="another configuration")
        if name == "write":
            add_work_options(child)
            child.set_defaults(**WHOLE)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Write or show the baseline."""
    if arguments.action == "write":
        return _write(arguments, console)
    return _show(arguments, console)


def _write(arguments: argparse.Namespace, console: Console) -> int:
    options = replace(scan_options(arguments), use_baseline=False, baseline=None)
    report = scan(options, console.progress)
    path = _path(arguments)
    count = write_baseline(report, path)
    many = "" if count == 1 else "s"
    console.write(f"wrote {path}: {count} open finding{many} are known from now on\n")
    return 0


def write_baseline(report: Report, path: Path) -> int:
    """Write what is open in a report and return how much that is.

    Raises SeawallError when the scan was not whole.
    """
    if report.partial:
        problem = next(problem for problem in report.problems if problem.partial)
        raise SeawallError(
            f"the scan is not whole, so no baseline was written: {problem.message}",
            hint="mend that first; a baseline must not forget what was not looked at",
        )
    findings = [entry.finding for entry in report.findings if entry.status.is_open]
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True)
    write_file(path, baseline.render(findings).decode())
    attributes = path.parent / ".gitattributes"
    if path.parent.name == ".seawall" and not attributes.exists():
        # Two branches that mend neighbouring findings merge without a conflict.
        write_file(attributes, f"{path.name} merge=union\n")
    return len(findings)


def _show(arguments: argparse.Namespace, console: Console) -> int:
    path = _path(arguments)
    content = path.read_bytes() if path.is_file() else None
    if content is None:
        raise SeawallError(f"there is no baseline {path}", hint="`seawall baseline write` makes it")
    identities = baseline.read(content, name=str(path))
    counted = Counter(identity.rule for identity in identities)
    wide = max((len(rule) for rule in counted), default=0)
    for rule, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        console.write(f"{rule:<{wide}}  {count:>6,}\n")
    files = len({identity.path for identity in identities})
    console.write(f"{len(identities):,} known findings in {files:,} files, from {path}\n")
    return 0


def _path(arguments: argparse.Namespace) -> Path:
    return locate_baseline(Path(arguments.path), config=arguments.config, named=arguments.baseline)
