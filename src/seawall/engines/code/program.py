"""The program as a whole: its modules, what they define, and how one finds another."""

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from seawall.engines.code.grounds import Look, Run
from seawall.engines.code.surface import once_bound
from seawall.engines.code.values import Cell, ClassValue, Symbol, Value
from seawall.model.program import (
    Class,
    Define,
    Function,
    If,
    Import,
    Module,
    Statement,
    Try,
    With,
)

if TYPE_CHECKING:
    from seawall.engines.code.entries import Entry
    from seawall.engines.code.flows import Where
    from seawall.engines.code.hits import Found, FoundFlagged
    from seawall.engines.code.state import Frame, State

Load = Callable[[str], Module | None]
"""Parses the file at a path of the target; None where there is none or it cannot be read."""


class FunctionInfo:
    """A function of the program."""

    __slots__ = (
        "is_class_method",
        "is_property",
        "is_static",
        "locals",
        "look",
        "module",
        "node",
        "owner",
    )

    def __init__(self, module: "ModuleInfo", node: Function, owner: "ClassInfo | None") -> None:
        self.module = module
        self.node = node
        self.look: Look = (module.path, f"{node.symbol}()")
        """What looking at its body is noted as."""
        self.locals = frozenset(node.locals)
        self.owner = owner
        self.is_static = False
        self.is_class_method = False
        self.is_property = False

    @property
    def symbol(self) -> str:
        """The qualified name within the module."""
        return self.node.symbol


class ClassInfo:
    """A class of the program."""

    __slots__ = ("attributes", "bases", "fields", "looks", "module", "node", "template", "_mro")

    def __init__(self, module: "ModuleInfo", node: Class, bases: tuple[Value, ...]) -> None:
        self.module = module
        self.node = node
        self.bases = bases
        self.attributes: dict[str, Value] = {}
        self.fields: list[str] | None = None
        """Names that its constructor takes, where that is made for it (a dataclass)."""
        self.template: tuple[Value, dict[int, Cell]] | None = None
        """An instance as `__init__` leaves it, with the heap it stands on."""
        self.looks: set[Look] = set()
        """What was looked at to make it, and that."""
        self._mro: tuple[ClassInfo, ...] | None = None

    @property
    def mro(self) -> "tuple[ClassInfo, ...]":
        """The class and those of the program that it is derived from, itself first."""
        if self._mro is None:
            order: list[ClassInfo] = []
            waiting: list[ClassInfo] = [self]
            while waiting and len(order) < 60:
                info = waiting.pop(0)
                if info in order:
                    continue
                order.append(info)
                waiting += [base.info for base in info.bases if isinstance(base, ClassValue)]
            self._mro = tuple(order)
        return self._mro

    def find(self, name: str, after: "ClassInfo | None" = None) -> Value | None:
        """Return an attribute of the class; with `after` only of those behind it in the order."""
        skipping = after is not None
        for info in self.mro:
            if skipping:
                skipping = info is not after
                continue
            found = info.attributes.get(name)
            if found is not None:
                return found
        return None

    def external_bases(self) -> list[str]:
        """Return the library's classes that it is derived from."""
        return [base.path for info in self.mro for base in info.bases if isinstance(base, Symbol)]


