"""Dockerfiles: the runtimes and systems of the images that they build on.

Source: https://docs.docker.com/reference/dockerfile. What a build argument is given from outside
is not seen: its default counts.
"""

import re
from collections.abc import Mapping

from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.images import image_runtimes

LONGEST = 2_000
"""Characters of a line that is looked at."""

_LINE = re.compile(r"\s*(FROM|ARG)\s+(.*)", re.IGNORECASE)
_FROM = re.compile(r"(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?[^}]*\}|(\w+))")


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
                found += image_runtimes(reference, number)
            if image[2]:
                stages.add(image[2].lower())
    return Inventory(runtimes=tuple(found))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda one: values.get(one[1] or one[3]) or one[2] or "", text)
