"""Keeps a list of well-known names with the advisories, in place of the one that Seawall has."""

import re
import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from seawall.advisories.build import building
from seawall.advisories.names import ecosystem_named
from seawall.core.errors import TargetError, reason_of
from seawall.model.inventory import Ecosystem
from seawall.model.package_name import normal_name
from seawall.wire.download import download
from seawall.wire.http import WireSettings

LARGEST = 16 << 20
"""Bytes of a list."""
MOST_NAMES = 200_000
LONGEST_NAME = 256

_ADDRESS = re.compile(r"https?://")
_BETWEEN = re.compile(r"[\t,]| +")

Names = dict[Ecosystem, set[str]]


def update_well_known(
    settings: WireSettings, place: str, target: Path, *, ecosystem: str, now: datetime
) -> dict[Ecosystem, int]:
    """Take up a list (a path or an address) and return how many names it has, by ecosystem.

    `ecosystem` is whose names those are that stand alone on a line, "" where there are none.
    Raises TargetError when it cannot be read, WireError, and BuildError; what was there stays.
    """
    names = parse_well_known(_content(settings, place), place, ecosystem)
    with building(target, anew=False) as builder:
        builder.take_known(names, now.isoformat(timespec="seconds"))
    return {one: len(told) for one, told in names.items()}


def parse_well_known(content: bytes, place: str, ecosystem: str) -> Names:
    """Read a list: a name a line, or an ecosystem, a space, tab or comma, and a name.

    Empty lines and what stands behind a "#" at the beginning of a word are passed over. Raises
    TargetError.
    """
    usual = ecosystem_named(ecosystem) if ecosystem else None
    if ecosystem and usual is None:
        raise TargetError(f"{ecosystem}: there is no such ecosystem", hint="names are OSV's: PyPI")
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise TargetError(f"{place}: it is no text in utf-8") from error
    names: Names = defaultdict(set)
    for number, line in enumerate(lines, 1):
        text = re.sub(r"(?:\A|\s)#.*", "", line).strip()
        if not text:
            continue
        found, name = _told(text, usual)
        if found is None:
            raise TargetError(
                f"{place}:{number}: it names no ecosystem",
                hint="write `PyPI requests`, or say by --ecosystem whose names all are",
            )
        if len(name) > LONGEST_NAME or not re.fullmatch(r"[!-~]+", name):
            raise TargetError(f"{place}:{number}: this is no name of a package")
        names[found].add(normal_name(found, name).lower())
    if sum(map(len, names.values())) > MOST_NAMES:
        raise TargetError(f"{place}: it has more than {MOST_NAMES:,} names")
    if not names:
        raise TargetError(f"{place}: it has no names")
    return names


def _told(text: str, usual: Ecosystem | None) -> tuple[Ecosystem | None, str]:
    """Return ecosystem and name of a line; names of ecosystems may have spaces."""
    for between in _BETWEEN.finditer(text):
        found = ecosystem_named(text[: between.start()].strip())
        if found is not None:
            return found, text[between.end() :].strip()
    return usual, text


def _content(settings: WireSettings, place: str) -> bytes:
    if not _ADDRESS.match(place):
        try:
            with Path(place).open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as error:
            raise TargetError(f"{place}: {reason_of(error)}") from error
        if len(content) > LARGEST:
            raise TargetError(f"{place}: it is larger than {LARGEST >> 20} MiB")
        return content
    with tempfile.TemporaryDirectory(prefix="seawall-") as folder:
        file_there = Path(folder, "names")
        download(settings, place, file_there, hosts=frozenset(), named=True, limit=LARGEST)
        return file_there.read_bytes()
