"""How far each weak package is used: the levels, and what is said of each."""

import posixpath
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from seawall.core.finding import Exposure, Step
from seawall.core.location import CodeSpan
from seawall.engines.deps.composition import Member
from seawall.engines.deps.exposure.homes import homes_of, source_folders
from seawall.engines.deps.exposure.languages import LANGUAGES
from seawall.engines.deps.exposure.names import NameFinder, Names, Read
from seawall.engines.deps.exposure.reading import Weak
from seawall.engines.deps.exposure.survey import (
    Ask,
    LanguageSeen,
    Seen,
    Survey,
    opening_for,
    survey,
)
from seawall.engines.deps.system import SYSTEMS
from seawall.model.advisory import Match
from seawall.model.inventory import Ecosystem
from seawall.model.usage import UsageTables

MOST_NAMED = 4
"""Functions that are told by name."""
_LOOSE = frozenset({Ecosystem.CRATES, Ecosystem.NPM})
"""What is exported elsewhere than where it is made is often named by the place it is made in."""


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a package with one weakness is used, and what there is to say of it."""

    exposure: Exposure
    words: str = ""
    steps: tuple[Step, ...] = ()
    is_reached: bool = False
    """Whether it counts as reached: imported, and nothing speaks against its weak part's use."""


class Weakness(Struct, frozen=True):
    """Which part of a package has a weakness, as far as anybody says."""

    functions: tuple[Weak, ...] = ()
    parts: tuple[str, ...] = ()
    """The packages of a module of Go."""


def weakness_of(match: Match, tables: UsageTables) -> Weakness:
    """Return where a weakness is: what a record names, else what is known here."""
    ecosystem, name = match.query.ecosystem, match.query.name
    if ecosystem is Ecosystem.GO:
        return _of_module(name, match.symbols)
    symbols = [one.split("(")[0].replace("::", ".") for one in match.symbols]
    if not symbols:
        ids = (match.advisory.id, *match.advisory.aliases)
        known = tables.weak.get(ecosystem, {}).get(name, {})
        symbols = [each for one in ids for each in known.get(one, ())]
    return Weakness(tuple(_weak(one, ecosystem, name) for one in dict.fromkeys(symbols)))


def _weak(symbol: str, ecosystem: Ecosystem, package: str) -> Weak:
    kind = symbol.split(".")[-2] if symbol.count(".") > 1 else ""
    is_method = ecosystem is Ecosystem.CRATES and kind[:1].isupper()
    return Weak(
        symbol.removesuffix(".*"),
        kind if is_method else "",
        is_loose=ecosystem in _LOOSE,
        is_part=symbol.endswith(".*"),
        is_package=ecosystem is Ecosystem.NPM and symbol == package,
    )


def _of_module(module: str, symbols: Iterable[str]) -> Weakness:
    functions, parts = [], []
    for symbol in symbols:
        base = module if module not in ("stdlib", "toolchain") else ""
        if base and not symbol.startswith(base):
            continue
        rest = symbol[len(base) :]
        at = rest.find(".", rest.rfind("/") + 1)
        path, name = (symbol, "") if at < 0 else (base + rest[:at], rest[at + 1 :])
        parts.append(path)
        if name:
            kind, dot, _ = name.partition(".")
            functions.append(Weak(f"{path}.{name}", kind if dot else ""))
    # A part that is named without functions is weak as a whole.
    return Weakness(
        tuple(dict.fromkeys(functions)) if len(functions) == len(parts) else (),
        tuple(dict.fromkeys(parts)),
    )


