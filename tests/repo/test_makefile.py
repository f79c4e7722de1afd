"""What the Makefile offers, what it says it offers, and what the README promises of it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", TEXT, re.MULTILINE))


def test_it_offers_what_the_house_promises() -> None:
    assert {"run", "stop", "test", "lint", "types", "docs", "bench", "check"} <= TARGETS


def test_nothing_that_is_declared_is_missing() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", TEXT, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == TARGETS


@pytest.mark.needs("make")
def test_every_line_of_help_is_a_target() -> None:
    done = subprocess.run(
        ["make", "-C", str(ROOT), "--no-print-directory", "help"],
        capture_output=True,
        text=True,
        check=True,
    )
    told = {
        name
        for line in done.stdout.splitlines()
        if line.startswith("make ")
        for name in re.findall(r"[a-z]+", re.split(r" {2,}|[A-Z[]", line)[0])
    } - {"make"}
    assert told <= TARGETS
    assert TARGETS - told <= {"help", "environment", "selfscan"}


def test_the_readme_names_the_commands_that_set_up_run_and_test() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("git clone ", "make run", "make test", "make run TARGET="):
        assert command in readme
    named = set(re.findall(r"\bmake ([a-z]+)\b", " ".join(re.findall(r"`[^`]+`|^    .*$", readme))))
    assert named <= TARGETS


@pytest.mark.parametrize("newer", [r"!=", r"::=", r"\$\(file ", r"\.ONESHELL", r"&:", r"\$\(let "])
def test_make_3_81_understands_it(newer: str) -> None:
    outside_recipes = "\n".join(line for line in TEXT.splitlines() if not line.startswith("\t"))
    assert not re.search(newer, outside_recipes)


def test_the_checks_before_landing_can_be_started() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", str(script)], check=True)


@pytest.mark.parametrize(
    "script", sorted((ROOT / "tools").glob("*.sh")), ids=lambda path: path.name
)
def test_the_tools_are_plain_shell(script: Path) -> None:
    subprocess.run(["sh", "-n", str(script)], check=True)
