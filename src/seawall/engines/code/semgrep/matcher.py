"""Matches the pattern of an expression with an expression: every way in which it fits."""

import re
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from seawall.engines.code.semgrep.binding import Bindings, Bound, agree
from seawall.engines.code.semgrep.pattern import is_ellipsis, metavariable, walk
from seawall.engines.code.semgrep.rule import Options
from seawall.engines.code.semgrep.view import View
from seawall.engines.code.semgrep.wording import ANONYMOUS, DEEP, ELLIPSIS, TYPED
from seawall.model.program import (
    Attribute,
    Binary,
    Call,
    Compare,
    Constant,
    Expression,
    Field,
    Format,
    Index,
    Keyword,
    Lambda,
    Logic,
    Mapping,
    Name,
    Node,
    Parameter,
    Spread,
    pack,
    unpack,
)
from seawall.model.program import Sequence as Display

_MEANS_NOTHING = frozenset({"span", "words", "locals", "symbol"})
_MOST_STEPS = 1_000_000
"""For one rule on one file."""
_MOST_ORDERED = 6
"""Operands of "|" that are tried in every order."""
_STRING_REGEX = re.compile(r"=~/(.*)/([ismx]*)", re.DOTALL)
_PIECES = re.compile(r"(\.\.\.|\$[A-Z_][A-Z_0-9]*)")
_STRING_NAME = re.compile(r"\$(?:\.\.\.)?[A-Z_][A-Z_0-9]*")
_NONE: list[Bindings] = []

Found = Sequence[Bindings]


class ExhaustedError(Exception):
    """A pattern takes too many steps on this file."""


