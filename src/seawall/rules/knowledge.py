"""Read types, propagation and entry points strictly, in the notation of the catalogue."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from seawall_guard.catalogue import notation
from seawall_guard.catalogue.reading import KINDS, read_conditions

from seawall.core.errors import ConfigError
from seawall.model.knowledge import (
    EntryPoint,
    Helper,
    Knowledge,
    PageCall,
    Propagator,
    Quiet,
    Type,
)
from seawall.parse.templates import DIALECTS
from seawall.rules.tables import place_of, read_entries, read_entry

TABLES = ("type", "propagator", "quiet", "entry", "page", "helper")
_HOW = ("decorator", "call", "class", "name")
_HOW_PAGES = ("call", "decorator", "class", "handler")
_HELPERS = ("filter", "function", "names")
_ESCAPES = ("suffix", "always", "never")
_PARAMETERS = ("none", "path", "all")

Form = tuple[str, Callable[[str], bool]]
"""What a text must be, in words and as a test."""


def read_knowledge(name: str, table: Mapping[str, Any]) -> Knowledge:
    """Read a file's tables; others than `TABLES` are passed over. Raises ConfigError."""
    read = Knowledge(
        types=tuple(_types(name, table)),
        propagators=read_entries(name, table, "propagator", Propagator),
        quiet=read_entries(name, table, "quiet", Quiet),
        entries=read_entries(name, table, "entry", EntryPoint),
        pages=read_entries(name, table, "page", PageCall),
        helpers=read_entries(name, table, "helper", Helper),
    )
    groups: tuple[Sequence[Struct], ...] = (
        read.types,
        read.propagators,
        read.quiet,
        read.entries,
        read.pages,
        read.helpers,
    )
    for key, entries in zip(TABLES, groups, strict=True):
        for number, entry in enumerate(entries, start=1):
            _check(place_of(name, key, None, number), entry)
    for number, point in enumerate(read.entries, start=1):
        _check_entry(place_of(name, "entry", None, number), point)
    for number, page in enumerate(read.pages, start=1):
        _check_page(place_of(name, "page", None, number), page)
    return read


def _types(name: str, table: Mapping[str, Any]) -> Iterable[Type]:
    """Yield the types; their conditions are written as those of the catalogue."""
    rows = table.get("type", ())
    if not isinstance(rows, (list, tuple)):
        raise ConfigError(f"{name}: type: is not an array of tables, [[type]]")
    for number, row in enumerate(rows, start=1):
        place = place_of(name, "type", row, number)
        conditions = {}
        if isinstance(row, dict):
            for key in ("when", "unless"):
                if key in row:
                    conditions[key] = read_conditions(f"{place}: {key}", row[key])
            row = {key: value for key, value in row.items() if key not in conditions}
        yield replace(read_entry(place, row, Type), **conditions)


def join(parts: Iterable[Knowledge]) -> Knowledge:
    """Return what all of them say, in their order."""
    parts = tuple(parts)
    return Knowledge(
        types=tuple(entry for part in parts for entry in part.types),
        propagators=tuple(entry for part in parts for entry in part.propagators),
        quiet=tuple(entry for part in parts for entry in part.quiet),
        entries=tuple(entry for part in parts for entry in part.entries),
        pages=tuple(entry for part in parts for entry in part.pages),
        helpers=tuple(entry for part in parts for entry in part.helpers),
    )


def _check(place: str, entry: Struct) -> None:
    """Hold every text of an entry against the form of its key."""
    needs = _NEEDS[type(entry)]
    for key, (what, holds) in _FORMS[type(entry)].items():
        value = getattr(entry, key)
        if key in needs and not value:
            raise ConfigError(f"{place}: {key}: is empty")
        texts: Iterable[str]
        if isinstance(value, str):
            texts = (value,) if value else ()
        elif isinstance(value, dict):
            texts = value.values()
            for one in value:
                if not notation.is_selector(one):
                    raise ConfigError(f"{place}: {key}: {one!r} is not a name")
        else:
            texts = value
        for text in texts:
            if not holds(text):
                raise ConfigError(f"{place}: {key}: {text!r} is not {what}")


