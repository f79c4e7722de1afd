"""The import table of docs/design.md, held against the imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "seawall"
GROUPS = {"engines", "rules", "reports", "readers", "notify", "parse"}
"""Rooms whose inhabitants are sisters: they never import one another."""
SLAB = {
    "parse": {
        "cargo",
        "code_text",
        "composer",
        "conan",
        "conda",
        "core_metadata",
        "dcf",
        "deb822",
        "executable",
        "go_directives",
        "dockerfile",
        "gradle_text",
        "haskell",
        "images",
        "json",
        "lines",
        "lock_version",
        "marked_yaml",
        "maven",
        "npm",
        "nuget",
        "open_merge",
        "os_release",
        "inventory_form",
        "pep508",
        "plain_yaml",
        "pom_model",
        "java_archive",
        "python",
        "remarks",
        "revisions",
        "rpm_header",
        "ruby",
        "scopes",
        "script",
        "shell",
        "shapes",
        "spdx",
        "tokens",
        "toml",
        "values",
        "xml",
        "yaml",
    },
    "reports": {
        "compliance",
        "cyclonedx",
        "escape",
        "gitlab_scan",
        "html_style",
        "options",
        "order",
        "published",
    },
    "rules": {"keep", "knowledge", "tables"},
}
"""Modules of such a room on which all sisters stand."""


def read_table() -> dict[str, set[str]]:
    """Read the table "part | may import" of the design."""
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    table: dict[str, set[str]] = {}
    for line in text.splitlines():
        match = re.fullmatch(r"\| ([a-z_, ]+) \| (.+) \|", line)
        if match and match[1] != "part":
            names = re.findall(r"`?([a-z_]+)`?", re.sub(r"\(.*?\)", "", match[2]))
            allowed = {name for name in names if name != "and"}
            for part in match[1].split(","):
                table[part.strip()] = set() if match[2].startswith("nothing") else allowed
    return table


TABLE = read_table()
FILES = sorted(HOUSE.rglob("*.py"))


def part_of(module: str) -> str:
    """ "seawall.core.finding" → "core"."""
    return module.split(".")[1] if "." in module else ""


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything of ours that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = HOUSE.parent / Path(*node.module.split("."), alias.name)
                is_module = inner.with_suffix(".py").exists() or inner.is_dir()
                yield node.lineno, f"{node.module}.{alias.name}" if is_module else node.module


def test_the_table_names_every_part() -> None:
    parts = {path.relative_to(HOUSE).parts[0].removesuffix(".py") for path in FILES}
    assert parts - {"__init__", "__main__"} <= set(TABLE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_imports_follow_the_table(path: Path) -> None:
    parts = path.relative_to(HOUSE).parts
    part = parts[0].removesuffix(".py")
    if part in ("__init__", "__main__"):
        part = "cli"
    wrong = []
    for line, module in imports_of(path):
        if not module.startswith("seawall.") or module == "seawall.__init__":
            continue
        other = part_of(module)
        if other != part and other not in TABLE[part]:
            wrong.append(f"{path.relative_to(ROOT)}:{line} {part} imports {module}")
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_sisters_do_not_import_one_another(path: Path) -> None:
    parts = path.relative_to(HOUSE).parts
    room = parts[0]
    if room not in GROUPS or len(parts) < 2:
        return
    me = parts[1].removesuffix(".py")
    wrong = []
    for line, module in imports_of(path):
        names = module.split(".")
        sister = names[2] if names[:2] == ["seawall", room] and len(names) > 2 else me
        if sister not in {me, *SLAB.get(room, set())}:
            wrong.append(f"{path.relative_to(ROOT)}:{line} imports its sister {module}")
    assert not wrong


SOCKETS = {"socket", "http.client", "urllib.request", "ssl", "smtplib", "ftplib", "asyncio"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_only_wire_reaches_the_outside(path: Path) -> None:
    if path.relative_to(HOUSE).parts[0] == "wire":
        return
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for line, module in imports_of(path)
        if module in SOCKETS
    ]
    assert not wrong


def test_core_knows_neither_clock_nor_environment() -> None:
    allowed = {"enum", "hashlib", "msgspec", "re", "seawall"}
    for path in sorted((HOUSE / "core").glob("*.py")):
        for line, module in imports_of(path):
            assert module.split(".")[0] in allowed, f"{path.name}:{line} imports {module}"


STARTERS = {"source/git.py", "source/programs.py"}


def test_processes_start_only_in_two_places() -> None:
    for path in FILES:
        if path.relative_to(HOUSE).as_posix() in STARTERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert not called.startswith(("subprocess.", "os.system", "os.popen", "os.spawn")), (
                f"{path}:{node.lineno}"
            )
