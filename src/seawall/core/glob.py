"""Patterns over paths as git has them, written as expressions that no pattern can make slow."""

import re

MAX_PATTERN = 4096
"""Characters; a longer pattern matches nothing."""

# Tokens of a pattern; every other one is an expression for exactly one character.
_STAR, _DEEP, _REST, _SLASH = "*", "**/", "**", "/"


def translate_glob(text: str, *, anchored: bool) -> str | None:
    """Translate a pattern without its leading and trailing "/" to the body of an expression.

    One that is not anchored matches in any folder. None for one that matches nothing.
    """
    if not text or len(text) > MAX_PATTERN:
        return None
    tokens = _tokens(text, anchored)
    if tokens is None:
        return None
    return _expression(tokens if anchored else [_DEEP, *tokens])


def compile_globs(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches a path that is, or lies in, what one of the patterns names.

    The patterns are as in .gitignore, from the root.
    """
    bodies = (
        translate_glob(pattern.strip("/"), anchored="/" in pattern.rstrip("/"))
        for pattern in patterns
    )
    parts = "|".join(f"(?:{body})(?:/|\\Z)" for body in bodies if body)
    return re.compile(parts or r"(?!)", re.DOTALL)


def _tokens(text: str, anchored: bool) -> list[str] | None:
    """Split a pattern in tokens; None for one that git takes as matching nothing."""
    tokens: list[str] = []
    place = 0
    while place < len(text):
        mark = text[place]
        if mark == "*":
            token, place = _stars(text, place, anchored)
            tokens.append(token)
        elif mark == "/":
            tokens.append(_SLASH)
            place += 1
        elif mark == "[":
            bracket = _bracket(text, place)
            if bracket is None:
                return None
            tokens.append(bracket[0])
            place = bracket[1]
        elif mark == "?":
            tokens.append("[^/]")
            place += 1
        else:
            place += mark == "\\"
            if place == len(text):
                return None
            tokens.append(re.escape(text[place]) if text[place] != "/" else _SLASH)
            place += 1
    return tokens


def _stars(text: str, start: int, anchored: bool) -> tuple[str, int]:
    """Return the token of a run of stars and where to go on."""
    end = start
    while end < len(text) and text[end] == "*":
        end += 1
    at_start = start == 0 or text[start - 1] == "/"
    if end - start >= 2 and at_start and anchored:
        if end == len(text):
            return _REST, end
        if text[end] == "/":
            return _DEEP, end + 1
    return _STAR, end


def _expression(tokens: list[str]) -> str:
    """Write the tokens as one expression that takes no more than quadratic time.

    The first place where what stands between two stars fits is as good as any later one, so the
    groups need not be tried again (they are atomic): hostile patterns cannot explode.
    """
    pieces = [_piece(part) for part in _split(tokens, _DEEP)]
    middle = "".join(f"(?>(?:.*?/)??{piece})" for piece in pieces[1:-1])
    return pieces[0] + middle + (f"(?:.*/)?{pieces[-1]}" if len(pieces) > 1 else "")


def _piece(tokens: list[str]) -> str:
    return "/".join(_segment(part) for part in _split(tokens, _SLASH))


def _segment(tokens: list[str]) -> str:
    if tokens == [_REST]:
        return ".+"
    chunks = ["".join(part) for part in _split(tokens, _STAR)]
    middle = "".join(f"(?>[^/]*?{chunk})" for chunk in chunks[1:-1])
    return chunks[0] + middle + (f"[^/]*{chunks[-1]}" if len(chunks) > 1 else "")


def _split(tokens: list[str], separator: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


_CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t-\\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


def _bracket(text: str, start: int) -> tuple[str, int] | None:
    """Translate a bracket expression; None when it is not closed."""
    place = start + 1
    negated = place < len(text) and text[place] in "!^"
    place += negated
    members: list[str] = []
    first = True
    while place < len(text) and (first or text[place] != "]"):
        first = False
        if text.startswith("[:", place):
            close = text.find(":]", place)
            if close > 0:
                name = text[place + 2 : close]
                if name not in _CLASSES:
                    return None
                members.append(_CLASSES[name])
                place = close + 2
                continue
        low, place = _member(text, place)
        if place + 1 < len(text) and text[place] == "-" and text[place + 1] != "]":
            high, place = _member(text, place + 1)
            if low <= high:
                members.append(f"{re.escape(low)}-{re.escape(high)}")
            continue
        members.append(re.escape(low))
    if place >= len(text):
        return None
    if not members:
        return ("[^/]" if negated else "(?!)"), place + 1
    inside = "".join(members)
    return (f"[^/{inside}]" if negated else f"(?!/)[{inside}]"), place + 1


def _member(text: str, place: int) -> tuple[str, int]:
    if text[place] == "\\" and place + 1 < len(text):
        return text[place + 1], place + 2
    return text[place], place + 1
