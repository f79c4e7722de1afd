"""What packages are imported as: by tables, by what is installed beside, by how names are made."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.engines.deps.exposure.reading import Import
from seawall.model.inventory import Ecosystem, Package
from seawall.model.usage import UsageTables
from seawall.parse.json import parse_json
from seawall.parse.toml import parse_toml

Read = Callable[[str], bytes | None]

_RECORD = re.compile(r"(?:^|/)(?P<name>[^/]+?)-\d[^/]*\.(?:dist|egg)-info/top_level\.txt\Z")
_MAJOR = re.compile(r"v\d+\b")


class Names(Struct, frozen=True):
    """What one package is imported as."""

    modules: tuple[str, ...]
    keys: tuple[bytes, ...]
    """One of these stands in each file that imports it."""


class NameFinder:
    """Finds what packages are imported as, from what the target itself tells first."""

    def __init__(self, paths: Sequence[str], read: Read, tables: UsageTables) -> None:
        self._paths = paths
        self._read = read
        self._tables = tables
        self._installed: dict[str, tuple[str, ...]] | None = None
        self._renamed: dict[str, set[str]] | None = None
        self._loaded: dict[str, dict[str, tuple[str, ...]]] = {}

    def names(self, package: Package, path: str) -> Names:
        """Return the names of a package that a file names."""
        ecosystem, name = package.ecosystem, package.name
        known = self._tables.modules.get(ecosystem, {}).get(name.lower(), ())
        match ecosystem:
            case Ecosystem.PYPI:
                modules = self._installed_as(name) or known or (re.sub(r"[-.]", "_", name.lower()),)
                return Names(modules, tuple(_bytes(one.rpartition(".")[2]) for one in modules))
            case Ecosystem.NPM:
                alias = package.key.rpartition("node_modules/")[2]
                modules = tuple(dict.fromkeys(one for one in (name, alias) if one))
                return _as_written(modules)
            case Ecosystem.CRATES:
                plain = name.replace("-", "_")
                return _as_written((plain, *sorted(self._crate_names(name) - {plain})))
            case Ecosystem.PACKAGIST:
                modules = self._prefixes(path).get(name.lower(), known)
                return Names(modules, tuple(_bytes(re.split(r"\\", one)[-1]) for one in modules))
            case Ecosystem.MAVEN:
                modules = known or tuple(_of_artifact(name))
                return Names(modules, tuple(_bytes(one) for one in modules))
            case Ecosystem.RUBYGEMS:
                constants = known or _constants(name)
                modules = (name, name.replace("-", "/"), *(f"::{one}" for one in constants))
                return Names(modules, tuple(_bytes(one.removeprefix("::")) for one in modules))
            case Ecosystem.HEX:
                camel = "".join(map(_raised, name.split("_")))
                return _as_written((*(known or (camel,)), f":{name}"))
            case _:
                return _as_written((name,))

    def _installed_as(self, name: str) -> tuple[str, ...]:
        """Return what an installed package of Python says of itself, where it is in the target."""
        if self._installed is None:
            self._installed = {}
            for path in self._paths:
                found = _RECORD.search(path) if path.endswith("/top_level.txt") else None
                if found is not None:
                    told = (self._read(path) or b"").decode("utf-8", "replace").split()
                    key = re.sub(r"[-_.]+", "-", found["name"]).lower()
                    self._installed[key] = tuple(one for one in told if not one.startswith("_"))
        return self._installed.get(re.sub(r"[-_.]+", "-", name).lower(), ())

    def _crate_names(self, name: str) -> set[str]:
        """Return the names that manifests give a crate: `other = { package = "name" }`."""
        if self._renamed is None:
            self._renamed = {}
            for path in self._paths:
                content = self._read(path) if path.endswith("Cargo.toml") else None
                if content is not None and b"package" in content.replace(b"[package", b""):
                    for alias, real in _renamed(content):
                        self._renamed.setdefault(real, set()).add(alias.replace("-", "_"))
        return self._renamed.get(name, set())

    def _prefixes(self, path: str) -> dict[str, tuple[str, ...]]:
        """Return the name spaces that composer.lock tells of its packages."""
        if path not in self._loaded:
            self._loaded[path] = {}
            try:
                table = parse_json(self._read(path) or b"{}")
            except ParseError:
                table = {}
            for part in ("packages", "packages-dev"):
                for row in _rows(table, part):
                    spaces = _spaces(row.get("autoload"))
                    if spaces and isinstance(row.get("name"), str):
                        self._loaded[path][row["name"].lower()] = spaces
        return self._loaded[path]


def belongs(ecosystem: Ecosystem, one: Import, names: Names, others: Collection[str]) -> bool:
    """Whether an import is one of a package; `others` are the names of all packages of Go."""
    module = one.module
    match ecosystem:
        case Ecosystem.PYPI:
            told = [module, *(meaning for _, meaning in one.bound)]
            return any(_is_in(each, name, ".") for name in names.modules for each in told)
        case Ecosystem.GO:
            return any(_is_in(module, name, "/") for name in names.modules) and (
                _module_of(module, others) in names.modules
            )
        case Ecosystem.NPM | Ecosystem.PUB | Ecosystem.RUBYGEMS:
            return any(
                _is_in(module, name, "::" if name.startswith("::") else "/")
                for name in names.modules
            )
        case Ecosystem.PACKAGIST:
            return any(_is_in(module, name, "\\") for name in names.modules)
        case Ecosystem.NUGET:
            return any(_is_in(module.lower(), name.lower(), ".") for name in names.modules)
        case Ecosystem.HEX | Ecosystem.CRATES:
            return module in names.modules
        case _:
            return any(_is_in(module, name, ".") for name in names.modules)


def _is_in(module: str, name: str, joint: str) -> bool:
    return module == name or module.startswith(name + joint)


def _module_of(path: str, modules: Collection[str]) -> str:
    """Return the module of Go that a package's path is of: the longest that is known."""
    at = path
    while at:
        if at in modules:
            rest = path[len(at) + 1 :]
            # Another major version is another module.
            return "" if _MAJOR.match(rest) else at
        at = at.rpartition("/")[0]
    return ""


