"""Record a decision, attest it, and check later whether it holds."""

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from seawall.attest import canonical, envelope
from seawall.attest.keys import Signer, Verifier
from seawall.attest.recompute import Difference, recompute
from seawall.attest.record import Record, make_record, read_record
from seawall.attest.statement import (
    Statement,
    compare,
    encode_statement,
    read_statement,
    recorded_in,
    state,
    state_by_digest,
    summarise,
)
from seawall.core.errors import ConfigError
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.report import Report
from seawall.core.rule import Severity
from seawall.journeys.guardrails import Guardrails
from seawall.journeys.scan import Basis
from seawall.policy import Policy
from seawall.source.change import change_since
from seawall.source.checkout import open_target
from seawall.source.file import Skip


def record_decision(report: Report, basis: Basis, *, when: str, with_paths: bool) -> Record:
    """Record what a scan decided. Raises ConfigError when there is no decision to check later."""
    guardrails = basis.guardrails
    return make_record(
        report,
        policies_of=guardrails.policies_of,
        policies=_in_force(guardrails),
        engines=basis.engines,
        guardrails=_digests(guardrails),
        when=when,
        with_paths=with_paths,
    )


def attest(record: Record, signer: Signer, *, resource: str = "") -> bytes:
    """Sign the summary and the record with a key: two envelopes, a line each."""
    statements = (summarise(record, resource=resource), state(record))
    lines = [
        envelope.encode_envelope(
            envelope.seal(encode_statement(one), signer.sign, keyid=signer.keyid)
        )
        for one in statements
    ]
    return b"".join(line + b"\n" for line in lines)


def attest_by_identity(record: Record, sign: Callable[[bytes], str]) -> bytes:
    """Let `sign` sign the record about itself; return its bundle, one line.

    sigstore-python takes no digest of a commit as a subject, so there is no summary: the record
    that is signed names the commit.
    """
    return sign(encode_statement(state_by_digest(record))).encode("utf-8") + b"\n"


def require_committed(path: Path) -> None:
    """Raise ConfigError unless what lies at `path` is what its commit holds.

    A statement names a commit: it must not speak for files that nobody committed.
    """
    checkout = open_target(path)
    try:
        if not checkout.revision:
            raise ConfigError(
                f"{checkout.name} has no commit, so there is nothing to attest",
                hint="attest what is committed; `--record` alone needs no commit",
            )
        change = change_since(checkout, "HEAD")
        others = [entry.path for entry in change.entries() if not isinstance(entry, Skip)]
        different = [*change.deleted, *others]
    finally:
        checkout.close()
    if different:
        more = f" and {len(different) - 1} more" if len(different) > 1 else ""
        raise ConfigError(
            f"{canonical.whole(different[0])}{more} is not what the commit "
            f"{checkout.revision[:12]} holds",
            hint="attest a clean checkout: commit it, ignore it, or take it away",
        )


class Checked(Struct, frozen=True, kw_only=True):
    """What checking a record or its envelopes showed."""

    record: Record
    statements: tuple[Statement, ...] = ()
    """Empty for a record that came without an envelope."""
    differences: tuple[Difference, ...]
    keyid: str = ""
    """The key that was asked, "" when none was given."""
    unsigned: tuple[int, ...] = ()
    """1-based lines that this key did not sign."""

    @property
    def holds(self) -> bool:
        """Whether the decision comes out again, and whoever should have signed it did."""
        return not self.differences and not self.unsigned


def check(content: bytes, *, name: str, verifier: Verifier | None) -> Checked:
    """Check a record, or envelopes around one. Raises ConfigError for what is neither."""
    if b'"payloadType"' not in content.partition(b"\n")[0] and not _spread_out(content):
        if verifier is not None:
            raise ConfigError(
                f"{name}: a record carries no signature",
                hint="give the file that `--attest` wrote, or leave out --key",
            )
        record = read_record(content, name=name)
        return Checked(record=record, differences=tuple(recompute(record)))
    opened = envelope.read_envelopes(content, name=name)
    if verifier is not None and any(one.bundled for one in opened):
        raise ConfigError(
            f"{name}: it was signed through sigstore, not with a key",
            hint="`sigstore verify identity --bundle` or `cosign verify-blob-attestation` "
            "checks who signed it; without --key the decision is checked",
        )
    unsigned = [
        number
        for number, one in enumerate(opened, start=1)
        if verifier is not None and not envelope.is_signed(one, verifier.verify)
    ]
    statements = [
        read_statement(one.payload, name=f"{name}, line {number}")
        for number, one in enumerate(opened, start=1)
    ]
    record = _the_record(statements, name)
    differences = [found for one in statements for found in compare(one, record)]
    return Checked(
        record=record,
        statements=tuple(statements),
        differences=(*differences, *recompute(record)),
        keyid=verifier.keyid if verifier is not None else "",
        unsigned=tuple(unsigned),
    )


def _spread_out(content: bytes) -> bool:
    """Whether this is one envelope over many lines."""
    return b'"payloadType"' in content and b'"schema"' not in content


def _the_record(statements: Iterable[Statement], name: str) -> Record:
    found = [recorded_in(one, name=name) for one in statements]
    records = [record for record in found if record is not None]
    if len(records) != 1:
        raise ConfigError(
            f"{name}: it holds {len(records) or 'no'} record{'s' if len(records) > 1 else ''}",
            hint="give the file of one decision as `--attest` wrote it",
        )
    return records[0]


def _in_force(guardrails: Guardrails) -> list[Policy]:
    """Return the policies of the root and of every folder, whether or not anything was found."""
    nowhere = Finding(
        rule="",
        location=CodeSpan(path="", line=1),
        message="",
        anchor="",
        severity=Severity.INFO,
    )
    folders = guardrails.tree.policies
    return [*guardrails.policies_of(nowhere), *(folders[name] for name in sorted(folders))]


def _digests(guardrails: Guardrails) -> dict[str, str]:
    """Name what people decided beforehand by the digest of its content, not of its layout."""
    digests: dict[str, str] = {}
    if guardrails.tree.configs:
        digests["configuration"] = _digest(guardrails.tree.configs)
    if guardrails.baseline is not None:
        digests["baseline"] = _digest(guardrails.baseline.identities)
    if guardrails.waivers:
        digests["waivers"] = _digest(guardrails.waivers)
    if guardrails.floor is not None:
        digests["floor"] = guardrails.floor.digest
    return digests


def _digest(decided: object) -> str:
    return canonical.digest(canonical.whole(msgspec.to_builtins(decided)))
