"""Package.swift: the literal packages that it asks for, read as text.

Source: https://docs.swift.org/package-manager/PackageDescription/PackageDescription.html.
"""

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.revisions import repository_name, shown_address, tagged_version
from seawall.parse.tokens import (
    Group,
    Node,
    Sign,
    Text,
    Word,
    calls_in,
    group_in,
    parse_tokens,
    text_in,
)


def parse(file: ListFile) -> Inventory:
    """Return what the manifest of a package of Swift asks for in words."""
    program = parse_tokens(file.content, "//")
    packages: list[Package] = []
    project = ""
    for name, call in calls_in(program, "package", "Package"):
        if name == "Package":
            project = project or text_in(call.named.get("name"))
        if (package := _package(call)) is not None:
            packages.append(package)
    return Inventory(packages=tuple(packages), project=project)


def _package(call: Group) -> Package | None:
    named = call.named
    url, path, identity = (text_in(named.get(key)) for key in ("url", "path", "id"))
    if path and not url:
        return Package(
            ecosystem=Ecosystem.SWIFT,
            name=text_in(named.get("name")) or path.rstrip("/").rpartition("/")[2] or path,
            line=call.line,
            direct=True,
            origin="path",
            address=path,
        )
    if not url and not identity:
        return None
    requirement, version, is_revision = _allowed(call, named)
    return Package(
        ecosystem=Ecosystem.SWIFT,
        name=repository_name(url) if url else identity,
        version=version,
        requirement=requirement,
        line=call.line,
        direct=True,
        origin="git" if is_revision else "registry",
        address=shown_address(url) if is_revision else "",
    )


def _allowed(call: Group, named: dict[str, tuple[Node, ...]]) -> tuple[str, str, bool]:
    """Return what is allowed, the one version if it is one, and whether that is no release."""
    if version := text_in(named.get("exact")):
        return f"exact {version}", version, False
    if version := text_in(named.get("from")):
        return f"from {version}", "", False
    for key in ("revision", "branch"):
        if revision := text_in(named.get(key)):
            return (
                f"{key} {revision}",
                tagged_version(revision) or revision * (key == "revision"),
                True,
            )
    for part in call.values:
        words = [one.value for one in part if isinstance(one, Word)]
        texts = [one.value for one in (*part, *group_in(part).items) if isinstance(one, Text)]
        signs = "".join(one.value for one in part if isinstance(one, Sign))
        if words and texts:
            # `.exact("1.0.0")`, `.upToNextMajor(from: "1.0.0")`, `.branch("main")`.
            is_revision = words[0] in ("branch", "revision")
            exact = texts[0] if words[0] in ("exact", "revision") else ""
            return f"{words[0]} {texts[0]}", exact, is_revision
        if len(texts) == 2:
            return f"{texts[0]}{signs}{texts[1]}", "", False
    return "", "", False
