"""Read TOML files of rules strictly: what is wrong is named by file, table, entry and key."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from seawall.core.errors import ConfigError
from seawall.core.rule import Rule, Severity

CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
"""What a terminal obeys."""
_MARKUP = re.compile(r"<|!\[|\]\(|\]:|\]\[")
"""What makes a link, an image or markup of a reader of Markdown."""

KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""The ids of rules."""

Entry = TypeVar("Entry", bound=Struct)


class _Words(Struct, frozen=True, kw_only=True):
    """What is said of a rule, as it is written."""

    id: str
    title: str
    severity: Severity
    why: str
    remedy: str
    cwe: tuple[int, ...] = ()
    lesson: str = ""
    links: tuple[str, ...] = ()
    vulnerable: str = ""
    fixed: str = ""
    preview: bool = False


def read_table(name: str, data: bytes) -> dict[str, Any]:
    """Return a file's top table. Raises ConfigError."""
    # Rules that are kept decoded never come here, and a scan starts without it.
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: {error}") from error
    except RecursionError:
        raise ConfigError(f"{name}: is nested too deeply") from None


def read_entries(
    name: str, table: Mapping[str, Any], key: str, kind: type[Entry]
) -> tuple[Entry, ...]:
    """Return the entries of an array of tables; none where there is no such array.

    Raises ConfigError.
    """
    rows = table.get(key, ())
    if not isinstance(rows, (list, tuple)):
        raise ConfigError(f"{name}: {key}: is not an array of tables, [[{key}]]")
    return tuple(
        read_entry(place_of(name, key, row, number), row, kind)
        for number, row in enumerate(rows, start=1)
    )


def place_of(name: str, key: str, row: object, number: int) -> str:
    """Name an entry: by its id where it has one, else by its number, counted from 1."""
    known = row.get("id") if isinstance(row, dict) else None
    return f"{name}: {key} {known!r}" if known else f"{name}: {key} {number}"


def read_entry(place: str, row: object, kind: type[Entry]) -> Entry:
    """Return one entry. Raises ConfigError."""
    if isinstance(row, dict):
        for key in row:
            if key not in kind.__struct_fields__:
                raise ConfigError(f"{place}: unknown key {key!r}")
    try:
        return msgspec.convert(row, kind)
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at `$")
        key = where.rstrip("`").lstrip(".")
        raise ConfigError(f"{place}: {key + ': ' if key else ''}{text}") from error


def read_rules(
    name: str, table: Mapping[str, Any], key: str, engine: str, owners: dict[str, str]
) -> Iterator[Rule]:
    """Yield the rules of an array of tables; `owners` takes up which file has which id.

    Raises ConfigError.
    """
    for number, entry in enumerate(read_entries(name, table, key, _Words), start=1):
        place = place_of(name, key, table[key][number - 1], number)
        if not KEBAB.fullmatch(entry.id):
            raise ConfigError(f"{place}: id must be kebab-case")
        if entry.id in owners:
            raise ConfigError(f"{place}: id is already that of {owners[entry.id]}")
        owners[entry.id] = name
        for part in ("title", "why", "remedy"):
            if not getattr(entry, part).strip():
                raise ConfigError(f"{place}: {part} is empty")
        if bool(entry.vulnerable) != bool(entry.fixed):
            raise ConfigError(f"{place}: vulnerable and fixed go together")
        for link in entry.links:
            if not link.startswith("https://"):
                raise ConfigError(f"{place}: addresses must be https")
        yield Rule(engine=engine, **msgspec.structs.asdict(entry))


def check_words(name: str, rules: Iterable[Rule]) -> None:
    """Refuse words that would do more than stand there: whoever wrote them may be hostile."""
    for rule in rules:
        for key in ("title", "why", "remedy", "lesson", "vulnerable", "fixed"):
            text = getattr(rule, key)
            place = f"{name}: {rule.id!r}: {key}"
            if CONTROLS.search(text):
                raise ConfigError(f"{place}: holds control characters")
            if key not in ("vulnerable", "fixed") and _MARKUP.search(text):
                raise ConfigError(f"{place}: holds markup", hint="addresses belong into links")
        for link in rule.links:
            if not re.fullmatch(r"[!-;=?-~]+", link):
                raise ConfigError(f"{name}: {rule.id!r}: links: is no address")
