"""Ignore patterns as git reads them: gitignore(5), one matcher for each folder that has a file."""

import re
from collections.abc import Iterable, Mapping

from seawall.core.glob import translate_glob

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


_HELD = re.compile(
    r"[\w.-]+[.-]lock(?:\.json|\.yaml|\.yml|\.toml|b)?|[\w-]*\.lockfile|go\.sum|pylock[\w.]*\.toml"
    r"|npm-shrinkwrap\.json|packages\.lock\.json|Package\.resolved|cabal\.project\.freeze"
)


def may_be_held(path: str) -> bool:
    """Whether git may hold a file that .gitignore names, where there is no git to tell.

    Lockfiles are often named there and added all the same; what is in one is what gets installed.
    """
    return _HELD.fullmatch(path.rpartition("/")[2]) is not None


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
    body = translate_glob(text, anchored=anchored)
    if body is None:
        return None
    return ignores, f"{body}{'/' if folder_only else '/?'}\\Z"


def _without_trailing_spaces(pattern: str) -> str:
    end = len(pattern)
    while end and pattern[end - 1] == " ":
        backslashes = end - 1 - len(pattern[: end - 1].rstrip("\\"))
        if backslashes % 2:
            break
        end -= 1
    return pattern[:end]
