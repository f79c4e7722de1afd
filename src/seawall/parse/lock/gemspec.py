"""*.gemspec, read as text: of a project what it asks for, of an installed gem also what it is.

Source: https://guides.rubygems.org/specification-reference.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.remarks import Remarks
from seawall.parse.ruby import LITERAL, exact_version, literal_text, statements
from seawall.parse.script import script_text

_NEED = re.compile(
    rf"\w+\.add_(runtime_|development_|)dependency[ \t(]\s*(?:({LITERAL})(.*)|)", re.DOTALL
)
_FIELD = re.compile(
    r"\w+\.(name|version|licenses?|required_ruby_version)\s*=\s*(?:Gem::\w+\.new)?(.*)", re.DOTALL
)
_STUB = re.compile(rb"^# stub: (\S+) (\S+) \S+ \S+\r?$", re.MULTILINE)
_TEXTS = re.compile(LITERAL)


def parse(file: ListFile) -> Inventory:
    """Return the gems that are written out. Raises ParseError when the file is no text."""
    remarks = Remarks(file.path)
    fields: dict[str, tuple[list[str], int]] = {}
    needs: dict[str, Package] = {}
    for number, text in statements(script_text(file.content)):
        if field := _FIELD.match(text):
            texts = [literal_text(one[0]) for one in _TEXTS.finditer(field[2])]
            fields.setdefault(field[1].rstrip("s"), (texts, number))
        # Installed gems have two branches, of RubyGems new and old: each dependency once.
        elif need := _NEED.search(text):
            name = literal_text(need[2]) if need[2] else ""
            if name:
                needs.setdefault(name, _need(name, need[1], need[3], number))
            else:
                remarks.pass_over("a dependency whose name is not written out", number)
    name = "".join(fields.get("name", ([], 0))[0][:1])
    licence = " OR ".join(fields.get("license", ([], 0))[0])
    packages = list(needs.values())
    if "/specifications/" in f"/{file.path}":
        packages = [_installed(file, name, fields, licence)]
    return Inventory(
        packages=tuple(packages),
        project="" if "/specifications/" in f"/{file.path}" else name,
        licence=licence,
        problems=remarks.problems,
    )


def _need(name: str, kind: str, rest: str, line: int) -> Package:
    wanted = ", ".join(text for one in _TEXTS.finditer(rest) if (text := literal_text(one[0])))
    scope: Scope = "development" if kind == "development_" else "runtime"
    return Package(
        ecosystem=Ecosystem.RUBYGEMS,
        name=name,
        version=exact_version(wanted),
        requirement=wanted,
        line=line,
        scope=scope,
        direct=True,
    )


def _installed(
    file: ListFile, name: str, fields: dict[str, tuple[list[str], int]], licence: str
) -> Package:
    stub = _STUB.search(file.content)
    told, line = fields.get("version", ([], 0))
    version = stub[2].decode("utf-8", "replace") if stub else "".join(told[:1])
    name = stub[1].decode("utf-8", "replace") if stub else name
    if not name or not version:
        raise ParseError("it does not say which gem it is of")
    return Package(
        ecosystem=Ecosystem.RUBYGEMS, name=name, version=version, line=line, licence=licence
    )
