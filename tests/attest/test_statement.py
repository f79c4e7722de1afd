"""The statements are what in-toto and SLSA say, and agree with the record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from seawall.attest.record import Record, record_digest
from seawall.attest.statement import (
    compare,
    encode_statement,
    read_statement,
    recorded_in,
    state,
    state_by_digest,
    summarise,
)
from seawall.core.errors import ConfigError
from seawall.core.report import Problem, ProblemKind
from seawall.core.triage import Status

Decided = Callable[..., Record]
SCHEMA = json.loads((Path(__file__).parent / "schemas" / "statement.json").read_text("utf-8"))


def valid(content: bytes) -> Any:
    data = json.loads(content)
    jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft202012Validator)
    return data


def test_a_failed_gate_is_summarised(decided: Decided) -> None:
    record = decided(Status.NEW)
    data = valid(encode_statement(summarise(record, resource="git+https://git.example/shop")))
    assert data["subject"] == [{"name": "shop", "digest": {"gitCommit": record.target.revision}}]
    predicate = data["predicate"]
    assert predicate["verificationResult"] == "FAILED"
    assert predicate["verifiedLevels"] == ["FAILED"]
    assert predicate["timeVerified"] == record.when
    assert predicate["resourceUri"] == "git+https://git.example/shop"
    assert predicate["policy"]["digest"]["sha256"] == record.digests["policies"]
    assert predicate["inputAttestations"][0]["digest"] == {"sha256": record_digest(record)}
    assert predicate["slsaVersion"] == "1.0"


def test_a_passed_gate_claims_no_level_of_slsa(decided: Decided) -> None:
    data = valid(encode_statement(summarise(decided(Status.KNOWN))))
    assert data["predicate"]["verificationResult"] == "PASSED"
    assert data["predicate"]["verifiedLevels"] == ["SEAWALL_GATE"]


@pytest.mark.parametrize(("allowed", "result"), [(False, "FAILED"), (True, "PASSED")])
def test_a_scan_that_is_not_whole_passes_only_where_the_policy_says_so(
    decided: Decided, allowed: bool, result: str
) -> None:
    record = decided(Status.KNOWN)
    problem = Problem(kind=ProblemKind.ENGINE, message="it stopped", partial=True)
    verdict = replace(record.verdict, allow_partial=allowed)
    record = replace(record, problems=(problem,), verdict=verdict)
    assert summarise(record).predicate["verificationResult"] == result


def test_names_are_fit_for_uris(decided: Decided) -> None:
    record = decided(Status.NEW)
    target = replace(record.target, name='a "shop"/<b>\u202e\n')
    valid(encode_statement(summarise(replace(record, target=target))))


@pytest.mark.parametrize("commit", ["ab" * 20, "ab" * 32])
def test_the_record_is_stated_about_the_commit(decided: Decided, commit: str) -> None:
    record = decided(Status.NEW, commit=commit)
    content = encode_statement(state(record))
    assert valid(content)["subject"][0]["digest"] == {"gitCommit": commit}
    statement = read_statement(content, name="it")
    assert recorded_in(statement, name="it") == record
    assert compare(statement, record) == []


def test_sigstore_gets_the_record_by_its_sha256(decided: Decided) -> None:
    record = decided(Status.NEW)
    content = encode_statement(state_by_digest(record))
    assert valid(content)["subject"][0]["digest"] == {"sha256": record_digest(record)}
    assert compare(read_statement(content, name="it"), record) == []


@pytest.mark.parametrize("commit", ["", "abc", "z" * 40])
def test_without_a_commit_nothing_is_attested(decided: Decided, commit: str) -> None:
    with pytest.raises(ConfigError, match="no commit"):
        summarise(decided(Status.NEW, commit=commit))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verificationResult", "PASSED"),
        ("verifiedLevels", ["SLSA_BUILD_LEVEL_3"]),
        ("timeVerified", "2030-01-01T00:00:00Z"),
        ("policy", {"uri": "urn:seawall:policy:default"}),
        ("inputAttestations", []),
        ("verifier", {"id": "urn:other"}),
    ],
)
def test_a_summary_that_says_something_else_is_found(
    decided: Decided, field: str, value: Any
) -> None:
    record = decided(Status.NEW)
    statement = summarise(record)
    forged = replace(statement, predicate={**statement.predicate, field: value})
    assert [found.where for found in compare(forged, record)] == [f"summary.{field}"]


def test_a_summary_about_another_commit_is_found(decided: Decided) -> None:
    record = decided(Status.NEW)
    other = summarise(decided(Status.NEW, commit="cd" * 20))
    assert "subject" in {found.where for found in compare(other, record)}


def test_fields_that_we_do_not_know_are_passed_over(decided: Decided) -> None:
    record = decided(Status.NEW)
    statement = summarise(record)
    newer = replace(statement, predicate={**statement.predicate, "https://x.example/y": 1})
    assert compare(newer, record) == []


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b'{"_type": "https://in-toto.io/Statement/v0.1", "subject": [{"digest": {}}], '
        b'"predicateType": "x", "predicate": {}}',
        b'{"_type": "https://in-toto.io/Statement/v1", "subject": [], '
        b'"predicateType": "x", "predicate": {}}',
        b'{"subject": [{"digest": {"sha1": 3}}], "predicateType": "x", "predicate": {}}',
    ],
)
def test_other_json_is_no_statement(content: bytes) -> None:
    with pytest.raises(ConfigError, match="not an in-toto statement"):
        read_statement(content, name="it")
