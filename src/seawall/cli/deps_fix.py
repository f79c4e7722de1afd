"""`seawall deps fix`: raise what manifests ask for, and say how lockfiles follow."""

import argparse
import os
from datetime import date
from pathlib import Path

import msgspec

from seawall.cli.console import Console
from seawall.core.finding import MASK
from seawall.journeys.deps import Advisories, advisories_file
from seawall.journeys.fix import diff_of
from seawall.journeys.mask import Masker
from seawall.journeys.mend import Command, Mended, MendOptions, Remaining, Step, mend
from seawall.journeys.scan import ScanOptions
from seawall.journeys.secrets import load_engine
from seawall.reports.escape import terminal
from seawall.source.cache import cache_folder

MOST_NAMES = 4
_STYLES = {"+": "32", "-": "31", "@": "36"}


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Mend and tell; exit 1 where something is left. Raises SeawallError."""
    folder = cache_folder(os.environ)
    options = MendOptions(
        scan=ScanOptions(
            path=Path(arguments.path),
            engines=("deps",),
            cache_folder=folder,
            advisories=Advisories(file=advisories_file(os.environ, arguments.advisories)),
            gate=False,
            today=date.today(),
        ),
        only=tuple(one for part in arguments.only.split(",") if (one := part.strip())),
        major=arguments.major,
        trust=arguments.trust and not arguments.dry_run,
        write=not arguments.dry_run,
    )
    mended = mend(options, console.progress, os.environ)
    diff = diff_of(mended.fixes, Masker(load_engine(folder, "auto")))
    if arguments.format == "json":
        console.write(_json(mended, diff))
    else:
        console.write(_coloured(diff, console))
        _tell(mended, console, written=options.write, only=bool(options.only))
        if MASK in diff:
            console.say("seawall: secrets are masked in the diff")
    if mended.failed:
        return 2
    return int(not mended.is_whole)


def _json(mended: Mended, diff: str) -> str:
    told = {
        "before": mended.before,
        "after": mended.after,
        "steps": mended.steps,
        "commands": [{**msgspec.to_builtins(one), "shown": one.shown} for one in mended.commands],
        "remaining": mended.remaining,
        "failed": mended.failed,
        "diff": diff,
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"


def _coloured(diff: str, console: Console) -> str:
    lines = []
    for line in diff.splitlines(keepends=True):
        text, end = line.rstrip("\r\n"), "\n"
        text = terminal(text)
        style = "1" if text.startswith(("+++", "---")) else _STYLES.get(text[:1], "")
        lines.append((f"\x1b[{style}m{text}\x1b[0m" if style and console.color else text) + end)
    return "".join(lines)


def _tell(mended: Mended, console: Console, *, written: bool, only: bool) -> None:
    """Say in words what was done, what is to be run, and what is left."""
    if mended.fixes.changes:
        console.write("\n")
    for step in mended.steps:
        console.say(_step(step, written=written))
    for one in mended.remaining:
        if not one.waits:
            console.say(_left(one))
    waiting: dict[str, list[Remaining]] = {}
    for one in mended.remaining:
        if one.waits:
            waiting.setdefault(one.path, []).append(one)
    for path, some in waiting.items():
        names = tuple(f"{one.package} {one.version}" for one in some)
        console.say(terminal(f"seawall: {path} still has {_names(names)}"))
    for command in mended.commands:
        console.say(_command(command))
    for words in mended.failed:
        console.say(f"seawall: {terminal(words)}")
    gone = mended.before - mended.after
    if not mended.before:
        named = " that --only names" if only else ""
        console.say(f"seawall: no package{named} has an open weakness")
    else:
        done = "mended" if written else "would mend"
        console.say(
            f"seawall: {done} {gone} of {mended.before} weaknesses, {mended.after} are left"
        )


def _step(step: Step, *, written: bool) -> str:
    names = _names(step.mends)
    also = f", and with it {_names(step.also)}" if step.also else ""
    done = "raised" if written else "would raise"
    return terminal(
        f"seawall: {done} {step.path}:{step.line} {step.package} {step.version} → {step.target}"
        f"{also} ({names})"
    )


def _command(command: Command) -> str:
    where = f" in {command.folder}" if command.folder else ""
    if command.complaint:
        told = f"`{command.shown}`{where} did not work: {command.complaint}"
    elif command.ran:
        told = f"ran `{command.shown}`{where}"
    else:
        told = f"run `{command.shown}`{where}, or let --trust run it"
    return terminal(f"seawall: {told}")


def _left(one: Remaining) -> str:
    hint = f" ({one.hint})" if one.hint else ""
    return terminal(
        f"seawall: left {one.path}:{one.line} {one.package} {one.version} "
        f"[{_names(one.advisories)}]: {one.reason}{hint}"
    )


def _names(names: tuple[str, ...]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
