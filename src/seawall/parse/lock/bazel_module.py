"""MODULE.bazel of Bazel: what it asks for, read as text.

Source: https://bazel.build/rules/lib/globals/module.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.tokens import (
    Group,
    Node,
    calls_in,
    group_in,
    parse_tokens,
    slip_in,
    text_in,
    word_in,
)

_OVERRIDES: dict[str, Origin] = {
    "single_version_override": "registry",
    "archive_override": "url",
    "git_override": "git",
    "local_path_override": "path",
}


_TAGS = ("module", "install", "artifact", "spec")
"""What the extensions for Go, Maven and Cargo are told: `maven.install(artifacts = [...])`."""


def parse(file: ListFile) -> Inventory:
    """Return the modules that a module of Bazel asks for."""
    program = parse_tokens(file.content, "#")
    packages: list[Package] = []
    overrides: dict[str, tuple[str, Group]] = {}
    project = ""
    for name, call in calls_in(program, "module", "bazel_dep", *_OVERRIDES, *_TAGS):
        named = call.named
        if name == "module" and "path" not in named:
            project = project or text_in(named.get("name"))
        elif name in _TAGS:
            packages += _of_extension(name, call)
        elif name == "bazel_dep":
            module = text_in(named.get("name")) or (call.texts[0].value if call.texts else "")
            if module:
                is_development = word_in(named.get("dev_dependency")) == "True"
                packages.append(
                    Package(
                        ecosystem=Ecosystem.BAZEL,
                        name=module,
                        version=text_in(named.get("version")),
                        line=call.line,
                        scope="development" if is_development else "runtime",
                        direct=True,
                    )
                )
        else:
            overrides[text_in(named.get("module_name"))] = name, call
    return Inventory(
        packages=tuple(
            _overridden(one, *overrides[one.name]) if one.name in overrides else one
            for one in packages
        ),
        project=project,
        problems=slip_in(program, file.path),
    )


def _of_extension(tag: str, call: Group) -> Iterator[Package]:
    """Yield the packages of another ecosystem that an extension is told to bring."""
    named = call.named

    def told(ecosystem: Ecosystem, name: str, version: str, line: int) -> Package:
        return Package(ecosystem=ecosystem, name=name, version=version, line=line, direct=True)

    version = text_in(named.get("version"))
    if tag == "install":
        for one in group_in(named.get("artifacts")).texts:
            parts = one.value.split(":")
            if len(parts) >= 2 and all(parts[:2]):
                last = parts[-1] if len(parts) > 2 else ""
                yield told(Ecosystem.MAVEN, ":".join(parts[:2]), last, one.line)
    elif tag == "artifact":
        group, name = text_in(named.get("group")), text_in(named.get("artifact"))
        if group and name:
            yield told(Ecosystem.MAVEN, f"{group}:{name}", version, call.line)
    elif tag == "module":
        if name := text_in(named.get("path")):
            yield told(Ecosystem.GO, name, version, call.line)
    elif name := text_in(named.get("package")):
        exact = version.removeprefix("=") if version.startswith("=") else ""
        package = told(Ecosystem.CRATES, name, exact, call.line)
        yield replace(package, requirement=version)


def _overridden(package: Package, name: str, call: Group) -> Package:
    """Return a module as it is taken in place of what is asked for; only the root may say so."""
    named = call.named
    origin = _OVERRIDES[name]
    if origin == "registry":
        version = text_in(named.get("version")) or package.version
        return replace(
            package, version=version, address=shown_address(text_in(named.get("registry")))
        )
    places = [named.get(key) for key in ("remote", "path", "url", "urls")]
    address = next((found for one in places if (found := _address(one))), "")
    commit, tag = text_in(named.get("commit")), text_in(named.get("tag"))
    version = package.version or tagged_version(tag) or commit
    return replace(package, version=version, origin=origin, address=shown_address(address))


def _address(value: tuple[Node, ...] | None) -> str:
    """Return a text, or the first of a list."""
    texts = group_in(value).texts
    return text_in(value) or (texts[0].value if texts else "")
