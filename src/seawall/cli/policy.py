"""`seawall policy`: check recorded decisions, and make the keys that sign them."""

import argparse
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from seawall.cli.console import Console
from seawall.cli.input import read_limited
from seawall.cli.policy_try import add_diff_options, add_test_options, diff, test
from seawall.cli.record import MAX_KEY
from seawall.core.errors import SeawallError, reason_of
from seawall.reports.escape import terminal

if TYPE_CHECKING:
    from seawall.attest.record import Record
    from seawall.journeys.record import Checked

HOLDS, DIFFERS = 0, 1
MOST_TOLD = 20
MAX_FILE = 128 << 20
BLANK = " " * 15

EPILOG = """\
examples:
  seawall policy keygen gate.key                        an Ed25519 key, and gate.key.pub
  seawall scan --attest gate.jsonl --sign gate.key      decide, and sign the decision
  seawall policy check gate.jsonl --key gate.key.pub    does it hold, and who signed it?

exit codes of check:
  0  it holds
  1  it does not hold: a signature, or something that does not come out again
  2  it cannot be read
"""


class Action(NamedTuple):
    """One sub-command."""

    words: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Console], int]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `policy` understands."""
    parser.epilog = EPILOG
    verbs = parser.add_subparsers(
        title="commands", dest="action", metavar="|".join(ACTIONS), required=True
    )
    for name, action in ACTIONS.items():
        words = f"{action.words[:1].upper()}{action.words[1:]}."
        child = verbs.add_parser(name, help=action.words, description=words)
        action.add_options(child)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Run one sub-command."""
    return ACTIONS[arguments.action].run(arguments, console)


def add_check_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `policy check` understands."""
    parser.add_argument(
        "file", metavar="RECORD|ENVELOPE", type=Path, help="what --record or --attest wrote"
    )
    parser.add_argument(
        "--key", metavar="PUBKEY", type=Path, help="the public key (PEM) that must have signed it"
    )


def check(arguments: argparse.Namespace, console: Console) -> int:
    """Decide a record again, and tell what it rested on and whether it holds."""
    from seawall.attest.keys import load_verifier
    from seawall.journeys.record import check as check_content

    verifier = None
    if arguments.key is not None:
        pem = read_limited(arguments.key, MAX_KEY)
        verifier = load_verifier(pem, name=str(arguments.key))
    content = read_limited(arguments.file, MAX_FILE)
    checked = check_content(content, name=str(arguments.file), verifier=verifier)
    for label, words in (*_rested_on(checked.record), ("signature", _signature(checked))):
        console.write(f"{label:<13}  {terminal(words)}\n")
    told = checked.differences[:MOST_TOLD]
    for found in told:
        console.write(f"{'differs':<13}  {terminal(found.where)}\n")
        console.write(f"{BLANK}recorded: {terminal(found.recorded)}\n")
        console.write(f"{BLANK}now:      {terminal(found.recomputed)}\n")
    if len(checked.differences) > len(told):
        console.write(f"{BLANK}and {len(checked.differences) - len(told):,} more\n")
    holds = "it holds" if checked.holds else "it does not hold"
    console.write(f"{'result':<13}  {holds}\n")
    return HOLDS if checked.holds else DIFFERS


def add_keygen_options(parser: argparse.ArgumentParser) -> None:
    """Declare what `policy keygen` understands."""
    parser.add_argument("file", metavar="FILE", type=Path, help="the private key; FILE.pub beside")


def keygen(arguments: argparse.Namespace, console: Console) -> int:
    """Make an Ed25519 key; what is there already stays."""
    from seawall.attest.keys import make_key

    private, public = make_key()
    path: Path = arguments.file
    beside = path.with_name(f"{path.name}.pub")
    if beside.exists():
        raise SeawallError(f"{beside} is there already", hint="name another file")
    _write_new(path, private, 0o600)
    _write_new(beside, public, 0o644)
    console.write(f"wrote {path} (keep it secret) and {beside} (give it to who checks)\n")
    return 0


ACTIONS = {
    "check": Action("check that a recorded decision holds", add_check_options, check),
    "test": Action("try the policy on described findings", add_test_options, test),
    "diff": Action("tell what two policies do differently", add_diff_options, diff),
    "keygen": Action("make a key that signs decisions", add_keygen_options, keygen),
}


def _rested_on(record: "Record") -> list[tuple[str, str]]:
    """Return what a decision rested on, a label and words for each line."""
    target = record.target
    at = f" at {target.revision[:12]}" if target.revision else ""
    branch = f" ({target.branch})" if target.branch else ""
    since = f" since {target.base[:12]}" if target.base else ""
    lines = [
        ("decision", f"{target.name}{at}{branch}, {target.mode}{since}"),
        ("made", f"{record.when} by seawall {record.tool_version}"),
    ]
    for data in record.policies:
        clauses = data.get("clauses")
        many = len(clauses) if isinstance(clauses, list) else 0
        lines.append(("policy", f"{data.get('name', '')}: {many} clause{'s' * (many != 1)}"))
    lines.append(("", f"sha256:{record.policy_digest}"))
    lines += [
        ("engine", f"{name}, digest {one.digest}") for name, one in sorted(record.engines.items())
    ]
    lines += [(name, f"sha256:{digest}") for name, digest in sorted(record.guardrails.items())]
    counted = Counter(finding.status.value for finding in record.findings)
    told = ", ".join(f"{count:,} {status}" for status, count in sorted(counted.items()))
    lines.append(("findings", told or "none"))
    if record.partial:
        lines.append(("partial", "an engine could not do its job"))
    return [*lines, *_verdict(record)]


def _verdict(record: "Record") -> list[tuple[str, str]]:
    verdict = record.verdict
    count = len(verdict.reasons)
    if verdict.opened:
        words = f"the gate was opened: {verdict.opened}; {count:,} would break the build"
    elif not verdict.passed:
        words = f"the gate breaks the build: {count:,} finding{'s' * (count != 1)}"
    elif not record.passes:
        words = "the gate does not pass: the scan was not whole"
    else:
        words = f"the gate passes; {verdict.told:,} told"
    lines = [("verdict", words)]
    places = {finding.fingerprint: finding for finding in record.findings}
    for reason in verdict.reasons[:MOST_TOLD]:
        finding = places.get(reason.fingerprint)
        where = f" in {finding.path}" if finding is not None and finding.path else ""
        rule = f" {finding.rule}" if finding is not None else ""
        lines.append(("", f"{reason.fingerprint[:12]}{rule}{where}: {reason.clause}"))
    if count > MOST_TOLD:
        lines.append(("", f"and {count - MOST_TOLD:,} more"))
    return lines


def _signature(checked: "Checked") -> str:
    if not checked.statements:
        return "none: anybody can have written this record"
    if not checked.keyid:
        return "not checked: --key PUBKEY tells who must have signed it"
    if checked.unsigned:
        lines = ", ".join(str(number) for number in checked.unsigned)
        return f"does not hold: line {lines} is not signed by key {checked.keyid[:16]}"
    return f"holds: key {checked.keyid[:16]}"


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that must not be there yet."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except FileExistsError as error:
        raise SeawallError(f"{path} is there already", hint="name another file") from error
    except OSError as error:
        raise SeawallError(f"{path} cannot be written: {reason_of(error)}") from error
