"""The example: the same repository everywhere, its secrets only where it was built."""

import ast
import base64
import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
HARBOR = ROOT / "examples" / "harbor"
HEAD = "d921bbad09a60002828a858540438ae934246f4f"
"""Changes with everything in the example and with nothing else."""


def load(name: str) -> ModuleType:
    """Load a module of the example, which is no package."""
    spec = importlib.util.spec_from_file_location(name, HARBOR / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


plant = load("plant")


def build(target: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-B", str(HARBOR / "build.py"), str(target)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("with a space") / "har bor"
    done = build(target)
    assert (done.returncode, done.stderr) == (0, "")
    return target


@pytest.mark.needs("git")
def test_it_is_the_same_on_every_machine(harbor: Path, tmp_path: Path) -> None:
    assert git(harbor, "rev-parse", "HEAD").strip() == HEAD
    config = tmp_path / "gitconfig"
    config.write_text(
        "[user]\nname=Else\n[core]\nautocrlf=true\n[init]\ndefaultBranch=trunk\n", encoding="utf-8"
    )
    odd = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "GIT_CONFIG_GLOBAL": str(config), "PYTHONUTF8": "0"}
    other = tmp_path / "other"
    assert build(other, GIT_DEFAULT_HASH="sha256", GIT_DIR="/nowhere", **odd).returncode == 0
    assert git(other, "rev-parse", "HEAD").strip() == HEAD
    assert git(other, "for-each-ref") == git(harbor, "for-each-ref")


@pytest.mark.needs("git")
def test_it_is_left_clean_and_whole(harbor: Path) -> None:
    assert git(harbor, "status", "--porcelain") == ""
    git(harbor, "fsck", "--strict", "--no-dangling")
    assert int(git(harbor, "rev-list", "--count", "--all")) >= 25


@pytest.mark.needs("git")
def test_a_second_build_changes_nothing(harbor: Path) -> None:
    (harbor / "mine.txt").write_text("kept", encoding="utf-8")
    assert build(harbor).returncode == 0
    assert (harbor / "mine.txt").exists()
    (harbor / "mine.txt").unlink()


@pytest.mark.needs("git")
def test_every_secret_is_planted(harbor: Path) -> None:
    log = git(harbor, "log", "--all", "--no-color", "--patch")
    for name, value in plant.SECRETS.items():
        encoded = base64.b64encode(value(name).encode()).decode()
        assert value(name) in log or encoded in log, name
    assert "PRIVATE " + "KEY" in log


@pytest.mark.needs("git")
def test_some_secrets_live_in_history_only(harbor: Path) -> None:
    tree = git(harbor, "grep", "-h", "", "HEAD", "--", ".")
    for name in ("database-password-before", "sendgrid-key"):
        assert plant.SECRETS[name](name) not in tree
    assert "PRIVATE " + "KEY" not in tree


def test_no_planted_value_stands_in_this_repository() -> None:
    values = [make(name).encode() for name, make in plant.SECRETS.items()]
    for path in HARBOR.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            content = path.read_bytes()
            assert not [value for value in values if value in content], path


def test_the_story_holds_every_file_of_the_shop() -> None:
    build_module_path = str(HARBOR)
    sys.path.insert(0, build_module_path)
    try:
        story = load("build")
    finally:
        sys.path.remove(build_module_path)
    tree = set(story.head(story.read_story()).tree)
    ignored = {"__pycache__", ".pytest_cache", ".venv", "uploads"}
    files = {
        path.relative_to(HARBOR / "shop").as_posix().replace("dot-gitignore", ".gitignore")
        for path in (HARBOR / "shop").rglob("*")
        if path.is_file() and not ignored & set(path.parts) and path.suffix not in (".db", ".pyc")
    }
    assert files == tree


def test_without_git_it_has_no_history_and_says_so(tmp_path: Path) -> None:
    target = tmp_path / "harbor"
    done = build(target, PATH=str(tmp_path))
    assert done.returncode == 0
    assert "git was not found" in done.stdout
    assert (target / ".env").exists()
    assert not (target / ".git").exists()


def test_a_folder_that_it_did_not_make_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "harbor"
    mine.mkdir()
    (mine / "mine.txt").write_text("kept", encoding="utf-8")
    done = build(mine)
    assert done.returncode == 2
    assert done.stderr.startswith("seawall: error: ")
    assert (mine / "mine.txt").exists()


@pytest.mark.needs("git")
def test_a_build_that_was_cut_short_is_repeated(tmp_path: Path) -> None:
    target = tmp_path / "harbor"
    target.mkdir()
    (tmp_path / "harbor.json").write_text("{}\n", encoding="utf-8")
    assert build(target).returncode == 0
    assert git(target, "rev-parse", "HEAD").strip() == HEAD


@pytest.mark.parametrize(
    "path", sorted((HARBOR / "shop").rglob("*.py")), ids=lambda path: path.name
)
def test_its_python_parses(path: Path) -> None:
    ast.parse(plant.fill(path.read_text(encoding="utf-8")))


def test_every_flaw_and_its_twin_is_one_line_of_the_shop() -> None:
    flaws = tomllib.loads((HARBOR / "flaws.toml").read_text(encoding="utf-8"))["flaw"]
    wrong = []
    for flaw in flaws:
        text = (HARBOR / "shop" / flaw["path"]).read_text(encoding="utf-8")
        for part in (flaw["at"], flaw.get("twin", flaw["at"])):
            if sum(part in line for line in text.splitlines()) != 1:
                wrong.append((flaw["path"], part))
    assert wrong == []
