"""pom.xml of Maven: what a module asks for, with what the poms of its repository say of it.

Source: https://maven.apache.org/pom.html, https://maven.apache.org/ref/current/maven-model-builder.
"""

from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.maven import is_part, maven_package
from seawall.parse.pom_model import Model
from seawall.parse.remarks import Remarks
from seawall.parse.xml import Element, parse_xml

_PLUGINS = "org.apache.maven.plugins"
_SCOPES: dict[str, Scope] = {"test": "test", "provided": "build", "import": "build"}
_JAVA = (
    "maven.compiler.release",
    "maven.compiler.source",
    "maven.compiler.target",
    "java.version",
)


def parse(file: ListFile) -> Inventory:
    """Return what a module asks for. Raises ParseError when it is no pom."""
    root = parse_xml(file.content)
    if root.name != "project":
        raise ParseError("it is no pom of maven")
    model, remarks = Model(file, root), Remarks(file.path)
    packages = list(_packages(model, root, remarks))
    asked = {one.name for one in packages}
    packages += [one for one in _managed(model, root, remarks) if one.name not in asked]
    packages.sort(key=lambda one: one.line)
    group, artifact = model.value("${project.groupId}"), model.value("${project.artifactId}")
    return Inventory(
        packages=tuple(packages),
        project=f"{group}:{artifact}" if is_part(group) and is_part(artifact) else "",
        licence=" OR ".join(
            name
            for one in (root.first("licenses") or root).all("license")
            if (name := one.value("name"))
        ),
        runtimes=tuple(_runtimes(model, root)),
        problems=remarks.problems,
    )


def _packages(model: Model, root: Element, remarks: Remarks) -> Iterator[Package]:
    parent = root.first("parent")
    if parent is not None and not model.has_parent:
        yield from _known(model, parent, {"scope": "build"}, remarks)
    for one in root.all("dependencies"):
        yield from _dependencies(model, one, "", remarks)
    yield from _build(model, root, "", remarks)
    for profile in (root.first("profiles") or _NOTHING).children:
        with_profile = model.in_profile(profile)
        marker = f"profile {profile.value('id')}".rstrip()
        for one in profile.all("dependencies"):
            yield from _dependencies(with_profile, one, marker, remarks)
        yield from _build(with_profile, profile, marker, remarks)


def _dependencies(
    model: Model, listed: Element, marker: str, remarks: Remarks, scope: Scope | None = None
) -> Iterator[Package]:
    for one in listed.all("dependency"):
        told = model.value(one.value("scope")) or model.managed(one, "scope")
        optional = model.value(one.value("optional") or model.managed(one, "optional"))
        of_it = scope or _SCOPES.get(told) or ("optional" if optional == "true" else "runtime")
        more: dict[str, object] = {"scope": of_it, "marker": marker}
        if told == "system":
            more |= {"origin": "path", "address": one.value("systemPath")}
        yield from _known(model, one, more, remarks)


def _build(model: Model, root: Element, marker: str, remarks: Remarks) -> Iterator[Package]:
    """Yield the plugins of a build, what they are given, and its extensions."""
    more: dict[str, object] = {"scope": "build", "marker": marker}
    for section in ("build", "reporting"):
        for plugin in (root.first(section, "plugins") or _NOTHING).all("plugin"):
            yield from _known(model, plugin, more, remarks, _PLUGINS)
            for one in plugin.all("dependencies"):
                yield from _dependencies(model, one, marker, remarks, "build")
            paths = plugin.first("configuration", "annotationProcessorPaths") or _NOTHING
            for path in [*paths.all("path"), *paths.all("annotationProcessorPath")]:
                yield from _known(model, path, more, remarks)
    for one in (root.first("build", "extensions") or _NOTHING).all("extension"):
        yield from _known(model, one, more, remarks)


def _managed(model: Model, root: Element, remarks: Remarks) -> Iterator[Package]:
    """Yield what is given a version here in case that a module asks for it."""
    for one in (root.first("dependencyManagement", "dependencies") or _NOTHING).all("dependency"):
        told = model.value(one.value("scope"))
        more: dict[str, object] = {"scope": _SCOPES.get(told, "runtime")}
        if told != "import":
            more["direct"] = None
        yield from _known(model, one, more, remarks)
    for one in (root.first("build", "pluginManagement", "plugins") or _NOTHING).all("plugin"):
        yield from _known(model, one, {"scope": "build", "direct": None}, remarks, _PLUGINS)


def _known(
    model: Model, one: Element, more: dict[str, object], remarks: Remarks, default: str = ""
) -> Iterator[Package]:
    """Yield the package that an element names, if it can be told which."""
    group = model.value(one.value("groupId")) or default
    artifact = model.value(one.value("artifactId"))
    if not is_part(group) or not is_part(artifact):
        remarks.pass_over("its group and name are not written out", one.line)
        return
    if default:
        wanted = one.value("version") or model.plugin_version(group, artifact)
    else:
        wanted = one.value("version") or model.managed(one, "version")
    told: dict[str, object] = {"direct": True, **more}
    if model.is_module(group, artifact):
        told["origin"] = "workspace"
    place = one.first("artifactId")
    line = place.line if place is not None else one.line
    yield maven_package(group, artifact, model.value(wanted), line=line, **told)


def _runtimes(model: Model, root: Element) -> Iterator[Runtime]:
    for name in _JAVA:
        told = root.first("properties", name)
        if told is not None and (wanted := model.value(told.text)) and "${" not in wanted:
            yield Runtime(name="java", requirement=wanted, line=told.line)
            return


_NOTHING = Element(name="", line=0, attributes={})
