"""`seawall scan --fix` on real files."""

import ast
import os
import subprocess
from pathlib import Path

from tests.e2e.conftest import Seawall

SHOP = """\
import subprocess

import yaml
from flask import Flask, request

app = Flask(__name__)


@app.get("/a")
def a():
    subprocess.run("ping " + request.args["h"], shell=True)
    return "ok"


@app.post("/b")
def b():
    return {"items": len(yaml.load(request.data, Loader=yaml.Loader))}


@app.post("/c")
def c():
    subprocess.run("dig " + request.args["h"], shell=True)
    return "ok"
"""


def write(root: Path, text: str = SHOP) -> Path:
    file = root / "shop.py"
    file.write_bytes(text.encode("utf-8"))
    return file


def test_it_mends_what_is_mechanical_and_the_verdict_is_of_what_is_left(
    seawall: Seawall, tmp_path: Path
) -> None:
    file = write(tmp_path)
    file.chmod(0o640)
    assert seawall("scan", str(tmp_path)).code == 1
    done = seawall("scan", str(tmp_path), "--fix")
    assert done.code == 0
    assert done.err.count("seawall: mended shop.py") == 3
    text = file.read_text("utf-8")
    ast.parse(text)
    assert text.count("import shlex") == 1
    assert "yaml.safe_load(request.data)" in text
    assert file.stat().st_mode & 0o777 == 0o640
    again = seawall("scan", str(tmp_path), "--fix")
    assert "nothing that --fix can mend" in again.err
    assert file.read_text("utf-8") == text


def test_the_diff_is_what_git_applies_and_changes_nothing(seawall: Seawall, tmp_path: Path) -> None:
    file = write(tmp_path)
    done = seawall("scan", str(tmp_path), "--fix", "--diff")
    assert (done.code, file.read_text("utf-8")) == (1, SHOP)
    subprocess.run(
        ["git", "apply", "-"], cwd=tmp_path, input=done.out, text=True, check=True, timeout=60
    )
    assert "safe_load" in file.read_text("utf-8")
    again = seawall("scan", str(tmp_path), "--fix", "--diff")
    assert (again.code, again.out) == (0, "")
    assert "nothing that --fix can mend" in again.err


def test_line_ends_and_the_mark_of_the_encoding_stay(seawall: Seawall, tmp_path: Path) -> None:
    file = tmp_path / "shop.py"
    file.write_bytes(b"\xef\xbb\xbf" + SHOP.replace("\n", "\r\n").encode())
    seawall("scan", str(tmp_path), "--fix")
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"safe_load" in content
    assert content.count(b"\n") == content.count(b"\r\n")


def test_a_link_that_leads_out_is_not_followed(seawall: Seawall, tmp_path: Path) -> None:
    outside = write(tmp_path)
    inside = tmp_path / "inside"
    inside.mkdir()
    os.symlink(outside, inside / "shop.py")
    seawall("scan", str(inside), "--fix")
    assert outside.read_text("utf-8") == SHOP


def test_it_goes_with_a_folder_alone(seawall: Seawall, tmp_path: Path) -> None:
    write(tmp_path)
    for more in (["--staged", "--fix"], ["--history", "--fix"], ["--diff"]):
        done = seawall("scan", str(tmp_path), *more)
        assert (done.code, done.err.count("seawall: hint:")) == (2, 1), more
