"""The pages that the program writes are those that are committed."""

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = runpy.run_path(str(ROOT / "tools" / "docs.py"))


def plain(text: str) -> str:
    """Leave out what versions of Python lay out differently."""
    one_line = re.sub(r"\s+", " ", text)
    return re.sub(r"(-\w) (\S+), (--[\w-]+) \2", r"\1, \3 \2", one_line)


def test_the_page_of_commands_is_the_programs_own_help() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert plain(page) == plain(DOCS["commands"]()), "run make docs"


def test_every_rule_has_its_section() -> None:
    from seawall.journeys.rules import load_rules

    pages = dict(DOCS["rule_pages"]())
    text = "\n".join(pages.values())
    assert [rule.id for rule in load_rules() if f"## {rule.id}\n" not in text] == [
        # What the gate itself says has no fixture page.
        "gate-weakened"
    ]
    assert sorted(name for name in pages if f"]({name})" not in pages["index.md"]) == ["index.md"]


def test_the_page_of_packages_is_what_is_read() -> None:
    page = (ROOT / "docs" / "packages.md").read_text("utf-8")
    assert page == DOCS["packages"](), "run make docs"
