"""renv.lock of R.

Source: https://rstudio.github.io/renv/articles/lockfile.html.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.revisions import shown_address
from seawall.parse.values import table_of, text_of, texts_of

_GIT = frozenset({"github", "gitlab", "bitbucket", "git", "git2r", "xgit", "gitea"})
_ASKED = re.compile(r"\s*([A-Za-z][A-Za-z0-9.]*)\s*(?:\(([^)]*)\))?\s*")


def parse(file: ListFile) -> Inventory:
    """Return what renv has chosen. Raises ParseError when it is no lockfile of renv."""
    document = parse_json_table(file.content)
    if "Packages" not in document and "R" not in document:
        raise ParseError("it is no lockfile of renv")
    finder = LineFinder(file.content)
    version = text_of(table_of(document, "R"), "Version")
    runtimes = [Runtime(name="r", requirement=version, line=finder.line_of(b'"Version"'))]
    python = text_of(table_of(document, "Python"), "Version")
    if python:
        runtimes.append(Runtime(name="python", requirement=python))
    entries = table_of(document, "Packages")
    ids: dict[str, str] = {}
    for key, entry in entries.items():
        if isinstance(entry, dict):
            name = text_of(entry, "Package") or key
            ids[name] = f"{name}@{text_of(entry, 'Version')}"
    finder.line_of(b'"Packages"')
    packages: list[Package] = []
    for key, entry in entries.items():
        written = json.dumps(key, ensure_ascii=False).encode("utf-8", "replace")
        line = finder.line_of(written + b": {") or finder.line_of(written)
        finder.pass_by()
        if isinstance(entry, dict) and (name := text_of(entry, "Package") or key):
            packages.append(_package(name, entry, line, ids))
    return Inventory(
        packages=tuple(packages), runtimes=tuple(one for one in runtimes if one.requirement)
    )


def _package(name: str, entry: Mapping[str, Any], line: int, ids: Mapping[str, str]) -> Package:
    source = text_of(entry, "Source").lower()
    kind = text_of(entry, "RemoteType").lower()
    is_git = source in _GIT or (kind in _GIT and source not in ("repository", "cran"))
    needs = {one: allowed for one, allowed in _needs(entry) if one in ids and one != name}
    return Package(
        ecosystem=Ecosystem.BIOCONDUCTOR if source == "bioconductor" else Ecosystem.CRAN,
        name=name,
        version=text_of(entry, "Version"),
        line=line,
        requires=tuple(ids[one] for one in needs),
        constraints=tuple(needs.values()) if any(needs.values()) else (),
        origin="git"
        if is_git
        else "path"
        if source in ("local", "unknown")
        else "url"
        if source == "url"
        else "registry",
        address=_address(entry, is_git=is_git),
        hashed=bool(text_of(entry, "Hash")),
        licence=text_of(entry, "License"),
    )


def _needs(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a package needs: `Requirements`, or fields of its DESCRIPTION."""
    for key in ("Requirements", "Depends", "Imports", "LinkingTo"):
        value = entry.get(key)
        for one in value.split(",") if isinstance(value, str) else texts_of(entry, key):
            found = _ASKED.fullmatch(one) if len(one) < 1000 else None
            if found is not None:
                yield found[1], (found[2] or "").strip()


def _address(entry: Mapping[str, Any], *, is_git: bool) -> str:
    if not is_git:
        return shown_address(text_of(entry, "RemoteUrl"))
    url = text_of(entry, "RemoteUrl")
    owner, repository = text_of(entry, "RemoteUsername"), text_of(entry, "RemoteRepo")
    if url or not repository:
        return shown_address(url)
    host = text_of(entry, "RemoteHost").removeprefix("api.").removesuffix("/api/v3")
    return f"https://{host or 'github.com'}/{owner}/{repository}"
