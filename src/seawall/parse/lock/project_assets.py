"""obj/project.assets.json: what NuGet restored for a project.

Source: https://github.com/NuGet/NuGet.Client, `NuGet.ProjectModel/LockFile/LockFileFormat.cs`.
"""

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.nuget import framework_of, read_libraries
from seawall.parse.remarks import Remarks
from seawall.parse.values import table_of, text_of, texts_of


def parse(file: ListFile) -> Inventory:
    """Return what was restored. Raises ParseError when it is no such file."""
    document = parse_json_table(file.content, loose=True)
    targets, libraries = table_of(document, "targets"), table_of(document, "libraries")
    if "libraries" not in document and not targets:
        raise ParseError("it says nothing of libraries")
    finder, remarks = LineFinder(file.content), Remarks(file.path)
    asked: dict[str, str] = {}
    groups = table_of(document, "projectFileDependencyGroups")
    for framework in groups:
        for text in texts_of(groups, framework):
            name, _, allowed = text.partition(" ")
            asked.setdefault(name.lower(), allowed)
    packages = read_libraries(targets, libraries, finder, remarks)
    if groups:
        packages = [
            replace(
                one, direct=one.name.lower() in asked, requirement=asked.get(one.name.lower(), "")
            )
            for one in packages
        ]
    project = table_of(document, "project")
    restore = table_of(project, "restore")
    frameworks = [framework_of(one) for one in table_of(project, "frameworks") or targets]
    return Inventory(
        packages=tuple(packages),
        project=text_of(restore, "projectName"),
        runtimes=tuple(
            Runtime(name="dotnet", requirement=one) for one in dict.fromkeys(frameworks)
        ),
        problems=remarks.problems,
    )
