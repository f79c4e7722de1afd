"""Requirements of Python packages, as PEP 508 and pip write them, and the addresses in them.

Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers.
"""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Origin, Package, Scope
from seawall.model.package_name import normal_name
from seawall.parse.values import text_of

LONGEST = 1 << 16
"""Characters of one requirement; a longer one is none."""
MOST_VERSIONS = 8
"""Of one package in one lockfile, among which a requirement that fits several is looked for."""
MOST_LINES = 200_000
"""Of a list of requirements."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CLAUSES = re.compile(r"\s*,\s*|\s+(?=[<>=!~])")
_CLAUSE = re.compile(r"(?:[<>]=?|={1,3}|!=|~=)\s*(?:\d{1,9}!)?[^\s<>=!~]+")
_PINNED = re.compile(r"={1,3}\s*([^\s*]+)")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)(?:==([^&\s\[]+))?")
_WHEEL = re.compile(r"([A-Za-z0-9_.]+)-([^-/]+)(?:-\d[^-/]*)?-[^-/]+-[^-/]+-[^-/]+\.whl")
_ARCHIVE = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9._-]*?)-(\d[^-/]*?(?:-\d+)?)\.(?:tar\.gz|tgz|zip|tar\.bz2|tar\.xz)"
)
_TAGGED = re.compile(r"v?(\d[\w.+-]*?)\.(?:tar\.gz|zip)")
_REVISION = re.compile(r"@(v?\d+(?:\.\w+)+)(?:#.*)?\Z")
_CREDENTIALS = re.compile(r"//[^/@\s]*@")
_VCS = re.compile(r"(?:git|hg|svn|bzr)\+|git@|git:|ssh:")
_REVISIONS = ("tag", "ref", "rev")
_SOURCES: tuple[tuple[str, Origin | None], ...] = (
    ("git", "git"),
    ("hg", "git"),
    ("svn", "git"),
    ("bzr", "git"),
    ("url", None),
    ("file", None),
    ("path", "path"),
)
_DEVELOPMENT = re.compile(
    r"(?:^|[-_./ ])(?:dev|devel|development|lint|linting|docs?|documentation|ci|typing|types|mypy"
    r"|tooling|pre-commit|style|format|quality|release|debug|local)(?:$|[-_./ ])"
)
_TEST = re.compile(r"(?:^|[-_./ ])(?:tests?|testing|qa|coverage)(?:$|[-_./ ])")


class Requirement(Struct, frozen=True, kw_only=True):
    """What one line asks for."""

    name: str
    """Normalised."""
    allowed: str = ""
    """As written, without parentheses: ">=1.2,<2"."""
    url: str = ""
    """In place of `allowed`, where it says from where."""
    marker: str = ""
    extras: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The one version that is allowed, "" where there are others."""
        return pinned_version(self.allowed) or (version_in(self.url) if self.url else "")

    def package(self, line: int, scope: Scope = "runtime", **more: Any) -> Package:
        """Return the package that is asked for; `more` are other fields of it."""
        if self.url:
            more.setdefault("origin", origin_of(self.url))
            more.setdefault("address", without_credentials(self.url))
        more.setdefault("direct", True)
        more.setdefault("version", self.version)
        return Package(
            ecosystem=Ecosystem.PYPI,
            name=self.name,
            requirement=self.allowed,
            line=line,
            scope=scope,
            marker=self.marker,
            **more,
        )


