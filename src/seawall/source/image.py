"""Container images as archives and folders: what `docker save` writes, and OCI's layout.

Source: https://github.com/moby/moby/blob/master/image/spec/v1.2.md and
https://github.com/opencontainers/image-spec/blob/main/image-layout.md.
"""

import contextlib
import platform
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol, TypeVar

import msgspec
from msgspec import Struct

from seawall.source.disk import NotRegularError, open_regular
from seawall.source.tarball import BLOCK, Tar, TarError, plain_path
from seawall.source.unpacking import Bytes, PackedError, Stretch, Unpacked, kind_of

NAMES = (".tar", ".tar.gz", ".tgz", ".tar.zst", ".oci")
"""How the names of archives end that are looked at in a folder; one that is named may have any."""
LAYOUT = "oci-layout"

MOST_MEMBERS = 100_000
"""Of the archive itself; what a layer holds has its own limit."""
LARGEST_DOCUMENT = 4 << 20
MOST_LAYERS = 1000
MOST_MANIFESTS = 1000
DEEPEST_INDEX = 4
MOST_LINKS = 8

_FIRST = re.compile(
    r"blobs(?:/.*)?|oci-layout|index\.json|manifest\.json|repositories|"
    r"(?:sha256:)?[0-9a-f]{64}(?:/.*|\.json|\.tar(?:\.gz)?)?"
)
"""What the first member of an image's archive is."""
_MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "i686": "386"}

_T = TypeVar("_T")


class ImageError(PackedError):
    """It is an image, but not a whole one."""


class Platform(Struct, frozen=True, kw_only=True):
    """What an image runs on."""

    os: str = ""
    architecture: str = ""
    variant: str = ""

    @classmethod
    def named(cls, name: str) -> "Platform":
        """Read "linux/arm64/v8"."""
        parts = [*name.split("/"), "", ""]
        return cls(os=parts[0], architecture=parts[1], variant=parts[2])

    @classmethod
    def own(cls) -> "Platform":
        """Return Linux on this machine."""
        machine = platform.machine()
        return cls(os="linux", architecture=_MACHINES.get(machine, machine))

    def takes(self, other: "Platform") -> bool:
        """Whether an image for another one is what is asked for here."""
        same = (self.os, self.architecture) == (other.os, other.architecture)
        return same and (not self.variant or self.variant == other.variant)


class Layer(Struct, frozen=True, kw_only=True):
    """A layer of an image."""

    digest: str
    """Of its content unpacked, as `docker inspect` tells it, where that is known."""
    created_by: str
    """The command that made it, "" where nobody tells; untrusted text."""
    blob: str
    """Where it is in the archive or folder."""


class Image(Struct, frozen=True, kw_only=True):
    """An image, its lowest layer first."""

    name: str
    """The tag, or "" where there is none; untrusted text."""
    layers: tuple[Layer, ...]


class _Descriptor(Struct):
    digest: str = ""
    mediaType: str = ""  # noqa: N815
    platform: Platform | None = None
    annotations: dict[str, str] | None = None


class _Manifest(Struct):
    """A manifest, or an index of them."""

    config: _Descriptor | None = None
    layers: list[_Descriptor] | None = None
    manifests: list[_Descriptor] | None = None


class _History(Struct):
    created_by: str = ""
    empty_layer: bool = False


class _Roots(Struct):
    diff_ids: list[str] | None = None


class _Config(Struct):
    os: str = ""
    architecture: str = ""
    variant: str = ""
    history: list[_History] | None = None
    rootfs: _Roots | None = None


class _Saved(Struct):
    """An image as `docker save` names it."""

    Config: str = ""
    RepoTags: list[str] | None = None
    Layers: list[str] | None = None


class Store(Protocol):
    """Where the parts of images lie."""

    @property
    def is_legacy(self) -> bool:
        """Whether it has a manifest.json, as `docker save` writes it."""

    def document(self, name: str) -> bytes:
        """Return a small part. Raises ImageError where there is none."""

    def stream(self, name: str) -> "contextlib.AbstractContextManager[Bytes]":
        """Open a part, unpacked. Raises PackedError."""


