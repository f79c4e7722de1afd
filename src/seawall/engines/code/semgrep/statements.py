"""Matches the pattern of statements with the blocks of a file."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

from seawall.engines.code.semgrep.binder import Found
from seawall.engines.code.semgrep.binding import Bindings
from seawall.engines.code.semgrep.definitions import (
    fits_kind,
    match_class,
    match_define,
    match_import,
)
from seawall.engines.code.semgrep.matcher import Matcher
from seawall.engines.code.semgrep.pattern import is_deep, is_ellipsis, metavariable
from seawall.engines.code.semgrep.view import Place, View
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
        self.view = view
        self.matcher = matcher

    def find(self, pattern: Sequence[Statement]) -> Iterator[tuple[Bindings, Place, Place]]:
        """Yield each match of a run of statements anywhere: bindings, start and end."""
        if len(pattern) == 1:
            yield from self._single(pattern[0])
            return
        first = pattern[0]
        for block in self.view.blocks:
            if is_ellipsis(first):
                start, end = self.view.stretch(block)
                for bindings, _ in self.run(pattern, block, {}, exact=False):
                    yield bindings, start, end
                continue
            for place, statement in enumerate(block):
                if not fits_kind(first, statement):
                    continue
                for bindings, end in self.run(pattern, block, {}, exact=False, start=place):
                    yield bindings, self.view.extent(statement)[0], end

    def _single(self, pattern: Statement) -> Iterator[tuple[Bindings, Place, Place]]:
        kinds: tuple[type[Any], ...] = (type(pattern),)
        if isinstance(pattern, Assign):
            kinds = (Assign, Declare, Bind)
        for kind in kinds:
            for statement in self.view.nodes.get(kind, ()):
                for bindings in self.statement(pattern, statement, {}):
                    yield bindings, *self.view.extent(statement)

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
        end = self.view.extent(block[-1])[1] if block else 0
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
        if not fits_kind(first, statement):
            return []
        end = self.view.extent(statement)[1]
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
            every, own = self.view.flat(code.items)
            code = _Run(every, own[min(code.start, len(own) - 1)], code.end, flat=True)
        found: Ways = []
        for place in range(code.start, len(code.items)):
            if fits_kind(rest[0], code.items[place]):
                here = _Run(code.items, place, code.end, flat=True)
                found += self._run(rest, here, bindings, exact=False)
        return found

    # --- One statement -----------------------------------------------------------------------

    def statement(self, pattern: Statement, code: Node, bindings: Bindings) -> Found:
        """Return the bindings of each way in which one statement fits."""
        self.matcher.step()
        if isinstance(pattern, Evaluate):
            return self._evaluate(pattern.value, code, bindings)
        if isinstance(pattern, Assign):
            return self._assign(pattern, code, bindings)
        if type(pattern) is not type(code):
            return []
        act = _ACTS.get(type(pattern))
        if act is None:
            return self.matcher.fields(pattern, code, bindings)
        return act(self, pattern, code, bindings)

    def _evaluate(self, pattern: Expression, code: Node, bindings: Bindings) -> Found:
        """Match an expression with any expression of a statement, but not of its blocks."""
        name = metavariable(pattern.name) if isinstance(pattern, Name) else ""
        if name:
            if isinstance(code, Evaluate):
                return self.matcher.match(pattern, code.value, bindings)
            return self.matcher.bind(name, code, bindings)
        found: list[Bindings] = []
        deep = isinstance(pattern, Call) and is_deep(pattern)
        if not isinstance(code, _STATEMENTS if deep else _SPOKEN):
            return found
        for node in self.view.header(code):
            found += self.matcher.match(pattern, node, bindings)
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
        match = self.matcher.match
        values = match(pattern.value, code.value, bindings)
        if not values:
            return values
        if len(pattern.targets) > 1:
            return [
                after
                for one in values
                for after in self.matcher.sequence(pattern.targets, targets, one)
            ]
        return [
            after
            for one in values
            for target in targets
            for after in match(pattern.targets[0], target, one)
        ]

    def body(
        self,
        pattern: tuple[Statement, ...],
        code: tuple[Statement, ...],
        found: Found,
    ) -> Found:
        """Match the whole of a block, where something was found before."""
        return [after for one in found for after, _ in self.run(pattern, code, one, exact=True)]

    def _branches(self, pattern: If | While, code: If | While, bindings: Bindings) -> Found:
        found = self.matcher.match(pattern.test, code.test, bindings)
        found = self.body(pattern.body, code.body, found)
        return self._otherwise(pattern.orelse, code.orelse, found)

    def _otherwise(
        self, pattern: tuple[Statement, ...], code: tuple[Statement, ...], found: Found
    ) -> Found:
        """Match what stands under `else`: where the pattern has none, it may be there."""
        if not pattern:
            return found
        return self.body(pattern, code, found) if code else []

    def _for(self, pattern: For, code: For, bindings: Bindings) -> Found:
        found: Found = self.matcher.match(pattern.target, code.target, bindings)
        found = [
            after
            for one in found
            for after in self.matcher.match(pattern.iterable, code.iterable, one)
        ]
        found = self.body(pattern.body, code.body, found)
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
        return self.body(pattern.body, code.body, found)

    def _item(self, pattern: WithItem, code: WithItem, bindings: Bindings) -> Found:
        found = self.matcher.match(pattern.context, code.context, bindings)
        if pattern.target is None or code.target is None:
            return found if pattern.target is code.target else []
        return [
            after for one in found for after in self.matcher.match(pattern.target, code.target, one)
        ]

    def _try(self, pattern: Try, code: Try, bindings: Bindings) -> Found:
        found = self.body(pattern.body, code.body, [bindings])
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
        return self.body(pattern.final, code.final, found)

    def _handler(self, pattern: Handler, code: Handler, bindings: Bindings) -> Found:
        found: Found = [bindings]
        if pattern.types is None:
            if code.types is not None:
                return []
        elif code.types is None:
            return []
        else:
            found = self.matcher.match(pattern.types, code.types, bindings)
        if pattern.name:
            if not code.name:
                return []
            found = [
                after
                for one in found
                for after in self.matcher.word(pattern.name, code.name, 0, one)
            ]
        return self.body(pattern.body, code.body, found)

    def _raise(self, pattern: Raise, code: Raise, bindings: Bindings) -> Found:
        if pattern.value is None or code.value is None:
            bare = pattern.value is None or is_ellipsis(pattern.value)
            return [bindings] if bare and code.value is None else []
        found = self.matcher.match(pattern.value, code.value, bindings)
        if pattern.cause is None:
            return found
        if code.cause is None:
            return []
        return [
            after for one in found for after in self.matcher.match(pattern.cause, code.cause, one)
        ]

    def _match(self, pattern: Match, code: Match, bindings: Bindings) -> Found:
        found = self.matcher.match(pattern.subject, code.subject, bindings)
        if not pattern.cases:
            return found
        return [
            after
            for one in found
            for after in self.matcher.sequence(pattern.cases, code.cases, one)
        ]


_ACTS: dict[type[Any], Callable[[Blocks, Any, Any, Bindings], Found]] = {
    If: Blocks._branches,
    While: Blocks._branches,
    For: Blocks._for,
    With: Blocks._with,
    Try: Blocks._try,
    Match: Blocks._match,
    Raise: Blocks._raise,
    Define: match_define,
    Class: match_class,
    Import: match_import,
}
