"""Recipes of conda: meta.yaml with its Jinja and selectors, and recipe.yaml.

Source: https://docs.conda.io/projects/conda-build/en/stable/resources/define-metadata.html, and
https://rattler.build/latest/reference/recipe_file. No template runs: what is set to a literal is
filled in, and what else is computed is left open.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seawall.model.inventory import Inventory, ListFile, Package, Scope
from seawall.parse.conda import parse_conda_spec
from seawall.parse.lines import LineFinder
from seawall.parse.values import list_of, table_of, tables_of, text_of
from seawall.parse.yaml import parse_yaml_table

_SET = re.compile(r"""\{%-?\s*set\s+(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([\d.]+))\s*-?%\}""")
_STATEMENT = re.compile(r"^[ \t]*\{[%#][^\n]*$", re.MULTILINE)
_JINJA = re.compile(r"(?<!\$)\{\{\s*+(\w*+)[^{}]*+\}\}")
_CONTEXT = re.compile(r"\$\{\{\s*+(\w*+)[^{}]*+\}\}")
_SELECTOR = re.compile(r"(?<![ \t])[ \t]++#[^\n]*")
_SECTIONS: tuple[tuple[str, Scope], ...] = (
    ("build", "build"),
    ("host", "build"),
    ("run", "runtime"),
)


def parse(file: ListFile) -> Inventory:
    """Return what a recipe asks for; nothing where the file is no recipe.

    Raises ParseError when it is no YAML, even without its templates.
    """
    text = file.content.decode("utf-8-sig", "replace")
    known = {one[1]: one[2] or one[3] or one[4] for one in _SET.finditer(text)}
    plain = _JINJA.sub(lambda found: known.get(found[1], ""), _STATEMENT.sub("", text))
    document = parse_yaml_table(_SELECTOR.sub("", plain).encode())
    context = table_of(document, "context")
    finder = LineFinder(plain.encode())
    packages: list[Package] = []
    if not any(key in document for key in ("package", "recipe", "requirements", "outputs")):
        return Inventory()
    for table in [document, *tables_of(document, "outputs")]:
        for scope, listed in _lists(table):
            for spec_text in _texts(listed):
                filled = _in_context(spec_text, context)
                line = finder.line_of(spec_text.encode("utf-8", "replace")) if spec_text else 0
                if line:
                    finder.pass_by()
                spec = parse_conda_spec(filled)
                if spec is not None:
                    packages.append(spec.package(line, scope))
    package = table_of(document, "package") or table_of(document, "recipe")
    return Inventory(
        packages=tuple(packages),
        project=_in_context(text_of(package, "name"), context),
        licence=text_of(table_of(document, "about"), "license"),
    )


def _lists(table: Mapping[str, Any]) -> Iterator[tuple[Scope, list[Any]]]:
    """Yield the lists of requirements with their scopes."""
    for key, scope in _SECTIONS:
        yield scope, list_of(table_of(table, "requirements"), key)
    # A list without sections is what running needs.
    yield "runtime", list_of(table, "requirements")
    yield "test", list_of(table_of(table, "test"), "requires")
    for test in tables_of(table, "tests"):
        yield "test", list_of(table_of(test, "requirements"), "run")


def _texts(listed: Iterable[Any]) -> Iterator[str]:
    """Yield the texts of a list, those of both branches of a condition too."""
    for one in listed:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            for branch in (one.get("then"), one.get("else")):
                if isinstance(branch, str):
                    yield branch
                elif isinstance(branch, list):
                    yield from (text for text in branch if isinstance(text, str))


def _in_context(text: str, context: Mapping[str, Any]) -> str:
    return _CONTEXT.sub(lambda found: text_of(context, found[1]), text)
