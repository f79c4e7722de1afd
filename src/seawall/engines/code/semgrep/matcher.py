"""Matches the pattern of an expression with an expression: every way in which it fits."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from seawall.engines.code.semgrep.binder import NONE, Found
from seawall.engines.code.semgrep.binding import Bindings, Bound
from seawall.engines.code.semgrep.pattern import is_ellipsis, metavariable, walk
from seawall.engines.code.semgrep.rule import Options
from seawall.engines.code.semgrep.shapes import (
    head_of,
    is_many,
    join_spans,
    many_name,
    operands,
    ordered_arguments,
    tail_of,
    union_types,
)
from seawall.engines.code.semgrep.texts import Texts
from seawall.engines.code.semgrep.view import View
from seawall.engines.code.semgrep.wording import ANONYMOUS, DEEP, ELLIPSIS, TYPED
from seawall.model.program import (
    Attribute,
    Binary,
    Call,
    Compare,
    Constant,
    Expression,
    Format,
    Index,
    Keyword,
    Lambda,
    Logic,
    Mapping,
    Name,
    Node,
    Parameter,
)
from seawall.model.program import Sequence as Display

_MEANS_NOTHING = frozenset({"span", "words", "locals", "symbol"})
_MOST_ORDERED = 6
"""Operands of "|" that are tried in every order."""


class Matcher(Texts):
    """Matches patterns with the nodes of one file."""

    def __init__(self, view: View, options: Options) -> None:
        super().__init__(view, options)
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
            return self.match_constant(pattern, node, bindings)
        if kind is Attribute and pattern.name == ELLIPSIS:
            return self._chain(pattern.value, node, bindings)
        found: Found = NONE
        if type(node) is kind:
            act = _ACTS.get(kind)
            if act is not None:
                found = act(self, pattern, node, bindings)
            else:
                found = self.fields(pattern, node, bindings)
        if not found and type(node) is Name:
            return self._instead(pattern, node, bindings)
        return found

    # --- Names and metavariables -------------------------------------------------------------

    def _name(self, pattern: Name, node: Node, bindings: Bindings) -> Found:
        name = pattern.name
        if name in (ELLIPSIS, ANONYMOUS):
            return [bindings]
        bound = metavariable(name)
        if bound:
            return self.bind(bound, node, bindings)
        if type(node) is not Name:
            return NONE
        if node.name == name:
            return [bindings]
        if self.options.imports and name in self.view.dotted.get(id(node), ()):
            return [bindings]
        return self._instead(pattern, node, bindings) if self.options.symbols else NONE

    def _instead(self, pattern: Node, node: Name, bindings: Bindings) -> Found:
        """Match what a name stands for: what was imported, or what it was given."""
        if self.options.imports and type(pattern) is Attribute:
            for chain in self.view.chains(node):
                found = self.match(pattern, chain, bindings)
                if found:
                    return found
        if not self.options.symbols or id(node) in self._unfolding:
            return NONE
        value = self.view.values.get(id(node))
        if value is None or type(value) is Name and value.name == node.name:
            return NONE
        self._unfolding.add(id(node))
        try:
            return self.match(pattern, value, bindings)
        finally:
            self._unfolding.discard(id(node))

    def _typed(self, pattern: Call, node: Node, bindings: Bindings) -> Found:
        subject, wanted = pattern.arguments
        if not self.is_of(wanted, node, bindings):
            return NONE
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
            return any(self.match(wanted, one, bindings) for one in union_types(annotation))
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
            return NONE
        span = tail_of(node.span, len(node.name.encode()))
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
            for after in self.arguments(ordered_arguments(pattern), ordered_arguments(node), first)
        ]

    def arguments(self, pattern: Sequence[Node], code: Sequence[Node], bindings: Bindings) -> Found:
        """Match arguments in the order of the text; one by name fits wherever it stands."""
        if not pattern:
            return NONE if code else [bindings]
        first, rest = pattern[0], pattern[1:]
        if is_many(first):
            return self._many(many_name(first), rest, code, bindings)
        found: list[Bindings] = []
        if isinstance(first, Keyword):
            for place, one in enumerate(code):
                if isinstance(one, Keyword):
                    left = (*code[:place], *code[place + 1 :])
                    for after in self.keyword(first, one, bindings):
                        found += self.arguments(rest, left, after)
            return found
        if not code or isinstance(code[0], Keyword):
            return NONE
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
            return NONE
        span = head_of(code.span, len(code.name.encode()))
        return [
            after
            for one in self.word(pattern.name, code.name, span, bindings)
            for after in self.match(pattern.value, code.value, one)
        ]

    def sequence(self, pattern: Sequence[Node], code: Sequence[Node], bindings: Bindings) -> Found:
        """Match items in order, where `...` and `$...X` stand for any number."""
        if not pattern:
            return NONE if code else [bindings]
        first, rest = pattern[0], pattern[1:]
        if not is_many(first):
            if not code:
                return NONE
            return [
                after
                for one in self.match(first, code[0], bindings)
                for after in self.sequence(rest, code[1:], one)
            ]
        name = many_name(first)
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
            return NONE
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
            return NONE
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
            return NONE
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
        return self._commuted(operands(pattern), operands(node), bindings)

    def _commuted(
        self, wanted: Sequence[Expression], given: Sequence[Expression], bindings: Bindings
    ) -> Found:
        """Match operands in any order; a single metavariable takes what the rest leaves."""
        if len(given) > _MOST_ORDERED:
            return NONE
        if len(wanted) == len(given):
            return self._unordered(wanted, given, bindings)
        names = [one for one in wanted if isinstance(one, Name) and metavariable(one.name)]
        if len(wanted) > len(given) or len(names) != 1:
            return NONE
        others = [one for one in wanted if one is not names[0]]
        found: list[Bindings] = []
        for taken in combinations(range(len(given)), len(others)):
            left = [one for place, one in enumerate(given) if place not in taken]
            rest = left[0]
            for one in left[1:]:
                rest = Binary("|", rest, one, join_spans(rest.span, one.span))
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
            return NONE
        values = node.values
        more = len(values) - len(pattern.values)
        if more > 0 and not any(map(is_ellipsis, pattern.values)):
            # "a and b and c" is read as "(a and b) and c".
            span = join_spans(values[0].span, values[more].span)
            values = (Logic(node.operator, values[: more + 1], span), *values[more + 1 :])
        found = self.sequence(pattern.values, values, bindings)
        if found or not self.options.commutative_logic or len(values) > _MOST_ORDERED:
            return found
        if len(values) != len(pattern.values):
            return found
        return self._unordered(pattern.values, values, bindings)

    def _compare(self, pattern: Compare, node: Compare, bindings: Bindings) -> Found:
        if pattern.operators != node.operators:
            return NONE
        return self.sequence((pattern.left, *pattern.rights), (node.left, *node.rights), bindings)

    def _lambda(self, pattern: Lambda, node: Lambda, bindings: Bindings) -> Found:
        return [
            after
            for first in self.parameters(
                pattern.function.parameters, node.function.parameters, bindings
            )
            for after in self.sequence(pattern.function.body, node.function.body, first)
        ]

    # --- Definitions -------------------------------------------------------------------------

    def parameters(
        self, pattern: Sequence[Parameter], code: Sequence[Parameter], bindings: Bindings
    ) -> Found:
        """Match the parameters of a function in order, where `...` stands for any number."""
        if not pattern:
            return NONE if code else [bindings]
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
            return NONE
        return [
            after
            for one in self._parameter(first, code[0], bindings)
            for after in self.parameters(rest, code[1:], one)
        ]

    def _parameter(self, pattern: Parameter, code: Parameter, bindings: Bindings) -> Found:
        if (pattern.kind in ("rest", "names") or code.kind in ("rest", "names")) and (
            pattern.kind != code.kind
        ):
            return NONE
        found = self.word(pattern.name, code.name, code.span, bindings)
        for wanted, given in (
            (pattern.default, code.default),
            (pattern.annotation, code.annotation),
        ):
            if wanted is None:
                continue
            if given is None:
                return found if is_ellipsis(wanted) else NONE
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
                return NONE
        return found

    def _field(self, wanted: Any, given: Any, bindings: Bindings) -> Found:
        if isinstance(wanted, Node):
            if isinstance(given, Node):
                return self.match(wanted, given, bindings)
            return [bindings] if given is None and is_ellipsis(wanted) else NONE
        if type(wanted) is tuple:
            if wanted and not isinstance(wanted[0], Node):
                return [bindings] if wanted == given else NONE
            return self.sequence(wanted, given, bindings)
        return [bindings] if wanted == given else NONE


_ACTS: dict[type[Any], Callable[[Matcher, Any, Any, Bindings], Found]] = {
    Attribute: Matcher._attribute,
    Binary: Matcher._binary,
    Call: Matcher._call,
    Compare: Matcher._compare,
    Display: Matcher._display,
    Format: Matcher.match_format,
    Lambda: Matcher._lambda,
    Logic: Matcher._logic,
    Mapping: Matcher._pairs,
}
