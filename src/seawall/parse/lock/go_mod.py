"""go.mod: the modules that a Go module is built from.

Source: https://go.dev/ref/mod#go-mod-file.
"""

import posixpath
from collections.abc import Iterable, Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.go_directives import (
    Directive,
    Replacement,
    is_folder,
    is_version,
    read_directives,
    read_replacement,
)

MOST_PROBLEMS = 20
MOST_PARTS = 50
"""Of the path of a package."""
_OTHERS = frozenset(("exclude", "retract", "godebug", "ignore", "module", "tool", "replace"))


class _Module(Struct, frozen=True):
    """What the directives say in all."""

    name: str
    requires: list[Directive]
    replaced: dict[tuple[str, str], Replacement]
    tools: set[str]
    """The paths of tools, and whatever those begin with."""
    runtimes: list[Runtime]
    problems: list[Problem]


def parse(file: ListFile) -> Inventory:
    """Return what a module requires. Raises ParseError when it is no go.mod."""
    module = _read(file)
    if not module.name and not module.requires:
        raise ParseError("it names no module")
    sums = _sums(file)
    return Inventory(
        packages=tuple(_package(directive, module, sums) for directive in _unique(module.requires)),
        project=module.name,
        runtimes=tuple(module.runtimes),
        problems=tuple(module.problems[:MOST_PROBLEMS]),
    )


def _read(file: ListFile) -> _Module:
    name = ""
    module = _Module("", [], {}, set(), [], [])
    for one in read_directives(file.content):
        if one.verb == "module" and len(one.words) == 1:
            name = one.words[0]
        elif one.verb == "require" and len(one.words) == 2:
            module.requires.append(one)
        elif one.verb == "replace" and (told := read_replacement(one.words)) is not None:
            module.replaced[told[0], told[1]] = told[2]
        elif one.verb == "tool":
            for tool in one.words:
                module.tools.update(_beginnings(tool))
        elif one.verb in ("go", "toolchain") and len(one.words) == 1:
            version = one.words[0].removeprefix("go")
            if version != "default":
                module.runtimes.append(Runtime(name="go", requirement=version, line=one.line))
        elif one.verb not in _OTHERS or one.verb == "replace":
            module.problems.append(
                Problem(
                    kind=ProblemKind.PARSE,
                    message="passed over: it is no directive of go",
                    path=file.path,
                    line=one.line,
                    engine="deps",
                )
            )
    return _Module(name, *(getattr(module, field) for field in module.__struct_fields__[1:]))


def _beginnings(path: str) -> Iterator[str]:
    """Yield the paths in which a package may stand: its module is one of them."""
    parts = path.split("/")[:MOST_PARTS]
    return ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _unique(requires: Iterable[Directive]) -> list[Directive]:
    """Return each version of a module once."""
    by_path: dict[tuple[str, str], Directive] = {}
    for one in requires:
        by_path.setdefault((one.words[0], one.words[1]), one)
    return list(by_path.values())


def _package(directive: Directive, module: _Module, sums: set[tuple[str, str]] | None) -> Package:
    path, version = directive.words
    by = module.replaced.get((path, version)) or module.replaced.get((path, ""))
    direct = "indirect" not in directive.comment.split(";")[0]
    if by is not None and is_folder(by.path):
        return Package(
            ecosystem=Ecosystem.GO,
            name=path,
            version=version if is_version(version) else "",
            line=directive.line,
            direct=direct,
            origin="path",
            address=by.path,
        )
    scope: Scope = "development" if path in module.tools else "runtime"
    if by is not None:
        path, version = by.path, by.version or version
    return Package(
        ecosystem=Ecosystem.GO,
        name=path,
        version=version if is_version(version) else "",
        requirement=version,
        line=directive.line,
        scope=scope,
        direct=direct,
        hashed=None if sums is None else (path, version) in sums,
    )


def _sums(file: ListFile) -> set[tuple[str, str]] | None:
    """Return path and version of what go.sum holds a digest of; None where there is none."""
    content = file.read(posixpath.join(posixpath.dirname(file.path), "go.sum"))
    if content is None:
        return None
    lines = (line.split() for line in content.decode("utf-8", "replace").splitlines())
    return {(words[0], words[1]) for words in lines if len(words) == 3}
