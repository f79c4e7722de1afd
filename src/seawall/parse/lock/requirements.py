"""Requirements files of pip, with what they take in.

Source: https://pip.pypa.io/en/stable/reference/requirements-file-format.
"""

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Scope

_REQUIREMENT = re.compile(
    r"""(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*
    (?:\[(?P<extras>[^\]]*)\])?\s*
    (?:@\s*(?P<url>[^\s;]+)|\(?(?P<allowed>(?:[<>=!~]=?=?[^;)]*)?)\)?)\s*
    (?:;\s*(?P<marker>.*))?""",
    re.VERBOSE | re.DOTALL,
)
_OPTION = re.compile(r"\s--?(?:hash|global-option|install-option|config-settings?)\b.*", re.DOTALL)
_PINNED = re.compile(r"===?\s*([^\s,*]+)")
_EGG = re.compile(r"#(?:.*&)?egg=([A-Za-z0-9._-]+)")
_WHEEL = re.compile(r"([A-Za-z0-9_.]+)-([^-/]+)(?:-\d[^-/]*)?-[^-/]+-[^-/]+-[^-/]+\.whl")
_SOURCE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*?)-(\d[^-/]*?)\.(?:tar\.gz|tgz|zip|tar\.bz2)")
_REVISION = re.compile(r"@([^@#/]+)(?:#.*)?\Z")
_DEVELOPMENT = re.compile(r"(?:^|[-_./])(?:dev|development|lint|docs?|ci|typing|mypy)(?:$|[-_./])")
_TEST = re.compile(r"(?:^|[-_./])tests?(?:ing)?(?:$|[-_./])")
_CREDENTIALS = re.compile(r"//[^/@\s]*@")


class _Line(Struct, frozen=True):
    """A line as pip sees it: continued ones are one, comments are gone."""

    number: int
    text: str


def parse(file: ListFile) -> Inventory:
    """Return what a requirements file asks for; files that it takes in answer for themselves."""
    packages: list[Package] = []
    problems: list[Problem] = []
    scope = scope_of(file.path)
    hashes_required = False
    for line in _lines(_decoded(file.content)):
        text = line.text
        if text.startswith("-"):
            option, _, value = text.partition("=" if text.startswith("--") else " ")
            option, _, more = option.partition(" ")
            value = (value or more).strip()
            if option == "--require-hashes":
                hashes_required = True
            if option not in ("-e", "--editable"):
                continue
            text = value
        package = _package(text, line, scope, file.path)
        if package is None:
            problems.append(
                Problem(
                    kind=ProblemKind.PARSE,
                    message="passed over: it is no requirement",
                    path=file.path,
                    line=line.number,
                    engine="deps",
                )
            )
        else:
            packages.append(package)
    registered = [package for package in packages if package.origin == "registry"]
    hashed = hashes_required or (bool(registered) and all(one.hashed for one in registered))
    return Inventory(
        packages=tuple(packages), installs_unhashed=not hashed, problems=tuple(problems)
    )


def scope_of(path: str) -> Scope:
    """Tell from a file's name for what its packages are."""
    name = posixpath.splitext(path)[0]
    name = "/".join(name.split("/")[-2:])
    if _TEST.search(name):
        return "test"
    return "development" if _DEVELOPMENT.search(name) else "runtime"


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise ParseError("it is no text")
    return content.decode("utf-8-sig", "replace")


def _lines(text: str) -> Iterator[_Line]:
    held, began = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        began = began if held else number
        if re.match(r"\s*#", line):
            # A comment does not end what is continued before it.
            continue
        held += line
        if held.endswith("\\"):
            held = held[:-1] + " "
            continue
        held = re.sub(r"(?:^|\s)#.*", "", held).strip()
        if held:
            yield _Line(began, held)
        held = ""
    held = re.sub(r"(?:^|\s)#.*", "", held).strip()
    if held:
        yield _Line(began, held)


def _package(text: str, line: _Line, scope: Scope, path: str) -> Package | None:
    hashed = "--hash" in line.text
    text = _OPTION.sub("", text).strip()
    if text[:1] in ("'", '"') and text[:1] == text[-1:]:
        text = text[1:-1]
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|\.{0,2}/|[A-Za-z]:\\|\.\Z|~", text) or _is_file(text):
        return _direct(text, line, scope, path)
    found = _REQUIREMENT.fullmatch(text)
    if found is None:
        return None
    allowed = (found["allowed"] or "").strip()
    pinned = _PINNED.match(allowed)
    url = found["url"] or ""
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=_normal(found["name"]),
        version=pinned[1] if pinned else _version_in(url),
        requirement=allowed,
        line=line.number,
        scope=scope,
        direct=True,
        origin=_origin(url) if url else "registry",
        address=_CREDENTIALS.sub("//", url),
        hashed=hashed or "sha256=" in url,
        marker=(found["marker"] or "").strip(),
    )


def _direct(text: str, line: _Line, scope: Scope, path: str) -> Package:
    """Return the package of an address or a folder: its name is what it says of itself."""
    text, _, marker = text.partition(" ;")
    egg, wheel = _EGG.search(text), _WHEEL.search(text)
    archive = _SOURCE.search(text.rpartition("/")[2])
    bare = re.sub(r"\[[^\]]*\]\Z", "", text).rstrip("/").rpartition("/")[2]
    bare = bare.partition("#")[0].partition("@")[0].removesuffix(".git")
    named = egg or wheel or archive
    name = named[1] if named else bare if bare.strip(".") else posixpath.dirname(path) or "."
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=_normal(name),
        version=_version_in(text),
        line=line.number,
        scope=scope,
        direct=True,
        origin=_origin(text),
        address=_CREDENTIALS.sub("//", text),
        hashed="sha256=" in text or "--hash" in line.text,
        marker=marker.strip(),
    )


def _is_file(text: str) -> bool:
    return text.endswith((".whl", ".tar.gz", ".zip", ".tgz")) and "@" not in text


def _origin(address: str) -> Origin:
    if re.match(r"(?:git|hg|svn|bzr)\+|git@", address):
        return "git"
    if re.match(r"https?:|ftp:", address):
        return "url"
    return "path"


def _version_in(address: str) -> str:
    """Return the version that an archive's name or a revision says."""
    wheel = _WHEEL.search(address)
    if wheel is not None:
        return wheel[2]
    if _origin(address) == "git":
        revision = _REVISION.search(address)
        return revision[1] if revision else ""
    file = address.partition("#")[0].rpartition("/")[2]
    archive = _SOURCE.search(file) or re.fullmatch(r"(v?)(\d[\w.+-]*?)\.(?:tar\.gz|zip)", file)
    return archive[2] if archive else ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
