"""Requirements files: what pip reads, and what pip-compile, uv, pip freeze and conda write.

Source: https://pip.pypa.io/en/stable/reference/requirements-file-format.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.pep508 import (
    Requirement,
    parse_address,
    parse_requirement,
    python_name,
    scope_of_group,
)

_COMMENT = re.compile(r"(?:^|\s)#(.*)", re.DOTALL)
_OPTIONS = re.compile(r"\s--?[A-Za-z].*", re.DOTALL)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|git@|\.{0,2}[/\\]|\.{1,2}(?:\[|\Z)|~")
_FILE = re.compile(r"[^@\s]+\.(?:whl|tar\.gz|tar\.bz2|zip|tgz)(?:\[[^\]]*\])?(?:#.*)?")
_VIA = re.compile(r"\s*#\s*via(?:\s|$)(.*)", re.DOTALL)
_EDITABLE = re.compile(r"\s*#\s*Editable .*\(([A-Za-z0-9._-]+)==([^)\s]+)\)")
_CONDA = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)=([^=\s]+)=([^=\s]+)")
_LEGACY_EXTRA = re.compile(r"\s*\[[^\]]+\]")

MOST_PROBLEMS = 20
"""Lines of one file that are told because they are no requirements."""
PROSE = 5
"""As many such lines, if they are the most, and it is a text of another kind."""


class _Line(Struct, frozen=True):
    """A line as pip sees it: continued ones are one, and comments are apart."""

    number: int
    text: str
    """"" where the line is a comment alone."""
    comment: str = ""
    """With its sign."""


class _Held(Struct):
    """A package, and who asks for it according to the comments."""

    package: Package
    via: list[str]


def parse(file: ListFile) -> Inventory:
    """Return what a requirements file asks for; files that it takes in answer for themselves.

    Raises ParseError when it is no text, or a text of another kind.
    """
    held: list[_Held] = []
    problems: list[Problem] = []
    scope = scope_of_group("/".join(posixpath.splitext(file.path)[0].split("/")[-2:]), "runtime")
    hashes_required = told = annotating = False
    failed = 0
    editable: Requirement | None = None
    for line in _lines(_decoded(file.content)):
        if via := _VIA.match(line.comment):
            told = annotating = True
            if not line.text:
                _annotate(held, via[1])
        elif annotating and line.comment and not line.text:
            _annotate(held, line.comment.lstrip()[1:])
        if not line.text:
            if named := _EDITABLE.match(line.comment):
                editable = Requirement(name=python_name(named[1]), allowed=f"=={named[2]}")
            continue
        annotating = via is not None
        text = line.text
        if text.startswith("-"):
            option, value = _option(text)
            hashes_required |= option == "--require-hashes"
            if option not in ("-e", "--editable"):
                continue
            text = value
        package = _package(text, line, scope, editable)
        editable = None
        if package is None:
            failed += 1
            if len(problems) < MOST_PROBLEMS:
                problems.append(_passed_over(file.path, line.number))
            continue
        if not package.name:
            # "-e .": the project itself.
            continue
        held.append(_Held(package, []))
        if via is not None:
            _annotate(held, via[1])
    if failed >= PROSE and failed > len(held):
        raise ParseError("it is no list of requirements", line=problems[0].line)
    packages = _related(held) if told else [one.package for one in held]
    if posixpath.basename(file.path).startswith("constraints"):
        # It says which versions are allowed, not that they are wanted.
        packages = [replace(one, direct=None) for one in packages]
    registered = [one for one in packages if one.origin == "registry"]
    hashed = hashes_required or (bool(registered) and all(one.hashed for one in registered))
    return Inventory(
        packages=tuple(packages), installs_unhashed=not hashed, problems=tuple(problems)
    )


def _passed_over(path: str, line: int) -> Problem:
    return Problem(
        kind=ProblemKind.PARSE,
        message="passed over: it is no requirement",
        path=path,
        line=line,
        engine="deps",
    )


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise ParseError("it is no text")
    return content.decode("utf-8-sig", "replace")


def _lines(text: str) -> Iterator[_Line]:
    held: list[str] = []
    began = 0
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        began = began if held else number
        if line.lstrip().startswith("#"):
            # A comment does not end what is continued before it.
            yield _Line(number, "", line)
            continue
        if line.endswith("\\"):
            held.append(line[:-1] + " ")
            continue
        held.append(line)
        yield from _whole(began, "".join(held))
        held = []
    yield from _whole(began, "".join(held))


def _whole(number: int, text: str) -> Iterator[_Line]:
    comment = _COMMENT.search(text)
    if comment is not None:
        text = text[: comment.start()]
    if text := text.strip():
        yield _Line(number, text, f"#{comment[1]}" if comment else "")


def _option(text: str) -> tuple[str, str]:
    """Return the name and the value of "--name=value", "--name value" and "-nvalue"."""
    if text.startswith("--"):
        option, _, value = text.replace("=", " ", 1).partition(" ")
        return option, value.strip()
    return text[:2], text[2:].lstrip("= ").strip()


def _package(text: str, line: _Line, scope: Scope, editable: Requirement | None) -> Package | None:
    hashed = "--hash" in line.text
    text = _OPTIONS.sub("", text).strip()
    if text[:1] in ("'", '"') and text[:1] == text[-1:]:
        text = text[1:-1]
    if _ADDRESS.match(text) or _FILE.fullmatch(text):
        asked = parse_address(text)
        hashed = hashed or "sha256=" in asked.url
        if editable is not None:
            asked = replace(asked, name=editable.name, allowed=editable.allowed)
        return asked.package(line.number, scope, hashed=hashed)
    if conda := _CONDA.fullmatch(text):
        is_pip = conda[3].startswith("pypi")
        return Package(
            ecosystem=Ecosystem.PYPI if is_pip else Ecosystem.CONDA,
            name=python_name(conda[1]) if is_pip else conda[1].lower(),
            version=conda[2],
            requirement=f"={conda[2]}={conda[3]}",
            line=line.number,
            scope=scope,
        )
    wanted = parse_requirement(text)
    if wanted is None:
        # What follows "#" without a space, as many write it though pip refuses it.
        wanted = parse_requirement(text.partition("#")[0])
    if wanted is None:
        return None
    hashed = hashed or "sha256=" in wanted.url
    return wanted.package(line.number, scope, hashed=hashed)


def _annotate(held: list[_Held], text: str) -> None:
    if held:
        held[-1].via += [one for part in text.split(",") if (one := part.strip())]


def _related(held: list[_Held]) -> list[Package]:
    """Return the packages with what "# via" tells: who asks for them, and whether we do."""
    ids: dict[str, str] = {}
    for one in held:
        ids.setdefault(one.package.name, one.package.id)
    requires: dict[str, list[str]] = defaultdict(list)
    direct: list[bool] = []
    for one in held:
        ours = not one.via
        for asker in one.via:
            name = python_name(_LEGACY_EXTRA.sub("", asker))
            if asker.startswith("-c "):
                continue
            if name in ids:
                requires[ids[name]].append(one.package.id)
            else:
                # "-r requirements.in", "project (pyproject.toml)".
                ours = True
        direct.append(ours)
    return [
        replace(one.package, direct=ours, requires=tuple(requires.get(one.package.id, ())))
        for one, ours in zip(held, direct, strict=True)
    ]