class Exposures:
    """How far the packages of a target are used."""

    def __init__(self, paths: Sequence[str], read: Read, tables: UsageTables) -> None:
        self._paths = paths
        self._read = read
        self._tables = tables
        self._finder = NameFinder(paths, read, tables)
        self._survey = Survey()
        self._names: dict[tuple[Ecosystem, str], Names] = {}
        self._above: dict[tuple[str, str], list[Member]] = {}
        self._lists: dict[tuple[Ecosystem, str], dict[str, bool]] = {}
        """By package, in which files it stands, and whether it is asked for there itself."""
        self._homes: dict[tuple[Ecosystem, str], dict[str, str]] = {}

    def look(self, pairs: Iterable[tuple[Member, Match]], members: Sequence[Member]) -> None:
        """Read the files for all matches at once; `members` are all packages of the target."""
        weak: dict[tuple[Ecosystem, str], tuple[set[Weak], set[str]]] = {}
        wanted: list[Member] = []
        for member, match in pairs:
            named = _named(member)
            if named not in weak:
                weak[named] = set(), set()
            weakness = weakness_of(match, self._tables)
            weak[named][0].update(weakness.functions)
            weak[named][1].update(weakness.parts)
            wanted.append(member)
        self._find_above(wanted, members)
        above = [one for own in self._above.values() for one in own]
        self._find_lists({_named(one) for one in (*wanted, *above)}, members)
        asks: dict[tuple[Ecosystem, str], Ask] = {}
        for member in (*wanted, *above):
            named = _named(member)
            if named in asks or named[0] not in LANGUAGES:
                continue
            functions, parts = weak.get(named, (set(), set()))
            names = self._name(member, sorted(parts))
            asks[named] = Ask(
                ecosystem=named[0],
                name=named[1],
                names=names,
                weak=tuple(sorted(functions, key=lambda one: one.name)),
                parts=frozenset(parts),
                homes=frozenset(self._homes[named].values()),
            )
        modules = {one.package.name for one in members if one.package.ecosystem is Ecosystem.GO}
        modules |= {part for ask in asks.values() if ask.name == "stdlib" for part in ask.parts}
        self._survey = survey(self._paths, self._read, asks.values(), modules)

    def _name(self, member: Member, parts: Sequence[str]) -> Names:
        named = _named(member)
        names = self._finder.names(member.package, member.path)
        if named == (Ecosystem.GO, "stdlib"):
            names = Names(tuple(parts), tuple(part.encode() for part in parts))
        self._names[named] = names
        return names

    def _find_lists(
        self, wanted: Collection[tuple[Ecosystem, str]], members: Iterable[Member]
    ) -> None:
        self._lists = {named: {} for named in wanted}
        for member in members:
            by_path = self._lists.get(_named(member))
            if by_path is not None and member.package.version:
                by_path[member.path] = by_path.get(member.path, False) or member.direct
        sources = {
            ecosystem: source_folders(
                path for path in self._paths if path.endswith(LANGUAGES[ecosystem].suffixes)
            )
            for ecosystem in {named[0] for named in wanted} & LANGUAGES.keys()
        }
        for named, by_path in self._lists.items():
            if named[0] in sources:
                folders = map(posixpath.dirname, by_path)
                self._homes[named] = homes_of(named[0], folders, sources[named[0]])

    def _seen(self, member: Member) -> Seen:
        """Return what was seen of a package as the list of a member brings it."""
        named = _named(member)
        folder = posixpath.dirname(member.path)
        home = self._homes.get(named, {}).get(folder, folder)
        return self._survey.packages.get((*named, home), Seen())

    def _find_above(self, wanted: Iterable[Member], members: Iterable[Member]) -> None:
        """Keep which packages that the project names bring each of these, the nearest first."""
        paths = {member.path for member in wanted}
        parents: dict[str, dict[str, list[Member]]] = defaultdict(lambda: defaultdict(list))
        for member in members:
            if member.path in paths:
                for child in member.requires:
                    parents[member.path][child.id].append(member)
        for member in wanted:
            key = member.path, member.package.id
            if key in self._above:
                continue
            found: list[Member] = []
            waiting, known = deque([member.package.id]), {member.package.id}
            while waiting:
                for parent in parents[member.path].get(waiting.popleft(), ()):
                    if parent.package.id not in known:
                        known.add(parent.package.id)
                        waiting.append(parent.package.id)
                        if parent.direct:
                            found.append(parent)
            self._above[key] = found

    def tell(self, member: Member, match: Match) -> Told:
        """Return how far a package is used that has a weakness."""
        package = member.package
        language = LANGUAGES.get(package.ecosystem)
        if package.ecosystem in SYSTEMS or package.layer or package.origin == "system":
            return Told(exposure=Exposure.PRESENT)
        if language is None:
            return Told(exposure=Exposure.UNKNOWN)
        seen = self._seen(member)
        # Of several versions the one that is asked for is the one that is imported.
        is_own = member.direct or not self._lists[_named(member)].get(member.path)
        if seen.first is not None and is_own:
            weakness = weakness_of(match, self._tables)
            return _imported(package.name, seen, seen.first, weakness, language.names_callers)
        through = self._through(member, tested=False)
        if through is not None:
            return through
        if seen.first is not None:
            return Told(
                exposure=Exposure.NOT_IMPORTED,
                words=f"{seen.first.path} imports another version of it",
            )
        if seen.test is not None and is_own:
            return Told(
                exposure=Exposure.TESTS_ONLY,
                words=f"imported only by tests ({seen.test.path})",
                steps=(_step(package.name, seen.test),),
            )
        return (
            self._doubt(member)
            or self._through(member, tested=True)
            or Told(exposure=Exposure.NOT_IMPORTED, words=_none(seen, self._names[_named(member)]))
        )

    def _through(self, member: Member, *, tested: bool) -> Told | None:
        """Return what is said where a package is imported that brings this one."""
        for parent in self._above.get((member.path, member.package.id), ()):
            seen = self._seen(parent)
            place = seen.test if tested else seen.first
            if place is not None:
                name = parent.package.name
                who = f"only tests import ({place.path})" if tested else f"{place.path} imports"
                return Told(
                    exposure=Exposure.TESTS_ONLY if tested else Exposure.PRESENT,
                    words=f"it comes with {name}, which {who}",
                    steps=(_step(name, place),),
                )
        return None

    def _doubt(self, member: Member) -> Told | None:
        """Return why nothing can be told of a package that no file imports by its name."""
        package = member.package
        language = LANGUAGES[package.ecosystem]
        seen = self._survey.languages.get(package.ecosystem, LanguageSeen())
        words = ""
        steps: tuple[Step, ...] = ()
        if not seen.files:
            words = f"there are no files of {language.title} here that could import it"
        elif not language.is_told:
            words = "whether it is imported cannot be told by its name"
        elif (opened := opening_for(seen, self._names[_named(member)].modules)) is not None:
            opening, place = opened
            words = f"no file here imports it by name; {place.path} {opening.words}"
            steps = (Step(message=f"this {opening.words}", location=place),)
        elif seen.unread:
            words = f"no file here imports it by name; {seen.unread} was not read"
        elif member.direct is False and not member.way and package.ecosystem is Ecosystem.GO:
            words = "no file here imports it itself; which module needs it is not told"
        return Told(exposure=Exposure.UNKNOWN, words=words, steps=steps) if words else None


