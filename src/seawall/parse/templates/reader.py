"""What is kept in mind while a template is read: names, escaping, the place in the page."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from seawall.model.program import Span, pack
from seawall.model.template import (
    ANY,
    Binding,
    Block,
    Invocation,
    Link,
    Macro,
    Output,
    Reference,
    State,
    Template,
)
from seawall.parse.templates.filters import Value, apply_filter, join, read_item
from seawall.parse.templates.page import Page

MAX_FRAMES = 100
"""Deeper blocks open no scope of their own."""
MAX_BINDINGS = 60
"""Names that are handed to an included template."""
MAX_TEXT = 200
MAX_NAMES = 100
"""Names that one block gives; those beyond are taken for the context's own."""
MAX_LINKS = 2000
MAX_PENDING = 40
"""Calls of one expression."""
MAX_FOUND = 20000
"""Outputs of one template."""
_COLUMN_END = 4096


class Frame(NamedTuple):
    """What an opened block changes, as it was before."""

    kind: str
    state: State
    autoescape: bool
    filters: tuple[str, ...]
    block: str
    macro: str
    scopes: int


class Reader:
    """Gathers what stands in one template."""

    def __init__(
        self,
        text: str,
        dialect: str,
        autoescape: bool,
        state: State,
        blocks: Mapping[str, State],
    ) -> None:
        self.text = text
        self.page = Page(state)
        self.autoescape = autoescape
        self.default = autoescape
        self.filters: tuple[str, ...] = ()
        self.block = ""
        self.macro = ""
        self.scopes: list[dict[str, tuple[Reference, ...]]] = [{}]
        self.frames: list[Frame] = []
        self.imported: set[str] = set()
        """Names that are macros, or modules of macros."""
        self._dialect = dialect
        self._given = blocks
        self._lines = [0]
        at = text.find("\n")
        while at >= 0:
            self._lines.append(at + 1)
            at = text.find("\n", at + 1)
        self._outputs: list[Output] = []
        self._bindings: list[Binding] = []
        self._links: list[Link] = []
        self._blocks: dict[str, Block] = {}
        self._macros: list[Macro] = []
        self._pending: list[tuple[str, tuple[tuple[str, tuple[Reference, ...]], ...]]] = []
        self._asked: list[tuple[str, tuple[tuple[str, tuple[Reference, ...]], ...]]] = []
        self._calls: list[Invocation] = []
        self._helpers: list[Invocation] = []
        self.libraries: list[str] = []

    # --- Names -------------------------------------------------------------------------------

    def look(self, name: str) -> tuple[Reference, ...]:
        """Return what a name stands for; a name that nothing binds is the context's own."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return (Reference(name),)

    def bind(self, name: str, value: Value, kind: str, span: Span) -> None:
        """Give a name to what an expression gives."""
        references = value.references
        scope = self.scopes[-1]
        if kind == "set" and self.frames and self.frames[-1].kind == "if":
            # What it was stays possible: the condition may not hold.
            references = join([Value(scope.get(name, ())), value]).references
        if name in scope or len(scope) < MAX_NAMES:
            scope[name] = references
        if len(self._bindings) < MAX_FOUND:
            self._bindings.append(Binding(name, references, kind, span))

    def bind_loop(self, names: list[str], value: Value, span: Span) -> None:
        """Give names to the items of what an expression gives, or to the parts of an item."""
        items = read_item(value, ANY)
        for place, name in enumerate(names):
            part = items if len(names) == 1 else read_item(items, str(place))
            self.bind(name, part, "for", span)

    def invoke(self, name: str, arguments: list[tuple[str, Value]]) -> bool:
        """Note the call of a macro; tells whether it is one. A filter is "|name"."""
        if name not in self.imported and name.partition(".")[0] not in self.imported:
            if len(self._asked) < MAX_PENDING:
                self._asked.append((name, tuple((key, one.references) for key, one in arguments)))
            return False
        self._pending.append((name, tuple((key, one.references) for key, one in arguments)))
        return True

    # --- Blocks ------------------------------------------------------------------------------

    def open(self, kind: str, *, scope: bool = True) -> None:
        """Open a block."""
        if len(self.frames) >= MAX_FRAMES:
            return
        self.frames.append(
            Frame(
                kind,
                self.page.save(),
                self.autoescape,
                self.filters,
                self.block,
                self.macro,
                len(self.scopes),
            )
        )
        if scope:
            self.scopes.append({})

    def turn(self) -> None:
        """Begin the other branch of the block: the page is there as it was before the first."""
        if self.frames:
            self.page.restore(self.frames[-1].state)

    def close(self, kind: str) -> None:
        """Close a block of a kind and what is open in it; nothing where none is open."""
        for place in range(len(self.frames) - 1, -1, -1):
            frame = self.frames[place]
            if frame.kind == kind:
                del self.frames[place:]
                del self.scopes[frame.scopes :]
                self.autoescape, self.filters = frame.autoescape, frame.filters
                self.block, self.macro = frame.block, frame.macro
                return

    def open_block(self, name: str, span: Span) -> None:
        """Open a part that others may replace; it stands where the caller knows it to stand."""
        self.open("block")
        self.block = name
        given = self._given.get(name)
        if given is not None:
            self.page.restore(given)
        self._blocks.setdefault(name, Block(name, span, self.page.save()))

    def keep_block(self) -> None:
        """Note that the block draws in what it replaces."""
        block = self._blocks.get(self.block)
        if block and not block.keeps:
            self._blocks[self.block] = Block(block.name, block.span, block.state, True)

    def open_macro(self, name: str, parameters: list[tuple[str, Value]], span: Span) -> None:
        """Open a function of the template; its parameters are names of their own."""
        self.imported.add(name)
        self.open("macro")
        self.macro = name
        names = tuple(parameter for parameter, _ in parameters)
        self.scopes[-1].update({parameter: (Reference(parameter),) for parameter in names})
        self._macros.append(Macro(name, names, span))

    def link(
        self,
        kind: str,
        name: str,
        span: Span,
        *,
        bindings: list[tuple[str, Value]] | None = None,
        alone: bool = False,
        names: tuple[str, ...] = (),
    ) -> None:
        """Note that another template is drawn in."""
        if len(self._links) >= MAX_LINKS:
            return
        bound: dict[str, tuple[Reference, ...]] = {}
        if kind == "include" and not alone:
            for scope in self.scopes:
                bound.update(scope)
        bound.update((key, value.references) for key, value in bindings or ())
        handed = tuple(
            Binding(key, references, "include", span)
            for key, references in list(bound.items())[-MAX_BINDINGS:]
        )
        state = self.page.save()
        self._links.append(Link(kind, name, span, state, handed, alone, names, self.block))

    # --- Output ------------------------------------------------------------------------------

    def span(self, start: int, end: int) -> Span:
        """Pack where a stretch of the text stands."""
        line, column = self._position(start)
        end_line, end_column = self._position(end)
        return pack(line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        start = self._lines[line - 1]
        # Columns beyond the end saturate, so what is far off need not be encoded.
        before = self.text[start : min(offset, start + _COLUMN_END)]
        return line, len(before.encode("utf-8", "surrogatepass"))

    def write(self, value: Value, text: str, start: int, end: int) -> None:
        """Write a value into the page."""
        for name in self.filters:
            value = apply_filter(name, value, [], autoescape=self.autoescape)
        place = self.page.place()
        output = Output(
            references=value.references,
            text=text.strip()[:MAX_TEXT],
            span=self.span(start, end),
            autoescape=self.autoescape,
            context=place.context,
            quote=place.quote,
            tag=place.tag,
            attribute=place.attribute,
            block=self.block,
            macro=self.macro,
        )
        self.page.write()
        if len(self._outputs) < MAX_FOUND:
            self._outputs.append(output)
            self._calls += [Invocation(name, handed, output) for name, handed in self._pending]
            self._helpers += [Invocation(name, handed, output) for name, handed in self._asked]
        self._pending = []
        self._asked = []

    def finish(self, is_cut: bool) -> Template:
        """Return all that was gathered."""
        return Template(
            dialect=self._dialect,
            autoescape=self.default,
            outputs=tuple(self._outputs),
            bindings=tuple(self._bindings),
            links=tuple(self._links),
            blocks=tuple(self._blocks.values()),
            macros=tuple(self._macros),
            calls=tuple(self._calls),
            helpers=tuple(self._helpers),
            libraries=tuple(dict.fromkeys(self.libraries)),
            is_cut=is_cut or len(self._outputs) >= MAX_FOUND,
        )
