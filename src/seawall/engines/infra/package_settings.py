"""Reads what tells package managers and their robots where packages come from, and what is checked.

Each file is one resource of the kind "settings/NAME"; what it says stands under lower-case keys.
"""

import posixpath
import re
from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.model.infrastructure import Node, Place, Resource
from seawall.parse.marked_yaml import parse_marked_yaml
from seawall.parse.script import script_text

LARGEST = 1_000_000
"""Bytes of a file that is read."""
WIDEST = 2_000
"""Characters of a line that is looked at."""
_LINES = {
    ".npmrc": "npm",
    "pip.conf": "pip",
    "pip.ini": "pip",
    ".yarnrc": "yarn",
    "uv.toml": "uv",
}
_YAML = {
    ".yarnrc.yml": "yarn",
    ".gemrc": "gem",
    ".pre-commit-config.yaml": "pre-commit",
    ".pre-commit-config.yml": "pre-commit",
    ".github/dependabot.yml": "dependabot",
    ".github/dependabot.yaml": "dependabot",
    "renovate.json": "renovate",
    ".renovaterc": "renovate",
    ".renovaterc.json": "renovate",
    ".github/renovate.json": "renovate",
}
_ADDRESSES = {
    "nuget.config": "nuget",
    "settings.xml": "maven",
    "pom.xml": "maven",
    "build.gradle": "gradle",
    "build.gradle.kts": "gradle",
    "settings.gradle": "gradle",
    "settings.gradle.kts": "gradle",
    "gemfile": "gem",
    "pipfile": "pip",
    "pyproject.toml": "pip",
    "config.toml": "cargo",
}
"""Files of which only the addresses of sources are of interest."""
_REQUIREMENTS = re.compile(
    r"(?:^|/)[\w.-]*requirements[\w.-]*\.(?:txt|in)$|/requirements/[^/]+\.txt$"
)
_ENTRY = re.compile(
    r"^[ \t]*(?P<key>[@\w./:-]+)[ \t]*(?:=|[ \t])[ \t]*[\"']?(?P<value>[^\r\n]*?)[\"']?[ \t]*$"
)
_OPTION = re.compile(r"^[ \t]*--?(?P<key>[\w-]+)(?:[ \t=]+(?P<value>\S+))?", re.MULTILINE)
_SOURCE = re.compile(
    r"(?i)(?:<add\s[^>]*?\bvalue\s*=\s*[\"']|<url>\s*|\burl\s*(?:=|\()?\s*(?:uri\()?[\"']"
    r"|^\s*source\s*\(?[\"']|\bindex\s*=\s*[\"'](?:sparse\+)?|\bregistry\s*=\s*[\"'](?:sparse\+)?"
    r"|maven\s*\(\s*[\"'])(?P<value>https?://[^\s\"'<]+)",
    re.MULTILINE,
)
_REPOSITORY = re.compile(r"<(?P<closing>/)?(?:repository|pluginRepository)>")
_ASIDE = re.compile(r"(?i)<!--|xmlns|^\s*(?://|#)")


class PackageSettingsFormat:
    """Settings of package managers, of Dependabot, Renovate and pre-commit."""

    name = "package settings"

    def wants(self, path: str) -> bool:
        """Whether a file is one of those, by its name."""
        return bool(_kind(path))

    def read(self, files: Files) -> Declared:
        """Return one resource for each file."""
        declared = Declared()
        for path in files.paths:
            kind = _kind(path)
            content = files.read(path) if kind else None
            if content is None or len(content) > LARGEST:
                continue
            body = _body(path, content, declared)
            if body is not None:
                declared.resources.append(
                    Resource(
                        kind=f"settings/{kind}",
                        address=path,
                        body=body,
                        place=Place(path, 1),
                        symbol=posixpath.basename(path),
                    )
                )
        return declared


def _kind(path: str) -> str:
    name = posixpath.basename(path)
    known = _LINES.get(name) or _YAML.get(name) or _YAML.get("/".join(path.split("/")[-2:]))
    if known:
        return known
    if name == "config.toml" and not path.endswith(".cargo/config.toml"):
        return ""
    return _ADDRESSES.get(name.lower(), "") or ("pip" if _REQUIREMENTS.search(path) else "")


def _body(path: str, content: bytes, declared: Declared) -> Node | None:
    name = posixpath.basename(path)
    if name in _YAML or "/".join(path.split("/")[-2:]) in _YAML:
        found = parse_marked_yaml(content, path)
        for one in found.broken:
            declared.problems.append(
                Problem(
                    kind=ProblemKind.PARSE,
                    message=one.words,
                    path=path,
                    line=one.line,
                    engine="infra",
                )
            )
        return found.documents[0] if found.documents else None
    try:
        text = script_text(content)
    except ParseError:
        return None
    entries: dict[str, Node] = {}
    if name in _LINES:
        pairs = _entries(text, path)
    elif _REQUIREMENTS.search(path):
        pairs = _options(text, path)
    else:
        pairs = _sources(text, path)
    for key, node in pairs:
        known = entries.get(key)
        entries[key] = Node([*known.items, node] if known else [node], node.place)
    return Node(entries, Place(path, 1))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) <= WIDEST:
            yield number, line


def _entries(text: str, path: str) -> Iterator[tuple[str, Node]]:
    """Yield what lines of `key = value` and `key value` say."""
    for number, line in _lines(text):
        if line.lstrip()[:1] in ("#", ";", "["):
            continue
        found = _ENTRY.match(line)
        if found is not None:
            key = found["key"].lower()
            place = Place(path, number, found.start("value") + 1, number, found.end("value") + 1)
            # The registry of a scope is one as well.
            yield ("registry" if key.endswith(":registry") else key), Node(found["value"], place)


def _options(text: str, path: str) -> Iterator[tuple[str, Node]]:
    for number, line in _lines(text):
        found = _OPTION.match(line)
        if found is not None and found["value"]:
            key = {"i": "index-url", "f": "find-links"}.get(found["key"], found["key"].lower())
            place = Place(path, number, found.start("value") + 1, number, found.end("value") + 1)
            yield key, Node(found["value"], place)


def _sources(text: str, path: str) -> Iterator[tuple[str, Node]]:
    """Yield the addresses that packages are taken from; in a pom only those of repositories."""
    is_pom = posixpath.basename(path).lower() == "pom.xml"
    within = False
    for number, line in _lines(text):
        for tag in _REPOSITORY.finditer(line):
            within = not tag["closing"]
        found = _SOURCE.search(line)
        if found is None or _ASIDE.search(line[: found.start()]) or (is_pom and not within):
            continue
        place = Place(path, number, found.start("value") + 1, number, found.end("value") + 1)
        yield "source", Node(found["value"], place)
