"""deps.edn and project.clj of Clojure, read as text.

Source: https://clojure.org/reference/deps_edn, https://codeberg.org/leiningen/leiningen.
"""

import re

from seawall.model.inventory import Inventory, ListFile, Origin, Package, Scope
from seawall.parse.maven import maven_package, scope_of_configurations
from seawall.parse.pep508 import scope_of_group, without_credentials
from seawall.parse.remarks import CUT_OFF, Remarks
from seawall.parse.script import script_text

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|;[^\n]*|[\[\](){}]|[^\s,"\[\](){};]+')
_NAME = re.compile(r"[A-Za-z][\w.*+!?<>-]*(?:/[\w.$+-]+)?")
DEEPEST = 40


def parse(file: ListFile) -> Inventory:
    """Return what is written out. Raises ParseError when the file is no text."""
    text = script_text(file.content)
    tokens = [one for one in _TOKEN.finditer(text) if not one[0].startswith(";")]
    words = [one[0] for one in tokens]
    packages: list[Package] = []
    stack: list[str] = []
    """Of each bracket that is open, the word before it."""
    line, at = 1, 0
    for index, word in enumerate(words):
        if word in "([{":
            stack.append(words[index - 1] if index else "")
        elif word in ")]}":
            if stack:
                stack.pop()
        elif _NAME.fullmatch(word) and index + 3 < len(words):
            found = _in_map(words, index) if words[index + 1] == "{" else _in_vector(words, index)
            if found is not None and _is_asked(stack):
                line += text.count("\n", at, tokens[index].start())
                at = tokens[index].start()
                packages.append(_package(word, *found, line, stack))
    remarks = Remarks(file.path)
    if stack:
        remarks.tell("a bracket is not closed: what follows may be missing", hint=CUT_OFF)
    return Inventory(packages=tuple(packages), problems=remarks.problems)


def _is_asked(stack: list[str]) -> bool:
    keys = (":deps", ":extra-deps", ":replace-deps", ":override-deps", ":default-deps")
    return bool({*keys, ":dependencies", ":managed-dependencies", ":plugins"} & {*stack[-DEEPEST:]})


def _in_map(words: list[str], index: int) -> tuple[str, Origin, str] | None:
    """Return what `name {:mvn/version "1"}` says."""
    told: dict[str, str] = {}
    for at in range(index + 2, min(index + 24, len(words) - 1), 2):
        if not words[at].startswith(":"):
            break
        told[words[at]] = words[at + 1].strip('"')
        if words[at + 1] in ("[", "{", "("):
            break
    if ":mvn/version" in told:
        return told[":mvn/version"], "registry", ""
    if ":local/root" in told:
        return "", "path", told[":local/root"]
    if ":git/sha" in told or ":sha" in told or ":git/tag" in told:
        address = told.get(":git/url", "")
        return told.get(":git/tag", "").removeprefix("v"), "git", without_credentials(address)
    return None


def _in_vector(words: list[str], index: int) -> tuple[str, Origin, str] | None:
    """Return what `[name "1"]` says."""
    if words[index - 1] != "[" or not words[index + 1].startswith('"'):
        return None
    return words[index + 1].strip('"'), "registry", ""


def _package(
    word: str, wanted: str, origin: Origin, address: str, line: int, stack: list[str]
) -> Package:
    group, _, artifact = word.partition("/")
    artifact = artifact.partition("$")[0]
    scope: Scope = "build" if ":plugins" in stack else "runtime"
    for name in stack[-DEEPEST:]:
        if name.startswith(":") and scope == "runtime":
            scope = scope_of_group(name[1:], scope_of_configurations([name[1:]]))
    return maven_package(
        group,
        artifact or group,
        wanted,
        line=line,
        scope=scope,
        direct=True,
        origin=origin,
        address=address,
    )
