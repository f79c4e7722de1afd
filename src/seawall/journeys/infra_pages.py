"""Tries a team's own rules of infrastructure on the pages that stand beside them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from seawall.config import FILE_NAMES, build_tree
from seawall.core.errors import ConfigError, ParseError
from seawall.core.location import place
from seawall.engines.infra.engine import InfraEngine
from seawall.journeys.guardrails import Shelf
from seawall.journeys.infra import load_infra_engine
from seawall.journeys.rule_files import INFRA, rule_files
from seawall.parse.fixture_page import Fence, read_targets
from seawall.rules.infra import load_infra
from seawall.source.checkout import open_target

MOST_BYTES = 4 << 20
"""Of a page."""


class Wrong(Struct, frozen=True, kw_only=True):
    """Something that a page says and the rules do not, or the other way round."""

    path: str
    line: int
    message: str


class Tried(Struct, frozen=True, kw_only=True):
    """What came of it."""

    pages: int
    marks: int
    rules: int
    """Those of the team's own."""
    wrong: tuple[Wrong, ...] = ()


def try_rules(target: Path, cache_folder: Path | None = None) -> Tried:
    """Try the rules that the configuration of a target names on the pages beside them.

    A page is a Markdown file in the folder of a file of rules; every own rule needs one that
    marks it. Raises ConfigError where no rules are named, or one is wrong.
    """
    checkout = open_target(target)
    try:
        found = [(name, checkout.file(name)) for name in FILE_NAMES]
        files = [(name, text) for name, text in found if text is not None]
        section = build_tree(files, known_rules=()).root.infra
        if not section.rules:
            raise ConfigError(
                "the configuration names no rules of infrastructure",
                hint='write [infra] rules = [".seawall/infra"] into seawall.toml',
            )
        engine = load_infra_engine(cache_folder, section, checkout)
        packaged = {rule.id for rule in load_infra(cache_folder).rules}
        own = frozenset(rule.id for rule in engine.rules if rule.id not in packaged)
        pages = _pages(rule_files(section.rules, checkout, INFRA), checkout)
    finally:
        checkout.close()
    marked: set[str] = set()
    wrong: list[Wrong] = []
    count = 0
    for path, content in pages.items():
        try:
            targets = read_targets(content.decode("utf-8", "replace"))
        except ParseError as error:
            wrong.append(Wrong(path=path, line=error.line or 1, message=str(error)))
            continue
        for fences in targets:
            marks = {rule for fence in fences for _, rule in fence.finds}
            count += sum(len(fence.finds) for fence in fences)
            marked |= marks
            wrong += _judged(path, fences, engine, own | marks)
    for rule in sorted(own - marked):
        words = f"no page marks a line that {rule} must find"
        wrong.append(Wrong(path=section.rules[0], line=1, message=words))
    return Tried(pages=len(pages), marks=count, rules=len(own), wrong=tuple(wrong))


def _pages(files: Mapping[str, bytes], shelf: Shelf) -> dict[str, bytes]:
    folders = sorted({path.rpartition("/")[0] for path in files})
    found: dict[str, bytes] = {}
    for folder in folders:
        for path in shelf.files_below(folder):
            content = shelf.file(path) if path.endswith(".md") else None
            if content is not None and len(content) <= MOST_BYTES and b"```" in content:
                found[path] = content
    return dict(sorted(found.items()))


def _judged(
    page: str, fences: list[Fence], engine: InfraEngine, asked: frozenset[str]
) -> Iterator[Wrong]:
    """Yield where a target is judged otherwise than its page says, of the rules in question."""
    contents = {fence.path: fence.text.encode() for fence in fences}
    first = {fence.path: fence.first_line for fence in fences}
    declared = engine.read(contents, contents.get)
    told: set[tuple[str, int, str]] = set()
    for finding in engine.judge(declared.resources):
        span = place(finding.location)
        if span is not None and finding.rule in asked:
            told.add((span.path, span.line, finding.rule))
    wanted = {(fence.path, line, rule) for fence in fences for line, rule in fence.finds}
    for path, line, rule in sorted(wanted - told):
        yield Wrong(path=page, line=first[path] + line - 1, message=f"{rule} is not found here")
    for path, line, rule in sorted(told - wanted):
        words = f"{rule} is found here, and no mark says so"
        yield Wrong(path=page, line=first.get(path, 1) + line - 1, message=words)
    for problem in declared.problems:
        line = first.get(problem.path, 1) + max(problem.line, 1) - 1
        yield Wrong(path=page, line=line, message=problem.message)
