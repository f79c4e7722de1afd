"""One file as the matcher sees it: its nodes by kind, what its names stand for, where it lies."""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from seawall.engines.code.semgrep.names import BINDS, Names
from seawall.engines.code.semgrep.pattern import children
from seawall.model.program import (
    Attribute,
    Binary,
    Call,
    Case,
    Class,
    Clause,
    Constant,
    Define,
    Expression,
    For,
    Format,
    Function,
    Handler,
    If,
    Lambda,
    Match,
    Module,
    Name,
    Node,
    Statement,
    Try,
    While,
    With,
    WithItem,
    unpack,
)

Place = int
"""A line and a column in one integer: 1-based line << 12 | 0-based column in bytes of UTF-8."""

_LINES = re.compile(rb"\r\n|\r|\n")
_COLUMN = 12
_MAX_COLUMN = (1 << _COLUMN) - 1
_FOLDS = 12
_LONGEST = 10_000
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "|": operator.or_,
    "&": operator.and_,
}


class View:
    """The nodes of one file by kind, and what is known of them.

    Nodes are told apart by their identity: the module must live as long as its view.
    """

    def __init__(self, module: Module, text: str) -> None:
        self.module = module
        self.content = text.encode("utf-8", "surrogatepass")
        self.words = frozenset(module.words)
        self.nodes: dict[type[Any], list[Any]] = defaultdict(list)
        self.blocks: list[tuple[Statement, ...]] = []
        self.dotted: dict[int, tuple[str, ...]] = {}
        """By name, what it was imported as."""
        self.values: dict[int, Expression] = {}
        """By name, the one value that it is given."""
        self.texts: set[int] = set()
        """Names that are given nothing but constant strings."""
        self.types: dict[int, Expression] = {}
        """By name, its annotation."""
        self.homes: dict[int, int] = {}
        """By name, the function, class or module that it belongs to."""
        self.targets: set[int] = set()
        """Names that are written here, not read."""
        self._by_span: dict[int, tuple[Place, Place]] = {}
        self._named: dict[str, list[Node]] | None = None
        self._extents: dict[int, tuple[Place, Place]] = {}
        self._flat: dict[int, tuple[list[Statement], list[int]]] = {}
        self._headers: dict[int, list[Node]] = {}
        self._chains: dict[int, tuple[Attribute, ...]] = {}
        self._starts = [0, *(match.end() for match in _LINES.finditer(self.content))]
        self._text = text
        self._used: list[tuple[Name, Names]] = []
        self._walk(module)
        self.own = frozenset(id(one) for kind in (Name, Attribute) for one in self.nodes[kind])
        """Names and attributes of the file, as against those that a matcher makes."""
        self._resolve()

    @property
    def size(self) -> int:
        """How many nodes the file has."""
        return sum(map(len, self.nodes.values()))

    # --- Places ------------------------------------------------------------------------------

    def extent(self, node: Node) -> tuple[Place, Place]:
        """Return where a node starts and ends, what it encloses included; (0, 0) if unknown."""
        if type(node) in _ENCLOSE:
            known = self._extents.get(id(node))
            if known is not None:
                return known
        span = getattr(node, "span", 0)
        if not span:
            return 0, 0
        # By span, not by node: a node that a matcher makes may have the identity of another.
        extent = self._by_span.get(span)
        if extent is None:
            extent = self._by_span[span] = extent_of(span)
        return extent

    def stretch(self, nodes: Sequence[Node]) -> tuple[Place, Place]:
        """Return where some nodes that follow one another start and end."""
        extents = [extent for node in nodes if (extent := self.extent(node)) != (0, 0)]
        if not extents:
            return 0, 0
        return min(start for start, _ in extents), max(end for _, end in extents)

    def offset(self, place: Place) -> int:
        """Return a place as an offset into the bytes of the file."""
        line = place >> _COLUMN
        column = place & _MAX_COLUMN
        if line < 1 or line > len(self._starts):
            return len(self.content) if line > 0 else 0
        start = self._starts[line - 1]
        if column < _MAX_COLUMN:
            return min(start + column, len(self.content))
        return self._starts[line] if line < len(self._starts) else len(self.content)

    def place(self, offset: int) -> Place:
        """Return an offset into the bytes of the file as a place."""
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            if self._starts[middle] <= offset:
                low = middle
            else:
                high = middle
        return place_of(low + 1, offset - self._starts[low])

    def text(self, start: Place, end: Place) -> str:
        """Return the text between two places."""
        stretch = self.content[self.offset(start) : self.offset(end)]
        return stretch.decode("utf-8", "replace")

    # --- What nodes stand for ----------------------------------------------------------------

    def fold(self, node: Node, depth: int = _FOLDS) -> Constant | None:
        """Return the constant that an expression is known to be, None where it is not known."""
        if isinstance(node, Constant):
            return node
        if depth <= 0:
            return None
        if isinstance(node, Name):
            value = self.values.get(id(node))
            return self.fold(value, depth - 1) if value is not None else None
        if isinstance(node, Format):
            if all(isinstance(part, Constant) for part in node.parts):
                parts = [str(part.value) for part in node.parts if isinstance(part, Constant)]
                return Constant("".join(parts), node.span)
            return None
        if isinstance(node, Binary) and node.operator in _ARITHMETIC:
            left = self.fold(node.left, depth - 1)
            right = self.fold(node.right, depth - 1) if left is not None else None
            if left is not None and right is not None:
                return _calculated(node.operator, left.value, right.value, node.span)
        return None

    def chains(self, node: Name) -> tuple[Attribute, ...]:
        """Return an imported name written out as what it was imported as, where that has dots."""
        known = self._chains.get(id(node))
        if known is None:
            known = tuple(
                _chain(dotted.split("."), node.span)
                for dotted in self.dotted.get(id(node), ())
                if "." in dotted.strip(".")
            )
            self._chains[id(node)] = known
        return known

    def named(self, kind: type[Any], name: str) -> list[Any]:
        """Return the calls or the attributes that may be of a name, by what was imported too."""
        if self._named is None:
            self._named = defaultdict(list)
            for call in self.nodes.get(Call, ()):
                for one in self._tails(call.function):
                    self._named[f"{one}()"].append(call)
            for attribute in self.nodes.get(Attribute, ()):
                self._named[attribute.name].append(attribute)
            for used in self.nodes.get(Name, ()):
                for dotted in self.dotted.get(id(used), ()):
                    self._named[dotted.rpartition(".")[2]].append(used)
        return self._named.get(f"{name}()" if kind is Call else name, [])

    def _tails(self, function: Node) -> set[str]:
        if isinstance(function, Attribute):
            return {function.name}
        if isinstance(function, Name):
            dotted = self.dotted.get(id(function), ())
            return {function.name, *(one.rpartition(".")[2] for one in dotted)}
        return set()

    def flat(self, block: tuple[Statement, ...]) -> tuple[list[Statement], list[int]]:
        """Return all statements of a block in order, nested ones too, and where its own stand."""
        known = self._flat.get(id(block))
        if known is None:
            every: list[Statement] = []
            own: list[int] = []
            for statement in block:
                own.append(len(every))
                waiting: list[Statement] = [statement]
                while waiting:
                    one = waiting.pop()
                    every.append(one)
                    inner = [each for nested in nested_blocks(one) for each in nested]
                    waiting += reversed(inner)
            own.append(len(every))
            known = self._flat[id(block)] = (every, own)
        return known

    def header(self, statement: Statement) -> list[Node]:
        """Return the expressions of a statement itself, all levels, without its blocks."""
        known = self._headers.get(id(statement))
        if known is None:
            known = []
            waiting: list[Node] = list(_header(statement))
            while waiting:
                node = waiting.pop()
                if not isinstance(node, WithItem | Clause):
                    known.append(node)
                # What a lambda does, this statement does not.
                if not isinstance(node, Lambda):
                    waiting += children(node)
            self._headers[id(statement)] = known
        return known

    # --- Reading the file --------------------------------------------------------------------

    def _walk(self, module: Module) -> None:
        names = Names(None, 0)
        order: list[Node] = []
        self.blocks.append(module.body)
        waiting: list[tuple[Node, Names]] = [(one, names) for one in reversed(module.body)]
        while waiting:
            node, names = waiting.pop()
            kind = type(node)
            self.nodes[kind].append(node)
            if kind is Name:
                self._used.append((node, names))  # type: ignore[arg-type]
                continue
            if kind is Constant:
                continue
            act = BINDS.get(kind)
            inner = act(self.targets, node, names) if act is not None else None
            if "body" in node.__struct_fields__ or kind is Define:
                order.append(node)
                own = (getattr(node, field, ()) for field in ("body", "orelse", "final"))
                self.blocks += [block for block in own if block]
            waiting += [(child, inner or names) for child in children(node)]
            if kind is Function:
                self._outside(node, names, waiting)  # type: ignore[arg-type]
        for node in reversed(order):
            self._measure(node)

    def _outside(self, function: Function, names: Names, waiting: list[tuple[Node, Names]]) -> None:
        """Let decorators and defaults be read where the function is defined, not inside it."""
        outer: set[int] = {id(one) for one in function.decorators}
        for place in range(len(waiting) - 1, -1, -1):
            node, _ = waiting[place]
            if id(node) in outer:
                waiting[place] = (node, names)
                outer.discard(id(node))
            if not outer:
                break

    def _measure(self, node: Node) -> None:
        span = getattr(node, "span", 0)
        start, end = extent_of(span) if span else (1 << 62, 0)
        inside: Iterable[Node] = (each for block in nested_blocks(node) for each in block)
        if isinstance(node, Define):
            inside = (node.function,)
        elif isinstance(node, Function | Class):
            inside = (*inside, *node.decorators)
        elif isinstance(node, Case):
            inside = (*inside, node.pattern)
        for one in inside:
            low, high = self.extent(one)
            if high:
                start, end = min(start, low), max(end, high)
        if end:
            self._extents[id(node)] = (start, end)

    def _resolve(self) -> None:
        for name, names in self._used:
            where = names.find(name.name)
            if where is None:
                continue
            self.homes[id(name)] = where.number
            imports = where.imports.get(name.name)
            if imports:
                self.dotted[id(name)] = tuple(dict.fromkeys(imports))
            annotation = where.annotations.get(name.name)
            if annotation is not None:
                self.types[id(name)] = annotation
            bound = where.bound.get(name.name)
            if not bound or imports or id(name) in self.targets:
                continue
            if len(bound) == 1 and bound[0] is not None:
                self.values[id(name)] = bound[0]
            elif all(isinstance(one, Constant) and type(one.value) is str for one in bound):
                self.texts.add(id(name))
        self._used.clear()


