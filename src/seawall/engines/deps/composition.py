"""The packages of a target: those of every file, who asked for them, and by which way."""

import posixpath
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.facts import Component
from seawall.core.location import CodeSpan
from seawall.model.inventory import Ecosystem, Inventory, Package
from seawall.model.purl import purl_of
from seawall.parse.lock import RECORDS, is_laid_down

LONGEST_PATH = 40
"""Packages on the way from the project to one that it needs; what is further is told without."""


LOCKFILES: Mapping[str, tuple[str, ...]] = {
    "pyproject.toml": ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pixi.lock"),
    "Pipfile": ("Pipfile.lock",),
    "package.json": (
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "bun.lockb",
        "deno.lock",
    ),
    "composer.json": ("composer.lock",),
    "Gemfile": ("Gemfile.lock", "gems.locked"),
}
"""By the name of a manifest, the lockfiles that settle it."""

COMPILED = (".txt", ".lock", ".pip")
"""What a list of requirements that ends with ".in" is called when it is compiled, beside it."""


class Member(Struct, frozen=True, kw_only=True):
    """A package as it stands in one file, with what is known of its place in the project."""

    path: str
    """Of the file."""
    package: Package
    direct: bool
    way: tuple[Package, ...] = ()
    """Those that ask for it, from the one that the project names on; () where it is direct."""
    constraint: str = ""
    """What the last one on the way allows of it, as written."""
    requires: tuple[Package, ...] = ()
    """What it needs itself, as far as the file tells."""

    @property
    def span(self) -> CodeSpan:
        """Where it is declared."""
        return CodeSpan(path=self.path, line=max(1, self.package.line))

    @property
    def purl(self) -> str:
        """Its package URL."""
        return purl_of(self.package)

    def component(self) -> Component:
        """Return what other engines and reports are told of it."""
        return Component(
            purl=self.purl,
            scope=self.package.scope,
            direct=self.direct,
            path=tuple(purl_of(one) for one in self.way),
            declared=self.span,
            name=self.package.name,
            version=self.package.version,
            licence=self.package.licence,
            requires=tuple(dict.fromkeys(purl_of(one) for one in self.requires)),
            layer=self.package.layer,
            made_by=self.package.made_by,
        )


def compose(inventories: Mapping[str, Inventory], around: str = "") -> list[Member]:
    """Return the packages of all files, in the order of paths and lines.

    What a lockfile leaves open (who asks for it, for what) is taken from the manifests in its
    folder; what a manifest names, in one version too, and a lockfile settles is told once, by it,
    and so is what was installed by it and found in a folder beside it. `around` is where the target
    lies, as far as it matters: "node_modules/".
    """
    asked = _asked(inventories)
    settled = _Settled(inventories, around)
    members: list[Member] = []
    for path in sorted(inventories):
        inventory = inventories[path]
        manifests = asked.get(posixpath.dirname(path), {})
        packages = [
            _with_scope(package, manifests)
            for package in inventory.packages
            if not settled.has(path, package)
        ]
        members += _placed(path, packages, manifests)
    return members


_Named = tuple[Ecosystem, str]


def _asked(inventories: Mapping[str, Inventory]) -> dict[str, dict[_Named, Package]]:
    """Return what the manifests of each folder ask for."""
    asked: dict[str, dict[_Named, Package]] = defaultdict(dict)
    for path, inventory in inventories.items():
        for package in inventory.packages:
            if package.direct:
                known = asked[posixpath.dirname(path)]
                named = package.ecosystem, package.name
                if named not in known or package.scope == "runtime":
                    known[named] = package
    return asked


class _Settled:
    """What files of a folder or above it say of the versions of packages."""

    def __init__(self, inventories: Mapping[str, Inventory], around: str) -> None:
        self._around = around
        self._versions: dict[str, dict[_Named, set[tuple[str, str]]]] = {}
        """By folder, of each package the files that give it a version, and that."""
        for path, inventory in inventories.items():
            place = around + path
            if is_laid_down(place) and not place.endswith(RECORDS):
                continue
            known = self._versions.setdefault(posixpath.dirname(path), {})
            for package in inventory.packages:
                if package.version:
                    named = package.ecosystem, package.name
                    known.setdefault(named, set()).add((path, package.version))

    def has(self, path: str, package: Package) -> bool:
        """Whether another file than its own tells of a package, so that this one need not."""
        if not package.version or is_laid_down(self._around + path):
            return self._has(path, package)
        if path.endswith(".in"):
            named = package.ecosystem, package.name
            here = self._versions.get(posixpath.dirname(path), {}).get(named, ())
            start = path.removesuffix(".in")
            return any((start + ending, package.version) in here for ending in COMPILED)
        locks = LOCKFILES.get(posixpath.basename(path), ())
        return bool(locks) and self._has(path, package, locks)

    def _has(self, path: str, package: Package, only: Collection[str] = ()) -> bool:
        """Whether another file has it, with `only` one of such a name."""
        named = package.ecosystem, package.name
        folder = posixpath.dirname(path)
        while True:
            for other, version in self._versions.get(folder, {}).get(named, ()):
                if other == path or (only and posixpath.basename(other) not in only):
                    continue
                if not package.version or version == package.version:
                    return True
            if not folder:
                return False
            folder = posixpath.dirname(folder)


def _with_scope(package: Package, manifests: Mapping[_Named, Package]) -> Package:
    """Return a package with the scope that the manifest gives it, where its own file tells none."""
    asked = manifests.get((package.ecosystem, package.name))
    if asked is None or package.direct is not None or package.scope != "runtime":
        return package
    return replace(package, scope=asked.scope, requirement=package.requirement or asked.requirement)


def _placed(
    path: str, packages: list[Package], manifests: Mapping[_Named, Package]
) -> Iterator[Member]:
    """Yield the packages of one file with the shortest way to each."""
    by_id: dict[str, Package] = {}
    for package in packages:
        by_id.setdefault(package.id, package)
    roots = _roots(packages, manifests)
    ways: dict[str, tuple[str, ...]] = dict.fromkeys(roots, ())
    waiting = deque(ways)
    while waiting:
        parent = waiting.popleft()
        way = (*ways[parent], parent)
        if len(way) > LONGEST_PATH or parent not in by_id:
            continue
        for child in by_id[parent].requires:
            if child not in ways:
                ways[child] = way
                waiting.append(child)
    for package in packages:
        way = ways.get(package.id, ())
        parents = tuple(by_id[one] for one in way if one in by_id)
        yield Member(
            path=path,
            package=package,
            direct=package.direct if package.direct is not None else package.id in roots,
            way=parents,
            constraint=_constraint(parents, package),
            requires=tuple(by_id[one] for one in package.requires if one in by_id),
        )


def _roots(packages: Iterable[Package], manifests: Mapping[_Named, Package]) -> list[str]:
    """Return the ids of what the project itself asks for."""
    packages = list(packages)
    told = [package.id for package in packages if package.direct]
    if told:
        return told
    named = [one.id for one in packages if (one.ecosystem, one.name) in manifests]
    if named:
        return named
    # Nobody says: what no other one asks for.
    asked = {child for package in packages for child in package.requires if child != package.id}
    return [package.id for package in packages if package.id not in asked]


def _constraint(way: tuple[Package, ...], package: Package) -> str:
    if not way:
        return package.requirement
    parent = way[-1]
    allowed = dict(zip(parent.requires, parent.constraints, strict=False))
    return allowed.get(package.id, "")
