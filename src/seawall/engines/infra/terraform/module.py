"""Modules as their files state them: what each folder declares, before anything is evaluated."""

import json
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.terraform.json_syntax import file_of_json
from seawall.parse.hcl import parse_hcl
from seawall.parse.hcl.tree import Block, Expr, File, Literal, Setting

LARGEST = 8 << 20
"""Bytes of a file that is read."""
SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
VALUES = ("terraform.tfvars", "terraform.tfvars.json")
AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")

Read = Callable[[str], bytes | None]


class Declared(Struct, frozen=True):
    """A block with the file in which it stands."""

    block: Block
    file: File


class Assigned(Struct, frozen=True):
    """A setting with the file in which it stands."""

    setting: Setting
    file: File


class Module(Struct):
    """What the files of one folder declare."""

    folder: str
    variables: dict[str, Declared] = {}
    locals: dict[str, Assigned] = {}
    outputs: dict[str, Declared] = {}
    resources: dict[tuple[str, str], Declared] = {}
    """By type and name; of data sources the type begins with "data."."""
    calls: dict[str, Declared] = {}
    providers: list[Declared] = []
    settings: list[Declared] = []
    """`terraform` blocks."""
    given: dict[str, Assigned] = {}
    """Values of variables from files that Terraform reads by itself."""


class Modules(Struct):
    """The modules of a target by folder, and where registry modules lie."""

    by_folder: dict[str, Module] = {}
    vendored: dict[tuple[str, str], str] = {}
    """By the folder of a root and the dotted name of a call, the folder of the module."""
    problems: list[Problem] = []


def is_module_file(path: str) -> bool:
    """Whether a file is one of a module, or gives values to its variables."""
    return path.endswith((*SUFFIXES, ".tfvars", ".tfvars.json"))


def read_modules(paths: Iterable[str], read: Read) -> Modules:
    """Read the modules of all folders; a file that is broken is told, and the rest is there."""
    modules = Modules()
    values: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name in VALUES or name.endswith(AUTOMATIC):
            values[folder].append(path)
        elif path.endswith(SUFFIXES):
            file = _file(path, read, modules)
            if file is not None:
                _take(modules.by_folder.setdefault(folder, Module(folder=folder)), file)
        elif path.endswith(".terraform/modules/modules.json"):
            _take_vendored(modules, path, read)
    for folder, module in modules.by_folder.items():
        # The later wins: terraform.tfvars before what is automatic, in the order of names.
        for path in sorted(values.get(folder, ()), key=lambda one: (one.endswith(AUTOMATIC), one)):
            file = _file(path, read, modules)
            if file is not None:
                for name, setting in file.body.settings.items():
                    module.given[name] = Assigned(setting, file)
    return modules


def _file(path: str, read: Read, modules: Modules) -> File | None:
    content = read(path)
    if content is None:
        return None
    if len(content) > LARGEST:
        words = f"not read: larger than {LARGEST:,} bytes"
        modules.problems.append(_problem(path, words, 0, ProblemKind.TOO_LARGE))
        return None
    text = content.decode("utf-8-sig", "replace")
    if path.endswith(".json"):
        try:
            return file_of_json(text, path)
        except ParseError as error:
            modules.problems.append(_problem(path, f"not read: {error}", error.line))
            return None
    file = parse_hcl(text, path)
    for one in file.broken:
        words = f"a part of it was not read: {one.words}"
        modules.problems.append(_problem(path, words, one.line))
    return file


def _problem(path: str, words: str, line: int, kind: ProblemKind = ProblemKind.PARSE) -> Problem:
    return Problem(kind=kind, message=words, path=path, line=line, engine="infra")


def _take(module: Module, file: File) -> None:
    for block in file.body.blocks:
        declared = Declared(block, file)
        match block.type, block.labels:
            case "resource", (kind, name, *_):
                module.resources[kind, name] = declared
            case "data", (kind, name, *_):
                module.resources[f"data.{kind}", name] = declared
            case "variable", (name, *_):
                module.variables[name] = declared
            case "output", (name, *_):
                module.outputs[name] = declared
            case "module", (name, *_):
                module.calls[name] = declared
            case "provider", (_, *_):
                module.providers.append(declared)
            case "locals", _:
                for name, setting in block.body.settings.items():
                    module.locals[name] = Assigned(setting, file)
            case "terraform", _:
                module.settings.append(declared)


def _take_vendored(modules: Modules, path: str, read: Read) -> None:
    """Read where `terraform init` has put the modules of a root."""
    content = read(path)
    root = path.removesuffix(".terraform/modules/modules.json").rstrip("/")
    try:
        listed = json.loads(content or b"{}").get("Modules", ())
        for one in listed:
            key, folder = one.get("Key"), one.get("Dir")
            if key and isinstance(key, str) and isinstance(folder, str):
                place = within(root, folder)
                if place is not None:
                    modules.vendored[root, key] = place
    except (ValueError, AttributeError, TypeError, RecursionError):
        modules.problems.append(_problem(path, "not read: it is no list of modules", 0))


def within(folder: str, path: str) -> str | None:
    """Return a path relative to a folder as one of the target; None where it leads out."""
    joined = posixpath.normpath(posixpath.join(folder, path))
    if joined.startswith(("..", "/")):
        return None
    return "" if joined == "." else joined


def local_source(call: Declared) -> str:
    """Return the folder that a call of a module names, "" where it is none of these files."""
    setting = call.block.body.settings.get("source")
    value: Expr | None = setting.value if setting is not None else None
    if isinstance(value, Literal) and isinstance(value.value, str):
        text = value.value
        return text if text.startswith(("./", "../")) or text in (".", "..") else ""
    return ""


def roots_of(modules: Modules) -> list[Module]:
    """Return the modules that no other one of the target calls."""
    called: set[str] = set(modules.vendored.values())
    for folder, module in modules.by_folder.items():
        for call in module.calls.values():
            source = local_source(call)
            place = within(folder, source) if source else None
            if place is not None and place != folder:
                called.add(place)
    roots = [one for folder, one in modules.by_folder.items() if folder not in called]
    # A circle has no root: then each of its modules is one.
    reached = _reached(modules, roots)
    return [*roots, *(one for folder, one in modules.by_folder.items() if folder not in reached)]


def _reached(modules: Modules, roots: Iterable[Module]) -> set[str]:
    reached: set[str] = set()
    waiting = [one.folder for one in roots]
    while waiting:
        folder = waiting.pop()
        if folder in reached or folder not in modules.by_folder:
            continue
        reached.add(folder)
        for name, call in modules.by_folder[folder].calls.items():
            place = folder_of_call(modules, folder, folder, name, call)
            if place is not None:
                waiting.append(place)
    return reached | set(modules.vendored.values())


def folder_of_call(
    modules: Modules, root: str, folder: str, name: str, call: Declared, prefix: str = ""
) -> str | None:
    """Return the folder of the module that a call takes; None where it is not in the target."""
    source = local_source(call)
    place = within(folder, source) if source else modules.vendored.get((root, f"{prefix}{name}"))
    return place if place in modules.by_folder else None


Inputs = Mapping[str, Assigned]
