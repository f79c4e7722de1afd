"""Workflows and actions of GitHub, and of Gitea and Forgejo, which write them alike.

Source: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.images import image_runtimes
from seawall.parse.lines import LineFinder
from seawall.parse.values import table_of, tables_of, text_of
from seawall.parse.yaml import entries_of, parse_yaml

_ACTION = re.compile(r"([\w.-]+/[\w.-]+)((?:/[^@\s]+)?)@([^\s@]+)")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REMARK = re.compile(
    rb"[^\n#]*#[ \t]*(?:[Vv]ersion[ \t:=]*|tag[ \t:=]*|ratchet:\S*@)?[ \t]*([vV]?\d[\w.+-]*)"
)
_USING = re.compile(r"(node|python|ruby)(\d[\d.]*)")
LONGEST = 1 << 10


class _Use(Struct, frozen=True):
    """What a step uses, or an image that a job or a service runs in."""

    text: str
    is_image: bool = False


def parse(file: ListFile) -> Inventory:
    """Return the actions and the images of a workflow. Raises ParseError when it is no mapping."""
    documents = parse_yaml(file.content)
    document = documents[0] if documents else None
    if document is None:
        return Inventory()
    if not isinstance(document, dict):
        raise ParseError("it is no yaml mapping")
    finder = LineFinder(file.content)
    remarks = _remarks(file.content)
    packages: dict[str, Package] = {}
    runtimes: dict[Runtime, None] = {}
    for use in _uses(document):
        line = finder.line_of(use.text.encode("utf-8", "replace"))
        if use.is_image or use.text.startswith("docker://"):
            image = use.text.removeprefix("docker://")
            runtimes.update(dict.fromkeys(image_runtimes(image, line)))
        elif (found := _ACTION.fullmatch(use.text)) and len(use.text) <= LONGEST:
            package = _package(found, line, remarks.get(use.text, ""))
            packages.setdefault(package.id, package)
    using = text_of(table_of(document, "runs"), "using")
    if found := _USING.fullmatch(using):
        line = finder.line_of(using.encode())
        runtimes.setdefault(Runtime(name=found[1], requirement=found[2], line=line))
    return Inventory(packages=tuple(packages.values()), runtimes=tuple(runtimes))


def _uses(document: Mapping[str, Any]) -> Iterator[_Use]:
    for _, job in entries_of(document, "jobs"):
        if not isinstance(job, dict):
            continue
        for place in (job.get("container"), *(one for _, one in entries_of(job, "services"))):
            image = text_of(place, "image") if isinstance(place, dict) else place
            if isinstance(image, str) and image:
                yield _Use(image, is_image=True)
        yield from _steps(job)
        if reusable := text_of(job, "uses"):
            yield _Use(reusable)
    runs = table_of(document, "runs")
    yield from _steps(runs)
    if (image := text_of(runs, "image")).startswith("docker://"):
        yield _Use(image)


def _steps(table: Mapping[str, Any]) -> Iterator[_Use]:
    for step in tables_of(table, "steps"):
        if used := text_of(step, "uses"):
            yield _Use(used.strip())


def _remarks(content: bytes) -> dict[str, str]:
    """Return by what is used the version that a remark beside it says."""
    found: dict[str, str] = {}
    for line in content.splitlines():
        _, uses, rest = line.partition(b"uses:")
        words = rest.split(None, 1)
        if uses and len(words) == 2 and len(line) <= LONGEST and (one := _REMARK.match(words[1])):
            used = words[0].decode("utf-8", "replace").strip("\"'")
            found.setdefault(used, one[1].decode("ascii", "replace"))
    return found


def _package(found: re.Match[str], line: int, remark: str) -> Package:
    name, path, reference = found.groups()
    is_commit = _COMMIT.fullmatch(reference) is not None
    return Package(
        ecosystem=Ecosystem.GITHUB_ACTIONS,
        name=name,
        version=remark if is_commit and remark else reference,
        requirement=reference,
        line=line,
        scope="build",
        direct=True,
        key=f"{name}{path}@{reference}" if path else "",
        # A commit is its own digest; a tag may be moved.
        hashed=is_commit,
    )
