"""Records of published weaknesses in OSV's form, read tolerantly.

Source: https://ossf.github.io/osv-schema.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Literal

import msgspec
from msgspec import Struct

from seawall.advisories.names import ecosystem_named, package_key
from seawall.advisories.versions import HIGHEST, LOWEST, Key, key_of
from seawall.core.errors import SeawallError
from seawall.core.rule import Severity
from seawall.model.inventory import Ecosystem

LARGEST = 16 << 20
"""Bytes of one record that are read at the most."""

_WORDS = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "important": Severity.HIGH,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "negligible": Severity.LOW,
}
_CWE = re.compile(r"CWE-([0-9]{1,6})\Z")
MOST_LINKS = 8


class RecordError(SeawallError):
    """It is no record, or one without an id."""


class Interval(Struct, frozen=True):
    """Versions that have the weakness: from `low` on, below `high`, as keys of the ecosystem."""

    low: bytes
    high: bytes
    fixed: str = ""
    """The version that ends it by mending the weakness, as written."""
    listed: bool = False
    """Whether it is one version that the record names."""


class Affected(Struct, frozen=True):
    """A package that a record speaks of."""

    package: str
    """As `names.package_key` makes it."""
    ecosystem: Ecosystem
    intervals: tuple[Interval, ...]
    symbols: tuple[str, ...] = ()


class Record(Struct, frozen=True, omit_defaults=True):
    """One record, without the packages that it speaks of."""

    id: str
    modified: str = ""
    published: str = ""
    names: tuple[str, ...] = ()
    """Its aliases."""
    kind: Literal["vulnerability", "malicious", "unmaintained", "notice"] = "vulnerability"
    summary: str = ""
    vectors: tuple[str, ...] = ()
    severity: Severity | None = None
    """By the word that its publisher gives."""
    cwe: tuple[int, ...] = ()
    links: tuple[str, ...] = ()


class _Event(Struct):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class _Range(Struct):
    type: str = ""
    events: list[_Event] = []


class _Package(Struct):
    ecosystem: str = ""
    name: str = ""


class _Rating(Struct):
    type: str = ""
    score: Any = ""


class _Affected(Struct):
    package: _Package | None = None
    ranges: list[_Range] | None = None
    versions: list[str] | None = None
    severity: list[_Rating] | None = None
    ecosystem_specific: Any = None
    database_specific: Any = None


class _Reference(Struct):
    url: Any = ""


class _Entry(Struct):
    id: str = ""
    modified: str = ""
    published: str | None = None
    withdrawn: str | None = None
    aliases: list[str] | None = None
    summary: str | None = None
    severity: list[_Rating] | None = None
    affected: list[_Affected] | None = None
    references: list[_Reference] | None = None
    database_specific: Any = None


_decode = msgspec.json.Decoder(_Entry, strict=False).decode


def parse_record(content: bytes) -> tuple[Record, tuple[Affected, ...], frozenset[str]] | None:
    """Return a record and the packages that it speaks of; None where it was withdrawn.

    The last are names of ecosystems that nothing here has packages of. Raises RecordError when it
    is none.
    """
    try:
        entry = _decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError("it is no osv record") from error
    if not entry.id:
        raise RecordError("the record has no id")
    if entry.withdrawn:
        return None
    affected = entry.affected or []
    ratings = [*(entry.severity or ()), *(one for of in affected for one in of.severity or ())]
    record = Record(
        id=entry.id,
        modified=entry.modified,
        published=entry.published or "",
        names=tuple(dict.fromkeys(entry.aliases or ())),
        kind=_kind(entry, affected),
        summary=" ".join((entry.summary or "").split())[:300],
        vectors=tuple(dict.fromkeys(str(one.score) for one in ratings if "/" in str(one.score))),
        severity=_severity(entry, affected, ratings),
        cwe=tuple(_cwe(entry.database_specific)),
        links=tuple(
            one.url
            for one in entry.references or ()
            if isinstance(one.url, str) and one.url.startswith("https://")
        )[:MOST_LINKS],
    )
    strange = frozenset(
        name
        for one in affected
        if one.package is not None
        and (name := one.package.ecosystem.partition(":")[0])
        and ecosystem_named(name) is None
    )
    return record, tuple(_affected(affected, whole=record.kind == "malicious")), strange


def _affected(packages: list[_Affected], *, whole: bool) -> Iterator[Affected]:
    """Yield what packages a record speaks of; with `whole` one without any versions means all."""
    for one in packages:
        if one.package is None or not one.package.name:
            continue
        name, _, suffix = one.package.ecosystem.partition(":")
        ecosystem = ecosystem_named(name)
        if ecosystem is None:
            continue
        key = key_of(ecosystem)
        intervals: dict[tuple[bytes, bytes], Interval] = {}
        for stretch in one.ranges or ():
            if stretch.type != "GIT":
                for interval in _intervals(stretch.events, key):
                    intervals.setdefault((interval.low, interval.high), interval)
        for version in one.versions or ():
            point = key(version)
            if not any(low <= point < high for low, high in intervals):
                intervals[point, _above(point)] = Interval(point, _above(point), listed=True)
        if whole and not one.versions and not any(row.events for row in one.ranges or ()):
            intervals[LOWEST, HIGHEST] = Interval(LOWEST, HIGHEST)
        if intervals:
            yield Affected(
                package=package_key(ecosystem, one.package.name, suffix),
                ecosystem=ecosystem,
                intervals=tuple(intervals.values()),
                symbols=tuple(_symbols(one.ecosystem_specific)),
            )


def _above(key: bytes) -> bytes:
    """Return the lowest key above another one."""
    return key + b"\x00"


def _intervals(events: list[_Event], key: Key) -> Iterator[Interval]:
    """Yield the stretches that events describe, whatever their order.

    Source: https://ossf.github.io/osv-schema/#evaluation.
    """
    turns: list[tuple[bytes, bool, str]] = []
    limit = HIGHEST
    for event in events:
        if event.introduced is not None:
            low = LOWEST if event.introduced == "0" else key(event.introduced)
            turns.append((low, True, ""))
        elif event.fixed is not None:
            turns.append((key(event.fixed), False, event.fixed))
        elif event.last_affected is not None:
            turns.append((_above(key(event.last_affected)), False, ""))
        elif event.limit and event.limit != "*":
            limit = min(limit, key(event.limit))
    start: bytes | None = None
    for at, met in groupby(sorted(turns, key=_place), key=_place):
        # At one version: what is open ends before the next begins; what begins may end at once.
        opened = start is not None
        for _, begins, fixed in sorted(met, key=lambda turn: turn[1] != opened, reverse=True):
            if begins:
                start = at if start is None else start
            elif start is not None:
                if start < min(at, limit):
                    yield Interval(start, min(at, limit), fixed)
                start = None
    if start is not None and start < limit:
        yield Interval(start, limit)


def _place(turn: tuple[bytes, bool, str]) -> bytes:
    return turn[0]


def _symbols(specific: Any) -> Iterator[str]:
    """Yield the functions that Go's and Rust's databases name."""
    if not isinstance(specific, dict):
        return
    imports = specific.get("imports")
    for one in imports if isinstance(imports, list) else ():
        path = one.get("path") if isinstance(one, dict) else None
        if isinstance(path, str):
            symbols = one.get("symbols")
            named = [name for name in symbols if isinstance(name, str)] if symbols else []
            yield from (f"{path}.{name}" for name in named)
            if not named:
                yield path
    affects = specific.get("affects")
    for functions in (
        affects.get("functions") if isinstance(affects, dict) else None,
        specific.get("affected_functions"),
    ):
        if isinstance(functions, list | dict):
            yield from (name for name in functions if isinstance(name, str))


def _kind(
    entry: _Entry, affected: list[_Affected]
) -> Literal["vulnerability", "malicious", "unmaintained", "notice"]:
    if entry.id.startswith("MAL-"):
        return "malicious"
    for one in affected:
        if isinstance(one.database_specific, dict):
            match one.database_specific.get("informational"):
                case "unmaintained":
                    return "unmaintained"
                case "notice":
                    return "notice"
    return "vulnerability"


def _severity(entry: _Entry, affected: list[_Affected], ratings: list[_Rating]) -> Severity | None:
    words = [str(one.score) for one in ratings if one.type not in ("CVSS_V2", "CVSS_V3", "CVSS_V4")]
    for specific in (
        entry.database_specific,
        *(one.database_specific for one in affected),
        *(one.ecosystem_specific for one in affected),
    ):
        if isinstance(specific, dict):
            words.append(str(specific.get("severity")))
    known = [_WORDS[word.lower()] for word in words if word.lower() in _WORDS]
    return max(known, key=lambda severity: severity.rank) if known else None


def _cwe(specific: Any) -> Iterator[int]:
    ids = specific.get("cwe_ids") if isinstance(specific, dict) else None
    for one in ids if isinstance(ids, list) else ():
        found = _CWE.match(str(one))
        if found is not None:
            yield int(found[1])
