"""Reads templates of Go (text/template), as Helm's charts are written in, without running them."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from seawall.core.errors import ParseError

DEEPEST = 60
"""Blocks and brackets in one another."""
_COMMENT = re.compile(r"\{\{-?[ \t\r\n]*/\*")
_CLOSE = re.compile(r"[ \t\r\n]-\}\}|\}\}")
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)'
    r"|(?P<char>'(?:[^'\\\n]|\\.)[^'\n]{0,8}')"
    r"|(?P<number>[-+]?(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?))(?![\w.])"
    r"|(?P<field>\.[A-Za-z_]\w*)"
    r"|(?P<variable>\$\w*)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<mark>:=|[=|(),.])"
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


class Literal(Struct, frozen=True):
    """A text, a number, true, false or nil."""

    value: str | int | float | bool | None


class Path(Struct, frozen=True):
    """Fields of something: `.a.b` of the dot, `$x.a` of a variable, `(...).a` of a pipeline."""

    base: "str | Pipeline"
    """ "." for the dot, "$x" for a variable."""
    names: tuple[str, ...] = ()


class Name(Struct, frozen=True):
    """The name of a function."""

    name: str


Operand: TypeAlias = Literal | Path | Name


class Pipeline(Struct, frozen=True):
    """Commands, each of which is given what the one before it made, as its last argument."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()
    """That are set to the result."""
    is_new: bool = True
    """Whether they are declared (`:=`) and not only set (`=`)."""


class Words(Struct, frozen=True):
    """Text that stands as it is."""

    text: str
    line: int
    """1-based, as the column of its first character."""
    column: int


class Action(Struct, frozen=True):
    """Something that is worked out and written, or a call of a template by its name."""

    pipeline: Pipeline
    line: int
    column: int
    template: str = ""
    """Where a template is called with the pipeline: its name."""


class Block(Struct, frozen=True):
    """if, with or range, with what is done else."""

    keyword: str
    pipeline: Pipeline
    body: "tuple[Part, ...]"
    other: "tuple[Part, ...]"
    line: int


class Leave(Struct, frozen=True):
    """break or continue."""

    keyword: str


Part: TypeAlias = Words | Action | Block | Leave


class Template(Struct, frozen=True):
    """What a file says, and the templates that it defines by name."""

    parts: tuple[Part, ...]
    defined: dict[str, tuple[Part, ...]]


def parse_go_template(text: str) -> Template:
    """Read a template. Raises ParseError, with the line, where it is none."""
    return _Parser(text).whole()


class _Piece(Struct, frozen=True):
    """Text, or what stands between two braces."""

    is_action: bool
    text: str
    line: int
    column: int


def _pieces(text: str) -> Iterator[_Piece]:
    at, line, column = 0, 1, 1
    trimmed = False

    def moved(stretch: str) -> None:
        nonlocal line, column
        breaks = stretch.count("\n")
        line += breaks
        column = len(stretch) - stretch.rfind("\n") if breaks else column + len(stretch)

    while at < len(text):
        start = text.find("{{", at)
        words = text[at : start if start >= 0 else len(text)]
        shown = words
        if trimmed:
            bare = shown.lstrip(" \t\r\n")
            moved(shown[: len(shown) - len(bare)])
            shown = bare
        if start >= 0 and text.startswith("{{-", start) and text[start + 3 : start + 4].isspace():
            bare = shown.rstrip(" \t\r\n")
            rest = shown[len(bare) :]
            shown = bare
        else:
            rest = ""
        if shown:
            yield _Piece(False, shown, line, column)
        moved(shown + rest)
        if start < 0:
            return
        at = start
        end, inner = _action(text, start, line)
        yield _Piece(True, inner, line, column)
        moved(text[start:end])
        trimmed = text[end - 4 : end - 3].isspace() and text.startswith("-}}", end - 3)
        at = end


def _action(text: str, start: int, line: int) -> tuple[int, str]:
    """Return the end of what begins with two braces, and what stands in it."""
    at = start + 2
    if _COMMENT.match(text, start):
        close = text.find("*/", at)
        found = _CLOSE.search(text, close) if close >= 0 else None
        if found is None:
            raise ParseError("a comment is not closed", line=line)
        return found.end(), ""
    if text.startswith("-", at) and text[at + 1 : at + 2].isspace():
        at += 1
    begin = at
    while at < len(text):
        found = _CLOSE.match(text, at)
        if found is not None:
            return found.end(), text[begin:at]
        token = _TOKEN.match(text, at)
        if token is None:
            break
        # The last space belongs to a mark that trims.
        ends_in_space = token.lastgroup == "space" and text.startswith("-}}", token.end())
        at = token.end() - 1 if ends_in_space else token.end()
    raise ParseError("an action is no template of Go", line=line + text.count("\n", start, at))


