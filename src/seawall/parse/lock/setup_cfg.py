"""setup.cfg: what a project of setuptools declares in words.

Source: https://setuptools.pypa.io/en/latest/userguide/declarative_config.html.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.pep508 import MOST_LINES, lines_of, parse_requirement, scope_of_group
from seawall.parse.remarks import Remarks

_SECTION = re.compile(r"\[([^\]]+)\]")
_OPTION = re.compile(r"([^\s=:#;\[][^=:]*?)\s*[=:]\s*(.*)", re.DOTALL)
_LISTS: dict[str, Scope] = {
    "install_requires": "runtime",
    "setup_requires": "build",
    "tests_require": "test",
    # Of distutils2, which pbr still reads.
    "requires_dist": "runtime",
}


class _Value(Struct, frozen=True):
    """A line of the value of an option."""

    section: str
    key: str
    text: str
    line: int


def parse(file: ListFile) -> Inventory:
    """Return what a project asks for; lists that are in other files answer for themselves.

    Raises ParseError when it is too long.
    """
    packages: list[Package] = []
    remarks = Remarks(file.path)
    runtimes: list[Runtime] = []
    told: dict[str, str] = {}
    for value in _values(file.content.decode("utf-8-sig", "replace")):
        if not value.key:
            remarks.pass_over("it is no setting", value.line)
        if value.section == "metadata" and value.key in ("name", "license", "licence"):
            told.setdefault("license" if value.key != "name" else "name", value.text)
        if value.section == "options" and value.key == "python_requires":
            runtimes.append(Runtime(name="python", requirement=value.text, line=value.line))
        scope = _scope(value)
        # "%(test)s" takes in another list, which tells its own.
        if scope is None or re.match(r"file:|attr:|%\(\w+\)s", value.text):
            continue
        for text in _requirements(value.text):
            if len(packages) > MOST_LINES:
                raise ParseError(f"it names more than {MOST_LINES:,} packages")
            wanted = parse_requirement(text)
            if wanted is not None:
                packages.append(wanted.package(value.line, scope))
            else:
                remarks.pass_over("it is no requirement", value.line)
    return Inventory(
        packages=tuple(packages),
        project=told.get("name", ""),
        licence=told.get("license", ""),
        runtimes=tuple(runtimes),
        problems=remarks.problems,
    )


def _scope(value: _Value) -> Scope | None:
    """Return for what the packages of a list are; None where it is no such list."""
    if value.section == "options.extras_require":
        return scope_of_group(value.key.partition(":")[0], "optional")
    if value.section in ("options", "metadata"):
        return _LISTS.get(value.key)
    return None


def _requirements(text: str) -> Iterator[str]:
    """Yield the requirements of a line; ";" parts them, but also begins a marker."""
    held = ""
    for part in text.split(";"):
        if held and re.match(r"\s*\(*\s*(?:['\"]|[a-z_.]+\s*(?:[<>=!~]=?|==|in\b|not\b))", part):
            named = re.match(r"\s*\(*\s*([a-z_.]+)", part)
            if named is None or named[1] in _MARKERS:
                held += f";{part}"
                continue
        if held.strip():
            yield held.strip()
        held = part
    if held.strip():
        yield held.strip()


_MARKERS = frozenset(
    "os_name sys_platform platform_machine platform_python_implementation platform_release"
    " platform_system platform_version python_version python_full_version implementation_name"
    " implementation_version extra os.name sys.platform platform.version platform.machine"
    " platform.python_implementation python_implementation".split()
)


def _values(text: str) -> Iterator[_Value]:
    """Yield the lines of all values, without comments."""
    section = key = ""
    held: list[str] = []
    began = 0
    for number, raw in enumerate(lines_of(text), 1):
        began = began if held else number
        if key and raw.endswith("\\"):
            held.append(raw[:-1])
            continue
        line = "".join([*held, raw])
        held = []
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if found := _SECTION.match(line):
            section, key = found[1].strip().lower(), ""
        elif line[0].isspace() and key:
            yield _Value(section, key, _uncommented(bare), began)
        elif option := _OPTION.match(line):
            key = option[1].strip().lower().replace("-", "_")
            if value := _uncommented(option[2].strip()):
                yield _Value(section, key, value, began)
        else:
            key = ""
            yield _Value(section, key, bare, began)


def _uncommented(text: str) -> str:
    return re.sub(r"(?:^|\s)[#].*", "", text).strip()
