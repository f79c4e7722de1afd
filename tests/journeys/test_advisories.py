"""`seawall db update`: from files of every kind, from a mirror, and only what changed."""

import gzip
import http.server
import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from seawall.advisories.database import AdvisoryDatabase
from seawall.core.errors import TargetError
from seawall.journeys.advisories import take_from_api, update_from_files, update_from_osv
from seawall.model.advisory import Query
from seawall.model.inventory import Ecosystem
from seawall.wire.http import WireError, WireSettings

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def quiet(words: str, done: int, total: int) -> None:
    """Nobody looks."""


def record(name: str, fixed: str = "2", modified: str = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    events = [{"introduced": "0"}, {"fixed": fixed}]
    package = {"ecosystem": "PyPI", "name": "kit"}
    return {
        "id": name,
        "modified": modified,
        "aliases": ["CVE-2026-1"] if name == "GHSA-1" else [],
        "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
    }


def held(place: Path, version: str) -> list[str]:
    with AdvisoryDatabase.open(place) as database:
        query = Query(ecosystem=Ecosystem.PYPI, name="kit", version=version)
        return [match.advisory.id for match in database.match([query])]


def test_files_of_every_kind_are_taken(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps(record("GHSA-1")))
    (folder / "list.json").write_text(json.dumps([record("A"), record("B")]))
    with gzip.open(folder / "lines.jsonl.gz", "wt") as lines:
        lines.write(f"{json.dumps(record('C'))}\n\nno record\n{json.dumps(record('D'))}\n")
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("E.json", json.dumps(record("E")))
        archive.writestr("README", "no record")
    known = {"vulnerabilities": [{"cveID": "CVE-2026-1", "dateAdded": "2026-01-01"}]}
    (folder / "kev.json").write_text(json.dumps({"catalogVersion": "1", **known}))
    with gzip.open(folder / "epss.csv.gz", "wt") as lines:
        lines.write("#model_version:1\ncve,epss,percentile\nCVE-2026-1,0.5,0.9\nCVE-2,x,y\n")
    place = tmp_path / "a.sqlite"
    told = update_from_files([folder], place, now=NOW, anew=True, progress=quiet)
    assert (told.taken, told.refused) == (6, 1)
    assert held(place, "1") == ["A", "B", "C", "CVE-2026-1", "D", "E"]
    with AdvisoryDatabase.open(place) as database:
        status = database.status()
        (match,) = [
            one
            for one in database.match([Query(ecosystem=Ecosystem.PYPI, name="kit", version="1")])
            if one.advisory.id == "CVE-2026-1"
        ]
    assert (status.updated, status.exploited, status.epss) == ("2026-01-02T00:00:00+00:00", 1, 1)
    assert match.advisory.exploitation is not None
    assert match.advisory.exploitation.percentile == 0.9


def test_ecosystems_without_packages_are_told(tmp_path: Path) -> None:
    records = tmp_path / "records.json"
    strange = record("S")
    strange["affected"][0]["package"] = {"ecosystem": "OSS-Fuzz", "name": "kit"}
    both = record("B")
    both["affected"].append({"package": {"ecosystem": "Nowhere:1", "name": "kit"}})
    of_r = record("R")
    of_r["affected"][0]["package"] = {"ecosystem": "Bioconductor", "name": "limma"}
    records.write_text(json.dumps([strange, both, of_r]))
    place = tmp_path / "a.sqlite"
    told = update_from_files([records], place, now=NOW, anew=True, progress=quiet)
    assert told.strange == {"OSS-Fuzz": 1, "Nowhere": 1}
    with AdvisoryDatabase.open(place) as database:
        query = Query(ecosystem=Ecosystem.BIOCONDUCTOR, name="limma", version="1.0.0")
        assert [one.advisory.id for one in database.match([query])] == ["R"]


def test_what_cannot_be_read_is_named_and_what_was_there_stays(tmp_path: Path) -> None:
    place, broken = tmp_path / "a.sqlite", tmp_path / "broken.jsonl.gz"
    good = tmp_path / "good.json"
    good.write_text(json.dumps(record("A")))
    update_from_files([good], place, now=NOW, anew=True, progress=quiet)
    broken.write_bytes(gzip.compress(json.dumps(record("B")).encode())[:-9])
    with pytest.raises(TargetError, match=r"broken\.jsonl\.gz"):
        update_from_files([broken], place, now=NOW, anew=False, progress=quiet)
    assert held(place, "1") == ["A"]


class Mirror(http.server.ThreadingHTTPServer):
    """OSV's files and API on this machine; `breaks` times an archive breaks off in the middle."""

    records: dict[str, dict[str, Any]]
    breaks = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.records = {}
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def archive(self, place: Path) -> bytes:
        with zipfile.ZipFile(place, "w") as archive:
            for name, one in self.records.items():
                archive.writestr(f"{name}.json", json.dumps(one))
        return place.read_bytes()


class Answers(http.server.BaseHTTPRequestHandler):
    server: Mirror
    archive: Path

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(self.path)
        results = [
            {"vulns": [{"id": name} for name in self.server.records]}
            if one["package"]["name"] == "kit"
            else {}
            for one in body["queries"]
        ]
        self._send(json.dumps({"results": results}).encode())

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        records = self.server.records
        name = self.path.rpartition("/")[2].removesuffix(".json")
        if self.path == "/PyPI/modified_id.csv":
            rows = sorted(((one["modified"], key) for key, one in records.items()), reverse=True)
            self._send("".join(f"{changed},{key}\n" for changed, key in rows).encode())
        elif self.path == "/PyPI/all.zip":
            self._send(self.server.archive(self.archive), whole=self.server.breaks == 0)
            self.server.breaks -= self.server.breaks > 0
        elif name in records:
            self._send(json.dumps(records[name]).encode())
        else:
            self.send_error(404)

    def _send(self, content: bytes, *, whole: bool = True) -> None:
        first = 0
        asked = self.headers.get("Range", "")
        if asked and self.headers.get("If-Range") == '"1"':
            first = int(asked.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if first else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        self.wfile.write(content[first : None if whole else first + len(content) // 3])


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    Answers.archive = tmp_path / "served.zip"
    server = Mirror()
    yield server
    server.shutdown()
    server.server_close()


def update(mirror: Mirror, place: Path) -> tuple[int, tuple[str, ...]]:
    told = update_from_osv(
        WireSettings(timeout=5),
        place,
        address=mirror.address,
        ecosystems=("PyPI",),
        now=NOW,
        progress=quiet,
    )
    return told.taken, told.unchanged


def test_first_all_then_only_what_changed(mirror: Mirror, tmp_path: Path) -> None:
    place = tmp_path / "a.sqlite"
    mirror.records = {name: record(name) for name in ("A", "B", "C")}
    assert update(mirror, place) == (3, ())
    assert update(mirror, place) == (0, ("PyPI",))
    mirror.asked.clear()
    mirror.records["B"] = record("B", fixed="0.5", modified="2026-01-02T00:00:00Z")
    assert update(mirror, place) == (1, ())
    assert mirror.asked == ["/PyPI/modified_id.csv", "/PyPI/B.json"]
    assert held(place, "1") == ["A", "C"]


def test_a_download_that_breaks_off_is_taken_up(mirror: Mirror, tmp_path: Path) -> None:
    mirror.records = {f"A-{at}": record(f"A-{at}") for at in range(200)}
    mirror.breaks = 2
    place = tmp_path / "a.sqlite"
    assert update(mirror, place) == (200, ())
    assert len(held(place, "1")) == 200


def test_a_mirror_that_fails_leaves_what_was_there(mirror: Mirror, tmp_path: Path) -> None:
    place = tmp_path / "a.sqlite"
    mirror.records = {"A": record("A")}
    update(mirror, place)
    mirror.shutdown()
    mirror.server_close()
    with pytest.raises(WireError):
        update(mirror, place)
    assert held(place, "1") == ["A"]


def test_the_api_is_asked_about_the_packages(mirror: Mirror, tmp_path: Path) -> None:
    mirror.records = {"A": record("A"), "B": record("B", fixed="0.1")}
    place = tmp_path / "a.sqlite"
    questions = [("PyPI", "kit", "1"), ("PyPI", "other", "1")]
    take_from_api(WireSettings(timeout=5), questions, place, now=NOW, address=mirror.address)
    assert held(place, "1") == ["A"]
