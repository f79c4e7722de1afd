"""Plans what mends packages: which manifests ask for more, which lockfiles are made anew."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from seawall.advisories.versions import compare
from seawall.engines.deps.advice import is_same_line
from seawall.engines.deps.composition import Member
from seawall.engines.deps.fix.requirement import allows
from seawall.engines.deps.fix.tools import Tool, Wanted, is_lock, source_of, tool_of
from seawall.model.advisory import Match, Query
from seawall.model.inventory import Ecosystem, Inventory, Package, Read
from seawall.parse.lock import FOREIGN, SYSTEM, format_of, is_installed

Weakness = tuple[Member, Match]


class Rise(Struct, frozen=True, kw_only=True):
    """A package of a manifest that shall ask for another version."""

    path: str
    place: int
    """In the inventory of the file."""
    name: str
    ecosystem: Ecosystem
    version: str
    """The one that is in use."""
    target: str


class Relock(Struct, frozen=True, kw_only=True):
    """A lockfile that is to be made anew by its tool."""

    path: str
    tool: Tool | None
    wanted: tuple[Wanted, ...]
    """Packages that it has to take in another version, beyond what manifests now ask for."""
    edited: tuple[str, ...] = ()
    """Names of those of which a manifest asks for more now."""


class Blocked(Struct, frozen=True, kw_only=True):
    """A package that comes with another one, which shuts out the version without a weakness."""

    path: str
    """Of the lockfile."""
    package: Package
    target: str
    parent: Package
    constraint: str
    """What the parent allows."""


class Left(Struct, frozen=True, kw_only=True):
    """A package of a file that is not mended, and why."""

    path: str
    package: Package
    reason: str


class Plan(Struct, kw_only=True):
    """What is to be done."""

    rises: list[Rise] = []
    relocks: list[Relock] = []
    blocked: list[Blocked] = []
    left: list[Left] = []


def make_plan(
    weaknesses: Sequence[Weakness],
    targets: Mapping[Query, str],
    inventories: Mapping[str, Inventory],
    read: Read,
) -> Plan:
    """Plan the least that leads to the versions wanted. `targets` names those that there are."""
    planner = _Planner(targets, inventories, read)
    done: set[tuple[str, str, Query]] = set()
    for member, match in weaknesses:
        named = member.path, member.package.id, match.query
        if named not in done:
            done.add(named)
            planner.add(member, match)
    return planner.plan()


class _Planner:
    def __init__(
        self, targets: Mapping[Query, str], inventories: Mapping[str, Inventory], read: Read
    ) -> None:
        self._targets, self._inventories, self._read = targets, inventories, read
        self._plan = Plan()
        self._rises: dict[tuple[str, int], Rise] = {}
        self._wanted: dict[str, dict[str, Wanted]] = defaultdict(dict)
        self._edited: dict[str, dict[str, None]] = defaultdict(dict)

    def plan(self) -> Plan:
        """Return what was planned in all."""
        self._plan.rises = list(self._rises.values())
        for path in sorted({*self._wanted, *self._edited}):
            tool = tool_of(format_of(path), path, self._read)
            edited = tuple(self._edited[path])
            # Some take up by words of their own what manifests ask for now.
            taken = edited if tool is not None and tool.edited else ()
            wanted = tuple(one for one in self._wanted[path].values() if one.name not in taken)
            self._plan.relocks.append(Relock(path=path, tool=tool, wanted=wanted, edited=edited))
        return self._plan

    def add(self, member: Member, match: Match) -> None:
        """Plan what mends one package where it stands."""
        package, path = member.package, member.path
        target = self._targets.get(match.query, "")
        if not target:
            return
        format_name = format_of(path)
        if "!/" in path or package.layer or is_laid_down(path):
            self._leave(member, "it is installed there: what it is built from says its version")
        elif is_lock(format_name):
            self._lock(member, target)
        elif format_name == "requirements" and source_of(path, self._read):
            # It is compiled: the file that it is made from says what is asked for.
            self._lock(member, target)
        elif package.hashed and format_name == "github_workflow":
            told = f"it is pinned to a commit: write the one of {target}, and the version beside it"
            self._leave(member, told)
        elif package.hashed and format_name == "requirements":
            told = "digests are written beside it, which only the registry knows of another version"
            self._leave(member, f"{told}: write {package.name}=={target} with its digests")
        else:
            self._rise(path, package, package.version, target)

    def _leave(self, member: Member, reason: str) -> None:
        self._plan.left.append(Left(path=member.path, package=member.package, reason=reason))

    def _rise(self, path: str, package: Package, version: str, target: str) -> None:
        place = _place_of(self._inventories[path], package)
        known = self._rises.get((path, place))
        if known is not None and not is_higher(package.ecosystem, target, known.target):
            return
        self._rises[path, place] = Rise(
            path=path,
            place=place,
            name=package.name,
            ecosystem=package.ecosystem,
            version=version,
            target=target,
        )
        if format_of(path) == "go_mod" and self._read(_beside(path, "go.sum")) is not None:
            self._edited[path][package.name] = None

    def _lock(self, member: Member, target: str) -> None:
        package, path = member.package, member.path
        askers = list(self._askers(path, package))
        if not askers:
            self._transitive(member, target)
            return
        for other, asked in askers:
            if asked.requirement and not allows(asked.requirement, target, asked.ecosystem):
                self._rise(other, asked, package.version, target)
                self._edited[path][package.name] = None
            self._want(path, package, target)

    def _transitive(self, member: Member, target: str) -> None:
        package, path = member.package, member.path
        allowed = allows(member.constraint, target, package.ecosystem) if member.way else None
        if allowed is False:
            parent = member.way[-1]
            self._plan.blocked.append(
                Blocked(
                    path=path,
                    package=package,
                    target=target,
                    parent=parent,
                    constraint=member.constraint,
                )
            )
            # A newer one of those that bring it may let it in.
            for one in dict.fromkeys((member.way[0], parent)):
                self._want(path, one, "")
        else:
            self._want(path, package, target)

    def _want(self, path: str, package: Package, target: str) -> None:
        known = self._wanted[path].get(package.id)
        if known is None or (
            target and (not known.target or is_higher(package.ecosystem, target, known.target))
        ):
            self._wanted[path][package.id] = Wanted(
                name=package.name, version=package.version, target=target
            )

    def _askers(self, lock: str, package: Package) -> Iterator[tuple[str, Package]]:
        """Yield the manifests of a lockfile that ask for a package themselves."""
        for path in self._manifests(lock):
            for one in self._inventories[path].packages:
                is_same = (one.ecosystem, one.name) == (package.ecosystem, package.name)
                if is_same and one.direct is not False and one.origin == "registry":
                    yield path, one

    def _manifests(self, lock: str) -> Iterator[str]:
        """Yield the manifests that a lockfile is made of: beside it, and those of its members."""
        kind = format_of(lock)
        if kind == "requirements":
            yield from (one for one in (source_of(lock, self._read),) if one in self._inventories)
            return
        folder = posixpath.dirname(lock)
        locks = [one for one in self._inventories if format_of(one) == kind]
        for path in sorted(self._inventories):
            format_name = format_of(path)
            if is_lock(format_name) or format_name == "requirements" or is_laid_down(path):
                continue
            if _nearest(path, locks) == folder:
                yield path


def is_laid_down(path: str) -> bool:
    """Tell whether a file lies where an installer put it."""
    return is_installed(path) or format_of(path) in SYSTEM or FOREIGN.search(path) is not None


def is_higher(ecosystem: Ecosystem, version: str, other: str) -> bool:
    """Tell whether a version comes behind another one."""
    return compare(ecosystem, version, other) > 0


def _place_of(inventory: Inventory, package: Package) -> int:
    named = package.ecosystem, package.name, package.line, package.marker
    for place, one in enumerate(inventory.packages):
        same = (one.ecosystem, one.name, one.line, one.marker) == named
        if same and (one.version, one.key) == (package.version, package.key):
            return place
    return len(inventory.packages)


def _nearest(path: str, locks: Iterable[str]) -> str | None:
    """Return the folder of the lockfile that is nearest above a manifest."""
    folders = {posixpath.dirname(one) for one in locks}
    folder = posixpath.dirname(path)
    while folder not in folders:
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    return folder


def _beside(path: str, name: str) -> str:
    return posixpath.join(posixpath.dirname(path), name)


def is_line_left(ecosystem: Ecosystem, version: str, fixed: Sequence[str]) -> bool:
    """Tell whether all versions without a weakness are of another line than the present one."""
    return bool(fixed) and not any(is_same_line(ecosystem, version, one) for one in fixed)
