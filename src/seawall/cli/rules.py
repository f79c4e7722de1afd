"""`seawall rules list`: what is looked for."""

import argparse
import os
from collections.abc import Sequence

import msgspec

from seawall.cli.console import Console
from seawall.core.rule import Rule
from seawall.journeys.rules import load_rules
from seawall.source.cache import cache_folder


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `rules` understands."""
    parser.epilog = "examples:\n  seawall rules list\n  seawall rules list aws --format json\n"
    verbs = parser.add_subparsers(title="commands", dest="action", metavar="list", required=True)
    listed = verbs.add_parser("list", help="list the rules", description="List the rules.")
    listed.add_argument(
        "words", nargs="*", metavar="WORD", help="only rules whose id or title holds every word"
    )
    listed.add_argument("--engine", metavar="NAME", default="", help="only this engine's rules")
    listed.add_argument("--format", choices=("text", "json"), default="text", help="(text)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """List the rules that are asked for; exit 1 when there is none."""
    rules = [
        rule
        for rule in load_rules(cache_folder(os.environ))
        if (not arguments.engine or rule.engine == arguments.engine)
        and all(word.lower() in f"{rule.id} {rule.title}".lower() for word in arguments.words)
    ]
    rules.sort(key=lambda rule: (rule.engine, rule.id))
    if arguments.format == "json":
        console.write(msgspec.json.format(msgspec.json.encode(rules), indent=2).decode() + "\n")
    else:
        console.write(_table(rules))
    return 0 if rules else 1


def _table(rules: Sequence[Rule]) -> str:
    if not rules:
        return "no rule holds these words\n"
    wide = max(len(rule.id) for rule in rules)
    lines = [
        f"{rule.id:<{wide}}  {rule.severity:<8}  {'gate' if rule.known_format else '    '}  "
        f"{rule.title}"
        for rule in rules
    ]
    known = sum(rule.known_format for rule in rules)
    lines.append("")
    lines.append(
        f"{len(rules)} rules; {known} of a form that alone identifies the secret, "
        'which break the build by default ("gate")'
    )
    return "\n".join(lines) + "\n"
