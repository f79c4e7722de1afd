"""An attacker's pull request against the gate, on a real git server: it breaks, or it is told."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")

WORKFLOW = """\
name: seawall
on: [pull_request]
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - run: seawall scan --since origin/main
"""
FLOOR = 'name = "acme"\n[[break]]\nname = "any secret"\nengine = "secrets"\nseverity = "high"\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve bare repositories over git's own protocol on this machine."""
    base = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}"]
    command += [f"--base-path={base}", "--export-all", "--enable=receive-pack", str(base)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"git://127.0.0.1:{port}", base
    finally:
        process.terminate()
        process.wait()


class Forge:
    """One project on the server: its main branch, and pull requests that the pipeline scans."""

    def __init__(self, author: Any, address: str, folder: Path, seawall: Any) -> None:
        self.author = author
        self.address = address
        self.folder = folder
        self.seawall = seawall

    def scan(self, *options: str, environment: dict[str, str] | None = None) -> Any:
        """Push the attacker's branch; clone it as a pipeline does, and run the gate."""
        self.author.commit("an innocent change")
        self.author.git("push", "-q", "origin", "HEAD:refs/heads/attack")
        job = self.folder / "job"
        shutil.rmtree(job, ignore_errors=True)
        clone = ["git", "clone", "-q", "-b", "attack", self.address, str(job)]
        subprocess.run(clone, check=True, capture_output=True)
        arguments = ["scan", ".", "--since", "origin/main", "--format", "json", *options]
        # As a pipeline does: the installed command, for `python -m` would run what lies there.
        script = str(Path(sys.executable).with_name("seawall"))
        return self.seawall(*arguments, folder=job, environment=environment, command=[script])


@pytest.fixture
def forge(server: tuple[str, Path], repository: Any, tmp_path: Path, seawall: Any) -> Forge:
    address, base = server
    name = f"{tmp_path.name}.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(base / name)], check=True)
    repository.write("app.py", "print('shop')\n")
    repository.write("seawall.toml", '[[gate.break]]\nname = "any secret"\nengine = "secrets"\n')
    repository.write(".github/workflows/seawall.yml", WORKFLOW)
    repository.write(".pre-commit-config.yaml", "repos:\n  - id: seawall\n")
    repository.write("requirements-dev.txt", "seawall==0.1.0 --hash=sha256:abc\n")
    repository.commit("the gate is in force")
    repository.git("remote", "add", "origin", f"{address}/{name}")
    repository.git("push", "-q", "origin", "main")
    return Forge(repository, f"{address}/{name}", tmp_path, seawall)


def told(done: Any) -> list[str]:
    """The rules of what is open."""
    return [rule for _, _, rule, status in done.places if status == "new"]


def with_secret(forge: Forge, token: Callable[[int], str], comment: str = "") -> None:
    forge.author.write("deploy.py", f'TOKEN = "{token(1)}"{comment}\n')


def test_the_gate_is_live(forge: Forge, token: Any) -> None:
    with_secret(forge, token)
    assert forge.scan().code == 1


def test_an_innocent_change_passes(forge: Forge) -> None:
    forge.author.write("app.py", "print('the shop')\n")
    done = forge.scan()
    assert (done.code, told(done)) == (0, [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("seawall.toml", "[gate]\nunsafe-allow-all = true\n"),
        ("seawall.toml", '[rules]\noff = ["github-token"]\n'),
        ("seawall.toml", '[scan]\nexclude = ["deploy.py"]\n'),
        ("pyproject.toml", "[tool.seawall.gate]\nunsafe-allow-all = true\n"),
        (".seawallignore", "deploy.py\n"),
        (".seawall/waivers.toml", '[[waiver]]\nrule = "github-token"\nreason = "x"\nby = "m"\n'
         'until = "2099-01-01"\n'),
        (".github/workflows/seawall.yml", "name: seawall\non: [push]\njobs: {}\n"),
        (".github/workflows/seawall.yml", WORKFLOW.replace("origin/main", "origin/main --no-gate")),
        (".pre-commit-config.yaml", "repos: []\n"),
    ],
)  # fmt: skip
def test_what_decides_is_read_from_the_base(forge: Forge, token: Any, path: str, text: str) -> None:
    with_secret(forge, token)
    if path == "pyproject.toml":
        (forge.author.root / "seawall.toml").unlink()
    forge.author.write(path, text)
    done = forge.scan()
    assert done.code == 1
    assert "github-token" in told(done)
    assert "gate-weakened" in told(done)


def test_the_line_is_told(forge: Forge) -> None:
    forge.author.write("seawall.toml", '[scan]\n\n\nexclude = ["deploy.py"]\n')
    places = {(rule, line) for _, line, rule, _ in forge.scan().places}
    assert ("gate-weakened", 4) in places


def test_a_baseline_of_its_own(forge: Forge, token: Any, seawall: Any) -> None:
    with_secret(forge, token)
    assert seawall("baseline", "write", folder=forge.author.root).code == 0
    done = forge.scan()
    assert done.code == 1
    assert {"github-token", "gate-weakened"} <= set(told(done))


def test_an_allow_beside_the_secret(forge: Forge, token: Any) -> None:
    with_secret(forge, token, "  # seawall: allow github-token -- trust me until 2099-01-01")
    done = forge.scan()
    assert done.code == 1
    assert {"github-token", "gate-weakened"} <= set(told(done))


def test_the_floor_comes_from_outside(forge: Forge, token: Any, tmp_path: Path) -> None:
    """The repository may allow all: the pipeline's own variable names the floor."""
    floor = tmp_path / "floor.toml"
    floor.write_text(FLOOR)
    forge.author.write("seawall.toml", "[gate]\nunsafe-allow-all = true\n")
    forge.author.commit("merged long ago")
    forge.author.git("push", "-q", "origin", "main")
    with_secret(forge, token)
    forge.author.write("floor.toml", FLOOR.replace("secrets", "code"))
    assert forge.scan().code == 0
    assert forge.scan(environment={"SEAWALL_FLOOR": str(floor)}).code == 1
    pinned = f"{floor}#sha256={'0' * 64}"
    done = forge.scan(environment={"SEAWALL_FLOOR": pinned})
    assert (done.code, "not the pinned one" in done.err) == (2, True)


def test_rule_data_and_a_package_of_its_own(forge: Forge, token: Any) -> None:
    """A module named like ours, or like what we import, in the target is never run."""
    with_secret(forge, token)
    for name in ("seawall/__init__.py", "msgspec.py", "sitecustomize.py", "hyperscan.py"):
        forge.author.write(name, "import os\nos._exit(0)\n")
    forge.author.write("seawall/rules/secrets/github.toml", 'vendor = "none"\n')
    assert forge.scan().code == 1


def test_hooks_and_git_configuration(forge: Forge, token: Any) -> None:
    canary = forge.folder / "ran"
    with_secret(forge, token)
    forge.author.write(".githooks/post-checkout", f"#!/bin/sh\ntouch {canary}\n")
    forge.author.write(".gitattributes", "* filter=x diff=x\n")
    forge.author.write(".gitconfig", f'[filter "x"]\n\tclean = touch {canary}\n')
    forge.author.write(
        ".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ran\n'
    )
    assert forge.scan().code == 1
    assert not canary.exists()


def test_a_planted_cache(forge: Forge, token: Any) -> None:
    with_secret(forge, token)
    for name in (".cache/seawall/results.sqlite", ".seawall/cache.sqlite", "seawall.sqlite"):
        forge.author.write(name, "SQLite format 3\0 nothing found")
    assert forge.scan().code == 1


def test_the_lock_of_seawall_itself(forge: Forge, token: Any) -> None:
    with_secret(forge, token)
    forge.author.write("requirements-dev.txt", "seawall==0.0.1\n")
    done = forge.scan()
    assert done.code == 1
    assert "gate-weakened" in told(done)
