"""Dockerfiles: the runtimes and systems of the images that they build on.

Source: https://docs.docker.com/reference/dockerfile. What a build argument is given from outside
is not seen: its default counts.
"""

import re
from collections.abc import Iterator, Mapping

from seawall.model.inventory import Inventory, ListFile, Runtime

LONGEST = 2_000
"""Characters of a line that is looked at."""

_LINE = re.compile(r"\s*(FROM|ARG)\s+(.*)", re.IGNORECASE)
_FROM = re.compile(r"(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?[^}]*\}|(\w+))")
_NAMES = {
    "golang": "go",
    "openjdk": "java",
    "eclipse-temurin": "java",
    "amazoncorretto": "java",
    "ibmjava": "java",
    "pypy": "",
    "mariadb": "",
}
"""Of images, what the runtime in them is called; "" for those that are not what they are named."""
_DOTNET = re.compile(r"(?:dotnet|dotnet/core|dotnet/nightly)/(?:sdk|aspnet|runtime|runtime-deps)")
_ALPINE = re.compile(r"(?:^|-)alpine(\d+\.\d+)")
_RELEASES = {
    "debian": ("wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie"),
    "ubuntu": ("trusty", "xenial", "bionic", "focal", "jammy", "noble"),
}


def parse(file: ListFile) -> Inventory:
    """Return the runtimes of the images that a Dockerfile builds on."""
    values: dict[str, str] = {}
    stages: set[str] = set()
    found: list[Runtime] = []
    lines = file.content.decode("utf-8-sig", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        word = _LINE.match(line) if len(line) <= LONGEST else None
        if word is None:
            continue
        if word[1].upper() == "ARG":
            name, _, value = word[2].strip().partition("=")
            values[name.strip()] = value.strip().strip("\"'")
        elif image := _FROM.match(word[2]):
            reference = _filled(image[1], values)
            if reference.lower() not in stages:
                found += _runtimes(reference, number)
            if image[2]:
                stages.add(image[2].lower())
    return Inventory(runtimes=tuple(found))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda one: values.get(one[1] or one[3]) or one[2] or "", text)


def _runtimes(reference: str, line: int) -> Iterator[Runtime]:
    """Yield what is in an image: the runtime of its name, and the system that its tag tells."""
    image, _, tag = reference.partition("@")[0].rpartition(":")
    if not image or "/" in tag or not tag:
        return
    parts = image.lower().split("/")
    if _DOTNET.fullmatch("/".join(parts[1:])):
        name = "dotnet"
    elif len(parts) == 1 or parts[-2] in ("library", "circleci", "cimg"):
        # Who else publishes an image of that name may count its versions otherwise.
        name = _NAMES.get(parts[-1], parts[-1])
    else:
        return
    if name:
        yield Runtime(name=name, requirement=tag, line=line)
    if name == "alpine":
        return
    if alpine := _ALPINE.search(tag):
        yield Runtime(name="alpine", requirement=alpine[1], line=line)
    words = tag.lower().split("-")
    for system, releases in _RELEASES.items():
        release = next((one for one in words if one in releases), "")
        if release and name != system:
            yield Runtime(name=system, requirement=release, line=line)
