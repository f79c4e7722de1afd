"""Statements about a decision: the SLSA verification summary, and the record as it is."""

import re
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from seawall.attest import canonical
from seawall.attest.recompute import Difference
from seawall.attest.record import Record, record_digest, record_from
from seawall.core.errors import ConfigError

TYPE = "https://in-toto.io/Statement/v1"
SUMMARY = "https://slsa.dev/verification_summary/v1"
RECORD = "urn:seawall:record:v1"
VERIFIER = "urn:seawall:gate"
LEVEL = "SEAWALL_GATE"
"""What a passed gate shows is none of SLSA's levels; names of others do not begin with SLSA_."""


class Subject(Struct, frozen=True, kw_only=True):
    """What a statement is about: a name for people, a digest for programs."""

    name: str = ""
    digest: dict[str, str]


class Statement(Struct, frozen=True, kw_only=True, rename="camel"):
    """An in-toto statement. Source: in-toto attestation framework v1, Statement."""

    type: str = msgspec.field(name="_type", default=TYPE)
    subject: tuple[Subject, ...]
    predicate_type: str
    predicate: dict[str, Any]


def summarise(record: Record, *, resource: str = "") -> Statement:
    """State whether the revision passed, as a Verification Summary Attestation.

    `resource` is the URI under which people know what was scanned. Raises ConfigError where there
    is no revision. Source: https://slsa.dev/spec/v1.0/verification_summary
    """
    digest = record_digest(record)
    return Statement(
        subject=(_revision(record),),
        predicate_type=SUMMARY,
        predicate={
            "verifier": {"id": VERIFIER},
            "timeVerified": record.when,
            "resourceUri": resource or f"urn:seawall:target:{quote(record.target.name, safe='')}",
            "policy": {
                "uri": f"urn:seawall:policy:{quote(record.verdict.policy, safe='')}",
                "digest": {"sha256": record.policy_digest},
            },
            "inputAttestations": [
                {"uri": f"{RECORD}:sha256:{digest}", "digest": {"sha256": digest}}
            ],
            "verificationResult": "PASSED" if record.passes else "FAILED",
            "verifiedLevels": [LEVEL if record.passes else "FAILED"],
            "slsaVersion": "1.0",
        },
    )


def state(record: Record) -> Statement:
    """State the record about the revision. Raises ConfigError where there is none."""
    return Statement(
        subject=(_revision(record),),
        predicate_type=RECORD,
        predicate=msgspec.to_builtins(record),
    )


def state_by_digest(record: Record) -> Statement:
    """State the record about itself, for signers that know no digest of a commit."""
    digest = record_digest(record)
    return Statement(
        subject=(Subject(name=f"{RECORD}:sha256:{digest}", digest={"sha256": digest}),),
        predicate_type=RECORD,
        predicate=msgspec.to_builtins(record),
    )


def encode_statement(statement: Statement) -> bytes:
    """Encode a statement as canonical JSON."""
    return canonical.encode(msgspec.to_builtins(statement))


def read_statement(content: bytes, *, name: str) -> Statement:
    """Read a statement that somebody hands in. Raises ConfigError."""
    data = canonical.read(content, name=name)
    try:
        statement = msgspec.convert(data, Statement)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: not an in-toto statement: {canonical.told(error)}") from error
    if statement.type != TYPE or not statement.subject:
        raise ConfigError(f"{name}: not an in-toto statement of version 1")
    return statement


def recorded_in(statement: Statement, *, name: str) -> Record | None:
    """Return the record that a statement holds, None when it states something else."""
    return (
        record_from(statement.predicate, name=name) if statement.predicate_type == RECORD else None
    )


def compare(statement: Statement, record: Record) -> list[Difference]:
    """Tell where a statement says something else than the record does."""
    if statement.predicate_type == SUMMARY:
        resource = statement.predicate.get("resourceUri")
        expected = summarise(record, resource=resource if isinstance(resource, str) else "")
    elif any("sha256" in subject.digest for subject in statement.subject):
        expected = state_by_digest(record)
    else:
        expected = state(record)
    differences = []
    if statement.predicate_type not in (SUMMARY, RECORD):
        differences.append(_difference("predicateType", statement.predicate_type, SUMMARY))
    if statement.subject != expected.subject:
        differences.append(_difference("subject", statement.subject, expected.subject))
    # Whoever reads a summary must pass over what it does not know.
    for key, value in expected.predicate.items():
        said = statement.predicate.get(key)
        if statement.predicate_type == SUMMARY and said != value:
            differences.append(_difference(f"summary.{key}", said, value))
    return differences


def _difference(where: str, said: Any, expected: Any) -> Difference:
    words = [str(msgspec.to_builtins(value)) for value in (said, expected)]
    short = [word if len(word) <= 200 else f"{word[:200]}..." for word in words]
    return Difference(where=where, recorded=short[0], recomputed=short[1])


def _revision(record: Record) -> Subject:
    """Name the commit. Source: in-toto DigestSet, gitCommit (SHA-1 or SHA-256 by its length)."""
    revision = record.target.revision
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", revision):
        raise ConfigError(
            f"{record.target.name} has no commit, so there is nothing to attest",
            hint="attest what is committed; `--record` alone needs no commit",
        )
    return Subject(name=record.target.name, digest={"gitCommit": revision})
