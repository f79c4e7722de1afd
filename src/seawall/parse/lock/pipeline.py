"""Pipelines of CircleCI, Bitbucket, Drone and Woodpecker: the images that they run in.

Sources: https://circleci.com/docs/configuration-reference,
https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference,
https://woodpecker-ci.org/docs/usage/workflow-syntax.
"""

from collections.abc import Iterator
from typing import Any

from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.images import image_runtimes
from seawall.parse.lines import LineFinder
from seawall.parse.values import text_of
from seawall.parse.yaml import parse_yaml

DEEPEST = 30
"""Tables and lists within each other."""


def parse(file: ListFile) -> Inventory:
    """Return what is in the images of a pipeline. Raises ParseError when it is no YAML."""
    finder = LineFinder(file.content)
    found: dict[Runtime, None] = {}
    for image in _images(parse_yaml(file.content), 0):
        line = finder.line_of(image.encode("utf-8", "replace"))
        found.update(dict.fromkeys(image_runtimes(image, line)))
    return Inventory(runtimes=tuple(found))


def _images(value: Any, depth: int) -> Iterator[str]:
    """Yield all that is called an image: the formats differ in where they name one."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        told = value.get("image")
        image = text_of(told, "name") if isinstance(told, dict) else told
        if isinstance(image, str) and image:
            yield image
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from _images(inner, depth + 1)
