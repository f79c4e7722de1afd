"""The files of rules that a configuration names: one by one, by folder, or by pattern."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from seawall.core.errors import ConfigError
from seawall.core.glob import compile_globs
from seawall.journeys.guardrails import Shelf

MOST = 2000
"""Files that one name stands for at the most."""

_SIGNS = re.compile(r"[*?[]")


def named_files(names: Iterable[str], shelf: Shelf) -> dict[str, bytes]:
    """Return the files of some names. Raises ConfigError for one that is not there."""
    files: dict[str, bytes] = {}
    for name in names:
        content = shelf.file(name)
        if content is None:
            raise ConfigError(f"there is no file {name}", hint="[code] names it")
        files[name] = content
    return files


class RuleKind(Struct, frozen=True):
    """What tells files of rules from others in a folder."""

    named_by: str
    """The key of the configuration that names them."""
    suffixes: tuple[str, ...]
    tests: tuple[str, ...]
    """Endings of the files beside them that rules are tried on."""
    holds: re.Pattern[bytes]


SEMGREP = RuleKind(
    named_by="[code] semgrep",
    suffixes=(".yml", ".yaml"),
    tests=(".test.yml", ".test.yaml"),
    holds=re.compile(rb"""^["']?rules["']?[ \t]*:""", re.MULTILINE),
)
INFRA = RuleKind(
    named_by="[infra] rules",
    suffixes=(".toml",),
    tests=(),
    holds=re.compile(rb"^\[\[(?:rule|check)\]\]", re.MULTILINE),
)


def rule_files(names: Iterable[str], shelf: Shelf, kind: RuleKind = SEMGREP) -> dict[str, bytes]:
    """Return the files of rules for names of files, folders and patterns, below the target only.

    What lies in a folder and holds no rules is passed over; links are not followed.
    Raises ConfigError for a name that stands for no file.
    """
    files: dict[str, bytes] = {}
    for name in names:
        content = None if _SIGNS.search(name) else shelf.file(name)
        if content is not None:
            files[name] = content
            continue
        found = dict(_below(name, shelf, kind))
        if not found:
            raise ConfigError(f"{name}: there are no rules there", hint=f"{kind.named_by} names it")
        files |= found
    return files


def _below(name: str, shelf: Shelf, kind: RuleKind) -> Iterator[tuple[str, bytes]]:
    plain = name.removeprefix("./").strip("/")
    sign = _SIGNS.search(plain)
    folder = plain[: sign.start()].rpartition("/")[0] if sign else plain
    wanted = compile_globs((f"/{plain}",)) if sign else None
    for number, path in enumerate(shelf.files_below("" if folder == "." else folder)):
        if number >= MOST:
            raise ConfigError(f"{name} stands for more than {MOST:,} files")
        if not path.endswith(kind.suffixes) or (kind.tests and path.endswith(kind.tests)):
            continue
        if wanted is not None and not wanted.match(path):
            continue
        content = shelf.file(path)
        if content is not None and kind.holds.search(content):
            yield path, content
