"""Writes what of the documentation the program itself knows.

`docs/commands.md` is every command's own `--help`, `docs/packages.md` lists the files that name
packages. `.build/docs/rules/` has a page for each vendor or kind of secret and for each weakness of
code: what its rules say, and the fixture page that holds them, values left out.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seawall.core.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "docs" / "commands.md"
PACKAGES = ROOT / "docs" / "packages.md"
READERS = ROOT / "src" / "seawall" / "parse" / "lock"
FIXTURES = ROOT / "tests" / "rules"
PAGES = ROOT / ".build" / "docs" / "rules"
WIDTH = "100"

HEADINGS = (
    ("code", "Weaknesses of code"),
    ("deps", "Packages"),
    ("infra", "Infrastructure and pipelines"),
    ("secrets", "Secrets"),
)
"""Of the list of rules: an engine, and what it is headed."""

HEAD = """# Commands

Each command's own `--help`, as `make docs` writes it. `seawall` without a command lists them.
"""

PACKAGES_HEAD = """# Files that name packages

What `seawall scan`, `seawall sbom` and `seawall deps` read, as `make docs` lists it. A file that is
broken is told and the others are read; of one that is cut off, in the middle of a merge, or of a
newer form, whatever can be read is.

| files | what is read |
|---|---|
"""


def main() -> int:
    """Write the pages."""
    COMMANDS.write_text(commands(), encoding="utf-8")
    PACKAGES.write_text(packages(), encoding="utf-8")
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in rule_pages():
        (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / name).write_text(text, encoding="utf-8")
    written = ", ".join(str(one.relative_to(ROOT)) for one in (COMMANDS, PACKAGES, PAGES))
    print(f"wrote {written}")
    return 0


def commands() -> str:
    """Return the page of all commands."""
    from seawall.cli.main import build_parser

    os.environ["COLUMNS"] = WIDTH
    parts = [HEAD]
    for name, parser in parsers(build_parser()):
        parts.append(f"## {name}\n\n```text\n{parser.format_help().rstrip()}\n```\n")
    return "\n".join(parts)


def packages() -> str:
    """Return the page of the files that name packages: each with what its reader says of itself."""
    from seawall.parse.lock import FORMATS

    rows = []
    for name, patterns in FORMATS.items():
        told = ast.get_docstring(ast.parse((READERS / f"{name}.py").read_text("utf-8"))) or ""
        files = ", ".join(f"`{pattern}`" for pattern in patterns) or "programs, by their content"
        first = " ".join(told.partition("\n\n")[0].split()).replace("*", "\\*")
        rows.append(f"| {files} | {first} |\n")
    return PACKAGES_HEAD + "".join(rows)


def parsers(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield a parser and those of its commands, each with its name."""
    yield parser.prog, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from parsers(child)


def rule_pages() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each page, and of the list that leads to them."""
    from seawall.journeys.rules import load_rules

    rules = {rule.id: rule for rule in load_rules()}
    listed = ["# Rules\n"]
    for engine, heading in HEADINGS:
        listed.append(f"\n## {heading}\n")
        pages = sorted((FIXTURES / engine).rglob("*.md"), key=lambda one: (len(one.parts), one))
        owned = {page.name.partition(".")[0] for page in pages}
        for fixture in pages:
            text = fixture.read_text(encoding="utf-8")
            marks = " ".join(re.findall(r"finds[:=](.*)", text))
            found = dict.fromkeys(re.findall(r"[\w-]+", marks))
            told = [rules[name] for name in found if name in rules]
            if fixture.parent.name != engine:
                # A page about a service tells the rules that have none of their own.
                told = [rule for rule in told if rule.id not in owned]
                owned |= {rule.id for rule in told}
            elif engine != "secrets":
                # A page may meet other weaknesses on its way: they have their own.
                told = [rule for rule in told if fixture.stem.startswith(rule.id)] or told
            title = text.partition("\n")[0].lstrip("# ")
            name = f"{engine}/{fixture.relative_to(FIXTURES / engine).as_posix()}"
            listed.append(f"- [{title}]({name}): {', '.join(rule.id for rule in told)}")
            yield name, text + "".join(f"\n{words(rule)}" for rule in told)
    yield "index.md", "\n".join(listed) + "\n"


def words(rule: Rule) -> str:
    """Return what a rule says, as a section."""
    from seawall.policy import gate_words

    links = "".join(f"- <{link}>\n" for link in rule.links)
    code = "".join(
        f"\n### {title}\n\n```python\n{text.strip()}\n```\n"
        for title, text in (("Vulnerable", rule.vulnerable), ("Fixed", rule.fixed))
        if text
    )
    return (
        f"## {rule.id}\n\n**{rule.title}**, {rule.severity}, {gate_words(rule)}.\n\n"
        f"### Why it matters\n\n{rule.why}\n\n### What to do\n\n{rule.remedy}\n\n"
        f"### Lesson\n\n{rule.lesson}\n" + code + (f"\n{links}" if links else "")
    )


if __name__ == "__main__":
    sys.exit(main())
