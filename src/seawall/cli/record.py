"""The options of `scan` that keep a decision: a record, and signed statements about it."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from seawall.cli.input import read_limited
from seawall.cli.output import write_file
from seawall.core.errors import SeawallError
from seawall.core.report import Report
from seawall.journeys.scan import Basis

if TYPE_CHECKING:
    from seawall.attest.keys import Signer

MAX_KEY = 1 << 16


def add_record_options(parser: argparse.ArgumentParser) -> None:
    """Declare what is kept of the decision."""
    parser.add_argument(
        "--record", metavar="FILE", type=Path, help="write what the decision rested on, as JSON"
    )
    parser.add_argument(
        "--record-without-paths", action="store_true", help="name no file of the target in it"
    )
    parser.add_argument(
        "--attest",
        metavar="FILE",
        type=Path,
        help="write signed statements (in-toto, SLSA) that the commit passed or failed",
    )
    parser.add_argument(
        "--sign", metavar="KEYFILE|sigstore", help="what signs them: a private key, or sigstore"
    )
    parser.add_argument(
        "--resource-uri",
        metavar="URI",
        default="",
        help="what the statements call the target (default: urn:seawall:target:NAME)",
    )


class Keeping(Struct, frozen=True, kw_only=True):
    """What is kept of a decision, and how it is signed."""

    record: Path | None
    attest: Path | None
    with_paths: bool
    resource: str
    signer: "Signer | None"
    """None: sigstore, where something is attested."""


def keeping_from(arguments: argparse.Namespace) -> Keeping | None:
    """Read the options; None when nothing is kept. Raises SeawallError before any work is done."""
    record, attest, sign = arguments.record, arguments.attest, arguments.sign
    if record is None and attest is None:
        if sign or arguments.record_without_paths:
            option = "--sign" if sign else "--record-without-paths"
            raise SeawallError(
                f"{option} keeps nothing", hint="name a file: --record FILE or --attest FILE"
            )
        return None
    if arguments.no_gate:
        raise SeawallError(
            "with --no-gate nothing is decided, so there is no decision to record",
            hint="leave out --no-gate; `--format json=FILE` keeps the findings",
        )
    for path in (record, attest):
        if path is not None and not path.absolute().parent.is_dir():
            raise SeawallError(
                f"the folder of {path} does not exist", hint=f"mkdir -p {path.parent} makes it"
            )
    signer = _signer(arguments) if attest is not None else None
    if attest is None and sign:
        raise SeawallError("--sign signs nothing", hint="name a file: --attest FILE")
    return Keeping(
        record=record,
        attest=attest,
        with_paths=not arguments.record_without_paths,
        resource=arguments.resource_uri,
        signer=signer,
    )


def keep(keeping: Keeping, report: Report, basis: Basis) -> None:
    """Write the record and the statements."""
    # Whoever keeps nothing does not pay for this.
    from seawall.attest.record import encode_record
    from seawall.journeys.record import attest, attest_by_identity, record_decision

    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = record_decision(report, basis, when=when, with_paths=keeping.with_paths)
    if keeping.record is not None:
        write_file(keeping.record, encode_record(record).decode() + "\n")
    if keeping.attest is None:
        return
    if keeping.signer is not None:
        lines = attest(record, keeping.signer, resource=keeping.resource)
    else:
        from seawall.wire.sigstore import sign_statement

        lines = attest_by_identity(record, sign_statement)
    write_file(keeping.attest, lines.decode())


def _signer(arguments: argparse.Namespace) -> "Signer | None":
    """Load the key before the scan, so that a wrong one costs no time. None: sigstore."""
    from seawall.attest.keys import load_signer
    from seawall.journeys.record import require_committed

    if not arguments.sign:
        raise SeawallError(
            "--attest needs a signature: an unsigned statement is nobody's word",
            hint="--sign KEYFILE (`seawall policy keygen KEYFILE` makes one), or --sign sigstore",
        )
    if arguments.staged:
        raise SeawallError(
            "what is staged has no commit yet, so there is nothing to attest",
            hint="attest after the commit; `--record` alone needs none",
        )
    require_committed(Path(arguments.path))
    if arguments.sign == "sigstore":
        from seawall.wire.sigstore import require

        require()
        return None
    return load_signer(read_limited(Path(arguments.sign), MAX_KEY), name=arguments.sign)
