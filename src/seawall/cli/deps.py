"""`seawall deps`: look at packages before they are taken, and mend those that have weaknesses."""

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

from seawall.cli.console import Console

FIX_EXAMPLES = """\
examples:
  seawall deps fix                          raise what can be raised, and show the diff
  seawall deps fix --dry-run                only show it
  seawall deps fix --only jinja2,CVE-2024-22195
  seawall deps fix --trust                  let uv, npm, cargo, ... make the lockfiles anew

Only what has an open weakness is touched, to the nearest version without one. Everything else in
the files stays as it is. Exit: 0 nothing is left, 1 something is, 2 it could not be done.
"""
VET_EXAMPLES = """\
examples:
  seawall deps vet ./kit-1.0.tar.gz         an archive: sdist, wheel, npm's tgz
  seawall deps vet node_modules/kit         a folder
  seawall deps vet kit==1.0                 downloads it from PyPI, and runs nothing of it
  seawall deps vet npm:kit@1.0.0            from the npm registry
"""


if TYPE_CHECKING:
    _Verbs = argparse._SubParsersAction[argparse.ArgumentParser]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `deps` understands."""
    verbs = parser.add_subparsers(title="commands", dest="action", metavar="COMMAND", required=True)
    _add_fix(verbs)
    _add_vet(verbs)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Do what is asked; only that is loaded. Raises SeawallError."""
    code: int = import_module(f"seawall.cli.deps_{arguments.action}").run(arguments, console)
    return code


def _add_fix(verbs: "_Verbs") -> None:
    fix = verbs.add_parser(
        "fix",
        help="raise packages with weaknesses to the nearest version without",
        description="Raise packages with weaknesses to the nearest version without, in the "
        "manifests that\nask for them, and show the diff. Lockfiles are made by their own tools: "
        "the command is told,\nand run with --trust.",
        epilog=FIX_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    fix.add_argument("path", nargs="?", default=".", metavar="PATH", help="a folder or a file")
    fix.add_argument("--dry-run", action="store_true", help="show the diff, change nothing")
    fix.add_argument(
        "--only", metavar="NAME,...", default="", help="only these packages and advisories"
    )
    fix.add_argument(
        "--major", action="store_true", help="also step to another line of versions: 1.x to 2.x"
    )
    fix.add_argument(
        "--trust",
        action="store_true",
        help="run the project's own tools, which may run what the project says",
    )
    fix.add_argument("--advisories", metavar="FILE", default="", help="the database of advisories")
    fix.add_argument("--format", choices=("text", "json"), default="text", help="(text)")


def _add_vet(verbs: "_Verbs") -> None:
    vet = verbs.add_parser(
        "vet",
        help="read a package's source for what it does when it is installed or imported",
        description="Read a package's source for what it does when it is installed or imported.\n"
        "Nothing of it runs. Exit: 0 nothing grave, 1 a package to avoid, 2 it could not be read.",
        epilog=VET_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    vet.add_argument(
        "packages",
        nargs="+",
        metavar="PATH|NAME==VERSION",
        help="an archive or a folder; a name and a version are downloaded",
    )
    vet.add_argument(
        "--no-code", action="store_true", help="only behaviour, no search for weaknesses"
    )
    vet.add_argument("--format", choices=("text", "json"), default="text", help="(text)")
