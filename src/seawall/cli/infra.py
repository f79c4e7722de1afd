"""`seawall infra`: try a team's own rules of infrastructure."""

import argparse
import os
from pathlib import Path

from seawall.cli.console import Console
from seawall.journeys.infra_pages import Tried, try_rules
from seawall.reports.escape import terminal
from seawall.source.cache import cache_folder

EPILOG = """\
Rules of your own are TOML files that seawall.toml names: [infra] rules = [".seawall/infra"].
Beside them stand pages (Markdown) with fenced files and a mark on each line to be found:

    ```hcl
    resource "aws_instance" "shop" {  # finds: team-tag-missing
    }
    ```

examples:
  seawall infra test             the rules of this repository, on the pages beside them
  seawall infra test ../shop     those of another
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `infra` understands."""
    verbs = parser.add_subparsers(title="commands", dest="action", metavar="test", required=True)
    test = verbs.add_parser(
        "test",
        help="hold the rules that a repository brings against the pages beside them",
        description="Hold the rules that a repository brings against the pages beside them.\n"
        "Exit: 0 all is as the pages say, 1 something is not, 2 the rules could not be read.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    test.add_argument("path", nargs="?", default=".", help="the repository (.)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Try the rules; exit 1 where a page says otherwise. Raises SeawallError."""
    tried = try_rules(Path(arguments.path), cache_folder(os.environ))
    for one in tried.wrong:
        console.write(f"{terminal(one.path)}:{one.line}: {terminal(one.message)}\n")
    console.write(_words(tried) + "\n")
    return int(bool(tried.wrong))


def _words(tried: Tried) -> str:
    def told(count: int, noun: str) -> str:
        return f"{count:,} {noun}{'' if count == 1 else 's'}"

    told_rules = f"{told(tried.rules, 'rule')}, {told(tried.pages, 'page')}"
    if tried.wrong:
        return f"{told_rules}: {told(len(tried.wrong), 'line')} not as marked"
    return f"{told_rules}: {told(tried.marks, 'mark')}, all as the pages say"
