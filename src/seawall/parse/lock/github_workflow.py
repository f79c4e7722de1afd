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
from seawall.parse.values import list_of, table_of, tables_of, text_of
from seawall.parse.yaml import entries_of, parse_yaml

_ACTION = re.compile(r"([\w.-]+/[\w.-]+)((?:/[^@\s]+)?)@([^\s@]+)")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REMARK = re.compile(
    rb"[^\n#]*#[ \t]*(?:[Vv]ersion[ \t:=]*|tag[ \t:=]*|ratchet:\S*@)?[ \t]*([vV]?\d[\w.+-]*)"
)
_USING = re.compile(r"(node|python|ruby)(\d[\d.]*)")
_SETS_UP = {
    "actions/setup-python": (("python", "python-version"),),
    "actions/setup-node": (("node", "node-version"),),
    "actions/setup-java": (("java", "java-version"),),
    "actions/setup-go": (("go", "go-version"),),
    "actions/setup-dotnet": (("dotnet", "dotnet-version"),),
    "ruby/setup-ruby": (("ruby", "ruby-version"),),
    "shivammathur/setup-php": (("php", "php-version"),),
    "erlef/setup-beam": (("elixir", "elixir-version"), ("erlang", "otp-version")),
}
"""By action, the runtimes that it sets up and the inputs that name their versions."""
_RUNNER = re.compile(r"ubuntu-(\d\d\.\d\d)(?:-arm)?")
_OF_MATRIX = re.compile(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
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
    for name, key, version in _set_up(document):
        line = _line_of(finder, key, version)
        runtimes.setdefault(Runtime(name=name, requirement=version, line=line))
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


def _set_up(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what actions set up, and the systems that jobs run on; of several the newest.

    Between name and version is the key under which the version stands.
    """
    jobs = [job for _, job in entries_of(document, "jobs") if isinstance(job, dict)]
    for job in (*jobs, table_of(document, "runs")):
        matrix = table_of(job, "strategy", "matrix")
        key, values = _values("runs-on", job, matrix)
        for system in _newest(values):
            if found := _RUNNER.fullmatch(system):
                yield "ubuntu", key, found[1]
        for step in tables_of(job, "steps"):
            action = text_of(step, "uses").partition("@")[0].lower()
            for name, own in _SETS_UP.get(action, ()):
                key, values = _values(own, table_of(step, "with"), matrix)
                for version in _newest(values):
                    yield name, key, version


def _line_of(finder: LineFinder, key: str, version: str) -> int:
    """Return the line of a version: that of its key, or in the list below it."""
    named, told = (re.escape(one.encode("utf-8", "replace")) for one in (key, version))
    return (
        finder.line_matching(re.compile(rb"\b%b[\"']?[ \t]*:[^\n]*%b" % (named, told)))
        or finder.line_matching(re.compile(rb"-[ \t]+[\"']?%b\b" % told))
        or finder.line_of(key.encode("utf-8", "replace"))
    )


def _values(key: str, table: Mapping[str, Any], matrix: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the values under a key, one a line, or those of the matrix's key that is named."""
    told = table.get(key)
    if not isinstance(told, str) or len(told) > LONGEST:
        return key, []
    if (named := _OF_MATRIX.fullmatch(told.strip())) is None:
        return key, [line.strip() for line in told.splitlines() if line.strip()]
    rows = tables_of(matrix, "include")
    found = [*list_of(matrix, named[1]), *(row.get(named[1]) for row in rows)]
    return named[1], [one for one in found if isinstance(one, str)]


def _newest(values: list[str]) -> list[str]:
    """Return the newest of versions: what tests run on beside it is not relied on."""
    numbered = [
        (tuple(int(part[:9]) for part in number[0].split(".")), value)
        for value in values
        if (number := re.search(r"\d+(?:\.\d+)*", value)) and "$" not in value
    ]
    return [max(numbered)[1]] if len(numbered) == len(values) and values else []


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
