"""Reads Semgrep rule files: what is not supported is told, and the rule then left out whole."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any as Anything
from typing import TypeVar

from seawall.core.report import Problem, ProblemKind
from seawall.engines.code.semgrep.document import DocumentError, read_document
from seawall.engines.code.semgrep.formulas import FormulaError, Reader, as_text, refuse
from seawall.engines.code.semgrep.pattern import PatternError, compile_pattern
from seawall.engines.code.semgrep.requirements import words_of, words_of_taint
from seawall.engines.code.semgrep.rule import (
    Options,
    Origin,
    Passage,
    Replacement,
    SemgrepRule,
    Taint,
    cwe_of,
    references_of,
    severity_of,
)

_T = TypeVar("_T")

_PYTHON = frozenset({"python", "py", "python2", "python3"})
_SEARCH = ("pattern", "patterns", "pattern-either", "pattern-regex", "match")
_KNOWN = frozenset(
    """id message severity languages metadata paths fix fix-regex options mode min-version
    max-version pattern patterns pattern-either pattern-regex match taint pattern-sources
    pattern-sinks pattern-sanitizers pattern-propagators category version""".split()
)
_ORIGIN = frozenset(
    """by-side-effect exact label requires not_conflicting not-conflicting""".split()
)
_OPTIONS = {
    "constant_propagation": "constants",
    "symbolic_propagation": "symbols",
    "ac_matching": "commutative",
    "commutative_boolop": "commutative_logic",
    "taint_assume_safe_functions": "safe_functions",
    "taint_assume_safe_indexes": "safe_indexes",
    "taint_assume_safe_booleans": "safe_booleans",
    "taint_assume_safe_numbers": "safe_numbers",
    "taint_only_propagate_through_assignments": "assignments_only",
    "taint_unify_mvars": "unify",
}
_NO_MATTER = frozenset(
    """interfile taint_intrafile attr_expr arrow_is_function let_is_var vardef_assign
    flddef_assign xml_singleton_loose_matching xml_attrs_implicit_ellipsis xml_children_ordered
    go_deeper_expr go_deeper_stmt implicit_deep_exprstmt implicit_ellipsis cpp_parsing_pref
    generic_engine generic_multiline generic_comment_style generic_ellipsis_max_span
    generic_caseless decorators_order_matters max_match_per_file""".split()
)


def read_rules(path: str, content: bytes) -> tuple[list[SemgrepRule], list[Problem]]:
    """Read the rules for Python of one file; each rule that cannot be run whole is a problem."""
    try:
        document, lines = read_document(content)
    except DocumentError as error:
        return [], [_problem(path, 0, str(error))]
    entries = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        return [], [_problem(path, 0, "it has no list `rules`")]
    rules: list[SemgrepRule] = []
    problems: list[Problem] = []
    others: Counter[str] = Counter()
    for place, entry in enumerate(entries):
        line = lines.get(place, 0)
        name = str(entry.get("id", place)) if isinstance(entry, dict) else str(place)
        try:
            languages = _languages(entry)
            if not _PYTHON.intersection(languages):
                others.update(languages)
                continue
            rules.append(_rule(entry, path, line))
        except FormulaError as error:
            problems.append(_problem(path, line, f"rule {name!r}: {error}"))
    if others:
        told = ", ".join(f"{name} {count}" for name, count in others.most_common(8))
        problems.append(_problem(path, 0, f"rules for other languages are left out: {told}"))
    return rules, problems


def _problem(path: str, line: int, message: str) -> Problem:
    return Problem(
        kind=ProblemKind.CONFIG,
        message=f"semgrep rules in {path}: {message}",
        path=path,
        line=line,
        engine="code",
    )


def _languages(entry: Anything) -> list[str]:
    if not isinstance(entry, dict):
        raise FormulaError("it is no mapping")
    languages = entry.get("languages")
    if not isinstance(languages, list) or not languages:
        raise FormulaError("languages: it must be a list of names")
    return [str(one).lower() for one in languages]


def _rule(entry: dict[Anything, Anything], path: str, line: int) -> SemgrepRule:
    for key in entry:
        if key not in _KNOWN:
            refuse(str(key), "it is not supported")
    severity = severity_of(as_text("severity", entry.get("severity")))
    if severity is None:
        refuse("severity", f"{entry.get('severity')!r} is unknown")
    metadata = entry.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    options = _options(entry.get("options"))
    search, taint = None, None
    mode = entry.get("mode", "search")
    if "taint" in entry or mode == "taint":
        taint = _taint(entry)
        words = words_of_taint(taint)
    elif mode == "search":
        keys = [key for key in _SEARCH if key in entry]
        if len(keys) != 1:
            refuse("pattern", f"there must be one of {', '.join(_SEARCH)}")
        search = Reader().read(keys[0], entry[keys[0]])
        words = words_of(search)
    else:
        refuse("mode", f"{mode!r} is not supported")
    paths = entry.get("paths") or {}
    if not isinstance(paths, dict):
        refuse("paths", "it must be a mapping")
    fix = entry.get("fix")
    return SemgrepRule(
        id=as_text("id", entry.get("id")),
        message=as_text("message", entry.get("message")),
        severity=severity,
        search=search,
        taint=taint,
        cwe=cwe_of(metadata),
        references=references_of(metadata),
        include=_names("paths.include", paths.get("include")),
        exclude=_names("paths.exclude", paths.get("exclude")),
        fix=None if fix is None else as_text("fix", fix),
        fix_regex=_replacement(entry.get("fix-regex")),
        options=options,
        words=words,
        path=path,
        line=line,
    )


def _names(key: str, value: Anything) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        refuse(key, "it must be a list of patterns")
    return tuple(value)


def _replacement(value: Anything) -> Replacement | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        refuse("fix-regex", "it must be a mapping")
    try:
        regex = re.compile(as_text("fix-regex.regex", value.get("regex")))
    except (re.error, OverflowError, RecursionError) as error:
        raise FormulaError(f"fix-regex.regex: {error}") from error
    count = value.get("count", 0)
    return Replacement(
        regex=regex,
        text=as_text("fix-regex.replacement", value.get("replacement")),
        count=count if isinstance(count, int) else 0,
    )


def _options(value: Anything) -> Options:
    if value is None:
        return Options()
    if not isinstance(value, dict):
        refuse("options", "it must be a mapping")
    chosen: dict[str, bool] = {}
    for key, one in value.items():
        if key in _OPTIONS and isinstance(one, bool):
            chosen[_OPTIONS[key]] = one
        elif key not in _NO_MATTER:
            refuse(f"options.{key}", "it is not supported")
    return Options(**chosen)


# --- Taint mode -----------------------------------------------------------------------------


def _taint(entry: dict[Anything, Anything]) -> Taint:
    if "taint" in entry:
        inner = entry["taint"]
        if not isinstance(inner, dict):
            refuse("taint", "it must be a mapping")
        for key in inner:
            if key not in ("sources", "sinks", "sanitizers", "propagators"):
                refuse(f"taint.{key}", "it is not supported")
        parts = {key: (f"taint.{key}", inner.get(key)) for key in inner}
    else:
        parts = {
            key: (f"pattern-{key}", entry.get(f"pattern-{key}"))
            for key in ("sources", "sinks", "sanitizers", "propagators")
        }
    sources = _each(parts.get("sources"), lambda key, one: _origin(key, one, exact=False))
    sinks = _each(parts.get("sinks"), lambda key, one: _origin(key, one, exact=True))
    if not sources or not sinks:
        refuse("pattern-sources" if not sources else "pattern-sinks", "there is none")
    return Taint(
        sources=tuple(sources),
        sinks=tuple(sinks),
        sanitizers=tuple(
            _each(parts.get("sanitizers"), lambda key, one: _origin(key, one, exact=False))
        ),
        propagators=tuple(_each(parts.get("propagators"), _passage)),
    )


def _each(part: tuple[str, Anything] | None, read: Callable[[str, Anything], _T]) -> list[_T]:
    if part is None or part[1] is None:
        return []
    key, value = part
    if not isinstance(value, list):
        refuse(key, "it must be a list")
    return [read(key, one) for one in value]


def _origin(key: str, value: Anything, *, exact: bool) -> Origin:
    if isinstance(value, str):
        return Origin(formula=Reader().read(key, value), exact=exact)
    if not isinstance(value, dict):
        refuse(key, "each entry must be a pattern")
    formula = {name: one for name, one in value.items() if name not in _ORIGIN}
    effect = value.get("by-side-effect", False)
    if effect not in (True, False, "only"):
        refuse(f"{key}.by-side-effect", f"{effect!r} is not supported")
    requires = value.get("requires")
    try:
        condition = None if requires is None else compile_pattern(as_text("requires", requires))
    except PatternError as error:
        raise FormulaError(f"{key}.requires: {error}") from error
    return Origin(
        formula=Reader().read(key, formula),
        exact=bool(value.get("exact", exact)),
        effect="only" if effect == "only" else "yes" if effect else "no",
        label=str(value.get("label", "")),
        requires=condition,
        gentle=bool(value.get("not_conflicting", value.get("not-conflicting", False))),
    )


def _passage(key: str, value: Anything) -> Passage:
    if not isinstance(value, dict):
        refuse(key, "each entry must be a pattern with from and to")
    own: Sequence[str] = ("from", "to", "by-side-effect")
    for name in ("label", "requires", "replace-labels"):
        if name in value:
            refuse(f"{key}.{name}", "it is not supported")
    return Passage(
        formula=Reader().read(key, {k: one for k, one in value.items() if k not in own}),
        taken=as_text(f"{key}.from", value.get("from")),
        given=as_text(f"{key}.to", value.get("to")),
        effect=bool(value.get("by-side-effect", True)),
    )
