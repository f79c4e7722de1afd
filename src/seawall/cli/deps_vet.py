"""`seawall deps vet`: look at packages before they are taken."""

import argparse
import os
from pathlib import Path

import msgspec

from seawall import __version__
from seawall.cli.console import Console
from seawall.core.location import place
from seawall.journeys.vet import Vetted, counted, parse_name, vet_named, vet_path
from seawall.reports.escape import terminal
from seawall.source.cache import cache_folder
from seawall.wire.http import settings_from

_WORDS = {
    "avoid": "avoid it",
    "look": "look at it before you take it",
    "quiet": "nothing stands out",
}


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Judge packages; exit 1 where one is to be avoided. Raises SeawallError."""
    judged: list[Vetted] = []
    folder, code = cache_folder(os.environ), not arguments.no_code
    for text in arguments.packages:
        if not Path(text).exists() and parse_name(text) is not None:
            settings = settings_from(os.environ, user_agent=f"seawall/{__version__}")
            judged += vet_named(
                text, settings, code=code, cache_folder=folder, progress=console.progress
            )
        else:
            judged.append(
                vet_path(Path(text), code=code, cache_folder=folder, progress=console.progress)
            )
    if arguments.format == "json":
        told = [{"judgement": one.judgement, **msgspec.to_builtins(one)} for one in judged]
        console.write(msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n")
    else:
        for vetted in judged:
            console.write(_shown(vetted))
    return int(any(one.judgement == "avoid" for one in judged))


def _shown(vetted: Vetted) -> str:
    """Return what is to be said of a package as text."""
    lines: list[str] = []
    for finding in vetted.findings:
        span = place(finding.location)
        where = f"{terminal(span.path)}:{span.line}" if span is not None else ""
        lines.append(f"{finding.severity}[{finding.rule}]: {terminal(finding.message)}")
        lines.append(f"   --> {where}")
    if vetted.weaknesses:
        rules = ", ".join(f"{number} {rule}" for rule, number in counted(vetted.weaknesses))
        lines.append(f"note: weaknesses of its code, of high severity: {rules}")
    lines += [
        f"note: {terminal(one.path)}{': ' if one.path else ''}{one.message}"
        for one in vetted.problems
    ]
    said = _WORDS[vetted.judgement]
    lines.append(f"{terminal(vetted.name)}: {said} ({vetted.files:,} files)")
    return "\n".join(lines) + "\n\n"
