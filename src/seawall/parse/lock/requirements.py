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
from seawall.parse.lock import format_of
from seawall.parse.pep508 import (
    Requirement,
    lines_of,
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
DEEPEST = 5
"""Files in one another that are taken in."""
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
    """Return what a requirements file asks for.

    Files that it takes in answer for themselves, as far as their names tell what they are; what
    is in the others is told at the line that takes them in. Raises ParseError when it is no text,
    or a text of another kind.
    """
    return _read(file, (file.path,))


def _read(file: ListFile, taken: tuple[str, ...]) -> Inventory:
    reader = _Reader(file, taken)
    for line in _lines(_decoded(file.content)):
        reader.take(line)
    return reader.inventory()


class _Reader:
    """Gathers what the lines ask for."""

    def __init__(self, file: ListFile, taken: tuple[str, ...]) -> None:
        self._file = file
        self._taken = taken
        """The path of this file, behind those of the files that took it in."""
        name = posixpath.splitext(taken[0])[0]
        self._scope = scope_of_group("/".join(name.split("/")[-2:]), "runtime")
        self._held: list[_Held] = []
        self._inner: list[Package] = []
        self._problems: list[Problem] = []
        self._failed = 0
        self._hashes_required = False
        self._told = self._annotating = False
        """Whether comments say who asks for what; whether the last line was of one of them."""
        self._editable: Requirement | None = None
        """What a comment of pip's says of the folder in the next line."""

    def take(self, line: _Line) -> None:
        """Take in the next line."""
        via = _VIA.match(line.comment)
        self._told |= via is not None
        if not line.text:
            self._comment(line.comment, via)
            return
        self._annotating = via is not None
        text = line.text
        if text.startswith("-"):
            option, value = _option(text)
            self._hashes_required |= option == "--require-hashes"
            if option in ("-r", "--requirement", "-c", "--constraint"):
                self._include(value, line.number, is_asked=option in ("-r", "--requirement"))
            if option not in ("-e", "--editable"):
                return
            text = value
        package = _package(text, line, self._scope, self._editable)
        self._editable = None
        if package is None:
            self._failed += 1
            if len(self._problems) < MOST_PROBLEMS:
                self._problems.append(_passed_over(self._file.path, line.number))
        elif package.name:
            # Without a name it is "-e .", the project itself.
            self._held.append(_Held(package, []))
            if via is not None:
                self._annotate(via[1])

    def _comment(self, comment: str, via: re.Match[str] | None) -> None:
        if via is not None:
            self._annotating = True
            self._annotate(via[1])
        elif self._annotating:
            self._annotate(comment.lstrip()[1:])
        if named := _EDITABLE.match(comment):
            self._editable = Requirement(name=python_name(named[1]), allowed=f"=={named[2]}")

    def _annotate(self, text: str) -> None:
        if self._held:
            self._held[-1].via += [one for part in text.split(",") if (one := part.strip())]

    def _include(self, value: str, line: int, *, is_asked: bool) -> None:
        """Take in a file that nobody would take for a list of requirements by its name."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self._file.path), value))
        if path in self._taken or len(self._taken) > DEEPEST or format_of(path) == "requirements":
            return
        content = self._file.read(path)
        if content is None:
            return
        inner = ListFile(path=path, content=content, read=self._file.read)
        try:
            inventory = _read(inner, (*self._taken, path))
        except ParseError as error:
            words = f"passed over: {error}"
            self._problems.append(_passed_over(self._file.path, line, words))
            return
        for one in inventory.packages:
            direct = one.direct if is_asked else None
            self._inner.append(replace(one, line=line, direct=direct))

    def inventory(self) -> Inventory:
        """Return what all lines ask for. Raises ParseError when most of them ask for nothing."""
        if self._failed >= PROSE and self._failed > len(self._held):
            raise ParseError("it is no list of requirements", line=self._problems[0].line)
        packages = _related(self._held) if self._told else [one.package for one in self._held]
        if posixpath.basename(self._file.path).startswith("constraints"):
            # It says which versions are allowed, not that they are wanted.
            packages = [replace(one, direct=None) for one in packages]
        packages += self._inner
        registered = [one for one in packages if one.origin == "registry"]
        hashed = bool(registered) and all(one.hashed for one in registered)
        return Inventory(
            packages=tuple(sorted(packages, key=lambda one: one.line)),
            installs_unhashed=not (hashed or self._hashes_required),
            problems=tuple(self._problems),
        )


def _passed_over(path: str, line: int, words: str = "passed over: it is no requirement") -> Problem:
    return Problem(kind=ProblemKind.PARSE, message=words, path=path, line=line, engine="deps")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise ParseError("it is no text")
    return content.decode("utf-8-sig", "replace")


def _lines(text: str) -> Iterator[_Line]:
    held: list[str] = []
    began = 0
    for number, line in enumerate(lines_of(text), 1):
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


def _related(held: list[_Held]) -> list[Package]:
    """Return the packages with what "# via" tells: who asks for them, and whether we do."""
    ids: dict[str, str] = {}
    for one in held:
        ids.setdefault(one.package.name, one.package.id)
    requires: dict[str, dict[str, None]] = defaultdict(dict)
    direct: list[bool] = []
    for one in held:
        ours = not one.via
        for asker in one.via:
            name = python_name(_LEGACY_EXTRA.sub("", asker))
            if asker.startswith("-c "):
                continue
            if name in ids:
                requires[ids[name]][one.package.id] = None
            else:
                # "-r requirements.in", "project (pyproject.toml)".
                ours = True
        direct.append(ours)
    # One that stands there again and again says it once.
    return [
        replace(one.package, direct=ours, requires=tuple(requires.pop(one.package.id, ())))
        for one, ours in zip(held, direct, strict=True)
    ]
