"""What is detected, what is proposed for it, and how it is written."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from seawall.config import Config, read_config
from seawall.core.errors import TargetError
from seawall.journeys.adopt import Plan, plan, write
from seawall.journeys.stack import survey
from seawall.source.checkout import open_target
from seawall.source.writing import read_for_edit, write_whole


def write_files(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def proposed(root: Path, *pipelines: str, hook: bool = False) -> Plan:
    checkout = open_target(root)
    return plan(checkout, survey(checkout), pipelines=pipelines, hook=hook)


def by_path(made: Plan) -> dict[str, Any]:
    return {one.path: yaml.safe_load(one.text) for one in made.proposals if "toml" not in one.path}


def test_the_stack(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "app/a.py": "x\n", "app/b.py": "x\n", "web/c.ts": "x\n", "pyproject.toml": "x\n",
            "package.json": "{}\n", "vendor/d.go": "x\n", ".github/workflows/ci.yml": "x: y\n",
            "Jenkinsfile": "x\n", ".husky/pre-commit": "x\n", ".gitleaks.toml": "x=1\n",
        },
    )  # fmt: skip
    stack = survey(open_target(tmp_path))
    assert stack.languages[0] == ("python", 2)
    assert set(stack.managers) == {"pip", "npm"}
    assert stack.pipelines == ("github", "shell")
    assert stack.other_pipelines == ("Jenkins",)
    assert stack.hooks == "husky"
    assert stack.scanners == (("gitleaks", ".gitleaks.toml"),)
    assert stack.vendored == ("vendor",)
    assert stack.ours == ()


@pytest.mark.parametrize(
    ("path", "pipeline"),
    [
        (".gitlab-ci.yml", "gitlab"),
        (".gitea/workflows/a.yaml", "gitea"),
        (".forgejo/workflows/a.yml", "forgejo"),
        (".circleci/config.yml", "shell"),
    ],
)
def test_pipelines_by_their_files(tmp_path: Path, path: str, pipeline: str) -> None:
    write_files(tmp_path, {path: "x: y\n"})
    assert survey(open_target(tmp_path)).pipelines == (pipeline,)


def test_the_proposed_configuration_says_what_holds_anyway(tmp_path: Path) -> None:
    write_files(tmp_path, {".secrets.baseline": "{}\n", "vendor/a.go": "x\n"})
    (one,) = proposed(tmp_path).proposals
    assert read_config(one.text.encode(), name="seawall.toml") == Config()
    assert '"vendor/"' in one.text
    assert "detect-secrets" in one.text
    # What is commented out is right too.
    meant = one.text.replace("# [", "[").replace("# e", "e").replace("# n", "n")
    meant = meant.replace("# s", "s").replace("# f", "f")
    assert read_config(meant.encode(), name="seawall.toml") not in (None, Config())


def test_a_configuration_that_is_there_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": "[tool.seawall.rules]\noff = []\n"})
    made = proposed(tmp_path)
    assert (made.proposals, made.is_first) == ((), False)


def test_github_gets_the_least_it_needs(tmp_path: Path) -> None:
    workflow = by_path(proposed(tmp_path, "github"))[".github/workflows/seawall.yml"]
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["scan"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 0, "persist-credentials": False}
    for step in steps:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert len(step["uses"].partition("@")[2]) == 40
    assert any("--since" in step.get("run", "") for step in steps)


@pytest.mark.parametrize("name", ["gitea", "forgejo"])
def test_the_other_forges(tmp_path: Path, name: str) -> None:
    workflow = by_path(proposed(tmp_path, name))[f".{name}/workflows/seawall.yml"]
    assert any("--since" in step.get("run", "") for step in workflow["jobs"]["scan"]["steps"])


def test_gitlab_without_a_pipeline_gets_one(tmp_path: Path) -> None:
    made = by_path(proposed(tmp_path, "gitlab"))
    assert made[".gitlab-ci.yml"]["seawall"]["stage"] == "test"


def test_gitlab_with_a_pipeline_gets_a_file_to_include(tmp_path: Path) -> None:
    write_files(tmp_path, {".gitlab-ci.yml": "stages: [build]\n"})
    made = proposed(tmp_path, "gitlab")
    assert by_path(made)[".gitlab/seawall.yml"]["seawall"]["stage"] == "build"
    assert "- local: .gitlab/seawall.yml" in made.hints[0]


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("image: x\n", "test"),
        ("stages: [build, test]\n", "test"),
        ("stages: ['check all', deploy]\n", "check all"),
        ("stages:\n  # first\n  - lint # quick\n\n  - deploy\njob:\n  - x\n", "lint"),
        ("stages:\n- build\n- test\n", "test"),
        ("stages: !reference [x]\n", "test"),
    ],
)
def test_gitlab_s_job_runs_in_a_stage_that_is_there(tmp_path: Path, text: str, stage: str) -> None:
    write_files(tmp_path, {".gitlab-ci.yml": text})
    made = by_path(proposed(tmp_path, "gitlab"))
    assert made[".gitlab/seawall.yml"]["seawall"]["stage"] == stage


def test_a_pipeline_that_runs_us_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {".github/workflows/a.yml": "run: seawall scan\n"})
    assert set(by_path(proposed(tmp_path, "github"))) == set()


def test_others_get_a_step_in_words(tmp_path: Path) -> None:
    write_files(tmp_path, {"Jenkinsfile": "x\n"})
    (hint,) = proposed(tmp_path, "shell").hints
    assert "Jenkins" in hint
    assert "seawall scan" in hint


def test_a_hook_configuration_that_is_not_understood_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {".pre-commit-config.yaml": "repos: []\n"})
    made = proposed(tmp_path, hook=True)
    assert ".pre-commit-config.yaml" not in by_path(made)
    assert "entry: seawall scan --staged" in made.hints[0]


def test_what_is_written_is_what_was_shown(tmp_path: Path) -> None:
    made = proposed(tmp_path, "github")
    write(open_target(tmp_path), made)
    for one in made.proposals:
        assert (tmp_path / one.path).read_text("utf-8") == one.text
    assert proposed(tmp_path, "github").proposals == ()


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "a").chmod(0o640)
    with pytest.raises(TargetError, match="changed meanwhile"):
        write_whole(tmp_path, "a", b"two", former=None)
    write_whole(tmp_path, "a", b"two", former=b"one")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("inside", [True, False])
def test_nothing_is_written_through_links(tmp_path: Path, inside: bool) -> None:
    target = tmp_path / "target"
    elsewhere = target / "real" if inside else tmp_path / "elsewhere"
    elsewhere.mkdir(parents=True)
    (target / ".github").parent.mkdir(exist_ok=True)
    (target / ".github").symlink_to(elsewhere)
    (target / "seawall.toml").symlink_to(elsewhere / "x")
    for path in (".github/workflows/a.yml", "seawall.toml", "../x", ".git/hooks/x"):
        if path.startswith((".git/", "..")):
            (target / ".git" / "hooks").mkdir(parents=True, exist_ok=True)
        with pytest.raises(TargetError):
            write_whole(target, path, b"x", former=None)
    with pytest.raises(TargetError):
        read_for_edit(target, ".github/workflows/a.yml")
    assert list(elsewhere.iterdir()) == []
