"""Notebooks are followed like any program, and findings say the line of the file and the cell."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.report import Problem
from seawall.engines.code.engine import CodeEngine
from seawall.rules.code import load_code

PATH = "notes/try.ipynb"


@pytest.fixture(scope="module")
def engine() -> CodeEngine:
    packaged = load_code()
    return CodeEngine(packaged.rules, packaged.catalogue, packaged.knowledge, packaged.digest)


def notebook(*cells: list[str], indent: int | None = 1) -> bytes:
    text = {"cell_type": "markdown", "source": ["# Title\n"]}
    written: list[Any] = [{"cell_type": "code", "source": cell} for cell in cells]
    document = {"nbformat": 4, "metadata": {}, "cells": [text, *written]}
    return json.dumps(document, indent=indent).encode()


def answer(engine: CodeEngine, files: dict[str, bytes]) -> tuple[list[Finding], list[Problem]]:
    answers = list(engine.analyse(list(files), [PATH], files.get))
    return list(answers[0].findings), list(answers[0].problems)


FLOW = (
    ["%matplotlib inline\n", "import hashlib\n"],
    ['# \u00e9 "quoted"\n', 'print("\u00e9", hashlib.md5(b"x"))'],
)


def test_a_place_is_that_of_the_file_and_words_say_the_cell(engine: CodeEngine) -> None:
    content = notebook(*FLOW)
    findings, problems = answer(engine, {PATH: content})
    assert not problems
    (finding,) = [one for one in findings if one.rule == "weak-hash"]
    span = finding.location
    assert isinstance(span, CodeSpan)
    row = content.decode().split("\n")[span.line - 1]
    assert row[span.column - 1 : span.end_column - 1] == 'hashlib.md5(b\\"x\\")'
    assert finding.message.endswith("(cell 3, line 2)")
    assert finding.excerpt is not None
    assert row in finding.excerpt.lines
    assert finding.fix is None or not finding.fix.edits


def test_all_on_one_line_of_json(engine: CodeEngine) -> None:
    findings, _ = answer(engine, {PATH: notebook(*FLOW, indent=None)})
    (finding,) = [one for one in findings if one.rule == "weak-hash"]
    assert isinstance(finding.location, CodeSpan)
    assert finding.location.line == 1
    assert finding.message.endswith("(cell 3, line 2)")


def test_a_module_of_the_program_is_found_from_a_notebook(engine: CodeEngine) -> None:
    files = {
        PATH: notebook(["import helper\n"], ["helper.run(input())"]),
        "notes/helper.py": b"import os\n\ndef run(text):\n    os.system(text)\n",
    }
    answers = list(engine.analyse(list(files), [PATH], files.get))
    assert set(answers[0].used) == {"notes/helper.py"}


def test_what_is_no_notebook_is_told(engine: CodeEngine) -> None:
    findings, problems = answer(engine, {PATH: b'{"cells": [}'})
    assert not findings
    assert "no valid json" in problems[0].message
    findings, problems = answer(engine, {PATH: b"[]"})
    assert "no cells" in problems[0].message


def test_a_broken_cell_is_told_at_its_line(engine: CodeEngine) -> None:
    content = notebook(["import hashlib\n", "hashlib.md5(b'x')\n"], ["def f(:\n", "    (\n"])
    findings, problems = answer(engine, {PATH: content})
    assert [one.rule for one in findings] == ["weak-hash"]
    rows = content.decode().split("\n")
    assert all(problem.line in range(15, len(rows)) for problem in problems)
    assert problems


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(st.lists(st.text(max_size=30), max_size=4), max_size=4).map(
        lambda cells: notebook(*cells)
    )
)
def test_any_file_is_answered(engine: CodeEngine, content: bytes) -> None:
    findings, problems = answer(engine, {PATH: content})
    rows = content.decode("utf-8-sig", "replace").split("\n")
    for finding in findings:
        assert isinstance(finding.location, CodeSpan)
        assert finding.location.line <= len(rows)
    assert not any(problem.partial for problem in problems)
