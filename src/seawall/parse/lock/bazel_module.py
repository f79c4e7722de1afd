"""MODULE.bazel of Bazel: what it asks for, read as text.

Source: https://bazel.build/rules/lib/globals/module.
"""

from msgspec.structs import replace

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package
from seawall.parse.revisions import shown_address, tagged_version
from seawall.parse.tokens import Group, Node, calls_in, group_in, parse_tokens, text_in, word_in

_OVERRIDES: dict[str, Origin] = {
    "single_version_override": "registry",
    "archive_override": "url",
    "git_override": "git",
    "local_path_override": "path",
}


def parse(file: ListFile) -> Inventory:
    """Return the modules that a module of Bazel asks for."""
    program = parse_tokens(file.content, "#")
    packages: list[Package] = []
    overrides: dict[str, tuple[str, Group]] = {}
    project = ""
    for name, call in calls_in(program, "module", "bazel_dep", *_OVERRIDES):
        named = call.named
        if name == "module":
            project = project or text_in(named.get("name"))
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
    )


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
