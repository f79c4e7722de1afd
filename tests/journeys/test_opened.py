"""A document is asked about among the files around it, as they lie on disk just now."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall.core.location import place
from seawall.engines.code.engine import CodeEngine
from seawall.journeys.code import load_code_engine
from seawall.journeys.importers import MOST_READ
from seawall.journeys.opened import MOST_NEAR, OpenProgram
from seawall.journeys.secrets import load_engine
from seawall.source.file import Source
from seawall.source.text import make_source

VIEW = """from flask import Flask, request

from helpers import greet

app = Flask(__name__)


@app.get("/")
def hello():
    return "<h1>Hello</h1>" + greet(request.args["name"])
"""
SAFE = """import html


def greet(name):
    return "<p>" + html.escape(name)
"""
UNSAFE = SAFE.replace("html.escape(name)", "name")
SHELL = """import os


def greet(name):
    os.system("echo " + name)
    return "done"
"""

Told = list[tuple[str, str, int]]
WRITTEN: Told = [("cross-site-scripting", "views.py", 10)]
"""What is found where the helper does not escape, or is not known."""
HANDED: Told = [("os-command-injection", "helpers.py", 5)]
"""What is found where the helper gives it to a shell."""


@pytest.fixture(scope="module")
def engine() -> CodeEngine:
    return load_code_engine(None)


class Editor:
    """A workspace, and what the engine says of a document in it."""

    def __init__(self, root: Path, engine: CodeEngine) -> None:
        self.root = root
        self._engine = engine
        self.program = OpenProgram(root, load_engine(None, "python"))
        self.excludes: dict[str, list[str]] = {}

    def write(self, path: str, text: str) -> None:
        """Write a file as many editors do: a new one is given the name of the old one."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f"{file.name}.tmp")
        beside.write_text(text, "utf-8")
        os.replace(beside, file)

    def told(self, path: str, text: str = "") -> Told:
        """Return rule, path and line of what is found; `text` is not saved yet."""
        content = text.encode() or (self.root / path).read_bytes()
        source = make_source(path, content, size=len(content))
        assert isinstance(source, Source)
        found = self.program.examine(self._engine, source, self.excludes).findings
        return [
            (finding.rule, span.path, span.line)
            for findings in found.values()
            for finding in findings
            if (span := place(finding.location)) is not None
        ]


@pytest.fixture
def editor(tmp_path: Path, engine: CodeEngine) -> Iterator[Editor]:
    opened = Editor(tmp_path / "root", engine)
    opened.write("views.py", VIEW)
    opened.write("helpers.py", SAFE)
    yield opened
    opened.program.close()


def test_a_save_of_what_is_imported_changes_what_the_importer_says(editor: Editor) -> None:
    assert editor.told("views.py") == []
    editor.write("helpers.py", UNSAFE)
    assert editor.told("views.py") == WRITTEN
    editor.write("helpers.py", SAFE)
    assert editor.told("views.py") == []


def test_what_a_document_hands_to_another_file_is_found_there(editor: Editor) -> None:
    editor.write("helpers.py", SHELL)
    assert editor.told("views.py") == HANDED


def test_what_is_handed_to_a_document_is_found_while_it_is_written(editor: Editor) -> None:
    assert editor.told("helpers.py") == []
    assert editor.told("helpers.py", SHELL) == HANDED
    # Who imports it may come later, or import it no more.
    editor.write("views.py", VIEW.replace("from helpers import greet", "greet = str"))
    assert editor.told("helpers.py", SHELL) == []
    editor.write("late/__init__.py", "")
    editor.write("late/views.py", VIEW)
    assert editor.told("helpers.py", SHELL) == HANDED


def test_where_many_rest_on_a_document_it_is_asked_about_alone(editor: Editor) -> None:
    for number in range(MOST_NEAR):
        editor.write(f"use{number}.py", "import helpers\n")
    assert editor.told("helpers.py", SHELL) == []


