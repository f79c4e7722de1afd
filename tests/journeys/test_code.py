"""What is kept of a program's answers says what a new scan would say, no more and no less."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.core.finding import Finding
from seawall.engines.code.engine import CodeEngine
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


def program(files: Files, engine: CodeEngine) -> ProgramFiles:
    entries = [
        Entry(path=path, blob=hashlib.sha1(text.encode()).hexdigest())
        for path, text in sorted(files.items())
    ]
    return ProgramFiles(
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

HISTORIES: dict[str, list[Files]] = {
    "two imports away": [SHOP, {**SHOP, "texts.py": CLEAN}],
    "there and back": [SHOP, {**SHOP, "texts.py": CLEAN}, SHOP, {**SHOP, "texts.py": CLEAN}],
    "a file comes to be": [
        {path: text for path, text in SHOP.items() if path != "texts.py"},
        SHOP,
        {**SHOP, "texts.py": CLEAN},
    ],
    "a file is gone": [SHOP, {path: text for path, text in SHOP.items() if path != "tools.py"}],
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


def test_a_change_of_what_nobody_uses_asks_nobody_else(engine: CodeEngine, tmp_path: Path) -> None:
    asked: list[str] = []
    files = {**SHOP, "alone.py": "x = 1\n"}
    with opened(tmp_path) as cache:
        again(engine, files, cache)

        def note(words: str, done: int, total: int) -> None:
            asked.append(f"{done} of {total}")

        changed = {**files, "alone.py": "x = 2\n"}
        examine_program(engine, program(changed, engine), cache=cache, progress=note)
    assert asked == ["1 of 1"]


PIECES = st.sampled_from(
    [
        "return text",
        "return shlex.quote(text)",
        "return a.first(text)",
        "return b.second(text)",
        "return first(text)",
        "os.system(text)",
        "os.system(a.first(text))",
        "text = b.second(text)",
        "if text in ('a', 'b'):\n        return text",
    ]
)
HEADS = st.sampled_from(
    [
        "import os, shlex\nimport a, b",
        "import os, shlex\nfrom a import first\nimport b",
        "import os, shlex\nfrom b import *\nimport a",
        "import os, shlex",
    ]
)


@st.composite
def module(draw: st.DrawFn) -> str:
    bodies = {name: draw(st.lists(PIECES, min_size=1, max_size=3)) for name in ("first", "second")}
    functions = "".join(
        f"\n\ndef {name}(text):\n" + "".join(f"    {line}\n" for line in lines)
        for name, lines in bodies.items()
    )
    return draw(HEADS) + functions


ROUTE = (
    "\nfrom flask import Flask, request\napp = Flask(__name__)\n\n\n@app.get('/')\ndef view():\n"
    "    os.system(first(request.args['x']))\n    os.system(second(request.args['y']))\n"
)


@st.composite
def histories(draw: st.DrawFn) -> list[Files]:
    files: dict[str, str] = {"a.py": draw(module()), "b.py": draw(module())}
    files["c.py"] = draw(module()) + ROUTE
    states: list[Files] = [dict(files)]
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(["a.py", "b.py", "c.py"]))
        what = draw(st.sampled_from(["write", "write", "remove", "back"]))
        if what == "remove" and path in files and len(files) > 1:
            del files[path]
        elif what == "back":
            files = dict(draw(st.sampled_from(states)))
        else:
            files[path] = draw(module()) + (ROUTE if path == "c.py" else "")
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
