"""Reads YAML as tools write it down: blocks of short lines, many times faster than all of YAML.

What is not of this plain kind is left to the whole reader: anchors, tags, texts of several lines,
escapes, comments behind values, collections in flow that are in one another, more documents.
"""

import re
from collections.abc import Mapping
from typing import Any

DEEPEST = 40
"""Collections in one another; what is deeper is not plain."""
LONGEST_KEY = 1000

_ODD = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    r"|<<|^(?:---|\.\.\.|%)",
    re.MULTILINE,
)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"\\]*\"")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")


class NotPlain(Exception):  # noqa: N818 - it is no error: the whole reader takes over
    """The text is not of the plain kind."""


def parse_plain_yaml(content: bytes, words: Mapping[str, Any]) -> Any:
    """Return the mapping or the list that a text states; `words` are those that are no texts.

    Raises NotPlain when it is anything else, be it valid or not.
    """
    try:
        text = content.decode("utf-8").replace("\r\n", "\n").removeprefix("---\n")
    except UnicodeDecodeError as error:
        raise NotPlain from error
    if _ODD.search(text):
        raise NotPlain
    reader = _Reader(text, words)
    value, at = reader.block(0, 0)
    if at != len(reader.texts):
        raise NotPlain
    return value


class _Reader:
    """Goes through the lines, each with its indent; what a dash leads is moved in by it."""

    def __init__(self, text: str, words: Mapping[str, Any]) -> None:
        self._words = words
        self._indents: list[int] = []
        self.texts: list[str] = []
        """Of the lines that are neither empty nor comments."""
        for line in text.split("\n"):
            bare = line.strip(" ")
            if bare and bare[0] != "#":
                self.texts.append(bare)
                self._indents.append(len(line) - len(line.lstrip(" ")))

    def block(self, at: int, depth: int) -> tuple[Any, int]:
        """Return the collection that begins at a line, and the line behind it."""
        if at >= len(self.texts) or depth > DEEPEST:
            raise NotPlain
        if self._has_dash(at):
            return self._list(at, depth)
        return self._table(at, depth)

    def _has_dash(self, at: int) -> bool:
        text = self.texts[at]
        return text.startswith("- ") or text == "-"

    def _table(self, at: int, depth: int) -> tuple[dict[Any, Any], int]:
        indents, texts = self._indents, self.texts
        indent, end = indents[at], len(texts)
        table: dict[Any, Any] = {}
        while at < end and indents[at] == indent:
            if self._has_dash(at):
                break
            pair = self._pair(texts[at])
            if pair is None:
                raise NotPlain
            key, rest = pair
            at += 1
            if rest:
                table[key] = self._value(rest)
            elif at < end and indents[at] > indent:
                table[key], at = self.block(at, depth + 1)
            elif at < end and indents[at] == indent and self._has_dash(at):
                table[key], at = self._list(at, depth + 1)
            else:
                table[key] = None
        if at < end and indents[at] > indent:
            # A text that goes on.
            raise NotPlain
        return table, at

    def _list(self, at: int, depth: int) -> tuple[list[Any], int]:
        indents, texts = self._indents, self.texts
        indent, end = indents[at], len(texts)
        items: list[Any] = []
        while at < end and indents[at] == indent and self._has_dash(at):
            text = texts[at]
            rest = text[1:].lstrip(" ")
            if not rest:
                at += 1
                value = None
                if at < end and indents[at] > indent:
                    value, at = self.block(at, depth + 1)
            elif rest.startswith("- ") or rest == "-" or self._pair(rest) is not None:
                indents[at] += len(text) - len(rest)
                texts[at] = rest
                value, at = self.block(at, depth + 1)
            else:
                value = self._value(rest)
                at += 1
            items.append(value)
        if at < end and indents[at] > indent:
            raise NotPlain
        return items, at

    def _pair(self, text: str) -> tuple[Any, str] | None:
        """Return the key of a line and what follows it; None where the line has no key."""
        if text[0] in "'\"":
            quoted = _QUOTED.match(text)
            if quoted is None:
                raise NotPlain
            behind = text[quoted.end() :].lstrip(" ")
            if not behind:
                return None
            if behind != ":" and not behind.startswith(": "):
                raise NotPlain
            return self._value(quoted[0]), behind[1:].lstrip(" ")
        key, colon, rest = text.partition(": ")
        if not colon:
            if text[-1] != ":":
                return None
            key = text[:-1]
        if text[0] in "[{":
            # A collection in flow, or a key that is one.
            return None
        key = key.rstrip(" ")
        if len(key) > LONGEST_KEY:
            raise NotPlain
        return self._word(key), rest.lstrip(" ")

    def _value(self, text: str) -> Any:
        """Return what stands behind a key or a dash."""
        first = text[0]
        if first in "'\"":
            if _QUOTED.fullmatch(text) is None:
                raise NotPlain
            inner = text[1:-1]
            return inner.replace("''", "'") if first == "'" else inner
        if first == "[" or first == "{":
            return self._flow(text)
        return self._word(text)

    def _word(self, text: str) -> Any:
        if not text or text[0] in _INDICATORS or ": " in text or " #" in text or text[-1] == ":":
            raise NotPlain
        return self._words.get(text, text)

    def _flow(self, text: str) -> Any:
        inner = text[1:-1].strip(" ")
        opened, closed = text[0], text[-1]
        if closed != {"[": "]", "{": "}"}[opened] or any(one in inner for one in "[]{}"):
            raise NotPlain
        parts = [part.strip(" ") for part in inner.split(",")] if inner else []
        if opened == "[":
            return [self._in_flow(part) for part in parts]
        table: dict[Any, Any] = {}
        for part in parts:
            key, colon, value = part.partition(": ")
            if not colon:
                raise NotPlain
            table[self._in_flow(key.rstrip(" "))] = self._in_flow(value.strip(" "))
        return table

    def _in_flow(self, text: str) -> Any:
        """Return a value between commas; a quoted text with a comma is in two parts here."""
        if not text or ":?" in text:
            raise NotPlain
        return self._value(text)
