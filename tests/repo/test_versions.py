"""Both distributions are released together, under one version."""

import tomllib
from pathlib import Path

import seawall_guard

import seawall

ROOT = Path(__file__).resolve().parents[2]


def test_seawall_asks_for_the_guard_of_its_own_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"seawall-guard=={seawall.__version__}" in project["dependencies"]
    assert seawall_guard.__version__ == seawall.__version__
