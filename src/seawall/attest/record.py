"""The record of one decision: everything that it rested on, as data that can be decided again."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from seawall.attest import canonical
from seawall.core.errors import ConfigError
from seawall.core.finding import Evidence, Exposure, Finding
from seawall.core.location import place
from seawall.core.report import Problem, Report, Target, Verdict
from seawall.core.rule import Severity
from seawall.core.triage import Status, Triaged
from seawall.policy import Policy

SCHEMA = "seawall/record/v1"
DECISIVE = (Status.NEW, Status.KNOWN, Status.WAIVED)
"""What is recorded: what is open, and what would be without somebody's waiver."""

Time = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
"""A moment of UTC: "2026-01-31T09:30:00Z"."""


class RecordedEngine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An engine that ran."""

    digest: str
    """Of its rules and of what else decides its answers."""


class RecordedRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the decision needs to know of a rule."""

    engine: str
    preview: bool


class RecordedFinding(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A finding as the decision saw it: no place in the text, no excerpt, nothing of a secret."""

    fingerprint: str
    rule: str
    message: str
    severity: Severity
    evidence: Evidence
    status: Status
    known_format: bool = False
    fixable: bool = False
    exploited: bool = False
    exposure: Exposure | None = None
    path: str = ""
    """"" where there is none, and in a record without paths."""
    owner: str = ""
    reason: str = ""
    """Why, who and until when: of a waived finding."""
    who: str = ""
    until: str = ""
    origin: str = ""
    """Where that was said; left out in a record without paths."""
    policies: tuple[int, ...] = ()
    """Places in `Record.policies` of those in force where the finding is, in their order."""


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision and what it rested on. The same decision gives the same bytes but for `when`."""

    schema: str = SCHEMA
    tool_version: str
    when: Time
    target: Target
    engines: Mapping[str, RecordedEngine]
    """The engines that ran, by name."""
    rules: Mapping[str, RecordedRule]
    """The rules that the findings name."""
    precision: Mapping[str, int] = {}
    """By rule, its measured precision in thousandths, where it has one."""
    policies: tuple[dict[str, Any], ...]
    """The policies in force, in full, as data: newer versions may know more kinds of clauses."""
    guardrails: Mapping[str, str]
    """By name ("configuration", "baseline", ...) the SHA-256 of what people decided beforehand."""
    allow_partial: bool
    opened: str = ""
    """Why the gate was opened in an emergency, "" when it was not."""
    findings: tuple[RecordedFinding, ...]
    problems: tuple[Problem, ...]
    verdict: Verdict
    digests: Mapping[str, str]
    """By field the SHA-256 of its canonical JSON: tells what was changed afterwards."""

    @property
    def partial(self) -> bool:
        """Whether an engine could not do its job."""
        return any(problem.partial for problem in self.problems)

    @property
    def passes(self) -> bool:
        """Whether the gate let the target through: what exit 0 says."""
        return self.verdict.passed and (not self.partial or self.verdict.allow_partial)

    @property
    def policy_digest(self) -> str:
        """The SHA-256 of the policies in force."""
        return self.digests.get("policies", "")


def make_record(
    report: Report,
    *,
    policies_of: Callable[[Finding], Sequence[Policy]],
    policies: Iterable[Policy],
    engines: Mapping[str, str],
    guardrails: Mapping[str, str],
    when: str,
    with_paths: bool = True,
) -> Record:
    """Record the decision of a report; `policies` are in force whether or not a finding asks them.

    `engines` names the digest of each engine that ran.
    Raises ConfigError when nothing was decided, or when it could not be decided again without
    the paths that are to be left out.
    """
    if not report.verdict.gated:
        raise ConfigError(
            "nothing was decided, so there is no decision to record",
            hint="leave out --no-gate",
        )
    shelf = {policy: number for number, policy in enumerate(dict.fromkeys(policies))}
    findings = []
    for triaged in report.findings:
        if triaged.status in DECISIVE:
            asked = policies_of(triaged.finding)
            places = tuple(shelf.setdefault(policy, len(shelf)) for policy in asked)
            findings.append(_recorded(triaged, places, with_paths))
    if not with_paths:
        _refuse_paths(shelf)
    named = {finding.rule for finding in findings}
    record = Record(
        tool_version=report.tool_version,
        when=when,
        target=report.target,
        engines={name: RecordedEngine(digest=digest) for name, digest in engines.items()},
        rules={
            rule.id: RecordedRule(engine=rule.engine, preview=rule.preview)
            for rule in report.rules
            if rule.id in named
        },
        policies=tuple(msgspec.to_builtins(policy) for policy in shelf),
        guardrails=dict(guardrails),
        allow_partial=report.verdict.allow_partial,
        opened=report.verdict.opened,
        findings=tuple(findings),
        problems=tuple(_told(problem, with_paths) for problem in report.problems),
        verdict=report.verdict,
        digests={},
    )
    record = msgspec.convert(canonical.whole(msgspec.to_builtins(record)), Record)
    record = replace(
        record,
        findings=tuple(sorted(record.findings, key=msgspec.json.encode)),
        verdict=ordered(record.verdict),
    )
    return replace(record, digests=digests_of(record))


def digests_of(record: Record) -> dict[str, str]:
    """Return the digest of every field but the time and the digests themselves."""
    data: dict[str, Any] = msgspec.to_builtins(record)
    return {
        name: canonical.digest(value)
        for name, value in data.items()
        if name not in ("when", "digests")
    }


def ordered(verdict: Verdict) -> Verdict:
    """Return the verdict with its reasons in an order that does not hang on the scan's."""
    return replace(verdict, reasons=tuple(sorted(verdict.reasons, key=msgspec.json.encode)))


def encode_record(record: Record) -> bytes:
    """Encode a record as canonical JSON, without a line end."""
    return canonical.encode(msgspec.to_builtins(record))


def record_digest(record: Record) -> str:
    """Return the SHA-256 of the encoded record, its time included."""
    return hashlib.sha256(encode_record(record)).hexdigest()


def read_record(content: bytes, *, name: str) -> Record:
    """Read a record that somebody hands in. Raises ConfigError."""
    return record_from(canonical.read(content, name=name), name=name)


def record_from(data: Any, *, name: str) -> Record:
    """Turn JSON data into a record. Raises ConfigError unless it is one to the letter."""
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise ConfigError(
            f"{name}: not a record of a decision ({SCHEMA})",
            hint="`seawall scan --record FILE` writes one",
        )
    try:
        record = msgspec.convert(data, Record)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: not a whole record: {canonical.told(error)}") from error
    # What is read but not understood would be neither decided on nor covered by a digest.
    if encode_record(record) != canonical.encode(data):
        raise ConfigError(
            f"{name}: it holds something that Seawall does not write",
            hint="check it with the version that wrote it",
        )
    return record


def _recorded(triaged: Triaged, places: tuple[int, ...], with_paths: bool) -> RecordedFinding:
    finding = triaged.finding
    span = place(finding.location)
    waived = triaged.status is Status.WAIVED
    return RecordedFinding(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        message=finding.message,
        severity=finding.severity,
        evidence=finding.evidence,
        status=triaged.status,
        known_format=finding.known_format,
        fixable=finding.fix is not None,
        exploited=finding.exploited,
        exposure=finding.exposure,
        path=span.path if span is not None and with_paths else "",
        owner=triaged.owner,
        reason=triaged.reason if waived else "",
        who=triaged.who if waived else "",
        until=triaged.until if waived else "",
        origin=triaged.origin if waived and with_paths else "",
        policies=places,
    )


def _told(problem: Problem, with_paths: bool) -> Problem:
    if with_paths:
        return problem
    # Its words may name the place as well.
    return Problem(kind=problem.kind, message="", engine=problem.engine, partial=problem.partial)


def _refuse_paths(policies: Iterable[Policy]) -> None:
    for policy in policies:
        for clause in policy.clauses:
            if clause.paths:
                raise ConfigError(
                    f"policy {policy.name}: {clause.name!r} hangs on paths, so without them the "
                    "decision could not be checked",
                    hint="leave out --record-without-paths",
                )