def _check_entry(place: str, entry: EntryPoint) -> None:
    """Hold together what belongs together."""
    if not (entry.names if entry.how == "name" else entry.symbols):
        needed = "names" if entry.how == "name" else "symbols"
        raise ConfigError(f"{place}: {entry.how!r} needs {needed}")
    if (entry.how == "call") != bool(entry.handler):
        raise ConfigError(f"{place}: handler goes with how = 'call', and that with handler")


def _check_page(place: str, page: PageCall) -> None:
    """Hold together what belongs together."""
    if page.template and page.text and page.template != page.text:
        raise ConfigError(f"{place}: template and text are one argument, or one of them is not")
    if (page.how == "class") != bool(page.method):
        raise ConfigError(f"{place}: method goes with how = 'class', and that with method")
    if (page.how == "handler") != bool(page.handler):
        raise ConfigError(f"{place}: handler goes with how = 'handler', and that with handler")


def _is_type(text: str) -> bool:
    return text == "self" or notation.is_symbol(text)


def _is_cleaned(text: str) -> bool:
    return text == "*" or notation.is_kebab(text)


def _is_package(text: str) -> bool:
    return all(map(notation.is_name, text.split(".")))


def _is_suffix(text: str) -> bool:
    return text.startswith(".") and text[1:].isalnum()


def _one_of(words: tuple[str, ...]) -> Form:
    return f"one of {', '.join(words)}", words.__contains__


_SYMBOL: Form = ("a symbol: a dotted name", notation.is_symbol)
_TYPE: Form = ("a type: a dotted name, or self", _is_type)
_ARGUMENT: Form = ("the selector of one argument", notation.is_selector)

_FORMS: dict[type[Struct], dict[str, Form]] = {
    Type: {
        "name": _SYMBOL,
        "bases": _SYMBOL,
        "aliases": _SYMBOL,
        "made_by": _SYMBOL,
        "turned_by": _SYMBOL,
        "methods": _TYPE,
        "attributes": _TYPE,
        "items": _TYPE,
    },
    Propagator: {
        "calls": _SYMBOL,
        "takes": ("a selector", notation.is_selection),
        "gives": ("return, self or the selector of an argument", notation.is_selector),
        "dirties": ('the id of a weakness or "*"', _is_cleaned),
    },
    Quiet: {"calls": _SYMBOL},
    EntryPoint: {
        "framework": ("lower-case words with hyphens", notation.is_kebab),
        "how": _one_of(_HOW),
        "symbols": _SYMBOL,
        "names": ("a shell pattern of a name", notation.is_receiver),
        "imports": ("a package", _is_package),
        "path": _ARGUMENT,
        "handler": _ARGUMENT,
        "methods": _ARGUMENT,
        "method": ("an HTTP method in capitals", str.isupper),
        "parameters": _one_of(_PARAMETERS),
        "types": _TYPE,
        "attributes": _TYPE,
        "returns": ("the id of a weakness", notation.is_kebab),
        "kind": _one_of(KINDS),
        "guards": _SYMBOL,
    },
    PageCall: {
        "calls": _SYMBOL,
        "how": _one_of(_HOW_PAGES),
        "handler": _ARGUMENT,
        "template": _ARGUMENT,
        "suffixes": ("a suffix of files", _is_suffix),
        "text": _ARGUMENT,
        "method": ("a name", notation.is_name),
        "context": ("a selector", notation.is_selection),
        "dialect": _one_of(DIALECTS),
        "escapes": _one_of(_ESCAPES),
        "gives": _SYMBOL,
        "names": _TYPE,
        "this": ("a name", notation.is_name),
        "under": ("a name", notation.is_name),
    },
    Helper: {
        "calls": _SYMBOL,
        "assigns": _SYMBOL,
        "kind": _one_of(_HELPERS),
        "name": _ARGUMENT,
        "function": ("a selector", notation.is_selection),
        "context": _ARGUMENT,
    },
}
_NEEDS: dict[type[Struct], tuple[str, ...]] = {
    Type: ("name",),
    Propagator: ("calls", "takes", "gives"),
    Quiet: ("calls",),
    EntryPoint: ("framework", "how"),
    PageCall: ("calls", "how", "escapes"),
    Helper: ("kind",),
}
