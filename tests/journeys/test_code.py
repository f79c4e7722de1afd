"""What is kept of a program's answers says what a new scan would say, no more and no less."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.core.finding import Finding
from seawall.engines.code.engine import Answer, CodeEngine
from seawall.journeys.code import (
    Examination,
    ProgramFiles,
    examine_change,
    examine_program,
    load_code_engine,
)
from seawall.source.cache import ResultCache
from seawall.source.file import Entry, Source

Files = Mapping[str, str]


@pytest.fixture(scope="module")
def engine() -> CodeEngine:
    return load_code_engine(None)


def silent(words: str, done: int, total: int) -> None:
    """Tell nobody."""


def program(
    files: Files, engine: CodeEngine, kind: type[ProgramFiles] = ProgramFiles
) -> ProgramFiles:
    entries = [
        Entry(path=path, blob=hashlib.sha1(text.encode()).hexdigest())
        for path, text in sorted(files.items())
    ]
    return kind(
        entries,
        lambda entry: Source(
            path=entry.path, content=files[entry.path].encode(), language="python"
        ),
        engine,
    )


def told(examination: Examination) -> dict[str, list[Finding]]:
    return {path: found for path, found in sorted(examination.findings.items()) if found}


def plain(engine: CodeEngine, files: Files) -> dict[str, list[Finding]]:
    """Return what a scan says that knows nothing from before."""
    return told(examine_program(engine, program(files, engine), progress=silent))


def again(engine: CodeEngine, files: Files, cache: ResultCache) -> dict[str, list[Finding]]:
    return told(examine_program(engine, program(files, engine), cache=cache, progress=silent))


def opened(folder: Path) -> ResultCache:
    return ResultCache.open(folder, Path("/nowhere"), "code")


VIEW = (
    "import os\nfrom flask import Flask, request\nfrom tools import handed_on\n"
    "app = Flask(__name__)\n\n\n@app.get('/')\ndef view():\n"
    "    os.system(handed_on(request.args['a']))\n    return 'ok'\n"
)
TOOLS = "from texts import changed\n\n\ndef handed_on(text):\n    return changed(text)\n"
DIRTY = "def changed(text):\n    return text\n"
CLEAN = "import shlex\n\n\ndef changed(text):\n    return shlex.quote(text)\n"
SHOP: Files = {"texts.py": DIRTY, "tools.py": TOOLS, "view.py": VIEW}
STARS: Files = {
    "clean.py": CLEAN,
    "texts.py": DIRTY,
    "tools.py": "from texts import *\n",
    "view.py": VIEW.replace("import handed_on", "import changed as handed_on"),
}
PACKAGE: Files = {
    "pack/__init__.py": "",
    "view.py": VIEW.replace("from tools import handed_on", "import pack").replace(
        "handed_on(", "pack.texts.changed("
    ),
}
INNER: Files = {
    "a.py": VIEW,
    "b.py": VIEW,
    "texts.py": "class Page:\n    keep = str\n",
    "tools.py": (
        "from texts import Page\n\n\ndef handed_on(text):\n    class Own(Page):\n        pass\n"
        "    return Own.keep(text)\n"
    ),
}
DRAWING: Files = {
    "view.py": (
        "from flask import Flask, render_template, request\napp = Flask(__name__)\n\n\n"
        "@app.get('/')\ndef view():\n    return render_template('a.html', x=request.args['x'])\n"
    )
}
DRAWN: Files = {**DRAWING, "templates/a.html": "<p>{{ x|safe }}</p>"}

HISTORIES: dict[str, list[Files]] = {
    "two imports away": [SHOP, {**SHOP, "texts.py": CLEAN}],
    "there and back": [SHOP, {**SHOP, "texts.py": CLEAN}, SHOP, {**SHOP, "texts.py": CLEAN}],
    "a file comes to be": [
        {path: text for path, text in SHOP.items() if path != "texts.py"},
        SHOP,
        {**SHOP, "texts.py": CLEAN},
    ],
    "a file is gone": [SHOP, {path: text for path, text in SHOP.items() if path != "tools.py"}],
    "a file that gives its names at once": [STARS, {**STARS, "tools.py": "from clean import *\n"}],
    "a module in a package": [PACKAGE, {**PACKAGE, "pack/texts.py": CLEAN}],
    "a base of a class within a function": [
        INNER,
        {**INNER, "texts.py": "import shlex\n\n\nclass Page:\n    keep = shlex.quote\n"},
    ],
    "a template comes back": [DRAWING, DRAWN, DRAWING, DRAWN],
    "a name moves to another file": [
        SHOP,
        {**SHOP, "tools.py": TOOLS.replace("texts", "other"), "other.py": DIRTY},
        {**SHOP, "tools.py": TOOLS.replace("texts", "other"), "other.py": CLEAN},
    ],
}


@pytest.mark.parametrize("name", HISTORIES)
def test_what_is_kept_says_what_a_new_scan_says(
    engine: CodeEngine, tmp_path: Path, name: str
) -> None:
    states = [plain(engine, files) for files in HISTORIES[name]]
    assert states[0] != states[-1]
    with opened(tmp_path) as cache:
        assert [again(engine, files, cache) for files in HISTORIES[name]] == states


WIDE: Files = {
    **SHOP,
    "texts.py": "SEPARATOR = ','\n\n\nclass Page:\n    size = 1\n" + DIRTY,
    "alone.py": "from texts import Page\n\n\nclass Long(Page):\n    size = 2\n",
    "shells.py": "import os\n\n\ndef run(text):\n    os.system(text)\n",
    "other.py": "from shells import run\nrun(input())\n" + VIEW.replace("os.system", "run"),
    "parts.py": "from texts import SEPARATOR\n\nJOINED = SEPARATOR + ' '\n",
}


@pytest.mark.parametrize(
    ("path", "old", "new", "asked"),
    [
        ("alone.py", "size = 2", "size = 3", {"alone.py"}),
        # The body of a function: who runs it.
        ("texts.py", "return text", "return text or ''", {"texts.py", "view.py", "other.py"}),
        # Another function: nobody.
        ("texts.py", "return text\n", "return text\n\n\ndef more():\n    pass\n", {"texts.py"}),
        # A line more above it: who quotes what stands there.
        ("tools.py", "\n\n\n", "\n\n\n\n", {"tools.py"}),
        ("shells.py", "\n\n\n", "\n\n\n\n", {"shells.py", "other.py"}),
        # An attribute of a class: who derives from it.
        ("texts.py", "size = 1", "size = 5", {"texts.py", "alone.py"}),
        # A constant: who reads it, and what stands beside it at the top.
        ("texts.py", "','", "';'", {"texts.py", "alone.py", "parts.py"}),
    ],
)
def test_a_change_asks_those_that_rest_on_it(
    engine: CodeEngine, tmp_path: Path, path: str, old: str, new: str, asked: set[str]
) -> None:
    told_of: set[str] = set()

    class Noting(ProgramFiles):
        def kept(self, answer: Answer) -> Answer:
            told_of.add(answer.path)
            return super().kept(answer)

    with opened(tmp_path) as cache:
        again(engine, WIDE, cache)
        changed = {**WIDE, path: WIDE[path].replace(old, new)}
        assert changed != WIDE
        files = program(changed, engine, Noting)
        examine_program(engine, files, cache=cache, progress=silent)
    assert told_of == asked


PIECES = [
    "return text",
    "return shlex.quote(text)",
    "return a.first(text)",
    "return b.second(text)",
    "return first(text)",
    "return one(text)",
    "return SHAPE(text)",
    "return Page().run(text)",
    "return Page.keep(text)",
    "os.system(text)",
    "os.system(a.first(text))",
    "os.system(str(CONSTANT) + text)",
    "text = b.second(text)",
    "from b import second as other\n    text = other(text)",
    "text = d.Page().run(text)",
    "if text in ('a', 'b'):\n        return text",
]
HEADS = [
    "import a, b, d",
    "import {below} as a\nfrom {below} import first as one, Other",
    "from {below} import *",
    "from {below} import CONSTANT, SHAPE, Other, second as one",
    "try:\n    from {below} import first as one\nexcept ImportError:\n    one = str",
    "",
]
TOPS = [
    "",
    "# a line more",
    "CONSTANT = 'ls '",
    "CONSTANT = one('ls ')",
    "SHAPE = shlex.quote",
    "SHAPE = one",
    "TABLE = {'a': shlex.quote}\nSHAPE = TABLE['a']",
    "def shaped(function):\n    return function",
    "def shaped(function):\n    return shlex.quote",
]
CLASSES = [
    "",
    "class Page:\n    keep = str\n    def run(self, text):\n        return text",
    "class Page:\n    keep = shlex.quote\n    def run(self, text):\n        return keep(text)",
    "class Other:\n    def keep(text):\n        return text\n\nclass Page(Other):\n    pass",
    "class Page(Other):\n    def run(self, text):\n        return self.keep(text)",
    "@shaped\ndef first(text):\n    return text",
]
BELOW = {"a.py": "b", "b.py": "d", "c.py": "a", "d.py": "shlex"}
"""What the statements of each use: in a circle it would hang on which is run first."""


@st.composite
def module(draw: st.DrawFn, path: str) -> str:
    bodies = {
        name: draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3))
        for name in ("first", "second")
    }
    functions = "".join(
        f"\n\ndef {name}(text):\n" + "".join(f"    {line}\n" for line in lines)
        for name, lines in bodies.items()
    )
    head = draw(st.sampled_from(HEADS)).replace("{below}", BELOW[path])
    tops = draw(st.lists(st.sampled_from(TOPS), max_size=2))
    parts = ["import os, shlex", head, *tops, functions, draw(st.sampled_from(CLASSES)), ""]
    return "\n".join(parts) + (ROUTE if path == "c.py" else "")


ROUTE = (
    "\nfrom flask import Flask, request\napp = Flask(__name__)\n\n\n@app.get('/')\ndef view():\n"
    "    os.system(first(request.args['x']))\n    os.system(second(request.args['y']))\n"
    "    os.system(Page().run(request.args['z']))\n"
)


@st.composite
def histories(draw: st.DrawFn) -> list[Files]:
    files: dict[str, str] = {path: draw(module(path)) for path in BELOW}
    states: list[Files] = [dict(files)]
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(sorted(BELOW)))
        what = draw(st.sampled_from(["write", "write", "line", "line", "remove", "back"]))
        if what == "remove" and path in files and len(files) > 1:
            del files[path]
        elif what == "back":
            files = dict(draw(st.sampled_from(states)))
        elif what == "line" and path in files:
            # One line goes, comes twice or moves down: a small edit, as people make them.
            lines = files[path].split("\n")
            at = draw(st.integers(0, len(lines) - 1))
            lines[at : at + 1] = draw(st.sampled_from([[], ["", lines[at]], [lines[at]] * 2]))
            files[path] = "\n".join(lines)
        else:
            files[path] = draw(module(path))
        states.append(dict(files))
    return states


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(states=histories())
def test_any_history(
    engine: CodeEngine, tmp_path_factory: pytest.TempPathFactory, states: list[Files]
) -> None:
    with opened(tmp_path_factory.mktemp("kept")) as cache:
        for files in states:
            assert again(engine, files, cache) == plain(engine, files)
        before, now = states[-2], states[-1]
        changed = frozenset(p for p in before.keys() | now.keys() if before.get(p) != now.get(p))
        after, past = examine_change(
            engine,
            program(now, engine),
            program(before, engine),
            changed,
            {},
            cache=cache,
            jobs=1,
            progress=silent,
        )
    whole = plain(engine, now)
    for path, found in told(after).items():
        assert found == whole.get(path, [])
    # All that the change brings is among what is told of it.
    old = plain(engine, before)
    brought = {
        path: [one for one in found if one not in old.get(path, [])]
        for path, found in whole.items()
    }
    for path, found in brought.items():
        assert all(one in after.findings.get(path, []) for one in found)
    assert not past.problems
