"""Matches the pattern of statements with the blocks of a file."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

from seawall.engines.code.semgrep.binding import Bindings, Bound
from seawall.engines.code.semgrep.matcher import Found, Matcher
from seawall.engines.code.semgrep.pattern import is_deep, is_ellipsis, metavariable
from seawall.engines.code.semgrep.view import Place, View
from seawall.engines.code.semgrep.wording import ELLIPSIS
from seawall.model.program import (
    Assign,
    Bind,
    Call,
    Class,
    Declare,
    Define,
    Evaluate,
    Expression,
    For,
    Function,
    Handler,
    If,
    Import,
    Match,
    Name,
    Node,
    Raise,
    Return,
    Statement,
    Try,
    Update,
    While,
    With,
    WithItem,
    pack,
    unpack,
)

_SPOKEN = (Evaluate, Assign, Declare, Update, Return)
"""Statements that an expression on a line of its own matches anywhere within."""

_STATEMENTS: tuple[type[Statement], ...] = get_args(Statement)

Ways = list[tuple[Bindings, Place]]
"""Bindings, and the end of what was matched."""


class _Run:
    """Statements in order from some place on, with the end of the block they come from."""

    __slots__ = ("end", "flat", "items", "start")

    def __init__(self, items: Sequence[Statement], start: int, end: Place, *, flat: bool) -> None:
        self.items = items
        self.start = start
        self.end = end
        self.flat = flat
        """Whether nested statements stand in it too, each after what encloses it."""

    @property
    def empty(self) -> bool:
        return self.start >= len(self.items)

    def after(self) -> "_Run":
        return _Run(self.items, self.start + 1, self.end, flat=self.flat)


class Blocks:
    """Matches statements of one file, by the matcher of its expressions."""

    def __init__(self, view: View, matcher: Matcher) -> None:
        self._view = view
        self._matcher = matcher

    def find(self, pattern: Sequence[Statement]) -> Iterator[tuple[Bindings, Place, Place]]:
        """Yield each match of a run of statements anywhere: bindings, start and end."""
        if len(pattern) == 1:
            yield from self._single(pattern[0])
            return
        first = pattern[0]
        for block in self._view.blocks:
            if is_ellipsis(first):
                start, end = self._view.stretch(block)
                for bindings, _ in self.run(pattern, block, {}, exact=False):
                    yield bindings, start, end
                continue
            for place, statement in enumerate(block):
                if not _may(first, statement):
                    continue
                for bindings, end in self.run(pattern, block, {}, exact=False, start=place):
                    yield bindings, self._view.extent(statement)[0], end

    def _single(self, pattern: Statement) -> Iterator[tuple[Bindings, Place, Place]]:
        kinds: tuple[type[Any], ...] = (type(pattern),)
        if isinstance(pattern, Assign):
            kinds = (Assign, Declare, Bind)
        for kind in kinds:
            for statement in self._view.nodes.get(kind, ()):
                for bindings in self.statement(pattern, statement, {}):
                    yield bindings, *self._view.extent(statement)

    def run(
        self,
        pattern: Sequence[Statement],
        block: tuple[Statement, ...],
        bindings: Bindings,
        *,
        exact: bool,
        start: int = 0,
    ) -> Ways:
        """Match statements in order from one place of a block on.

        `...` stands for any number, and what follows it may be nested deeper; `exact` means that
        nothing may be left over.
        """
        end = self._view.extent(block[-1])[1] if block else 0
        return self._run(pattern, _Run(block, start, end, flat=False), bindings, exact)

    def _run(
        self, pattern: Sequence[Statement], code: _Run, bindings: Bindings, exact: bool
    ) -> Ways:
        if not pattern:
            return [] if exact and not code.empty else [(bindings, 0)]
        first, rest = pattern[0], pattern[1:]
        if is_ellipsis(first):
            return self._skip(rest, code, bindings)
        if code.empty:
            return []
        statement = code.items[code.start]
        if not _may(first, statement):
            return []
        end = self._view.extent(statement)[1]
        following = code.after()
        return [
            (after, max(end, last))
            for one in self.statement(first, statement, bindings)
            for after, last in self._run(rest, following, one, exact)
        ]

    def _skip(self, rest: Sequence[Statement], code: _Run, bindings: Bindings) -> Ways:
        """Match what follows a `...`; where one stands, more may follow in the end too."""
        if not rest:
            return [(bindings, code.end)]
        if not code.flat:
            if not isinstance(code.items, tuple):
                return []
            every, own = self._view.flat(code.items)
            code = _Run(every, own[min(code.start, len(own) - 1)], code.end, flat=True)
        found: Ways = []
        for place in range(code.start, len(code.items)):
            if _may(rest[0], code.items[place]):
                here = _Run(code.items, place, code.end, flat=True)
                found += self._run(rest, here, bindings, exact=False)
        return found

    # --- One statement -----------------------------------------------------------------------

    def statement(self, pattern: Statement, code: Node, bindings: Bindings) -> Found:
        """Return the bindings of each way in which one statement fits."""
        self._matcher.step()
        if isinstance(pattern, Evaluate):
            return self._evaluate(pattern.value, code, bindings)
        if isinstance(pattern, Assign):
            return self._assign(pattern, code, bindings)
        if type(pattern) is not type(code):
            return []
        act = _ACTS.get(type(pattern))
        if act is None:
            return self._matcher.fields(pattern, code, bindings)
        return act(self, pattern, code, bindings)

    def _evaluate(self, pattern: Expression, code: Node, bindings: Bindings) -> Found:
        """Match an expression with any expression of a statement, but not of its blocks."""
        name = metavariable(pattern.name) if isinstance(pattern, Name) else ""
        if name:
            if isinstance(code, Evaluate):
                return self._matcher.match(pattern, code.value, bindings)
            return self._matcher.bind(name, code, bindings)
        found: list[Bindings] = []
        deep = isinstance(pattern, Call) and is_deep(pattern)
        if not isinstance(code, _STATEMENTS if deep else _SPOKEN):
            return found
        for node in self._view.header(code):
            found += self._matcher.match(pattern, node, bindings)
        return found

    def _assign(self, pattern: Assign, code: Node, bindings: Bindings) -> Found:
        targets: Sequence[Expression]
        if isinstance(code, Assign):
            targets = code.targets
        elif isinstance(code, Declare | Bind):
            targets = (code.target,)
        else:
            return []
        if code.value is None:
            return []
        match = self._matcher.match
        values = match(pattern.value, code.value, bindings)
        if not values:
            return values
        if len(pattern.targets) > 1:
            return [
                after
                for one in values
                for after in self._matcher.sequence(pattern.targets, targets, one)
            ]
        return [
            after
            for one in values
            for target in targets
            for after in match(pattern.targets[0], target, one)
        ]

    def _body(
        self,
        pattern: tuple[Statement, ...],
        code: tuple[Statement, ...],
        found: Found,
    ) -> Found:
        """Match the whole of a block, where something was found before."""
        return [after for one in found for after, _ in self.run(pattern, code, one, exact=True)]

    def _branches(self, pattern: If | While, code: If | While, bindings: Bindings) -> Found:
        found = self._matcher.match(pattern.test, code.test, bindings)
        found = self._body(pattern.body, code.body, found)
        return self._otherwise(pattern.orelse, code.orelse, found)

    def _otherwise(
        self, pattern: tuple[Statement, ...], code: tuple[Statement, ...], found: Found
    ) -> Found:
        """Match what stands under `else`: where the pattern has none, it may be there."""
        if not pattern:
            return found
        return self._body(pattern, code, found) if code else []

    def _for(self, pattern: For, code: For, bindings: Bindings) -> Found:
        found: Found = self._matcher.match(pattern.target, code.target, bindings)
        found = [
            after
            for one in found
            for after in self._matcher.match(pattern.iterable, code.iterable, one)
        ]
        found = self._body(pattern.body, code.body, found)
        return self._otherwise(pattern.orelse, code.orelse, found)

    def _with(self, pattern: With, code: With, bindings: Bindings) -> Found:
        found: Found = [bindings]
        if len(pattern.items) == 1:
            found = [
                after
                for item in code.items
                for after in self._item(pattern.items[0], item, bindings)
            ]
        elif len(pattern.items) != len(code.items):
            return []
        else:
            for wanted, given in zip(pattern.items, code.items, strict=True):
                found = [after for one in found for after in self._item(wanted, given, one)]
        return self._body(pattern.body, code.body, found)

    def _item(self, pattern: WithItem, code: WithItem, bindings: Bindings) -> Found:
        found = self._matcher.match(pattern.context, code.context, bindings)
        if pattern.target is None or code.target is None:
            return found if pattern.target is code.target else []
        return [
            after
            for one in found
            for after in self._matcher.match(pattern.target, code.target, one)
        ]

    def _try(self, pattern: Try, code: Try, bindings: Bindings) -> Found:
        found = self._body(pattern.body, code.body, [bindings])
        for wanted in pattern.handlers:
            found = [
                after
                for one in found
                for given in code.handlers
                for after in self._handler(wanted, given, one)
            ]
        if bool(pattern.final) != bool(code.final):
            return []
        found = self._otherwise(pattern.orelse, code.orelse, found)
        return self._body(pattern.final, code.final, found)

    def _handler(self, pattern: Handler, code: Handler, bindings: Bindings) -> Found:
        found: Found = [bindings]
        if pattern.types is None:
            if code.types is not None:
                return []
        elif code.types is None:
            return []
        else:
            found = self._matcher.match(pattern.types, code.types, bindings)
        if pattern.name:
            if not code.name:
                return []
            found = [
                after
                for one in found
                for after in self._matcher.word(pattern.name, code.name, 0, one)
            ]
        return self._body(pattern.body, code.body, found)

    def _raise(self, pattern: Raise, code: Raise, bindings: Bindings) -> Found:
        if pattern.value is None or code.value is None:
            bare = pattern.value is None or is_ellipsis(pattern.value)
            return [bindings] if bare and code.value is None else []
        found = self._matcher.match(pattern.value, code.value, bindings)
        if pattern.cause is None:
            return found
        if code.cause is None:
            return []
        return [
            after for one in found for after in self._matcher.match(pattern.cause, code.cause, one)
        ]

    def _match(self, pattern: Match, code: Match, bindings: Bindings) -> Found:
        found = self._matcher.match(pattern.subject, code.subject, bindings)
        if not pattern.cases:
            return found
        return [
            after
            for one in found
            for after in self._matcher.sequence(pattern.cases, code.cases, one)
        ]

    # --- Definitions and imports -------------------------------------------------------------

    def _define(self, pattern: Define, code: Define, bindings: Bindings) -> Found:
        wanted, given = pattern.function, code.function
        if wanted.is_async and not given.is_async:
            return []
        found = self._named(wanted, given, bindings)
        found = [
            after
            for one in found
            for after in self._matcher.parameters(wanted.parameters, given.parameters, one)
        ]
        if wanted.returns is not None:
            if given.returns is None:
                return []
            found = [
                after
                for one in found
                for after in self._matcher.match(wanted.returns, given.returns, one)
            ]
        found = self._decorators(wanted.decorators, given.decorators, found)
        return self._body(wanted.body, given.body, found)

    def _class(self, pattern: Class, code: Class, bindings: Bindings) -> Found:
        found = self._named(pattern, code, bindings)
        # Bases that follow those of the pattern do not matter.
        bases = (*pattern.bases, Name(ELLIPSIS))
        found = [after for one in found for after in self._matcher.sequence(bases, code.bases, one)]
        for keyword in pattern.keywords:
            found = [
                after
                for one in found
                for given in code.keywords
                for after in self._matcher.keyword(keyword, given, one)
            ]
        found = self._decorators(pattern.decorators, code.decorators, found)
        # The members of a class stand in no order.
        for wanted in pattern.body:
            if not is_ellipsis(wanted):
                found = [
                    after
                    for one in found
                    for member in code.body
                    if _may(wanted, member)
                    for after in self.statement(wanted, member, one)
                ]
        return found

    def _named(
        self, pattern: Function | Class, code: Function | Class, bindings: Bindings
    ) -> Found:
        return self._matcher.word(pattern.name, code.name, name_span(code), bindings)

    def _decorators(
        self, pattern: Sequence[Expression], code: Sequence[Expression], found: Found
    ) -> Found:
        """Match each decorator with one of those there, in any order."""
        for wanted in pattern:
            if not is_ellipsis(wanted):
                found = [
                    after
                    for one in found
                    for given in code
                    for after in self._decorator(wanted, given, one)
                ]
        return found

    def _decorator(self, pattern: Expression, code: Expression, bindings: Bindings) -> Found:
        """Match a decorator; one that is not called is as good as one called with nothing."""
        if isinstance(pattern, Call) and is_deep(pattern):
            return self._matcher.match(pattern, code, bindings)
        return self._matcher.match(_called(pattern), _called(code), bindings)

    def _import(self, pattern: Import, code: Import, bindings: Bindings) -> Found:
        if pattern.level != code.level:
            return []
        found: Found = [bindings]
        for wanted in pattern.names:
            found = [
                after
                for one in found
                for name, alias in _imported(code)
                for after in self._imported(
                    pattern, wanted.name, wanted.alias, code, name, alias, one
                )
            ]
        return found

    def _imported(
        self,
        pattern: Import,
        wanted: str,
        wanted_alias: str,
        code: Import,
        name: str,
        alias: str,
        bindings: Bindings,
    ) -> Found:
        """Match one imported name; `import a.b` fits `from a import b` and `import a.b.c` too."""
        if pattern.is_from:
            if not code.is_from:
                return []
            found = self._dotted(pattern.module, code.module, code.span, bindings)
            found = [
                after for one in found for after in self._matcher.word(wanted, name, code.span, one)
            ]
        else:
            full = f"{code.module}.{name}" if code.is_from else name
            found = self._dotted(wanted, full, code.span, bindings)
        if wanted_alias and wanted_alias != wanted:
            found = [
                after
                for one in found
                for after in self._matcher.word(wanted_alias, alias or name, code.span, one)
            ]
        return found

    def _dotted(self, pattern: str, name: str, span: int, bindings: Bindings) -> Found:
        """Match a module's name with one that may go on deeper."""
        if "_SW_" in pattern:
            return self._parts(pattern.split("."), name.split("."), span, bindings)
        return [bindings] if name == pattern or name.startswith(pattern + ".") else []

    def _parts(
        self, pattern: Sequence[str], name: Sequence[str], span: int, bindings: Bindings
    ) -> Found:
        if not pattern:
            return [bindings]
        if not name:
            return []
        if len(pattern) == 1:
            bound = metavariable(pattern[0])
            if bound:
                text = ".".join(name)
                extent = self._view.extent(Name(text, span))
                return self._matcher.hold(bound, Bound((Name(text, span),), *extent), bindings)
        return [
            after
            for one in self._matcher.word(pattern[0], name[0], span, bindings)
            for after in self._parts(pattern[1:], name[1:], span, one)
        ]


def _called(decorator: Expression) -> Expression:
    return decorator if isinstance(decorator, Call) else Call(decorator, span=decorator.span)


def name_span(code: Function | Class) -> int:
    """Return the span of a definition's name."""
    line, column, _, _ = unpack(code.span)
    return pack(line, column, line, column + len(code.name.encode())) if code.span else 0


def _imported(code: Import) -> list[tuple[str, str]]:
    return [(one.name, one.alias) for one in code.names]


def _may(pattern: Statement, code: Statement) -> bool:
    """Whether a statement is of a kind that the pattern can match at all."""
    kind = type(pattern)
    if kind is Evaluate:
        return True
    if kind is Assign:
        return type(code) in (Assign, Declare)
    return kind is type(code)


_ACTS: dict[type[Any], Callable[[Blocks, Any, Any, Bindings], Found]] = {
    If: Blocks._branches,
    While: Blocks._branches,
    For: Blocks._for,
    With: Blocks._with,
    Try: Blocks._try,
    Match: Blocks._match,
    Raise: Blocks._raise,
    Define: Blocks._define,
    Class: Blocks._class,
    Import: Blocks._import,
}
