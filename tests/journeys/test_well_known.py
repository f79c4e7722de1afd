"""Lists of well-known names: how they are written, kept, and used in place of our own."""

import http.server
import sqlite3
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from seawall.advisories.build import building
from seawall.advisories.database import AdvisoryDatabase
from seawall.core.errors import TargetError
from seawall.engines.deps.engine import DepsEngine
from seawall.journeys.deps import load_deps_engine
from seawall.journeys.well_known import parse_well_known, update_well_known
from seawall.model.inventory import Ecosystem, Inventory, Package
from seawall.model.trust import TrustWishes
from seawall.wire.http import WireSettings

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PYPI, NPM, ACTIONS = Ecosystem.PYPI, Ecosystem.NPM, Ecosystem.GITHUB_ACTIONS


def kept(place: Path) -> dict[Ecosystem, frozenset[str]]:
    with AdvisoryDatabase.open(place) as database:
        return database.known_names()


def test_lines_name_ecosystem_and_name() -> None:
    text = "\ufeff# ours\nPyPI Acme_Billing\nnpm,@acme/ui # of the shop\n\npypi\tacme-web\n"
    text += "GitHub Actions acme/deploy\nGo a.b/c#d\n"
    assert parse_well_known(text.encode(), "list", "") == {
        PYPI: {"acme-billing", "acme-web"},
        NPM: {"@acme/ui"},
        ACTIONS: {"acme/deploy"},
        Ecosystem.GO: {"a.b/c#d"},
    }


def test_names_alone_are_of_the_ecosystem_that_is_named() -> None:
    assert parse_well_known(b"a\nB\r\nnpm c\n", "list", "pypi") == {PYPI: {"a", "b"}, NPM: {"c"}}


@pytest.mark.parametrize(
    ("content", "ecosystem", "words"),
    [
        (b"PyPI a\nb\n", "", "list:2: it names no ecosystem"),
        (b"", "npm", "list: it has no names"),
        (b"# nothing\n", "npm", "list: it has no names"),
        (b"a", "nowhere", "nowhere: there is no such ecosystem"),
        (b"\xff\xfe", "npm", "list: it is no text in utf-8"),
        (b"a\x1b[31m", "npm", "list:1: this is no name of a package"),
        (b"PyPI two words", "", "list:1: this is no name of a package"),
        (b"a" * 300, "npm", "list:1: this is no name of a package"),
        (b"\n".join(b"a%d" % one for one in range(200_001)), "npm", "more than 200,000 names"),
    ],
)
def test_what_is_no_list_is_said(content: bytes, ecosystem: str, words: str) -> None:
    with pytest.raises(TargetError, match=words):
        parse_well_known(content, "list", ecosystem)


def test_a_list_takes_the_place_of_the_one_of_its_ecosystem(tmp_path: Path) -> None:
    place, names = tmp_path / "a.sqlite", tmp_path / "names"
    names.write_text("PyPI a\nnpm b\n")
    update_well_known(WireSettings(user_agent=""), str(names), place, ecosystem="", now=NOW)
    names.write_text("c\nd\n")
    told = update_well_known(
        WireSettings(user_agent=""), str(names), place, ecosystem="PyPI", now=NOW
    )
    assert told == {PYPI: 2}
    assert kept(place) == {PYPI: {"c", "d"}, NPM: {"b"}}
    with building(place, anew=False) as builder:
        builder.finish("2026-01-03T00:00:00+00:00")
    assert kept(place) == {PYPI: {"c", "d"}, NPM: {"b"}}
    names.write_text("broken line\n")
    with pytest.raises(TargetError):
        update_well_known(WireSettings(user_agent=""), str(names), place, ecosystem="", now=NOW)
    assert kept(place) == {PYPI: {"c", "d"}, NPM: {"b"}}


def test_a_database_of_another_version_is_built_anew(tmp_path: Path) -> None:
    place, names = tmp_path / "a.sqlite", tmp_path / "names"
    old = sqlite3.connect(place)
    old.executescript("CREATE TABLE other (x); PRAGMA user_version = 1;")
    old.close()
    names.write_text("PyPI a\n")
    update_well_known(WireSettings(user_agent=""), str(names), place, ecosystem="", now=NOW)
    assert kept(place) == {PYPI: {"a"}}


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/names" else 404)
        self.end_headers()
        self.wfile.write(b"npm @acme/ui\n")

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


def test_a_list_is_taken_from_an_address(tmp_path: Path) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/names"
        place = tmp_path / "a.sqlite"
        update_well_known(WireSettings(user_agent=""), address, place, ecosystem="", now=NOW)
        assert kept(place) == {NPM: {"@acme/ui"}}
    finally:
        server.shutdown()
        server.server_close()


def told(engine: DepsEngine, known: dict[Ecosystem, frozenset[str]]) -> list[str]:
    packages = [
        Package(ecosystem=PYPI, name=name, version="1.0", line=1, direct=True)
        for name in ("reqeusts", "acme-biling", "acme-billing", "pyodbc")
    ]
    composition = engine.compose({"uv.lock": Inventory(packages=tuple(packages))})
    case = engine.case(
        composition, TrustWishes(), [], lambda path: None, today=date(2026, 1, 2), known=known
    )
    return [
        one.message.partition(",")[0]
        for one in engine.doubt(case)
        if one.rule == "typosquat-dependency"
    ]


def test_names_that_were_taken_stand_in_place_of_our_own() -> None:
    engine = load_deps_engine()
    assert told(engine, {}) == ["reqeusts is nearly requests"]
    assert told(engine, {NPM: frozenset({"x"})}) == ["reqeusts is nearly requests"]
    assert told(engine, {PYPI: frozenset({"acme-billing"})}) == [
        "acme-biling is nearly acme-billing"
    ]
