"""Questions about one program: what is let go of between them changes no answer."""

import pytest

from seawall.engines.code import engine as engine_module
from seawall.journeys.code import load_code_engine

HELPER = """\
import subprocess


def start{n}(words):
    subprocess.run(words, shell=True)
"""
PLAIN = """\
def start{n}(words):
    return len(words)
"""
VIEW = """\
from flask import Flask, request

from helper{n} import start{n}

app = Flask(__name__)


@app.get("/{n}")
def view{n}():
    start{n}(request.args["words"])
    return "started"
"""
FILES = {
    **{f"helper{n}.py": (PLAIN if n % 3 else HELPER).replace("{n}", str(n)) for n in range(30)},
    **{f"view{n}.py": VIEW.replace("{n}", str(n)) for n in range(30)},
}


def read(path: str) -> bytes:
    return FILES[path].encode()


@pytest.mark.parametrize("kept", [1, 300, 48 << 20])
def test_answers_stay_whatever_is_kept(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "KEPT_BYTES", kept)
    inquiry = load_code_engine(None).inquiry(FILES, read)
    views = [f"view{n}.py" for n in range(30)]
    found = {
        (answer.path, finding.rule, finding.location.path, finding.location.line)
        for part in (views[:10], views[10:])
        for answer in inquiry.answers(part)
        for finding in answer.findings
    }
    assert {one for one in found if one[1] == "os-command-injection"} == {
        (f"view{n}.py", "os-command-injection", f"helper{n}.py", 5) for n in range(0, 30, 3)
    }