class ArchiveStore:
    """The parts of an image in one archive, which may be packed itself."""

    def __init__(self, file: IO[bytes]) -> None:
        """Find the parts: only their heads are read. Raises PackedError where it is no image."""
        head = file.read(BLOCK)
        file.seek(0, 2)
        size = file.tell()
        file.seek(0)
        kind = kind_of(head)
        self._file = Unpacked(file, 0, size, kind) if kind else file
        self._places: dict[str, tuple[int, int]] = {}
        self._links: dict[str, str] = {}
        try:
            self._find(Unpacked(file, 0, size, kind) if kind else Stretch(file, 0, size))
        except PackedError as error:
            # What began as an image is one, though nothing can be read of it.
            if self._places or self._links:
                raise ImageError(str(error)) from error
            raise

    def _find(self, stream: Bytes) -> None:
        tar = Tar(stream, most=MOST_MEMBERS)
        first = True
        for member in tar:
            if first and not _FIRST.fullmatch(member.path):
                raise TarError("it is no image")
            first = False
            if member.kind == "file" and not member.is_sparse:
                self._places[member.path] = tar.at, member.size
            elif member.kind == "same":
                self._links[member.path] = member.target
            elif member.kind == "link":
                # `docker save` writes a layer that is there twice as a link to the other.
                folder = member.path.rpartition("/")[0]
                self._links[member.path] = _joined(folder, member.target)
        if not self.is_legacy and "index.json" not in self._places:
            raise TarError("it names no image")

    @property
    def is_legacy(self) -> bool:
        """Whether it has a manifest.json."""
        return "manifest.json" in self._places

    def document(self, name: str) -> bytes:
        """Return a small part. Raises ImageError where there is none."""
        at, size = self._place(name)
        if size > LARGEST_DOCUMENT:
            raise ImageError(f"{name[:80]} is too large")
        self._file.seek(at)
        return self._file.read(size)

    @contextlib.contextmanager
    def stream(self, name: str) -> Iterator[Bytes]:
        """Open a part, unpacked."""
        yield _unpacked(self._file, *self._place(name))

    def _place(self, name: str) -> tuple[int, int]:
        for _ in range(MOST_LINKS):
            if name in self._places:
                return self._places[name]
            name = self._links.get(name, "")
        raise ImageError("a part of it is missing")


class FolderStore:
    """The parts of an image in a folder in OCI's layout."""

    is_legacy = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def document(self, name: str) -> bytes:
        """Return a small part. Raises ImageError where there is none."""
        with self._open(name) as file:
            content = file.read(LARGEST_DOCUMENT + 1)
        if len(content) > LARGEST_DOCUMENT:
            raise ImageError(f"{name[:80]} is too large")
        return content

    @contextlib.contextmanager
    def stream(self, name: str) -> Iterator[Bytes]:
        """Open a part, unpacked."""
        with self._open(name) as file:
            size = file.seek(0, 2)
            yield _unpacked(file, 0, size)

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        parts = plain_path(name).split("/")
        folder = self._folder
        try:
            for part in parts[:-1]:
                folder /= part
                if folder.is_symlink():
                    raise NotRegularError("a link")
            with open_regular(folder / parts[-1]) as file:
                yield file
        except (OSError, ValueError) as error:
            raise ImageError("a part of it is missing or cannot be read") from error


def _unpacked(file: "IO[bytes] | Unpacked", at: int, size: int) -> Bytes:
    file.seek(at)
    kind = kind_of(file.read(min(size, BLOCK)))
    return Unpacked(file, at, size, kind) if kind else Stretch(file, at, size)


def find_images(store: Store, asked: Platform | None) -> list[Image]:
    """Return the images of a store: of several platforms of one, the one that is asked for.

    Without one it is Linux on this machine, else the first. Raises ImageError.
    """
    if store.is_legacy:
        saved = _decoded(store.document("manifest.json"), list[_Saved])
        found = [_saved(store, one) for one in saved[:MOST_MANIFESTS]]
    else:
        found = _of_index(store, asked)
    if not found:
        raise ImageError("it names no image")
    return found


