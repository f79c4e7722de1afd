"""`seawall rules`: what is looked for, and what a version looks for that another does not."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from seawall.cli.console import Console
from seawall.cli.input import read_limited
from seawall.core.errors import SeawallError
from seawall.core.rule import Rule
from seawall.journeys.rules import load_rules, load_rules_of
from seawall.policy import gate_words
from seawall.source.cache import cache_folder

MAX_FILE = 256 << 20
"""Many times what a list of all rules takes."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `rules` understands."""
    parser.epilog = (
        "examples:\n  seawall rules list\n  seawall rules list aws --format json > rules.json\n"
        "  seawall rules diff rules.json             after an upgrade\n"
    )
    verbs = parser.add_subparsers(
        title="commands", dest="action", metavar="list|diff", required=True
    )
    compared = verbs.add_parser(
        "diff",
        help="compare two versions' rules",
        description="Tell which rules came, went and changed between two versions.",
    )
    compared.add_argument(
        "old", metavar="OLD", type=Path, help="what `rules list --format json` wrote"
    )
    compared.add_argument(
        "new", metavar="NEW", type=Path, nargs="?", help="the same (this version)"
    )
    listed = verbs.add_parser("list", help="list the rules", description="List the rules.")
    listed.add_argument(
        "words", nargs="*", metavar="WORD", help="only rules whose id or title holds every word"
    )
    listed.add_argument("--engine", metavar="NAME", default="", help="only this engine's rules")
    listed.add_argument("--format", choices=("text", "json"), default="text", help="(text)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """List the rules that are asked for, or compare; exit 1 when there is none."""
    if arguments.action == "diff":
        now = _read(arguments.new) if arguments.new else load_rules(cache_folder(os.environ))
        console.write(compare(_read(arguments.old), now))
        return 0
    rules = [
        rule
        for rule in load_rules_of(Path(), cache_folder(os.environ))
        if (not arguments.engine or rule.engine == arguments.engine)
        and all(word.lower() in f"{rule.id} {rule.title}".lower() for word in arguments.words)
    ]
    rules.sort(key=lambda rule: (rule.engine, rule.id))
    if arguments.format == "json":
        console.write(msgspec.json.format(msgspec.json.encode(rules), indent=2).decode() + "\n")
    else:
        console.write(_table(rules))
    return 0 if rules else 1


def compare(old: Sequence[Rule], new: Sequence[Rule]) -> str:
    """Say which rules came, went and changed, one a line, and what that means for the gate."""
    before, after = ({rule.id: rule for rule in rules} for rules in (old, new))
    lines = [f"- {rule.id}: {rule.title}" for name, rule in before.items() if name not in after]
    gates = 0
    for name, rule in after.items():
        former = before.get(name)
        if former is None:
            breaks = rule.known_format and not rule.preview
            gates += breaks
            lines.append(f"+ {name}: {rule.title}" + (" (breaks the build)" if breaks else ""))
            continue
        changes = [
            f"{field} {getattr(former, field)} -> {getattr(rule, field)}"
            for field in ("severity", "known_format", "preview")
            if getattr(former, field) != getattr(rule, field)
        ]
        if changes:
            lines.append(f"~ {name}: {', '.join(changes)}")
    came = len(after.keys() - before.keys())
    went = len(before.keys() - after.keys())
    lines.append(
        f"{came} rules came, {gates} of which break the build by default; {went} went, "
        f"{sum(line.startswith('~') for line in lines)} changed"
    )
    return "\n".join(lines) + "\n"


def _read(path: Path) -> list[Rule]:
    content = read_limited(path, MAX_FILE)
    try:
        return msgspec.json.decode(content, type=list[Rule])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SeawallError(
            f"{path} is no list of rules: {error}",
            hint="`seawall rules list --format json` writes one",
        ) from error


def _gate(rule: Rule) -> str:
    """Say in a word when a rule's findings break the build by default."""
    words = gate_words(rule)
    if not words.startswith("breaks"):
        return ""
    return "gate" if rule.known_format else "reach"


def _table(rules: Sequence[Rule]) -> str:
    if not rules:
        return "no rule holds these words\n"
    wide = max(len(rule.id) for rule in rules)
    lines = [
        f"{rule.id:<{wide}}  {rule.severity:<8}  {_gate(rule):<5}  {rule.title}" for rule in rules
    ]
    known = sum(rule.known_format for rule in rules)
    reach = sum(_gate(rule) == "reach" for rule in rules)
    lines.append("")
    lines.append(
        f"{len(rules)} rules; {known} of a form that alone identifies the secret, "
        f'which break the build by default ("gate"); {reach} break it where the weakness is '
        'reachable ("reach")'
    )
    return "\n".join(lines) + "\n"
