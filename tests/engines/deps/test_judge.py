"""What is told of a package that has a weakness: whether ours imports it, and what to take."""

import json
from pathlib import Path

from seawall.advisories.build import building
from seawall.advisories.database import AdvisoryDatabase
from seawall.core.finding import Evidence, Finding, Fix
from seawall.journeys.deps import load_deps_engine


def judged(
    place: Path, files: dict[str, str], *records: tuple[str, str, str, list[dict[str, str]]]
) -> list[Finding]:
    """Judge files by records: id, ecosystem, name and the events of a range."""
    with building(place / "a.sqlite", anew=True) as builder:
        for identity, ecosystem, name, events in records:
            affected = {
                "package": {"ecosystem": ecosystem, "name": name},
                "ranges": [{"type": "SEMVER", "events": events}],
            }
            record = {"id": identity, "modified": "2026-01-01T00:00:00Z", "affected": [affected]}
            builder.take(json.dumps(record).encode())
        builder.finish("2026-01-01T00:00:00+00:00")
    engine = load_deps_engine()
    content = {path: text.encode() for path, text in files.items()}
    inventories = {
        path: engine.read_inventory(path, text, content.get)
        for path, text in content.items()
        if engine.wants(path)
    }
    members = engine.compose(inventories).members
    with AdvisoryDatabase.open(place / "a.sqlite") as database:
        return engine.judge(members, database, list(files), content.get)


def test_of_several_versions_the_one_asked_for_is_imported(tmp_path: Path) -> None:
    packages = {
        "": {"dependencies": {"kit": "2.0.0", "other": "1.0.0"}},
        "node_modules/kit": {"version": "2.0.0"},
        "node_modules/other": {"version": "1.0.0", "dependencies": {"kit": "1.0.0"}},
        "node_modules/other/node_modules/kit": {"version": "1.0.0"},
    }
    files = {
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1),
        "app.js": "require('kit')\n",
    }
    found = judged(tmp_path, files, ("A", "npm", "kit", [{"introduced": "0"}, {"fixed": "3.0.0"}]))
    assert [(one.message, one.evidence.value) for one in found] == [
        ("kit 2.0.0 has A; imported by app.js", "reachable"),
        ("kit 1.0.0 has A; app.js imports another version of it", "suspected"),
    ]


def test_what_no_version_mends_is_not_passed_over(tmp_path: Path) -> None:
    files = {"go.mod": "module a\n\ngo 1.22\n\nrequire kit.io/x v0.1.0\n"}
    found = judged(
        tmp_path,
        files,
        ("A", "Go", "kit.io/x", [{"introduced": "0"}, {"fixed": "0.2.0"}]),
        ("B", "Go", "kit.io/x", [{"introduced": "0"}, {"fixed": "0.3.0"}]),
        ("C", "Go", "kit.io/x", [{"introduced": "0"}]),
    )
    assert [(one.label, one.fix and one.fix.title) for one in found] == [
        (
            "A",
            "raise kit.io/x to v0.3.0, which leaves only what no version mends (v0.2.0 mends this"
            " one), a step to another line of versions",
        ),
        ("B", "raise kit.io/x to v0.3.0, a step to another line of versions"),
        ("C", None),
    ]


def test_packages_of_conda_are_looked_up_as_those_of_pypi(tmp_path: Path) -> None:
    files = {
        "environment.yml": "dependencies:\n  - python=3.9.1\n  - kit=1.0\n  - redis=1.0\n"
        "  - odd=1.0\n  - pip:\n    - other==1.0\n    - odd==1.0\n"
    }
    events = [{"introduced": "0"}, {"fixed": "1.1"}]
    found = judged(
        tmp_path,
        files,
        *((name, "PyPI", name.lower(), events) for name in ("KIT", "REDIS", "OTHER", "PYTHON")),
        ("MAL-1", "PyPI", "odd", events),
    )
    unseen = "there are no files of Python here that could import it"
    assert [(one.location.purl, one.message) for one in found] == [  # type: ignore[union-attr]
        ("pkg:conda/kit@1.0", "kit 1.0 has KIT; as PyPI publishes it by this name"),
        ("pkg:pypi/odd@1.0", "odd 1.0 was published to do harm (MAL-1)"),
        ("pkg:pypi/other@1.0", f"other 1.0 has OTHER; {unseen}"),
    ]
    assert found[0].evidence is Evidence.SUSPECTED
    assert found[0].fix == Fix(title="raise kit to 1.1")


