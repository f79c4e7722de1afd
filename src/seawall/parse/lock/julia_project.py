"""Project.toml of Julia.

Source: https://pkgdocs.julialang.org/v1/toml-files and .../compatibility.
"""

import re

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime, Scope
from seawall.parse.revisions import shown_address
from seawall.parse.toml import TomlLines, parse_toml
from seawall.parse.values import table_of, text_of

_TABLES: tuple[tuple[str, Scope], ...] = (
    ("deps", "runtime"),
    ("weakdeps", "optional"),
    ("extras", "test"),
)
_EXACT = re.compile(r"=\s*(\d+\.\d+\.\d+[\w.+-]*)")
_WITH_JULIA = frozenset(
    "ArgTools Artifacts Base64 CRC32c Dates DelimitedFiles Distributed Downloads FileWatching"
    " Future InteractiveUtils JuliaSyntaxHighlighting LazyArtifacts LibCURL LibGit2 Libdl"
    " LinearAlgebra"
    " Logging Markdown Mmap NetworkOptions Pkg Printf Profile REPL Random SHA Serialization"
    " SharedArrays Sockets SparseArrays Statistics StyledStrings SuiteSparse TOML Tar Test UUIDs"
    " Unicode".split()
)
"""What Julia itself brings."""


def parse(file: ListFile) -> Inventory:
    """Return what a project of Julia asks for. Raises ParseError when it is no toml."""
    document = parse_toml(file.content)
    compat, sources = table_of(document, "compat"), table_of(document, "sources")
    lines = TomlLines(file.content)
    packages: dict[str, Package] = {}
    for table, scope in _TABLES:
        for name in table_of(document, table):
            if name in _WITH_JULIA or not name:
                continue
            allowed = text_of(compat, name)
            exact = _EXACT.fullmatch(allowed)
            git, path = (text_of(table_of(sources, name), key) for key in ("url", "path"))
            origin: Origin = "git" if git else "path" if path else "registry"
            package = Package(
                ecosystem=Ecosystem.JULIA,
                name=name,
                version=exact[1] if exact else "",
                requirement=allowed,
                line=lines.line_of(table, name),
                scope=scope,
                direct=True,
                origin=origin,
                address=shown_address(git or path),
            )
            packages.setdefault(name, package)
    runtime = text_of(compat, "julia")
    return Inventory(
        packages=tuple(packages.values()),
        project=text_of(document, "name"),
        runtimes=(
            (
                Runtime(
                    name="julia",
                    requirement=runtime,
                    line=lines.line_of("compat", "julia"),
                ),
            )
            if runtime
            else ()
        ),
    )
