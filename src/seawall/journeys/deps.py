"""The composition engine as the journeys use it: what a target stands on, judged as a whole."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from seawall.advisories.database import AdvisoryDatabase, DatabaseError
from seawall.config import DepsSection
from seawall.core.errors import SeawallError
from seawall.core.facts import Component
from seawall.core.finding import Finding
from seawall.core.location import place
from seawall.core.report import Problem, ProblemKind
from seawall.engines.deps.engine import NOTHING, Composition, DepsEngine
from seawall.engines.deps.registries.choice import choose
from seawall.engines.deps.trust.case import Case
from seawall.journeys.examine import Examined
from seawall.journeys.files import Side, TargetFiles
from seawall.journeys.images import ImageReader
from seawall.model.inventory import Ecosystem, Inventory
from seawall.model.trust import LicencePolicy, TrustWishes
from seawall.rules.deps import RULES, load_trust, load_usage
from seawall.source.cache import cache_folder
from seawall.source.file import Entry

if TYPE_CHECKING:
    # What speaks to the network is loaded only when it is asked for.
    from seawall.journeys.registries import Registries
    from seawall.wire.http import WireSettings

FILE = "advisories.sqlite"
"""In the folder of caches, where nothing else is named."""


class Advisories(Struct, frozen=True, kw_only=True):
    """Where advisories are taken from."""

    file: Path | None = None
    """The database of `seawall db update`: of its well-known names also where the API is asked."""
    api: "WireSettings | None" = None
    """How OSV's API is asked in its place; it is told names and versions of packages."""


class DepsExamination(Struct, kw_only=True):
    """What the engine has to say about what a target stands on."""

    findings: list[Finding] = []
    facts: list[Component] = []
    problems: list[Problem] = []
    no_texts: set[str] = set()
    """Paths of what only this engine reads: archives, databases, programs, images."""

    def add_to(self, examined: Examined, entries: Iterable[Entry]) -> None:
        """Put the findings beside those of the other engines."""
        by_path = {entry.path: entry for entry in entries}
        for finding in self.findings:
            span = place(finding.location)
            # What lies in an image stands where the image does.
            path = span.path.partition("!/")[0] if span is not None else ""
            entry = by_path.get(path.partition("!")[0] if path not in by_path else path)
            if entry is not None:
                examined.found.append((entry, finding))
        for path in self.no_texts & by_path.keys():
            examined.take_back(by_path[path])
        examined.problems += self.problems
        examined.finish()


def advisories_file(environment: Mapping[str, str], named: str = "") -> Path | None:
    """Return where the database of advisories is: as named, else by the environment."""
    named = named or environment.get("SEAWALL_ADVISORIES", "")
    if named:
        return Path(named)
    folder = cache_folder(environment)
    return folder / FILE if folder is not None else None


def load_deps_engine(cache_folder: Path | None = None) -> DepsEngine:
    """Make the engine; `cache_folder` keeps its tables decoded for the next start."""
    usage = partial(load_usage, cache_folder)
    return DepsEngine(RULES, load_trust(cache_folder), "rules-3", usage)


def examine_deps(
    engine: DepsEngine,
    entries: Iterable[Entry],
    side: Side,
    *,
    advisories: Advisories,
    section: DepsSection,
    today: date,
    change: bool = False,
    images: ImageReader | None = None,
    registries: "Registries | None" = None,
) -> DepsExamination:
    """Ask the engine about a target; `change` says that it is one side of a change.

    `images` reads the container images in it; with `registries` these are asked too.
    """
    files = TargetFiles(entries, side)
    inventories = read_inventories(engine, files)
    problems: list[Problem] = []
    if images is not None:
        found = images.read(files.paths)
        inventories |= found.inventories
        problems = found.problems
        files.no_texts |= found.files
    composition = engine.compose(inventories, files.place(""))
    problems += composition.problems
    examination = DepsExamination(
        facts=composition.components, problems=problems, no_texts=files.no_texts
    )
    has_versions = any(member.package.version for member in composition.members)
    if has_versions or (composition.members and _is_there(advisories)):
        _judge(engine, composition, files, advisories, section, today, examination)
    if composition.inventories:
        wishes = wishes_of(section)
        case = engine.case(
            composition,
            wishes,
            files.paths,
            files.read,
            today=today,
            change=change,
            known=_known_names(advisories),
        )
        if registries is not None:
            case = _asked(case, registries, section, examination)
        examination.findings += engine.doubt(case)
    return examination


def _is_there(advisories: Advisories) -> bool:
    """Whether there is a database, which knows of some packages that no version of them is safe."""
    return advisories.api is None and advisories.file is not None and advisories.file.is_file()


def _known_names(advisories: Advisories) -> Mapping[Ecosystem, frozenset[str]]:
    """Return the lists of names that were taken up; what is wrong with the database is told."""
    if advisories.file is not None:
        with (
            contextlib.suppress(DatabaseError),
            AdvisoryDatabase.open(advisories.file) as database,
        ):
            return database.known_names()
    return {}


def _asked(
    case: Case, registries: "Registries", section: DepsSection, examination: DepsExamination
) -> Case:
    """Return a case with what registries answer; what they do not is a problem."""
    from seawall.journeys.registries import REGISTRIES, ask_registries

    questions, kept = choose(case, frozenset(REGISTRIES), every=registries.which == "all")
    said, problems = ask_registries(
        registries, questions, partial=section.without_advisories == "error"
    )
    examination.problems += problems
    if kept:
        packages = "1 package" if kept == 1 else f"{kept:,} packages"
        examination.problems.append(
            Problem(
                kind=ProblemKind.ENGINE,
                message=f"no registry was asked about {packages}: they are internal, or files here "
                "name another registry for them",
                engine="deps",
            )
        )
    return replace(case, said=said)