def test_what_to_take_in_place_of_what_no_version_mends(tmp_path: Path) -> None:
    files = {"requirements.txt": "pycrypto==2.6.1\n", "app.py": "import Crypto\n"}
    found = judged(tmp_path, files, ("A", "PyPI", "pycrypto", [{"introduced": "0"}]))
    assert [(one.message, one.fix) for one in found] == [
        ("pycrypto 2.6.1 has A; imported by app.py; take pycryptodome in its place", None)
    ]


def test_what_does_harm_in_every_version_needs_none(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "whole\nwhole-too>=1\nfrom-two\nlisted\nweak\n",
        "package.json": json.dumps({"dependencies": {"@a/whole": "^1.0.0", "whole": "^1.0.0"}}),
    }
    every = [{"introduced": "0"}]
    found = judged(
        tmp_path,
        files,
        ("MAL-1", "PyPI", "whole", every),
        ("MAL-2", "PyPI", "whole-too", []),
        ("MAL-3", "PyPI", "from-two", [{"introduced": "2"}]),
        ("MAL-4", "PyPI", "listed", [{"introduced": "0"}, {"last_affected": "1.0"}]),
        ("A", "PyPI", "weak", every),
        ("MAL-5", "npm", "@a/whole", every),
    )
    assert [(one.location.purl, one.message, one.severity.value) for one in found] == [  # type: ignore[union-attr]
        ("pkg:npm/%40a/whole", "@a/whole was published to do harm (MAL-5)", "critical"),
        ("pkg:pypi/whole", "whole was published to do harm (MAL-1)", "critical"),
        ("pkg:pypi/whole-too", "whole-too was published to do harm (MAL-2)", "critical"),
    ]


def test_what_stands_in_git_is_not_what_a_registry_took_away(tmp_path: Path) -> None:
    files = {"requirements.txt": "kit @ git+https://git.example/kit@v1.0\nkit2==1.0\n"}
    every = [{"introduced": "0"}]
    found = judged(tmp_path, files, ("MAL-1", "PyPI", "kit", every), ("A", "PyPI", "kit2", every))
    assert [one.message.partition(";")[0] for one in found] == ["kit2 1.0 has A"]


def test_what_cannot_be_looked_up_is_counted() -> None:
    engine = load_deps_engine()
    commit = "0123456789abcdef0123456789abcdef01234567"
    files = {
        "a/requirements.txt": f"kit @ git+https://git.example/kit@{commit}\n"
        "other @ git+https://git.example/other\nplain==1.0\nopen\n./local\n",
        "b/requirements.txt": f"kit @ git+https://git.example/kit@{commit}\n",
        "Podfile.lock": "PODS:\n  - AFNetworking (4.0.0)\n\nCOCOAPODS: 1.15.0\n",
        "renv.lock": json.dumps(
            {
                "R": {"Version": "4.3.0"},
                "Packages": {
                    "limma": {"Package": "limma", "Version": "3.56.0", "Source": "Bioconductor"}
                },
            }
        ),
    }
    content = {path: text.encode() for path, text in files.items()}
    composition = engine.compose(
        {path: engine.read_inventory(path, text, content.get) for path, text in content.items()}
    )
    assert engine.unasked(composition.members) == (2, {"CocoaPods": 1})
    assert [one.purl for one in composition.members if "limma" in one.purl] == [
        "pkg:bioconductor/limma@3.56.0"
    ]
