"""Matches the patterns of functions, classes and imports."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seawall.engines.code.semgrep.binder import Found
from seawall.engines.code.semgrep.binding import Bindings, Bound
from seawall.engines.code.semgrep.pattern import is_deep, is_ellipsis, metavariable
from seawall.engines.code.semgrep.wording import ELLIPSIS
from seawall.model.program import (
    Assign,
    Call,
    Class,
    Declare,
    Define,
    Evaluate,
    Expression,
    Function,
    Import,
    Imported,
    Name,
    Statement,
    pack,
    unpack,
)

if TYPE_CHECKING:
    from seawall.engines.code.semgrep.statements import Blocks


def match_define(blocks: "Blocks", pattern: Define, code: Define, bindings: Bindings) -> Found:
    """Match the definition of a function."""
    wanted, given = pattern.function, code.function
    if wanted.is_async and not given.is_async:
        return []
    found = _named(blocks, wanted, given, bindings)
    found = [
        after
        for one in found
        for after in blocks.matcher.parameters(wanted.parameters, given.parameters, one)
    ]
    if wanted.returns is not None:
        if given.returns is None:
            return []
        found = [
            after
            for one in found
            for after in blocks.matcher.match(wanted.returns, given.returns, one)
        ]
    found = _decorators(blocks, wanted.decorators, given.decorators, found)
    return blocks.body(wanted.body, given.body, found)


def match_class(blocks: "Blocks", pattern: Class, code: Class, bindings: Bindings) -> Found:
    """Match the definition of a class."""
    found = _named(blocks, pattern, code, bindings)
    # Bases that follow those of the pattern do not matter.
    bases = (*pattern.bases, Name(ELLIPSIS))
    found = [after for one in found for after in blocks.matcher.sequence(bases, code.bases, one)]
    for keyword in pattern.keywords:
        found = [
            after
            for one in found
            for given in code.keywords
            for after in blocks.matcher.keyword(keyword, given, one)
        ]
    found = _decorators(blocks, pattern.decorators, code.decorators, found)
    # The members of a class stand in no order.
    for wanted in pattern.body:
        if not is_ellipsis(wanted):
            found = [
                after
                for one in found
                for member in code.body
                if fits_kind(wanted, member)
                for after in blocks.statement(wanted, member, one)
            ]
    return found


def _named(
    blocks: "Blocks", pattern: Function | Class, code: Function | Class, bindings: Bindings
) -> Found:
    return blocks.matcher.word(pattern.name, code.name, name_span(code), bindings)


def _decorators(
    blocks: "Blocks", pattern: Sequence[Expression], code: Sequence[Expression], found: Found
) -> Found:
    """Match each decorator with one of those there, in any order."""
    for wanted in pattern:
        if not is_ellipsis(wanted):
            found = [
                after
                for one in found
                for given in code
                for after in _decorator(blocks, wanted, given, one)
            ]
    return found


def _decorator(
    blocks: "Blocks", pattern: Expression, code: Expression, bindings: Bindings
) -> Found:
    """Match a decorator; one that is not called is as good as one called with nothing."""
    if isinstance(pattern, Call) and is_deep(pattern):
        return blocks.matcher.match(pattern, code, bindings)
    return blocks.matcher.match(_called(pattern), _called(code), bindings)


def match_import(blocks: "Blocks", pattern: Import, code: Import, bindings: Bindings) -> Found:
    """Match an import."""
    if pattern.level != code.level or (pattern.is_from and not code.is_from):
        return []
    found: Found = [bindings]
    for wanted in pattern.names:
        found = [
            after
            for one in found
            for given in code.names
            for after in _imported(blocks, (pattern, wanted), (code, given), one)
        ]
    return found


def _imported(
    blocks: "Blocks",
    pattern: tuple[Import, Imported],
    code: tuple[Import, Imported],
    bindings: Bindings,
) -> Found:
    """Match one imported name; `import a.b` fits `from a import b` and `import a.b.c` too."""
    (wanted_import, wanted), (given_import, given) = pattern, code
    span, word = given_import.span, blocks.matcher.word
    if wanted_import.is_from:
        found = _dotted(blocks, wanted_import.module, given_import.module, span, bindings)
        found = [after for one in found for after in word(wanted.name, given.name, span, one)]
    else:
        full = f"{given_import.module}.{given.name}" if given_import.is_from else given.name
        found = _dotted(blocks, wanted.name, full, span, bindings)
    if wanted.alias and wanted.alias != wanted.name:
        alias = given.alias or given.name
        found = [after for one in found for after in word(wanted.alias, alias, span, one)]
    return found


def _dotted(blocks: "Blocks", pattern: str, name: str, span: int, bindings: Bindings) -> Found:
    """Match a module's name with one that may go on deeper."""
    if "_SW_" in pattern:
        return _parts(blocks, pattern.split("."), name.split("."), span, bindings)
    return [bindings] if name == pattern or name.startswith(pattern + ".") else []


def _parts(
    blocks: "Blocks", pattern: Sequence[str], name: Sequence[str], span: int, bindings: Bindings
) -> Found:
    if not pattern:
        return [bindings]
    if not name:
        return []
    if len(pattern) == 1:
        bound = metavariable(pattern[0])
        if bound:
            text = ".".join(name)
            extent = blocks.view.extent(Name(text, span))
            return blocks.matcher.hold(bound, Bound((Name(text, span),), *extent), bindings)
    return [
        after
        for one in blocks.matcher.word(pattern[0], name[0], span, bindings)
        for after in _parts(blocks, pattern[1:], name[1:], span, one)
    ]


def _called(decorator: Expression) -> Expression:
    return decorator if isinstance(decorator, Call) else Call(decorator, span=decorator.span)


def name_span(code: Function | Class) -> int:
    """Return the span of a definition's name."""
    line, column, _, _ = unpack(code.span)
    return pack(line, column, line, column + len(code.name.encode())) if code.span else 0


def fits_kind(pattern: Statement, code: Statement) -> bool:
    """Whether a statement is of a kind that the pattern can match at all."""
    kind = type(pattern)
    if kind is Evaluate:
        return True
    if kind is Assign:
        return type(code) in (Assign, Declare)
    return kind is type(code)