class ModuleInfo:
    """One file of the program."""

    __slots__ = (
        "aliases",
        "classes",
        "definitions",
        "entries",
        "flagged",
        "found",
        "frame",
        "functions",
        "imports",
        "is_package",
        "name",
        "once",
        "path",
        "run",
        "sinks",
        "stage",
        "state",
        "stars",
        "tree",
        "words",
    )

    def __init__(self, path: str, name: str, tree: Module, run: Run) -> None:
        self.path = path
        self.run = run
        self.name = name
        self.tree = tree
        self.is_package = posixpath.basename(path) == "__init__.py"
        self.stage = 0
        """0: not run, 1: running, 2: run."""
        self.state: State | None = None
        self.frame: Frame | None = None
        self.functions: dict[int, FunctionInfo] = {}
        self.classes: dict[int, ClassInfo] = {}
        """By the identity of the node, which lives as long as the tree."""
        self.words = frozenset(tree.words)
        self.aliases = dict(_aliases(tree.body))
        """By the name that the file gives to what it imports, the name that it has elsewhere."""
        self.entries: list[Entry] = []
        """The entry points that its statements name."""
        self.found: Found = {}
        self.flagged: FoundFlagged = {}
        """What its statements themselves do wrong."""
        self.sinks: dict[Where, tuple[str, str]] = {}
        self.definitions: dict[str, Statement] | None = None
        self.stars: list[str] = []
        self.imports: dict[str, tuple[Import, str]] = {}
        """Names that it imports of the program and nobody has asked for, and what they are there.

        Only what `once` holds waits: of what is bound twice it matters when.
        """
        self.once = once_bound(tree)

    def define(self, node: Function, owner: ClassInfo | None) -> FunctionInfo:
        """Return the function of a node, the same each time."""
        info = self.functions.get(id(node))
        if info is None:
            info = self.functions[id(node)] = FunctionInfo(self, node, owner)
        return info

    def words_of(self, node: Function) -> tuple[str, ...]:
        """Return the identifiers of a function, and what they stand for where imports rename."""
        if not self.aliases:
            return node.words
        meant = [self.aliases[word] for word in node.words if word in self.aliases]
        return (*node.words, *meant) if meant else node.words

    def defined(self, name: str) -> Statement | None:
        """Return the statement that defines a name at the top, without running the module."""
        if self.definitions is None:
            self.definitions = {}
            _collect(self.tree.body, self.definitions)
        return self.definitions.get(name)