def _imported(
    name: str, seen: Seen, first: CodeSpan, weakness: Weakness, names_callers: bool
) -> Told:
    """Return what is said of a package that a file of ours imports."""
    if weakness.parts:
        own = [seen.parts[part] for part in weakness.parts if part in seen.parts]
        if not own:
            return Told(
                exposure=Exposure.PRESENT,
                words=(
                    f"{first.path} imports another part of it, and none here the weak one "
                    f"({_listed([_part(name, one) for one in weakness.parts])})"
                ),
                steps=(_step(name, first),),
            )
        first = own[0]
    by_file = f"imported by {first.path}"
    import_step = _step(name, first)
    functions = weakness.functions
    called = [(weak, seen.called[weak]) for weak in functions if weak in seen.called]
    if called:
        steps = [
            Step(message=f"{_short(weak)} is used here", location=place)
            for weak, place in called[:MOST_NAMED]
        ]
        weak, place = called[0]
        return Told(
            exposure=Exposure.CALLED,
            words=f"{_short(weak)} is {'used' if weak.is_part else 'called'} in {place.path}",
            steps=(import_step, *steps),
            is_reached=True,
        )
    words, is_reached = by_file, True
    if functions:
        # Go's others are named by nobody else.
        public = [weak for weak in functions if weak.last[:1].isupper()] if weakness.parts else []
        public = public or list(functions)
        listed = _listed([_short(weak) for weak in public])
        if seen.possible.isdisjoint(functions):
            words = f"{by_file}; its weak {_functions(functions)} not used by name here ({listed})"
            is_reached = not names_callers
        else:
            words = f"{by_file}; whether its weak {_functions(functions)} called is not known"
            words += f" ({listed})"
    return Told(
        exposure=Exposure.IMPORTED, words=words, steps=(import_step,), is_reached=is_reached
    )


def _none(seen: Seen, names: Names) -> str:
    if seen.types is not None:
        return f"imported for its types alone ({seen.types.path})"
    modules = [one for one in names.modules if not one.startswith(("::", ":"))]
    return f"no file here imports it by name ({_listed(modules)})"


def _short(weak: Weak) -> str:
    """Name a function without the path of its package: "html.Parse"."""
    return weak.name.rpartition("/")[2] if not weak.name.startswith("@") else weak.name


def _functions(functions: Sequence[Weak]) -> str:
    return "function is" if len(functions) == 1 else "functions are"


def _part(module: str, path: str) -> str:
    """Name a package of Go within its module."""
    return path.removeprefix(module).lstrip("/") or path


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown


def _step(name: str, place: CodeSpan) -> Step:
    return Step(message=f"{name} is imported here", location=place)


def _named(member: Member) -> tuple[Ecosystem, str]:
    return member.package.ecosystem, member.package.name
