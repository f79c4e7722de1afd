"""`seawall db`: the advisories on this machine."""

import argparse
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from seawall import __version__
from seawall.advisories.database import AdvisoryDatabase
from seawall.cli.console import Console
from seawall.core.errors import SeawallError, TargetError
from seawall.journeys.advisories import USUAL, Update, update_from_files, update_from_osv
from seawall.journeys.deps import advisories_file
from seawall.journeys.well_known import update_well_known
from seawall.wire.http import settings_from

EPILOG = """\
examples:
  seawall db update                                     from OSV's public files, over HTTPS
  seawall db update --ecosystem PyPI,npm                only these
  seawall db update --from https://mirror.example/osv   from a mirror that is laid out as OSV
  seawall db update --from FOLDER --from kev.json       from files: zip, JSON, JSONL, KEV, EPSS
  seawall db update --from osv.zip --as-of 2026-11-01   files that were taken on that day
  seawall db update --well-known names.txt              names others are compared with, and no more
  seawall db status                                     how old it is, and what is in it
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `db` understands."""
    parser.epilog = EPILOG
    parser.add_argument("action", choices=("update", "status"), help="what to do")
    parser.add_argument(
        "--from",
        dest="places",
        action="append",
        default=[],
        metavar="PATH|URL",
        help="take advisories from here (repeat for several files)",
    )
    parser.add_argument(
        "--ecosystem",
        metavar="NAME,...",
        default="",
        help="only these of OSV's ecosystems (default: the usual ones)",
    )
    parser.add_argument(
        "--well-known",
        metavar="PATH|URL",
        default="",
        help="take a list of well-known names, in place of Seawall's own for its ecosystems: lines "
        "such as `PyPI requests`, or only names and --ecosystem; without --from no advisories",
    )
    parser.add_argument(
        "--as-of",
        type=_day,
        metavar="DATE",
        help="the day the files are of: from it on their age is counted (default: today)",
    )
    parser.add_argument(
        "--anew", action="store_true", help="begin with nothing, not with what is there"
    )
    parser.add_argument(
        "--advisories", metavar="FILE", default="", help="the database (default: in the cache)"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Update the database or tell its status; exit 0. Raises SeawallError."""
    file = advisories_file(os.environ, arguments.advisories)
    if file is None:
        raise SeawallError("there is no place for the database", hint="name one: --advisories FILE")
    if arguments.action == "update":
        if arguments.places or not arguments.well_known:
            _update(arguments, file, console)
        if arguments.well_known:
            _update_well_known(arguments, file, console)
    _show(file, console)
    return 0


def _update(arguments: argparse.Namespace, file: Path, console: Console) -> None:
    addresses = [one for one in arguments.places if re.match(r"https?://", one)]
    files = [Path(one) for one in arguments.places if one not in addresses]
    if len(addresses) > 1 or (addresses and files):
        raise TargetError("one address, or files and folders: not both")
    missing = next((path for path in files if not path.exists()), None)
    if missing is not None:
        raise TargetError(f"{missing}: there is no such file or folder")
    now = datetime.now(UTC)
    if arguments.as_of is not None:
        if not files:
            raise TargetError("--as-of says of which day files are: name them with --from")
        if arguments.as_of > now:
            raise TargetError(f"--as-of {arguments.as_of:%Y-%m-%d}: that day is still to come")
        now = arguments.as_of
    if files:
        told = update_from_files(
            files, file, now=now, anew=arguments.anew, progress=console.progress
        )
    else:
        if arguments.anew:
            file.unlink(missing_ok=True)
        names = [name.strip() for name in arguments.ecosystem.split(",") if name.strip()]
        told = update_from_osv(
            settings_from(os.environ, user_agent=f"seawall/{__version__}"),
            file,
            **({"address": addresses[0]} if addresses else {}),
            ecosystems=names or USUAL,
            now=now,
            progress=console.progress,
        )
    console.say(_words(told))


def _update_well_known(arguments: argparse.Namespace, file: Path, console: Console) -> None:
    told = update_well_known(
        settings_from(os.environ, user_agent=f"seawall/{__version__}"),
        arguments.well_known,
        file,
        # Of several each line says which.
        ecosystem="" if "," in arguments.ecosystem else arguments.ecosystem.strip(),
        now=datetime.now(UTC),
    )
    counts = ", ".join(f"{count:,} of {one}" for one, count in sorted(told.items()))
    console.say(f"seawall: well-known names taken: {counts}")


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-25") from None


def _words(told: Update) -> str:
    parts = [f"{told.taken:,} records taken"]
    if told.withdrawn:
        parts.append(f"{told.withdrawn:,} withdrawn")
    if told.refused:
        parts.append(f"{told.refused:,} passed over: they are no records")
    if told.strange:
        counts = ", ".join(f"{name} ({count:,})" for name, count in sorted(told.strange.items()))
        parts.append(f"of ecosystems that seawall reads no packages of: {counts}")
    if told.unchanged:
        parts.append(f"nothing new: {', '.join(told.unchanged)}")
    return f"seawall: {'; '.join(parts)}"


def _show(file: Path, console: Console) -> None:
    with AdvisoryDatabase.open(file) as database:
        status = database.status()
        known = {str(one): len(names) for one, names in database.known_names().items()}
    console.write(f"{file}\n")
    console.write(f"  updated      {status.updated or 'never'}\n")
    console.write(f"  weaknesses   {status.weaknesses:,}\n")
    for name, count in sorted(status.records.items()):
        console.write(f"  {name[-40:]:40} {count:>9,} records\n" if count else "")
    for one, count in sorted(known.items()):
        console.write(f"  {f'well-known names of {one}':40} {count:>9,}\n")
    console.write(f"  known exploited   {status.exploited:,}\n")
    console.write(f"  rated by EPSS     {status.epss:,}\n")
