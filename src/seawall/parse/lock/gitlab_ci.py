"""Pipelines of GitLab: their images, and the components that they take in.

Source: https://docs.gitlab.com/ci/yaml.
"""

from collections.abc import Iterator
from typing import Any

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.images import image_runtimes
from seawall.parse.lines import LineFinder
from seawall.parse.values import list_of, text_of
from seawall.parse.yaml import entries_of, parse_yaml


def parse(file: ListFile) -> Inventory:
    """Return what a pipeline runs in and takes in. Raises ParseError when it is no mapping."""
    documents = [one for one in parse_yaml(file.content) if one is not None]
    if not documents:
        return Inventory()
    if not all(isinstance(one, dict) for one in documents):
        raise ParseError("it is no yaml mapping")
    finder = LineFinder(file.content)
    packages: dict[str, Package] = {}
    runtimes: dict[Runtime, None] = {}
    for document in documents:
        for place in (document, *(one for _, one in entries_of(document))):
            for image in _images(place):
                line = finder.line_of(image.encode("utf-8", "replace"))
                runtimes.update(dict.fromkeys(image_runtimes(image, line)))
        for name, version in _included(document.get("include")):
            line = finder.line_of(name.encode("utf-8", "replace"))
            package = Package(
                ecosystem=Ecosystem.GENERIC,
                name=name,
                version=version,
                line=line,
                scope="build",
                direct=True,
                origin="git",
            )
            packages.setdefault(package.id, package)
    return Inventory(packages=tuple(packages.values()), runtimes=tuple(runtimes))


def _images(place: Any) -> Iterator[str]:
    if not isinstance(place, dict):
        return
    for one in (place.get("image"), *list_of(place, "services")):
        image = text_of(one, "name") if isinstance(one, dict) else one
        if isinstance(image, str) and image:
            yield image


def _included(value: Any) -> Iterator[tuple[str, str]]:
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            continue
        name, _, version = text_of(one, "component").rpartition("@")
        if name and "$" not in name:
            yield name, version
        if (project := text_of(one, "project")) and "$" not in project:
            yield project, text_of(one, "ref")