def _as_written(modules: tuple[str, ...]) -> Names:
    return Names(modules, tuple(map(_bytes, modules)))


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _constants(name: str) -> tuple[str, ...]:
    """Return what a gem is likely to define: "net-imap" → "Net::Imap", "Net::IMAP"."""
    constant = "::".join("".join(map(_raised, part.split("_"))) for part in name.split("-"))
    head, joint, last = constant.rpartition("::")
    return constant, f"{head}{joint}{last.upper()}"


def _raised(word: str) -> str:
    return word[:1].upper() + word[1:]


def _of_artifact(name: str) -> Iterator[str]:
    """Yield the packages of Java that an artifact is likely to hold: "group:artifact"."""
    group, _, artifact = name.partition(":")
    taken = group.split(".")
    words = [word for word in re.split(r"[-.]", artifact) if word]
    rest = [word for word in words if not any(word in part or part in word for part in taken)]
    if not rest:
        yield group if taken[-1] in words else f"{group}.{'.'.join(words)}"
        return
    yield f"{group}.{'.'.join(rest)}"
    if len(taken) > 2:
        yield f"{group.rpartition('.')[0]}.{'.'.join(rest)}"


def _renamed(content: bytes) -> Iterator[tuple[str, str]]:
    try:
        table = parse_toml(content)
    except ParseError:
        return
    waiting: list[Any] = [table]
    while waiting:
        one = waiting.pop()
        for key, value in one.items() if isinstance(one, dict) else ():
            if isinstance(value, dict):
                if isinstance(value.get("package"), str):
                    yield key, value["package"]
                waiting.append(value)


def _rows(table: Any, part: str) -> Iterator[Mapping[str, Any]]:
    rows = table.get(part) if isinstance(table, dict) else None
    yield from (row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict))


def _spaces(autoload: Any) -> tuple[str, ...]:
    told: list[str] = []
    for kind in ("psr-4", "psr-0"):
        table = autoload.get(kind) if isinstance(autoload, dict) else None
        told += (key.strip("\\") for key in (table if isinstance(table, dict) else ()))
    return tuple(one for one in told if one)
