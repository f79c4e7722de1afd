"""*.deps.json: what a built program of .NET stands on.

Source: https://github.com/dotnet/runtime, `docs/design/features/host-runtime-information.md`.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.nuget import framework_of, read_libraries
from seawall.parse.remarks import Remarks
from seawall.parse.values import table_of, text_of


def parse(file: ListFile) -> Inventory:
    """Return what the program was built with. Raises ParseError when it is no such file."""
    document = parse_json_table(file.content, loose=True)
    targets = table_of(document, "targets")
    libraries = table_of(document, "libraries")
    if not targets and "libraries" not in document:
        raise ParseError("it says nothing of libraries")
    finder, remarks = LineFinder(file.content), Remarks(file.path)
    target = text_of(table_of(document, "runtimeTarget"), "name")
    runtime = framework_of(target)
    line = finder.line_of(target.encode("utf-8", "replace")) if target else 0
    chosen = {target: targets[target]} if target in targets else targets
    packages = read_libraries(chosen, libraries, finder, remarks)
    return Inventory(
        packages=tuple(packages),
        runtimes=(Runtime(name="dotnet", requirement=runtime, line=line),) if runtime else (),
        problems=remarks.problems,
    )
