"""`seawall init` as a person runs it, on repositories of several kinds."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.needs("git")

HOOKS = """\
# what everybody runs before a commit
repos:
  - repo: https://example.com/formatter
    rev: v1.2.3  # renewed by a bot
    hooks:
      - id: format
"""


def files_of(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def test_an_empty_repository(seawall: Any, repository: Any) -> None:
    done = seawall("init", repository.root, "--yes")
    assert done.code == 0
    assert set(files_of(repository.root)) == {"seawall.toml", ".pre-commit-config.yaml"}
    assert "by hand: let your pipeline run:" in done.out
    assert "most worth fixing" not in done.out
    assert seawall("scan", repository.root).code == 0


def test_a_folder_without_git_gets_no_hook(seawall: Any, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert seawall("init", folder, "--yes").code == 0
    assert set(files_of(folder)) == {"seawall.toml"}


def test_python_on_github_with_hooks(seawall: Any, repository: Any) -> None:
    repository.write("app/main.py", "print('hello')\n")
    repository.write("pyproject.toml", "[project]\nname = 'app'\n")
    repository.write(".github/workflows/test.yml", "name: test\n")
    repository.write(".pre-commit-config.yaml", HOOKS)
    repository.commit()
    done = seawall("init", repository.root, "--yes")
    assert done.code == 0
    for words in ("python (1)", "pip", "github", "+++ b/.github/workflows/seawall.yml"):
        assert words in done.out
    hooks = (repository.root / ".pre-commit-config.yaml").read_text("utf-8")
    assert hooks.startswith(HOOKS)
    assert yaml.safe_load(hooks)["repos"][1]["hooks"][0]["entry"] == "seawall scan --staged"
    workflow = (repository.root / ".github/workflows/seawall.yml").read_text("utf-8")
    assert yaml.safe_load(workflow)["jobs"]["scan"]
    assert not (repository.root / ".seawall").exists()


def test_gitlab_keeps_its_pipeline(seawall: Any, repository: Any) -> None:
    repository.write(".gitlab-ci.yml", "# ours\nstages: [build]\n")
    repository.commit()
    done = seawall("init", repository.root, "--yes", "--no-pre-commit")
    made = files_of(repository.root)
    assert made[".gitlab-ci.yml"] == "# ours\nstages: [build]\n"
    assert ".gitlab/seawall.yml" in made
    assert "- local: .gitlab/seawall.yml" in done.out


def test_an_old_repository_gets_a_baseline_and_a_list(
    seawall: Any, repository: Any, token: Any
) -> None:
    for number in range(14):
        folder = "tests" if number % 2 else "app"
        repository.write(f"{folder}/f{number}.py", f"A = '{token(number)}'\n")
    repository.write("app/again.py", f"A = '{token(4)}'\n")
    repository.commit()
    done = seawall("init", repository.root, "--yes")
    assert done.code == 0
    assert "The 10 findings most worth fixing first" in done.out
    ranked = [
        line.strip() for line in done.out.splitlines() if line.strip()[:2].rstrip(".").isdigit()
    ]
    assert "app/again.py:1" in ranked[0]
    assert all("app/" in line for line in ranked[:7])
    assert "in 2 places" in done.out
    assert "breaks the build by default" in done.out
    assert (repository.root / ".seawall/baseline.jsonl").is_file()
    for number in range(14):
        assert token(number)[8:30] not in done.out
    scanned = seawall("scan", repository.root, "--format", "json")
    assert scanned.code == 0
    assert {place[3] for place in scanned.places} == {"known"}
    # What comes from now on counts.
    repository.write("app/new.py", f"A = '{token(99)}'\n")
    assert seawall("scan", repository.root).code == 1


def test_no_baseline(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", f"A = '{token(1)}'\n")
    done = seawall("init", repository.root, "--yes", "--no-baseline")
    assert "The finding most worth fixing first" in done.out
    assert not (repository.root / ".seawall").exists()
    assert seawall("scan", repository.root).code == 1


def test_a_second_run_has_nothing_to_do(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", f"A = '{token(1)}'\n")
    repository.write(".github/workflows/test.yml", "name: test\n")
    repository.write(".pre-commit-config.yaml", HOOKS)
    seawall("init", repository.root, "--yes")
    made = files_of(repository.root)
    # What came in since is not accepted by running it again.
    repository.write("b.py", f"B = '{token(2)}'\n")
    again = seawall("init", repository.root, "--yes")
    assert again.code == 0
    assert "nothing to do" in again.out
    assert {**made, "b.py": f"B = '{token(2)}'\n"} == files_of(repository.root)


@pytest.mark.parametrize("options", [("--dry-run",), ("--dry-run", "--yes"), ()])
def test_nothing_is_written_unasked(seawall: Any, repository: Any, options: Any) -> None:
    repository.write("app.py", "import os\n")
    done = seawall("init", repository.root, *options)
    assert "+++ b/seawall.toml" in done.out
    assert files_of(repository.root) == {"app.py": "import os\n"}
    assert done.code == (0 if options else 2)
    assert options or "hint: --yes writes" in done.err


def test_the_pipeline_that_is_named_counts(seawall: Any, repository: Any) -> None:
    repository.write(".github/workflows/test.yml", "name: test\npermissions: {}\n")
    seawall("init", repository.root, "--yes", "--ci", "forgejo", "--no-pre-commit")
    assert set(files_of(repository.root)) == {
        ".forgejo/workflows/seawall.yml", ".github/workflows/test.yml", "seawall.toml",
    }  # fmt: skip
    other = seawall("init", repository.root, "--yes", "--ci", "none", "--no-pre-commit")
    assert "nothing to do" in other.out


@pytest.mark.parametrize("link", [".github", ".github/workflows", ".seawall", "seawall.toml"])
def test_no_link_leads_out(
    seawall: Any, repository: Any, tmp_path: Path, token: Any, link: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repository.write("app.py", f"A = '{token(1)}'\n")
    place = repository.root / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(outside / "x" if link.endswith(".toml") else outside)
    done = seawall("init", repository.root, "--yes", "--ci", "github")
    assert done.code == 2
    assert "link" in done.err or "outside" in done.err
    assert list(outside.iterdir()) == []


def test_a_folder_of_a_repository_is_refused(seawall: Any, repository: Any) -> None:
    repository.write("sub/app.py", "import os\n")
    done = seawall("init", repository.root / "sub", "--yes")
    assert done.code == 2
    assert f"seawall init {repository.root}" in done.err


def test_hostile_text_of_a_file_is_shown_and_not_obeyed(seawall: Any, repository: Any) -> None:
    repository.write(".pre-commit-config.yaml", HOOKS + "      # \x1b]0;owned\x07 \u202e\n")
    done = seawall("init", repository.root, "--dry-run")
    assert "\x1b" not in done.out
    assert "\\x1b]0;owned" in done.out


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("n", False), ("", False)])
def test_on_a_terminal_it_asks(repository: Any, tmp_path: Path, answer: str, written: bool) -> None:
    primary, secondary = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "seawall", "init", str(repository.root), "--ci", "none"],
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
        env={**os.environ, "SEAWALL_CACHE_DIR": str(tmp_path / "cache"), "TERM": "xterm"},
    )
    os.close(secondary)
    os.write(primary, f"{answer}\n".encode())
    shown = b""
    while True:
        try:
            part = os.read(primary, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(primary)
    assert process.wait(timeout=60) == 0
    assert b"[y/N]" in shown
    assert b"\x1b[32m+" in shown
    assert (repository.root / "seawall.toml").exists() is written


PAGE = Path(__file__).resolve().parents[2] / "docs" / "adopting.md"


def without_times(text: str) -> list[str]:
    return [re.sub(r"\d+\.\d s", "N s", line).rstrip() for line in text.splitlines()]


def test_the_page_shows_what_it_writes(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("shop/pay.py", f"import requests\n\nTOKEN = '{token(1)}'\n")
    repository.write("shop/mail.py", f"KEY = '{token(2)}'\n")
    repository.write("tests/test_pay.py", f"TOKEN = '{token(3)}'\nSAME = '{token(1)}'\n")
    repository.write("tests/test_mail.py", f"KEY = '{token(4)}'  # gitleaks" + ":allow\n")
    repository.write("pyproject.toml", "[project]\nname = 'shop'\n")
    repository.write(".github/workflows/test.yml", "name: test\n")
    repository.write(".pre-commit-config.yaml", HOOKS)
    repository.write(".gitleaksignore", "tests/other.py:github-pat:1\n")
    repository.commit()
    written = without_times(seawall("init", "--yes", folder=repository.root).out)
    shown = re.search(
        r"^~~~~text\n\$ seawall init\n(.*?)^~~~~$", PAGE.read_text("utf-8"), re.M | re.S
    )
    assert shown
    for line in without_times(shown[1]):
        assert line == "…" or line.startswith("write these") or line in written, line
