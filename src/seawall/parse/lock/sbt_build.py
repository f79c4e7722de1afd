"""build.sbt and plugins.sbt of sbt, build.mill of Mill: their literal dependencies, read as text.

Sources: https://www.scala-sbt.org/1.x/docs/Library-Dependencies.html and
https://mill-build.org/mill/scalalib/dependencies.html.
"""

import re
from collections.abc import Iterator

from seawall.model.inventory import Inventory, ListFile, Package, Scope
from seawall.parse.maven import maven_package, scope_of_configurations
from seawall.parse.script import script_text

_STRING = r'"([^"\\\n]{1,300})"'
_VALUE = r'(?:"(?P<literal>[^"\\\n]{1,200})"|(?P<name>[A-Za-z_]\w*(?:\.\w+)*))'
_MODULE = re.compile(
    rf"(?P<plugin>\baddSbtPlugin\s*\(\s*)?{_STRING}\s*(?P<cross>%{{1,3}})\s*{_STRING}\s*%\s*{_VALUE}"
    r"(?P<rest>[^,\n]{0,200})"
)
_MILL = re.compile(
    r'\b(?:ivy|mvn|dep)"(?P<group>[^":\n]+)(?P<cross>:{1,3})(?P<artifact>[^":\n]+)'
    r':{1,2}(?P<version>[^";\n]*)[^"\n]*"'
)
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*+"?)|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_SET = re.compile(r'\b(?:val|def)\s+(\w+)(?:\s*:\s*\w+)?\s*=\s*"([^"\\\n]{1,200})"')
_SCALA = re.compile(r'\bscalaVersion\s*(?::=|=)\s*(?:"([^"\n]+)"|(\w+))')
_REFERENCE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
_CONFIGURATION = re.compile(r'%\s*"?([A-Za-z]+)')


def parse(file: ListFile) -> Inventory:
    """Return what a build in Scala asks for in words. Raises ParseError when it is no text."""
    text = _COMMENT.sub(_kept, script_text(file.content))
    values = dict(_SET.findall(text))
    found = _SCALA.search(text)
    scala = (found[1] or values.get(found[2], "")) if found else ""
    suffix = _suffix(scala)
    packages = [
        *_of_sbt(text, values, suffix),
        *_of_mill(text, values, suffix),
    ]
    return Inventory(packages=tuple(sorted(packages, key=lambda one: one.line)))


def _kept(found: re.Match[str]) -> str:
    """Return a text as it is, of a comment its line ends."""
    return found[1] or "\n" * found[0].count("\n") or " "


def _suffix(scala: str) -> str:
    """Return what "%%" puts behind a name: "_2.13", "_3"; "" where the version is not told."""
    parts = scala.split(".")
    if len(parts) < 2 or not parts[0].isdigit():
        return ""
    return "_3" if parts[0] == "3" else f"_{parts[0]}.{parts[1]}"


def _of_sbt(text: str, values: dict[str, str], suffix: str) -> Iterator[Package]:
    line, at = 1, 0
    for found in _MODULE.finditer(text):
        line += text.count("\n", at, found.start(2))
        at = found.start(2)
        plugin, group, cross, artifact = found[1], found[2], found["cross"], found[4]
        name = found["name"] or ""
        version = found["literal"] or values.get(name.rpartition(".")[2], "")
        configuration = _CONFIGURATION.match(found["rest"].strip())
        scope: Scope = "build" if plugin else "runtime"
        if configuration:
            scope = scope_of_configurations([configuration[1].lower()])
            scope = "build" if configuration[1].lower() == "provided" else scope
        yield maven_package(
            group,
            artifact + (suffix if len(cross) > 1 and not plugin else ""),
            _put_in(version, values),
            line=line,
            scope=scope,
            direct=True,
        )


def _of_mill(text: str, values: dict[str, str], suffix: str) -> Iterator[Package]:
    line, at = 1, 0
    for found in _MILL.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        yield maven_package(
            found["group"],
            found["artifact"] + (suffix if len(found["cross"]) > 1 else ""),
            _put_in(found["version"], values),
            line=line,
            direct=True,
        )


def _put_in(version: str, values: dict[str, str]) -> str:
    """Return a version with the values that it names; as written where they are not known."""
    return _REFERENCE.sub(lambda found: values.get(found[1], found[0]), version)
