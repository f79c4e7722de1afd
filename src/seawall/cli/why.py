"""`seawall why`: what looked at a line, what was decided, and why it is (not) a finding."""

import argparse
import os
from datetime import date
from pathlib import Path

from seawall.cli.console import Console
from seawall.core.errors import SeawallError
from seawall.journeys.deps import Advisories, advisories_file
from seawall.journeys.why import Account, explain_line
from seawall.source.cache import cache_folder


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `why` understands."""
    parser.epilog = (
        "Of a line of a program (also of a template or a notebook, by the line of its file) it\n"
        "says from which entry points it is reached, what enters, is cleaned or does harm there,\n"
        "and why something is no finding; of each finding, which step of its trail is there. Of a\n"
        "line that names a package it says by which way it came, what is published of it, and how\n"
        "far it is used.\n\n"
        "examples:\n  seawall why settings.py:31\n  seawall why shop/views.py:8\n"
        "  seawall why poetry.lock:1203\n"
    )
    parser.add_argument("place", metavar="PATH:LINE", help="a file and the number of a line in it")
    parser.add_argument(
        "--target", metavar="PATH", type=Path, help="the folder that is scanned (the repository)"
    )
    parser.add_argument("--config", metavar="FILE", type=Path, help="another configuration")
    parser.add_argument("--baseline", metavar="FILE", type=Path, help="another baseline file")
    parser.set_defaults(matcher="auto")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Tell the account of one line."""
    path, line = _place(arguments.place)
    account = explain_line(
        path,
        line,
        target=arguments.target,
        config=arguments.config,
        baseline_file=arguments.baseline,
        cache_folder=cache_folder(os.environ),
        today=date.today(),
        advisories=Advisories(file=advisories_file(os.environ)),
    )
    console.write(_told(account, console))
    return 0


def _place(text: str) -> tuple[Path, int]:
    name, colon, number = text.rpartition(":")
    if not colon or not number.isdigit() or int(number) < 1 or not name:
        raise SeawallError(f"{text!r} is not a place", hint="write PATH:LINE, like settings.py:31")
    return Path(name), int(number)


def _told(account: Account, console: Console) -> str:
    bold, plain = ("\x1b[1m", "\x1b[0m") if console.color else ("", "")
    lines = [f"{bold}{account.path}:{account.line}{plain}"]
    if account.shown:
        lines.append(f"  | {account.shown}")
    lines.append("")
    for statement in account.statements:
        mark = {"finding": "finding", "refused": "refused", "decided": "decided"}.get(
            statement.kind, "looked"
        )
        subject = f"{statement.rule}: " if statement.rule else ""
        lines.append(f"  {mark:<8} {subject}{statement.words}")
    return "\n".join(lines) + "\n"
