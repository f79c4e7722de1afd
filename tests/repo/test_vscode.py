"""The extension for VS Code: its lock, and what a workspace may say; `make vscode` tests it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from seawall import __version__

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "editors" / "vscode"
PACKAGE = json.loads((FOLDER / "package.json").read_text("utf-8"))
LOCK = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))


def test_it_carries_the_version_of_seawall() -> None:
    assert PACKAGE["version"] == LOCK["version"] == __version__


def test_the_lock_names_no_host_and_every_hash() -> None:
    packages = {name: entry for name, entry in LOCK["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_the_lock_is_current_with_what_is_asked_for() -> None:
    for kind in ("dependencies", "devDependencies"):
        assert LOCK["packages"][""][kind] == PACKAGE[kind]


def test_nothing_is_run_when_it_is_installed() -> None:
    assert not {"install", "preinstall", "postinstall", "prepare"} & set(PACKAGE["scripts"])


def test_a_workspace_has_no_say() -> None:
    path = PACKAGE["contributes"]["configuration"]["properties"]["seawall.path"]
    trust = PACKAGE["capabilities"]["untrustedWorkspaces"]
    assert path["scope"] == "machine"
    assert trust["supported"] == "limited"
    assert trust["restrictedConfigurations"] == ["seawall.path"]


@pytest.mark.needs("make")
def test_without_node_make_says_so(tmp_path: Path) -> None:
    for tool in ("sh", "dirname", "make"):
        found = next(
            place
            for folder in os.environ["PATH"].split(os.pathsep)
            if (place := Path(folder, tool)).exists()
        )
        (tmp_path / tool).symlink_to(found)
    done = subprocess.run(
        [tmp_path / "make", "-C", ROOT, "--no-print-directory", "vscode"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "neither built nor tested" in done.stderr
