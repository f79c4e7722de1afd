"""Runs the rules of a team's Semgrep files over one file and says what they find."""

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from seawall.core.glob import compile_globs
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Severity
from seawall.engines.code.semgrep.binder import ExhaustedError
from seawall.engines.code.semgrep.binding import Bindings, Bound
from seawall.engines.code.semgrep.places import Places
from seawall.engines.code.semgrep.ranges import Range
from seawall.engines.code.semgrep.requirements import may_match
from seawall.engines.code.semgrep.rule import SemgrepRule
from seawall.engines.code.semgrep.search import Search
from seawall.engines.code.semgrep.taint import Flow, Reached
from seawall.engines.code.semgrep.view import Place, View, split_place
from seawall.model.program import Module, Span, pack

_NAMED = re.compile(r"\$(\.\.\.)?([A-Z_][A-Z_0-9]*|[0-9]+)")
_VALUE = re.compile(r"value\((\$[A-Z_][A-Z_0-9]*)\)")
_LONGEST_TEXT = 400
"""Characters that a message takes of the code."""


class Replaced(Struct, frozen=True, kw_only=True):
    """A fix: a stretch of the file and what stands there then."""

    span: Span
    text: str


class Trace(Struct, frozen=True, kw_only=True):
    """One step of a trail."""

    span: Span
    message: str


class RuleMatch(Struct, frozen=True, kw_only=True):
    """One place where a rule of a team finds something."""

    rule: SemgrepRule
    span: Span
    message: str
    bindings: dict[str, str] = {}
    """The text of each metavariable, by its name with the "$"."""
    fix: Replaced | None = None
    trail: tuple[Trace, ...] = ()
    """In taint mode: from the source to the sink."""

    @property
    def severity(self) -> Severity:
        """What the rule says."""
        return self.rule.severity


def match_rules(
    rules: Iterable[SemgrepRule], module: Module, text: str, path: str = ""
) -> tuple[list[RuleMatch], list[Problem]]:
    """Return what the rules find in one file, by place and rule, each finding once.

    `text` is what the module was parsed from; `path` is relative to the target, with "/": rules
    for other paths are passed over. A rule that takes too many steps on this file is a problem.
    """
    used = frozenset(module.words)
    chosen = [rule for rule in rules if may_match(rule.words, used) and applies(rule, path)]
    if not chosen:
        return [], []
    problems: list[Problem] = []
    try:
        search = Search(View(module, text))
    except RecursionError:
        return [], [_gave_up(rule, path) for rule in chosen]
    found: dict[tuple[Span, str, str], RuleMatch] = {}
    for rule in chosen:
        search.renew()
        try:
            for match in _matches(rule, search):
                found.setdefault((match.span, rule.id, match.message), match)
        except (ExhaustedError, RecursionError):
            problems.append(_gave_up(rule, path))
    return sorted(found.values(), key=lambda one: (one.span, one.rule.id, one.message)), problems


def find_places(rule: SemgrepRule, module: Module, text: str) -> Places | None:
    """Return what a rule in taint mode says of a file's nodes; None for a rule in search mode.

    Another interpreter can follow the data by it. Raises ExhaustedError as `match_rules` tells.
    """
    if rule.taint is None:
        return None
    return Places(Search(View(module, text)), rule, rule.taint)


def applies(rule: SemgrepRule, path: str) -> bool:
    """Whether a rule is meant for a path."""
    if not path or not (rule.include or rule.exclude):
        return True
    if rule.include and not compile_globs(tuple(map(_anywhere, rule.include))).match(path):
        return False
    return not (rule.exclude and compile_globs(tuple(map(_anywhere, rule.exclude))).match(path))


def _anywhere(pattern: str) -> str:
    """Let a pattern begin in any folder, as Semgrep does."""
    return pattern if pattern.startswith(("/", "**/")) else f"**/{pattern}"


def _gave_up(rule: SemgrepRule, path: str) -> Problem:
    return Problem(
        kind=ProblemKind.ENGINE,
        message=f"semgrep rule {rule.id!r} of {rule.path} takes too many steps on this file",
        path=path,
        engine="code",
    )


def _matches(rule: SemgrepRule, search: Search) -> list[RuleMatch]:
    if rule.taint is not None:
        places = Places(search, rule, rule.taint)
        reached = Flow(search.view, places, rule.options).run()
        return [_tainted(rule, one, search.view) for one in reached]
    assert rule.search is not None
    return [_found(rule, one, search.view) for one in search.find(rule.search, rule.options)]


def _found(rule: SemgrepRule, one: Range, view: View) -> RuleMatch:
    return _told(rule, one, one.bindings, view, ())


def _tainted(rule: SemgrepRule, one: Reached, view: View) -> RuleMatch:
    trail = tuple(
        Trace(span=_span(spot.range.start, spot.range.end), message=message)
        for spot, message in ((one.source, "the data enters here"), (one.sink, "it is used here"))
    )
    return _told(rule, one.sink.range, one.bindings, view, trail)


def _told(
    rule: SemgrepRule,
    one: Range,
    bindings: Bindings,
    view: View,
    trail: Sequence[Trace],
) -> RuleMatch:
    def text_of(name: str) -> str | None:
        bound = bindings.get(name)
        return bound.text(view)[:_LONGEST_TEXT] if bound is not None else None

    def value_of(match: re.Match[str]) -> str:
        bound = bindings.get(match[1])
        return _folded(bound, view) if bound is not None else match[0]

    message = _fill(_VALUE.sub(value_of, rule.message), text_of).strip()
    return RuleMatch(
        rule=rule,
        span=_span(one.start, one.end),
        message=message,
        bindings={name: bound.text(view) for name, bound in sorted(bindings.items())},
        fix=_fix(rule, one, bindings, view),
        trail=tuple(trail),
    )


def _folded(bound: Bound, view: View) -> str:
    constant = view.fold(bound.nodes[0]) if len(bound.nodes) == 1 else None
    text = str(constant.value) if constant is not None else bound.text(view)
    return text[:_LONGEST_TEXT]


def _fill(text: str, text_of: Callable[[str], str | None]) -> str:
    """Put what metavariables are bound to in their places."""

    def filled(match: re.Match[str]) -> str:
        value = text_of(match[0])
        return match[0] if value is None else value

    return _NAMED.sub(filled, text)


def _fix(rule: SemgrepRule, one: Range, bindings: Bindings, view: View) -> Replaced | None:
    span = _span(one.start, one.end)
    if rule.fix is not None:

        def text_of(name: str) -> str | None:
            bound = bindings.get(name)
            return bound.text(view) if bound is not None else None

        return Replaced(span=span, text=_fill(rule.fix.rstrip("\n"), text_of))
    if rule.fix_regex is None:
        return None
    before = view.text(one.start, one.end)
    try:
        after = rule.fix_regex.regex.sub(rule.fix_regex.text, before, rule.fix_regex.count)
    except (re.error, IndexError):
        return None
    return Replaced(span=span, text=after) if after != before else None


def _span(start: Place, end: Place) -> Span:
    line, column = split_place(start)
    end_line, end_column = split_place(end)
    return pack(line, column, end_line, end_column)
