"""Scripts of steps as commands: what they run, and where."""

import posixpath
from collections.abc import Iterator
from functools import lru_cache

from seawall.model.infrastructure import Node, Place, Resource
from seawall.parse.actions_expression import masked
from seawall.parse.shell import Command, Script, inner_script, parse_shell, unwrapped

LONGEST = 100_000
"""Characters of a script that is looked at."""


def script_of(step: Resource) -> tuple[Node, Script] | None:
    """Return the script of a step as a shell reads it; None where it has none.

    What is of another language is read as far as it looks like commands.
    """
    run = step.get("run")
    if run is None or not run.text():
        return None
    return run, _parsed(run.text())


@lru_cache(maxsize=512)
def _parsed(text: str) -> Script:
    # An expression counts as one word; its braces and blanks would not.
    return parse_shell(masked(text[:LONGEST]))


def commands(script: Script) -> Iterator[tuple[Command, list[str]]]:
    """Yield what a script runs, without the programs that only start another."""
    waiting = [script]
    while waiting:
        for command in waiting.pop().commands():
            _, words = unwrapped(command)
            if words:
                name = posixpath.basename(words[0].text)
                yield command, [name, *(one.text for one in words[1:])]
                inner = inner_script(words)
                if inner is not None and len(waiting) < 20:
                    waiting.append(inner)


def place_in(run: Node, offset: int) -> Place:
    """Return the line of a script, where it is written as a block; else where it begins."""
    text, place = run.text(), run.place
    row = text.count("\n", 0, offset)
    if not place.end_line or place.end_line == place.line:
        return Place(path=place.path, line=place.line, column=place.column)
    # The block begins below the line that has `|`.
    return Place(path=place.path, line=min(place.line + 1 + row, place.end_line))


_RUNNERS = {
    "npm": "i ci install install-test cit run run-script test t start exec x pack publish rebuild",
    "pnpm": "",
    "yarn": "",
    "bun": "",
    "npx": "",
    "bunx": "",
    "node": "",
    "deno": "run task test",
    "pip": "install wheel",
    "pip3": "install wheel",
    "uv": "sync run pip build",
    "poetry": "install run build",
    "pdm": "install run build",
    "pipenv": "install run sync",
    "hatch": "",
    "nox": "",
    "tox": "",
    "pytest": "",
    "python": "",
    "python3": "",
    "pre-commit": "run",
    "make": "",
    "cmake": "",
    "ninja": "",
    "bazel": "build test run",
    "bazelisk": "build test run",
    "gradle": "",
    "gradlew": "",
    "mvn": "",
    "mvnw": "",
    "ant": "",
    "sbt": "",
    "cargo": "build test run check clippy bench doc install publish",
    "go": "run test build generate install",
    "dotnet": "build test run publish restore pack",
    "msbuild": "",
    "bundle": "install exec",
    "rake": "",
    "rspec": "",
    "composer": "install update run run-script",
    "php": "",
    "phpunit": "",
    "mix": "",
    "docker": "build buildx compose",
    "docker-compose": "up build run",
    "terraform": "init plan apply",
    "tofu": "init plan apply",
    "source": "",
    ".": "",
    "eslint": "",
    "jest": "",
    "just": "",
    "task": "",
    "lerna": "",
    "nx": "",
    "turbo": "",
    "rush": "",
    "swift": "build test run",
    "xcodebuild": "",
    "flutter": "",
    "pod": "install",
}
"""Programs that run what a checkout brings, with the commands by which they do; "" for all."""
_SHELLS = ("sh", "bash", "zsh", "dash", "pwsh")
_ASKS = ("--version", "-v", "-V", "--help", "-h")
_INLINE = ("-c", "-e", "-m", "-", "-p")


def runs_checkout(script: Script) -> tuple[Command, str] | None:
    """Return the first command that runs code, settings or build files of the checkout."""
    for command, words in commands(script):
        name, rest = words[0], words[1:]
        path = command.words[0].text
        if path.startswith(("./", "../")):
            return command, path
        if name in _SHELLS or name in ("python", "python3", "node", "php"):
            # A script that it is given; what it is told in words is not of the checkout.
            given = next((one for one in rest if not one.startswith("-")), "")
            inline = any(one in _INLINE for one in rest)
            module = name.startswith("python") and rest[:1] == ["-m"]
            if module and rest[1:2] in (["pip"], ["build"], ["pytest"], ["tox"], ["unittest"]):
                return command, " ".join(words[:4])
            if given and not inline and not given.startswith(("/", "http", "$", "_")):
                return command, f"{name} {given}"
            continue
        if name in _RUNNERS and not any(one in _ASKS for one in rest):
            subcommands = _RUNNERS[name].split()
            first = next((one for one in rest if not one.startswith("-")), "")
            if subcommands and first not in subcommands:
                continue
            if name in ("pip", "pip3") and not _installs_checkout(rest):
                continue
            if name == "npm" and first in ("i", "install") and _is_elsewhere(rest):
                continue
            if name in ("yarn", "pnpm", "bun") and first in ("dlx", "global", "config"):
                continue
            return command, " ".join(words[:3])
    return None


def _is_elsewhere(rest: list[str]) -> bool:
    return any(one in ("-g", "--global") for one in rest)


def _installs_checkout(rest: list[str]) -> bool:
    return any(
        one in ("-r", "-e", "--requirement", "--editable", ".") or one.startswith(("./", ".["))
        for one in rest
    )
