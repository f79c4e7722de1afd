"""Gemfile and gems.rb, read as text: what a project of Ruby asks for.

Source: https://bundler.io/man/gemfile.5.html.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime, Scope
from seawall.parse.pep508 import without_credentials
from seawall.parse.remarks import Remarks
from seawall.parse.ruby import LITERAL, exact_version, literal_text, scope_of_groups, statements
from seawall.parse.script import script_text

_GEM = re.compile(rf"gem[ \t(]\s*({LITERAL})\s*(.*)", re.DOTALL)
_COMPUTED = re.compile(r"gem[ \t(]\s*[A-Za-z_:#\[]")
_LEADING = re.compile(rf",\s*(?:({LITERAL})|\[([^\]]*)\])\s*(?=,|\Z|\)|if\b|unless\b)")
_TEXTS = re.compile(LITERAL)
_RUBY = re.compile(rf"ruby[ \t(]\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
_OPENS = re.compile(r"(?:if|unless|case|begin|def|while|until|for|class|module)\b")
_DO = re.compile(r"\bdo(?:\s*\|[^|]*\|)?\s*\Z")
_GROUP = re.compile(r"groups?[ \t(](.*)", re.DOTALL)
_OPTION = r"(?::{key}\s*=>|\b{key}:)\s*(\[[^\]]*\]|:?[\"']?[\w.:/@~+-]+)"
_GROUPS = re.compile(_OPTION.replace("{key}", "groups?"))
_ADDRESS = re.compile(_OPTION.replace("{key}", "(?:git|github|gist|bitbucket|gitlab)"))
_PATH = re.compile(_OPTION.replace("{key}", "path"))
_BLOCK_SOURCE = re.compile(rf"(git|github|path)[ \t(]\s*({LITERAL})")
MOST_NESTED = 200
_SYMBOL = re.compile(r"\w+")


_Block = tuple[list[str], Origin, str]
"""The groups and the source that hold in a block."""


def parse(file: ListFile) -> Inventory:
    """Return the gems that are written out. Raises ParseError when the file is no text."""
    packages: list[Package] = []
    runtimes: list[Runtime] = []
    remarks = Remarks(file.path)
    blocks: list[_Block] = []
    for number, text in statements(script_text(file.content)):
        groups = [one for block in blocks for one in block[0]]
        origin, address = _source(blocks)
        if gem := _GEM.match(text):
            if name := literal_text(gem[1]):
                packages.append(_gem(name, gem[2], number, groups, origin, address))
            else:
                remarks.pass_over("a gem whose name is not written out", number)
        elif _COMPUTED.match(text):
            remarks.pass_over("a gem whose name is not written out", number)
        elif (ruby := _RUBY.match(text)) and not runtimes:
            wanted = ", ".join(literal_text(one[0]) for one in _TEXTS.finditer(ruby[1]))
            if wanted:
                runtimes.append(Runtime(name="ruby", requirement=wanted, line=number))
        if (_DO.search(text) or _OPENS.match(text)) and not text.endswith(" end"):
            if len(blocks) >= MOST_NESTED:
                raise ParseError("its blocks are nested too deeply")
            blocks.append(_block(text))
        elif text == "end" and blocks:
            blocks.pop()
    return Inventory(packages=tuple(packages), runtimes=tuple(runtimes), problems=remarks.problems)


def _source(blocks: list[_Block]) -> tuple[Origin, str]:
    """Return the source of the innermost block that names one."""
    for _, origin, address in reversed(blocks):
        if origin != "registry":
            return origin, address
    return "registry", ""


def _block(text: str) -> _Block:
    if group := _GROUP.match(text):
        named = group[1].partition("optional:")[0]
        words = [one for one in _SYMBOL.findall(named) if one not in ("do", "optional", "true")]
        return words, "registry", ""
    if source := _BLOCK_SOURCE.match(text):
        origin: Origin = "path" if source[1] == "path" else "git"
        return [], origin, without_credentials(literal_text(source[2]))
    return [], "registry", ""


def _gem(
    name: str, rest: str, line: int, groups: list[str], origin: Origin, address: str
) -> Package:
    wanted: list[str] = []
    at = 0
    while found := _LEADING.match(rest, at):
        inner = _TEXTS.finditer(found[2]) if found[2] is not None else [_TEXTS.match(found[1])]
        wanted += [literal_text(one[0]) for one in inner if one is not None]
        at = found.end()
    options = rest[at:]
    if named := _GROUPS.search(options):
        groups = groups + _SYMBOL.findall(named[1])
    if told := _PATH.search(options):
        origin, address = "path", told[1].strip("\"'")
    elif told := _ADDRESS.search(options):
        origin, address = "git", without_credentials(told[1].strip("\"'"))
    requirement = ", ".join(one for one in wanted if one)
    scope: Scope = scope_of_groups(groups)
    return Package(
        ecosystem=Ecosystem.RUBYGEMS,
        name=name,
        version=exact_version(requirement),
        requirement=requirement,
        line=line,
        scope=scope,
        direct=True,
        origin=origin,
        address=address,
    )
