"""Every weakness of the infrastructure engine has a page, and every page holds, to the line."""

import json
from functools import cache
from pathlib import Path
from random import Random

import pytest

from seawall.core.errors import ConfigError
from seawall.core.location import place
from seawall.core.rule import Severity
from seawall.engines.infra.engine import InfraEngine
from seawall.journeys.infra import load_infra_engine
from seawall.parse.fixture_page import Fence, read_targets
from seawall.rules.infra import load_infra, parse_infra
from tests.rules.pages import filled

PAGES = sorted((Path(__file__).parent / "infra").glob("*.md"))
SERVICES = sorted((Path(__file__).parent / "infra" / "services").glob("*.md"))
"""Pages about all that a file of rules of the same name asks of a service of a provider."""


@cache
def engine() -> InfraEngine:
    return load_infra_engine()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path) -> None:
    targets = targets_of(page)
    assert any(rule == rule_of(page) for one in targets for fence in one for _, rule in fence.finds)
    wrong = [words for one in targets for words in judged(page, one)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", SERVICES, ids=lambda page: page.stem)
def test_service(page: Path) -> None:
    """On a page of a service every finding is marked, however low it is."""
    targets = targets_of(page)
    wrong = [words for one in targets for words in judged(page, one)]
    assert not wrong, "\n".join(wrong)


def marked_in(pages: list[Path]) -> set[str]:
    targets = [one for page in pages for one in targets_of(page)]
    return {rule for one in targets for fence in one for _, rule in fence.finds}


def targets_of(page: Path) -> list[list[Fence]]:
    """Return what a page holds, its values filled in."""
    return read_targets(filled(page.read_text("utf-8"), page.stem, no_secret))


def no_secret(rule: str, seed: Random) -> str:
    raise AssertionError(f"no value is made for {rule} here")


def rule_of(page: Path) -> str:
    """Return the rule of a page; several formats may have one each: "plain-http.aws.md"."""
    return page.name.partition(".")[0]


def judged(page: Path, fences: list[Fence]) -> list[str]:
    """Return what a target is told otherwise than its page says.

    Of other rules than the page's what is below medium need not be marked.
    """
    contents = {fence.path: fence.text.encode() for fence in fences}
    declared = engine().read(contents, contents.get)
    found: set[tuple[str, int, str]] = set()
    low: set[tuple[str, int, str]] = set()
    for finding in engine().judge(declared.resources):
        span = place(finding.location)
        assert span is not None
        own = (
            page in SERVICES
            or finding.rule == rule_of(page)
            or finding.severity.rank >= Severity.MEDIUM.rank
        )
        (found if own else low).add((span.path, span.line, finding.rule))
    marked = {(fence.path, line, rule) for fence in fences for line, rule in fence.finds}
    first = {fence.path: fence.first_line - 1 for fence in fences}
    told = [
        f"{page.name}:{first[path] + line}: {rule} is not found here"
        for path, line, rule in sorted(marked - found - low)
    ]
    told += [
        f"{page.name}:{first[path] + line}: {rule} is found here, and no mark says so"
        for path, line, rule in sorted(found - marked)
    ]
    told += [f"{page.name}: {one.path}:{one.line}: {one.message}" for one in declared.problems]
    return told


def test_every_weakness_has_its_page() -> None:
    rules = {rule.id for rule in load_infra().rules}
    assert {rule_of(page) for page in PAGES} <= rules
    assert rules == {rule_of(page) for page in PAGES} | marked_in(SERVICES)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("id", "Not Kebab", "kebab-case"),
        ("why", " ", "why is empty"),
        ("vulnerable", "x", "go together"),
        ("links", ["javascript:alert(1)"], "https"),
    ],
)
def test_the_words_of_a_rule_are_held_to_what_those_of_code_are(
    key: str, value: object, told: str
) -> None:
    words = {"id": "own", "title": "t", "severity": "low", "why": "w", "remedy": "r", key: value}
    text = "[[rule]]\n" + "".join(f"{name} = {json.dumps(one)}\n" for name, one in words.items())
    with pytest.raises(ConfigError, match=told):
        parse_infra("own.toml", text.encode())
