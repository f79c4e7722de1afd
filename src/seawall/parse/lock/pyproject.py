"""pyproject.toml: what a project asks for, in the standard's words and in those of its tools.

Source: https://packaging.python.org/en/latest/specifications/pyproject-toml, PEP 735, and the
documentation of Poetry, PDM, Hatch, uv, Flit, Rye and pixi.
"""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import (
    Ecosystem,
    Inventory,
    ListFile,
    Package,
    Runtime,
    Scope,
)
from seawall.parse.conda import read_pixi_tables
from seawall.parse.lock import format_of
from seawall.parse.pep508 import (
    parse_address,
    parse_requirement,
    pinned_version,
    python_name,
    scope_of_group,
    source_in,
)
from seawall.parse.toml import TomlLines, parse_toml
from seawall.parse.values import list_of, table_of, tables_of, text_of, texts_of

_EXACT = re.compile(r"={0,3}\s*v?(\d[\w.+!-]*)")
_LICENCE = "License :: "


def parse(file: ListFile) -> Inventory:
    """Return what a project asks for. Raises ParseError when the file is no TOML."""
    document = parse_toml(file.content)
    reader = _Reader(file)
    project, tool = table_of(document, "project"), table_of(document, "tool")
    poetry, flit = table_of(tool, "poetry"), table_of(tool, "flit", "metadata")
    reader.read_build(document)
    reader.read_project(project)
    reader.read_groups(document)
    reader.read_poetry(poetry)
    reader.read_pdm(table_of(tool, "pdm"))
    reader.read_hatch(table_of(tool, "hatch"))
    reader.read_uv(table_of(tool, "uv"))
    reader.read_flit(flit)
    reader.read_apps(tool)
    reader.read_lists(tool)
    reader.list_in(("tool", "rye"), table_of(tool, "rye"), "dev-dependencies", "development")
    found = read_pixi_tables(table_of(tool, "pixi"), ("tool", "pixi"), reader.lines)
    packages = _sourced(reader.packages, table_of(tool, "uv", "sources")) + found
    if all(one.line for one in packages):
        packages.sort(key=lambda one: one.line)
    return Inventory(
        packages=tuple(packages),
        project=text_of(project, "name") or text_of(poetry, "name") or text_of(flit, "module"),
        licence=_licence(project) or text_of(poetry, "license") or _licence(flit),
        runtimes=tuple(reader.runtimes),
        problems=tuple(reader.problems),
    )


