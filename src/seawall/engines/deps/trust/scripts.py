"""Packages that a change brings and that run code while they are installed.

What is not seen: scripts of packages of which the lockfile does not tell (yarn.lock, bun.lock,
pnpm-lock.yaml from version 9 on, sdists of Python), and settings outside of the target.
"""

import posixpath
import re
from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.core.finding import Finding
from seawall.core.rule import Severity
from seawall.engines.deps.trust.case import Case
from seawall.parse.json import parse_json_table
from seawall.parse.yaml import parse_yaml_table

RULE = "install-script"

_IGNORED = re.compile(rb"^[ \t]*ignore-scripts[ \t]*=[ \t]*\"?true\"?[ \t]*\r?$", re.MULTILINE)


class _Choice(Struct, frozen=True, kw_only=True):
    """Whose scripts a project lets run."""

    only: Collection[str] | None = None
    """None where all others run too."""
    never: Collection[str] = ()

    def lets(self, name: str) -> bool:
        """Whether the script of a package is run."""
        return name not in self.never and (self.only is None or name in self.only)


def find(case: Case) -> Iterator[Finding]:
    """Tell packages with install scripts, in a change alone: of a whole target it is no news.

    Those that the project's own tool does not run are not told; those that are known to fetch or
    build what they need are told for information.
    """
    if not case.change:
        return
    choices: dict[str, _Choice] = {}
    for member in case.members:
        package = member.package
        if not package.has_install_script:
            continue
        if member.path not in choices:
            choices[member.path] = _choice(case, member.path)
        choice = choices[member.path]
        if choice.lets(package.name):
            words = f"{package.name} {package.version} runs code while it is installed"
            is_usual = package.name in case.builders.get(package.ecosystem, ())
            if is_usual:
                words += ", as it is known to"
            elif choice.only is not None:
                words += ", which the project allows it by name"
            severity = Severity.INFO if is_usual else None
            yield case.about_package(member, RULE, words, severity=severity)


def _choice(case: Case, path: str) -> _Choice:
    """Read what the files beside a lockfile say of scripts."""
    folder, name = posixpath.split(path)

    def table(beside: str) -> dict[str, Any]:
        content = case.read(posixpath.join(folder, beside)) or b"{}"
        try:
            is_json = beside.endswith(".json")
            return parse_json_table(content) if is_json else parse_yaml_table(content)
        except ParseError:
            return {}

    if name == "composer.lock":
        config = table("composer.json").get("config")
        plugins = config.get("allow-plugins") if isinstance(config, dict) else None
        if isinstance(plugins, bool):
            return _Choice(only=None if plugins else ())
        return _Choice(never=_refused(plugins))
    if _IGNORED.search(case.read(posixpath.join(folder, ".npmrc")) or b""):
        return _Choice(only=())
    if name.startswith("bun.lock"):
        return _Choice(only=_names(table("package.json"), "trustedDependencies"))
    if name.startswith("pnpm-lock"):
        own = table("package.json").get("pnpm")
        shared = table("pnpm-workspace.yaml")
        told = {**(own if isinstance(own, dict) else {}), **shared}
        built = told.get("allowBuilds")
        only = _names(told, "onlyBuiltDependencies")
        if only is None and isinstance(built, dict):
            only = {str(one) for one, allowed in built.items() if allowed is True}
        return _Choice(only=only, never=_names(told, "neverBuiltDependencies") or ())
    return _Choice()


def _names(table: dict[str, Any], key: str) -> Collection[str] | None:
    """Return the names of a list, without versions; None where there is none."""
    told = table.get(key)
    if not isinstance(told, list):
        return None
    return {re.sub(r"(?<=.)@.*", "", one) for one in told if isinstance(one, str)}


def _refused(table: object) -> Collection[str]:
    rows = table.items() if isinstance(table, dict) else ()
    return {str(name) for name, allowed in rows if allowed is False}