class LockedVersions:
    """The versions that a lockfile has of each package; names may be written in any way."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, None]] = {}

    def add(self, name: str, version: str) -> None:
        """Take one in."""
        self._known.setdefault(python_name(name), {})[version] = None

    def ids(self, name: str, version: str = "") -> list[str]:
        """Return the id of the version where the file has it, else those of all versions."""
        name = python_name(name)
        known = self._known.get(name, {})
        found = [version] if version in known else islice(known, MOST_VERSIONS)
        return [f"{name}@{one}" for one in found]


def parse_requirement(text: str) -> Requirement | None:
    """Return what a requirement asks for; None where it is none."""
    text = text.strip()
    found = _NAME.match(text) if len(text) <= LONGEST else None
    if found is None or found[0][-1] in "._-":
        return None
    rest = text[found.end() :].lstrip()
    extras: tuple[str, ...] = ()
    if rest.startswith("["):
        inner, closed, rest = rest[1:].partition("]")
        if not closed:
            return None
        extras = tuple(one for part in inner.split(",") if (one := part.strip()))
        rest = rest.lstrip()
    allowed = url = ""
    if rest.startswith("@"):
        url, _, rest = rest[1:].lstrip().partition(" ")
        if url.endswith(";"):
            url, rest = url[:-1], f";{rest}"
        before, _, marker = rest.partition(";")
        if before.strip() or not url:
            return None
    else:
        allowed, _, marker = rest.partition(";")
        allowed = allowed.strip()
        if allowed.startswith("(") and allowed.endswith(")"):
            allowed = allowed[1:-1].strip()
        allowed = allowed.rstrip(",").rstrip()
        if allowed and not all(_CLAUSE.fullmatch(one) for one in _CLAUSES.split(allowed)):
            return None
    return Requirement(
        name=python_name(found[0]),
        allowed=allowed,
        url=url,
        marker=marker.strip(),
        extras=extras,
    )


def python_name(name: str) -> str:
    """Return the name of a package of Python as it is compared (PEP 503)."""
    return normal_name(Ecosystem.PYPI, name)


def pinned_version(allowed: str) -> str:
    """Return the version of "==1.2", with other clauses or without; "" where it is left open."""
    for clause in _CLAUSES.split(allowed.strip()):
        if found := _PINNED.fullmatch(clause):
            return found[1]
    return ""


def parse_address(text: str) -> Requirement:
    """Return what an address or a folder says of the package there; its name may be ""."""
    text = text.strip()
    address, _, marker = text.partition(" ;") if " ;" in text else text.partition("; ")
    address = address.strip()
    egg, wheel = _EGG.search(address), _WHEEL.search(address)
    file = address.partition("#")[0].rstrip("/").rpartition("/")[2]
    archive = _ARCHIVE.fullmatch(file)
    bare = re.sub(r"\[[^\]]*\]\Z", "", file).partition("@")[0].removesuffix(".git")
    bare = bare.rpartition("\\")[2].rpartition(":")[2]
    named = egg or wheel or archive
    name = named[1] if named else bare
    return Requirement(
        name=python_name(name) if _NAME.fullmatch(name) else "",
        allowed=f"=={egg[2]}" if egg and egg[2] else "",
        url=address,
        marker=marker.strip(),
    )


def lines_of(text: str) -> list[str]:
    """Return the lines of a list. Raises ParseError when there are more than anybody writes."""
    if text.count("\n") + text.count("\r") > MOST_LINES:
        raise ParseError(f"it has more than {MOST_LINES:,} lines")
    return re.split(r"\r\n|\r|\n", text)


def source_in(entry: Mapping[str, Any]) -> tuple[Origin, str, str]:
    """Return where a table says that its package is from: kind, address, and version if told.

    Its words are those of Poetry, PDM, pipenv, uv and pixi: `git` with `tag`, `rev` or `ref`,
    `url`, `file`, `path`, `workspace`.
    """
    for key, of_key in _SOURCES:
        address = text_of(entry, key)
        if not address:
            continue
        origin = of_key or origin_of(address)
        version = version_in(address)
        if origin == "git" and not version:
            revision = next(filter(None, (text_of(entry, one) for one in _REVISIONS)), "")
            version = version_in(f"git+{address}@{revision}")
        if origin == "path" and address in (".", "./"):
            return "workspace", "", ""
        return origin, without_credentials(address), version
    return ("workspace" if entry.get("workspace") is True else "registry"), "", ""


def origin_of(address: str) -> Origin:
    """Tell what an address is one of."""
    if _VCS.match(address):
        return "git"
    if re.match(r"https?:|ftp:", address):
        return "url"
    return "path"


def without_credentials(address: str) -> str:
    """Return an address as it may be shown."""
    return _CREDENTIALS.sub("//", address)


def version_in(address: str) -> str:
    """Return the version that an archive's name or a revision says."""
    if wheel := _WHEEL.search(address):
        return wheel[2]
    if origin_of(address) == "git":
        revision = _REVISION.search(address)
        return revision[1] if revision else ""
    file = address.partition("#")[0].rpartition("/")[2]
    if archive := _ARCHIVE.fullmatch(file):
        return archive[2]
    tagged = _TAGGED.fullmatch(file)
    return tagged[1] if tagged else ""


def scope_of_group(name: str, default: Scope) -> Scope:
    """Tell from the name of a group, an environment or a file for what its packages are."""
    name = name.lower()
    if _TEST.search(name):
        return "test"
    return "development" if _DEVELOPMENT.search(name) else default
