"""environment.yml: what an environment of conda is made of, with what pip adds.

Source: https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html.
"""

import re
from collections.abc import Iterator
from typing import Any

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Inventory, ListFile, Package, Runtime
from seawall.parse.conda import parse_conda_spec
from seawall.parse.lines import LineFinder
from seawall.parse.pep508 import parse_address, parse_requirement
from seawall.parse.values import list_of, text_of
from seawall.parse.yaml import parse_yaml

_SELECTOR = re.compile(r"\s*sel\(([^)]*)\)")


def parse(file: ListFile) -> Inventory:
    """Return what an environment is made of; nothing where the file lists no dependencies.

    Raises ParseError when it is no YAML mapping.
    """
    documents = parse_yaml(file.content)
    if documents and isinstance(documents[0], list):
        # A list is something else of this name.
        return Inventory()
    document = documents[0] if documents else None
    if not isinstance(document, dict):
        raise ParseError("it is no yaml mapping")
    if isinstance(document.get("dependencies"), str):
        raise ParseError('its "dependencies" is no list')
    finder = LineFinder(file.content)
    finder.line_matching(re.compile(rb"^['\"]?dependencies\b", re.MULTILINE))
    packages: list[Package] = []
    runtimes: list[Runtime] = []
    problems: list[Problem] = []
    for text, is_pip in _listed(list_of(document, "dependencies")):
        line = _line_of(text, finder)
        package = _from_pip(text, line) if is_pip else _from_conda(text, line)
        if package is not None:
            packages.append(package)
            if package.name == "python" and not is_pip:
                runtimes.append(Runtime(name="python", requirement=package.requirement, line=line))
        elif not (is_pip and text.startswith("-")) and len(problems) < MOST_PROBLEMS:
            problems.append(
                Problem(
                    kind=ProblemKind.PARSE,
                    message="passed over: it is no requirement",
                    path=file.path,
                    line=line,
                    engine="deps",
                )
            )
    return Inventory(
        packages=tuple(packages),
        project=text_of(document, "name"),
        runtimes=tuple(runtimes),
        problems=tuple(problems),
    )


MOST_PROBLEMS = 20


def _listed(listed: list[Any]) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is pip's."""
    for one in listed:
        if isinstance(one, str):
            yield one.strip(), False
        elif isinstance(one, dict):
            for key, inner in one.items():
                # conda-lock's and anaconda-project's selectors are tables too: "sel(linux): x".
                is_pip = key == "pip"
                if isinstance(inner, list):
                    yield from ((text.strip(), is_pip) for text in inner if isinstance(text, str))
                elif isinstance(inner, str) and _SELECTOR.match(str(key)):
                    yield inner.strip(), False


def _line_of(text: str, finder: LineFinder) -> int:
    line = finder.line_of(text.encode("utf-8", "replace")) if text else 0
    if line:
        finder.pass_by()
    return line


def _from_conda(text: str, line: int) -> Package | None:
    spec = parse_conda_spec(text)
    return spec.package(line) if spec is not None else None


def _from_pip(text: str, line: int) -> Package | None:
    text = re.sub(r"\s--?[A-Za-z].*", "", re.sub(r"\s#.*", "", text)).strip()
    if found := re.match(r"(?:-e|--editable)[\s=]\s*(.*)", text):
        text = found[1]
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|\.{0,2}/|\.{1,2}(?:\[|\Z)", text):
        asked = parse_address(text)
        return asked.package(line) if asked.name else None
    wanted = parse_requirement(text)
    return wanted.package(line) if wanted is not None else None
