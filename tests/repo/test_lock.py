"""The lock pins what pyproject.toml asks for, with hashes, and names no host."""

import ast
import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OF_PYTHON = sys.stdlib_module_names
OURS = {"seawall", "seawall-guard"}


def pins() -> dict[str, tuple[str, int]]:
    """Return the version of every package, and how many files of it may be installed."""
    found = {}
    for entry in re.sub(r"\\\n", "", LOCK).splitlines():
        if entry and not entry.startswith((" ", "#")):
            words, *hashes = re.split(r"\s+--hash=", entry)
            requirement = Requirement(words.strip())
            (pin,) = requirement.specifier
            assert pin.operator == "=="
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", value) for value in hashes), entry
            found[canonicalize_name(requirement.name)] = (pin.version, len(hashes))
    return found


def wanted() -> dict[str, SpecifierSet]:
    """Return what the project, its tests and its build ask for."""
    guard = tomllib.loads((ROOT / "guard" / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
        *guard["build-system"]["requires"],
    ]
    requirements = [Requirement(words) for words in asked]
    return {
        canonicalize_name(requirement.name): requirement.specifier
        for requirement in requirements
        if requirement.name not in OURS
    }


def test_it_is_current_with_pyproject() -> None:
    locked = pins()
    for name, specifier in wanted().items():
        assert name in locked, f"{name} is not locked: make lock"
        assert specifier.contains(locked[name][0], prereleases=True), f"{name}: make lock"


def test_every_package_has_its_hashes() -> None:
    assert [name for name, (_, hashes) in pins().items() if not hashes] == []


def test_it_serves_behind_every_mirror() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^--", LOCK, re.MULTILINE)


def test_our_own_distributions_come_from_the_tree() -> None:
    assert not OURS & set(pins())


BRINGS = {"pyyaml": ("yaml",), "pygls": ("lsprotocol",)}
"""Modules that have another name than the package which they come with."""


def test_what_is_imported_is_asked_for() -> None:
    extras = [
        canonicalize_name(Requirement(words).name)
        for extra in PROJECT["project"]["optional-dependencies"].values()
        for words in extra
    ]
    packages = [*wanted(), *extras]
    asked = {name.replace("-", "_") for name in packages} | {"seawall", "seawall_guard"}
    asked |= {module for name in packages for module in BRINGS.get(name, ())}
    local = {"bench", "tests", "plant", "environment", "pip"}
    missing = set()
    for folder in ("src", "guard/src", "tests", "tools", "bench"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.is_relative_to(ROOT / "tests" / "parse" / "lock"):
                # Other people's programs, in any Python.
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module or ""]
                tops = {name.partition(".")[0] for name in names}
                missing |= {(top, path.name) for top in tops - asked - local - OF_PYTHON}
    assert missing == set()