class _Parser:
    def __init__(self, text: str) -> None:
        self._pieces = list(_pieces(text))
        self._at = 0
        self._defined: dict[str, tuple[Part, ...]] = {}

    def whole(self) -> Template:
        parts, ended = self._parts(0)
        if ended:
            raise ParseError(f"{ended} stands alone", line=self._pieces[self._at - 1].line)
        return Template(parts, self._defined)

    def _parts(self, depth: int) -> tuple[tuple[Part, ...], str]:
        """Return the parts up to end or else, and which of them it was; "" at the end."""
        parts: list[Part] = []
        if depth > DEEPEST:
            raise ParseError("its blocks are nested too deeply", line=self._line())
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            self._at += 1
            if not piece.is_action:
                parts.append(Words(piece.text, piece.line, piece.column))
                continue
            tokens = _Tokens(piece)
            keyword = tokens.keyword()
            if keyword in ("end", "else"):
                self._tail = tokens
                return tuple(parts), keyword
            if keyword in ("if", "with", "range"):
                parts.append(self._block(keyword, tokens, piece, depth))
            elif keyword in ("define", "block"):
                name = tokens.text()
                pipeline = tokens.pipeline(0) if keyword == "block" else None
                body, ended = self._parts(depth + 1)
                if ended != "end":
                    raise ParseError("a template is not ended", line=piece.line)
                self._defined[name] = body
                if pipeline is not None:
                    parts.append(Action(pipeline, piece.line, piece.column, name))
            elif keyword == "template":
                name = tokens.text()
                pipeline = tokens.pipeline(0)
                parts.append(Action(pipeline, piece.line, piece.column, name))
            elif keyword in ("break", "continue"):
                parts.append(Leave(keyword))
            elif tokens.is_left():
                parts.append(Action(tokens.pipeline(0), piece.line, piece.column))
        return tuple(parts), ""

    def _block(self, keyword: str, tokens: "_Tokens", piece: _Piece, depth: int) -> Block:
        pipeline = tokens.pipeline(0)
        body, ended = self._parts(depth + 1)
        other: tuple[Part, ...] = ()
        if ended == "else":
            chained = self._tail.keyword()
            if chained in ("if", "with"):
                other = (self._block(chained, self._tail, piece, depth + 1),)
                return Block(keyword, pipeline, body, other, piece.line)
            other, ended = self._parts(depth + 1)
        if ended != "end":
            raise ParseError(f"{keyword} is not ended", line=piece.line)
        return Block(keyword, pipeline, body, other, piece.line)

    def _line(self) -> int:
        return self._pieces[min(self._at, len(self._pieces) - 1)].line


class _Tokens:
    """What stands in an action, word by word."""

    def __init__(self, piece: _Piece) -> None:
        self._line = piece.line
        self._tokens: list[tuple[str, str, bool]] = []
        """Kind, text, and whether a space stands before it."""
        at, spaced = 0, True
        while at < len(piece.text):
            found = _TOKEN.match(piece.text, at)
            if found is None:
                raise ParseError("an action is no template of Go", line=piece.line)
            at = found.end()
            kind = found.lastgroup or ""
            if kind == "space":
                spaced = True
                continue
            self._tokens.append((kind, found[0], spaced))
            spaced = False
        self._at = 0

    def is_left(self) -> bool:
        return self._at < len(self._tokens)

    def _peek(self) -> tuple[str, str, bool]:
        return self._tokens[self._at] if self.is_left() else ("", "", True)

    def keyword(self) -> str:
        """Take and return the keyword that comes next; "" where there is none."""
        kind, text, _ = self._peek()
        known = ("if", "with", "range", "else", "end", "define", "block", "template", "break",
                 "continue")  # fmt: skip
        if kind == "name" and text in known:
            self._at += 1
            return text
        return ""

    def text(self) -> str:
        kind, text, _ = self._peek()
        if kind != "string":
            raise self._error()
        self._at += 1
        return _unquoted(text)

    def pipeline(self, depth: int) -> Pipeline:
        """Take a pipeline up to its end or the bracket that closes it."""
        if depth > DEEPEST:
            raise ParseError("its brackets are nested too deeply", line=self._line)
        variables: list[str] = []
        at, is_new = self._at, True
        while self._peek()[0] == "variable":
            variables.append(self._peek()[1])
            self._at += 1
            if self._peek()[1] == ",":
                self._at += 1
                continue
            break
        if variables and self._peek()[1] in (":=", "="):
            is_new = self._peek()[1] == ":="
            self._at += 1
        else:
            self._at, variables = at, []
        commands: list[tuple[Operand, ...]] = []
        command: list[Operand] = []
        while self.is_left():
            kind, text, _ = self._peek()
            if text == ")" and kind == "mark":
                break
            if text == "|" and kind == "mark":
                self._at += 1
                commands.append(tuple(command))
                command = []
                continue
            command.append(self._operand(depth))
        commands.append(tuple(command))
        kept = tuple(one for one in commands if one)
        return Pipeline(kept, tuple(variables), is_new)

    def _operand(self, depth: int) -> Operand:
        kind, text, _ = self._peek()
        self._at += 1
        if kind == "string":
            return Literal(_unquoted(text))
        if kind == "char":
            return Literal(ord(_unquoted(text)[:1] or "\0"))
        if kind == "number":
            return Literal(_number(text))
        if kind == "field":
            return Path(".", (text[1:], *self._names()))
        if kind == "variable":
            return Path(text, self._names())
        if kind == "name":
            words = {"true": True, "false": False, "nil": None}
            return Literal(words[text]) if text in words else Name(text)
        if text == ".":
            return Path(".", ())
        if text == "(":
            inner = self.pipeline(depth + 1)
            if self._peek()[1] != ")":
                raise self._error()
            self._at += 1
            return Path(inner, self._names())
        raise self._error()

    def _names(self) -> tuple[str, ...]:
        names: list[str] = []
        while self._peek()[0] == "field" and not self._peek()[2]:
            names.append(self._peek()[1][1:])
            self._at += 1
        return tuple(names)

    def _error(self) -> ParseError:
        return ParseError("an action is no template of Go", line=self._line)


def _number(text: str) -> int | float:
    try:
        return int(text, 0) if len(text) < 30 else 0
    except ValueError:
        pass
    try:
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    except ValueError:
        return 0


def _unquoted(text: str) -> str:
    if text[0] == "`":
        return text[1:-1]

    def of(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _ESCAPES.get(found[3], found[3])

    return _ESCAPE.sub(of, text[1:-1])
