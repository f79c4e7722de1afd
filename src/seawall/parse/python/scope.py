"""What is collected while a function, a class or a module is lowered, and the bounds of it all."""

from collections.abc import Iterable

from seawall.model.program import (
    Broken,
    Expression,
    If,
    Imported,
    Span,
    Statement,
    Unknown,
)
from seawall.model.program import Scope as Declaration
from seawall.parse.python.text import Text

MAX_DEPTH = 100
"""How deep nodes nest in one another; what is deeper becomes `Unknown` or `Broken`.

Those who lower take up to five frames for one of these steps.
"""

MAX_CHAIN = 50
"""From this depth on the branches of an `elif` chain stand one after another, not in each other."""

MAX_ITEMS = 2000
"""How many items of one display, call or text are kept."""

TOO_DEEP = "nested too deeply"
INVALID = "no valid Python"

MAX_BROKEN = 1000
"""Statements of a file that are told as passed over; of more only the first are."""


class Scope:
    """A function, a class or a module while it is lowered."""

    __slots__ = ("bound", "broken", "free", "is_generator", "path", "text", "words")

    def __init__(self, text: Text, path: str, broken: list[Broken]) -> None:
        self.text = text
        """Of the file."""
        self.path = path
        """What stands before the names of what it encloses: "Class.", "" for the module."""
        self.broken = broken
        """Of the file."""
        self.words: set[str] = set()
        self.bound: set[str] = set()
        self.free: set[str] = set()
        """Names declared `global` or `nonlocal`."""
        self.is_generator = False

    def enter(self, name: str) -> "Scope":
        """Make the scope of something that it encloses."""
        return Scope(self.text, f"{self.path}{name}.", self.broken)

    def swap_words(self, words: set[str]) -> set[str]:
        """Collect words into another set from now on; return the one before."""
        before = self.words
        self.words = words
        return before

    def locals(self) -> tuple[str, ...]:
        """Return the names that are bound here, sorted."""
        return tuple(sorted(self.bound - self.free if self.free else self.bound))

    def too_deep(self, span: Span) -> Broken:
        """Note a statement that is passed over because of its depth."""
        return self.pass_over(span, TOO_DEEP)

    def pass_over(self, span: Span, reason: str = INVALID) -> Broken:
        """Note a statement that is passed over."""
        broken = Broken(reason, span)
        if len(self.broken) < MAX_BROKEN:
            self.broken.append(broken)
        return broken


def import_of(name: str, alias: str, scope: Scope) -> Imported:
    """Make a name of `import name as alias` and bind it."""
    parts = name.split(".")
    scope.words.update(parts)
    if alias:
        scope.words.add(alias)
    scope.bound.add(alias or parts[0])
    return Imported(name, alias)


def import_from(name: str, alias: str, scope: Scope) -> Imported:
    """Make a name of `from module import name as alias` and bind it."""
    alias = alias or name
    if name != "*":
        scope.words.add(name)
        scope.words.add(alias)
        scope.bound.add(alias)
    return Imported(name, alias)


def declaration(names: list[str], outer: bool, span: Span, scope: Scope) -> Declaration:
    """Make a `global` or `nonlocal` statement."""
    scope.words.update(names)
    scope.free.update(names)
    return Declaration(tuple(names), outer, span)


def is_capture(name: str) -> bool:
    """Whether Python 2 was meant by `except E, name:`: classes start with a capital."""
    return name == name.lower()


Branch = tuple[Expression, tuple[Statement, ...], Span]
"""Test, body and the span of the test."""


def chain(branches: list[Branch], orelse: tuple[Statement, ...], depth: int) -> If:
    """Make an `if` with its `elif`s; the first branch stands at `depth`.

    Where it would be too deep the branches follow one another: none is lost, though it then seems
    that several may run.
    """
    nested = max(MAX_CHAIN - depth, 1)
    if len(branches) > nested:
        flat: list[Statement] = [If(test, body, (), span) for test, body, span in branches[nested:]]
        if orelse:
            flat.append(If(Unknown(), orelse))
        orelse = tuple(flat)
    result: If | None = None
    for test, body, span in reversed(branches[:nested]):
        result = If(test, body, (result,) if result is not None else orelse, span)
    assert result is not None
    return result


def clean(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 can hold."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def sort(words: Iterable[str]) -> tuple[str, ...]:
    """Return words as the lowered form keeps them."""
    return tuple(sorted(words))
