"""Which identifiers a file must use for a rule to find anything in it."""

from collections.abc import Iterable

from seawall.engines.code.semgrep.rule import All, Any, Code, Formula, Inside, Not, Taint, Words

_MOST = 64
"""Alternatives; of more only those words are kept that all have in common."""

_ANYTHING: Words = (frozenset(),)


def words_of(formula: Formula) -> Words:
    """Return sets of words, of one of which all must be in a file."""
    match formula:
        case Code():
            return (formula.pattern.words,)
        case Inside():
            return words_of(formula.inner)
        case Any():
            return _simple(one for item in formula.items for one in words_of(item))
        case All():
            found = _ANYTHING
            for item in formula.items:
                if not isinstance(item, Not):
                    found = _both(found, words_of(item))
            return found
    return _ANYTHING


def words_of_taint(taint: Taint) -> Words:
    """Return the words of a rule in taint mode: those of a source with those of a sink."""
    sources = _simple(one for each in taint.sources for one in words_of(each.formula))
    sinks = _simple(one for each in taint.sinks for one in words_of(each.formula))
    return _both(sources, sinks)


def may_match(words: Words, used: frozenset[str]) -> bool:
    """Whether a file that uses some identifiers can hold a match."""
    return not words or any(one <= used for one in words)


def _both(left: Words, right: Words) -> Words:
    if len(left) * len(right) > _MOST:
        left = _common(left) if len(left) > len(right) else left
        right = _common(right) if len(left) * len(right) > _MOST else right
    return _simple(one | other for one in left for other in right)


def _common(words: Words) -> Words:
    return (frozenset.intersection(*words),) if words else _ANYTHING


def _simple(words: Iterable[frozenset[str]]) -> Words:
    """Drop what asks for more than another does."""
    kept: list[frozenset[str]] = []
    for one in sorted(set(words), key=lambda each: (len(each), sorted(each))):
        if not any(other <= one for other in kept):
            kept.append(one)
    found = tuple(kept)
    return found if len(found) <= _MOST * 4 else _common(found)