class Matcher:
    """Matches patterns with the nodes of one file."""

    def __init__(self, view: View, options: Options) -> None:
        self.view = view
        self.options = options
        self._left = _MOST_STEPS
        self._expressions: dict[str, re.Pattern[str]] = {}
        self._unfolding: set[int] = set()

    def match(self, pattern: Any, node: Any, bindings: Bindings) -> Found:
        """Return the bindings of each way in which an expression fits.

        Raises ExhaustedError when it takes too many steps.
        """
        self.step()
        kind = type(pattern)
        if kind is Name:
            return self._name(pattern, node, bindings)
        if kind is Call and type(pattern.function) is Name:
            if pattern.function.name == DEEP:
                return self._deep(pattern.arguments[0], node, bindings)
            if pattern.function.name == TYPED:
                return self._typed(pattern, node, bindings)
        if kind is Constant:
            return self._constant(pattern, node, bindings)
        if kind is Attribute and pattern.name == ELLIPSIS:
            return self._chain(pattern.value, node, bindings)
        found: Found = _NONE
        if type(node) is kind:
            act = _ACTS.get(kind)
            if act is not None:
                found = act(self, pattern, node, bindings)
            else:
                found = self.fields(pattern, node, bindings)
        if not found and type(node) is Name:
            return self._instead(pattern, node, bindings)
        return found

    def renew(self) -> None:
        """Begin to count steps anew."""
        self._left = _MOST_STEPS

    def step(self) -> None:
        """Count one step. Raises ExhaustedError when there were too many."""
        self._left -= 1
        if self._left < 0:
            raise ExhaustedError

    # --- Names and metavariables -------------------------------------------------------------

    def _name(self, pattern: Name, node: Node, bindings: Bindings) -> Found:
        name = pattern.name
        if name in (ELLIPSIS, ANONYMOUS):
            return [bindings]
        bound = metavariable(name)
        if bound:
            return self.bind(bound, node, bindings)
        if type(node) is not Name:
            return _NONE
        if node.name == name:
            return [bindings]
        if self.options.imports and name in self.view.dotted.get(id(node), ()):
            return [bindings]
        return self._instead(pattern, node, bindings) if self.options.symbols else _NONE

    def bind(self, name: str, node: Node, bindings: Bindings) -> Found:
        """Bind a metavariable to a node, or see whether it is bound to the same."""
        start, end = self.view.extent(node)
        return self.hold(name, Bound((node,), start, end), bindings)

    def hold(self, name: str, bound: Bound, bindings: Bindings) -> Found:
        """Bind a metavariable, or see whether it is bound to the same."""
        self.step()
        known = bindings.get(name)
        if known is None:
            return [{**bindings, name: bound}]
        return [bindings] if agree(known, bound, self.view) else _NONE

    def word(self, pattern: str, name: str, span: int, bindings: Bindings) -> Found:
        """Match an identifier that is no expression: of an attribute, an argument, a function."""
        if pattern in (ELLIPSIS, ANONYMOUS):
            return [bindings]
        bound = metavariable(pattern)
        if bound:
            return self.bind(bound, Name(name, span), bindings)
        return [bindings] if pattern == name else _NONE

    def _instead(self, pattern: Node, node: Name, bindings: Bindings) -> Found:
        """Match what a name stands for: what was imported, or what it was given."""
        if self.options.imports and type(pattern) is Attribute:
            for chain in self.view.chains(node):
                found = self.match(pattern, chain, bindings)
                if found:
                    return found
        if not self.options.symbols or id(node) in self._unfolding:
            return _NONE
        value = self.view.values.get(id(node))
        if value is None or type(value) is Name and value.name == node.name:
            return _NONE
        self._unfolding.add(id(node))
        try:
            return self.match(pattern, value, bindings)
        finally:
            self._unfolding.discard(id(node))

    def _typed(self, pattern: Call, node: Node, bindings: Bindings) -> Found:
        subject, wanted = pattern.arguments
        if not self.is_of(wanted, node, bindings):
            return _NONE
        return self.match(subject, node, bindings)

    def is_of(self, wanted: Node, node: Node, bindings: Bindings, depth: int = 8) -> bool:
        """Whether an expression is known to be of a type."""
        if depth <= 0:
            return False
        if isinstance(node, Constant) and isinstance(wanted, Name):
            return wanted.name == type(node.value).__name__
        if isinstance(node, Format):
            return isinstance(wanted, Name) and wanted.name == "str"
        if isinstance(node, Display | Mapping):
            kind = "dict" if isinstance(node, Mapping) else node.kind
            return isinstance(wanted, Name) and wanted.name == kind
        if isinstance(node, Call):
            return bool(self.match(wanted, node.function, bindings))
        if not isinstance(node, Name):
            return False
        annotation = self.view.types.get(id(node))
        if annotation is not None:
            return any(self.match(wanted, one, bindings) for one in _unions(annotation))
        value = self.view.values.get(id(node))
        return value is not None and self.is_of(wanted, value, bindings, depth - 1)

    # --- Expressions -------------------------------------------------------------------------

    def _deep(self, pattern: Expression, node: Node, bindings: Bindings) -> Found:
        found: list[Bindings] = []
        for one in walk(node):
            found += self.match(pattern, one, bindings)
        return found

    def _attribute(self, pattern: Attribute, node: Attribute, bindings: Bindings) -> Found:
        if not pattern.name.startswith("_SW_") and pattern.name != node.name:
            return _NONE
        span = _tail(node.span, len(node.name.encode()))
        return [
            after
            for first in self.match(pattern.value, node.value, bindings)
            for after in self.word(pattern.name, node.name, span, first)
        ]

    def _chain(self, pattern: Expression, node: Node, bindings: Bindings) -> Found:
        """Match a value with one from which any number of steps lead to the node."""
        found: list[Bindings] = []
        while True:
            found += self.match(pattern, node, bindings)
            if isinstance(node, Attribute | Index):
                node = node.value
            elif isinstance(node, Call):
                node = node.function
            else:
                return found

    def _call(self, pattern: Call, node: Call, bindings: Bindings) -> Found:
        return [
            after
            for first in self.match(pattern.function, node.function, bindings)
            for after in self.arguments(_ordered(pattern), _ordered(node), first)
        ]

    def arguments(self, pattern: Sequence[Node], code: Sequence[Node], bindings: Bindings) -> Found:
        """Match arguments in the order of the text; one by name fits wherever it stands."""
        if not pattern:
            return _NONE if code else [bindings]
        first, rest = pattern[0], pattern[1:]
        if _is_many(first):
            return self._many(_many_name(first), rest, code, bindings)
        found: list[Bindings] = []
        if isinstance(first, Keyword):
            for place, one in enumerate(code):
                if isinstance(one, Keyword):
                    left = (*code[:place], *code[place + 1 :])
                    for after in self.keyword(first, one, bindings):
                        found += self.arguments(rest, left, after)
            return found
        if not code or isinstance(code[0], Keyword):
            return _NONE
        for after in self.match(first, code[0], bindings):
            found += self.arguments(rest, code[1:], after)
        return found

    def _many(
        self, name: str, rest: Sequence[Node], code: Sequence[Node], bindings: Bindings
    ) -> Found:
        """Match what follows a `...` or a `$...X` among arguments."""
        if not rest and not name:
            return [bindings]
        found: list[Bindings] = []
        for place in range(len(code) + 1):
            held: Found = [bindings]
            if name:
                taken = tuple(code[:place])
                held = self.hold(name, Bound(taken, *self.view.stretch(taken)), bindings)
            for one in held:
                found += self.arguments(rest, code[place:], one)
        return found

    def keyword(self, pattern: Keyword, code: Keyword, bindings: Bindings) -> Found:
        """Match an argument by name."""
        if bool(pattern.name) != bool(code.name):
            return _NONE
        span = _head(code.span, len(code.name.encode()))
        return [
            after
            for one in self.word(pattern.name, code.name, span, bindings)
            for after in self.match(pattern.value, code.value, one)
        ]

    def sequence(self, pattern: Sequence[Node], code: Sequence[Node], bindings: Bindings) -> Found:
        """Match items in order, where `...` and `$...X` stand for any number."""
        if not pattern:
            return _NONE if code else [bindings]
        first, rest = pattern[0], pattern[1:]
        if not _is_many(first):
            if not code:
                return _NONE
            return [
                after
                for one in self.match(first, code[0], bindings)
                for after in self.sequence(rest, code[1:], one)
            ]
        name = _many_name(first)
        if not rest and not name:
            return [bindings]
        found: list[Bindings] = []
        for place in range(len(code) + 1):
            taken = tuple(code[:place])
            held: Found = [bindings]
            if name:
                held = self.hold(name, Bound(taken, *self.view.stretch(taken)), bindings)
            for one in held:
                found += self.sequence(rest, code[place:], one)
        return found

    def _display(self, pattern: Display, node: Display, bindings: Bindings) -> Found:
        if pattern.kind != node.kind:
            return _NONE
        return self.sequence(pattern.items, node.items, bindings)

    def _pairs(self, pattern: Mapping, node: Mapping, bindings: Bindings) -> Found:
        """Match a display of pairs, in any order."""
        pairs = [
            (key, value)
            for key, value in zip(pattern.keys, pattern.values, strict=True)
            if not (key is None and is_ellipsis(value))
        ]
        open_end = len(pairs) < len(pattern.values)
        code = list(zip(node.keys, node.values, strict=True))
        if len(pairs) > len(code) or (not open_end and len(pairs) != len(code)):
            return _NONE
        ways: list[tuple[Bindings, frozenset[int]]] = [(bindings, frozenset())]
        for key, value in pairs:
            following: list[tuple[Bindings, frozenset[int]]] = []
            for bound, used in ways:
                for place, (code_key, code_value) in enumerate(code):
                    if place in used or (key is None) != (code_key is None):
                        continue
                    for first in self.match(key, code_key, bound) if key else [bound]:
                        for after in self.match(value, code_value, first):
                            following.append((after, used | {place}))
            ways = following
        return [bound for bound, _ in ways]

    def _binary(self, pattern: Binary, node: Binary, bindings: Bindings) -> Found:
        if pattern.operator != node.operator:
            return _NONE
        if is_ellipsis(pattern.right):
            left: Expression = node.left
            found = list(self.match(pattern.left, left, bindings))
            while isinstance(left, Binary) and left.operator == node.operator:
                left = left.left
                found += self.match(pattern.left, left, bindings)
            return found
        ordered = [
            after
            for first in self.match(pattern.left, node.left, bindings)
            for after in self.match(pattern.right, node.right, first)
        ]
        if ordered or pattern.operator not in ("|", "&") or not self.options.commutative:
            return ordered
        return self._commuted(_operands(pattern), _operands(node), bindings)

    def _commuted(
        self, wanted: Sequence[Expression], given: Sequence[Expression], bindings: Bindings
    ) -> Found:
        """Match operands in any order; a single metavariable takes what the rest leaves."""
        if len(given) > _MOST_ORDERED:
            return _NONE
        if len(wanted) == len(given):
            return self._unordered(wanted, given, bindings)
        names = [one for one in wanted if isinstance(one, Name) and metavariable(one.name)]
        if len(wanted) > len(given) or len(names) != 1:
            return _NONE
        others = [one for one in wanted if one is not names[0]]
        found: list[Bindings] = []
        for taken in combinations(range(len(given)), len(others)):
            left = [one for place, one in enumerate(given) if place not in taken]
            rest = left[0]
            for one in left[1:]:
                rest = Binary("|", rest, one, _join(rest.span, one.span))
            for after in self._unordered(others, [given[place] for place in taken], bindings):
                found += self.match(names[0], rest, after)
        return found

    def _unordered(
        self, pattern: Sequence[Expression], code: Sequence[Expression], bindings: Bindings
    ) -> Found:
        if not pattern:
            return [bindings]
        return [
            after
            for place, one in enumerate(code)
            for first in self.match(pattern[0], one, bindings)
            for after in self._unordered(pattern[1:], (*code[:place], *code[place + 1 :]), first)
        ]

    def _logic(self, pattern: Logic, node: Logic, bindings: Bindings) -> Found:
        if pattern.operator != node.operator:
            return _NONE
        values = node.values
        more = len(values) - len(pattern.values)
        if more > 0 and not any(map(is_ellipsis, pattern.values)):
            # "a and b and c" is read as "(a and b) and c".
            span = _join(values[0].span, values[more].span)
            values = (Logic(node.operator, values[: more + 1], span), *values[more + 1 :])
        found = self.sequence(pattern.values, values, bindings)
        if found or not self.options.commutative_logic or len(values) > _MOST_ORDERED:
            return found
        if len(values) != len(pattern.values):
            return found
        return self._unordered(pattern.values, values, bindings)

    def _compare(self, pattern: Compare, node: Compare, bindings: Bindings) -> Found:
        if pattern.operators != node.operators:
            return _NONE
        return self.sequence((pattern.left, *pattern.rights), (node.left, *node.rights), bindings)

    def _lambda(self, pattern: Lambda, node: Lambda, bindings: Bindings) -> Found:
        return [
            after
            for first in self.parameters(
                pattern.function.parameters, node.function.parameters, bindings
            )
            for after in self.sequence(pattern.function.body, node.function.body, first)
        ]

    # --- Texts -------------------------------------------------------------------------------

    def _constant(self, pattern: Constant, node: Node, bindings: Bindings) -> Found:
        found: Constant | None = None
        if isinstance(node, Constant):
            found = node
        elif self.options.constants and isinstance(node, Name | Binary | Format):
            found = self.view.fold(node)
            if found is None and pattern.value == "..." and id(node) in self.view.texts:
                return [bindings]
        if found is None:
            return _NONE
        if isinstance(found.value, bytes) and isinstance(pattern.value, str):
            # Semgrep does not tell them apart where a metavariable takes the text.
            text = found.value.decode("utf-8", "replace")
            named = _STRING_NAME.fullmatch(pattern.value) is not None
            return self._text(pattern.value, text, node, bindings) if named else _NONE
        if type(found.value) is not type(pattern.value):
            return _NONE
        if isinstance(found.value, str):
            assert isinstance(pattern.value, str)
            return self._text(pattern.value, found.value, node, bindings)
        if pattern.value == b"...":
            return [bindings]
        return [bindings] if found.value == pattern.value else _NONE

    def _text(self, pattern: str, value: str, node: Node, bindings: Bindings) -> Found:
        if pattern == "...":
            return [bindings]
        if "$" in pattern and _STRING_NAME.fullmatch(pattern):
            if pattern == "$_":
                return [bindings]
            return self.hold(pattern, Bound((), *self.view.extent(node), value), bindings)
        regex = _STRING_REGEX.fullmatch(pattern) if pattern.startswith("=~/") else None
        if regex is not None:
            return [bindings] if self._compiled(regex).search(value) else _NONE
        return [bindings] if pattern == value else _NONE

    def _compiled(self, regex: re.Match[str]) -> re.Pattern[str]:
        known = self._expressions.get(regex[0])
        if known is None:
            flags = 0
            for letter in regex[2]:
                flags |= getattr(re, letter.upper())
            known = self._expressions[regex[0]] = re.compile(regex[1], flags)
        return known

    def _format(self, pattern: Format, node: Format, bindings: Bindings) -> Found:
        """Match an f-string, where "..." in the text stands for any part of it."""
        return self._parts(_pieces(pattern, split=True), _pieces(node, split=False), bindings)

    def _parts(
        self, pattern: Sequence[Field | str], code: Sequence[Field | str], bindings: Bindings
    ) -> Found:
        if not pattern:
            return _NONE if code else [bindings]
        first, rest = pattern[0], pattern[1:]
        if first == "...":
            if not rest:
                return [bindings]
            found: list[Bindings] = []
            for place, one in enumerate(code):
                found += self._parts(rest, code[place:], bindings)
                if isinstance(one, str) and isinstance(rest[0], str) and rest[0] != "...":
                    at = one.find(rest[0])
                    if at > 0:
                        found += self._parts(rest, (one[at:], *code[place + 1 :]), bindings)
            return found
        if not code:
            return _NONE
        one = code[0]
        if isinstance(first, str):
            if not isinstance(one, str):
                return _NONE
            if _STRING_NAME.fullmatch(first):
                return [
                    after
                    for held in self.hold(first, Bound((), content=one), bindings)
                    for after in self._parts(rest, code[1:], held)
                ]
            if not one.startswith(first):
                return _NONE
            left = one[len(first) :]
            return self._parts(rest, (left, *code[1:]) if left else code[1:], bindings)
        if isinstance(one, str):
            return _NONE
        return [
            after
            for held in self.match(first.value, one.value, bindings)
            for after in self._parts(rest, code[1:], held)
        ]

    # --- Definitions -------------------------------------------------------------------------

    def parameters(
        self, pattern: Sequence[Parameter], code: Sequence[Parameter], bindings: Bindings
    ) -> Found:
        """Match the parameters of a function in order, where `...` stands for any number."""
        if not pattern:
            return _NONE if code else [bindings]
        first, rest = pattern[0], pattern[1:]
        name = metavariable(first.name)
        if first.name == ELLIPSIS or name.startswith("$..."):
            found: list[Bindings] = []
            for place in range(len(code) + 1):
                taken = tuple(code[:place])
                held: Found = [bindings]
                if name:
                    held = self.hold(name, Bound(taken, *self.view.stretch(taken)), bindings)
                for one in held:
                    found += self.parameters(rest, code[place:], one)
            return found
        if not code:
            return _NONE
        return [
            after
            for one in self._parameter(first, code[0], bindings)
            for after in self.parameters(rest, code[1:], one)
        ]

    def _parameter(self, pattern: Parameter, code: Parameter, bindings: Bindings) -> Found:
        if (pattern.kind in ("rest", "names") or code.kind in ("rest", "names")) and (
            pattern.kind != code.kind
        ):
            return _NONE
        found = self.word(pattern.name, code.name, code.span, bindings)
        for wanted, given in (
            (pattern.default, code.default),
            (pattern.annotation, code.annotation),
        ):
            if wanted is None:
                continue
            if given is None:
                return found if is_ellipsis(wanted) else _NONE
            found = [after for one in found for after in self.match(wanted, given, one)]
        return found

    def fields(self, pattern: Node, node: Node, bindings: Bindings) -> Found:
        """Match two nodes of one kind field by field."""
        found: Found = [bindings]
        for field in pattern.__struct_fields__:
            if field in _MEANS_NOTHING:
                continue
            wanted, given = getattr(pattern, field), getattr(node, field)
            found = [after for one in found for after in self._field(wanted, given, one)]
            if not found:
                return _NONE
        return found

    def _field(self, wanted: Any, given: Any, bindings: Bindings) -> Found:
        if isinstance(wanted, Node):
            if isinstance(given, Node):
                return self.match(wanted, given, bindings)
            return [bindings] if given is None and is_ellipsis(wanted) else _NONE
        if type(wanted) is tuple:
            if wanted and not isinstance(wanted[0], Node):
                return [bindings] if wanted == given else _NONE
            return self.sequence(wanted, given, bindings)
        return [bindings] if wanted == given else _NONE


