"""What was noted of a line, in words: what the engine knows there, and why it tells nothing."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from seawall_guard.catalogue.entries import Condition

from seawall.engines.code.flows import EVERYTHING, Origin, Where
from seawall.engines.code.hits import Root
from seawall.engines.code.templates import is_template
from seawall.engines.code.watch import Cleaning, Look, Watch
from seawall.engines.code.words import KINDS, PARTS, Files
from seawall.model.program import line_of

MOST = 3
"""Names that are listed; of more it is said how many they are."""

FORMS = {
    "sql": "inside quotes that it cannot leave",
    "xpath": "inside quotes that it cannot leave",
    "path": "without a way to another folder",
    "url": "behind a fixed host",
    "header": "without the end of a line",
    "log": "without the end of a line",
    "html": "without the signs that make markup",
    "ldap": "without the signs of a filter",
    "shell": "without the signs that a shell reads",
    "row": "behind something that begins no formula",
    "format": "without a brace",
    "code": "as a literal",
    "program": "as an argument, which no shell reads",
    "arguments": "where no option is read",
    "keys": "not as a key",
}
PREDICATES = {
    "is": "is {0}",
    "is_not": "is not {0}",
    "one_of": "is one of {0}",
    "none_of": "is none of {0}",
    "matches": "is a text that matches a pattern",
    "below": "is below {0}",
    "symbol": "is {0}",
    "missing": "is not given",
    "given": "is given",
    "constant": "is a constant",
}


class Noted(NamedTuple):
    """One thing that the engine made of a line."""

    kind: Literal["looked", "finding", "refused"]
    words: str
    rule: str = ""


class Teller:
    """Puts a watch into words."""

    def __init__(self, watch: Watch, weaknesses: dict[str, int], files: Files) -> None:
        """`weaknesses` are the bits of each."""
        self._watch = watch
        self._bits = weaknesses
        self._files = files

    def told(self, found: frozenset[str]) -> Iterator[Noted]:
        """Yield what was noted; `found` are the rules of which there is a finding on the line."""
        watch = self._watch
        yield self._reached()
        if not watch.roots:
            return
        for origin, counts in watch.sources.items():
            yield Noted("looked", self._source(origin, counts))
        cleanings = [one for one in watch.cleanings if watch.covers(one.where)]
        for words in dict.fromkeys(map(self._cleaning, cleanings)):
            yield Noted("looked", words)
        for look in watch.looks.values():
            if look.weakness in found:
                continue
            told = look.outcome == "harm"
            yield Noted("finding" if told else "refused", self._look(look), look.weakness)
        if not (watch.sources or cleanings or watch.looks or found):
            yield Noted("looked", "it knows no source, sink, check or sanitizer on this line")

    # --- how the line was reached ---

    def _reached(self) -> Noted:
        watch = self._watch
        function = next(iter(watch.functions), "")
        if not watch.roots and is_template(watch.path):
            words = "the code engine knows nothing that fills in what is unescaped on this line"
            return Noted("looked", words)
        if not watch.roots and watch.is_test:
            words = "this file is a test, of which the code engine tells nothing: [code] tests"
            return Noted("looked", words)
        if not watch.roots:
            return Noted("looked", "the code engine runs nothing on this line")
        if watch.is_forced:
            words = f"nothing that the code engine follows calls {_code(function)}, so "
            return Noted("looked", f"{words}it is not known what it is handed")
        entries = [root for root in watch.roots if root.is_entry]
        if entries:
            names = list(dict.fromkeys(map(_root, entries)))
            words = f"the code engine came here from {_listed(names, 'entry points')}"
            return Noted("looked", words)
        if function and any(root.symbol for root in watch.roots):
            words = f"the code engine followed {_code(function)}, which no entry point is known "
            return Noted("looked", f"{words}to call")
        return Noted("looked", "the code engine ran this line as its file is imported")

    # --- what stands on the line ---

    def _source(self, origin: Origin, counts: bool) -> str:
        words = f"what comes from {_from(origin)} comes in here: {_code(origin.symbol)}"
        if counts or origin.kind not in KINDS:
            return words
        return f"{words}; it does not count here: [code] sources does not name {origin.kind!r}"

    def _cleaning(self, cleaning: Cleaning) -> str:
        what = f"{_code(cleaning.symbol)} makes" if cleaning.symbol else "where a test here holds,"
        names = [name for name, bit in self._bits.items() if cleaning.bits & bit]
        subject = "what it is given" if cleaning.origin is None else f"what {self._whose(cleaning)}"
        harmless = "" if cleaning.symbol else " is"
        if cleaning.bits == EVERYTHING:
            return f"{what} {subject}{harmless} harmless everywhere"
        if not names:
            return f"{what} some text is known not to occur in {subject}"
        return f"{what} {subject}{harmless} harmless for {_listed(names, 'weaknesses')}"

    def _whose(self, cleaning: Cleaning) -> str:
        origin = cleaning.origin
        assert origin is not None
        return _comes(origin)

    def _look(self, look: Look) -> str:
        verb = "is looked at for it" if look.is_check else "can do it"
        symbol = _code(look.symbol)
        origin = look.origin
        match look.outcome:
            case "condition" if look.condition is not None:
                condition = _condition(look.condition)
                if look.is_negated:
                    return f"{symbol} {verb}, but not where {condition}, as here"
                return f"{symbol} {verb}, but only where {condition}, which is not known here"
            case "missing":
                return f"{symbol} {verb}, with an argument that is not given here"
            case "constant":
                return f"{symbol} {verb}, but what flows into it is constant"
            case "number":
                return f"{symbol} {verb}, but what flows into it is a number"
            case "cleaned":
                return f"{symbol} {verb}, but what {_comes(origin)} is {self._cleaned(look)}"
            case "form":
                how = FORMS.get(look.form, "in a way that does no harm")
                words = f"{symbol} {verb}, but what {_comes(origin)} stands there {how}"
                return words + self._places(look, ", as shown")
            case "own":
                return f"{symbol} {verb}, and that is for whoever calls the function to see to"
            case "caller":
                return f"{symbol} {verb} with what {_comes(origin)}; {self._no_caller()}"
            case "uncounted" if origin is not None:
                words = f"{symbol} {verb} with what {_comes(origin)}, a source that does not"
                return f"{words} count here: [code] sources does not name {origin.kind!r}"
            case "harm":
                return f"what {_comes(origin)} reaches {symbol}"
        return f"{symbol} {verb}, but nothing that somebody else wrote is known to flow into it"

    def _no_caller(self) -> str:
        if any(root.is_entry for root in self._watch.roots):
            return "none that is known hands in what somebody else wrote"
        return "it is never called from an entry point, as far as is known"

    def _cleaned(self, look: Look) -> str:
        if look.cleaners and not look.cleaners[-1][1]:
            return "guarded" + self._places(look, "")
        return "cleaned for it" + self._places(look, "")

    def _places(self, look: Look, before: str) -> str:
        """Say by what something is clean, and where."""
        if not look.cleaners:
            return "" if before else " on the way"
        where, symbol = look.cleaners[-1]
        by = f" by {_code(symbol)}" if symbol else " by a test"
        return f"{before}{by} {self._at(where)}"

    def _at(self, where: Where) -> str:
        line = self._files.code_span(where.path, where.span).line if where.span else 0
        line = line or line_of(where.span)
        return f"at line {line}" if where.path == self._watch.path else f"at {where.path}:{line}"


def _code(symbol: str) -> str:
    name = symbol.removeprefix("builtins.").replace("()", "")
    return f"`{name}`" if name else "the module"


def _from(origin: Origin) -> str:
    part = PARTS.get(origin.part) if origin.kind == "http" else None
    return part or KINDS.get(origin.kind, "outside")


def _comes(origin: Origin | None) -> str:
    if origin is None:
        return "flows into it"
    if origin.kind == "formal":
        return "a caller hands in"
    return f"comes from {_from(origin)}"


def _root(root: Root) -> str:
    route = f" ({root.route})" if root.route else ""
    return f"`{root.symbol}` in {root.path}{route}"


def _listed(names: list[str], several: str) -> str:
    if len(names) > MOST:
        return f"{len(names)} {several}, {names[0]} among them"
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last


def _condition(condition: Condition) -> str:
    head, _, name = condition.argument.partition(":")
    if head == "self":
        what = "the receiver"
    elif head.isdigit():
        what = f"`{name}`" if name else f"argument {int(head) + 1}"
    else:
        what = "what is assigned" if head == "value" else f"`{head}`"
    operand = condition.operand
    options = operand if isinstance(operand, tuple) else (operand,)
    predicate = PREDICATES[condition.predicate]
    return f"{what} {predicate.format(_listed([str(one) for one in options], 'values'))}"
