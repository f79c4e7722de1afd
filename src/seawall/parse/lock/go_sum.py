"""go.sum: digests of all the modules that Go has looked at.

It lists more than is built: where a go.mod of Go 1.17 or later stands beside it, that one tells
the whole; beside an older one it adds what that one leaves out; alone it is all there is.

Source: https://go.dev/ref/mod#go-sum-files.
"""

import posixpath

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.go_directives import read_directives

MOST_PROBLEMS = 20
WHOLE_SINCE = (1, 17)
"""The version of Go from which on go.mod lists whatever is built."""


class _Beside(Struct, frozen=True):
    """What the go.mod of the same folder says."""

    is_whole: bool
    names: set[str]


def parse(file: ListFile) -> Inventory:
    """Return the modules whose content has a digest. Raises ParseError when it is no go.sum."""
    beside = _beside(file)
    packages: list[Package] = []
    problems: list[Problem] = []
    good = 0
    for number, line in enumerate(file.content.decode("utf-8-sig", "replace").splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or not words[2].startswith("h1:"):
            problems.append(
                Problem(
                    kind=ProblemKind.PARSE,
                    message="passed over: it is no line of a go.sum",
                    path=file.path,
                    line=number,
                    engine="deps",
                )
            )
            continue
        good += 1
        path, version, _ = words
        if version.endswith("/go.mod") or (beside is not None and beside.is_whole):
            continue
        if beside is None or path not in beside.names:
            packages.append(
                Package(
                    ecosystem=Ecosystem.GO,
                    name=path,
                    version=version,
                    line=number,
                    direct=None if beside is None else False,
                    hashed=True,
                )
            )
    if problems and not good:
        raise ParseError("it is no go.sum", line=problems[0].line)
    return Inventory(packages=tuple(packages), problems=tuple(problems[:MOST_PROBLEMS]))


def _beside(file: ListFile) -> _Beside | None:
    content = file.read(posixpath.join(posixpath.dirname(file.path), "go.mod"))
    if content is None:
        return None
    names: set[str] = set()
    version = (1, 16)
    try:
        for one in read_directives(content):
            if one.verb == "go" and one.words:
                parts = one.words[0].split(".")
                version = (int(parts[0]), int("".join(c for c in parts[1] if c.isdigit())[:4]))
            elif one.verb in ("require", "replace"):
                names.update(one.words)
    except (ParseError, ValueError, IndexError):
        # It answers for itself.
        return None
    return _Beside(version >= WHOLE_SINCE, names)
