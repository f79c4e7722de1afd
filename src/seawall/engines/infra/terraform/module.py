"""Modules as their files state them: what each folder declares, before anything is evaluated."""

import json
import posixpath
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.terraform.json_syntax import file_of_json
from seawall.parse.hcl import parse_hcl
from seawall.parse.hcl.tree import Block, Expr, File, Literal, Setting

LARGEST = 8 << 20
"""Bytes of a file that is read."""
SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
VALUES = (".tfvars", ".tfvars.json")
DEFAULT_VALUES = ("terraform.tfvars", "terraform.tfvars.json")
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
    scope: str
    """Names are looked for in it: the folder, or the file where files repeat one another."""
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
    chosen: dict[str, list[Assigned]] = {}
    """Values from other files, of which a run may name one: `prod.tfvars`."""
    shared: frozenset[tuple[str, str]] = frozenset()
    """Resources that are told of by another module of the folder."""


class Modules(Struct):
    """The modules of a target by folder, and where registry modules lie."""

    by_folder: dict[str, Module] = {}
    alone: list[Module] = []
    """Files whose names are in other files of their folder too, each as a module."""
    vendored: dict[tuple[str, str], str] = {}
    """By the folder of a root and the dotted name of a call, the folder of the module."""
    problems: list[Problem] = []


def is_module_file(path: str) -> bool:
    """Whether a file is one of a module, or gives values to its variables."""
    return path.endswith((*SUFFIXES, ".tfvars", ".tfvars.json"))


def read_modules(paths: Iterable[str], read: Read) -> Modules:
    """Read the modules of all folders; a file that is broken is told, and the rest is there."""
    modules = Modules()
    files: dict[str, list[File]] = defaultdict(list)
    values: list[str] = []
    for path in paths:
        if path.endswith(VALUES):
            values.append(path)
        elif path.endswith(SUFFIXES):
            file = _file(path, read, modules)
            if file is not None:
                files[path.rpartition("/")[0]].append(file)
        elif path.endswith(".terraform/modules/modules.json"):
            _take_vendored(modules, path, read)
    for folder, own in files.items():
        _take_folder(modules, folder, own)
    # The later wins: terraform.tfvars before what is automatic, in the order of names.
    for path in sorted(values, key=lambda one: (one.endswith(AUTOMATIC), one)):
        _take_values(modules, path, read)
    return modules


def _take_folder(modules: Modules, folder: str, files: list[File]) -> None:
    """Make a module of the files of a folder.

    Files that say a name twice are no module to Terraform: they are examples, or alternatives.
    Each of them is then a module of its own, with what the other files say.
    """
    count = Counter(name for file in files for name in {*_names(file)})
    common = [file for file in files if all(count[name] == 1 for name in _names(file))]
    module = Module(folder=folder, scope=folder)
    for file in common or files[:1]:
        _take(module, file)
    modules.by_folder[folder] = module
    for file in files if common else files[1:]:
        if file not in common:
            own = Module(folder=folder, scope=file.path)
            for one in (*common, file):
                _take(own, one)
            shared = frozenset(name for one in common for name in _names(one))
            own.shared = shared - frozenset(_names(file))
            modules.alone.append(own)


def _names(file: File) -> Iterator[tuple[str, str]]:
    for block in file.body.blocks:
        if block.type in ("resource", "data") and len(block.labels) == 2:
            kind, name = block.labels
            yield (kind if block.type == "resource" else f"data.{kind}"), name


def _take_values(modules: Modules, path: str, read: Read) -> None:
    """Give the values of a file to the module in whose folder, or below, it stands."""
    folder, _, name = path.rpartition("/")
    is_own = folder in modules.by_folder
    while folder and folder not in modules.by_folder:
        folder = folder.rpartition("/")[0]
    users = [one for one in modules.alone if one.folder == folder]
    if folder in modules.by_folder:
        users.append(modules.by_folder[folder])
    if not users:
        return
    file = _file(path, read, modules)
    if file is None:
        return
    for module in users:
        for setting in file.body.settings.values():
            assigned = Assigned(setting, file)
            if is_own and (name in DEFAULT_VALUES or name.endswith(AUTOMATIC)):
                module.given[setting.name] = assigned
            else:
                module.chosen.setdefault(setting.name, []).append(assigned)


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
                _add(module, kind, name, declared)
            case "data", (kind, name, *_):
                _add(module, f"data.{kind}", name, declared)
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


def _add(module: Module, kind: str, name: str, declared: Declared) -> None:
    """Add a resource; of a name that its file has twice both are there."""
    number, own = 1, name
    while (kind, own) in module.resources:
        number += 1
        own = f"{name} ({number})"
    module.resources[kind, own] = declared


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
    rest = [one for folder, one in modules.by_folder.items() if folder not in reached]
    return [*roots, *modules.alone, *rest]


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