def _aliases(body: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    """Yield the names at the top of a file that imports give to what is called otherwise."""
    for statement in body:
        match statement:
            case Import():
                for one in statement.names:
                    name = one.name.rpartition(".")[2]
                    if one.alias and one.alias != name:
                        yield one.alias, name
            case If():
                yield from _aliases(statement.body)
                yield from _aliases(statement.orelse)
            case Try():
                yield from _aliases(statement.body)
                for handler in statement.handlers:
                    yield from _aliases(handler.body)


def _collect(body: Iterable[Statement], into: dict[str, Statement]) -> None:
    for statement in body:
        match statement:
            case Define():
                into[statement.function.name] = statement
            case Class():
                into[statement.name] = statement
            case Import():
                for name in statement.names:
                    into[name.alias or name.name.partition(".")[0]] = statement
            case If():
                _collect(statement.body, into)
                _collect(statement.orelse, into)
            case Try():
                _collect(statement.body, into)
                for handler in statement.handlers:
                    _collect(handler.body, into)
                _collect(statement.orelse, into)
                _collect(statement.final, into)
            case With():
                _collect(statement.body, into)


def ends_of(dotted: str) -> set[str]:
    """Return how the paths end at which a module may lie that is named in a text."""
    end = "/".join(dotted.split(".")[-2:])
    inner = dotted.rpartition(".")[2]
    # Where its first part is the name of the folder of all, nothing of that is in the path.
    return {f"{one}{suffix}" for one in (end, inner) for suffix in (".py", "/__init__.py")}


class Program:
    """The modules of a target, parsed when they are first needed."""

    def __init__(
        self, paths: Iterable[str], load: Load, roots: frozenset[str], name: str = ""
    ) -> None:
        """`roots` are names of libraries: a lone module of such a name must lie beside.

        `name` is that of the folder in which all lies: where it is a package, its own modules
        import one another by it.
        """
        self._load = load
        self._library_roots = roots
        self.paths = frozenset(paths)
        self._name = name if "__init__.py" in self.paths else ""
        self.folders = frozenset(part for path in self.paths for part in path.split("/")[:-1])
        """Names of its folders: one may be imported although it says of itself no package."""
        self._by_end: dict[str, list[str]] = {}
        """By the last part of a path without its ending, and by the last two."""
        for path in sorted(self.paths):
            stem = path.removesuffix(".py").removesuffix("/__init__")
            for end in {_end(stem, 1), _end(stem, 2)}:
                self._by_end.setdefault(end, []).append(path)
        self._modules: dict[str, ModuleInfo | None] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self.runs: dict[str, Run] = {}
        """What running the modules looked at; it stays when they are let go of."""
        self.heap: dict[int, Cell] = {}
        """The cells that the modules' own statements made."""

    def module(self, path: str) -> ModuleInfo | None:
        """Return the module of a file."""
        if path not in self._modules:
            tree = self._load(path)
            self._modules[path] = (
                None
                if tree is None
                else ModuleInfo(path, self.name_of(path), tree, self.runs.setdefault(path, Run()))
            )
        return self._modules[path]

    def name_of(self, path: str) -> str:
        """Return the name of a module, which begins with that of the package that is scanned."""
        inner = dotted_name(path, self.paths)
        stem = path.removesuffix(".py")
        if not self._name or stem.replace("/", ".").removesuffix(".__init__") != inner:
            return inner
        return self._name if inner == "__init__" else f"{self._name}.{inner}"

    def forget(self) -> None:
        """Let go of all modules; they are parsed again if needed."""
        self._modules.clear()
        self.heap.clear()

    def find(self, dotted: str, importer: str) -> str | None:
        """Return the path of an absolutely imported module, or None when it is a library's."""
        folder = posixpath.dirname(importer)
        key = (dotted, folder)
        if key not in self._found:
            self._found[key] = self._find(dotted, folder)
        return self._found[key]

    def _find(self, dotted: str, folder: str) -> str | None:
        top, _, inner = dotted.partition(".")
        if top == self._name:
            return self._file(inner.replace(".", "/"))
        stem = dotted.replace(".", "/")
        candidates = []
        for path in self._by_end.get(_end(stem, 2), ()):
            plain = path.removesuffix(".py").removesuffix("/__init__")
            if plain == stem or plain.endswith("/" + stem):
                candidates.append(path)
        if not candidates:
            return None
        best: tuple[int, int, str] | None = None
        for path in candidates:
            plain = path.removesuffix(".py").removesuffix("/__init__")
            base = plain[: -len(stem)].rstrip("/")
            if base and f"{base}/__init__.py" in self.paths:
                # What lies in a package is not imported by its bare name, unless as in Python 2.
                if base != folder:
                    continue
            near = folder == base or folder.startswith(base + "/") or not base
            if top in self._library_roots and not near:
                continue
            if "/" not in stem and not near:
                continue
            shared = len(posixpath.commonprefix([path, folder + "/"]))
            rank = (-shared, len(path), path)
            if best is None or rank < best:
                best = rank
        return best[2] if best is not None else None

    def relative(self, module: ModuleInfo, level: int, name: str) -> str | None:
        """Return the path of a relatively imported module."""
        return self.relative_to(module.path, level, name)

    def relative_to(self, path: str, level: int, name: str) -> str | None:
        """Return the path of a module that a file imports relatively."""
        folder = posixpath.dirname(path)
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        stem = posixpath.join(folder, name.replace(".", "/")) if name else folder
        return self._file(stem)

    def child(self, path: str, name: str) -> str | None:
        """Return the path of a module within a package."""
        if posixpath.basename(path) != "__init__.py":
            return None
        return self._file(posixpath.join(posixpath.dirname(path), name))

    def children(self, path: str) -> tuple[str, ...]:
        """Return the paths of the modules within a package, in order; none of a plain module."""
        if posixpath.basename(path) != "__init__.py":
            return ()
        return tuple(self._children.get(posixpath.dirname(path), ()))

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            folder, name = posixpath.split(path)
            if name == "__init__.py":
                folder = posixpath.dirname(folder)
            if path != "__init__.py":
                found.setdefault(folder, []).append(path)
        return found

    def _file(self, stem: str) -> str | None:
        for path in (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py"):
            if path in self.paths:
                return path
        return None


def _end(stem: str, parts: int) -> str:
    """Return the last parts of a path, fewer where it has no more."""
    return "/".join(stem.rsplit("/", parts)[-parts:])


def dotted_name(path: str, paths: Collection[str]) -> str:
    """Return the dotted name of a module: from the topmost folder that is a package."""
    stem = path.removesuffix(".py").removesuffix("/__init__")
    parts = stem.split("/")
    start = len(parts) - 1
    while start > 0 and "/".join(parts[:start]) + "/__init__.py" in paths:
        start -= 1
    return ".".join(parts[start:])
