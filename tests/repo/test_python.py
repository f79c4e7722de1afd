"""How `make` finds its Python, told by pretended ones."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Find = Callable[..., "subprocess.CompletedProcess[str]"]

OLD = "#!/bin/sh\necho 'old 3.9.2' >&2\nexit 1\n"
PART = "#!/bin/sh\necho 'without venv' >&2\nexit 1\n"
DEAD = "#!/bin/sh\necho 'command not found' >&2\nexit 127\n"
WHOLE = "#!/bin/sh\necho /where/it/is\n"


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Return a function that looks for a Python where only the given ones are."""

    def run(pythons: dict[str, str], named: str = "") -> "subprocess.CompletedProcess[str]":
        folder = tmp_path / "a bin"
        folder.mkdir()
        for name, text in pythons.items():
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o755)
        return subprocess.run(
            ["/bin/sh", str(ROOT / "tools" / "find_python.sh")],
            env={"PATH": str(folder), "PYTHON": named},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_one_that_is_new_enough_is_taken(find: Find) -> None:
    done = find({"python3.13": WHOLE})
    assert (done.returncode, done.stdout, done.stderr) == (0, "/where/it/is\n", "")


def test_an_old_one_and_a_shim_without_its_version_are_passed_over(find: Find) -> None:
    done = find({"python3": OLD, "python3.14": DEAD, "python3.12": WHOLE})
    assert (done.returncode, done.stdout) == (0, "/where/it/is\n")


@pytest.mark.parametrize(
    ("pythons", "error"),
    [
        ({}, "no Python was found"),
        ({"python3": DEAD}, "no Python was found"),
        ({"python3": OLD}, "no Python 3.11 or later was found (python3 is older)"),
        ({"python3": PART}, "python3 is new enough but only a part of Python"),
    ],
)
def test_without_one_there_is_one_error_and_one_hint(
    find: Find, pythons: dict[str, str], error: str
) -> None:
    done = find(pythons)
    assert (done.returncode, done.stdout) == (2, "")
    said = done.stderr.splitlines()
    assert len(said) == 2
    assert said[0].startswith(f"seawall: error: {error}")
    assert said[1].startswith("seawall: hint: install")


def test_the_one_that_is_named_is_taken(find: Find) -> None:
    done = find({}, named=sys.executable)
    assert (done.returncode, done.stdout.strip()) == (0, sys.executable)


@pytest.mark.parametrize("named", ["/no/such/python", "python9"])
def test_a_named_one_that_is_not_there_is_not_replaced_by_another(find: Find, named: str) -> None:
    done = find({"python3": WHOLE}, named=named)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"seawall: error: PYTHON={named} cannot be run\nseawall: hint: ")
