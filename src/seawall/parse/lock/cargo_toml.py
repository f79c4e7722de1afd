"""Cargo.toml: what a crate or a workspace in Rust asks for.

Source: https://doc.rust-lang.org/cargo/reference/manifest.html.
"""

from collections.abc import Iterable, Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.cargo import Need, needs_of, read_need, workspace_above
from seawall.parse.lines import LineFinder
from seawall.parse.toml import key_pattern, parse_toml, section_pattern
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
    lines = LineFinder(file.content)
    shared = table_of(document, "workspace", "dependencies")
    told = [read_need(alias, value, "dependencies", "runtime") for alias, value in shared.items()]
    asked = list(needs_of(document, workspace))
    named = {need.alias for need in asked}
    # What the members of a workspace may inherit is told where no package stands here.
    spare = [need for need in told if need is not None and need.alias not in named]
    rust = text_of(package, "rust-version")
    rust = rust or text_of(table_of(document, "workspace", "package"), "rust-version")
    return Inventory(
        packages=(*_packages(asked, lines), *_packages(spare, lines, ("workspace",))),
        project=text_of(package, "name"),
        licence=text_of(package, "license"),
        runtimes=(
            Runtime(
                name="rust",
                requirement=rust,
                line=LineFinder(file.content).line_matching(key_pattern("rust-version")),
            ),
        )
        if rust
        else (),
    )


def _packages(
    needs: Iterable[Need], lines: LineFinder, above: tuple[str, ...] = ()
) -> Iterator[Package]:
    for need in needs:
        return_to = (*above, *(("target", need.marker) if need.marker else ()), need.kind)
        lines.line_matching(section_pattern(*return_to))
        yield Package(
            ecosystem=Ecosystem.CRATES,
            name=need.name,
            version=need.version,
            requirement=need.requirement,
            line=lines.line_matching(key_pattern(need.alias)),
            scope=need.scope,
            direct=True,
            key=need.alias if need.alias != need.name else "",
            origin=need.origin,
            address=need.address,
            marker=need.marker,
        )
