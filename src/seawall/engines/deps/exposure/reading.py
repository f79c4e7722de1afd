"""What one file of a program imports, and what it does with it: the words that readers share."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from seawall.parse.code_text import CodeText


class Import(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One import, as the text says it."""

    module: str
    """As the language writes it: "a.b", "lodash/fp", "golang.org/x/net/html"; Rust's with "."."""
    at: int
    """Offset in the text."""
    end: int
    bound: tuple[tuple[str, str], ...] = ()
    """Names in this file, and what each stands for: ("load", "yaml.load")."""
    is_loaded: bool = True
    """False where it is for types alone."""
    used_here: str = ""
    """What the import itself goes on to use: "a.b" of `require("a").b()`."""
    is_passed_on: bool = False
    """Whether names of it may be reached without being written here: "*", a re-export."""


class Opening(Struct, frozen=True):
    """A place that imports what only a run tells."""

    beginning: str
    """What every name there begins with, as far as the text tells; "" for any name."""
    at: int
    words: str = "imports what only a run tells"
    """What the file does."""


class Reading(Struct, frozen=True):
    """What one file imports."""

    code: CodeText
    imports: tuple[Import, ...] = ()
    openings: tuple[Opening, ...] = ()
    tests: tuple[tuple[int, int], ...] = ()
    """Where it is a test of itself: offsets of beginning and end."""

    def is_test(self, at: int) -> bool:
        """Whether a place of the file is in a test."""
        return any(start <= at < end for start, end in self.tests)


class Weak(Struct, frozen=True):
    """A function, class or method that has a weakness."""

    name: str
    """In the form of `Import.bound`: "yaml.load", "golang.org/x/net/html.Tokenizer.Next"."""
    method_of: str = ""
    """The class, for what is called on an object of it: "Tokenizer"."""
    is_loose: bool = False
    """Whether the way between the package and the last names may be another one."""
    is_part: bool = False
    """Whether it is a module, all of which is weak."""
    is_package: bool = False
    """Whether it is the package itself, which is a function."""

    @property
    def last(self) -> str:
        """The last name of it: what must stand in a file that uses it."""
        return re.split(r"[./]", self.name)[-1]


class Use(Struct, frozen=True):
    """A place that uses a weak function, or may do so."""

    weak: Weak
    at: int
    """-1 where it is not known whether there is one."""


Reader = Callable[[CodeText], Reading]
"""Reads what a file imports."""
Finder = Callable[[Reading, Sequence[Import], Sequence[Weak]], Iterator[Use]]
"""Finds what a file uses of weak functions, by its imports of their package."""


def names_it(qualified: str, weak: Weak) -> bool:
    """Whether a name is the one of a weak function."""
    if qualified == weak.name:
        return True
    if weak.is_part:
        return qualified.startswith(f"{weak.name}.")
    if not weak.is_loose:
        return False
    mine, theirs = weak.name.split("."), qualified.split(".")
    kept = 2 if weak.method_of else 1
    return len(theirs) > kept and mine[0] == theirs[0] and mine[-kept:] == theirs[-kept:]


_KEY = re.compile(r"\s*(?::(?!:)|=(?!=))|[^()]{0,300}\)\s*(?:\{|=>)")
"""Behind a name that is a key, an argument's, a parameter's, or only asked whether it is there."""
_PARAMETERS = re.compile(r"\b(?:def|function|lambda)\b[^()]{0,80}\(?[^()]{0,300}\Z")
_PRESENCE = re.compile(r"\s+(?:is|if|and|or)\b|\s*(?:===?|!==?)")
_BRANCH = re.compile(r"\b(?:if|for|while|switch|catch|match|else|loop|return)\b")


