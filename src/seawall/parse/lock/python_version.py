"""Files that choose the Python to run on: .python-version, runtime.txt; and asdf's .tool-versions.

Source: https://github.com/pyenv/pyenv, Heroku's and asdf's documentation.
"""

import re
from collections.abc import Iterator

from seawall.model.inventory import Inventory, ListFile, Runtime
from seawall.parse.pep508 import lines_of

_NAMES = {"nodejs": "node", "golang": "go", "dotnet-core": "dotnet"}
"""Of asdf's plugins, what the runtime is called where it has another name."""
_PYTHON = re.compile(r"(?:(?:c?python|pyenv)-?)?(?P<version>[\w.*-]*\d[\w.+*-]*)", re.IGNORECASE)
_WHOLE = re.compile(r"(\d[\w.]*?)(?:-(?:linux|macos|windows|darwin)\b.*|\+.*)?")
LONGEST = 200


def parse(file: ListFile) -> Inventory:
    """Return the runtimes that a file chooses."""
    tools = file.path.endswith(".tool-versions")
    lines = lines_of(file.content.decode("utf-8-sig", "replace"))
    found: list[Runtime] = []
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split() if len(line) <= LONGEST else []
        if words:
            found += _tool(words, number) if tools else _python(words[0], number)
    return Inventory(runtimes=tuple(found))


def _tool(words: list[str], line: int) -> Iterator[Runtime]:
    name = _NAMES.get(words[0].lower(), words[0].lower())
    for version in words[1:]:
        yield Runtime(name=name, requirement=version, line=line)


def _python(word: str, line: int) -> Iterator[Runtime]:
    if word.lower().startswith(("pypy", "graalpy", "miniconda", "anaconda", "jython", "stackless")):
        yield Runtime(name="python", requirement=word, line=line)
    elif found := _PYTHON.fullmatch(word):
        whole = _WHOLE.fullmatch(found["version"])
        yield Runtime(name="python", requirement=whole[1] if whole else word, line=line)
