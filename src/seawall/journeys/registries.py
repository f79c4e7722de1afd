"""Asks registries about the packages of a target, where a person said so, and keeps the answers.

Who is asked is said by the environment (`PIP_INDEX_URL`, ...) and never by the target: what its
files name as a registry is not connected to.
"""

import base64
import contextlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit, urlunsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.engines.deps.registries.crates import CRATES
from seawall.engines.deps.registries.goproxy import GOPROXY
from seawall.engines.deps.registries.npm import NPM
from seawall.engines.deps.registries.nuget import NUGET
from seawall.engines.deps.registries.packagist import PACKAGIST
from seawall.engines.deps.registries.pub import PUB
from seawall.engines.deps.registries.pypi import PYPI
from seawall.engines.deps.registries.registry import Answered, RegistryError
from seawall.engines.deps.registries.rubygems import RUBYGEMS
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays, Said
from seawall.wire.http import WireError, WireSettings
from seawall.wire.lines import Lines

REGISTRIES = {
    one.ecosystem: one for one in (PYPI, NPM, CRATES, RUBYGEMS, PACKAGIST, NUGET, GOPROXY, PUB)
}

Which = Literal["direct", "all"]
"""Whether only packages are asked about that the project names itself."""

AT_ONCE = 8
SECONDS = 120.0
"""For all questions of one scan."""
LARGEST = 24 << 20
"""Bytes of one answer."""
FRESH = 86_400
"""Seconds for which an answer holds."""
KEPT = 30 * 86_400
"""Seconds after which one that nobody asked for again is forgotten."""
FILE = "registries.msgpack"
_UNCHANGED = 304


class Place(Struct, frozen=True, kw_only=True):
    """Where a registry is."""

    address: str
    authorization: str = ""
    """What is sent as that header, and only there."""

    @property
    def host(self) -> str:
        """Its host."""
        return (urlsplit(self.address).hostname or "").lower()


class Registries(Struct, frozen=True, kw_only=True):
    """Who is asked, and about what."""

    settings: WireSettings
    which: Which
    places: Mapping[Ecosystem, Place] = {}
    """Those that a person named, in place of the public ones."""
    private: tuple[str, ...] = ()
    """Patterns of Go's modules that nobody is asked about (GOPRIVATE)."""
    cache_folder: Path | None = None


def registries_from(
    environment: Mapping[str, str],
    settings: WireSettings,
    *,
    which: Which,
    cache_folder: Path | None,
) -> Registries:
    """Read from the environment who is asked."""
    places = {}
    for ecosystem, registry in REGISTRIES.items():
        told = next((environment[one] for one in registry.variables if environment.get(one)), "")
        # Go's is a list, of which the first one answers.
        told = told.replace("|", ",").split(",")[0].strip()
        if told in ("direct", "off"):
            places[ecosystem] = Place(address="")
        elif told:
            places[ecosystem] = _place(told)
    private = environment.get("GONOPROXY") or environment.get("GOPRIVATE") or ""
    return Registries(
        settings=settings,
        which=which,
        places=places,
        private=tuple(one.strip() for one in private.split(",") if one.strip()),
        cache_folder=cache_folder,
    )


def ask_registries(
    registries: Registries, questions: Iterable[Question], *, partial: bool
) -> tuple[Said, list[Problem]]:
    """Return what registries answer; what could not be asked is told as problems."""
    open_ones = [one for one in questions if not _is_private(registries, one)]
    said: dict[tuple[Ecosystem, str, str], RegistrySays] = {}
    failures: Counter[tuple[str, str]] = Counter()
    answers = _Answers.load(registries.cache_folder)
    lines = Lines(
        registries.settings,
        hosts=frozenset(urlsplit(one.address).hostname or "" for one in REGISTRIES.values()),
        named=frozenset(place.host for place in registries.places.values()),
        limit=LARGEST,
    )
    asker = _Asker(registries, lines, answers, until=time.monotonic() + SECONDS)
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="registry")
    try:
        for question, got in zip(open_ones, pool.map(asker.ask, open_ones), strict=True):
            if isinstance(got, RegistrySays):
                said[question.ecosystem, question.name, question.version] = got
            else:
                failures[question.ecosystem, got] += 1
    finally:
        pool.shutdown(cancel_futures=True)
        lines.close()
    answers.keep()
    return said, list(_told(failures, partial=partial))


