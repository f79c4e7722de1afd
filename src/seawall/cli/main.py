"""The command line as a whole: verbs, common options, errors and exit codes."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from seawall import __version__
from seawall.cli.console import Console, console_from
from seawall.core.errors import SeawallError

OK, BROKEN, FAILED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: the gate passes, the gate breaks the build, the job could not be done, Ctrl-C."""

VERBS = {
    "scan": "audit a folder, a change or a history, and decide",
    "init": "set a repository up: configuration, hook, pipeline and baseline",
    "explain": "why a rule or a finding matters, and what to do",
    "why": "what looked at a line, and what was decided about it",
    "baseline": "accept what is there today, so that only new findings count",
    "waive": "accept a risk, with a reason and until a day",
    "dismiss": "say that a finding is no alarm, and why",
    "config": "show the configuration in force, and where it comes from",
    "policy": "check recorded decisions, and make the keys that sign them",
    "sbom": "the packages that a target stands on, as CycloneDX or SPDX",
    "db": "the advisories on this machine: update them, tell how old they are",
    "deps": "mend packages with weaknesses; look at one before it is taken",
    "infra": "try your own rules of infrastructure on the pages beside them",
    "rules": "list what is looked for",
    "lsp": "the same findings in your editor, while you write",
}
"""The verbs in the order in which a newcomer meets them; each is a module of this package."""


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks as the rest of the program does."""

    def error(self, message: str) -> NoReturn:
        """Print the error and the hint, and exit 2."""
        sys.stderr.write(f"seawall: error: {message}\n")
        sys.stderr.write(f"seawall: hint: `{self.prog} --help` shows how\n")
        raise SystemExit(FAILED)


def build_parser(verb: str = "") -> Parser:
    """Build the parser; only `verb` gets its options, every verb when it is empty.

    One verb's options are enough to run it, and loading one is faster than loading all.
    """
    parser = Parser(
        prog="seawall",
        description="Security in the loop of development: audits what you have, says it "
        "well, and breaks the build for the right reasons.",
        epilog="Start with `seawall scan` in your repository. "
        "Exit codes: 0 the gate passes, 1 it breaks the build, 2 the job could not be done.",
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"seawall {__version__}")
    verbs = parser.add_subparsers(
        title="commands", dest="verb", metavar="COMMAND", parser_class=Parser
    )
    for name, words in VERBS.items():
        child = verbs.add_parser(
            name,
            help=words,
            description=words[:1].upper() + words[1:] + ".",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if verb in ("", name):
            module = import_module(f"seawall.cli.{name}")
            module.add_options(child)
            child.set_defaults(run=module.run)
    return parser


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code. Never raises for a user's mistake."""
    verb = argv[0] if argv and argv[0] in VERBS else ""
    parser = build_parser(verb)
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILED
    if not arguments.verb:
        parser.print_help()
        return FAILED
    console = console_from(arguments, os.environ)
    try:
        code: int = arguments.run(arguments, console)
        console.flush()
        return code
    except SeawallError as error:
        console.error(error)
        return FAILED
    except KeyboardInterrupt:
        return _interrupted(console)
    except BrokenPipeError:
        # The reader of our output went away (`| head`); nothing is left to say to it.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _interrupted(console: Console) -> int:
    """Say so and keep a second Ctrl-C from cutting the clean-up short."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    console.say("seawall: interrupted; nothing was left half done")
    return INTERRUPTED
