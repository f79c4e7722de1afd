"""Load what is known of infrastructure: rules and questions as data, checks that think as code."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

import msgspec

from seawall.core.errors import ConfigError
from seawall.model.infra_rules import DataCheck, InfraRules
from seawall.model.infrastructure import Check
from seawall.rules import keep
from seawall.rules.tables import (
    CONTROLS,
    check_words,
    place_of,
    read_entries,
    read_rules,
    read_table,
)

MOST_BYTES = 1_000_000
"""What a file of a project's own may weigh."""
LONGEST_MESSAGE = 400
_PACKAGE = __name__


def load_infra(cache_folder: Path | None = None) -> InfraRules:
    """Load what is packaged as data; `cache_folder` keeps it decoded for the next start.

    Raises ConfigError when a file is wrong.
    """
    return keep.load("infra", InfraRules, _files, _parsed, cache_folder)


def pack_infra() -> bytes:
    """Return what a wheel carries."""
    return msgspec.msgpack.encode(_parsed(_files()))


def load_checks() -> list[Check]:
    """Load the checks that think: each module of the folder has them in `CHECKS`."""
    folder = importlib.import_module(_PACKAGE)
    names = sorted(one.name for one in pkgutil.iter_modules(folder.__path__))
    modules = [importlib.import_module(f"{_PACKAGE}.{name}") for name in names]
    return [check for module in modules for check in module.CHECKS]


def parse_infra(name: str, data: bytes) -> InfraRules:
    """Read one file, `name` in messages. Raises ConfigError."""
    table = read_table(name, data)
    for key in table:
        if key not in ("rule", "check"):
            raise ConfigError(f"{name}: unknown table {key!r}; rule, check may stand here")
    rules = tuple(read_rules(name, table, "rule", "infra", {}))
    checks = read_entries(name, table, "check", DataCheck)
    for number, one in enumerate(checks, 1):
        place = place_of(name, "check", None, number)
        asked = (one.bad is not None, one.want is not None, bool(one.cel))
        if sum(asked) != 1:
            raise ConfigError(f"{place}: exactly one of `bad`, `want` and `cel`")
        if not one.at and not one.cel:
            raise ConfigError(f"{place}: `at` names the attribute")
    return InfraRules(rules=rules, checks=checks, digest="")


def load_project_infra(files: Mapping[str, bytes], packaged: InfraRules) -> InfraRules:
    """Return what a project's own files say, after what is packaged.

    They may bring rules, and checks of rules that there are. Raises ConfigError when one is wrong.
    """
    parts = [packaged]
    for name in sorted(files):
        if len(files[name]) > MOST_BYTES:
            raise ConfigError(f"{name}: is larger than {MOST_BYTES:,} bytes")
        parts.append(parse_infra(name, files[name]))
        check_words(name, parts[-1].rules)
        for check in parts[-1].checks:
            _check_message(name, check)
    return _joined(parts)


def _files() -> keep.Files:
    return keep.files_in(resources.files("seawall.rules") / "infra")


def _parsed(files: keep.Files) -> InfraRules:
    return _joined([parse_infra(file.name, file.read_bytes()) for file in files])


def _check_message(name: str, check: DataCheck) -> None:
    if CONTROLS.search(check.message) or len(check.message) > LONGEST_MESSAGE:
        raise ConfigError(f"{name}: check of {check.rule!r}: message: too long, or no plain text")


def _joined(parts: Sequence[InfraRules]) -> InfraRules:
    rules = tuple(rule for part in parts for rule in part.rules)
    checks = tuple(check for part in parts for check in part.checks)
    known = {rule.id for rule in rules}
    if len(known) != len(rules):
        twice = next(
            name for name, count in Counter(rule.id for rule in rules).items() if count > 1
        )
        raise ConfigError(f"the rule {twice!r} is declared twice")
    for check in checks:
        if check.rule not in known:
            raise ConfigError(f"there is no rule {check.rule!r}")
    return InfraRules(rules=rules, checks=checks, digest=keep.digest_of((rules, checks)))