def uses_by_name(
    reading: Reading,
    imports: Sequence[Import],
    weak: Sequence[Weak],
    joint: str = r"\.|\?\.",
    shadowed: "Callable[[str, int, str], bool] | None" = None,
    *,
    are_values: bool = True,
) -> Iterator[Use]:
    """Find uses by the names that imports bind, and what is told of a module as a whole.

    `joint` stands between the parts of a name; `shadowed` tells whether a name stands for something
    else at a place; `are_values` says that modules can be handed on.
    """
    shadowed = shadowed or is_shadowed
    bare = reading.code.bare
    spans = [(one.at, one.end) for one in imports]
    left = set(weak)
    named: dict[Weak, Use] = {}
    for number, one in enumerate(imports):
        for each in weak:
            if one.used_here and names_it(one.used_here, each):
                yield Use(each, one.at)
            elif one.is_passed_on or number >= MOST_IMPORTS:
                yield Use(each, -1)
        for local, meaning in one.bound[:MOST_IMPORTS] if number < MOST_IMPORTS else ():
            if not any(_may_name(meaning, each) for each in left):
                continue
            chain = re.compile(
                rf"(?<![\w$.:]){re.escape(local)}(?![\w$])"
                rf"(?P<chain>(?:\s*(?:{joint})\s*[\w$]+){{0,{LONGEST_CHAIN}}})(?P<next>\s*[(\[!{{`]?)"
            )
            used, checked = False, 0
            for match in chain.finditer(bare):
                at = match.start()
                if any(start <= at < end for start, end in spans):
                    continue
                if not match["chain"] and _is_no_use(bare, match):
                    continue
                used = True
                uses = list(_of_chain(one.module, meaning, match, joint, left))
                if not are_values:
                    uses = [use for use in uses if use.at >= 0]
                # Looked for only where it matters.
                checked += bool(uses)
                if checked > MOST_CHECKED:
                    yield from (Use(each, -1) for each in left)
                    break
                if not uses or shadowed(bare, at, local):
                    continue
                for use in uses:
                    if use.at < 0 or match["next"].strip() in _CALLING:
                        yield use
                        if use.at >= 0:
                            left.discard(use.weak)
                    else:
                        # Told where it is nowhere called: a type, or handed on.
                        named.setdefault(use.weak, use)
                if not left:
                    return
            if not used:
                # Taken by name and not used here: somebody may take it from here.
                yield from (Use(each, -1) for each in left if names_it(meaning, each))
    yield from (use for each, use in named.items() if each in left)


_CALLING = ("(", "!", "{", "`")
LONGEST_CHAIN = 12
"""Parts of a name that are looked at."""
MOST_CHECKED = 500
"""Places of one name of which it is asked whether it stands for something else there."""
MOST_IMPORTS = 100
"""Imports of one package in one file, and names of one import; what is behind is not known."""


def _may_name(meaning: str, weak: Weak) -> bool:
    """Whether a weak function may be what a name stands for, or what is reached through it."""
    return weak.is_loose or weak.name.startswith(f"{meaning}.") or names_it(meaning, weak)


def _is_no_use(bare: str, match: re.Match[str]) -> bool:
    """Whether a name that stands alone is declared here, or is none of what was imported."""
    if _KEY.match(bare, match.end("chain")):
        return True
    line = bare.rfind("\n", 0, match.start()) + 1
    return _PARAMETERS.search(bare[max(line, match.start() - 400) : match.start()]) is not None


def _of_chain(
    module: str, meaning: str, match: re.Match[str], joint: str, weak: Iterable[Weak]
) -> Iterator[Use]:
    parts = [part for part in re.split(rf"\s*(?:{joint})\s*", match["chain"].strip()) if part]
    qualified = meaning
    names = [qualified]
    for part in parts:
        if part != "default":
            qualified += f".{part}"
            names.append(qualified)
    for each in weak:
        if each.is_package and meaning == module and len(names) > 1:
            # The package is a function itself, and here another one of it is used.
            continue
        if any(names_it(name, each) for name in names):
            yield Use(each, match.start())
        elif (
            not parts
            and each.name.startswith(f"{meaning}.")
            and match["next"].strip() != "("
            and not _PRESENCE.match(match.string, match.end())
        ):
            # The module itself is handed on, or asked for a name that is computed.
            yield Use(each, -1)


_HEAD = re.compile(r"[^;{}]*\Z")


def is_shadowed(bare: str, at: int, name: str) -> bool:
    """Whether a name stands for something else at a place: a parameter or a name of a block.

    For languages that write blocks in braces.
    """
    depth = 0
    word = re.escape(name)
    end = at
    bound = re.compile(rf"\b(?:var|let|const|auto)\s+(?:mut\s+)?{word}\b|(?<![\w.,]){word}\s*:=")
    given = re.compile(rf"(?:[(,]|\|)\s*(?:mut\s+)?{word}\b(?!\s*(?:\.|\())|\b{word}\s*=>")
    for match in re.finditer(r"[{}]", bare[max(0, at - 20_000) : at][::-1]):
        place = at - match.start() - 1
        if match[0] == "}":
            depth += 1
        elif depth:
            depth -= 1
        else:
            if bound.search(bare, place, end):
                return True
            head = _HEAD.search(bare, max(0, place - 300), place)
            if head is not None and _is_function(head[0]) and given.search(head[0]):
                return True
            end = place
    arrow = re.compile(rf"(?:\(\s*(?:[\w$]+\s*,\s*)*{word}(?:\s*,\s*[\w$]+)*\s*\)|\b{word})\s*=>")
    line = bare.rfind("\n", 0, at) + 1
    return arrow.search(bare, max(line, at - 400), at) is not None


def _is_function(head: str) -> bool:
    if re.search(r"\b(?:function|func|fn)\b|=>\s*\Z", head):
        return True
    return not _BRANCH.search(head) and re.search(r"\)\s*(?::[^()]*)?\Z", head) is not None
