"""Which modules a file imports, read from its text alone: fast enough for a million lines."""

import posixpath
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from seawall.engines.code.program import Program
from seawall.engines.code.surface import digest

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(?P<module>\.*[\w.]*)[ \t]+import[ \t]*"
    rb"(?:\((?P<many>[^()]*)\)|(?P<names>[^\n#;]*))|import[ \t]+(?P<modules>[^\n#;]+))",
    re.MULTILINE,
)
BARE = (".tpl", ".stpl", ".thtml", ".html", ".pt", ".zpt")
"""Suffixes of templates that some engines add to a name."""
_WORD = re.compile(rb"[\w.]+")


@lru_cache(maxsize=4)
def imports_of(content: bytes) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    """Return each imported module ("..a" where relative), the names taken from it, and its place.

    The place is an offset in bytes within the line that imports it. Of the same file several ask.
    """
    return tuple(_imports_of(content))


def _imports_of(content: bytes) -> Iterator[tuple[str, tuple[str, ...], int]]:
    for match in _IMPORT.finditer(content):
        if match["modules"] is not None:
            for part in match["modules"].split(b","):
                word = _WORD.search(part)
                if word is not None:
                    yield word[0].decode("utf-8", "replace"), (), match.start("modules")
            continue
        listed = match["many"] if match["many"] is not None else match["names"]
        names = tuple(
            word[0].decode("utf-8", "replace")
            for part in listed.split(b",")
            if (word := _WORD.search(part)) is not None
        )
        yield match["module"].decode("utf-8", "replace"), names, match.start("module")


def packages_of(program: Program, path: str, content: bytes) -> Iterator[tuple[str, int]]:
    """Yield the packages of others that a file imports, each with its first line."""
    known = {""}
    for module, _, at in imports_of(content):
        # Nothing stands before the point of a relative one.
        top = module.partition(".")[0]
        if top in known or top in sys.stdlib_module_names:
            continue
        if top in program.folders or program.find(top, path) is not None:
            continue
        known.add(top)
        yield top, content.count(b"\n", 0, at) + 1


def leads_of(program: Program, path: str, content: bytes) -> bytes:
    """Return the digest of where the imports of a file lead, and of how it is imported itself.

    What lies in a package is an attribute of it.
    """
    others = [name for name, _ in packages_of(program, path, content)]
    leads = [program.name_of(path), *sorted(used_files(program, path, content)), "", *others]
    leads += ["", *program.children(path)]
    return digest(*(lead.encode("utf-8", "surrogateescape") for lead in leads))


def dependents(
    paths: Iterable[str],
    read: Callable[[str], bytes | None],
    changed: frozenset[str],
    name: str = "",
) -> set[str]:
    """Return the changed files, and all that import one of them, directly or through others."""
    paths = list(paths)
    program = Program(paths, lambda path: None, frozenset(), name)
    importers: dict[str, set[str]] = {}
    for path in paths:
        content = read(path)
        if content is None:
            continue
        for used in used_files(program, path, content):
            importers.setdefault(used, set()).add(path)
    reached: set[str] = set()
    waiting = list(changed)
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        waiting += importers.get(path, ())
    return reached


def drawing(
    paths: Iterable[str],
    templates: Iterable[str],
    read: Callable[[str], bytes | None],
    changed: set[str],
) -> set[str]:
    """Return the files that name a changed template, or one that draws such a one in.

    Whoever names a template has the name of its file in his text.
    """
    texts = [(path, read(path) or b"") for path in templates]
    reached: set[str] = set()
    waiting = _said(changed)
    names = set(waiting)
    while waiting:
        pattern = _any_of(waiting)
        reached |= {path for path, text in texts if path not in reached and pattern.search(text)}
        waiting = _said(reached) - names
        names |= waiting
    pattern = _any_of(names)
    return {path for path in paths if pattern.search(read(path) or b"")}


def _said(paths: Iterable[str]) -> set[str]:
    """Return the names by which templates may be asked for: their suffix may be left out."""
    names = {posixpath.basename(path) for path in paths}
    return names | {posixpath.splitext(name)[0] for name in names if name.endswith(BARE)}


def _any_of(names: Iterable[str]) -> re.Pattern[bytes]:
    return re.compile(
        b"|".join(re.escape(name.encode("utf-8", "surrogateescape")) for name in sorted(names))
    )


def used_files(program: Program, path: str, content: bytes) -> set[str]:
    """Return the files of the program that a file imports."""
    used: set[str] = set()
    for module, names, _ in imports_of(content):
        stem = module.lstrip(".")
        level = len(module) - len(stem)
        if level:
            targets = [program.relative_to(path, level, stem)]
            targets += [
                program.relative_to(path, level, f"{stem}.{name}".strip(".")) for name in names
            ]
        else:
            targets = [program.find(stem, path)] if stem else []
            targets += [program.find(f"{stem}.{name}", path) for name in names if stem]
            parts = stem.split(".")
            targets += [
                program.find(".".join(parts[:count]), path) for count in range(1, len(parts))
            ]
        used.update(target for target in targets if target is not None)
    used.discard(path)
    return used
