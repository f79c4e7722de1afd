"""Dockerfiles: the runtimes and systems of the images that they build on."""

from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.dockerfile import parse_dockerfile
from seawall.parse.images import image_runtimes


def parse(file: ListFile) -> Inventory:
    """Return the runtimes of the images that a Dockerfile builds on."""
    text = file.content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    read = parse_dockerfile(text)
    found: list[Runtime] = []
    for stage in read.stages:
        if stage.parent is None and stage.image.value:
            found += image_runtimes(stage.image.value, read.place(stage.image.start)[0])
    return Inventory(runtimes=tuple(found))
