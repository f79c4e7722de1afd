"""`seawall dismiss`: say that a finding is no alarm, and why."""

import argparse

from seawall.cli import waive
from seawall.cli.console import Console


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `dismiss` understands."""
    parser.epilog = (
        "For what is not real. A risk that is accepted for a while is waived: `seawall waive`.\n\n"
        'example:\n  seawall dismiss 5f1d09a3c2b7 --reason "a checksum, not a key"\n'
    )
    waive.add_scope(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Add the dismissal to the target's waivers."""
    return waive.add(arguments, console, until="", false_alarm=True)