def test_in_a_large_program_importers_are_known_after_some_answers(editor: Editor) -> None:
    for number in range(MOST_READ):
        editor.write(f"aaaa{number}.py", "x = 1\n")
    editor.write("views.py", VIEW.replace("helpers", "aaaa1"))
    editor.told("aaaa1.py", SHELL)
    assert editor.told("aaaa1.py", SHELL) == [("os-command-injection", "aaaa1.py", 5)]


def test_a_new_file_counts(editor: Editor) -> None:
    (editor.root / "helpers.py").unlink()
    assert editor.told("views.py") == WRITTEN
    editor.write("helpers.py", SHELL)
    assert editor.told("views.py") == HANDED


def test_a_new_file_in_a_folder_that_had_none_counts(editor: Editor) -> None:
    view = VIEW.replace("from helpers", "from deep.down.helpers")
    (editor.root / "deep" / "down").mkdir(parents=True)
    (editor.root / "deep" / "down" / "notes.txt").write_text("", "utf-8")
    assert editor.told("views.py", view) == WRITTEN
    editor.write("deep/down/helpers.py", SHELL)
    assert editor.told("views.py", view) == [("os-command-injection", "deep/down/helpers.py", 5)]


def test_a_new_folder_is_watched_from_when_it_came(editor: Editor) -> None:
    view = VIEW.replace("from helpers", "from deep.down.helpers")
    assert editor.told("views.py", view) == WRITTEN
    (editor.root / "deep" / "down").mkdir(parents=True)
    assert editor.told("views.py", view) == WRITTEN
    editor.write("deep/down/helpers.py", SHELL)
    assert editor.told("views.py", view) == [("os-command-injection", "deep/down/helpers.py", 5)]


def test_a_file_that_was_empty_counts_when_something_is_in_it(editor: Editor) -> None:
    (editor.root / "helpers.py").write_text("", "utf-8")
    assert editor.told("views.py") == WRITTEN
    (editor.root / "helpers.py").write_text(SHELL, "utf-8")
    assert editor.told("views.py") == HANDED


def test_a_deleted_file_counts_no_more(editor: Editor) -> None:
    editor.write("helpers.py", SHELL)
    assert editor.told("views.py") == HANDED
    (editor.root / "helpers.py").unlink()
    assert editor.told("views.py") == WRITTEN


def test_what_is_broken_while_it_is_typed_keeps_the_rest(editor: Editor) -> None:
    editor.write("helpers.py", UNSAFE)
    typed = VIEW + "\n\ndef more(\n"
    assert editor.told("views.py", typed) == WRITTEN


@pytest.mark.needs("git")
def test_what_is_left_out_is_not_followed(editor: Editor) -> None:
    subprocess.run(["git", "init", "-q", editor.root], check=True)
    editor.write("helpers.py", SHELL)
    assert editor.told("views.py") == HANDED
    for path, text in ((".gitignore", "help*\n"), (".seawallignore", "/helpers.py\n")):
        editor.write(path, text)
        assert editor.told("views.py") == WRITTEN
        (editor.root / path).unlink()
        assert editor.told("views.py") == HANDED
    editor.excludes = {"": ["helpers.py"]}
    assert editor.told("views.py") == WRITTEN
    editor.excludes = {}
    assert editor.told("views.py") == HANDED


@pytest.mark.needs("git")
def test_what_git_holds_in_an_ignored_folder_is_watched(editor: Editor) -> None:
    subprocess.run(["git", "init", "-q", editor.root], check=True)
    editor.write("gen/helpers.py", SHELL)
    subprocess.run(["git", "add", "gen"], cwd=editor.root, check=True)
    editor.write(".gitignore", "gen/\n")
    view = VIEW.replace("from helpers", "from gen.helpers")
    assert editor.told("views.py", view) == [("os-command-injection", "gen/helpers.py", 5)]
    (editor.root / "gen" / "helpers.py").unlink()
    assert editor.told("views.py", view) == WRITTEN