def wishes_of(section: DepsSection) -> TrustWishes:
    """Return what a configuration says of trust in packages."""
    licences = section.licences
    return TrustWishes(
        internal=section.internal,
        ask_internal=section.ask_internal,
        oldest_release=section.oldest_release,
        require_hashes=section.require_hashes,
        licences=LicencePolicy(allow=licences.allow, deny=licences.deny, review=licences.review),
    )


def read_inventories(engine: DepsEngine, files: TargetFiles) -> dict[str, Inventory]:
    """Return what each file that names packages says: texts, archives, databases, programs."""
    inventories: dict[str, Inventory] = {}

    def read(path: str) -> bytes | None:
        return files.read_any(path, engine.largest + 1)

    for path in files.paths:
        place = files.place(path)
        # Whoever names one file may call it as he likes.
        is_list = engine.wants(place) or (
            len(files.paths) == 1 and engine.wants_inventory(read(path) or b"")
        )
        if is_list:
            content = read(path)
        elif engine.may_be_program(path, files.size(path)) and engine.wants_program(
            files.start(path, engine.start)
        ):
            content = files.read_program(path, engine.largest, engine.mark)
        else:
            continue
        if content:
            inventory = engine.read_inventory(path, content, read, place=place)
            if inventory != NOTHING or engine.wants(place):
                inventories[path] = inventory
    return engine.settle_folder(inventories)


def empty_lists(engine: DepsEngine, paths: Iterable[str]) -> list[Problem]:
    """Return what is told of files without content, which nobody reads, that list packages."""
    return [
        problem
        for path in paths
        if engine.wants(path)
        for problem in engine.read_inventory(path, b"", lambda _: None).problems
    ]


def _judge(
    engine: DepsEngine,
    composition: Composition,
    files: TargetFiles,
    advisories: Advisories,
    section: DepsSection,
    today: date,
    examination: DepsExamination,
) -> None:
    """Add the findings; without advisories nobody may think that there are none."""
    by_api = advisories.api is not None
    examination.problems += _unasked(*engine.unasked(composition.members, by_api=by_api))
    try:
        with _opened(advisories, composition, today) as database:
            if advisories.api is None:
                examination.problems += _age(database, section, today)
                unknown = engine.unknown(composition.members, database)
                examination.problems += _untold(unknown, section)
            examination.findings = engine.judge(
                composition.members, database, files.paths, files.read
            )
    except SeawallError as error:
        examination.problems.append(
            Problem(
                kind=ProblemKind.ENGINE,
                message=f"packages were not looked up: {error}",
                engine=engine.name,
                partial=section.without_advisories == "error",
                hint=error.hint,
            )
        )


@contextlib.contextmanager
def _opened(
    advisories: Advisories, composition: Composition, today: date
) -> Iterator[AdvisoryDatabase]:
    """Open the database, or make one of what the API says. Raises DatabaseError and WireError."""
    if advisories.api is None:
        if advisories.file is None:
            raise DatabaseError("there is no place for a database of advisories")
        with AdvisoryDatabase.open(advisories.file) as database:
            yield database
        return
    from seawall.journeys.advisories import take_from_api

    with tempfile.TemporaryDirectory(prefix="seawall-") as folder:
        place = Path(folder, FILE)
        now = datetime.combine(today, time(), tzinfo=UTC)
        take_from_api(advisories.api, composition.questions, place, now=now)
        with AdvisoryDatabase.open(place) as database:
            yield database


def _unasked(commits: int, strange: Mapping[str, int]) -> Iterator[Problem]:
    """Tell of which packages no advisories could be asked for."""
    if commits:
        packages = "1 package was" if commits == 1 else f"{commits:,} packages were"
        yield Problem(
            kind=ProblemKind.ENGINE,
            message=f"{packages} not looked up: taken at a commit or branch, which advisories do "
            "not name",
            engine="deps",
        )
    if strange:
        count = sum(strange.values())
        packages = "1 package was" if count == 1 else f"{count:,} packages were"
        names = ", ".join("others" if one == "generic" else one for one in strange)
        yield Problem(
            kind=ProblemKind.ENGINE,
            message=f"{packages} not looked up: there are no advisories about these ({names})",
            engine="deps",
        )


def _untold(unknown: Mapping[str, int], section: DepsSection) -> Iterator[Problem]:
    """Tell of which packages the database cannot know anything."""
    for name, count in unknown.items():
        packages = "1 package was" if count == 1 else f"{count:,} packages were"
        yield Problem(
            kind=ProblemKind.ENGINE,
            message=f"the database has no advisories about {name}: {packages} not looked up",
            engine="deps",
            partial=section.without_advisories == "error",
            hint="`seawall db update --ecosystem NAME,...` takes them",
        )


def _age(database: AdvisoryDatabase, section: DepsSection, today: date) -> list[Problem]:
    """Tell when the advisories are older than they may be."""
    updated = database.status().updated
    if not updated:
        return [
            Problem(
                kind=ProblemKind.ENGINE,
                message="no advisories were ever taken: no weakness of any package is known",
                engine="deps",
                partial=section.without_advisories == "error",
                hint="`seawall db update` takes them",
            )
        ]
    try:
        day = datetime.fromisoformat(updated).astimezone(UTC).date()
    except ValueError:
        day = date.min
    age = (today - day).days
    if age <= section.oldest_advisories:
        return []
    return [
        Problem(
            kind=ProblemKind.ENGINE,
            message=f"the advisories are {age} days old: what came since is not known",
            engine="deps",
            partial=section.without_advisories == "error",
            hint="`seawall db update` renews them; `[deps] oldest-advisories` is in days",
        )
    ]