def _saved(store: Store, saved: _Saved) -> Image:
    config = _decoded(store.document(saved.Config), _Config) if saved.Config else _Config()
    name = saved.RepoTags[0] if saved.RepoTags else ""
    blobs = [plain_path(one) for one in saved.Layers or ()]
    return Image(name=name, layers=_layers(blobs, [""] * len(blobs), config))


def _of_index(store: Store, asked: Platform | None) -> list[Image]:
    index = _decoded(store.document("index.json"), _Manifest)
    groups: dict[str, list[_Descriptor]] = {}
    for one in (index.manifests or ())[:MOST_MANIFESTS]:
        name = (one.annotations or {}).get("org.opencontainers.image.ref.name", "")
        groups.setdefault(name, []).append(one)
    images = []
    for name, descriptors in groups.items():
        left = [MOST_MANIFESTS]
        leaves = [leaf for one in descriptors for leaf in _leaves(store, one, 0, left)]
        if leaves:
            manifest, config = _chosen(leaves, asked)
            layers = manifest.layers or []
            digests = [one.digest for one in layers]
            blobs = [_blob(digest) for digest in digests]
            images.append(Image(name=name, layers=_layers(blobs, digests, config)))
    return images


_Leaf = tuple[_Manifest, _Config, Platform]


def _leaves(store: Store, one: _Descriptor, depth: int, left: list[int]) -> Iterator[_Leaf]:
    """Yield the images below a descriptor; what is not there belongs to another platform."""
    left[0] -= 1
    kind = (one.annotations or {}).get("vnd.docker.reference.type", "")
    if depth > DEEPEST_INDEX or left[0] < 0 or kind == "attestation-manifest":
        return
    try:
        manifest = _decoded(store.document(_blob(one.digest)), _Manifest)
        if manifest.manifests is not None:
            for inner in manifest.manifests:
                yield from _leaves(store, inner, depth + 1, left)
        elif manifest.layers is not None:
            config = _Config()
            if manifest.config is not None and manifest.config.digest:
                config = _decoded(store.document(_blob(manifest.config.digest)), _Config)
            told = Platform(os=config.os, architecture=config.architecture, variant=config.variant)
            yield manifest, config, one.platform or told
    except ImageError:
        if not depth:
            raise


def _chosen(leaves: list[_Leaf], asked: Platform | None) -> tuple[_Manifest, _Config]:
    for wanted in (asked, Platform.own()) if asked else (Platform.own(),):
        for manifest, config, told in leaves:
            if wanted.takes(told):
                return manifest, config
        if asked:
            raise ImageError(f"it is not there for {asked.os}/{asked.architecture}")
    return leaves[0][:2]


def _layers(blobs: list[str], digests: list[str], config: _Config) -> tuple[Layer, ...]:
    """Join the layers with their digests, and with the entries of the history that made any."""
    if len(blobs) > MOST_LAYERS:
        raise ImageError(f"it has more than {MOST_LAYERS:,} layers")
    contents = (config.rootfs.diff_ids if config.rootfs else None) or []
    made = [one.created_by for one in config.history or () if not one.empty_layer]
    return tuple(
        Layer(
            digest=contents[index] if len(contents) == len(blobs) else digests[index],
            created_by=made[index] if len(made) == len(blobs) else "",
            blob=blob,
        )
        for index, blob in enumerate(blobs)
    )


def _blob(digest: str) -> str:
    """Return where OCI's layout keeps what has a digest."""
    if not re.fullmatch(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[A-Za-z0-9=_-]+", digest):
        raise ImageError("a digest in it is none")
    return f"blobs/{digest.replace(':', '/', 1)}"


def _joined(folder: str, target: str) -> str:
    """Return where a link of an archive leads; "" out of it."""
    if target.startswith("/"):
        return ""
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _decoded(content: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImageError("a document in it is broken") from error
