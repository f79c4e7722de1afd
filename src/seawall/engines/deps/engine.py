"""The composition engine: reads what names packages, and tells what is known of them."""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from seawall.advisories.database import AdvisoryDatabase
from seawall.advisories.names import is_at_osv, publisher_key
from seawall.core.errors import UNFORESEEN, ParseError
from seawall.core.facts import Component
from seawall.core.finding import Finding
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Rule
from seawall.engines.deps.advice import clean_versions
from seawall.engines.deps.composition import Member, compose
from seawall.engines.deps.findings import matched
from seawall.engines.deps.fix.plan import Weakness
from seawall.engines.deps.system import is_brought_by_system, settle, settle_below
from seawall.engines.deps.trust import (
    licences,
    near,
    notices,
    pinning,
    runtimes,
    scripts,
    sources,
    upkeep,
)
from seawall.engines.deps.trust.case import Case
from seawall.engines.deps.trust.names import near_names
from seawall.model.advisory import Match, Query
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.model.purl import purl_of
from seawall.model.trust import KnownNames, TrustTables, TrustWishes
from seawall.model.usage import UsageTables
from seawall.parse.executable import GO_RECORD
from seawall.parse.inventory_form import inventory_form_of
from seawall.parse.lock import (
    BESIDE,
    LARGEST,
    SMALLEST_PROGRAM,
    START,
    SYSTEM,
    format_of,
    format_of_content,
    is_installed,
    is_named_as_program,
    read_list,
)

Read = Callable[[str], bytes | None]

_COMMIT = re.compile(r"(?=\d*[a-f])[0-9a-f]{7,64}")
_RELEASE = re.compile(r"v?\d+(?:\.\d+)*(?:[-+].*)?\Z", re.IGNORECASE)
_MOVED = re.compile(r"v?\d+(?:\.\d+)?", re.IGNORECASE)

NOTHING = Inventory()
"""What a file says that names no packages."""

OTHERS_AT_PYPI = frozenset(
    (
        "bzip2 curl ffmpeg gdb git go jpeg libpng libxml2 mysql nginx nodejs openjdk openssl perl"
        " php postgresql python r ruby rust snappy sqlite tar tk wget xz zlib zstd"
        # The server of the default channel; the client is "redis-py".
        " redis"
    ).split()
)
"""Packages of conda by whose name PyPI has something else."""

QUESTIONS = (notices, upkeep, runtimes, near, sources, pinning, scripts, licences)
"""What is asked about the trust in packages, each a sister of `trust`."""


class Composition(Struct, kw_only=True):
    """What a target stands on."""

    members: list[Member] = []
    inventories: dict[str, Inventory] = {}
    """By path of the file."""
    problems: list[Problem] = []

    @property
    def components(self) -> list[Component]:
        """What other engines and reports are told."""
        return [member.component() for member in self.members]

    @property
    def questions(self) -> list[tuple[str, str, str]]:
        """Ecosystem, name and version of what OSV's API is asked about, each once."""
        packages = (
            one.package
            for one in self.members
            if is_at_osv(_asked_ecosystem(one.package)) and _asked_version(one.package)
        )
        return list(
            dict.fromkeys(
                (
                    _told_ecosystem(one),
                    one.source_name or one.name,
                    one.source_version or _asked_version(one),
                )
                for one in packages
            )
        )


