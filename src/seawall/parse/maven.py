"""Words of Maven's repositories that Maven, Gradle, Ivy, sbt and Bazel share.

Source: https://maven.apache.org/pom.html, https://docs.gradle.org/current/userguide/dependency_versions.html.
"""

import re
from collections.abc import Iterable
from typing import Any

from seawall.model.inventory import Ecosystem, Package, Scope
from seawall.parse.scopes import stronger

_FIXED = re.compile(r"[A-Za-z0-9][\w.+~-]*(?<!\+)")
_EXACT = re.compile(r"\[\s*([A-Za-z0-9][\w.+~-]*)\s*(?:,\s*\1\s*)?\]")
_OPEN = re.compile(r"latest\b.*|release|.*\.\+", re.IGNORECASE)
_PART = re.compile(r"[\w.+~-]+")

_TEST = re.compile(r"(?:^|[_-])tests?|Test|^jmh|^spock")
_BUILD = re.compile(
    r"^classpath$|^build|[cC]ompileOnly|[aA]nnotationProcessor|[cC]ompileClasspath$|^kapt|^ksp|[pP]rovided"
    r"|[pP]lugin|^detekt|^checkstyle|^pmd|^spotbugs|^errorprone|^ktlint|^jacoco|^lint|^swaggerCodegen"
    r"|^zinc$|^scala-tool$|^scalafix|^coreLibraryDesugaring$|^minecraft$|^mappings$"
)
_DEVELOPMENT = re.compile(r"^developmentOnly|^dev[A-Z]|^localDev")


def fixed_version(wanted: str) -> str:
    """Return the version of "1.2" and "[1.2]"; "" where others may be taken."""
    wanted = wanted.strip()
    if found := _EXACT.fullmatch(wanted):
        return found[1]
    return wanted if _FIXED.fullmatch(wanted) and not _OPEN.fullmatch(wanted) else ""


def is_part(text: str) -> bool:
    """Tell whether a text can be a group or the name of an artifact."""
    return _PART.fullmatch(text) is not None


def maven_package(group: str, artifact: str, wanted: str, **more: Any) -> Package:
    """Return the package of coordinates; `wanted` may leave its version open."""
    return Package(
        ecosystem=Ecosystem.MAVEN,
        name=f"{group}:{artifact}",
        version=fixed_version(wanted),
        requirement=wanted,
        **more,
    )


def scope_of_configurations(names: Iterable[str]) -> Scope:
    """Tell from the names of Gradle's configurations for what their packages are."""
    found: Scope | None = None
    for name in names:
        found = stronger(found, _scope(name))
    return found or "runtime"


def _scope(name: str) -> Scope:
    if _TEST.search(name):
        return "test"
    if _BUILD.search(name):
        return "build"
    return "development" if _DEVELOPMENT.search(name) else "runtime"
