"""`seawall lsp`: the same findings in your editor, while you write."""

import argparse
import os
import sys
from datetime import date

from seawall.cli.console import Console
from seawall.core.errors import SeawallError
from seawall.source.cache import cache_folder

EPILOG = """\
An editor starts it and speaks the Language Server Protocol with it; docs/editors.md has the
settings. Nothing that a workspace names is run, and nothing is sent anywhere.

exit codes:
  0  the editor ended it as the protocol asks
  1  the editor went away without a word
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `lsp` understands."""
    parser.epilog = EPILOG
    parser.add_argument(
        "--stdio", action="store_true", help="speak over the standard streams (always so)"
    )
    # Editors give it, so that a server whose editor died ends; the closed stream says the same.
    parser.add_argument("--clientProcessId", metavar="PID", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Serve one editor and return the exit code that the protocol asks for."""
    try:
        from seawall.lsp.features import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs"):
            raise
        raise SeawallError(
            "the language server needs the package pygls, which is not installed",
            hint="install it with Seawall: pip install 'seawall[lsp]'",
        ) from error
    if sys.stdin.isatty():
        console.say(
            "seawall: waiting for an editor to speak; docs/editors.md tells how to set it up"
        )
    # Whatever else is printed must not get between the messages, so it goes to the other stream.
    console.flush()
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as writer:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        ended_well = serve(cache_folder(os.environ), sys.stdin.buffer, writer, today=date.today)
    return 0 if ended_well else 1
