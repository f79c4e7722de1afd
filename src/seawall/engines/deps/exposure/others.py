"""What files of languages import of which the text tells less: that a name is there, or is not."""

import re
from collections.abc import Iterator

from seawall.engines.deps.exposure.reading import Import, Opening, Reading
from seawall.parse.code_text import CodeText

_JVM = re.compile(
    r"^[ \t]*import[ \t]+(?:static[ \t]+)?(?P<name>[\w.]+)(?:\.\{(?P<many>[^{}]*)\})?", re.MULTILINE
)
_DOTNET = re.compile(
    r"^[ \t]*(?:global[ \t]+)?using[ \t]+(?:static[ \t]+)?(?:\w+[ \t]*=[ \t]*)?"
    r"(?P<name>[\w.]+)[ \t]*;"
    r"|^[ \t]*open[ \t]+(?P<open>[A-Z][\w.]+)",
    re.MULTILINE,
)
_PHP = re.compile(
    r"^[ \t]*use[ \t]+(?:function[ \t]+|const[ \t]+)?\\?(?P<name>[A-Za-z_][\w\\]*)"
    r"|(?<![\w\\])\\(?P<full>[A-Za-z_]\w*\\[\w\\]+)",
    re.MULTILINE,
)
_RUBY = re.compile(
    r"^[ \t]*(?P<how>require|load)[ \t(]+[\"'](?P<name>[^\"'\n]+)[\"']", re.MULTILINE
)
_CONSTANT = re.compile(r"(?<![\w:.@$])(?:::)?(?P<name>[A-Z]\w*(?:::[A-Z]\w*)*)")
_COMPUTED = re.compile(r"^[ \t]*require[ \t(]+(?![\"'(]|File\b|\.)\w", re.MULTILINE)
_BUNDLER = re.compile(r"\bBundler\.require\b")
_ELIXIR = re.compile(
    r"(?<![\w.])(?P<name>[A-Z]\w*|:[a-z_]\w*)(?=\s*\.)|\b(?:use|alias|import|require)\s+(?P<taken>[A-Z]\w*)"
)
_DART = re.compile(
    r"^[ \t]*(?P<how>import|export)[ \t]+[\"']package:(?P<name>[^\"'\n]+)[\"']", re.MULTILINE
)


def read_jvm(code: CodeText) -> Reading:
    """Return what a file of Java, Kotlin, Scala or Groovy imports."""
    return Reading(
        code=code,
        imports=tuple(
            Import(module=match["name"].rstrip("."), at=match.start("name"), end=match.end())
            for match in _JVM.finditer(code.bare)
        ),
    )


def read_dotnet(code: CodeText) -> Reading:
    """Return the name spaces that a file of C# or F# uses."""
    return _named(code, _DOTNET, "name", "open")


def read_php(code: CodeText) -> Reading:
    """Return the names of other name spaces in a file of PHP."""
    return _named(code, _PHP, "name", "full")


def read_elixir(code: CodeText) -> Reading:
    """Return the modules whose functions a file of Elixir calls."""
    return _named(code, _ELIXIR, "name", "taken")


def read_ruby(code: CodeText) -> Reading:
    """Return what a file of Ruby requires, and the constants that it names."""
    imports = [
        Import(module=match["name"], at=match.start("name"), end=match.end())
        for match in _RUBY.finditer(code.plain)
        if code.bare.startswith(match["how"], match.start("how"))
    ]
    seen: set[str] = set()
    for match in _CONSTANT.finditer(code.bare):
        if match["name"] not in seen:
            seen.add(match["name"])
            imports.append(
                Import(module=f"::{match['name']}", at=match.start("name"), end=match.end())
            )
    openings = [Opening("", match.start()) for match in _COMPUTED.finditer(code.bare)]
    openings += (
        Opening("", match.start(), "lets Bundler import what the Gemfile names")
        for match in _BUNDLER.finditer(code.bare)
    )
    return Reading(code=code, imports=tuple(imports), openings=tuple(openings))


def read_dart(code: CodeText) -> Reading:
    """Return the packages that a file of Dart imports."""
    return Reading(
        code=code,
        imports=tuple(
            Import(module=match["name"], at=match.start("name"), end=match.end())
            for match in _DART.finditer(code.plain)
            if code.bare.startswith(match["how"], match.start("how"))
        ),
    )


def _named(code: CodeText, pattern: re.Pattern[str], *groups: str) -> Reading:
    return Reading(code=code, imports=tuple(_each(code, pattern, groups)))


def _each(code: CodeText, pattern: re.Pattern[str], groups: tuple[str, ...]) -> Iterator[Import]:
    seen: set[str] = set()
    for match in pattern.finditer(code.bare):
        group = next(one for one in groups if match[one] is not None)
        if match[group] not in seen:
            seen.add(match[group])
            yield Import(module=match[group], at=match.start(group), end=match.end())
