"""Where the formula of a rule is found in a file, and what its metavariables are there."""

import re
from typing import Any as Anything
from typing import get_args

from msgspec.structs import replace

from seawall.engines.code.semgrep.binder import ExhaustedError
from seawall.engines.code.semgrep.binding import Bindings, Bound, merge
from seawall.engines.code.semgrep.comparison import Value, holds
from seawall.engines.code.semgrep.matcher import Matcher
from seawall.engines.code.semgrep.pattern import Pattern, is_ellipsis, metavariable
from seawall.engines.code.semgrep.ranges import (
    MOST_RANGES,
    Range,
    Regions,
    add,
    covers,
    focused,
    lies,
    union,
    unique,
)
from seawall.engines.code.semgrep.rule import (
    All,
    Any,
    Code,
    Comparison,
    Condition,
    Formula,
    Inside,
    Not,
    Options,
    PatternCondition,
    Regex,
    TextCondition,
    TypeCondition,
)
from seawall.engines.code.semgrep.statements import Blocks
from seawall.engines.code.semgrep.view import Place, View
from seawall.engines.code.semgrep.wording import ANONYMOUS, DEEP, TYPED
from seawall.model.program import (
    Attribute,
    Binary,
    Call,
    Constant,
    Expression,
    Format,
    Name,
)

_MOST_PAIRS = 2_000_000
_LONGEST_TEXT = 10_000
"""Characters of a metavariable's text that an expression is tried on."""
_LONGEST_FILE = 1_000_000
_EXPRESSIONS: tuple[type[Anything], ...] = get_args(Expression)
_FOLDED = (Constant, Name, Binary, Format)
_ANYTHING = (0, 1 << 62)