class DepsEngine:
    """Finds packages with published weaknesses, and others that are better avoided."""

    name = "deps"
    start = START
    """Bytes of a file that are enough to know a program."""
    largest = LARGEST
    """Bytes of a file that are read at the most."""
    mark = GO_RECORD
    """With what a program that is larger tells of itself, from there on."""

    def __init__(
        self,
        rules: Iterable[Rule],
        tables: TrustTables,
        digest: str,
        usage: Callable[[], UsageTables] = UsageTables,
    ) -> None:
        """`usage` is read when the first package has a weakness."""
        self.rules = tuple(rules)
        self._tables = tables
        self._read_usage = usage
        self._by_id = {rule.id: rule for rule in self.rules}
        self.digest = f"{digest}:deps-3"

    @functools.cached_property
    def _usage(self) -> UsageTables:
        return self._read_usage()

    def instead_of(self, package: Package) -> str:
        """Return what to take in the place of a package, "" where nobody says."""
        return self._usage.replaced.get(package.ecosystem, {}).get(package.name, "")

    def wants(self, path: str) -> bool:
        """Whether a file names packages."""
        return bool(format_of(path))

    def may_be_program(self, path: str, size: int) -> bool:
        """Whether it is worth a look if a file is a program; `size` is -1 where it is not known."""
        return (size < 0 or size >= SMALLEST_PROGRAM) and is_named_as_program(path)

    def wants_in_image(self, path: str) -> bool:
        """Whether a file of a container image names what is installed there."""
        return is_installed(path) or format_of(path) in SYSTEM

    def wants_program(self, start: bytes) -> bool:
        """Whether a file of any name tells by its first bytes that it may name packages."""
        return bool(format_of_content(start))

    def wants_inventory(self, content: bytes) -> bool:
        """Whether a file of any name tells what another tool found."""
        return bool(inventory_form_of(content))

    def reads_in_image(self, path: str) -> bool:
        """Whether a file of a container image is read: also what parsers look up beside it."""
        return path.endswith(BESIDE) or self.wants_in_image(path)

    def settle_image(self, inventories: Mapping[str, Inventory]) -> dict[str, Inventory]:
        """Return what the files of one image say, by what its system tells of itself.

        What the system's packages bring of a language stays, as the system's own.
        """
        return settle(inventories)

    def settle_folder(self, inventories: Mapping[str, Inventory]) -> dict[str, Inventory]:
        """Return what the files of a target say; systems may lie in it, each with its own root."""
        return settle_below(inventories)

    def read_inventory(
        self, path: str, content: bytes, read: Read, *, place: str = ""
    ) -> Inventory:
        """Return what one file says; a file that is broken says a problem.

        `place` is its path with more before it that may tell what it is.
        """
        if len(content) > LARGEST:
            words = f"not read: it is larger than {LARGEST >> 20} MiB"
            return _failed(path, words, ProblemKind.TOO_LARGE)
        try:
            file = ListFile(path=path, content=content, read=read)
            return read_list(file, place or path)
        except ParseError as error:
            return _failed(path, f"not read: {error}", ProblemKind.PARSE, error.line)
        except UNFORESEEN as error:
            words = f"the {self.name} engine failed here ({type(error).__name__})"
            return _failed(path, words, ProblemKind.ENGINE, partial=True)

    def compose(self, inventories: Mapping[str, Inventory], around: str = "") -> Composition:
        """Join what the files say; `around` is where the target lies: "node_modules/", or ""."""
        return Composition(
            members=compose(inventories, around),
            inventories=dict(inventories),
            problems=[one for inventory in inventories.values() for one in inventory.problems],
        )

    def unknown(self, members: Iterable[Member], database: AdvisoryDatabase) -> dict[str, int]:
        """Return of which ecosystems and releases nothing is in a database, with their packages.

        Raises DatabaseError when the database is broken.
        """
        asked = Counter(
            (publisher_key(_query(member.package)), _told_ecosystem(member.package))
            for member in members
            if _asked_version(member.package)
        )
        return {
            name: count
            for (publisher, name), count in sorted(asked.items())
            if publisher and not database.knows(publisher)
        }

    def unasked(
        self, members: Iterable[Member], *, by_api: bool = False
    ) -> tuple[int, dict[str, int]]:
        """Return how many packages no advisories can be asked about, each counted once.

        The first are those at a commit or branch, then by ecosystem those of which nobody publishes
        any, or none that OSV's API knows.
        """
        strange: Counter[str] = Counter()
        packages = {purl_of(one.package): one.package for one in members}
        commits = 0
        for package in packages.values():
            if package.origin in ("path", "workspace") or is_brought_by_system(package):
                continue
            ecosystem = _asked_ecosystem(package)
            is_asked = is_at_osv(ecosystem) if by_api else publisher_key(_query(package))
            if not is_asked and package.version:
                strange[str(ecosystem)] += 1
            elif not _asked_version(package) and (package.version or package.origin == "git"):
                commits += 1
        return commits, dict(sorted(strange.items()))

    def weaknesses(self, members: Iterable[Member], database: AdvisoryDatabase) -> list[Weakness]:
        """Return each package with each weakness that it has. Raises DatabaseError."""
        places = _by_question(members)
        matches = database.match(list(places))
        return [(member, match) for match in matches for member in _held(match, places)]

    def judge(
        self,
        members: Iterable[Member],
        database: AdvisoryDatabase,
        paths: Sequence[str],
        read: Read,
    ) -> list[Finding]:
        """Return the findings about packages, in the order of the packages.

        `paths` are those of all files of the target: how far a package is used is read there.
        Raises DatabaseError when the database is broken.
        """
        members = list(members)
        places = _by_question(members)
        matches = database.match(list(places))
        unsettled = _without_version(members)
        matches += database.harmful(list(unsettled))
        places |= unsettled
        if not matches:
            return []
        # What reads the languages of programs is loaded when the first package has a weakness.
        from seawall.engines.deps.exposure.level import Exposures

        best = clean_versions(database, matches)
        exposures = Exposures(paths, read, self._usage)
        exposures.look(
            [(member, match) for match in matches for member in _held(match, places)], members
        )
        findings: dict[tuple[str, str, str], Finding] = {}
        for match in matches:
            query = match.query
            for member in _held(match, places):
                key = (member.path, query.name + "@" + query.version, match.advisory.id)
                if key not in findings:
                    findings[key] = matched(
                        member,
                        match,
                        self._by_id,
                        exposures.tell(member, match),
                        best=best.get(query),
                        instead=self.instead_of(member.package),
                    )
        return list(findings.values())

    def case(
        self,
        composition: Composition,
        wishes: TrustWishes,
        paths: Sequence[str],
        read: Read,
        *,
        today: date,
        change: bool = False,
        known: Mapping[Ecosystem, frozenset[str]] = {},
    ) -> Case:
        """Return what questions about trust are asked of.

        `paths` are those of all files of the target; `change` tells that of what is found only the
        part is told in the end that a change brings; names that are `known` stand in place of the
        engine's own of their ecosystems.
        """
        tables = dict(self._tables.known)
        for ecosystem, names in known.items():
            own = tables.get(ecosystem, KnownNames(names=frozenset()))
            tables[ecosystem] = KnownNames(names=names, neighbours=own.neighbours)
        met = {member.package.ecosystem for member in composition.members} & tables.keys()
        return Case(
            members=composition.members,
            inventories=composition.inventories,
            paths=paths,
            read=read,
            near=near_names({one: tables[one] for one in sorted(met)}),
            builders={one: table.builders for one, table in self._tables.known.items()},
            ends=self._tables.ends,
            wishes=wishes,
            rules=self._by_id,
            instead_of=self.instead_of,
            today=today,
            change=change,
        )

    def doubt(self, case: Case) -> list[Finding]:
        """Return what makes packages and runtimes hard to rely on, without any advisories."""
        found = (finding for question in QUESTIONS for finding in question.find(case))
        return list({(finding.anchor, finding.location): finding for finding in found}.values())


