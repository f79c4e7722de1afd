"""What an installed package of Python says of itself: METADATA, PKG-INFO, requires.txt.

Source: https://packaging.python.org/en/latest/specifications/core-metadata; setuptools, for eggs.
"""

import posixpath
import re

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Package
from seawall.parse.core_metadata import parse_core_metadata, parse_requires_txt
from seawall.parse.json import parse_json_table
from seawall.parse.pep508 import origin_of, python_name, without_credentials
from seawall.parse.values import table_of, text_of

_EGG = re.compile(r"([A-Za-z0-9_.]+?)(?:-([^-/]+))?(?:-py[\d.]+(?:-[^/]*)?)?\.(?:egg-info|egg)")


def parse(file: ListFile) -> Inventory:
    """Return the one package that is installed, with what it needs.

    What it needs is installed beside it, in files of its own: `requires` names it without a
    version. Raises ParseError when the file does not say what package it is of.
    """
    folder, _, base = file.path.rpartition("/")
    if base == "requires.txt":
        return _from_requires(file, folder)
    metadata = parse_core_metadata(file.content)
    if not metadata.name:
        raise ParseError("it is no metadata of a package: it has no name")
    if not metadata.requires and (listed := file.read(posixpath.join(folder, "requires.txt"))):
        metadata = replace(metadata, requires=tuple(parse_requires_txt(listed)))
    package = metadata.package()
    if not folder.endswith(".dist-info"):
        return Inventory(packages=(package,))
    if (came := file.read(f"{folder}/direct_url.json")) is not None:
        package = _from_address(package, came)
    # pip leaves it beside what was asked for by name.
    if file.read(f"{folder}/REQUESTED") is not None:
        package = replace(package, direct=True)
    return Inventory(packages=(package,))


def _from_requires(file: ListFile, folder: str) -> Inventory:
    """Return the package of a requires.txt; nothing where the PKG-INFO beside it tells more."""
    if file.read(f"{folder}/PKG-INFO" if folder else "PKG-INFO") is not None:
        return Inventory()
    if b"\0" in file.content:
        raise ParseError("it is no text")
    wanted = parse_requires_txt(file.content)
    found = _EGG.fullmatch(posixpath.basename(folder))
    packages = [one.package(line, scope) for line, scope, one in wanted]
    return Inventory(packages=tuple(packages), project=python_name(found[1]) if found else "")


def _from_address(package: Package, content: bytes) -> Package:
    """Return a package with where pip took it from (PEP 610)."""
    try:
        document = parse_json_table(content)
    except ParseError:
        return package
    url = text_of(document, "url")
    if "vcs_info" in document:
        commit = text_of(table_of(document, "vcs_info"), "commit_id")
        address = f"{url}@{commit}" if commit else url
        return replace(package, origin="git", address=without_credentials(address))
    return replace(package, origin=origin_of(url), address=without_credentials(url))
