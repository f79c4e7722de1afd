"""build.gradle, build.gradle.kts and other scripts of Gradle, read as text: what is written out.

Source: https://docs.gradle.org/current/userguide/declaring_dependencies.html.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from seawall.model.inventory import Inventory, ListFile, Package, Scope
from seawall.parse.gradle_text import STRING, Block, Script, inner
from seawall.parse.maven import fixed_version, is_part, maven_package, scope_of_configurations
from seawall.parse.remarks import Remarks

_KOTLIN = "org.jetbrains.kotlin"
_CONFIGURATION = re.compile(r"""\s*["']?([A-Za-z_]\w*)["']?(?=[\s("'])""")
_NOT_ASKED = frozenset(
    "exclude because module replacedBy substitute using project url maven uri description args "
    "commandLine println print files fileTree importClass import package jvmArgs include".split()
)
_COORDINATES = re.compile(r"([^:\s]+):([^:\s]+)(?::([^:@!\s]*)(?::[^@\s]*)?)?(?:!!.*)?(?:@\w+)?")
_PIECE = re.compile(
    rf"""(?P<map>\bgroup[ \t]*[:=]\s*(?P<group>{STRING})\s*,"""
    rf"""\s*name[ \t]*[:=]\s*(?P<name>{STRING})"""
    rf"""(?:\s*,\s*version[ \t]*[:=]\s*(?P<version>{STRING}|[\w.]+))?)"""
    rf"""|\bkotlin\([ \t]*(?P<kotlin>{STRING})"""
    rf"""(?:[ \t]*,[ \t]*(?P<of_kotlin>{STRING}|[\w.]+))?[ \t]*\)"""
    rf"""|(?:\b(?P<rich>strictly|require|prefer)[\s(]+(?P<allowed>{STRING}))"""
    rf"""|(?P<text>{STRING})(?:[ \t]*\+[ \t]*(?P<added>{STRING}|[\w.]+))?"""
)
_POSITIONS = re.compile(rf"(?<=\()\s*({STRING})\s*,\s*({STRING})\s*(?:,\s*({STRING}))?\s*(?=[,)])")
_PLUGIN = re.compile(
    rf"""\b(?P<kind>id|kotlin)[ \t(]*(?P<id>{STRING})[ \t)]*(?:\.[ \t]*|\s)version[ \t(]*"""
    rf"""(?P<version>{STRING}|[\w.]+)"""
)
LONGEST = 5000
"""Characters of a line."""
_BOM = re.compile(r"\b(?:mavenBom|platform|enforcedPlatform)\b")
_VERSION = re.compile(r"\d[\w.+-]*")


def parse(file: ListFile) -> Inventory:
    """Return what a script writes out. Raises ParseError when the file is no text."""
    script, remarks = Script(file), Remarks(file.path)
    blocks = _outermost(script.blocks)
    packages: list[Package] = []
    at = 0
    for block in blocks:
        packages += _mentioned(script, at, block.start)
        if block.names[-1].endswith("plugins"):
            packages += _plugins(script, block)
        else:
            packages += _asked(script, block, remarks)
        at = block.end
    packages += _mentioned(script, at, len(script.code))
    return Inventory(packages=tuple(packages), problems=remarks.problems)


def _outermost(blocks: list[Block]) -> list[Block]:
    """Return the blocks that name dependencies or plugins, in their order."""
    found: list[Block] = []
    for block in sorted(blocks, key=lambda one: (one.start, -one.end)):
        if not found or block.start >= found[-1].end:
            found.append(block)
    return found


def _asked(script: Script, block: Block, remarks: Remarks) -> Iterator[Package]:
    """Yield what a block of dependencies asks for."""
    around = [name.partition(".")[0] for name in block.names]
    configuration = ""
    at = block.start
    pending: Package | None = None
    for line in script.code[block.start : block.end].splitlines(keepends=True):
        if named := _CONFIGURATION.match(line):
            configuration = named[1]
            if configuration == "add" and (first := re.search(STRING, line)):
                configuration = inner(first[0])
        if configuration not in _NOT_ASKED and len(line) <= LONGEST:
            for offset, group, artifact, wanted in _pieces(script, line):
                where = script.line_at(at + offset)
                if not group:
                    # "strictly" in the block of the one before.
                    if pending is not None and not pending.requirement:
                        pending = replace(
                            pending, version=fixed_version(wanted), requirement=wanted
                        )
                    continue
                if pending is not None:
                    yield pending
                    pending = None
                if not is_part(group) or not is_part(artifact):
                    remarks.pass_over("a dependency that is put together elsewhere", where)
                    continue
                scope: Scope = scope_of_configurations([configuration])
                if scope == "runtime" and "buildscript" in around:
                    scope = "build"
                elif scope == "runtime":
                    # "commonTest.dependencies", and "commonTest { dependencies".
                    tests = scope_of_configurations(around[-1:]) == "test" or (
                        scope_of_configurations(around[-2:-1]) == "test"
                    )
                    scope = "test" if tests else scope
                if _BOM.search(line[:offset]):
                    scope = "build"
                pending = maven_package(
                    group, artifact, wanted, line=where, scope=scope, direct=True
                )
        at += len(line)
    if pending is not None:
        yield pending


def _pieces(script: Script, line: str) -> Iterator[tuple[int, str, str, str]]:
    """Yield place, group, name and version of what a line names; no group: the version alone."""
    given = _POSITIONS.search(line)
    if given is not None and ":" not in given[1] + given[2] and "kotlin(" not in line:
        group, name, version = (script.resolve(inner(one or "''")) for one in given.groups())
        if "." in group or version:
            yield given.start(), group, name, version
            return
    for found in _PIECE.finditer(line):
        if found["map"]:
            yield (
                found.start(),
                script.resolve(inner(found["group"])),
                script.resolve(inner(found["name"])),
                _value(script, found["version"]),
            )
        elif found["kotlin"]:
            name = f"kotlin-{inner(found['kotlin'])}"
            yield found.start(), _KOTLIN, name, _value(script, found["of_kotlin"])
        elif found["rich"]:
            yield found.start(), "", "", script.resolve(inner(found["allowed"]))
        else:
            text = script.resolve(inner(found["text"]))
            if found["added"]:
                text += _value(script, found["added"])
            if told := _coordinates(text):
                yield (found.start(), *told)


def _coordinates(text: str) -> tuple[str, str, str] | None:
    """Return group, name and version of "group:name:version", with a classifier or without."""
    if "$" in text:
        # What is not known may hold colons itself.
        text = re.sub(
            r"\$\{[^}]*\}", lambda found: found[0].replace(":", ".").replace(" ", ""), text
        )
    found = _COORDINATES.fullmatch(text) if len(text) <= 500 else None
    if found is None or "/" in found[1] or "\\" in text:
        return None
    return found[1], found[2], found[3] or ""


def _value(script: Script, written: str | None) -> str:
    """Return what a literal or a name says; of an unknown name what is written."""
    if not written:
        return ""
    if written[0] in "\"'":
        return script.resolve(inner(written))
    return script.resolve(script.value(written)) or "${" + written + "}"


def _plugins(script: Script, block: Block) -> Iterator[Package]:
    for found in _PLUGIN.finditer(script.code, block.start, block.end):
        name = script.resolve(inner(found["id"]))
        if found["kind"] == "kotlin":
            name = f"{_KOTLIN}.{name}"
        if is_part(name):
            yield maven_package(
                name,
                f"{name}.gradle.plugin",
                _value(script, found["version"]),
                line=script.line_at(found.start()),
                scope="build",
                direct=True,
            )


def _mentioned(script: Script, start: int, end: int) -> Iterator[Package]:
    """Yield whole coordinates that stand elsewhere: lists of libraries, forced versions."""
    at = start
    for line in script.code[start:end].splitlines(keepends=True):
        named = _CONFIGURATION.match(line)
        if ":" in line and len(line) <= LONGEST and (named is None or named[1] not in _NOT_ASKED):
            for offset, group, artifact, wanted in _pieces(script, line):
                if is_part(group) and is_part(artifact) and _VERSION.fullmatch(wanted):
                    if not group[0].isalpha():
                        continue
                    line_number = script.line_at(at + offset)
                    yield maven_package(group, artifact, wanted, line=line_number, direct=True)
        at += len(line)
