"""Every weakness of the code engine has a page, and every page holds, to the line."""

from functools import cache
from pathlib import Path

import pytest

from seawall.engines.code.engine import CodeEngine
from seawall.rules.code import load_code

from .pages import read_page  # noqa: TID252

PAGES = sorted((Path(__file__).parent / "code").glob("*.md"))
NOT_WHOLLY: frozenset[str] = frozenset()
"""Pages of which single lines do not hold yet."""


@cache
def engine() -> CodeEngine:
    known = load_code()
    return CodeEngine(known.rules, known.catalogue, known.knowledge, known.digest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path) -> None:
    if page.stem in NOT_WHOLLY:
        assert wrong(page), f"{page.stem} holds now: take it off the list"
    else:
        assert not wrong(page), "\n".join(wrong(page))


def wrong(page: Path) -> list[str]:
    told: list[str] = []
    for fence in read_page(page, lambda rule, seed: ""):
        content = fence.text.encode()
        answers = engine().analyse(
            [fence.path],
            [fence.path],
            lambda path, name=fence.path, text=content: text if path == name else None,
        )
        found = {(f.location.line, f.rule) for answer in answers for f in answer.findings}
        for line, rule in sorted(found ^ fence.finds):
            what = "found but not marked" if (line, rule) in found else "marked but not found"
            told.append(f"{page.name}:{fence.first_line + line - 1}: {rule} {what}")
    return told


def test_every_weakness_has_its_page() -> None:
    assert {rule.id for rule in load_code().rules} == {page.stem for page in PAGES}
