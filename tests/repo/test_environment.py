"""How the environment is made where pip is missing, and what is left alone."""

import base64
import hashlib
import http.server
import importlib.util
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHEEL = b"PK pretended wheel"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load tools/environment.py anew, at home in an empty folder."""
    spec = importlib.util.spec_from_file_location("environment", ROOT / "tools" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "seawall.json")
    (tmp_path / ".build").mkdir()
    return module


@pytest.fixture
def index(environment: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Serve an index with one wheel of pip; yields what was asked for."""
    asked: list[str] = []
    pages = {
        "/simple/pip/": f'<a href="../../files/{environment.PIP_WHEEL}#sha256=0">pip</a>'.encode(),
        f"/files/{environment.PIP_WHEEL}": WHEEL,
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('Authorization', '')}".strip())
            page = pages.get(self.path)
            self.send_response(200 if page is not None else 404)
            self.end_headers()
            self.wfile.write(page or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://me:pass%21@127.0.0.1:{server.server_port}/simple/"
    monkeypatch.setenv("PIP_INDEX_URL", address)
    yield asked
    server.shutdown()
    thread.join()
    server.server_close()


def answering(*wanted: str) -> Callable[[list[str]], bool]:
    """Pretend that only commands with one of these words succeed."""
    return lambda command: any(word in command for word in wanted)


def test_the_pip_of_the_environment_comes_first(
    environment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "succeeds", answering("ensurepip", "--python"))
    assert environment.find_pip(Path("/new/python"))[0] == "/new/python"


def test_without_ensurepip_the_pip_of_the_machine_serves(
    environment: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "succeeds", answering("--python"))
    command = environment.find_pip(Path("/new/python"))
    assert command[0] == sys.executable
    assert command[-2:] == ["--python", "/new/python"]


def test_without_any_pip_a_pinned_wheel_is_fetched_from_the_own_index(
    environment: Any, index: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "succeeds", answering())
    monkeypatch.setattr(environment, "PIP_SHA256", hashlib.sha256(WHEEL).hexdigest())
    command = environment.find_pip(Path("/new/python"))
    wheel = environment.ROOT / ".build" / environment.PIP_WHEEL
    assert command[-1] == str(wheel / "pip")
    assert wheel.read_bytes() == WHEEL
    login = "Basic " + base64.b64encode(b"me:pass!").decode()
    assert index == [f"/simple/pip/ {login}", f"/files/{environment.PIP_WHEEL} {login}"]
    environment.fetch_pip()
    assert len(index) == 2


def test_a_wheel_with_another_hash_is_not_kept(environment: Any, index: list[str]) -> None:
    with pytest.raises(environment.SetUpError, match="wrong hash") as caught:
        environment.fetch_pip()
    assert "install pip" in caught.value.hint
    assert "pass" not in str(caught.value)
    assert list((environment.ROOT / ".build").iterdir()) == []
    assert len(index) == 2


def test_an_index_without_it_is_told(
    environment: Any, index: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "PIP_WHEEL", "pip-0.0-py3-none-any.whl")
    with pytest.raises(environment.SetUpError, match="does not offer"):
        environment.fetch_pip()


def test_an_environment_that_make_did_not_make_is_left_alone(environment: Any) -> None:
    environment.VENV.mkdir()
    (environment.VENV / "mine").write_text("kept", encoding="utf-8")
    with pytest.raises(environment.SetUpError, match="was not made by make"):
        environment.make()
    assert (environment.VENV / "mine").exists()


@pytest.mark.parametrize("change", [{"inputs": "0"}, {"python": "3.9"}, {"root": "/elsewhere"}])
def test_it_is_made_anew_when_anything_changed(environment: Any, change: dict[str, str]) -> None:
    python = environment.venv_python()
    python.parent.mkdir(parents=True)
    python.write_text("", encoding="utf-8")
    stamp = environment.wanted_stamp()
    environment.STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    assert environment.is_current()
    environment.STAMP.write_text(json.dumps(stamp | change), encoding="utf-8")
    assert not environment.is_current()
    environment.STAMP.write_text("{}\n", encoding="utf-8")
    assert not environment.is_current()
