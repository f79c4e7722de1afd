"""A module as text and tree at once: where its nodes stand, and what its names mean."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from seawall.core.location import CodeSpan
from seawall.model.program import (
    Attribute,
    Class,
    Function,
    Handler,
    Import,
    Imported,
    MatchCapture,
    Module,
    Name,
    Node,
    Parameter,
    Scope,
    Statement,
    unpack,
)

FARTHEST = 4095
"""Where the columns of a span, and the number of its lines, are no longer exact."""


class UnfitError(Exception):
    """What stands here cannot be changed by rule without changing what it does."""


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything in it."""
    waiting: list[object] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += reversed(one)
        elif isinstance(one, Node):
            yield one
            waiting += (getattr(one, field) for field in reversed(one.__struct_fields__))


class Page:
    """The text of a module with the nodes that stand in it."""

    def __init__(self, path: str, tree: Module, lines: Sequence[str]) -> None:
        """`lines` are without line ends."""
        self.path = path
        self.tree = tree
        self.text = "\n".join(lines)
        self.is_exact = (
            tree.language == "python" and "\ufffd" not in self.text and "\r" not in self.text
        )
        self._lines = lines
        self._starts: list[int] = []
        start = 0
        for line in lines:
            self._starts.append(start)
            start += len(line) + 1
        self._parents: dict[int, Node] = {}
        self._by_span: dict[int, list[Node]] = {}
        self.names: set[str] = set()
        """Every name that is read or bound somewhere (attributes are not names)."""
        self.roots: set[str] = set()
        """The libraries of which something is imported somewhere."""
        self._index()

    def _index(self) -> None:
        waiting: list[Node] = [self.tree]
        while waiting:
            parent = waiting.pop()
            for field in parent.__struct_fields__:
                value = getattr(parent, field)
                for child in value if isinstance(value, tuple) else (value,):
                    if isinstance(child, Node):
                        self._parents[id(child)] = parent
                        waiting.append(child)
            span = getattr(parent, "span", 0)
            if span:
                self._by_span.setdefault(span, []).append(parent)
            self._note(parent)

    def _note(self, node: Node) -> None:
        match node:
            case Name() | Parameter() | Function() | Class() | Handler() | MatchCapture():
                self.names.add(node.name)
            case Scope():
                self.names.update(node.names)
            case Imported():
                self.names.add(node.alias or node.name.partition(".")[0])
            case Import():
                if node.is_from and not node.level:
                    self.roots.add(node.module.partition(".")[0])
                elif not node.is_from:
                    self.roots.update(one.name.partition(".")[0] for one in node.names)

    def at(self, span: int) -> list[Node]:
        """Return the nodes of a span."""
        return self._by_span.get(span, [])

    def parent(self, node: Node) -> Node | None:
        """Return what a node stands in."""
        return self._parents.get(id(node))

    def above(self, node: Node) -> Iterator[Node]:
        """Yield what a node stands in, from the inside out."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def function_of(self, node: Node) -> Function | None:
        """Return the innermost function in which a node stands."""
        return next((one for one in self.above(node) if isinstance(one, Function)), None)

    def block_of(self, node: Node) -> tuple[tuple[Statement, ...], int] | None:
        """Return the statements among which a statement stands, and its number there."""
        parent = self.parent(node)
        for field in parent.__struct_fields__ if parent is not None else ():
            value = getattr(parent, field)
            if isinstance(value, tuple):
                for number, one in enumerate(value):
                    if one is node:
                        return value, number
        return None

    # --- places ---

    def start(self, node: Node) -> int:
        """Return the offset at which a node starts, in code points."""
        line, column, _, _ = unpack(getattr(node, "span", 0))
        return self._offset(line, column)

    def end(self, node: Node) -> int:
        """Return the offset behind a node."""
        line, _, end_line, column = unpack(getattr(node, "span", 0))
        if end_line - line >= FARTHEST:
            raise UnfitError
        return self._offset(end_line, column)

    def source(self, node: Node) -> str:
        """Return the text of a node."""
        return self.text[self.start(node) : self.end(node)]

    def name_start(self, node: Attribute) -> int:
        """Return where the name of an attribute starts, behind its dot."""
        end = self.end(node)
        if not self.text.endswith(node.name, 0, end):
            raise UnfitError
        return end - len(node.name)

    def _offset(self, line: int, column: int) -> int:
        if not 0 < line <= len(self._lines) or column >= FARTHEST:
            raise UnfitError
        text = self._lines[line - 1]
        if not text.isascii():
            column = len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))
        return self._starts[line - 1] + column

    def line_end(self, offset: int) -> int:
        """Return the offset of the end of the line in which an offset lies."""
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def code_span(self, start: int, end: int) -> CodeSpan:
        """Return a stretch of the text as people count."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end) - 1
        return CodeSpan(
            path=self.path,
            line=first + 1,
            column=start - self._starts[first] + 1,
            end_line=last + 1,
            end_column=end - self._starts[last] + 1,
        )

    # --- names ---

    def imports_before(self, offset: int) -> list[Import]:
        """Return the imports at the top, up to the first definition or an offset."""
        found: list[Import] = []
        for statement in self.tree.body:
            if not isinstance(statement, Import):
                if hasattr(statement, "function") or isinstance(statement, Class):
                    break
                continue
            if self.start(statement) > offset:
                break
            found.append(statement)
        return found

    def imported_as(self, module: str, name: str, offset: int) -> str | None:
        """Return under which name the top imports a module, or with `name` a name of it."""
        for statement in self.imports_before(offset):
            for one in statement.names:
                if name and statement.is_from and not statement.level:
                    if statement.module == module and one.name == name:
                        return one.alias or one.name
                elif not name and not statement.is_from and one.name == module:
                    return one.alias or module
        return None

    def is_shadowed(self, name: str, node: Node) -> bool:
        """Whether a function around a node has a variable of that name."""
        return any(isinstance(one, Function) and name in one.locals for one in self.above(node))
