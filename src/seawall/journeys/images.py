"""Container images in a target: what stands in them, and in which layer it came."""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.report import Problem, ProblemKind
from seawall.engines.deps.engine import NOTHING, DepsEngine
from seawall.model.inventory import Inventory, Package
from seawall.source import image as images
from seawall.source.disk import open_regular
from seawall.source.image import ArchiveStore, FolderStore, Image, Platform, Store
from seawall.source.layers import read_layers
from seawall.source.tarball import TarError
from seawall.source.unpacking import PackedError

LONGEST_COMMAND = 100
"""Characters of the command that made a layer that are told."""

_ARGUMENTS = re.compile(r"^(?:RUN )?\|\d+ .*?(?=/bin/sh -c |/bin/bash -c )", re.DOTALL)
_SHELL = re.compile(r"^(?:RUN )?/bin/(?:ba)?sh -c (?:#\(nop\)\s*)?")


class ImagesRead(Struct, kw_only=True):
    """What the images of a target say."""

    inventories: dict[str, Inventory] = {}
    """By path: "IMAGE.tar!/var/lib/dpkg/status"."""
    problems: list[Problem] = []
    files: set[str] = set()
    """Paths of the archives, and of the blobs of layouts."""


class ImageReader:
    """Finds images among the files of a target on disk, and reads them."""

    def __init__(
        self,
        engine: DepsEngine,
        locate: Callable[[str], Path],
        *,
        only: str = "",
        asked: Platform | None = None,
        mask: Callable[[str], str] = str,
    ) -> None:
        """`only` is the one file that was named: it is looked into, whatever its name.

        `mask` takes secrets out of a text.
        """
        self._engine = engine
        self._locate = locate
        self._only = only
        self._asked = asked
        self._mask = mask

    def read(self, paths: Iterable[str]) -> ImagesRead:
        """Read the images among these files."""
        told = ImagesRead()
        paths = set(paths)
        for path in sorted(paths):
            try:
                with self._store(path, paths) as store:
                    if store is not None:
                        told.files |= _files_of(path, paths)
                        self._read(path, store, told)
            except PackedError as error:
                told.problems.append(_unread(path, error))
        return told

    @contextlib.contextmanager
    def _store(self, path: str, paths: set[str]) -> Iterator[Store | None]:
        """Open what may be an image; None where it is something else."""
        folder, _, name = path.rpartition("/")
        if name == "index.json":
            layout = f"{folder}/{images.LAYOUT}" if folder else images.LAYOUT
            yield FolderStore(self._locate(path).parent) if layout in paths else None
            return
        if not name.endswith(images.NAMES) and path != self._only:
            yield None
            return
        with contextlib.ExitStack() as stack:
            try:
                file = stack.enter_context(open_regular(self._locate(path)))
                store = ArchiveStore(file)
            except (TarError, OSError):
                # An archive of something else, or no archive.
                yield None
                return
            yield store

    def _read(self, path: str, store: Store, told: ImagesRead) -> None:
        found = images.find_images(store, self._asked)
        for number, image in enumerate(found, 1):
            # A colon and a slash are of its name: it is told as one part of a path.
            name = image.name.replace("/", "_") or str(number)
            place = f"{path}!/" if len(found) == 1 else f"{path}!{name}!/"
            self._read_image(place, store, image, told)

    def _read_image(self, place: str, store: Store, image: Image, told: ImagesRead) -> None:
        engine = self._engine
        commands = [self._mask(command_of(layer.created_by)) for layer in image.layers]

        def take(
            index: int, contents: Mapping[str, bytes], former: Mapping[str, Inventory]
        ) -> dict[str, Inventory]:
            layer = image.layers[index]
            made: dict[str, Inventory] = {}
            for path, content in contents.items():
                if engine.wants_in_image(path) or engine.wants_program(content[: engine.start]):
                    inventory = engine.read_inventory(path, content, contents.get)
                    came = former[path].packages if path in former else ()
                    if inventory != NOTHING:
                        made[path] = _of_layer(inventory, came, layer.digest, commands[index])
            return made

        layered = read_layers(
            store, image, engine.reads_in_image, take, engine.wants_program, engine.mark
        )
        inventories = engine.settle_image(layered.files)
        told.inventories |= {place + path: _at(place, one) for path, one in inventories.items()}
        shown = place.removesuffix("/").removesuffix("!")
        told.problems += [replace(one, path=shown) for one in layered.problems]


def _files_of(path: str, paths: Iterable[str]) -> set[str]:
    """Return the files that an image is kept in, of which one is known."""
    folder, _, name = path.rpartition("/")
    if name != "index.json":
        return {path}
    begin = f"{folder}/blobs/" if folder else "blobs/"
    return {one for one in paths if one.startswith(begin)}


def _at(place: str, inventory: Inventory) -> Inventory:
    """Return what a file of an image says, with problems that tell the image too."""
    if not inventory.problems:
        return inventory
    problems = tuple(replace(one, path=place + one.path) for one in inventory.problems)
    return replace(inventory, problems=problems)


def _of_layer(
    inventory: Inventory, former: Iterable[Package], digest: str, command: str
) -> Inventory:
    """Say in which layer each package came: one that was there before keeps its own."""
    known = {(one.name, one.version, one.architecture): one for one in former}
    packages = []
    for package in inventory.packages:
        before = known.get((package.name, package.version, package.architecture))
        layer, made_by = (before.layer, before.made_by) if before else (digest, command)
        packages.append(replace(package, layer=layer, made_by=made_by))
    return replace(inventory, packages=tuple(packages))


def command_of(created_by: str) -> str:
    """Return the command that made a layer, without the values that were given to the build."""
    text = _ARGUMENTS.sub("", created_by[:4000])
    text = _SHELL.sub("", text).removesuffix(" # buildkit").strip()
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_COMMAND else f"{text[: LONGEST_COMMAND - 1]}…"


def _unread(path: str, error: PackedError) -> Problem:
    return Problem(
        kind=ProblemKind.UNREADABLE,
        message=f"the image was not read: {error}",
        path=path,
        engine="deps",
        partial=True,
    )
