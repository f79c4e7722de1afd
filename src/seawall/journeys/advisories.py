"""Renews the database of advisories: from the public files of OSV, a mirror, a folder, a file."""

import contextlib
import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from msgspec import Struct

from seawall.advisories.build import Builder, building
from seawall.advisories.database import AdvisoryDatabase, DatabaseError
from seawall.advisories.records import LARGEST
from seawall.core.errors import TargetError
from seawall.wire.download import Downloaded, download
from seawall.wire.http import WireSettings
from seawall.wire.osv import API, FILES, ask_api, read_changes, read_record

KEV = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
EPSS = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
_HOSTS = frozenset(
    {
        "osv-vulnerabilities.storage.googleapis.com",
        "www.cisa.gov",
        "epss.empiricalsecurity.com",
    }
)
USUAL = (
    "PyPI",
    "npm",
    "Go",
    "crates.io",
    "RubyGems",
    "Packagist",
    "Maven",
    "NuGet",
    "Hex",
    "Pub",
    "SwiftURL",
    "Hackage",
    "CRAN",
    "GitHub Actions",
    "Debian",
    "Ubuntu",
    "Alpine",
    "AlmaLinux",
    "Rocky Linux",
    "Red Hat",
)
"""The ecosystems that are taken where nobody names others."""

MOST_BYTES = 2 << 30
"""Of one file that is downloaded."""
MOST_UNPACKED = 16 << 30
"""Of the records of one archive."""
FEW = 500
"""Up to so many changed records are asked for one by one, beyond that all are taken."""
_SHOWN_EACH = 2_000

Progress = Callable[[str, int, int], None]


class Update(Struct, frozen=True, kw_only=True):
    """What an update did."""

    taken: int
    """Records that were new or had changed."""
    withdrawn: int
    refused: int
    """What was no record; the rest was taken."""
    origins: tuple[str, ...]
    strange: Mapping[str, int] = {}
    """Records about ecosystems that Seawall reads no packages of."""
    unchanged: tuple[str, ...] = ()
    """Origins that had nothing new."""


def update_from_files(
    places: Sequence[Path], target: Path, *, now: datetime, anew: bool, progress: Progress
) -> Update:
    """Take up records from folders, zip files, JSONL (also gzipped), KEV and EPSS files.

    Raises TargetError when a place holds nothing that can be read, BuildError when the database
    cannot be written: what was there before stays.
    """
    with building(target, anew=anew) as builder:
        for place in places:
            _take_place(builder, place, progress)
        builder.finish(now.isoformat(timespec="seconds"))
    return _told(builder, [str(place) for place in places])


def update_from_osv(
    settings: WireSettings,
    target: Path,
    *,
    address: str = FILES,
    ecosystems: Sequence[str] = USUAL,
    now: datetime,
    progress: Progress,
) -> Update:
    """Take up what is new in OSV's public files, or in a mirror that is laid out as they are.

    Of an ecosystem that changed little since the last time only the changed records are taken.
    Raises WireError and BuildError; the database that was there before stays.
    """
    named = address != FILES
    stamps = _stamps(target)
    folder = target.parent / "advisories-download"
    folder.mkdir(parents=True, exist_ok=True)
    unchanged: list[str] = []

    def fetch(url: str, name: str, known: str = "") -> tuple[Downloaded, Path]:
        place = folder / re.sub(r"[^A-Za-z0-9.]+", "-", name)
        got = download(
            settings,
            url,
            place,
            hosts=_HOSTS,
            named=named,
            known=known,
            limit=MOST_BYTES,
            progress=lambda done, total: progress(f"downloading {name}", done, total),
        )
        return got, place

    with building(target, anew=not stamps) as builder:
        for ecosystem in ecosystems:
            progress(f"asking what changed in {ecosystem}", 0, 0)
            changes = read_changes(settings, address, ecosystem, named=named)
            known = stamps.get(ecosystem, "")
            newest = changes[0][0] if changes else known
            newer = [name for changed, name in changes if changed > known]
            if known and not newer:
                unchanged.append(ecosystem)
                continue
            before = builder.taken
            if known and len(newer) <= FEW:
                for number, name in enumerate(newer, 1):
                    progress(f"reading what changed in {ecosystem}", number, len(newer))
                    builder.take(read_record(settings, address, ecosystem, name, named=named))
            else:
                url = f"{address.rstrip('/')}/{quote(ecosystem)}/all.zip"
                _, place = fetch(url, f"{ecosystem}.zip")
                _take_file(builder, place, progress)
                place.unlink()
            builder.note_origin(ecosystem, newest, builder.taken - before)
        if not named:
            for name, url in (("KEV", KEV), ("EPSS", EPSS)):
                got, place = fetch(url, f"{name}{Path(url).suffix}", stamps.get(name, ""))
                if got.changed:
                    _take_file(builder, place, progress)
                    builder.note_origin(name, got.stamp, 0)
                    place.unlink()
                else:
                    unchanged.append(name)
        builder.finish(now.isoformat(timespec="seconds"))
    with contextlib.suppress(OSError):
        folder.rmdir()
    return _told(builder, ecosystems, unchanged)


