"""Ignore patterns as git reads them: gitignore(5), one matcher for each folder that has a file."""

import re
from collections.abc import Iterable, Mapping

GIT_FILE = ".gitignore"
OWN_FILE = ".seawallignore"
MAX_BYTES = 1 << 20
"""What is read of one ignore file."""


class Matcher:
    """The patterns of one folder, the last that matches decides."""

    def __init__(self, patterns: Iterable[str]) -> None:
        # Neighbours of one sign make one expression: then one search answers for all of them.
        groups: list[tuple[bool, list[str]]] = []
        for pattern in patterns:
            translated = translate(pattern)
            if translated is None:
                continue
            ignores, expression = translated
            if groups and groups[-1][0] is ignores:
                groups[-1][1].append(expression)
            else:
                groups.append((ignores, [expression]))
        self._groups = tuple(
            (ignores, re.compile("|".join(f"(?:{part})" for part in parts), re.DOTALL))
            for ignores, parts in reversed(groups)
        )

    def decide(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether the path (relative to the folder) is ignored; None where no pattern matches."""
        subject = f"{path}/" if is_folder else path
        for ignores, expression in self._groups:
            if expression.match(subject):
                return ignores
        return None

    def __bool__(self) -> bool:
        return bool(self._groups)


class IgnoreTree:
    """The matchers of all folders of a tree; the nearest that has a word decides."""

    def __init__(self) -> None:
        self._matchers: dict[str, Matcher] = {}
        self._folders: dict[str, bool] = {"": False}

    def add(self, folder: str, patterns: Iterable[str]) -> None:
        """Add the patterns of one folder ("" is the root); parents come before what is in them."""
        matcher = Matcher(patterns)
        if matcher:
            self._matchers[folder] = matcher
            self._folders = {"": False}

    def __bool__(self) -> bool:
        return bool(self._matchers)

    def is_ignored(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether a path, or a folder that it is in, is ignored."""
        if not self._matchers:
            return False
        folder, _, _ = path.rpartition("/")
        return self._is_folder_ignored(folder) or self._decide(path, is_folder)

    def _is_folder_ignored(self, folder: str) -> bool:
        known = self._folders.get(folder)
        if known is not None:
            return known
        end, ignored = 0, False
        while end != len(folder):
            end = folder.find("/", end + 1)
            end = len(folder) if end < 0 else end
            part = folder[:end]
            seen = self._folders.get(part)
            if seen is None:
                # What an ignored folder holds stays ignored, whatever it says itself.
                seen = self._folders[part] = ignored or self._decide(part, True)
            ignored = seen
        return ignored

    def _decide(self, path: str, is_folder: bool) -> bool:
        end = len(path)
        while end > 0:
            end = max(path.rfind("/", 0, end), 0)
            matcher = self._matchers.get(path[:end])
            if matcher is not None:
                verdict = matcher.decide(path[end + 1 :] if end else path, is_folder=is_folder)
                if verdict is not None:
                    return verdict
        return False


def make_tree(folders: Mapping[str, Iterable[str]]) -> IgnoreTree:
    """Make the tree of patterns by folder."""
    tree = IgnoreTree()
    for folder, patterns in sorted(folders.items()):
        tree.add(folder, patterns)
    return tree


def read_patterns(content: bytes) -> list[str]:
    """Read the patterns of an ignore file."""
    text = content[:MAX_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return [line.removesuffix("\r") for line in text.split("\n")]


def translate(pattern: str) -> tuple[bool, str] | None:
    """Translate one line to (whether it ignores, expression for `re.match`).

    The expression expects a folder's path to end in "/". None for blank lines, comments and
    patterns that can match nothing. Source: gitignore(5), fnmatch with FNM_PATHNAME.
    """
    text = _without_trailing_spaces(pattern)
    if not text or text.startswith("#"):
        return None
    ignores = not text.startswith("!")
    if not ignores:
        text = text[1:]
    folder_only = text.endswith("/")
    text = text.removesuffix("/")
    anchored = "/" in text
    text = text.removeprefix("/")
    if not text or len(text) > 4096:
        return None
    tokens = _tokens(text)
    if tokens is None:
        return None
    body = _expression(tokens if anchored else [_DEEP, *tokens])
    return ignores, f"{body}{'/' if folder_only else '/?'}\\Z"


def _without_trailing_spaces(pattern: str) -> str:
    end = len(pattern)
    while end and pattern[end - 1] == " ":
        backslashes = end - 1 - len(pattern[: end - 1].rstrip("\\"))
        if backslashes % 2:
            break
        end -= 1
    return pattern[:end]


# Tokens of a pattern; every other one is an expression for exactly one character.
_STAR, _DEEP, _REST, _SLASH = "*", "**/", "**", "/"


def _tokens(text: str) -> list[str] | None:
    """Split a pattern in tokens; None for one that git takes as matching nothing."""
    tokens: list[str] = []
    place = 0
    while place < len(text):
        mark = text[place]
        if mark == "*":
            token, place = _stars(text, place)
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


def _stars(text: str, start: int) -> tuple[str, int]:
    """Return the token of a run of stars and where to go on."""
    end = start
    while end < len(text) and text[end] == "*":
        end += 1
    at_start = start == 0 or text[start - 1] == "/"
    if end - start >= 2 and at_start and "/" in text:
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
