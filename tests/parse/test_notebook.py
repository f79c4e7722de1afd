"""Notebooks: their code as one text, and the lines of the file."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.errors import ParseError
from seawall.parse.notebook import Notebook, parse_notebook


def notebook(*cells: Any, indent: int | None = 1, **metadata: Any) -> bytes:
    document = {"metadata": metadata, "nbformat": 4, "cells": list(cells)}
    return json.dumps(document, indent=indent).encode()


def code(*lines: str) -> dict[str, Any]:
    # The outputs stand before the source and say what looks like one.
    outputs = [{"source": ["evil()"], "text": ["import os\n"]}]
    return {"cell_type": "code", "outputs": outputs, "source": list(lines)}


def test_lines_are_those_of_the_file() -> None:
    content = notebook(
        {"cell_type": "markdown", "source": ["import os\n", "text"]},
        code("import os\n", "\n", "os.system(x)"),
        {"cell_type": "code", "source": "a\nb\n"},
    )
    read = parse_notebook(content)
    rows = content.decode().split("\n")
    assert read.text.split("\n")[:-1] == ["import os", "", "os.system(x)", "", "a", "b", "", ""]
    assert "import os" in rows[read.line(1) - 1]
    assert read.line(1) > 10
    assert "os.system" in rows[read.line(3) - 1]
    assert '"a\\nb\\n"' in rows[read.line(5) - 1]
    assert read.line(6) == read.line(5)
    assert [read.cell(number) for number in (1, 3, 5, 6)] == [(2, 1), (2, 3), (3, 1), (3, 2)]


def test_one_line_of_json() -> None:
    read = parse_notebook(notebook(code("a\n", "b"), indent=None))
    assert read == Notebook("a\nb\n\n", (1, 1, 1), (1, 1, 1))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%matplotlib inline\nx = 1", "\nx = 1\n\n"),
        ("!pip install y\nx = !ls\ny = %sql select", "\nx = None\ny = None\n\n"),
        ("%%bash\nrm -rf /", "\n\n\n"),
        ("\n%%html\n<b>", "\n\n\n\n"),
        ("%%time\nx = 1", "\nx = 1\n\n"),
        ("if x:\n    !ls", "if x:\n    pass\n\n"),
        ("x?\n?y\ny", "\n\ny\n\n"),
        ("x = (y\n%z)", "x = (y\n%z)\n\n"),
        ("%cd /\nx = (y\n  %z)", "\nx = (y\n  %z)\n\n"),
        ("x = '''\n!ls\n'''", "x = '''\n!ls\n'''\n\n"),
    ],
)
def test_magics_are_blanked_out(cell: str, expected: str) -> None:
    assert parse_notebook(notebook({"cell_type": "code", "source": cell})).text == expected


def test_version_3() -> None:
    document = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["a\n", "b"]}]}]}
    assert parse_notebook(json.dumps(document, indent=1).encode()).text == "a\nb\n\n"


def test_other_languages_have_no_text() -> None:
    content = notebook(code("x <- 1"), kernelspec={"language": "R"})
    assert parse_notebook(content) == Notebook("", (), ())


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"{}", b"1", b"\xff", b"[" * 100_000, b'{"cells": ' * 5000,
        b'{"x": ' + b"9" * 10_000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_told(content: bytes) -> None:
    with pytest.raises(ParseError, match="notebook"):
        parse_notebook(content)


@pytest.mark.parametrize("cells", [{}, 1, None, [1, None, [], {"source": {"a": "b"}}], "x"])
def test_odd_cells_are_passed_over(cells: Any) -> None:
    assert parse_notebook(json.dumps({"cells": cells}).encode()).text == ""


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["cells", "source", "cell_type", "input", "worksheets", ""]), inner
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["cells", "worksheets", "metadata"]), _JSON))
def test_any_json_is_read_or_told(document: Any) -> None:
    try:
        read = parse_notebook(json.dumps(document).encode())
    except ParseError:
        return
    assert read.text.count("\n") == len(read.lines)
