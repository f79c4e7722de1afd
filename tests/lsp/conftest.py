"""A real client: the server as a process, spoken to over its standard streams."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import github_token

SECONDS = 60.0
CAPABILITIES: dict[str, Any] = {
    "window": {"showDocument": {"support": True}},
    "workspace": {"workspaceFolders": True},
}


class Client:
    """Speaks the protocol; everything that the server says is kept in order."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: dict[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.said: list[dict[str, Any]] = []
        self._arrived: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._number = 0
        self._versions: dict[str, int] = {}
        self.errors = b""
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._listen, self._complaints)
        ]
        for thread in self._threads:
            thread.start()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                header = stream.readline()
            self._arrived.put(json.loads(stream.read(length)))
        self._arrived.put(None)

    def _complaints(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> Any:
        """Send a request and return its result."""
        self._number += 1
        number = self._number
        self.send({"id": number, "method": method, "params": params})
        answer = self.wait(lambda one: one.get("id") == number and "method" not in one)
        assert "error" not in answer, answer
        return answer["result"]

    def wait(
        self, wanted: Callable[[dict[str, Any]], bool], *, seconds: float = SECONDS
    ) -> dict[str, Any]:
        """Take messages until one is wanted; requests of the server are answered."""
        while True:
            message = self._arrived.get(timeout=seconds)
            assert message is not None, f"the server ended: {self.errors.decode()}"
            self.said.append(message)
            if "method" in message and "id" in message:
                self.send({"id": message["id"], "result": {"success": True}})
            if wanted(message):
                return message

    def quiet(self, seconds: float = 1.0) -> list[dict[str, Any]]:
        """Return what the server says within some seconds."""
        heard: list[dict[str, Any]] = []
        try:
            while True:
                self.wait(lambda one: heard.append(one) or False, seconds=seconds)
        except queue.Empty:
            return heard

    def begin(self, *roots: Path, **capabilities: Any) -> Any:
        result = self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": roots[0].as_uri() if roots else None,
                "workspaceFolders": [{"uri": root.as_uri(), "name": root.name} for root in roots],
                "capabilities": {**CAPABILITIES, **capabilities},
            },
        )
        self.notify("initialized", {})
        return result

    def open(self, path: Path, text: str, language: str = "plaintext") -> list[dict[str, Any]]:
        """Open a document and return its diagnostics."""
        uri = path.as_uri()
        self._versions[uri] = 1
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return self.diagnostics(path)

    def change(self, path: Path, *changes: dict[str, Any]) -> list[dict[str, Any]]:
        """Change a document and return its new diagnostics."""
        uri = path.as_uri()
        self._versions[uri] += 1
        self.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": self._versions[uri]},
                "contentChanges": list(changes),
            },
        )
        return self.diagnostics(path)

    def save(self, path: Path) -> list[dict[str, Any]]:
        """Say that a document was saved and return its diagnostics."""
        self.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
        return self.diagnostics(path)

    def diagnostics(self, path: Path) -> list[dict[str, Any]]:
        uri = path.as_uri()
        message = self.wait(
            lambda one: (
                one.get("method") == "textDocument/publishDiagnostics"
                and one["params"]["uri"] == uri
                and one["params"].get("version") == self._versions[uri]
            )
        )
        found: list[dict[str, Any]] = message["params"]["diagnostics"]
        return found

    def actions(self, path: Path, at: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the actions at a range by title."""
        told = self.ask(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": path.as_uri()},
                "range": at,
                "context": {"diagnostics": []},
            },
        )
        return {action["title"]: action for action in told}

    def messages(self) -> list[str]:
        """Return what was shown to the person so far."""
        return [
            one["params"]["message"]
            for one in self.said
            if one.get("method") == "window/showMessage"
        ]

    def end(self) -> int:
        """Shut the server down and return its exit code."""
        self.ask("shutdown")
        self.notify("exit", None)
        code = self.process.wait(SECONDS)
        for thread in self._threads:
            thread.join(SECONDS)
        return code

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join(SECONDS)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


Start = Callable[..., Client]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def start(cache: Path, tmp_path: Path) -> Iterator[Start]:
    """Start servers; the decoded rules are shared, so that they start fast."""
    clients: list[Client] = []

    def started(
        folder: Path | None = None,
        *,
        command: Sequence[str] = (sys.executable, "-m", "seawall", "lsp", "--stdio"),
        environment: dict[str, str] | None = None,
    ) -> Client:
        given = {"SEAWALL_CACHE_DIR": str(cache), **(environment or {})}
        clients.append(Client(command, folder or tmp_path, given))
        return clients[-1]

    yield started
    for client in clients:
        client.kill()


@pytest.fixture
def token() -> Callable[[int], str]:
    """Make GitHub tokens: the same seed makes the same token."""
    return github_token


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder to work in."""
    folder = tmp_path / "root"
    folder.mkdir()
    return folder
