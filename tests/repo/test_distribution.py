"""What others take from this repository: hooks, the action, the component, the container."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import seawall
from seawall.journeys.adopt import template

ROOT = Path(__file__).resolve().parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
TEMPLATES = ROOT / "src" / "seawall" / "journeys" / "templates"


def scripts(value: Any) -> list[str]:
    """Return every script of a workflow or an action."""
    if isinstance(value, dict):
        own = [value["run"]] if isinstance(value.get("run"), str) else []
        return own + [text for one in value.values() for text in scripts(one)]
    return [text for one in value for text in scripts(one)] if isinstance(value, list) else []


def run(folder: Path, *command: str, **environment: str) -> int:
    done = subprocess.run(
        command,
        cwd=folder,
        env={
            **os.environ,
            "SEAWALL_CACHE_DIR": str(folder.parent / "cache"),
            **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER")
               for what in ("NAME", "EMAIL")},
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    return done.returncode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    made.mkdir()
    assert run(made, "git", "init", "-q", "-b", "main") == 0
    return made


def private_key() -> str:
    """A key's outer form around noise, put together when the test runs."""
    body = "\n".join("".join(chr(65 + (row * 7 + sign * 11) % 26) for sign in range(64))
                     for row in range(20))  # fmt: skip
    return (
        f"-----{'BEGIN'} RSA PRIVATE {'KEY'}-----\n{body}\n-----{'END'} RSA PRIVATE {'KEY'}-----\n"
    )


def command_of(hook: dict[str, Any]) -> list[str]:
    program, *rest = shlex.split(hook["entry"])
    assert program == "seawall"
    return [sys.executable, "-m", "seawall", *rest]


def test_the_hooks_are_those_that_are_promised() -> None:
    assert [hook["id"] for hook in HOOKS] == ["seawall", "seawall-full"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False


@pytest.mark.needs("git")
@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_a_hook_stops_a_secret(folder: Path, hook: dict[str, Any]) -> None:
    (folder / "app.py").write_text("import os\n", "utf-8")
    run(folder, "git", "add", "-A")
    assert run(folder, *command_of(hook)) == 0
    (folder / "key.pem").write_text(private_key(), "utf-8")
    run(folder, "git", "add", "-A")
    assert run(folder, *command_of(hook)) == 1


@pytest.mark.needs("git")
@pytest.mark.parametrize("arguments", [("-a",), ("app.py",), ()], ids=["all", "named", "staged"])
def test_git_s_own_hook_sees_what_is_committed(folder: Path, arguments: tuple[str, ...]) -> None:
    entry = " ".join(map(shlex.quote, command_of(HOOKS[0])))
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {entry}\n", "utf-8")
    hook.chmod(0o755)
    (folder / "app.py").write_text("import os\n", "utf-8")
    run(folder, "git", "add", "-A")
    assert run(folder, "git", "commit", "-q", "-m", "one") == 0
    (folder / "app.py").write_text(private_key(), "utf-8")
    if not arguments:
        run(folder, "git", "add", "-A")
    assert run(folder, "git", "commit", "-q", "-m", "two", *arguments) == 1


def test_what_is_given_to_the_action_is_never_part_of_a_script() -> None:
    assert scripts(ACTION)
    for text in scripts(ACTION):
        assert "${{" not in text
        assert re.search(r"python3? -m|\beval\b", text) is None


def test_the_action_and_the_component_install_this_version() -> None:
    assert ACTION["inputs"]["version"]["default"] == seawall.__version__
    spec, job = yaml.safe_load_all((ROOT / "templates" / "seawall.yml").read_text("utf-8"))
    assert spec["spec"]["inputs"]["version"]["default"] == seawall.__version__
    # Inputs of a component are put into its text: into variables alone.
    told = {**job["seawall"], "variables": {}, "stage": ""}
    assert "$[[" not in yaml.safe_dump(told)


@pytest.mark.needs("git")
def test_the_action_s_script_runs(folder: Path, tmp_path: Path) -> None:
    """With a stand-in for the runner: what it writes, and that hostile inputs stay words."""
    (folder / "app.py").write_text("import os\n", "utf-8")
    program = tmp_path / "seawall" / "bin" / "seawall"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m seawall "$@"\n', "utf-8")
    program.chmod(0o755)
    step = next(step for step in ACTION["runs"]["steps"] if step.get("id") == "scan")
    given = {
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "SEAWALL_SINCE": "",
        "SEAWALL_ARGS": "--no-cache",
        "SEAWALL_SARIF": "out.sarif",
    }
    bash = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"])
    assert run(folder, *bash, **given) == 0
    assert (tmp_path / "output").read_text("utf-8") == "sarif=out.sarif\n"
    assert "Seawall" in (tmp_path / "summary").read_text("utf-8")
    assert (folder / "out.sarif").is_file()
    for hostile in ("$(touch owned)", "`touch owned`", "; touch owned", "--output=a b"):
        given |= {"SEAWALL_SINCE": hostile, "SEAWALL_ARGS": hostile}
        assert run(folder, *bash, **given) == 2
        assert not (folder / "owned").exists()
    (folder / "key.pem").write_text(private_key(), "utf-8")
    given |= {"SEAWALL_SINCE": "", "SEAWALL_ARGS": ""}
    assert run(folder, *bash, **given) == 1


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.y*ml")), ids=lambda path: path.name)
def test_templates_are_yaml_and_put_nothing_into_scripts(path: Path) -> None:
    text = template(path.name).replace("@RUNNER@", "docker").replace("@STAGE@", "test")
    for script in scripts(yaml.safe_load(text)):
        assert "${{" not in script


def test_the_container_runs_as_nobody_from_a_named_base() -> None:
    lines = (ROOT / "Containerfile").read_text("utf-8").splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+", base) and ":latest" not in base for base in bases)
    last = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    assert any(re.fullmatch(r"USER [1-9]\d+", line) for line in lines[last:])
