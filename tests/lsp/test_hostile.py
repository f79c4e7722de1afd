"""A workspace that means harm: what it names is never run, and no link leads out of it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lsp.conftest import Start

Token = Callable[[int], str]


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """Return a program that leaves a footprint; afterwards there must be none."""
    program, footprint = tmp_path / "canary.sh", tmp_path / "footprint"
    program.write_text(f"#!/bin/sh\necho run >> '{footprint}'\ncat\n", "utf-8")
    program.chmod(0o755)
    yield program
    assert not footprint.exists(), "something that the workspace names was run"


def plant_modules(root: Path, canary: Path) -> None:
    """Put modules there that Python would import, were the folder on its path."""
    code = f"import subprocess\nsubprocess.run([{str(canary)!r}], input=b'')\n"
    for name in ("pygls", "lsprotocol", "msgspec", "seawall", "sitecustomize", "json", "hyperscan"):
        (root / f"{name}.py").write_text(code, "utf-8")


@pytest.mark.needs("git")
def test_a_hostile_repository_runs_nothing(
    start: Start, root: Path, canary: Path, token: Token
) -> None:
    subprocess.run(["git", "init", "-q", root], check=True)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "filter.x.clean",
        "diff.external",
    ):
        subprocess.run(["git", "config", key, str(canary)], cwd=root, check=True)
    (root / ".gitattributes").write_text("* filter=x diff=x\n", "utf-8")
    (root / ".gitignore").write_text("*.env\n", "utf-8")
    hooks = root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "fsmonitor-watchman", "pre-commit"):
        (hooks / name).write_bytes(canary.read_bytes())
        (hooks / name).chmod(0o755)
    for program in ("git", "seawall", "python", "python3"):
        (root / program).write_bytes(canary.read_bytes())
        (root / program).chmod(0o755)
    plant_modules(root, canary)
    (root / "seawall.toml").write_text(
        f'[lsp]\ncommand = "{canary}"\ninterpreter = "{canary}"\nplugins = ["{canary}"]\n', "utf-8"
    )
    (root / "pyproject.toml").write_text(
        f'[tool.seawall.plugins]\nevil = "{canary}"\n[tool.seawall]\npython = "{canary}"\n', "utf-8"
    )
    client = start(
        root,
        # As the script does, this leaves the working directory off Python's path.
        command=(sys.executable, "-P", "-m", "seawall", "lsp"),
        environment={"PATH": os.pathsep.join([".", str(root), os.environ["PATH"]])},
    )
    client.begin(root)
    text = f'token = "{token(1)}"\n'
    (one,) = client.open(root / "app.py", text)
    assert one["code"] == "github-token"
    # Git is asked about what is ignored.
    assert client.open(root / "a.env", text) == []
    assert "unknown key" in client.messages()[0]
    for action in client.actions(root / "app.py", one["range"]).values():
        client.ask("workspace/executeCommand", action["command"])
    assert client.end() == 0
    assert client.errors == b""


def test_no_link_leads_out(start: Start, root: Path, tmp_path: Path, token: Token) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "seawall.toml").write_text('[rules]\noff = ["github-token"]\n', "utf-8")
    text = f'token = "{token(2)}"\n'
    (outside / "app.py").write_text(text, "utf-8")
    (root / "seawall.toml").symlink_to(outside / "seawall.toml")
    (root / "folder").symlink_to(outside)
    (root / "link.py").symlink_to(outside / "app.py")
    client = start()
    client.begin(root)
    # The configuration that a link points at does not count, and what is behind a link is not read.
    assert len(client.open(root / "app.py", text)) == 1
    assert client.open(root / "folder" / "app.py", text) == []
    assert client.open(root / "link.py", text) == []
    assert client.messages() == []
    # A baseline there is refused, and that is told.
    (root / ".seawall").symlink_to(outside)
    (root / "CODEOWNERS").write_text("* @a\n", "utf-8")
    assert len(client.save(root / "app.py")) == 1
    (told,) = client.messages()
    assert "lies outside the target" in told


@pytest.mark.needs("mkfifo")
def test_nothing_blocks(start: Start, root: Path, token: Token) -> None:
    for name in ("seawall.toml", ".seawallignore", ".gitignore", "CODEOWNERS"):
        os.mkfifo(root / name)
    client = start()
    client.begin(root)
    assert len(client.open(root / "app.py", f'token = "{token(3)}"\n')) == 1
    assert client.end() == 0


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:one",
        "https://example.org/app.py",
        "file:///",
        "file://host/share/app.py",
        "file:///%00",
        "file:///proc/self/../../etc/passwd",
        "not an address",
        "",
    ],
)
def test_any_address_is_borne(start: Start, root: Path, token: Token, uri: str) -> None:
    client = start()
    client.begin(root)
    secret = token(4)
    document = {"uri": uri, "languageId": "x", "version": 1, "text": f'token = "{secret}"\n'}
    client.notify("textDocument/didOpen", {"textDocument": document})
    assert len(client.open(root / "app.py", f'token = "{secret}"\n')) == 1
    assert client.end() == 0
    assert secret not in json.dumps(client.said)
    assert client.errors == b""


def test_words_of_the_target_are_no_markup(start: Start, root: Path, token: Token) -> None:
    (root / "CODEOWNERS").write_text("* @a/![x](https://evil.example/beacon)\n", "utf-8")
    client = start()
    client.begin(root)
    file = root / "app.py"
    client.open(file, f'token = "{token(5)}"\n')
    told = client.ask(
        "textDocument/hover",
        {"textDocument": {"uri": file.as_uri()}, "position": {"line": 0, "character": 12}},
    )
    assert "![x]" not in told["contents"]["value"]
    assert r"\!\[x\]" in told["contents"]["value"]
