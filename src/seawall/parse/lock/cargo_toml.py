"""Cargo.toml: what a crate or a workspace in Rust asks for.

Source: https://doc.rust-lang.org/cargo/reference/manifest.html.
"""

from collections.abc import Iterable, Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.cargo import Need, needs_of, read_need, workspace_above
from seawall.parse.toml import TomlLines, parse_toml
from seawall.parse.values import table_of, text_of

_KNOWN = {"package", "project", "workspace", "dependencies", "lib", "bin", "patch", "replace"}


def parse(file: ListFile) -> Inventory:
    """Return what a manifest asks for. Raises ParseError when it is no manifest of Cargo."""
    document = parse_toml(file.content)
    if not document.keys() & _KNOWN:
        raise ParseError("it is no manifest of cargo")
    package = table_of(document, "package") or table_of(document, "project")
    inherits = "workspace = true" in file.content.decode("utf-8", "replace")
    inherits = inherits or b"workspace=true" in file.content
    workspace = workspace_above(file) if inherits and "workspace" not in document else None
    lines = TomlLines(file.content)
    shared = table_of(document, "workspace", "dependencies")
    told = [read_need(alias, value, "dependencies", "runtime") for alias, value in shared.items()]
    asked = list(needs_of(document, workspace))
    named = {need.alias for need in asked}
    # What the members of a workspace may inherit is told where no package stands here.
    spare = [need for need in told if need is not None and need.alias not in named]
    above = ("package",) if "rust-version" in package else ("workspace", "package")
    rust = text_of(table_of(document, *above), "rust-version")
    return Inventory(
        packages=(*_packages(asked, lines), *_packages(spare, lines, ("workspace",))),
        project=text_of(package, "name"),
        licence=text_of(package, "license"),
        runtimes=(
            Runtime(name="rust", requirement=rust, line=lines.line_of(*above, "rust-version")),
        )
        if rust
        else (),
    )


def _packages(
    needs: Iterable[Need], lines: TomlLines, above: tuple[str, ...] = ()
) -> Iterator[Package]:
    for need in needs:
        platform = ("target", need.marker) if need.marker else ()
        yield Package(
            ecosystem=Ecosystem.CRATES,
            name=need.name,
            version=need.version,
            requirement=need.requirement,
            line=lines.line_of(*above, *platform, need.kind, need.alias),
            scope=need.scope,
            direct=True,
            key=need.alias if need.alias != need.name else "",
            origin=need.origin,
            address=need.address,
            marker=need.marker,
        )
