"""`make run` as a newcomer meets it, from a path with a space."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what `tools/run.py` needs, so that the report lands nowhere else."""
    copy = tmp_path / "sea wall"
    shutil.copytree(ROOT / "tools", copy / "tools")
    ignored = shutil.ignore_patterns("__pycache__", ".venv", "*.db")
    shutil.copytree(ROOT / "examples", copy / "examples", ignore=ignored)
    return copy


def run(checkout: Path, target: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "TARGET": target, **more}
    return subprocess.run(
        [sys.executable, str(checkout / "tools" / "run.py")],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.needs("git")
def test_the_example_breaks_the_build_and_the_command_ends_well(checkout: Path) -> None:
    done = run(checkout)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "seawall: auditing .build/harbor"
    # It says of which day the advisories are, and the scan says that they are old.
    assert "in a small snapshot of advisories of 20" in lines[1]
    assert "vulnerable-dependency" in done.stdout
    assert "days old: what came since is not known" in done.stdout
    assert "seawall: in CI this would exit 1: the gate breaks the build" in lines
    assert lines[-1].endswith("make run TARGET=/path/to/repository")
    report = (checkout / "report.html").read_text(encoding="utf-8")
    assert "harbor/settings.py" in done.stdout
    assert "harbor/settings.py" in report


def test_without_git_the_example_is_audited_as_files(checkout: Path) -> None:
    done = run(checkout, PATH=str(checkout))
    assert done.returncode == 0
    assert "git was not found" in done.stdout
    assert "in CI this would exit 1" in done.stdout


def test_a_clean_repository_of_the_readers_own_passes(checkout: Path, tmp_path: Path) -> None:
    own = tmp_path / "my own"
    own.mkdir()
    (own / "main.py").write_text("print('nothing to find')\n", encoding="utf-8")
    done = run(checkout, target=str(own))
    assert (done.returncode, done.stderr) == (0, "")
    assert "seawall: in CI this would exit 0: the gate passes" in done.stdout
    assert not (checkout / ".build").exists()


def test_a_target_that_is_not_there_is_an_error(checkout: Path) -> None:
    (checkout / "report.html").write_text("from before", encoding="utf-8")
    done = run(checkout, target="/no/such/folder")
    assert done.returncode == 2
    assert "seawall: error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / "report.html").exists()
