"""The files of rules that a configuration names: one by one, by folder, or by pattern."""

import re
from collections.abc import Iterable, Iterator

from seawall.core.errors import ConfigError
from seawall.core.glob import compile_globs
from seawall.journeys.guardrails import Shelf

SUFFIXES = (".yml", ".yaml")
"""Of the files in a folder that may hold rules in Semgrep's syntax."""
TESTS = (".test.yml", ".test.yaml")
"""Of those beside them that rules are tried on."""
MOST = 2000
"""Files that one name stands for at the most."""

_HOLDS = re.compile(rb"""^["']?rules["']?[ \t]*:""", re.MULTILINE)
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


def rule_files(names: Iterable[str], shelf: Shelf) -> dict[str, bytes]:
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
        found = dict(_below(name, shelf))
        if not found:
            raise ConfigError(f"{name}: there are no rules there", hint="[code] semgrep names it")
        files |= found
    return files


def _below(name: str, shelf: Shelf) -> Iterator[tuple[str, bytes]]:
    plain = name.removeprefix("./").strip("/")
    sign = _SIGNS.search(plain)
    folder = plain[: sign.start()].rpartition("/")[0] if sign else plain
    wanted = compile_globs((f"/{plain}",)) if sign else None
    for number, path in enumerate(shelf.files_below("" if folder == "." else folder)):
        if number >= MOST:
            raise ConfigError(f"{name} stands for more than {MOST:,} files")
        if not path.endswith(SUFFIXES) or path.endswith(TESTS):
            continue
        if wanted is not None and not wanted.match(path):
            continue
        content = shelf.file(path)
        if content is not None and _HOLDS.search(content):
            yield path, content
