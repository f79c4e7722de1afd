"""go.work: the modules of a workspace.

Source: https://go.dev/ref/mod#go-work-file.
"""

import posixpath

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.go_directives import is_folder, is_version, read_directives, read_replacement


def parse(file: ListFile) -> Inventory:
    """Return the parts of a workspace, and what it puts in the place of others.

    Raises ParseError when it is no go.work.
    """
    packages: list[Package] = []
    runtimes: list[Runtime] = []
    verbs = set()
    for one in read_directives(file.content):
        verbs.add(one.verb)
        if one.verb in ("go", "toolchain") and len(one.words) == 1:
            version = one.words[0].removeprefix("go")
            runtimes.append(Runtime(name="go", requirement=version, line=one.line))
        elif one.verb == "use" and len(one.words) == 1:
            packages.append(
                Package(
                    ecosystem=Ecosystem.GO,
                    name=_module(file, one.words[0]),
                    line=one.line,
                    origin="workspace",
                    address=one.words[0],
                )
            )
        elif one.verb == "replace" and (told := read_replacement(one.words)) is not None:
            path, version, by = told
            in_folder = is_folder(by.path)
            version = version if in_folder else by.version
            packages.append(
                Package(
                    ecosystem=Ecosystem.GO,
                    name=path if in_folder else by.path,
                    version=version if is_version(version) else "",
                    line=one.line,
                    origin="path" if in_folder else "registry",
                    address=by.path if in_folder else "",
                )
            )
    if not verbs & {"go", "use", "replace", "toolchain", "godebug"}:
        raise ParseError("it is no go.work")
    return Inventory(packages=tuple(packages), runtimes=tuple(runtimes))


def _module(file: ListFile, folder: str) -> str:
    """Return the name of the module in a folder; the folder itself where nobody tells."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), folder, "go.mod"))
    content = None if path.startswith(("..", "/")) else file.read(path)
    try:
        for one in read_directives(content or b""):
            if one.verb == "module" and one.words:
                return one.words[0]
    except ParseError:
        # It answers for itself.
        pass
    return folder
