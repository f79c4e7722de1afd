"""What the text of a pattern says beyond Python, written as Python with reserved names."""

import re

from msgspec import Struct

METAVARIABLE = "_SW_M_"
"""Prefix of the name that stands for `$X`."""
SEQUENCE = "_SW_S_"
"""Prefix of the name that stands for `$...X`."""
ELLIPSIS = "_SW_E"
ANONYMOUS = "_SW_A"
"""Stands for `$_`."""
DEEP = "_SW_DEEP"
"""Function of the call that stands for `<... X ...>`."""
TYPED = "_SW_TYPED"
"""Function of the call that stands for `($X : T)`."""

_TOKEN = re.compile(
    r"""
    (?P<string>(?i:(?P<prefix>[rbuft]{0,3})(?P<quote>\"{3}|'{3}|\"|'))
        (?P<body>(?:\\.|(?!(?P=quote)).)*)(?P=quote))
    | (?P<comment>\#[^\n]*)
    | (?P<deep><\.\.\.)
    | (?P<sequence>\$\.\.\.[A-Z_][A-Z_0-9]*)
    | (?P<metavariable>\$[A-Z_][A-Z_0-9]*|\$[0-9]+)
    | (?P<ellipsis>\.\.\.)
    | (?P<word>[^\W\d]\w*)
    | (?P<space>\s+|\\\n)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TYPE = re.compile(r"\(\s*\$([A-Z_][A-Z_0-9]*)\s*:\s*([^()\n]+?)\s*\)")
_BARE_TYPE = re.compile(r"\$([A-Z_][A-Z_0-9]*)\s*:\s*([\w.$\[\]]+)(?=\s*[,)])")
"""In an argument, the brackets around a typed metavariable may be missing."""
_IN_TEXT = re.compile(r"\$([A-Z_][A-Z_0-9]*)(?![A-Za-z0-9])")
_KEYWORDS = frozenset(
    """return yield not and or in is if elif else while for await lambda assert del print raise
    import from with as except exec""".split()
)


class WordingError(ValueError):
    """The text is not that of a pattern; the message says why."""


class _Bracket(Struct):
    """What is open: a call, a group, a subscript, a display, parameters or a deep operator."""

    kind: str
    double: bool = False
    """Whether a `**` has been seen in it."""
    default: bool = False
    """Whether a `=` has been seen in it."""


def reword(text: str) -> str:
    """Write a pattern as Python. Raises WordingError for what cannot be a pattern."""
    return _Rewording(text).run()


class _Rewording:
    """One run over the text of a pattern."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._out: list[str] = []
        self._open: list[_Bracket] = []
        self._last = ""
        """The last piece that is not white space."""
        self._before = ""
        """The one before it."""

    def run(self) -> str:
        place = 0
        while match := _TOKEN.match(self._text, place):
            place = match.end()
            kind = match.lastgroup or ""
            piece = match[0]
            if kind == "space":
                self._out.append(piece)
                continue
            if kind == "comment":
                continue
            typed = self._typed(match)
            if typed is not None:
                self._out.append(f"{TYPED}({_name(typed[1])}, {reword(typed[2])})")
                place = typed.end()
                self._before, self._last = self._last, ")"
                continue
            self._out.append(self._write(match, piece, place))
            self._before, self._last = self._last, piece
        return "".join(self._out)

    def _write(self, match: re.Match[str], piece: str, place: int) -> str:
        if match["string"] is not None:
            if self._last[-1:] in ("'", '"'):
                # Both would be one string, in the pattern and in the code.
                raise WordingError("strings side by side cannot be told from one")
            return _string(match)
        if match["deep"] is not None:
            self._open.append(_Bracket("deep"))
            return f"{DEEP}("
        if match["sequence"] is not None:
            return self._many(SEQUENCE + piece[4:], place)
        if match["metavariable"] is not None:
            return _name(piece[1:])
        if match["ellipsis"] is not None:
            return self._ellipsis(place)
        if match["word"] is not None:
            return piece
        return self._sign(piece, place)

    def _sign(self, piece: str, place: int) -> str:
        if piece == "$":
            raise WordingError("names of metavariables are written in capitals")
        if piece in "([{":
            self._open.append(_Bracket(self._kind(piece, place)))
        elif piece in ")]}":
            if self._open:
                self._open.pop()
        elif self._open and piece == "*" and self._last == "*":
            self._open[-1].double = True
        elif self._open and piece == "=" and self._text[place : place + 1] != "=":
            self._open[-1].default = self._open[-1].default or self._last not in tuple("=!<>")
        return piece

    def _kind(self, piece: str, place: int) -> str:
        if piece == "{":
            return "mapping" if self._pairs(place) else "set"
        if piece == "[":
            return "list" if self._groups() else "subscript"
        if self._groups():
            return "group"
        return "parameters" if self._before == "def" else "call"

    def _groups(self) -> bool:
        """Whether a bracket here opens a value of its own: nothing stands before it to call."""
        last = self._last
        if last in _KEYWORDS:
            return True
        return not (last in (")", "]", "}") or last[-1:].isalnum() or last[-1:] in "_\"'")

    def _typed(self, match: re.Match[str]) -> re.Match[str] | None:
        """Return the typed metavariable that begins here, in its brackets or as an argument."""
        if match[0] == "(" and self._groups():
            return _TYPE.match(self._text, match.start())
        if match["metavariable"] is not None and self._argument():
            return _BARE_TYPE.match(self._text, match.start())
        return None

    def _argument(self) -> bool:
        """Whether an argument of a call begins here."""
        return bool(self._open) and self._open[-1].kind == "call" and self._last in ("(", ",")

    def _pairs(self, place: int) -> bool:
        """Whether the braces that open here hold pairs: a colon, a `**` or nothing but `...`."""
        depth, only = 0, True
        while match := _TOKEN.match(self._text, place):
            place = match.end()
            piece = match[0]
            if piece in "([{":
                depth += 1
            elif piece in ")]}":
                depth -= 1
                if depth < 0:
                    return only
            elif depth == 0 and (piece == ":" or self._text.startswith("**", match.start())):
                return True
            only = only and bool(match["ellipsis"] or match["space"] or piece == ",")
        return only

    def _ellipsis(self, place: int) -> str:
        top = self._open[-1] if self._open else None
        if top is not None and top.kind == "deep" and self._text.startswith(">", place):
            # The sign that closes the operator is read as `>` next: it is taken here.
            self._open.pop()
            self._text = self._text[:place] + " " + self._text[place + 1 :]
            return ")"
        return self._many(ELLIPSIS, place)

    def _many(self, name: str, place: int) -> str:
        """Write what stands for any number of things, so that Python reads it at this place."""
        top = self._open[-1] if self._open else None
        following = self._text[place:].lstrip()[:1]
        if top is None or self._last not in ("(", ",", "{", "[") or following not in tuple(",)]}"):
            return name
        if top.kind == "call":
            return f"**{name}" if top.double else f"*{name}"
        if top.kind == "mapping":
            return f"**{name}"
        if top.kind == "parameters":
            return f"{name}=0" if top.default and not top.double else name
        return name


def _name(name: str) -> str:
    return ANONYMOUS if name == "_" else METAVARIABLE + name


def _string(match: re.Match[str]) -> str:
    if "f" not in match["prefix"].lower():
        return match[0]
    quote, body = match["quote"], match["body"]
    if "{" not in body:
        # Without a value in it, it would be read as a plain string.
        body = body.replace("...", "...{...}...", 1)
    return match["prefix"] + quote + _fields(body) + quote


def _fields(body: str) -> str:
    """Write the metavariables between the braces of an f-string."""
    out: list[str] = []
    depth = place = 0
    while place < len(body):
        sign = body[place]
        if sign in "{}" and body[place : place + 2] == sign * 2 and depth == 0:
            out.append(sign * 2)
            place += 2
            continue
        depth += (sign == "{") - (sign == "}")
        found = _IN_TEXT.match(body, place) if depth > 0 else None
        if found is not None:
            out.append(_name(found[1]))
            place = found.end()
        elif depth > 0 and body.startswith("...", place):
            out.append(ELLIPSIS)
            place += 3
        else:
            out.append(sign)
            place += 1
    return "".join(out)