def _is_many(node: Node) -> bool:
    if isinstance(node, Spread):
        node = node.value
    elif isinstance(node, Keyword):
        if node.name:
            return False
        node = node.value
    return is_ellipsis(node) or bool(_many_name(node))


def _many_name(node: Node) -> str:
    """Return the name of a `$...X`, "" for anything else."""
    if isinstance(node, Spread | Keyword):
        node = node.value
    name = metavariable(node.name) if isinstance(node, Name) else ""
    return name if name.startswith("$...") else ""


def _ordered(call: Call) -> tuple[Node, ...]:
    """Return the arguments in the order of the text."""
    if not call.keywords:
        return call.arguments
    both: tuple[Expression | Keyword, ...] = (*call.arguments, *call.keywords)
    return tuple(sorted(both, key=lambda one: one.span))


def _operands(node: Binary) -> list[Expression]:
    left = node.left
    if isinstance(left, Binary) and left.operator == node.operator:
        return [*_operands(left), node.right]
    return [left, node.right]


def _pieces(node: Format, *, split: bool) -> list[Field | str]:
    pieces: list[Field | str] = []
    for part in node.parts:
        if isinstance(part, Field):
            pieces.append(part)
        elif not split:
            pieces.append(str(part.value))
        else:
            texts = _PIECES.split(str(part.value))
            pieces += [text for text in texts if text]
    return pieces


