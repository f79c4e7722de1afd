"""`seawall config show`: the configuration in force, and where each value comes from."""

import argparse
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from seawall import policy
from seawall.cli.console import Console
from seawall.cli.guardrails import add_guardrail_options, guardrails_from
from seawall.config import Config, find_line
from seawall.journeys.guardrails import Guardrails
from seawall.source.checkout import Checkout
from seawall.waivers import FILE as WAIVERS_FILE

Row = tuple[str, str, str]
"""Key, value as it would be written, and where it was said."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `config` understands."""
    parser.epilog = "examples:\n  seawall config show\n  seawall config show --origin\n"
    verbs = parser.add_subparsers(title="commands", dest="action", metavar="show", required=True)
    child = verbs.add_parser(
        "show", help="the values in force", description="Show the values in force."
    )
    child.add_argument("--origin", action="store_true", help="say where each value comes from")
    add_guardrail_options(child)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Show every value of every folder that has a configuration, then floor and waivers."""
    checkout, guardrails = guardrails_from(arguments)
    rows = [*_rows(guardrails, checkout), *_floor_rows(guardrails), *_waiver_rows(guardrails)]
    wide = max(len(f"{key} = {value}") for key, value, _ in rows)
    for key, value, origin in rows:
        line = f"{key} = {value}"
        console.write(f"{line:<{min(wide, 70)}}  # {origin}\n" if arguments.origin else f"{line}\n")
    return 0


def _rows(guardrails: Guardrails, checkout: Checkout) -> Iterator[Row]:
    tree = guardrails.tree
    for folder in sorted({"", *tree.configs}):
        config = tree.configs.get(folder, Config())
        name = tree.names.get(folder, "")
        text = (checkout.file(name) or b"").decode("utf-8", "replace") if name else ""
        lead = f"{folder}: " if folder else ""
        for section, fields in (
            ("scan", msgspec.to_builtins(config.scan)),
            ("rules", msgspec.to_builtins(config.rules)),
            ("gate", msgspec.to_builtins(config.gate)),
        ):
            for key, value in fields.items():
                if key == "break":
                    yield from _clauses(lead, value, name, text)
                else:
                    shown = json.dumps(value, ensure_ascii=False)
                    yield f"{lead}{section}.{key}", shown, _origin(name, text, [section, key])


def _clauses(lead: str, value: Any, name: str, text: str) -> Iterator[Row]:
    clauses = (
        policy.DEFAULT.clauses
        if value is None
        else msgspec.convert(value, tuple[policy.Clause, ...])
    )
    for number, clause in enumerate(clauses):
        origin = _origin(name if value is not None else "", text, ["gate", "break", str(number)])
        yield f"{lead}gate.break", json.dumps(clause.name, ensure_ascii=False), origin


def _origin(name: str, text: str, parts: list[str]) -> str:
    """Return file and line where a key stands; "default" where nobody set it."""
    prefix = ["tool", "seawall"] if name.endswith("pyproject.toml") else []
    line = find_line(text, [*prefix, *parts]) if name else 0
    lines = text.splitlines()
    said = line and parts[-1].isdigit() or (line and parts[-1] in lines[line - 1])
    return f"{name}:{line}" if said else "default"


def _floor_rows(guardrails: Guardrails) -> Iterator[Row]:
    floor = guardrails.floor
    if floor is None:
        return
    origin = f"floor {floor.name}, sha256 {floor.digest[:12]}"
    for clause in floor.break_:
        yield "floor.break", json.dumps(clause.name, ensure_ascii=False), origin
    for key, value in msgspec.to_builtins(floor).items():
        if key not in ("break", "name", "digest"):
            yield f"floor.{key}", json.dumps(value, ensure_ascii=False), origin


def _waiver_rows(guardrails: Guardrails) -> Iterator[Row]:
    today = date.today().isoformat()
    for waiver in guardrails.waivers:
        state = "expired on" if waiver.expired(today) else "until"
        words = f"{waiver.scope}, {state} {waiver.until}" if waiver.until else waiver.scope
        yield "waiver", json.dumps(words, ensure_ascii=False), WAIVERS_FILE
