"""The options of commands that ask what is in force in a target, without a scan of it."""

import argparse
import os
from pathlib import Path

from seawall.cli.scan import floor_from
from seawall.journeys.guardrails import Guardrails, read_guardrails
from seawall.source.checkout import Checkout, open_target


def add_guardrail_options(parser: argparse.ArgumentParser) -> None:
    """Declare the target, and what stands in for what it says itself."""
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the target (.)")
    parser.add_argument("--config", metavar="FILE", type=Path, help="this configuration")
    parser.add_argument("--floor", metavar="FILE|URL", default="", help="the organisation's floor")


def guardrails_from(arguments: argparse.Namespace) -> tuple[Checkout, Guardrails]:
    """Open the target and read what is in force there. Raises SeawallError."""
    checkout = open_target(Path(arguments.path))
    guardrails = read_guardrails(
        checkout,
        root=checkout.root,
        config=arguments.config,
        use_baseline=False,
        floor=floor_from(arguments.floor, os.environ),
    )
    return checkout, guardrails
