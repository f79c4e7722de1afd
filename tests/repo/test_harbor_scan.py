"""An audit of the example finds every planted secret where it stands, and nothing else."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HARBOR = ROOT / "examples" / "harbor"

RULES = {
    "aws-key-id": "aws-access-key-id",
    "aws-secret-key": "aws-secret-access-key",
    "aws-terraform-key-id": "aws-access-key-id",
    "aws-terraform-secret-key": "aws-secret-access-key",
    "basic-login": "authorization-header",
    "compose-password": "hardcoded-password",
    "database-password": "url-password",
    "database-password-before": "url-password",
    "deploy-key": "private-key",
    "github-token": "github-token",
    "google-api-key": "google-api-key",
    "jwt-signing-secret": "hardcoded-secret",
    "report-password": "curl-auth-user",
    "sendgrid-key": "sendgrid-api-key",
    "slack-webhook": "slack-webhook",
    "stripe-secret-key": "stripe-secret-key",
    "terraform-database-password": "hardcoded-password",
    "test-password": "hardcoded-password",
}
"""Which rule finds what."""


def load_plant() -> Any:
    spec = importlib.util.spec_from_file_location("plant", HARBOR / "plant.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


plant = load_plant()


ELSEWHERE = {("infra/kubernetes/secret.yaml", "database-password"): "hardcoded-password"}
"""Where a secret stands without what tells its rule: the password alone, not its address."""


def planted() -> set[tuple[str, int, str]]:
    """Return path, line and rule of everything that the shop of today gives away."""
    places = set()
    shop = HARBOR / "shop"
    for path in shop.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".db":
            for line, name in plant.marks(path.read_text(encoding="utf-8")):
                if name in RULES:
                    place = path.relative_to(shop).as_posix()
                    places.add((place, line, ELSEWHERE.get((place, name), RULES[name])))
    return places


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("built") / "harbor"
    subprocess.run([sys.executable, "-B", str(HARBOR / "build.py"), str(target)], check=True)
    return target


def scan(*words: str) -> tuple[int, list[dict[str, Any]]]:
    command = [
        sys.executable,
        "-m",
        "seawall",
        "scan",
        "--engine",
        "secrets",
        *words,
        "--format",
        "json",
        "--no-cache",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, [entry["finding"] for entry in json.loads(done.stdout)["findings"]]


def places(findings: list[dict[str, Any]]) -> set[tuple[str, int, str]]:
    return {
        (finding["location"]["path"], finding["location"]["line"], finding["rule"])
        for finding in findings
    }


@pytest.mark.needs("git")
def test_the_tree(harbor: Path) -> None:
    code, findings = scan(str(harbor))
    assert code == 1
    found = places(findings)
    assert {"missed": planted() - found, "false": found - planted()} == {
        "missed": set(),
        "false": set(),
    }


@pytest.mark.needs("git")
def test_the_history_holds_more(harbor: Path) -> None:
    code, findings = scan(str(harbor), "--history")
    assert code == 1
    found = {(path, rule) for path, _, rule in places(findings)}
    assert ("infra/keys/deploy_rsa", "private-key") in found
    assert ("scripts/newsletter.py", "sendgrid-api-key") in found
    assert (".env", "url-password") in found
    assert ("docs/debug-notes.txt", "authorization-header") in found
    assert not [path for path, _ in found if path.endswith(".pub")]


@pytest.mark.needs("git")
def test_a_change_brings_what_it_brings(harbor: Path) -> None:
    code, findings = scan(str(harbor), "--since", "v1.1.0")
    assert code == 1
    rules = {(path, rule) for path, _, rule in places(findings)}
    assert (".env", "aws-access-key-id") in rules
    assert "harbor/settings.py" not in {path for path, _ in rules}
