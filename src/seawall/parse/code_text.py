"""Tells code from comments and quoted texts in the languages that programs are written in.

Offsets and lines stay: what is taken out leaves spaces. What a text puts in from the program
("${...}" of a template, "{...}" of Python's f"...") stays as code. It is no parser: a text that
does not end does so at the end of its line, and a comment in one of two that are nested may be cut.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

_NOT_LINE = re.compile(r"[^\n]")
_SLASHES = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
_NESTED = r"//[^\n]*|/\*(?:[^*/]|\*(?!/)|/(?!\*)|/\*(?:[^*]|\*(?!/))*+\*/)*+(?:\*/|\Z)"
_PAGE = r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)"
_HASH = r"\#[^\n]*"
# Each ends somewhere whatever follows, so that no beginning is tried in vain.
_DOUBLE = r'"(?:[^"\\\n]|\\.)*+(?:"|$|\\?\Z)'
_SINGLE = r"'(?:[^'\\\n]|\\.)*+(?:'|$|\\?\Z)"
_LONG = r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\\?\Z)'
_LONG_SINGLE = r"'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\\?\Z)"
_WIDE = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_WIDE_SINGLE = r"'(?:[^'\\]|\\.)*+(?:'|\\?\Z)"
_TICKS = r"`(?:[^`\\]|\\.)*+(?:`|\\?\Z)"
_CHARACTER = r"'(?:[^'\\\n]|\\[^\n]{1,9}?)'"
_REGEX = (
    r"(?<=[(,=:\[!&|?{};\n])[ \t]*/(?![*/])"
    r"(?:[^/\\\n\[]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n]){0,200}+\]){1,500}+/[a-z]*"
)
_RAW = r'\bb?r(?P<n>\#*)"(?:[^"]|"(?!(?P=n)))*+(?:"(?P=n)|\Z)'
_AT = r'\$?@\$?"(?:[^"]|"")*+(?:"|\Z)'
_HEREDOC = re.compile(r"<<(?:[~-]['\"`]?|['\"`])(?P<tag>[A-Z_]\w*)[^\n]*\n")
_DOLLAR = r"\$\{([^{}]*)\}"


class _Manner(Struct, frozen=True):
    """How a language writes what is no code."""

    comments: str
    texts: str
    put_in: str = ""
    """What of a text is code: its first group."""
    marked: str = ""
    """Only texts whose beginning holds one of these have such parts."""


_MANNERS: Mapping[str, _Manner] = {
    "python": _Manner(
        _HASH,
        rf"(?:\b[a-zA-Z]{{1,2}})?(?:{_LONG}|{_LONG_SINGLE}|{_DOUBLE}|{_SINGLE})",
        r"\{([^{}]*)\}",
        "fF",
    ),
    "javascript": _Manner(
        rf"{_SLASHES}|{_PAGE}", rf"{_REGEX}|{_DOUBLE}|{_SINGLE}|{_TICKS}", _DOLLAR, "`"
    ),
    "go": _Manner(_SLASHES, rf"{_DOUBLE}|`[^`]*+(?:`|\Z)|{_CHARACTER}"),
    "rust": _Manner(_NESTED, rf"{_RAW}|{_WIDE}|{_CHARACTER}"),
    "jvm": _Manner(_SLASHES, rf"{_LONG}|{_DOUBLE}|{_CHARACTER}", _DOLLAR, '"'),
    "dotnet": _Manner(_SLASHES, rf"{_AT}|{_LONG}|{_DOUBLE}|{_CHARACTER}"),
    "ruby": _Manner(
        rf"^=begin\b.*?(?:^=end\b|\Z)|{_HASH}",
        rf"{_DOUBLE}|{_SINGLE}|{_TICKS}",
        r"\#\{([^{}]*)\}",
        '"`',
    ),
    "php": _Manner(rf"{_SLASHES}|\#(?!\[)[^\n]*", rf"{_WIDE}|{_WIDE_SINGLE}"),
    "elixir": _Manner(_HASH, rf"{_LONG}|{_DOUBLE}|{_SINGLE}", r"\#\{([^{}]*)\}", '"'),
    "dart": _Manner(_NESTED, rf"{_LONG}|{_LONG_SINGLE}|{_DOUBLE}|{_SINGLE}", _DOLLAR, "\"'"),
}


class CodeText(Struct, frozen=True):
    """A program's text in two forms of the same length."""

    plain: str
    """Without comments."""
    bare: str
    """Without comments and what stands in quoted texts; their quotes are there."""

    def line(self, offset: int) -> int:
        """Return the 1-based line of an offset."""
        return self.plain.count("\n", 0, offset) + 1


def read_code(text: str, language: str) -> CodeText:
    """Return the two forms of a text; `language` is one of those that are known here.

    Raises KeyError for another.
    """
    manner = _MANNERS[language]
    if language == "ruby" and "<<" in text:
        text = _without_documents(text)
    plain: list[str] = []
    bare: list[str] = []
    at = 0
    for match in _pattern(language).finditer(text):
        start, end = match.span()
        between = text[at:start]
        plain.append(between)
        bare.append(between)
        found = match[0]
        if match["comment"] is not None:
            blank = _blanked(found)
            plain.append(blank)
            bare.append(blank)
        else:
            plain.append(found)
            bare.append(_emptied(found, manner))
        at = end
    plain.append(text[at:])
    bare.append(text[at:])
    return CodeText(plain="".join(plain), bare="".join(bare))


@lru_cache(maxsize=16)
def _pattern(language: str) -> re.Pattern[str]:
    manner = _MANNERS[language]
    return re.compile(
        f"(?P<comment>{manner.comments})|(?:{manner.texts})", re.MULTILINE | re.DOTALL
    )


def _blanked(text: str) -> str:
    return _NOT_LINE.sub(" ", text) if "\n" in text else " " * len(text)


def _emptied(text: str, manner: _Manner) -> str:
    """Return a quoted text with nothing between its quotes but what is code."""
    if len(text) < 2:
        return text
    inner = text[1:-1]
    # One that does not end has no quote there.
    last = text[-1] if text[-1] in "\"'`#/" else _blanked(text[-1])
    if not manner.put_in or not any(mark in text[:3] for mark in manner.marked):
        return text[0] + _blanked(inner) + last
    parts = [text[0]]
    at = 0
    for match in re.finditer(manner.put_in, inner):
        start, end = match.span(1)
        parts += (_blanked(inner[at:start]), inner[start:end])
        at = end
    return "".join([*parts, _blanked(inner[at:]), last])


def _without_documents(text: str) -> str:
    """Blank the texts of Ruby that begin behind a line and end at a line of their own."""
    parts: list[str] = []
    at = 0
    while (match := _HEREDOC.search(text, at)) is not None:
        end = re.compile(rf"^[ \t]*{match['tag']}\b", re.MULTILINE).search(text, match.end())
        stop = end.end() if end is not None else len(text)
        parts += (text[at : match.end()], _blanked(text[match.end() : stop]))
        at = stop
    return "".join([*parts, text[at:]])
