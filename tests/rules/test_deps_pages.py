"""Every rule about packages has a page, and every page holds, to the line.

The fences whose names begin with `advisories/` are records in OSV's form, those under `package/`
files of a package that is vetted, `registries/ECOSYSTEM/NAME@VERSION` is what a registry says of
one; the others are files of a target, seawall.toml its configuration.
It is 2026-01-01, and a change brings all of it.
"""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from seawall.advisories.build import building
from seawall.advisories.database import AdvisoryDatabase
from seawall.config import read_config
from seawall.core.location import place
from seawall.engines.deps.vet.package import vet
from seawall.journeys.deps import load_deps_engine, wishes_of
from seawall.model.inventory import Ecosystem
from seawall.model.registry import RegistrySays, Said
from seawall.rules.deps import RULES
from seawall.rules.vet import VET_RULES

from .pages import Fence, read_page  # noqa: TID252

PACKAGE = "package/"
REGISTRIES = "registries/"
PAGES = sorted((Path(__file__).parent / "deps").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path, tmp_path: Path) -> None:
    engine = load_deps_engine()
    fences = list(read_page(page, lambda rule, seed: ""))
    files = {
        fence.path: fence.text.encode()
        for fence in fences
        if not fence.path.startswith(("advisories/", REGISTRIES))
    }
    database = tmp_path / "advisories.sqlite"
    with building(database, anew=True) as builder:
        for fence in fences:
            if fence.path.startswith("advisories/"):
                builder.take(fence.text.encode())
        builder.finish("2026-01-01T00:00:00+00:00")
    composition = engine.compose(
        {
            path: engine.read_inventory(path, content, files.get)
            for path, content in files.items()
            if engine.wants(path) and not path.startswith(PACKAGE)
        }
    )
    with AdvisoryDatabase.open(database) as opened:
        found = engine.judge(composition.members, opened, list(files), files.get)
    config = read_config(files.get("seawall.toml", b""), name="seawall.toml")
    assert config is not None
    wishes = wishes_of(config.deps)
    case = engine.case(
        composition, wishes, list(files), files.get, today=date(2026, 1, 1), change=True
    )
    found += engine.doubt(replace(case, said=said_in(fences)))
    package = {
        path.removeprefix(PACKAGE): content
        for path, content in files.items()
        if path.startswith(PACKAGE)
    }
    read = vet(package, {rule.id: rule for rule in VET_RULES})
    told_of_package = {
        (PACKAGE + span.path, span.line, finding.rule)
        for finding in read
        if (span := place(finding.location)) is not None
    }
    told = told_of_package | {
        (span.path, span.line, finding.rule)
        for finding in found
        if (span := place(finding.location)) is not None
    }
    marked = {(fence.path, line, rule) for fence in fences for line, rule in fence.finds}
    assert told == marked
    assert not composition.problems


def said_in(fences: list[Fence]) -> Said:
    """Return what the fences of a page say that registries answered."""
    said = {}
    for fence in fences:
        if fence.path.startswith(REGISTRIES):
            ecosystem, _, named = fence.path.removeprefix(REGISTRIES).partition("/")
            name, _, version = named.rpartition("@")
            answer = msgspec.json.decode(fence.text, type=RegistrySays)
            said[Ecosystem(ecosystem), name, version] = answer
    return said


def test_every_rule_has_its_page() -> None:
    assert {rule.id for rule in (*RULES, *VET_RULES)} == {page.stem for page in PAGES}
