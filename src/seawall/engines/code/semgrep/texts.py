"""Matches the texts of a pattern: "...", "$X", "=~/regex/" and f-strings."""

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from seawall.engines.code.semgrep.binder import NONE, Binder, Found
from seawall.engines.code.semgrep.binding import Bindings, Bound
from seawall.engines.code.semgrep.rule import Options
from seawall.engines.code.semgrep.view import View
from seawall.model.program import Binary, Constant, Field, Format, Name, Node

_STRING_REGEX = re.compile(r"=~/(.*)/([ismx]*)", re.DOTALL)
_PIECES = re.compile(r"(\.\.\.|\$[A-Z_][A-Z_0-9]*)")
_STRING_NAME = re.compile(r"\$(?:\.\.\.)?[A-Z_][A-Z_0-9]*")


class Texts(Binder):
    """The part of a matcher that knows of literals."""

    def __init__(self, view: View, options: Options) -> None:
        super().__init__(view, options)
        self._expressions: dict[str, re.Pattern[str]] = {}

    @abstractmethod
    def match(self, pattern: Any, node: Any, bindings: Bindings) -> Found:
        """Match any expression."""

    def match_constant(self, pattern: Constant, node: Node, bindings: Bindings) -> Found:
        found: Constant | None = None
        if isinstance(node, Constant):
            found = node
        elif self.options.constants and isinstance(node, Name | Binary | Format):
            found = self.view.fold(node)
            if found is None and pattern.value == "..." and id(node) in self.view.texts:
                return [bindings]
        if found is None:
            return NONE
        if isinstance(found.value, bytes) and isinstance(pattern.value, str):
            # Semgrep does not tell them apart where a metavariable takes the text.
            text = found.value.decode("utf-8", "replace")
            named = _STRING_NAME.fullmatch(pattern.value) is not None
            return self._text(pattern.value, text, node, bindings) if named else NONE
        if type(found.value) is not type(pattern.value):
            return NONE
        if isinstance(found.value, str):
            assert isinstance(pattern.value, str)
            return self._text(pattern.value, found.value, node, bindings)
        if pattern.value == b"...":
            return [bindings]
        return [bindings] if found.value == pattern.value else NONE

    def _text(self, pattern: str, value: str, node: Node, bindings: Bindings) -> Found:
        if pattern == "...":
            return [bindings]
        if "$" in pattern and _STRING_NAME.fullmatch(pattern):
            if pattern == "$_":
                return [bindings]
            return self.hold(pattern, Bound((), *self.view.extent(node), value), bindings)
        regex = _STRING_REGEX.fullmatch(pattern) if pattern.startswith("=~/") else None
        if regex is not None:
            return [bindings] if self._compiled(regex).search(value) else NONE
        return [bindings] if pattern == value else NONE

    def _compiled(self, regex: re.Match[str]) -> re.Pattern[str]:
        known = self._expressions.get(regex[0])
        if known is None:
            flags = 0
            for letter in regex[2]:
                flags |= getattr(re, letter.upper())
            known = self._expressions[regex[0]] = re.compile(regex[1], flags)
        return known

    def match_format(self, pattern: Format, node: Format, bindings: Bindings) -> Found:
        """Match an f-string, where "..." in the text stands for any part of it."""
        return self._parts(_pieces(pattern, split=True), _pieces(node, split=False), bindings)

    def _parts(
        self, pattern: Sequence[Field | str], code: Sequence[Field | str], bindings: Bindings
    ) -> Found:
        if not pattern:
            return NONE if code else [bindings]
        first, rest = pattern[0], pattern[1:]
        if first == "...":
            if not rest:
                return [bindings]
            found: list[Bindings] = []
            for place, one in enumerate(code):
                found += self._parts(rest, code[place:], bindings)
                if isinstance(one, str) and isinstance(rest[0], str) and rest[0] != "...":
                    at = one.find(rest[0])
                    if at > 0:
                        found += self._parts(rest, (one[at:], *code[place + 1 :]), bindings)
            return found
        if not code:
            return NONE
        one = code[0]
        if isinstance(first, str):
            if not isinstance(one, str):
                return NONE
            if _STRING_NAME.fullmatch(first):
                return [
                    after
                    for held in self.hold(first, Bound((), content=one), bindings)
                    for after in self._parts(rest, code[1:], held)
                ]
            if not one.startswith(first):
                return NONE
            left = one[len(first) :]
            return self._parts(rest, (left, *code[1:]) if left else code[1:], bindings)
        if isinstance(one, str):
            return NONE
        return [
            after
            for held in self.match(first.value, one.value, bindings)
            for after in self._parts(rest, code[1:], held)
        ]


def _pieces(node: Format, *, split: bool) -> list[Field | str]:
    pieces: list[Field | str] = []
    for part in node.parts:
        if isinstance(part, Field):
            pieces.append(part)
        elif not split:
            pieces.append(str(part.value))
        else:
            texts = _PIECES.split(str(part.value))
            pieces += [text for text in texts if text]
    return pieces
