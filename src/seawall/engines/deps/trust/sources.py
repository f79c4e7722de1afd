"""Internal names that a public registry may answer for, and installers that ask several registries.

What environment variables and the configuration of machines say of registries is not seen.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from seawall.core.errors import ParseError
from seawall.core.finding import Finding
from seawall.core.rule import Severity
from seawall.engines.deps.composition import Member
from seawall.engines.deps.trust.case import Case, above
from seawall.model.inventory import Ecosystem
from seawall.model.package_name import normal_name
from seawall.parse.toml import parse_toml
from seawall.parse.values import table_of, tables_of, text_of

RULE = "dependency-confusion"

_PUBLIC = re.compile(
    r"(?://|^)(?:[\w.-]*@)?(?:pypi\.org|pypi\.python\.org|files\.pythonhosted\.org|registry\.npmjs\.org"
    r"|registry\.yarnpkg\.com|rubygems\.org|index\.crates\.io|github\.com/rust-lang/crates\.io-index"
    r"|api\.nuget\.org|packagist\.org|repo\.packagist\.org)(?=[:/]|$)"
)
_VENDORS = re.compile(r"//(?:download\.pytorch\.org|pypi\.nvidia\.com|pypi\.ngc\.nvidia\.com)/")
_EXTRA = re.compile(
    r"(?:--extra-index-url[ \t=]+|^[ \t]*extra-index-url[ \t]*=\s*)[\"']?(?P<address>[^\s\"']+)",
    re.MULTILINE,
)
_INDEX = re.compile(
    r"(?:(?:--index-url|^[ \t]*-i)[ \t=]+|^[ \t]*index-url[ \t]*=[ \t]*)"
    r"[\"']?(?P<address>[^\s\"']+)",
    re.MULTILINE,
)
_PIP_FILES = ("pip.conf", "pip.ini")
_NO_REGISTRY = frozenset((Ecosystem.GO, Ecosystem.MAVEN, Ecosystem.SWIFT, Ecosystem.GITHUB_ACTIONS))
"""Names there are bound to a domain or a repository of their owner."""
LARGEST = 1 << 20
"""Bytes of a file of settings."""


def find(case: Case) -> Iterator[Finding]:
    """Tell files that ask several registries, and internal names that are bound to none."""
    for path in case.paths:
        yield from _several(case, path)
    if case.wishes.internal:
        yield from _internal(case)
    if case.said:
        yield from _missing(case)


def _several(case: Case, path: str) -> Iterator[Finding]:
    name = posixpath.basename(path)
    inventory = case.inventories.get(path)
    if name == "pyproject.toml":
        yield from _of_project(case, path)
        return
    is_list = inventory is not None and (
        inventory.installs_unhashed is not None or "dockerfile" in name.lower()
    )
    if not is_list and name not in _PIP_FILES:
        return
    if inventory is not None and inventory.installs_unhashed is False:
        # A digest settles what is installed, wherever it is from.
        return
    text = _text(case, path)
    for extra in _EXTRA.finditer(text):
        if _is_remark(text, extra.start()):
            continue
        address = extra["address"]
        line = text.count("\n", 0, extra.start("address")) + 1
        known = _VENDORS.search(address) or _PUBLIC.search(address)
        yield case.about_file(
            path,
            line,
            RULE,
            f"pip asks {_host(address)} beside another index and takes the highest version of both",
            f"{RULE}|extra-index|{_host(address)}",
            severity=Severity.LOW if known else Severity.MEDIUM,
        )


def _of_project(case: Case, path: str) -> Iterator[Finding]:
    content = case.read(path) or b""
    tool = table_of(_document(content), "tool")
    strategy = text_of(table_of(tool, "uv"), "index-strategy")
    if strategy.startswith("unsafe-"):
        yield case.about_file(
            path,
            _line(content, b"index-strategy"),
            RULE,
            f"uv may take a package of any index ({strategy})",
            f"{RULE}|index-strategy",
            severity=Severity.MEDIUM,
        )
    pdm = [
        one
        for one in tables_of(table_of(tool, "pdm"), "source")
        if text_of(one, "name") != "pypi" and not one.get("include_packages")
    ]
    poetry = [
        one
        for one in tables_of(table_of(tool, "poetry"), "source")
        if text_of(one, "priority") in ("supplemental", "secondary")
    ]
    for tool_name, sources in (("PDM", pdm), ("Poetry", poetry)):
        for source in sources:
            address = text_of(source, "url")
            if address and not _PUBLIC.search(address):
                yield case.about_file(
                    path,
                    _line(content, address.encode("utf-8", "replace")),
                    RULE,
                    f"{tool_name} asks {_host(address)} beside another index for the same names",
                    f"{RULE}|extra-index|{_host(address)}",
                    severity=Severity.LOW,
                )


def _internal(case: Case) -> Iterator[Finding]:
    for member in case.members:
        package = member.package
        if not is_internal(case, member) or not is_public(package.address):
            continue
        said = case.said_of(package)
        if said is not None and said.known:
            message = f"{package.name} is internal, and {said.host} has a package of that name too"
        elif package.address:
            message = f"{package.name} is internal, and it is taken from {_host(package.address)}"
        elif is_bound(case, member):
            continue
        else:
            message = f"{package.name} is internal, and no registry of yours is named for it"
        yield case.about_package(member, RULE, message)


def _missing(case: Case) -> Iterator[Finding]:
    """Tell names that a registry was asked about and does not know."""
    for member in case.members:
        package = member.package
        said = case.said_of(package)
        if said is None or said.known or is_internal(case, member):
            continue
        words = f"{said.host} has no package {package.name}: whoever publishes one is installed"
        severity = Severity.MEDIUM if package.version else None
        yield case.about_package(member, RULE, words, severity=severity)


def is_internal(case: Case, member: Member) -> bool:
    """Whether the project says that only its own registry may answer for a name."""
    package = member.package
    if package.origin != "registry" or package.ecosystem in _NO_REGISTRY:
        return False
    names = {package.name, package.name.lower()}
    patterns = {
        form
        for one in case.wishes.internal
        for form in (one, normal_name(package.ecosystem, one) if "*" not in one else one.lower())
    }
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def is_public(address: str) -> bool:
    """Whether a package is taken from a public registry, as far as its file says ("": usual)."""
    return not address or _PUBLIC.search(address) is not None


def is_bound(case: Case, member: Member) -> bool:
    """Whether a file beside it, or above, names the registry that answers for a package."""
    match member.package.ecosystem:
        case Ecosystem.NPM:
            return any(
                _npm_names(case, folder, member.package.name) for folder in above(member.path)
            )
        case Ecosystem.PYPI:
            return any(_python_names(case, folder, member) for folder in above(member.path))
        case _:
            return False


def _npm_names(case: Case, folder: str, name: str) -> bool:
    scope = name.partition("/")[0] if name.startswith("@") else ""
    text = _text(case, posixpath.join(folder, ".npmrc"))
    for key in (f"{scope}:registry", "registry"):
        found = re.search(rf"^[ \t]*{re.escape(key)}[ \t]*=[ \t]*(\S+)", text, re.MULTILINE)
        if found is not None and not (key.startswith(":")):
            return not _PUBLIC.search(found[1])
    text = _text(case, posixpath.join(folder, ".yarnrc.yml"))
    named = rf"^[ \t]+[\"']?{re.escape(scope[1:])}[\"']?:[ \t]*\n"
    inner = named + r"(?:[ \t]+\w.*\n)*?[ \t]+npmRegistryServer:"
    if scope and re.search(inner, text, re.MULTILINE):
        return True
    found = re.search(r"^npmRegistryServer:[ \t]*[\"']?([^\s\"']+)", text, re.MULTILINE)
    return found is not None and not _PUBLIC.search(found[1])


def _python_names(case: Case, folder: str, member: Member) -> bool:
    files = [posixpath.join(folder, one) for one in _PIP_FILES]
    files += [member.path] if posixpath.dirname(member.path) == folder else []
    for path in files:
        text = _text(case, path)
        found = _INDEX.search(text)
        if found is not None:
            return not _PUBLIC.search(found["address"]) and not _EXTRA.search(text)
    tool = table_of(_document(case.read(posixpath.join(folder, "pyproject.toml")) or b""), "tool")
    return _chosen_by_uv(tool, member.package.name) or _chosen_by_poetry(tool, member.package.name)


def _chosen_by_uv(tool: Mapping[str, Any], name: str) -> bool:
    sources = table_of(tool, "uv", "sources")
    for key, source in sources.items():
        if normal_name(Ecosystem.PYPI, key) == name:
            tables = source if isinstance(source, list) else [source]
            return any(isinstance(one, dict) and "index" in one for one in tables)
    usual = [one for one in tables_of(table_of(tool, "uv"), "index") if one.get("default") is True]
    return any(not _PUBLIC.search(text_of(one, "url")) for one in usual)


def _chosen_by_poetry(tool: Mapping[str, Any], name: str) -> bool:
    poetry = table_of(tool, "poetry")
    groups = [table_of(poetry, "dependencies"), table_of(poetry, "dev-dependencies")]
    groups += [table_of(one, "dependencies") for one in _tables(table_of(poetry, "group"))]
    return any(
        normal_name(Ecosystem.PYPI, key) == name and isinstance(one, dict) and "source" in one
        for group in groups
        for key, one in group.items()
    )


def _tables(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [one for one in table.values() if isinstance(one, dict)]


def _document(content: bytes) -> Mapping[str, Any]:
    if len(content) > LARGEST or b"tool" not in content:
        return {}
    try:
        return parse_toml(content)
    except ParseError:
        return {}


def _text(case: Case, path: str) -> str:
    content = case.read(path) or b""
    return content[:LARGEST].decode("utf-8-sig", "replace")


def _line(content: bytes, needle: bytes) -> int:
    at = content.find(needle)
    return content.count(b"\n", 0, at) + 1 if at >= 0 else 1


def _is_remark(text: str, at: int) -> bool:
    return text[text.rfind("\n", 0, at) + 1 : at].lstrip().startswith("#")


def _host(address: str) -> str:
    """Return the host of an address: what else is in it may be a secret."""
    rest = re.sub(r"^[\w+.-]*://", "", address)
    return re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2] or "another index"
