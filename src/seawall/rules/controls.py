"""Which requirements of standards a rule's weakness touches."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from seawall.core.rule import Rule
from seawall.rules import keep
from seawall.rules.tables import read_entries, read_table


class _Subject(Struct, frozen=True, kw_only=True):
    name: str
    controls: tuple[str, ...]
    rules: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    """Whose rules are of this subject where no subject names them."""


class _Benchmark(Struct, frozen=True, kw_only=True):
    name: str
    rules: dict[str, tuple[str, ...]]


class Controls(Struct, frozen=True):
    """All that is known of them."""

    by_rule: dict[str, tuple[str, ...]]
    by_engine: dict[str, tuple[str, ...]]
    more: dict[str, tuple[str, ...]]
    """By rule, what benchmarks of vendors say."""


def with_controls(rules: Iterable[Rule], cache_folder: Path | None = None) -> tuple[Rule, ...]:
    """Return rules with the controls that they touch, "PCI DSS 1.3.1"."""
    known = keep.load("controls", Controls, _files, _parsed, cache_folder)
    return tuple(replace(rule, controls=_of(rule, known)) for rule in rules)


def pack_controls() -> bytes:
    """Return what a wheel carries."""
    return msgspec.msgpack.encode(_parsed(_files()))


def _of(rule: Rule, known: Controls) -> tuple[str, ...]:
    own = known.by_rule.get(rule.id) or known.by_engine.get(rule.engine, ())
    return (*own, *known.more.get(rule.id, ()))


def _files() -> keep.Files:
    return [resources.files("seawall.rules") / "controls.toml"]


def _parsed(files: keep.Files) -> Controls:
    table = read_table("controls.toml", files[0].read_bytes())
    subjects = read_entries("controls.toml", table, "subject", _Subject)
    more: dict[str, tuple[str, ...]] = {}
    for one in read_entries("controls.toml", table, "benchmark", _Benchmark):
        for rule, numbers in one.rules.items():
            more[rule] = (*more.get(rule, ()), *(f"{one.name} {number}" for number in numbers))
    return Controls(
        by_rule={rule: one.controls for one in subjects for rule in one.rules},
        by_engine={engine: one.controls for one in subjects for engine in one.engines},
        more=more,
    )