class Search:
    """Finds formulas in one file; what was found once is kept."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._matchers: dict[Options, tuple[Matcher, Blocks]] = {}
        self._kept: dict[tuple[str, Options], list[Range]] = {}
        self._bound: Bound | None = None
        """What a metavariable bound, while a formula is looked for within it."""

    def renew(self) -> None:
        """Begin to count steps anew: for the next rule."""
        for matcher, _ in self._matchers.values():
            matcher.renew()

    def find(
        self, formula: Formula, options: Options, regions: Regions | None = None
    ) -> list[Range]:
        """Return where a formula is found; with regions, only what lies within one of them.

        Raises ExhaustedError when it takes too many steps.
        """
        found = self._find(formula, options, regions)
        if len(found) > MOST_RANGES:
            raise ExhaustedError
        return found

    def _find(self, formula: Formula, options: Options, regions: Regions | None) -> list[Range]:
        if isinstance(formula, Code):
            return self._code(formula.pattern, options, regions)
        if isinstance(formula, Regex):
            return self._regex(formula.regex, regions)
        if isinstance(formula, Any):
            return [one for item in formula.items for one in self.find(item, options, regions)]
        if isinstance(formula, Inside):
            return [replace(one, kind="inside") for one in self.find(formula.inner, options)]
        if isinstance(formula, Not):
            return []
        return self._all(formula, options, regions)

    # --- Patterns ----------------------------------------------------------------------------

    def _code(self, pattern: Pattern, options: Options, regions: Regions | None) -> list[Range]:
        if not pattern.words <= self.view.words:
            return []
        key = (pattern.text, options)
        known = self._kept.get(key)
        if known is None:
            # What matches every expression is looked for only where it can matter.
            narrow = regions is not None and pattern.root is not None and _matches_all(pattern.root)
            known = self._ranges(pattern, options, regions if narrow else None)
            if not narrow:
                self._kept[key] = known
        if regions is None:
            return known
        return [
            *(one for one in known if lies(one, regions)),
            *self._bound_itself(pattern, options),
        ]

    def _bound_itself(self, pattern: Pattern, options: Options) -> list[Range]:
        """Match a pattern with what a metavariable bound, where that is no node of the file."""
        bound = self._bound
        if bound is None or len(bound.nodes) != 1 or pattern.root is None:
            return []
        node = bound.nodes[0]
        if not isinstance(node, Name | Attribute) or id(node) in self.view.own:
            return []
        matcher, _ = self._tools(options)
        return [
            Range(bound.start, bound.end, bindings, "plain", node)
            for bindings in matcher.match(pattern.root, node, {})
        ]

    def _ranges(self, pattern: Pattern, options: Options, regions: Regions | None) -> list[Range]:
        matcher, blocks = self._tools(options)
        seen: set[tuple[Anything, ...]] = set()
        ranges: list[Range] = []
        if pattern.root is None:
            for bindings, start, end in blocks.find(pattern.statements):
                add(ranges, seen, Range(start, end, bindings))
            return ranges
        starts = [start for start, _ in regions] if regions is not None else []
        for node in self._candidates(pattern.root, options):
            if regions is not None:
                start, end = self.view.extent(node)
                if not covers(regions, starts, start, end):
                    continue
            for bindings in matcher.match(pattern.root, node, {}):
                start, end = self.view.extent(node)
                if end:
                    add(ranges, seen, Range(start, end, bindings, "plain", node))
        return ranges

    def _tools(self, options: Options) -> tuple[Matcher, Blocks]:
        known = self._matchers.get(options)
        if known is None:
            matcher = Matcher(self.view, options)
            known = self._matchers[options] = (matcher, Blocks(self.view, matcher))
        return known

    def _candidates(self, root: Expression, options: Options) -> list[Anything]:
        """Return the expressions that a pattern can match at all."""
        tail = "" if options.symbols else _tail_of(root)
        if tail:
            return self.view.named(type(root), tail)
        nodes = self.view.nodes
        kinds: tuple[type[Anything], ...] = (type(root),)
        if _matches_all(root) or isinstance(root, Attribute) and root.name.startswith("_SW_E"):
            kinds = _EXPRESSIONS
        elif isinstance(root, Attribute):
            kinds = (Attribute, Name)
        elif isinstance(root, Constant):
            kinds = _FOLDED
        found = [node for kind in kinds for node in nodes.get(kind, ())]
        if isinstance(root, Constant):
            found = [node for node in found if id(node) not in self.view.targets]
        return found

    def _regex(self, regex: re.Pattern[str], regions: Regions | None) -> list[Range]:
        view = self.view
        if self._bound is not None:
            text = self._bound.text(view)[:_LONGEST_TEXT]
            start, end = self._bound.start, self._bound.end
            return [
                Range(start, end, _named_groups(match, start, end), "regex")
                for match in regex.finditer(text)
            ]
        if len(view.content) > _LONGEST_FILE:
            raise ExhaustedError
        key = (f"regex {regex.flags} {regex.pattern}", Options())
        known = self._kept.get(key)
        if known is None:
            text = view.content.decode("utf-8", "replace")
            known = self._kept[key] = []
            for match in regex.finditer(text):
                if len(known) >= MOST_RANGES:
                    break
                start = view.place(len(text[: match.start()].encode("utf-8", "replace")))
                end = view.place(len(text[: match.end()].encode("utf-8", "replace")))
                known.append(Range(start, end, _named_groups(match, start, end), "regex"))
        return [one for one in known if lies(one, regions)] if regions is not None else known

    # --- Conjunctions ------------------------------------------------------------------------

    def _all(self, formula: All, options: Options, regions: Regions | None) -> list[Range]:
        positive: list[Formula] = [one for one in formula.items if not isinstance(one, Not)]
        # What the match lies in is found first: the rest need only be looked for there.
        positive.sort(key=lambda one: not isinstance(one, Inside))
        ranges: list[Range] | None = None
        if not positive:
            ranges = [Range(start, end, {}) for start, end in regions or (_ANYTHING,)]
        within = regions
        for item in positive:
            inside = isinstance(item, Inside)
            found = self.find(item, options, within if not inside else None)
            ranges = found if ranges is None else self._both(ranges, found)
            if not ranges:
                return []
            if inside:
                within = union([(one.start, one.end) for one in ranges])
        assert ranges is not None
        if regions is not None:
            ranges = [one for one in ranges if lies(one, regions)]
        for item in formula.items:
            if isinstance(item, Not) and ranges:
                ranges = self._without(ranges, self.find(item.inner, options))
        for condition in formula.conditions:
            ranges = self._meeting(ranges, condition, options)
        for names in formula.focus:
            ranges = [one for each in ranges for one in focused(each, names)]
        if formula.name:
            ranges = [self._named(one, formula.name) for one in ranges]
        return unique(ranges)

    def _both(self, left: list[Range], right: list[Range]) -> list[Range]:
        """Return the smaller of each two that lie in one another and agree."""
        if len(left) * len(right) > _MOST_PAIRS:
            raise ExhaustedError
        found: list[Range] = []
        for one in left:
            for other in right:
                if not (one.kind == "inside" and other.kind != "inside") and one.within(other):
                    found += self._joined(one, other)
                elif not (other.kind == "inside" and one.kind != "inside") and other.within(one):
                    found += self._joined(other, one)
        return unique(found)

    def _joined(self, inner: Range, outer: Range) -> list[Range]:
        """Return the inner range with the bindings of both; its own say where they stand."""
        bindings = merge(inner.bindings, outer.bindings, self.view)
        return [] if bindings is None else [replace(inner, bindings=bindings)]

    def _without(self, ranges: list[Range], negative: list[Range]) -> list[Range]:
        if len(ranges) * len(negative) > _MOST_PAIRS:
            raise ExhaustedError
        return [one for one in ranges if not any(self._excluded(one, other) for other in negative)]

    def _excluded(self, one: Range, other: Range) -> bool:
        if other.kind == "regex":
            return one.start < other.end and other.start < one.end
        if not one.within(other):
            return False
        if other.kind == "plain" and not other.within(one):
            return False
        return merge(one.bindings, other.bindings, self.view) is not None

    def _named(self, one: Range, name: str) -> Range:
        nodes = (one.node,) if one.node is not None else ()
        text = None if nodes else self.view.text(one.start, one.end)
        bound = Bound(nodes, one.start, one.end, text)
        return replace(one, bindings={**one.bindings, name: bound})

    # --- Conditions --------------------------------------------------------------------------

    def _meeting(self, ranges: list[Range], condition: Condition, options: Options) -> list[Range]:
        if isinstance(condition, PatternCondition):
            return [one for each in ranges for one in self._containing(each, condition, options)]
        return [one for one in ranges if self._meets(one, condition, options)]

    def _meets(self, one: Range, condition: Condition, options: Options) -> bool:
        if isinstance(condition, Comparison):
            return self._compares(one, condition)
        assert isinstance(condition, TextCondition | TypeCondition)
        bound = one.bindings.get(condition.metavariable)
        if bound is None:
            return False
        if isinstance(condition, TextCondition):
            text = bound.text(self.view)[:_LONGEST_TEXT]
            return condition.regex.match(text) is not None
        matcher, _ = self._tools(options)
        node = bound.nodes[0] if len(bound.nodes) == 1 else None
        return node is not None and any(
            wanted.root is not None and matcher.is_of(wanted.root, node, one.bindings)
            for wanted in condition.types
        )

    def _containing(self, one: Range, condition: PatternCondition, options: Options) -> list[Range]:
        bound = one.bindings.get(condition.metavariable)
        if bound is None or not (bound.end or bound.content):
            return []
        before, self._bound = self._bound, bound
        try:
            found = self.find(condition.formula, options, [(bound.start, bound.end)])
        finally:
            self._bound = before
        kept: list[Range] = []
        for each in found:
            bindings = merge(one.bindings, each.bindings, self.view)
            if bindings is not None:
                kept.append(replace(one, bindings=bindings))
        return unique(kept)

    def _compares(self, one: Range, condition: Comparison) -> bool:
        known: dict[str, Value] = {}
        for name, bound in one.bindings.items():
            known[name] = self._value(bound, condition, name)
        root = condition.expression.root
        return root is not None and holds(root, known)

    def _value(self, bound: Bound, condition: Comparison, name: str) -> Value:
        special = condition.metavariable in ("", name)
        if bound.content is None and len(bound.nodes) == 1:
            constant = self.view.fold(bound.nodes[0])
            if constant is not None and not isinstance(constant.value, bytes):
                value = constant.value
                if not (special and (condition.strip or condition.base)):
                    return value
                if isinstance(value, str):
                    return _number(value, condition.base)
                return value
        text = bound.text(self.view)
        if special and condition.strip:
            return _number(text.strip("\"'"), condition.base)
        return _number(text, condition.base if special else 0)


def _number(text: str, base: int) -> Value:
    try:
        return int(text, base)
    except ValueError:
        return text


def _matches_all(root: Expression) -> bool:
    if isinstance(root, Name):
        return bool(metavariable(root.name)) or root.name == ANONYMOUS or is_ellipsis(root)
    return (
        isinstance(root, Call)
        and isinstance(root.function, Name)
        and root.function.name in (DEEP, TYPED)
    )


def _tail_of(root: Expression) -> str:
    """Return the last name of a call or an attribute, "" where it is not fixed."""
    if isinstance(root, Call):
        function = root.function
        name = function.name if isinstance(function, Name | Attribute) else ""
    else:
        name = root.name if isinstance(root, Attribute) else ""
    return "" if name.startswith("_SW_") else name


def _named_groups(match: re.Match[str], start: Place, end: Place) -> Bindings:
    numbered = [(str(number), value) for number, value in enumerate(match.groups(), 1)]
    return {
        f"${name}": Bound((), start, end, value)
        for name, value in (*numbered, *match.groupdict().items())
        if value is not None
    }
