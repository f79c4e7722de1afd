"""Every rule has a page, and every page holds: what is marked is found, all else stays quiet."""

import random
from functools import cache
from pathlib import Path

import pytest

from seawall.engines.secrets.engine import SecretsEngine
from seawall.rules.secrets import load_secrets
from seawall.source.file import Source
from seawall.source.language import language_of

from .make_secret import make_secret  # noqa: TID252
from .pages import Fence, read_page  # noqa: TID252

PAGES = sorted((Path(__file__).parent / "secrets").glob("*.md"))


@cache
def engine() -> SecretsEngine:
    packaged = load_secrets()
    return SecretsEngine(packaged.detectors, packaged.rules, matcher="python")


def fences(page: Path) -> list[Fence]:
    def make(rule: str, seed: random.Random) -> str:
        return make_secret(load().detectors, rule, seed)

    return list(read_page(page, make))


load = cache(load_secrets)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path) -> None:
    wrong: list[str] = []
    for fence in fences(page):
        content = fence.text.encode()
        source = Source(path=fence.path, content=content, language=language_of(fence.path))
        found = {(f.location.line, f.rule) for f in engine().scan(source)}
        for line, rule in sorted(found ^ fence.finds):
            what = "found but not marked" if (line, rule) in found else "marked but not found"
            text = fence.text.split("\n")[line - 1]
            said = "; ".join(
                f"{c.rule}: {c.verdict}, {c.reason}" for c in engine().consider(source, line)
            )
            place = f"{page.name}:{fence.first_line + line - 1}"
            wrong.append(f"{place}: {rule} {what}\n    {text}\n    {said}")
    assert not wrong, "\n".join(wrong)


def test_every_rule_is_on_a_page() -> None:
    marked = {rule for page in PAGES for fence in fences(page) for _, rule in fence.finds}
    assert sorted({rule.id for rule in load().rules} - marked) == []


def test_every_file_has_its_page() -> None:
    import seawall.rules

    folder = Path(seawall.rules.__file__).parent / "secrets"
    names = {file.stem for file in folder.glob("*.toml")}
    assert sorted(names ^ {page.stem for page in PAGES}) == []
