"""The languages whose files are read for what they import, by the ecosystem of their packages."""

import re
from collections.abc import Mapping

from msgspec import Struct

from seawall.engines.deps.exposure import go, javascript, others, python, rust
from seawall.engines.deps.exposure.reading import Finder, Reader
from seawall.model.inventory import Ecosystem


class Language(Struct, frozen=True, kw_only=True):
    """How the files of a language are read."""

    title: str
    suffixes: tuple[str, ...]
    manner: str
    """Of its comments and texts, as `parse.code_text` knows it."""
    read: Reader
    find_uses: Finder | None = None
    hint: re.Pattern[bytes] | None = None
    """What is in each file that imports what only a run tells."""
    is_told: bool = True
    """Whether each use of a package shows by its name: else that none is found says nothing."""
    passes_on: bool = False
    """Whether files often pass on what they import and name nothing of it themselves."""
    names_callers: bool = False
    """Whether advisories name also the functions that call the weak ones within their package."""


LANGUAGES: Mapping[Ecosystem, Language] = {
    Ecosystem.PYPI: Language(
        title="Python",
        suffixes=(".py", ".pyx", ".ipynb"),
        manner="python",
        read=python.read,
        find_uses=python.find_uses,
        hint=python.HINT,
        names_callers=True,
    ),
    Ecosystem.NPM: Language(
        title="JavaScript",
        suffixes=(
            ".js",
            ".jsx",
            ".mjs",
            ".cjs",
            ".ts",
            ".tsx",
            ".mts",
            ".cts",
            ".vue",
            ".svelte",
            ".astro",
        ),  # fmt: skip
        manner="javascript",
        read=javascript.read,
        find_uses=javascript.find_uses,
        hint=javascript.HINT,
        passes_on=True,
        names_callers=True,
    ),
    Ecosystem.GO: Language(
        title="Go",
        suffixes=(".go",),
        manner="go",
        read=go.read,
        find_uses=go.find_uses,
        hint=go.HINT,
        names_callers=True,
    ),
    Ecosystem.CRATES: Language(
        title="Rust",
        suffixes=(".rs",),
        manner="rust",
        read=rust.read,
        find_uses=rust.find_uses,
    ),
    Ecosystem.PUB: Language(
        title="Dart", suffixes=(".dart",), manner="dart", read=others.read_dart
    ),
    Ecosystem.MAVEN: Language(
        title="Java",
        suffixes=(".java", ".kt", ".kts", ".scala", ".groovy"),
        manner="jvm",
        read=others.read_jvm,
        is_told=False,
    ),
    Ecosystem.RUBYGEMS: Language(
        title="Ruby",
        suffixes=(".rb", ".rake", ".ru"),
        manner="ruby",
        read=others.read_ruby,
        hint=re.compile(rb"Bundler\.require|require[ \t(]+[^\"'\s]"),
    ),
    Ecosystem.PACKAGIST: Language(
        title="PHP",
        suffixes=(".php", ".inc"),
        manner="php",
        read=others.read_php,
        is_told=False,
    ),
    Ecosystem.NUGET: Language(
        title="C#",
        suffixes=(".cs", ".fs"),
        manner="dotnet",
        read=others.read_dotnet,
        is_told=False,
    ),
    Ecosystem.HEX: Language(
        title="Elixir",
        suffixes=(".ex", ".exs"),
        manner="elixir",
        read=others.read_elixir,
        is_told=False,
    ),
}
"""Of those that are not here nothing can be told."""
