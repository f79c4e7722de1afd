"""How a text is put together: by an f-string, `+`, `%` or `format`."""

import re

from seawall.engines.code.fixes.draft import Draft, has_unpacked
from seawall.engines.code.fixes.literals import Hole, Literal, Sign, hole_of, read_literal
from seawall.engines.code.fixes.page import Page, UnfitError
from seawall.model.program import (
    Attribute,
    Binary,
    Call,
    Constant,
    Expression,
    Format,
    Sequence,
    Spread,
)

_SKIPPED = re.compile(r"(?:\s|\\\n)*")
_BEFORE = re.compile(r"(?:\s|\\\n)*\+(?:\s|\\\n)*(\(*)")
_AFTER = re.compile(r"(\)*)(?:\s|\\\n)*\+(?:\s|\\\n)*")
_MARK = re.compile(r"%[sid]")
_FIELD = re.compile(r"\{(\w*)\}")


class Built:
    """A text that is put together, sign by sign."""

    def __init__(self, page: Page, node: Expression) -> None:
        """Read how it is put together, or raise `UnfitError`."""
        self._page = page
        self.signs: list[Sign] = []
        self.literals: list[Literal] = []
        self.tail: tuple[int, int] | None = None
        """The `% values` or `.format(values)` that fills the marks."""
        match node:
            case Binary(operator="%"):
                self._read_percent(node)
            case Call(function=Attribute(name="format")):
                self._read_format(node)
            case _:
                self._read(node)
        if not self.literals or not self.holes:
            raise UnfitError

    @property
    def holes(self) -> list[Hole]:
        """The values, from left to right."""
        return [sign.hole for sign in self.signs if sign.hole is not None]

    @property
    def whole(self) -> str:
        """The text, with a zero for each hole."""
        return "".join(sign.value for sign in self.signs)

    def _read(self, node: Expression) -> None:
        match node:
            case Constant() | Format():
                self._read_literals(node)
            case Binary(operator="+"):
                self._read(node.left)
                self._read(node.right)
            case _:
                start, end = self._page.start(node), self._page.end(node)
                hole = hole_of(self._page.text, start, end, is_operand=True)
                self.signs.append(Sign(value="\0", start=start, end=end, hole=hole))

    def _read_literals(self, node: Expression) -> None:
        text = self._page.text
        at, end = self._page.start(node), self._page.end(node)
        while at < end:
            literal = read_literal(text, at, end, len(self.literals))
            self.literals.append(literal)
            self.signs += literal.signs
            skipped = _SKIPPED.match(text, literal.end, end)
            at = skipped.end() if skipped else end

    def _read_percent(self, node: Binary) -> None:
        self._read_template(node.left)
        text, end = self._page.text, self._page.end(node)
        found = re.compile(r"([\s)]*?)(?:\s|\\\n)*%").match(text, self._page.end(node.left), end)
        if found is None:
            raise UnfitError
        self.tail = found.end(1), end
        values: tuple[Expression, ...] = (node.right,)
        if isinstance(node.right, Sequence):
            if node.right.kind != "tuple":
                raise UnfitError
            values = node.right.items
        self._fill(_MARK, "%", {str(number): value for number, value in enumerate(values)})

    def _read_format(self, node: Call) -> None:
        function = node.function
        if not isinstance(function, Attribute) or has_unpacked(node):
            raise UnfitError
        self._read_template(function.value)
        text, end = self._page.text, self._page.end(node)
        found = re.compile(r"([\s)]*?)\s*\.").match(text, self._page.end(function.value), end)
        if found is None:
            raise UnfitError
        self.tail = found.end(1), end
        values = {str(number): value for number, value in enumerate(node.arguments)}
        values |= {one.name: one.value for one in node.keywords}
        self._fill(_FIELD, "{}", values)

    def _read_template(self, node: Expression) -> None:
        if not isinstance(node, Constant):
            raise UnfitError
        self._read_literals(node)

    def _fill(self, mark: re.Pattern[str], doubled: str, values: dict[str, Expression]) -> None:
        """Put the values where their marks stand, and make single what the template doubles."""
        filled: list[Sign] = []
        used: set[str] = set()
        text, at, count = self.whole, 0, 0
        while at < len(text):
            first = self.signs[at]
            if text[at] not in doubled:
                filled.append(first)
                at += 1
                continue
            if text[at] == text[at + 1 : at + 2]:
                last = self.signs[at + 1]
                sign = Sign(value=text[at], start=first.start, end=last.end, literal=first.literal)
                end = at + 2
            else:
                found = mark.match(text, at)
                if found is None:
                    raise UnfitError
                end = found.end()
                key = found[1] if mark is _FIELD else ""
                if not key:
                    key, count = str(count), count + 1
                value = values.get(key)
                if value is None or isinstance(value, Spread):
                    raise UnfitError
                used.add(key)
                hole = hole_of(self._page.text, self._page.start(value), self._page.end(value))
                last = self.signs[end - 1]
                sign = Sign(
                    value="\0",
                    start=first.start,
                    end=last.end,
                    literal=first.literal,
                    hole=hole,
                )
            if last.literal != first.literal:
                raise UnfitError
            filled.append(sign)
            at = end
        if used != set(values):
            raise UnfitError
        self.signs = filled

    # --- rewriting ---

    def make_plain(self, draft: Draft, taken: set[int], percent: str = "%") -> None:
        """Make one literal without marks of it; the signs of the numbers in `taken` are replaced.

        `percent` is how a per cent sign is to be written.
        """
        text = self._page.text
        for literal in self.literals:
            if literal.is_format:
                plain = literal.prefix.replace("f", "").replace("F", "")
                draft.change(literal.start, literal.start + len(literal.prefix), plain)
        for number, sign in enumerate(self.signs):
            if number in taken or sign.hole is not None:
                continue
            if sign.value == "%":
                draft.change(sign.start, sign.end, percent)
            elif sign.value in "{}" and text[sign.start : sign.end] != sign.value:
                draft.change(sign.start, sign.end, sign.value)
        if self.tail is not None:
            draft.change(*self.tail, "")

    def replace(self, draft: Draft, first: int, last: int, text: str) -> None:
        """Replace the signs from one number to another, with a hole among them, by literal text."""
        signs = self.signs
        at = next(number for number in range(first, last + 1) if signs[number].hole)
        hole = signs[at].hole
        if hole is None or not hole.is_operand:
            if signs[first].literal != signs[last].literal:
                raise UnfitError
            draft.change(signs[first].start, signs[last].end, text)
            return
        # It stands between literals: its place becomes part of the one before.
        if at == 0 or signs[at - 1].hole is not None or not self._is_one(first, at):
            raise UnfitError
        before = self.literals[signs[at - 1].literal]
        start = signs[first].start if first < at else before.body_end
        end, opened = self._joint(before.end, hole.start, _BEFORE)
        after = self._literal_after(at)
        if end != hole.start or (after is None and opened and not self._closes(hole.end, opened)):
            raise UnfitError
        if after is None:
            draft.change(start, before.body_end, text)
            draft.change(before.end, hole.end + opened, "")
            return
        end, closed = self._joint(hole.end, after.start, _AFTER)
        if end != after.start or opened != closed or not self._is_one(at + 1, last + 1):
            raise UnfitError
        rest = signs[last].end if last > at else after.body_start
        plain = (before.prefix, before.quote) == (after.prefix, after.quote)
        if plain and not before.is_format:
            draft.change(start, rest, text)
        else:
            draft.change(start, before.body_end, text)
            draft.change(before.end, hole.end + closed, "")
            draft.change(after.body_start, rest, "")

    def _is_one(self, first: int, stop: int) -> bool:
        """Whether the signs between two numbers are of one literal."""
        return len({sign.literal for sign in self.signs[first:stop]}) <= 1

    def _joint(self, start: int, stop: int, pattern: re.Pattern[str]) -> tuple[int, int]:
        found = pattern.match(self._page.text, start, stop)
        if found is None:
            raise UnfitError
        return found.end(), len(found[1])

    def _closes(self, at: int, count: int) -> bool:
        return self._page.text[at : at + count] == ")" * count

    def _literal_after(self, at: int) -> Literal | None:
        following = self.signs[at + 1].literal if at + 1 < len(self.signs) else -1
        return self.literals[following] if following >= 0 else None
