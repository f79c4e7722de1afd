"""What the tests stand on: skips are told, or are failures; nothing reaches the network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"

TESTS = """
import os
import socket
import pytest

@pytest.mark.needs("make")
def test_needs_what_is_not_there():
    pass

@pytest.mark.needs("mkfifo")
def test_needs_what_is_there():
    pass

def test_says_nothing():
    assert "CI" not in os.environ
    assert "MY_OWN" not in os.environ
"""

REACHING = """
import socket

def test_reaches_out():
    socket.create_connection(("192.0.2.1", 80), timeout=1)

def test_looks_up():
    socket.getaddrinfo("name.example", 80)
"""


def run(folder: Path, text: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    shutil.copy(CONFTEST, folder / "conftest.py")
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = needs(*services)\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", "-q"],
        cwd=folder,
        env={**os.environ, "PATH": str(folder), "CI": "true", "MY_OWN": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_skips_are_told_as_a_table(tmp_path: Path) -> None:
    done = run(tmp_path, TESTS, SEAWALL_NO_SKIPS="0")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert "service  tests  how to install, or why" in lines
    assert "make         1  apt install make" in lines


def test_where_nothing_may_be_skipped_a_skip_fails(tmp_path: Path) -> None:
    done = run(tmp_path, TESTS, SEAWALL_NO_SKIPS="1")
    assert done.returncode == 1
    assert "nothing may be skipped" in done.stdout
    assert "2 passed, 1 error" in done.stdout


@pytest.mark.parametrize("test", ["test_reaches_out", "test_looks_up"])
def test_reaching_the_network_fails(tmp_path: Path, test: str) -> None:
    done = run(tmp_path, REACHING)
    assert done.returncode == 1
    assert f"FAILED test_it.py::{test}" in done.stdout
    assert "tests use no network" in done.stdout
