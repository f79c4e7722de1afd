"""The server as an editor meets it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.conftest import Start

Token = Callable[[int], str]
ERROR, WARNING, HINT = 1, 2, 4


def at(line: int, start: int, end: int | None = None, last: int | None = None) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": start},
        "end": {
            "line": line if last is None else last,
            "character": start if end is None else end,
        },
    }


def rules(diagnostics: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(one["code"], one["range"]["start"]["line"]) for one in diagnostics]


def insert(action: dict[str, Any]) -> list[dict[str, Any]]:
    (change,) = action["edit"]["documentChanges"]
    return [{"range": edit["range"], "text": edit["newText"]} for edit in change["edits"]]


def seawall(*arguments: str | Path, folder: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "seawall", *map(str, arguments)],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def test_a_secret_is_told_where_it_is(start: Start, root: Path, token: Token) -> None:
    client = start()
    result = client.begin(root)
    assert result["serverInfo"]["name"] == "seawall"
    secret = token(1)
    file = root / "app.py"
    # An emoji is two units of UTF-16 and one code point.
    found = client.open(file, f'import os\n\ntoken = "🙂", "{secret}"\n', "python")
    (one,) = found
    assert one["code"] == "github-token"
    assert one["source"] == "seawall"
    assert one["severity"] == ERROR
    assert one["range"] == at(2, 15, 15 + len(secret))
    assert one["codeDescription"]["href"].startswith("https://")
    assert len(one["data"]["fingerprint"]) == 32
    assert "Breaks the build: a secret of a known format." in one["message"]
    assert "Revoke it at" in one["message"]
    assert client.end() == 0
    assert client.errors == b""
    assert secret not in json.dumps(client.said)


def test_the_fingerprint_is_that_of_a_scan(start: Start, root: Path, token: Token) -> None:
    text = f'token = "{token(2)}"\n'
    (root / "app.py").write_text(text, encoding="utf-8")
    client = start()
    client.begin(root)
    (one,) = client.open(root / "app.py", text)
    done = subprocess.run(
        [sys.executable, "-m", "seawall", "scan", str(root), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    (entry,) = json.loads(done.stdout)["findings"]
    assert entry["finding"]["anchor"].startswith("v1:")
    from seawall.core.finding import fingerprint

    told = fingerprint(entry["finding"]["rule"], entry["finding"]["anchor"])
    assert one["data"]["fingerprint"] == told


def test_changes_are_followed(start: Start, root: Path, token: Token) -> None:
    client = start()
    client.begin(root)
    file = root / "app.py"
    secret = token(3)
    # A form feed ends no line for an editor, whatever Python thinks.
    text = f'"""Page one.\x0cPage two."""\r\ntoken = "{secret}"\r\nlast = 1\r\n'
    assert rules(client.open(file, text)) == [("github-token", 1)]
    assert rules(client.change(file, {"range": at(0, 0), "text": "# é🙂\n\n"})) == [
        ("github-token", 3)
    ]
    assert client.change(file, {"range": at(3, 9, 9 + len(secret)), "text": ""}) == []
    found = client.change(
        file,
        {"range": at(0, 2, 5), "text": ""},
        {"range": at(0, 2), "text": f"{secret} "},
    )
    assert rules(found) == [("github-token", 0)]
    assert found[0]["range"] == at(0, 2, 2 + len(secret))
    assert client.change(file, {"text": "empty\n"}) == []


def test_columns_are_counted_as_the_editor_wishes(start: Start, root: Path, token: Token) -> None:
    client = start()
    result = client.begin(root, general={"positionEncodings": ["utf-8", "utf-16"]})
    unit = result["capabilities"]["positionEncoding"]
    size = len('🙂 "'.encode()) if unit == "utf-8" else 4
    secret = token(4)
    (one,) = client.open(root / "a.txt", f'🙂 "{secret}"\n')
    assert one["range"] == at(0, size, size + len(secret))


def test_typing_is_read_once_at_a_pause(start: Start, root: Path, token: Token) -> None:
    client = start()
    client.begin(root)
    file = root / "app.py"
    client.open(file, "x\n")
    secret = token(5)
    for column, letter in enumerate(secret):
        client._versions[file.as_uri()] += 1
        client.notify(
            "textDocument/didChange",
            {
                "textDocument": {
                    "uri": file.as_uri(),
                    "version": client._versions[file.as_uri()],
                },
                "contentChanges": [{"range": at(0, column), "text": letter}],
            },
        )
    assert rules(client.diagnostics(file)) == []  # `...x`: the letter behind it belongs to it
    published = [
        one for one in client.said if one.get("method") == "textDocument/publishDiagnostics"
    ]
    assert len(published) <= 4
    assert rules(client.change(file, {"range": at(0, len(secret)), "text": " "})) == [
        ("github-token", 0)
    ]


def test_an_allow_silences_once_it_has_a_reason(start: Start, root: Path, token: Token) -> None:
    client = start()
    client.begin(root)
    file = root / "app.py"
    found = client.open(file, f'def main():\n    token = "{token(6)}"\n')
    actions = client.actions(file, found[0]["range"])
    (title,) = [title for title in actions if title.startswith("Allow github-token here until ")]
    action = actions[title]
    assert action["kind"] == "quickfix"
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": file.as_uri(), "version": 1}
    (edit,) = change["edits"]
    assert edit["range"] == at(1, 0)
    until = title.removeprefix("Allow github-token here until ").partition(",")[0]
    line = "    # seawall: " + f"allow github-token -- <reason> until {until}\n"
    assert edit["newText"] == line
    # The placeholder is no reason.
    found = client.change(file, *insert(action))
    assert rules(found) == [("allow", 1), ("github-token", 2)]
    assert "gives no reason, so it allows nothing" in found[0]["message"]
    # The editor is led to it.
    client.ask("workspace/executeCommand", action["command"])
    (shown,) = [one for one in client.said if one.get("method") == "window/showDocument"]
    place = shown["params"]["selection"]
    start_at, end_at = place["start"]["character"], place["end"]["character"]
    assert (place["start"]["line"], line[start_at:end_at]) == (1, "<reason>")
    assert client.change(file, {"range": place, "text": "revoked, kept for the tests"}) == []


def test_an_action_is_not_offered_where_a_comment_would_break(
    start: Start, root: Path, token: Token
) -> None:
    client = start()
    client.begin(root)
    for name, text in (
        ("a.json", f'{{"token": "{token(7)}"}}\n'),
        ("a.sh", f"curl \\\n  -H 'X-Token: {token(7)}'\n"),
    ):
        found = client.open(root / name, text)
        titles = [title for one in found for title in client.actions(root / name, one["range"])]
        assert "Explain github-token" in titles
        assert not [title for title in titles if title.startswith("Allow")]


def test_a_rule_is_explained(start: Start, root: Path, token: Token, cache: Path) -> None:
    client = start()
    client.begin(root)
    file = root / "app.py"
    found = client.open(file, f'token = "{token(8)}"\n')
    action = client.actions(file, found[0]["range"])["Explain github-token"]
    client.ask("workspace/executeCommand", action["command"])
    (shown,) = [one for one in client.said if one.get("method") == "window/showDocument"]
    words = (cache / "explain" / "github-token.md").read_text(encoding="utf-8")
    assert shown["params"]["uri"] == (cache / "explain" / "github-token.md").as_uri()
    assert "## Why it matters" in words
    # Only rules that there are.
    client.ask("workspace/executeCommand", {"command": "seawall.explain", "arguments": ["../../x"]})
    assert sorted(path.name for path in (cache / "explain").iterdir()) == ["github-token.md"]


def test_an_editor_without_documents_gets_the_words_as_a_message(
    start: Start, root: Path, token: Token
) -> None:
    client = start()
    client.begin(root, window={})
    client.open(root / "a.py", f'token = "{token(8)}"\n')
    client.ask(
        "workspace/executeCommand", {"command": "seawall.explain", "arguments": ["github-token"]}
    )
    assert "## Why it matters" in client.messages()[-1]


def test_hovering_tells_why(start: Start, root: Path, token: Token) -> None:
    client = start()
    client.begin(root)
    file = root / "app.py"
    secret = token(9)
    client.open(file, f'token = "{secret}"\nother = 1\n')

    def hover(line: int, character: int) -> Any:
        return client.ask(
            "textDocument/hover",
            {
                "textDocument": {"uri": file.as_uri()},
                "position": {"line": line, "character": character},
            },
        )

    told = hover(0, 20)
    assert told["contents"]["kind"] == "markdown"
    assert "Whoever has it" in told["contents"]["value"]
    assert "breaks the build" in told["contents"]["value"]
    assert secret not in told["contents"]["value"]
    assert hover(1, 2) is None


def test_what_is_in_the_baseline_is_a_hint(start: Start, root: Path, token: Token) -> None:
    text = f'token = "{token(10)}"\n'
    (root / "old.py").write_text(text, encoding="utf-8")
    client = start()
    client.begin(root)
    (one,) = client.open(root / "old.py", text)
    assert one["severity"] == ERROR
    seawall("baseline", "write", root, folder=root)
    (one,) = client.save(root / "old.py")
    assert one["severity"] == HINT
    assert one["data"]["status"] == "known"
    # A second copy, and one in another file, are new.
    found = client.change(root / "old.py", {"range": at(1, 0), "text": text})
    assert sorted(one["severity"] for one in found) == [ERROR, HINT]
    (one,) = client.open(root / "new.py", text)
    assert one["severity"] == ERROR
    # Where the first file is gone, it moved.
    (root / "old.py").rename(root / "new.py")
    (one,) = client.save(root / "new.py")
    assert one["severity"] == HINT


def test_the_configuration_counts_and_is_read_when_it_changes(
    start: Start, root: Path, token: Token
) -> None:
    client = start()
    client.begin(root)
    (root / "lib").mkdir()
    file = root / "lib" / "app.py"
    text = f'token = "{token(11)}"\n'
    assert rules(client.open(file, text)) == [("github-token", 0)]
    # What is told first may be told before all was read: the next answer is of what lies there.
    assert rules(client.save(file)) == [("github-token", 0)]
    (root / "lib" / "seawall.toml").write_text('[rules]\noff = ["github-token"]\n', "utf-8")
    assert client.save(file) == []
    (root / "lib" / "seawall.toml").unlink()
    assert rules(client.save(file)) == [("github-token", 0)]
    (root / "seawall.toml").write_text('[scan]\nexclude = ["lib/"]\n', "utf-8")
    assert client.save(file) == []
    (root / "seawall.toml").write_text("[gate]\nunsafe-allow-all = true\n", "utf-8")
    (one,) = client.save(file)
    assert one["severity"] == WARNING
    (root / ".seawallignore").write_text("app.py\n", "utf-8")
    assert client.save(file) == []


@pytest.mark.needs("git")
def test_what_git_ignores_is_not_read(start: Start, root: Path, token: Token) -> None:
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / ".gitignore").write_text(".env\n", "utf-8")
    text = f"TOKEN={token(12)}\n"
    (root / ".env").write_text(text, "utf-8")
    client = start()
    client.begin(root)
    assert client.open(root / ".env", text) == []
    # What git holds is read, whatever is ignored.
    subprocess.run(["git", "add", "-f", ".env"], cwd=root, check=True)
    assert rules(client.save(root / ".env")) == [("github-token", 0)]
    # Not saved yet.
    assert rules(client.open(root / "new" / "a.env", text)) == [("github-token", 0)]


def test_a_broken_configuration_is_told_and_not_fatal(
    start: Start, root: Path, token: Token
) -> None:
    (root / "seawall.toml").write_text('[rules]\nof = ["x"]\n', "utf-8")
    client = start()
    client.begin(root)
    file = root / "app.py"
    assert rules(client.open(file, f'token = "{token(13)}"\n')) == [("github-token", 0)]
    assert rules(client.save(file)) == [("github-token", 0)]
    (told,) = client.messages()
    assert told.startswith("seawall: seawall.toml, line 2: rules.of: unknown key")
    (root / "seawall.toml").write_text('[rules]\noff = ["github-token"]\n', "utf-8")
    assert client.save(file) == []
    # The last whole one counts.
    (root / "seawall.toml").write_text("[rules\n", "utf-8")
    assert client.save(file) == []
    assert len(client.messages()) == 2
    assert client.end() == 0


def test_each_root_has_its_own_decisions(start: Start, tmp_path: Path, token: Token) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    (first / "seawall.toml").write_text('[rules]\noff = ["github-token"]\n', "utf-8")
    client = start()
    client.begin(first, second)
    text = f'token = "{token(14)}"\n'
    assert client.open(first / "a.py", text) == []
    assert rules(client.open(second / "a.py", text)) == [("github-token", 0)]
    # A file outside of both has those of its own folder.
    assert rules(client.open(tmp_path / "a.py", text)) == [("github-token", 0)]
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        {"event": {"added": [], "removed": [{"uri": first.as_uri(), "name": "first"}]}},
    )
    client.notify("textDocument/didClose", {"textDocument": {"uri": (first / "a.py").as_uri()}})
    assert client.open(first / "a.py", text) == []
    assert client.end() == 0


def test_a_file_alone_has_the_decisions_of_its_repository(
    start: Start, root: Path, token: Token
) -> None:
    (root / ".git").mkdir()
    (root / "lib").mkdir()
    (root / "seawall.toml").write_text('[rules]\noff = ["github-token"]\n', "utf-8")
    client = start()
    client.begin()
    text = f'token = "{token(18)}"\n'
    assert client.open(root / "lib" / "a.py", text) == []
    assert rules(client.open(root.parent / "a.py", text)) == [("github-token", 0)]
    assert client.end() == 0


def test_a_document_over_the_limit_is_told(start: Start, root: Path) -> None:
    client = start()
    client.begin(root)
    (one,) = client.open(root / "large.txt", "0123456789abcde\n" * ((1 << 20) + 1))
    assert "was not read" in one["message"]
    assert one["range"]["start"]["line"] == 0


def test_a_closed_document_has_no_diagnostics(start: Start, root: Path, token: Token) -> None:
    client = start()
    client.begin(root)
    file = root / "app.py"
    client.open(file, f'token = "{token(15)}"\n')
    client.notify("textDocument/didClose", {"textDocument": {"uri": file.as_uri()}})
    told = client.wait(lambda one: one.get("method") == "textDocument/publishDiagnostics")
    assert told["params"]["diagnostics"] == []


def test_the_editor_is_asked_to_watch_what_decides(start: Start, root: Path, token: Token) -> None:
    client = start()
    client.begin(
        root,
        workspace={
            "workspaceFolders": True,
            "didChangeWatchedFiles": {"dynamicRegistration": True},
        },
    )
    asked = client.wait(lambda one: one.get("method") == "client/registerCapability")
    assert "seawall.toml" in json.dumps(asked["params"])
    file = root / "app.py"
    client.open(file, f'token = "{token(16)}"\n')
    (root / "seawall.toml").write_text('[rules]\noff = ["github-token"]\n', "utf-8")
    client.notify("workspace/didChangeWatchedFiles", {"changes": []})
    assert client.diagnostics(file) == []


def test_it_ends_when_the_editor_is_gone(start: Start, root: Path) -> None:
    client = start()
    client.begin(root)
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(30) == 1


def test_what_is_no_message_does_not_end_it(start: Start, root: Path, token: Token) -> None:
    client = start()
    client.begin(root)
    secret = token(17)
    client.notify("textDocument/didOpen", {"textDocument": {"uri": 5, "text": secret}})
    client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": "file:///x", "version": 1},
            "contentChanges": [{"range": at(0, 0), "text": secret}],
        },
    )
    client.notify("no/such", {"text": secret})
    client.send({"id": 99, "method": "no/such/request", "params": {"text": secret}})
    assert rules(client.open(root / "a.py", f'token = "{secret}"\n')) == [("github-token", 0)]
    assert client.end() == 0
    assert secret not in json.dumps(client.said)
    assert secret.encode() not in client.errors


def test_what_is_missing_is_told_with_a_hint(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "sys.modules['pygls'] = sys.modules['lsprotocol'] = None\n"
        "sys.argv = ['seawall', 'lsp']\n"
        "from seawall.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "seawall: error: the language server needs the package pygls, which is not installed",
        "seawall: hint: install it with Seawall: pip install 'seawall[lsp]'",
    ]


def test_a_secret_is_in_no_message_about_other_weaknesses(
    start: Start, root: Path, token: Token
) -> None:
    secret = token(9)
    (root / "rules.yml").write_text(
        "rules:\n  - id: no-connect\n    languages: [python]\n    severity: WARNING\n"
        "    message: Do not connect with $X.\n    pattern: connect($X)\n"
        "    fix: open_with($X)\n",
        encoding="utf-8",
    )
    (root / "seawall.toml").write_text('[code]\nsemgrep = ["rules.yml"]\n', encoding="utf-8")
    client = start()
    client.begin(root)
    text = f"connect('{secret}')\n"
    file = root / "app.py"
    file.write_text(text, encoding="utf-8")
    found = client.open(file, text, "python")
    while "no-connect" not in {one["code"] for one in found}:
        found = client.diagnostics(file)
    (one,) = [one for one in found if one["code"] == "no-connect"]
    assert "Do not connect with '••••'" in one["message"]
    assert client.end() == 0
    assert secret not in json.dumps(client.said)
