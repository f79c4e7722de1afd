"""Reads the literals and calls of languages whose programs list packages: as text, never run.

One reader for what Elixir, Erlang, Lua, Starlark, Swift, Zig, OCaml and their like have in common:
words, quoted texts, and groups in brackets. A list of packages is written in these alone.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind

DEEPEST = 100
"""Groups in one another."""
MOST = 4_000_000
"""Words, texts and signs of one file."""

COMMENTS = {
    "#": r"\#[^\n]*",
    "//": r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)",
    "--": r"--\[(?P<long>=*)\[(?:[^\]]|\](?!(?P=long)\]))*+(?:\](?P=long)\]|\Z)|--[^\n]*",
    "%": r"%[^\n]*",
    "#(*": r"\#[^\n]*|\(\*(?:[^*]|\*(?!\)))*+(?:\*\)|\Z)",
}
"""How comments look, by the sign that a language begins them with."""

_QUOTED = r"""
    (?P<triple>\"\"\"|''')(?P<heredoc>(?:[^"'\\]|\\.|(?!(?P=triple))["'])*+)
        (?:(?P=triple)|\\?\Z)
  | "(?P<double>(?:[^"\\\n]|\\.)*+)(?:"|$|\\?\Z)
  | '(?P<single>(?:[^'\\\n]|\\.)*+)(?:'|$|\\?\Z)
"""
"""A text that does not end does so at the end of its line: one slip does not take all with it."""
_VERBATIM = r"\[(?P<level>=*)\[(?P<verbatim>(?:[^\]]|\](?!(?P=level)\]))*+)(?:\](?P=level)\]|\Z)"
_WORD = r"(?P<word>[^\W\d][\w?!]*|\d[\w.]*)"
_ENDED = re.compile(r"(?<!\A)[\"'\]]\Z")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_CLOSED = {")": "(", "]": "[", "}": "{"}


class Text(Struct, frozen=True, gc=False):
    """A quoted text."""

    value: str
    line: int


class _Open(Text, frozen=True, gc=False):
    """A text that does not end."""


class Word(Struct, frozen=True, gc=False):
    """A name, a keyword or a number."""

    value: str
    line: int


class Sign(Struct, frozen=True, gc=False):
    """One character that is none of the others."""

    value: str
    line: int


class Group(Struct, frozen=True):
    """What stands between brackets."""

    opener: str
    """"(", "[" or "{"."""
    items: "tuple[Node, ...]"
    line: int
    slip: int = 0
    """Of a whole program, the line of the first bracket or text that is not closed; 0 if none."""

    @property
    def parts(self) -> "list[tuple[Node, ...]]":
        """What stands between its commas and semicolons, without empty ones."""
        found: list[tuple[Node, ...]] = []
        held: list[Node] = []
        for item in self.items:
            if isinstance(item, Sign) and item.value in ",;":
                found.append(tuple(held))
                held = []
            else:
                held.append(item)
        return [one for one in (*found, tuple(held)) if one]

    @property
    def named(self) -> "dict[str, tuple[Node, ...]]":
        """Its parts of the form `name = value`, `name: value`, `"name" => value`, by name."""
        return {name: value for name, value in map(_named, self.parts) if name}

    @property
    def values(self) -> "list[tuple[Node, ...]]":
        """Its parts that have no name."""
        return [part for part in self.parts if not _named(part)[0]]

    @property
    def texts(self) -> list[Text]:
        """The quoted texts that stand in it directly."""
        return [one for one in self.items if isinstance(one, Text)]


Node = Text | Word | Sign | Group


def parse_tokens(content: bytes, comment: str, *, verbatim: bool = False) -> Group:
    """Return a program as one group of words, texts and groups in them.

    `comment` is one of `COMMENTS`; `verbatim` is whether "[[a]]" is a text, as in Lua. Brackets
    that nothing opens or closes are passed over. Raises ParseError when it is no text, or is
    nested too deeply.
    """
    if b"\0" in content:
        raise ParseError("it is no text")
    text = content.decode("utf-8-sig", "replace")
    above: list[tuple[str, int, list[Node]]] = [("", 1, [])]
    slips: list[int] = []
    for count, token in enumerate(_tokens(text, comment, verbatim=verbatim)):
        if count >= MOST:
            raise ParseError("it holds more words than are read", line=token.line)
        if not isinstance(token, Sign):
            if isinstance(token, _Open):
                slips.append(token.line)
            above[-1][2].append(token)
        elif token.value in _CLOSING:
            if len(above) > DEEPEST:
                raise ParseError("its brackets are nested too deeply", line=token.line)
            above.append((token.value, token.line, []))
        elif token.value in _CLOSED:
            wanted = _CLOSED[token.value]
            if above[-1][0] != wanted:
                slips.append(token.line)
            if any(opener == wanted for opener, _, _ in above):
                while _close(above) != wanted:
                    pass
        else:
            above[-1][2].append(token)
    while len(above) > 1:
        slips.append(above[-1][1])
        _close(above)
    return Group("", tuple(above[0][2]), 1, min(slips, default=0))


def text_in(nodes: "Sequence[Node] | None") -> str:
    """Return a value that is one text, "" where it is something else."""
    if nodes is not None and len(nodes) == 1 and isinstance(nodes[0], Text):
        return nodes[0].value
    return ""


def word_in(nodes: "Sequence[Node] | None") -> str:
    """Return a value that is one word, or an atom of Elixir without its colon; "" if none."""
    if nodes is None:
        return ""
    if len(nodes) == 2 and isinstance(nodes[0], Sign) and nodes[0].value == ":":
        nodes = nodes[1:]
    if len(nodes) == 1 and isinstance(nodes[0], Text | Word):
        return nodes[0].value
    return ""


def group_in(nodes: "Sequence[Node] | None") -> Group:
    """Return the first group of a value; an empty one where there is none."""
    for node in nodes or ():
        if isinstance(node, Group):
            return node
    return Group("", (), 0)


def slip_in(program: Group, path: str) -> tuple[Problem, ...]:
    """Return what is to be told of a program that is cut off or broken."""
    if not program.slip:
        return ()
    return (
        Problem(
            kind=ProblemKind.PARSE,
            message="a bracket or a text is not closed: what follows may be missing",
            path=path,
            line=program.slip,
            engine="deps",
        ),
    )


def calls_in(group: Group, *names: str) -> Iterator[tuple[str, Group]]:
    """Yield each call `name(...)` of one of the names, however deep, in the order of the text."""
    waiting: list[Node] = [group]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Group):
            continue
        items = node.items
        for at, item in enumerate(items[1:], 1):
            before = items[at - 1]
            is_name = isinstance(before, Word) and before.value in names
            if is_name and isinstance(item, Group) and item.opener == "(":
                yield word_in((before,)), item
        waiting.extend(one for one in reversed(items) if isinstance(one, Group))


def _named(part: "tuple[Node, ...]") -> "tuple[str, tuple[Node, ...]]":
    key, rest = part[0], part[1:]
    if isinstance(key, Group):
        # `["name"] = value`, as Lua writes it.
        inner = key.items
        if key.opener != "[" or len(inner) != 1 or isinstance(inner[0], Group):
            return "", ()
        key = inner[0]
    elif isinstance(key, Sign) and key.value in ":." and rest:
        # `:name => value` of Elixir and Ruby, `.name = value` and `.@"name" = value` of Zig.
        at = int(isinstance(rest[0], Sign) and rest[0].value == "@")
        named = rest[at] if at < len(rest) else key
        if isinstance(named, Word | Text):
            key, rest = named, rest[at + 1 :]
    if isinstance(key, Sign) or len(rest) < 2 or not isinstance(rest[0], Sign):
        return "", ()
    if rest[0].value not in "=:":
        return "", ()
    rest = rest[1:]
    if isinstance(rest[0], Sign) and rest[0].value == ">":
        rest = rest[1:]
    return (key.value, rest) if rest else ("", ())


def _tokens(text: str, comment: str, *, verbatim: bool) -> Iterator[Text | Word | Sign]:
    quoted = f"{_QUOTED}|{_VERBATIM}" if verbatim else _QUOTED
    pattern = re.compile(
        rf"[^\S\n]*+(?:(?P<blank>\n|\Z|{COMMENTS[comment]})|{quoted}|{_WORD}|(?P<sign>.))",
        re.VERBOSE | re.DOTALL | re.MULTILINE,
    )
    line = 1
    for found in pattern.finditer(text):
        kind = found.lastgroup
        if kind == "sign":
            yield Sign(found[kind], line)
        elif kind == "blank":
            line += found[0].count("\n")
        elif kind == "word":
            yield Word(found[kind], line)
        else:
            value = found[kind or ""]
            if "\\" in value and kind != "verbatim":
                value = _ESCAPE.sub(r"\1", value)
            kind_of = Text if _ENDED.search(found[0]) else _Open
            yield kind_of(value, line)
            line += found[0].count("\n")


def _close(above: "list[tuple[str, int, list[Node]]]") -> str:
    opener, line, items = above.pop()
    above[-1][2].append(Group(opener, tuple(items), line))
    return opener
