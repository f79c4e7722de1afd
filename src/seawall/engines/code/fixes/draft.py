"""A fix while it is written: replacements in the text of a module, and the imports they need."""

import re

from seawall.core.finding import Edit
from seawall.engines.code.fixes.literals import read_literal
from seawall.engines.code.fixes.page import Page, UnfitError
from seawall.model.program import Call, Comprehension, Expression, Keyword, Node, Spread

_CLOSING = re.compile(r"([\s)]*?)(,?)(\s*)")
_ALONE = re.compile(r"[ \t]*(#.*)?")


class Draft:
    """Replacements in the text of a module."""

    def __init__(self, page: Page, place: Node) -> None:
        """`place` is what is mended: imports stand before it, and their names hold there."""
        self.page = page
        self._place = place
        self._changes: set[tuple[int, int, str]] = set()

    def change(self, start: int, end: int, text: str) -> None:
        """Replace a stretch of the text."""
        if self.page.text[start:end] != text:
            self._changes.add((start, end, text))

    def put(self, node: Node, text: str) -> None:
        """Replace the text of a node."""
        self.change(self.page.start(node), self.page.end(node), text)

    def edits(self) -> tuple[Edit, ...]:
        """Return what was changed, in the order of the text."""
        behind = 0
        for start, end, _ in sorted(self._changes):
            if start < behind:
                raise UnfitError
            behind = end
        return tuple(
            Edit(span=self.page.code_span(start, end), text=text)
            for start, end, text in sorted(self._changes)
        )

    # --- arguments ---

    def keyword(self, call: Call, name: str) -> Keyword | None:
        """Return an argument by name."""
        return next((one for one in call.keywords if one.name == name), None)

    def set_argument(self, call: Call, name: str, text: str) -> None:
        """Give an argument another value, or add it."""
        given = self.keyword(call, name)
        if given is not None:
            self.put(given.value, text)
        else:
            self.add_argument(call, f"{name}={text}")

    def add_argument(self, call: Call, text: str) -> None:
        """Add an argument behind the others."""
        if has_unpacked(call) or (
            len(call.arguments) == 1 and isinstance(call.arguments[0], Comprehension)
        ):
            raise UnfitError
        page = self.page
        close = self._close(call)
        given = [*call.arguments, *call.keywords]
        if not given:
            opening = page.text.rfind("(", 0, close)
            if page.text[opening + 1 : close].strip():
                raise UnfitError
            self.change(opening + 1, close, text)
            return
        last = max(page.end(one) for one in given)
        found = _CLOSING.fullmatch(page.text, last, close)
        if found is None:
            raise UnfitError
        at = found.end(1)
        if not found[2]:
            # Without a comma at the end, layout before the parenthesis stays where it is.
            at = last + len(found[1].rstrip() if ")" in found[1] else "")
            self.change(at, at, f", {text}")
        elif "\n" in found[3]:
            line = page.text.rfind("\n", 0, last) + 1
            layout = page.text[line : len(page.text)]
            indent = layout[: len(layout) - len(layout.lstrip(" \t"))]
            self.change(found.end(2), found.end(2), f"\n{indent}{text},")
        else:
            self.change(found.end(2), found.end(2), f" {text},")

    def drop_argument(self, call: Call, given: Expression | Keyword) -> None:
        """Take an argument away, with its comma."""
        page = self.page
        start, end = page.start(given), page.end(given)
        before = re.search(r",\s*$", page.text[:start])
        if before is not None:
            self.change(before.start(), end, "")
            return
        after = re.compile(r"\s*,?\s*").match(page.text, end, self._close(call))
        if page.text[start - 1] != "(" or after is None:
            raise UnfitError
        self.change(start, after.end(), "")

    def _close(self, call: Call) -> int:
        close = self.page.end(call) - 1
        if self.page.text[close] != ")":
            raise UnfitError
        return close

    # --- imports ---

    def use(self, module: str, name: str = "") -> str:
        """Return how to write a module (or a name of it) at the place, imported if need be."""
        page = self.page
        at = page.start(self._place)
        known = page.imported_as(module, name, at)
        wanted = name or module.partition(".")[0]
        if known is not None:
            if page.is_shadowed(known.partition(".")[0], self._place):
                raise UnfitError
            return known
        if wanted in page.names and not (
            not name and "." in module and self._is_package(wanted, at)
        ):
            raise UnfitError
        self._import(f"from {module} import {name}" if name else f"import {module}", at)
        return name or module

    def _is_package(self, name: str, at: int) -> bool:
        """Whether a name is nothing but the package itself, so that a submodule may be added."""
        return any(
            not statement.is_from
            and any(one.name.split(".")[0] == name and not one.alias for one in statement.names)
            for statement in self.page.imports_before(at)
        )

    def _import(self, line: str, at: int) -> None:
        text = self.page.text
        for statement in reversed(self.page.imports_before(at)):
            end = self.page.end(statement)
            stop = self.page.line_end(end)
            if _ALONE.fullmatch(text, end, stop):
                self.change(stop, stop, f"\n{line}")
                return
        start = self._head()
        if start > at:
            raise UnfitError
        self.change(start, start, f"{line}\n")

    def _head(self) -> int:
        """Return where the first line after comments and the docstring starts."""
        text = self.page.text
        at = 0
        while (found := re.compile(r"[ \t]*(#.*)?\n").match(text, at)) is not None:
            at = found.end()
        try:
            literal = read_literal(text, at, len(text))
        except UnfitError:
            return at
        stop = self.page.line_end(literal.end)
        if not _ALONE.fullmatch(text, literal.end, stop) or stop == len(text):
            raise UnfitError
        return stop + 1


def has_unpacked(call: Call) -> bool:
    """Whether a call takes arguments out of a container, so that nobody sees which."""
    return any(isinstance(one, Spread) for one in call.arguments) or any(
        not one.name for one in call.keywords
    )