def place_of(line: int, column: int) -> Place:
    """Pack a 1-based line and a 0-based column in bytes."""
    return line << _COLUMN | min(column, _MAX_COLUMN)


def extent_of(span: int) -> tuple[Place, Place]:
    """Return the first place of a span and the one after its last."""
    line, column, end_line, end_column = unpack(span)
    return place_of(line, column), place_of(end_line, end_column)


def split_place(place: Place) -> tuple[int, int]:
    """Return the line and the column of a place."""
    return place >> _COLUMN, place & _MAX_COLUMN


def nested_blocks(node: Node) -> list[tuple[Statement, ...]]:
    """Return the blocks of statements right inside a node; those of a `Try` in their order."""
    if isinstance(node, Define):
        return [node.function.body]
    blocks: list[tuple[Statement, ...]] = []
    for field in ("body", "handlers", "cases", "orelse", "final"):
        value = getattr(node, field, ())
        if field in ("handlers", "cases"):
            blocks += [each.body for each in value if each.body]
        elif value:
            blocks.append(value)
    return blocks


_ENCLOSE: frozenset[type[Any]] = frozenset(
    {Case, Class, Define, For, Function, Handler, If, Match, Module, Try, While, With}
)
"""What has blocks, and so an extent beyond its own span."""
_BLOCKS = frozenset({"body", "orelse", "final", "handlers", "cases"})


def _header(statement: Statement) -> Iterable[Node]:
    node: Node = statement.function if isinstance(statement, Define) else statement
    for field in node.__struct_fields__:
        if field in _BLOCKS:
            continue
        value = getattr(node, field)
        for one in value if type(value) is tuple else (value,):
            if isinstance(one, Node):
                yield one
    if isinstance(statement, Define | Class):
        return
    for handler in getattr(statement, "handlers", ()):
        if handler.types is not None:
            yield handler.types


def _chain(parts: list[str], span: int) -> Attribute:
    value: Expression = Name(parts[0], span)
    for part in parts[1:]:
        value = Attribute(value, part, span)
    assert isinstance(value, Attribute)
    return value


def _calculated(sign: str, left: Any, right: Any, span: int) -> Constant | None:
    """Work out an operation; None where Python would not or the result were too large."""
    if sign == "+" and type(left) is type(right) and isinstance(left, str | bytes):
        return Constant(left + right, span) if len(left) + len(right) < _LONGEST else None
    if type(left) is not int or type(right) is not int:
        return None
    value: int = _ARITHMETIC[sign](left, right)
    return Constant(value, span) if abs(value) < 1 << 63 else None