def _by_question(members: Iterable[Member]) -> dict[Query, list[Member]]:
    """Return the packages of which advisories may speak, by what is asked about them."""
    places: dict[Query, list[Member]] = defaultdict(list)
    for member in members:
        if _asked_version(member.package):
            places[_query(member.package)].append(member)
    return places


def _without_version(members: Iterable[Member]) -> dict[Query, list[Member]]:
    """Return the packages of registries that are asked for in no certain version."""
    places: dict[Query, list[Member]] = defaultdict(list)
    for member in members:
        if not member.package.version and member.package.origin == "registry":
            places[_query(member.package)].append(member)
    return places


def _asked_version(package: Package) -> str:
    """Return the version that advisories are asked about; "" where there is none."""
    version = package.version
    if package.origin in ("path", "workspace") or is_brought_by_system(package):
        return ""
    if package.origin == "git" and _COMMIT.fullmatch(version):
        return ""
    if package.ecosystem is Ecosystem.GITHUB_ACTIONS:
        if not _RELEASE.match(version):
            return ""
        if _MOVED.fullmatch(version):
            # "v4" is moved to each release of its kind: it is the newest of them.
            return version + ".999999" * (2 - version.count("."))
    return version


def _told_ecosystem(package: Package) -> str:
    """Return an ecosystem as OSV writes it: "Debian:12"."""
    release = f":{package.distribution}" if package.distribution else ""
    return f"{_asked_ecosystem(package)}{release}"


def _asked_ecosystem(package: Package) -> Ecosystem:
    """Return whose advisories speak of a package.

    Nobody publishes any about conda's: what PyPI publishes by the same name is the same program,
    in the same versions, but for some that are something else there.
    """
    if package.ecosystem is Ecosystem.CONDA and package.name.lower() not in OTHERS_AT_PYPI:
        return Ecosystem.PYPI
    return package.ecosystem


def _query(package: Package) -> Query:
    return Query(
        ecosystem=_asked_ecosystem(package),
        name=package.name,
        version=_asked_version(package),
        distribution=package.distribution,
        source_name=package.source_name,
        source_version=package.source_version,
    )


def _held(match: Match, places: Mapping[Query, Sequence[Member]]) -> list[Member]:
    """Return where a package stands.

    What was published to do harm at PyPI is not conda's, nor what stands in a repository of git.
    """
    return [
        member
        for member in places[match.query]
        if match.advisory.kind == "vulnerability"
        or (
            member.package.ecosystem is not Ecosystem.CONDA
            and (match.advisory.kind != "malicious" or member.package.origin != "git")
        )
    ]


def _failed(
    path: str, words: str, kind: ProblemKind, line: int = 0, *, partial: bool = False
) -> Inventory:
    problem = Problem(
        kind=kind, message=words, path=path, line=line, engine="deps", partial=partial
    )
    return Inventory(problems=(problem,))