def take_from_api(
    settings: WireSettings,
    questions: Sequence[tuple[str, str, str]],
    target: Path,
    *,
    now: datetime,
    address: str = API,
) -> None:
    """Make a database of what OSV's API knows of packages (ecosystem, name, version).

    Raises WireError and BuildError.
    """
    with building(target, anew=True) as builder:
        for content in ask_api(settings, questions, address=address):
            builder.take(content)
        builder.finish(now.isoformat(timespec="seconds"))


def _told(builder: Builder, origins: Sequence[str], unchanged: Sequence[str] = ()) -> Update:
    return Update(
        taken=builder.taken,
        withdrawn=builder.withdrawn,
        refused=builder.refused,
        strange=builder.strange,
        origins=tuple(origins),
        unchanged=tuple(unchanged),
    )


def _stamps(target: Path) -> dict[str, str]:
    """Return as of when each origin was taken; nothing where all must be taken anew."""
    try:
        with AdvisoryDatabase.open(target) as database:
            return database.status().stamps
    except DatabaseError:
        return {}


def _take_place(builder: Builder, place: Path, progress: Progress) -> None:
    """Take up what a file or folder holds. Raises TargetError when nothing can be read of it."""
    before = builder.taken + builder.withdrawn
    if place.is_dir():
        files = sorted(path for path in place.rglob("*") if path.is_file())
        for file in files:
            if re.search(r"\.(?:json|jsonl|zip|gz|csv)\Z", file.name):
                _take_file(builder, file, progress)
    else:
        _take_file(builder, place, progress)
    taken = builder.taken + builder.withdrawn - before
    if taken:
        builder.note_origin(str(place), "", taken)


def _take_file(builder: Builder, file: Path, progress: Progress) -> None:
    try:
        if zipfile.is_zipfile(file):
            records = _zipped(file)
        else:
            opened: Any = gzip.open if file.name.endswith(".gz") else open
            with opened(file, "rb") as stream:
                start = stream.read(2048)
                stream.seek(0)
                if b'"catalogVersion"' in start or b'"cveID"' in start:
                    builder.take_exploited(_exploited(stream.read(LARGEST * 8)))
                    return
                if start.startswith((b"#model_version", b"cve,epss")):
                    builder.take_epss(_epss(stream))
                    return
                records = iter(list(_lines(stream, whole=file.name.endswith(".json"))))
        for number, content in enumerate(records, 1):
            builder.take(content)
            if number % _SHOWN_EACH == 0:
                progress(f"reading {file.name}", number, 0)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, ValueError) as error:
        raise TargetError(f"{file}: it cannot be read as advisories ({error})") from error


def _zipped(file: Path) -> Iterator[bytes]:
    """Yield the records of an archive, bounded in all."""
    unpacked = 0
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.filename.endswith(".json"):
                unpacked += member.file_size
                if member.file_size > LARGEST or unpacked > MOST_UNPACKED:
                    raise ValueError("it unpacks to more than is read")
                with archive.open(member) as stream:
                    yield stream.read(LARGEST)


def _lines(stream: IO[bytes], *, whole: bool) -> Iterator[bytes]:
    """Yield the records of a file: one that is a record itself, a list of them, or one a line."""
    if whole:
        content = stream.read(LARGEST * 8)
        if content.lstrip()[:1] == b"[":
            yield from (json.dumps(one).encode() for one in json.loads(content))
        else:
            yield content
        return
    while line := stream.readline(LARGEST):
        if line.strip():
            yield line


def _exploited(content: bytes) -> Iterable[tuple[str, str, bool]]:
    rows = json.loads(content).get("vulnerabilities", ())
    for row in rows:
        name = row.get("cveID") or row.get("cve") or ""
        ransomware = row.get("knownRansomwareCampaignUse") or row.get("ransomware") or ""
        yield str(name), str(row.get("dateAdded", "")), ransomware == "Known"


def _epss(stream: IO[bytes]) -> Iterator[tuple[str, float, float]]:
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace")
    rows = csv.DictReader(line for line in text if not line.startswith("#"))
    for row in rows:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            yield row["cve"], float(row["epss"]), float(row["percentile"])