def _told(failures: Mapping[tuple[str, str], int], *, partial: bool) -> Iterator[Problem]:
    for (ecosystem, reason), count in sorted(failures.items()):
        packages = "1 package" if count == 1 else f"{count:,} packages"
        yield Problem(
            kind=ProblemKind.ENGINE,
            message=f"the registry of {ecosystem} was not heard about {packages}: {reason}",
            engine="deps",
            partial=partial,
            hint="what registries say of these is not known; the next scan asks again",
        )


def _is_private(registries: Registries, question: Question) -> bool:
    if question.ecosystem is not Ecosystem.GO:
        return False
    parts = question.name.split("/")
    return any(
        fnmatchcase("/".join(parts[: pattern.count("/") + 1]), pattern)
        for pattern in registries.private
    )


def _place(address: str) -> Place:
    """Return a place without name and password in it: they are sent as a header."""
    parts = urlsplit(address)
    authorization = ""
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + base64.b64encode(pair.encode()).decode()
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
    return Place(address=urlunsplit(bare).rstrip("/"), authorization=authorization)


class _UnchangedError(Exception):
    """The host has nothing newer than what is kept."""


class _Kept(Struct):
    """An answer as it is kept."""

    at: float
    """Seconds since 1970."""
    says: RegistrySays
    stamp: str = ""


class _Answers:
    """Answers of former scans, by question."""

    def __init__(self, file: Path | None, kept: dict[str, _Kept]) -> None:
        self._file = file
        self._kept = kept
        self._now = time.time()
        self._is_new = False

    @classmethod
    def load(cls, folder: Path | None) -> "_Answers":
        """Read them; what cannot be read is not there."""
        if folder is None:
            return cls(None, {})
        kept: dict[str, _Kept] = {}
        with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            kept = msgspec.msgpack.decode((folder / FILE).read_bytes(), type=dict[str, _Kept])
        return cls(folder / FILE, kept)

    def find(self, key: str) -> _Kept | None:
        return self._kept.get(key)

    def is_fresh(self, one: _Kept) -> bool:
        return 0 <= self._now - one.at < FRESH

    def put(self, key: str, says: RegistrySays, stamp: str) -> None:
        self._kept[key] = _Kept(at=self._now, says=says, stamp=stamp)
        self._is_new = True

    def keep(self) -> None:
        """Write them; a cache that cannot be written is no reason to fail."""
        if self._file is None or not self._is_new:
            return
        young = {key: one for key, one in self._kept.items() if self._now - one.at < KEPT}
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.msgpack.encode(young))
            os.replace(part, self._file)


class _Asker:
    """Asks one question after another, from several threads."""

    def __init__(
        self, registries: Registries, lines: Lines, answers: _Answers, *, until: float
    ) -> None:
        self._registries = registries
        self._lines = lines
        self._answers = answers
        self._until = until

    def ask(self, question: Question) -> RegistrySays | str:
        """Return what is answered, or in words why nothing is."""
        registry = REGISTRIES[question.ecosystem]
        place = Place(address=registry.address)
        if not question.public:
            place = self._registries.places.get(question.ecosystem, place)
        if not place.address:
            return "the environment says that none is asked"
        key = _key(question, place)
        known = self._answers.find(key)
        if known is not None and self._answers.is_fresh(known):
            return known.says
        stamps: list[str] = []

        def fetch(address: str, accept: str) -> Answered:
            is_first = not stamps
            return self._fetch(place, address, accept, stamps, known if is_first else None)

        try:
            says = replace(registry.ask(question, place.address, fetch), host=place.host)
        except _UnchangedError:
            assert known is not None
            says, stamps = known.says, [known.stamp]
        except (WireError, RegistryError) as error:
            return str(error)
        except ParseError:
            return "it answered something that cannot be read"
        self._answers.put(key, says, stamps[0] if stamps else "")
        return says

    def _fetch(
        self, place: Place, address: str, accept: str, stamps: list[str], known: _Kept | None
    ) -> Answered:
        if time.monotonic() > self._until:
            raise WireError(f"it took longer than {SECONDS:.0f} seconds in all")
        headers = {"Accept": accept} if accept else {}
        if place.authorization and (urlsplit(address).hostname or "").lower() == place.host:
            headers["Authorization"] = place.authorization
        if known is not None and known.stamp:
            headers["If-None-Match"] = known.stamp
        reply = self._lines.get(address, headers)
        if known is not None and reply.status == _UNCHANGED:
            raise _UnchangedError
        stamps.append(reply.stamp)
        return Answered(status=reply.status, body=reply.body)


def _key(question: Question, place: Place) -> str:
    asked: Sequence[str] = (
        place.address,
        question.ecosystem,
        question.name,
        question.version,
        "licence" if question.licence else "",
        "age" if question.age else "",
    )
    return "\n".join(asked)