def _unions(annotation: Expression) -> list[Expression]:
    """Return the types that an annotation allows."""
    if isinstance(annotation, Binary) and annotation.operator == "|":
        return [*_unions(annotation.left), *_unions(annotation.right)]
    if isinstance(annotation, Index):
        head = annotation.value
        name = head.name if isinstance(head, Name | Attribute) else ""
        if name in ("Optional", "Annotated", "Union", "Final", "ClassVar"):
            key = annotation.key
            inner = key.items if isinstance(key, Display) else (key,)
            return [one for each in inner for one in _unions(each)]
        return [annotation, head]
    return [annotation]


def _head(span: int, length: int) -> int:
    """Return the first bytes of a span."""
    line, column, _, _ = unpack(span)
    return pack(line, column, line, column + length) if span else 0


def _tail(span: int, length: int) -> int:
    """Return the last bytes of a span."""
    _, _, end_line, end_column = unpack(span)
    return pack(end_line, max(end_column - length, 0), end_line, end_column) if span else 0


def _join(first: int, last: int) -> int:
    line, column, _, _ = unpack(first)
    _, _, end_line, end_column = unpack(last)
    return pack(line, column, end_line, end_column) if first and last else 0


_ACTS: dict[type[Any], Callable[[Matcher, Any, Any, Bindings], Found]] = {
    Attribute: Matcher._attribute,
    Binary: Matcher._binary,
    Call: Matcher._call,
    Compare: Matcher._compare,
    Display: Matcher._display,
    Format: Matcher._format,
    Lambda: Matcher._lambda,
    Logic: Matcher._logic,
    Mapping: Matcher._pairs,
}
