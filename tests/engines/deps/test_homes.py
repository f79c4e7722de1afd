"""From which of several lists a source file takes a package."""

from seawall.core.location import CodeSpan
from seawall.engines.deps.composition import compose
from seawall.engines.deps.exposure.level import Exposures
from seawall.model.advisory import Advisory, Match, Query
from seawall.model.inventory import Ecosystem, Inventory, Package
from seawall.model.usage import UsageTables


def place_of(
    files: dict[str, str], ecosystem: Ecosystem, name: str, *folders: str
) -> dict[str, tuple[str, int]]:
    """Return by folder the path and line that imports a package which the folders' lists name."""
    package = Package(ecosystem=ecosystem, name=name, version="1", direct=True)
    lists = {f"{folder}/list".lstrip("/"): Inventory(packages=(package,)) for folder in folders}
    members = compose(lists)
    content = {path: text.encode() for path, text in files.items()}
    exposures = Exposures(sorted(content), content.get, UsageTables())
    query = Query(ecosystem=ecosystem, name=name, version="1")
    match = Match(query=query, advisory=Advisory(id="A"))
    exposures.look([(member, match) for member in members], members)
    found = {}
    for member in members:
        for step in exposures.tell(member, match).steps:
            assert type(step.location) is CodeSpan
            folder = member.path.removesuffix("list").rstrip("/")
            found[folder] = (step.location.path, step.location.line)
    return found


def test_a_file_takes_a_package_from_the_nearest_list_above() -> None:
    files = {
        "web/app.js": "require('kit')",
        "web/old/app.js": "require('kit')",
        "tools/run.js": "require('kit')",
    }
    assert place_of(files, Ecosystem.NPM, "kit", "web", "web/old") == {
        "web": ("web/app.js", 1),
        "web/old": ("web/old/app.js", 1),
    }
    assert place_of(files, Ecosystem.NPM, "kit", "", "docs") == {"": ("tools/run.js", 1)}
    assert place_of({"web/old/app.js": "require('kit')"}, Ecosystem.NPM, "kit", "", "web/old") == {
        "web/old": ("web/old/app.js", 1)
    }


def test_a_folder_without_sources_speaks_for_what_is_above() -> None:
    files = {"app/main.py": "import kit", "requirements/base.txt": "kit==1"}
    assert place_of(files, Ecosystem.PYPI, "kit", "requirements") == {
        "requirements": ("app/main.py", 1)
    }


def test_python_takes_from_a_list_beside_it_where_none_is_above() -> None:
    files = {"app/main.py": "import kit", "docker/health.py": "pass"}
    assert place_of(files, Ecosystem.PYPI, "kit", "docker") == {"docker": ("app/main.py", 1)}
    go = {"app/a.go": 'package a\nimport "kit.io/x"', "d/b.go": ""}
    assert place_of(go, Ecosystem.GO, "kit.io/x", "d") == {}
