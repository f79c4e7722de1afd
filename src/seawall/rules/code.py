"""Load what the code engine knows: weaknesses, the catalogue, types, propagation, entry points."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from seawall_guard import catalogue
from seawall_guard.catalogue import Catalogue, CatalogueError

from seawall.core.errors import ConfigError
from seawall.core.rule import Rule
from seawall.model.knowledge import Knowledge
from seawall.rules import keep, knowledge
from seawall.rules.tables import check_words, place_of, read_rules, read_table

MAX_PROJECT_BYTES = 1_000_000
"""What a file of a project's own may weigh."""

_FOLDERS = {
    "weaknesses": ("weakness",),
    "models": knowledge.TABLES,
    "frameworks": knowledge.TABLES,
}
"""The tables that each folder of `rules/code/` may hold."""
_GUARDED = ("source", "sink", "sanitizer", "check")
_NAMING = {
    "sink": "weakness",
    "check": "weakness",
    "sanitizer": "cleans",
    "propagator": "dirties",
    "entry": "returns",
}
"""The keys that name weaknesses."""
_ALL = ("weakness", *_GUARDED, *knowledge.TABLES)


class CodeRules(Struct, frozen=True, kw_only=True):
    """What the code engine looks for, and what it knows of libraries."""

    rules: tuple[Rule, ...]
    """In the order of the files' names."""
    catalogue: Catalogue
    knowledge: Knowledge
    digest: str
    """Hexadecimal; changes whenever anything of it does."""


class _Part(Struct, frozen=True, kw_only=True):
    """What one file says."""

    rules: tuple[Rule, ...] = ()
    catalogue: Catalogue = Catalogue()
    knowledge: Knowledge = Knowledge()


def load_code(cache_folder: Path | None = None) -> CodeRules:
    """Load everything packaged; `cache_folder` keeps it decoded for the next start.

    A wheel carries it decoded. Raises ConfigError when a file is wrong; the message names file,
    table, entry and key.
    """
    return keep.load("code", CodeRules, _files, _parsed, cache_folder)


def pack_code() -> bytes:
    """Return what a wheel carries."""
    return msgspec.msgpack.encode(_parsed(_files()))


def load_project_code(files: Mapping[str, bytes], packaged: CodeRules) -> CodeRules:
    """Return what a project's own files say (`.seawall/code/`), and then what is packaged.

    They may hold any table. Raises ConfigError as `load_code` does, also for an entry of a
    weakness that nobody has declared.
    """
    if not files:
        return packaged
    owners = {rule.id: "Seawall" for rule in packaged.rules}
    tables: dict[str, dict[str, Any]] = {}
    parts: list[_Part] = []
    for name in sorted(files):
        if len(files[name]) > MAX_PROJECT_BYTES:
            raise ConfigError(f"{name}: is larger than {MAX_PROJECT_BYTES:,} bytes")
        tables[name] = read_table(name, files[name])
        parts.append(_part(name, tables[name], _ALL, owners))
        check_words(name, parts[-1].rules)
    for name, table in tables.items():
        for place, weakness in _named(name, table):
            if weakness != "*" and weakness not in owners:
                raise ConfigError(f"{place}: there is no weakness {weakness!r}")
    rest = _Part(rules=packaged.rules, catalogue=packaged.catalogue, knowledge=packaged.knowledge)
    return _joined([*parts, rest])


def _files() -> keep.Files:
    """List what the answer depends on: the guard's catalogue, its code and compiled form too."""
    folder = resources.files("seawall.rules") / "code"
    own = [file for name in _FOLDERS for file in keep.files_in(folder / name)]
    return [*own, *keep.files_in(resources.files("seawall_guard.catalogue"), (".toml", ".py"))]


def _parsed(_: keep.Files) -> CodeRules:
    owners: dict[str, str] = {}
    parts: list[_Part] = []
    for folder, allowed in _FOLDERS.items():
        for file in keep.files_in(resources.files("seawall.rules") / "code" / folder):
            name = f"{folder}/{file.name}"
            parts.append(_part(name, read_table(name, file.read_bytes()), allowed, owners))
    try:
        parts.append(_Part(catalogue=catalogue.load()))
    except CatalogueError as error:
        raise ConfigError(f"catalogue/{error}") from error
    return _joined(parts)


def _part(
    name: str, table: Mapping[str, Any], allowed: Sequence[str], owners: dict[str, str]
) -> _Part:
    """Read one file; `owners` takes up which file has which weakness."""
    for key in table:
        if key not in allowed:
            raise ConfigError(f"{name}: unknown table {key!r}; {', '.join(allowed)} may stand here")
    rules = tuple(read_rules(name, table, "weakness", "code", owners))
    try:
        guarded = catalogue.parse(name, {key: table[key] for key in _GUARDED if key in table})
    except CatalogueError as error:
        raise ConfigError(str(error)) from error
    known = knowledge.read_knowledge(name, table)
    return _Part(rules=rules, catalogue=guarded, knowledge=known)


def _named(name: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every weakness that a file names, with the place; the file has been read."""
    for kind, key in _NAMING.items():
        for number, row in enumerate(table.get(kind, ()), start=1):
            value = row.get(key) or ()
            for weakness in (value,) if isinstance(value, str) else value:
                yield f"{place_of(name, kind, None, number)}: {key}", weakness


def _joined(parts: Iterable[_Part]) -> CodeRules:
    parts = tuple(parts)
    rules = tuple(rule for part in parts for rule in part.rules)
    guarded = catalogue.join([part.catalogue for part in parts])
    known = knowledge.join(part.knowledge for part in parts)
    digest = keep.digest_of((rules, guarded, known))
    return CodeRules(rules=rules, catalogue=guarded, knowledge=known, digest=digest)
