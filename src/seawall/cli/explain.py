"""`seawall explain`: why a rule or a finding matters, and what to do."""

import argparse
import difflib
import os
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

from seawall.cli.console import Console
from seawall.core.errors import SeawallError
from seawall.core.report import Report
from seawall.core.rule import Rule
from seawall.core.triage import Triaged
from seawall.journeys.memory import recall
from seawall.journeys.rules import load_rules_of
from seawall.policy import gate_words
from seawall.reports.options import RenderOptions
from seawall.rules.controls import with_controls
from seawall.source.cache import cache_folder

_FINGERPRINT = re.compile(r"[0-9a-f]{6,32}")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `explain` understands."""
    parser.epilog = (
        "examples:\n"
        "  seawall explain github-token\n"
        "  seawall explain 5f1d09a3c2b7       a finding of the last scan of this folder\n"
    )
    parser.add_argument(
        "name", metavar="RULE|FINGERPRINT", help="a rule's id, or the start of a fingerprint"
    )
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="the target of the scan (.)"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Explain a rule, or a finding of the last scan with its rule."""
    folder = cache_folder(os.environ)
    known = with_controls(load_rules_of(Path(arguments.path), folder), folder)
    rules = {rule.id: rule for rule in known}
    name = arguments.name.strip().lower()
    if name in rules:
        console.write(words_of(rules[name], console))
        return 0
    if _FINGERPRINT.fullmatch(name):
        return _explain_finding(name, Path(arguments.path), rules, console)
    close = difflib.get_close_matches(name, rules, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(close)}?" if close else "`seawall rules list` names them all"
    raise SeawallError(f"there is no rule {arguments.name!r}", hint=hint)


def _explain_finding(start: str, target: Path, rules: dict[str, Rule], console: Console) -> int:
    folder = cache_folder(os.environ)
    report = recall(folder, target) if folder is not None else None
    if report is None:
        raise SeawallError(
            f"no scan of {target} is remembered",
            hint="run `seawall scan` there first, with the cache on",
        )
    found = tuple(entry for entry in report.findings if entry.finding.fingerprint.startswith(start))
    if not found:
        raise SeawallError(
            f"the last scan of {target} has no finding {start}",
            hint="fingerprints are in the formats json, sarif and html, and in the text",
        )
    if len({entry.finding.fingerprint for entry in found}) > 1:
        raise SeawallError(f"{len(found)} findings begin with {start}", hint="give more of it")
    console.write(_frame(report, found, console))
    console.write("\n")
    rule = found[0].finding.rule
    known = rules.get(rule) or next(entry for entry in report.rules if entry.id == rule)
    console.write(words_of(known, console))
    return 0


def _frame(report: Report, found: Iterable[Triaged], console: Console) -> str:
    """Return the annotated source as the scan showed it."""
    from seawall.reports.text import render_findings

    options = RenderOptions(
        color=console.color,
        width=console.width,
        unicode=console.unicode,
        show_closed=True,
        generated="",
    )
    return render_findings(report, found, options)


def words_of(rule: Rule, console: Console) -> str:
    """Return everything there is to say about a rule."""
    bold, plain = ("\x1b[1m", "\x1b[0m") if console.color else ("", "")
    width = min(console.width, 100)
    lines = [f"{bold}{rule.id}{plain}: {rule.title}", ""]
    weakness = ", ".join(f"CWE-{number}" for number in rule.cwe)
    facts = (("engine", rule.engine), ("severity", rule.severity), ("weakness", weakness))
    lines += [f"  {name:<9} {value}" for name, value in facts if value]
    lines += [f"  {'gate':<9} {gate_words(rule)}", ""]
    parts = (("Why it matters", rule.why), ("What to do", rule.remedy), ("Lesson", rule.lesson))
    for title, text in parts:
        if text:
            lines += [f"{bold}{title}{plain}", *_wrapped(text, width), ""]
    for title, code in (("Vulnerable", rule.vulnerable), ("Fixed", rule.fixed)):
        if code:
            indented = textwrap.indent(code.strip("\n"), "      ").splitlines()
            lines += [f"{bold}{title}{plain}", *indented, ""]
    if rule.controls:
        lines += [f"{bold}Controls{plain}", *_wrapped(", ".join(rule.controls), width), ""]
    if rule.links:
        lines += [f"{bold}Read more{plain}", *(f"  {link}" for link in rule.links), ""]
    lines.append(f"To accept one place: # seawall: allow {rule.id} -- <reason> until <date>")
    return "\n".join(lines) + "\n"


def _wrapped(text: str, width: int) -> list[str]:
    """Wrap prose and leave code as it is."""
    lines: list[str] = []
    in_code = False
    for line in text.splitlines():
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            lines.append(f"      {line}")
        else:
            hang = "     " if re.match(r"\d+\. |- ", line) else "  "
            wrapped = textwrap.wrap(
                line, width, initial_indent="  ", subsequent_indent=hang, break_long_words=False
            )
            lines += wrapped or [""]
    return lines
