"""Programs that say themselves what they were built from: those of Go, and of Rust by
cargo-auditable. They are known by what they begin with, not by name.

Sources: https://pkg.go.dev/debug/buildinfo and `runtime/debug/mod.go` of Go;
https://github.com/rust-secure-code/cargo-auditable, `PARSING.md`.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.executable import GO_RECORD, Program, read_programs
from seawall.parse.go_directives import is_folder
from seawall.parse.json import parse_json_table
from seawall.parse.values import list_of, tables_of, text_of

LARGEST_LIST = 16 << 20
"""Bytes of what a program of Rust says, unpacked."""
MOST_PLACES = 1000
"""At which Go's record is looked for: what begins as it does may be a text."""

_SENTINEL = 16
"""Bytes around the list of modules."""
_SOURCES: dict[str, Origin] = {
    "crates.io": "registry",
    "registry": "registry",
    "git": "git",
    "local": "workspace",
}


def parse(file: ListFile) -> Inventory:
    """Return what a program was built from; most programs do not tell.

    Of one that is too large it is handed what stands from Go's record on.

    Raises ParseError when it is no program, or what it tells is broken.
    """
    packages: dict[str, Package] = {}
    project = ""
    if file.content.startswith(GO_RECORD):
        programs = [Program(file.content, 0, [], [])]
    else:
        programs = read_programs(file.content)
    for program in programs:
        audited = program.section(".dep-v0", ".rust-deps-v0", "rust-deps-v0")
        if audited is not None:
            found = {one.id: one for one in _crates(audited)}
            packages |= found
            project = next((one.name for one in found.values() if one.origin == "workspace"), "")
        version, modules = _go(program)
        if version:
            told = list(_modules(modules))
            project = next((one.path for one in told if one.kind == "mod"), "")
            packages |= {one.id: one for one in _go_packages(version, told)}
    return Inventory(packages=tuple(packages.values()), project=project)


def _go(program: Program) -> tuple[str, str]:
    """Return the version of Go and the list of modules; "" where the program has none."""
    content, at = program.content, program.start
    for _ in range(MOST_PLACES):
        at = content.find(GO_RECORD, at)
        if at < 0:
            break
        if (at - program.start) % 16 == 0 and len(content) >= at + 32:
            return _inline(content, at) if content[at + 15] & 2 else _pointed(program, at)
        at += 1
    return "", ""


def _inline(content: bytes, at: int) -> tuple[str, str]:
    """Return both texts, which stand behind the record since Go 1.18."""
    version, at = _counted(content, at + 32)
    modules, _ = _counted(content, at)
    return version.decode("utf-8", "replace"), _bare(modules)


def _counted(content: bytes, at: int) -> tuple[bytes, int]:
    size = shift = 0
    while shift < 64:
        if at >= len(content):
            raise ParseError("what go says of it is cut off")
        size |= (content[at] & 0x7F) << shift
        shift += 7
        at += 1
        if content[at - 1] < 0x80:
            break
    if at + size > len(content):
        raise ParseError("what go says of it is cut off")
    return content[at : at + size], at + size


def _pointed(program: Program, at: int) -> tuple[str, str]:
    """Return both texts, which until Go 1.17 two pointers lead to."""
    width = program.content[at + 14]
    if width not in (4, 8):
        raise ParseError("what go says of it is broken")
    texts = []
    for index in range(2):
        address = _number(program, program.content[at + 16 + index * width :][:width], at)
        if not address:
            texts.append(b"")
            continue
        header = program.read(address, 2 * width)
        start, size = _number(program, header[:width], at), _number(program, header[width:], at)
        texts.append(program.read(start, size) if size else b"")
    return texts[0].decode("utf-8", "replace"), _bare(texts[1])


def _number(program: Program, some: bytes, at: int) -> int:
    return int.from_bytes(some, "big" if program.content[at + 15] & 1 else "little")


def _bare(modules: bytes) -> str:
    if len(modules) < 2 * _SENTINEL + 1 or modules[-_SENTINEL - 1 : -_SENTINEL] != b"\n":
        return ""
    return modules[_SENTINEL:-_SENTINEL].decode("utf-8", "replace")


class _Module(Struct, frozen=True):
    kind: str
    """"mod" of the project itself, "dep"."""
    path: str
    version: str
    digest: str
    folder: str = ""
    """What was built in its place, if no module."""


def _modules(text: str) -> Iterator[_Module]:
    """Yield the modules of a list, each as it was built: of what is replaced the other one."""
    held: _Module | None = None
    for line in text.split("\n"):
        kind, *words = line.split("\t")
        path, version, digest, *_ = [*words, "", "", ""]
        if kind == "=>" and held is not None:
            if is_folder(path):
                held = _Module(held.kind, held.path, held.version, "", path)
            else:
                held = _Module(held.kind, path, version, digest)
        elif kind in ("mod", "dep") and path:
            if held is not None:
                yield held
            held = _Module(kind, path, version, digest)
    if held is not None:
        yield held


def _go_packages(version: str, modules: Iterable[_Module]) -> Iterator[Package]:
    # "go1.20.1 X:loopvar" names experiments, "devel +abc" is no version.
    number = version.removeprefix("go").partition(" ")[0]
    if number[:1].isdigit():
        yield Package(ecosystem=Ecosystem.GO, name="stdlib", version=number)
    for one in modules:
        is_told = one.version.startswith("v")
        # A project that is built where it stands has no version: "(devel)".
        if is_told or one.kind == "dep":
            yield Package(
                ecosystem=Ecosystem.GO,
                name=one.path,
                version=one.version if is_told else "",
                origin="path" if one.folder else "registry",
                address=one.folder,
                hashed=None if one.folder else bool(one.digest),
            )


def _crates(section: bytes) -> Iterator[Package]:
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(section, LARGEST_LIST)
    except zlib.error as error:
        raise ParseError("what cargo says of it is broken") from error
    if not unpacker.eof:
        raise ParseError("what cargo says of it is cut off, or too large")
    entries = tables_of(parse_json_table(content), "packages")
    ids = [f"{text_of(one, 'name')}@{text_of(one, 'version')}" for one in entries]
    root = next((one for one in entries if one.get("root") is True), {})
    asked = _indexed(ids, root)
    for entry, own in zip(entries, ids, strict=True):
        source, name = text_of(entry, "source"), text_of(entry, "name")
        if not name:
            continue
        origin = "workspace" if entry is root else _SOURCES.get(source, "registry")
        yield Package(
            ecosystem=Ecosystem.CRATES,
            name=name,
            version=text_of(entry, "version"),
            scope="build" if text_of(entry, "kind") == "build" else "runtime",
            direct=None if entry is root or not root else own in asked,
            requires=tuple(_indexed(ids, entry)),
            origin="path" if origin == "workspace" and entry is not root else origin,
            address="" if source in _SOURCES else source,
        )


def _indexed(ids: list[str], entry: Mapping[str, Any]) -> dict[str, None]:
    return {
        ids[index]: None
        for index in list_of(entry, "dependencies")
        if isinstance(index, int) and 0 <= index < len(ids)
    }