class _Reader:
    """Gathers what the tables ask for."""

    def __init__(self, file: ListFile) -> None:
        self._path, self._read = file.path, file.read
        self.lines = TomlLines(file.content)
        self._finder = self.lines.finder
        double, single = file.content.count(b'"'), file.content.count(b"'")
        self._quotes = (b'"', b"'") if double >= single else (b"'", b'"')
        self.packages: list[Package] = []
        self.runtimes: list[Runtime] = []
        self.problems: list[Problem] = []

    def read_build(self, document: Mapping[str, Any]) -> None:
        """Read what building the project needs."""
        self.list_in(("build-system",), table_of(document, "build-system"), "requires", "build")

    def read_project(self, project: Mapping[str, Any]) -> None:
        """Read the standard's table."""
        self._runtime(project, ("project",))
        self.list_in(("project",), project, "dependencies", "runtime")
        extras = table_of(project, "optional-dependencies")
        for extra in extras:
            section = ("project", "optional-dependencies")
            self.list_in(section, extras, extra, scope_of_group(extra, "optional"))

    def read_groups(self, document: Mapping[str, Any]) -> None:
        """Read the groups of PEP 735; those that one includes are there themselves."""
        groups = table_of(document, "dependency-groups")
        known = {python_name(name) for name in groups}
        for group in groups:
            section = ("dependency-groups",)
            self.list_in(section, groups, group, scope_of_group(group, "development"))
            for one in tables_of(groups, group):
                included = text_of(one, "include-group")
                if included and python_name(included) not in known:
                    self._passed_over(f"includes the group {included!r}, which there is not", 0)

    def read_poetry(self, poetry: Mapping[str, Any]) -> None:
        """Read the tables of Poetry; what PEP 621 names already may only be told more of there."""
        named = {one.name for one in self.packages if one.scope != "build"}
        section = ("tool", "poetry")
        self._constraints((*section, "dependencies"), poetry, "dependencies", "runtime", named)
        for old in ("dev-dependencies", "dev_dependencies"):
            self._constraints((*section, old), poetry, old, "development", named)
        groups = table_of(poetry, "group")
        for group in groups:
            scope = scope_of_group(group, "development")
            path = (*section, "group", group, "dependencies")
            self._constraints(path, table_of(groups, group), "dependencies", scope, named)
        self._constraints(
            (*section, "requires-plugins"), poetry, "requires-plugins", "build", named
        )

    def read_pdm(self, pdm: Mapping[str, Any]) -> None:
        """Read the tables of PDM."""
        groups = table_of(pdm, "dev-dependencies")
        for group in groups:
            section = ("tool", "pdm", "dev-dependencies")
            self.list_in(section, groups, group, scope_of_group(group, "development"))
        # Tables in the first versions.
        first = {key: one for key, one in groups.items() if not isinstance(one, list)}
        old = {"dependencies": table_of(pdm, "dependencies"), "dev-dependencies": first}
        scopes: dict[str, Scope] = {"dependencies": "runtime", "dev-dependencies": "development"}
        for key, scope in scopes.items():
            self._constraints(("tool", "pdm", key), old, key, scope, set())

    def read_hatch(self, hatch: Mapping[str, Any]) -> None:
        """Read the environments and the hooks of Hatch."""
        self.list_in(("tool", "hatch", "env"), table_of(hatch, "env"), "requires", "build")
        environments = table_of(hatch, "envs")
        for name in environments:
            environment = table_of(environments, name)
            default: Scope = "development"
            for key in ("dependencies", "extra-dependencies"):
                section = ("tool", "hatch", "envs", name)
                self.list_in(section, environment, key, scope_of_group(name, default))
        build = table_of(hatch, "build")
        self.list_in(("tool", "hatch", "build"), build, "dependencies", "build")
        targets = table_of(build, "targets")
        places: list[tuple[str, ...]] = [("tool", "hatch", "build")]
        places += [("tool", "hatch", "build", "targets", target) for target in targets]
        for place in places:
            table = table_of({"tool": {"hatch": hatch}}, *place)
            if len(place) > 3:
                self.list_in(place, table, "dependencies", "build")
            hooks = table_of(table, "hooks")
            for hook in hooks:
                path = (*place, "hooks", hook)
                self.list_in(path, table_of(hooks, hook), "dependencies", "build")

    def read_uv(self, uv: Mapping[str, Any]) -> None:
        """Read what uv had before there were groups; its constraints ask for nothing."""
        self.list_in(("tool", "uv"), uv, "dev-dependencies", "development")

    def read_apps(self, tool: Mapping[str, Any]) -> None:
        """Read what Briefcase puts into the programs that it builds."""
        apps = table_of(tool, "briefcase", "app")
        for app in apps:
            section = ("tool", "briefcase", "app", app)
            self.list_in(section, table_of(apps, app), "requires", "runtime")
            self.list_in(section, table_of(apps, app), "test_requires", "test")

    def read_lists(self, tool: Mapping[str, Any]) -> None:
        """Read the files that setuptools takes lists from, as far as their names tell nothing."""
        dynamic = table_of(tool, "setuptools", "dynamic")
        extras = table_of(dynamic, "optional-dependencies")
        lists: list[tuple[str, Scope, dict[str, Any]]] = [("dependencies", "runtime", dynamic)]
        lists += [(extra, scope_of_group(extra, "optional"), extras) for extra in extras]
        for key, scope, table in lists:
            named = table_of(table, key)
            for name in texts_of(named, "file") or [text_of(named, "file")]:
                path = posixpath.normpath(posixpath.join(posixpath.dirname(self._path), name))
                content = self._read(path) if name and not format_of(path) else None
                line = self._line_of(name) if content is not None else 0
                for text in (content or b"").decode("utf-8-sig", "replace").splitlines():
                    wanted = parse_requirement(text.partition("#")[0])
                    if wanted is not None:
                        self.packages.append(wanted.package(line, scope))

    def read_flit(self, flit: Mapping[str, Any]) -> None:
        """Read Flit's table from before the standard's."""
        section = ("tool", "flit", "metadata")
        self._runtime(flit, section)
        self.list_in(section, flit, "requires", "runtime")
        self.list_in(section, flit, "dev-requires", "development")
        extras = table_of(flit, "requires-extra")
        for extra in extras:
            path = (*section, "requires-extra")
            self.list_in(path, extras, extra, scope_of_group(extra, "optional"))

    def list_in(
        self, section: tuple[str, ...], table: Mapping[str, Any], key: str, scope: Scope
    ) -> None:
        """Read the list of requirements under a key of a table, of which `section` is the path."""
        listed = list_of(table, key)
        if not listed:
            return
        self.lines.line_of(*section, key)
        for text in texts_of(table, key):
            line = self._line_of(text)
            wanted = parse_requirement(text)
            if wanted is None and (found := re.match(r"-e\s+(.*)|((?:file|https?|git\+).*)", text)):
                wanted = parse_address(found[1] or found[2])
                wanted = wanted if wanted.name else None
            if wanted is None:
                self._passed_over("it is no requirement", line)
            else:
                self.packages.append(wanted.package(line, scope))

    def _constraints(
        self,
        section: tuple[str, ...],
        table: Mapping[str, Any],
        key: str,
        scope: Scope,
        named: set[str],
    ) -> None:
        """Read a table of Poetry: names and what is allowed of each."""
        entries = table_of(table, key)
        for name, entry in entries.items():
            line = self.lines.line_of(*section, name)
            if name.lower() == "python":
                wanted = entry if isinstance(entry, str) else ""
                wanted = text_of(entry, "version") if isinstance(entry, dict) else wanted
                if wanted and not self.runtimes:
                    self.runtimes.append(Runtime(name="python", requirement=wanted, line=line))
                continue
            for one in entry if isinstance(entry, list) else [entry]:
                told = one if isinstance(one, dict) else {"version": str(one)}
                package = _constrained(name, told, line, scope) if name else None
                if package is None or (package.name in named and not package.requirement):
                    continue
                self.packages.append(package)

    def _runtime(self, table: Mapping[str, Any], section: tuple[str, ...]) -> None:
        if wanted := text_of(table, "requires-python"):
            line = self.lines.line_of(*section, "requires-python")
            self.runtimes.append(Runtime(name="python", requirement=wanted, line=line))

    def _line_of(self, text: str) -> int:
        first, second = self._quotes
        raw = text.encode("utf-8", "replace")
        line = (
            self._finder.line_of(first + raw + first)
            or self._finder.line_of(second + raw + second)
            or self._finder.line_of(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace"))
        )
        if line:
            self._finder.pass_by()
        return line

    def _passed_over(self, why: str, line: int) -> None:
        self.problems.append(
            Problem(
                kind=ProblemKind.PARSE,
                message=f"passed over: {why}",
                path=self._path,
                line=line,
                engine="deps",
            )
        )


def _constrained(name: str, entry: Mapping[str, Any], line: int, scope: Scope) -> Package | None:
    """Return a package as Poetry writes it."""
    allowed = text_of(entry, "version")
    origin, address, version = source_in(entry)
    exact = _EXACT.fullmatch(allowed)
    version = exact[1] if exact else pinned_version(allowed) or version
    markers = text_of(entry, "markers")
    if python := text_of(entry, "python"):
        markers = f"{markers} and python {python}" if markers else f"python {python}"
    return Package(
        ecosystem=Ecosystem.PYPI,
        name=python_name(name),
        version=version,
        requirement="" if allowed == "*" else allowed,
        line=line,
        scope="optional" if scope == "runtime" and entry.get("optional") is True else scope,
        direct=True,
        origin=origin,
        address=address,
        marker=markers,
    )


def _sourced(packages: Iterable[Package], sources: Mapping[str, Any]) -> list[Package]:
    """Return the packages with where uv takes them from."""
    told = {python_name(name): source for name, source in sources.items()}
    return list(_from(packages, told)) if told else list(packages)


def _from(packages: Iterable[Package], told: Mapping[str, Any]) -> Iterator[Package]:
    for package in packages:
        source = told.get(package.name)
        # Of several sources, each under its marker, the first stands for all.
        tables = source if isinstance(source, list) else [source]
        table = next((one for one in tables if isinstance(one, dict)), {})
        origin, address, version = source_in(table)
        if origin == "registry" or package.origin != "registry":
            yield package
        else:
            version = package.version or version
            yield replace(package, origin=origin, address=address, version=version)


def _licence(project: Mapping[str, Any]) -> str:
    """Return the licence; that of the classifiers where no other is told."""
    licence = project.get("license", "")
    if isinstance(licence, dict):
        licence = text_of(licence, "text")
    if isinstance(licence, str) and licence and "\n" not in licence.strip():
        return licence.strip()
    told = [one for one in texts_of(project, "classifiers") if one.startswith(_LICENCE)]
    return told[0].rpartition(" :: ")[2] if told else ""
