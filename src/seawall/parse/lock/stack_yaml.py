"""stack.yaml of Haskell: what a project takes beside its snapshot.

Source: https://docs.haskellstack.org/en/stable/configure/yaml/project, and pantry's documentation.
"""

from collections.abc import Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime
from seawall.parse.haskell import package_identifier
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import repository_name, shown_address
from seawall.parse.values import list_of, text_of, texts_of
from seawall.parse.yaml import key_pattern, parse_yaml

_ARCHIVES = (".tar.gz", ".zip", ".tgz")


def parse(file: ListFile) -> Inventory:
    """Return what Stack is to take. Raises ParseError when it is no mapping."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if not isinstance(document, dict):
        raise ParseError("it is no yaml mapping")
    finder = LineFinder(file.content)
    finder.line_matching(key_pattern("extra-deps"))
    packages: list[Package] = []
    for entry in list_of(document, "extra-deps"):
        packages += _packages(entry, finder)
    compiler = text_of(document, "compiler") or text_of(document, "resolver")
    name, _, version = compiler.partition("-")
    return Inventory(
        packages=tuple(packages),
        runtimes=(
            (Runtime(name="ghc", requirement=version, line=finder.line_of(compiler.encode())),)
            if name == "ghc" and version
            else ()
        ),
    )


def _packages(entry: Any, finder: LineFinder) -> list[Package]:
    if isinstance(entry, str):
        line = finder.line_of(entry.encode("utf-8", "replace"))
        finder.pass_by()
        if named := package_identifier(entry):
            return [_package(named[0], line, version=named[1], hashed="@sha256:" in entry)]
        if "://" in entry:
            return [_of_archive(entry, line)]
        name = entry.rstrip("/").rpartition("/")[2]
        return [_package(name, line, origin="path", address=entry)] if name.strip(".") else []
    if not isinstance(entry, dict):
        return []
    return _of_table(entry, finder)


def _of_table(entry: Mapping[str, Any], finder: LineFinder) -> list[Package]:
    archive = text_of(entry, "archive") or text_of(entry, "url")
    git, owned = text_of(entry, "git"), text_of(entry, "github")
    address = git or owned or archive
    line = finder.line_of(address.encode("utf-8", "replace")) if address else 0
    finder.pass_by()
    if not address:
        return []
    if archive:
        return [_of_archive(archive, line)]
    if owned:
        address = f"https://github.com/{owned}"
    parts = [one.rstrip("/").rpartition("/")[2] for one in texts_of(entry, "subdirs")]
    names = [one for one in parts if one.strip(".")] or [
        repository_name(address).rpartition("/")[2]
    ]
    return [
        _package(
            name,
            line,
            version=text_of(entry, "commit"),
            origin="git",
            address=shown_address(address),
        )
        for name in names
        if name
    ]


def _of_archive(url: str, line: int) -> Package:
    file = url.rstrip("/").rpartition("/")[2]
    for suffix in _ARCHIVES:
        file = file.removesuffix(suffix)
    name, version = package_identifier(file) or (file or url, "")
    return _package(name, line, version=version, origin="url", address=shown_address(url))


def _package(
    name: str,
    line: int,
    *,
    version: str = "",
    origin: Origin = "registry",
    address: str = "",
    hashed: bool | None = None,
) -> Package:
    return Package(
        ecosystem=Ecosystem.HACKAGE,
        name=name,
        version=version,
        line=line,
        direct=True,
        origin=origin,
        address=address,
        hashed=hashed,
    )
