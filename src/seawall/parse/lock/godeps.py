"""Godeps.json of Godep, with which Go's projects chose packages before modules.

Source: https://github.com/tools/godep#file-format.
"""

import re

import msgspec

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import tables_of, text_of

_TAG = re.compile(r"v?\d+(?:\.\d+)+(?:-(?!\d+-g[0-9a-f]+\Z)[0-9A-Za-z.-]+)?")
_HOSTED = re.compile(
    r"(?:github\.com|bitbucket\.org|gitlab\.com)/[^/]+/[^/]+|golang\.org/x/[^/]+"
    r"|gopkg\.in/(?:[^/]+/)?[^/]+\.v\d+|(?:k8s|sigs\.k8s)\.io/[^/]+|google\.golang\.org/[^/]+"
)


def parse(file: ListFile) -> Inventory:
    """Return what Godep has chosen. Raises ParseError when it is no list of Godep."""
    document = parse_json_table(file.content)
    if not document.keys() & {"ImportPath", "Deps", "GodepVersion"}:
        raise ParseError("it is no list of godep")
    lines = LineFinder(file.content)
    packages: dict[str, Package] = {}
    for one in tables_of(document, "Deps"):
        path, comment = text_of(one, "ImportPath"), text_of(one, "Comment")
        if not path:
            continue
        line = lines.line_of(msgspec.json.encode(path))
        # Packages of one repository stand there each: what is published is the repository.
        found = _HOSTED.match(path)
        is_tag = _TAG.fullmatch(comment) is not None
        package = Package(
            ecosystem=Ecosystem.GO,
            name=found[0] if found else path,
            version=comment if is_tag else text_of(one, "Rev"),
            line=line,
            origin="registry" if is_tag else "git",
        )
        packages.setdefault(package.id, package)
    version = text_of(document, "GoVersion").removeprefix("go")
    return Inventory(
        packages=tuple(packages.values()),
        project=text_of(document, "ImportPath"),
        runtimes=(Runtime(name="go", requirement=version, line=lines.line_of(b'"GoVersion"')),)
        if version
        else (),
    )
