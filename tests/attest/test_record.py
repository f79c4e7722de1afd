"""A decision comes out of its record again, and what was changed in the record is found."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seawall import policy
from seawall.attest.recompute import recompute
from seawall.attest.record import Record, digests_of, encode_record, make_record, read_record
from seawall.core.errors import ConfigError
from seawall.core.finding import Evidence, Exposure, Finding, Fix
from seawall.core.location import CodeSpan, HostLocation
from seawall.core.report import Coverage, Problem, ProblemKind, Report, Target
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged
from seawall.policy import Clause, Policy

Decided = Callable[..., Record]

RULES = [
    Rule(
        id=name,
        title=name,
        engine=engine,
        severity=Severity.HIGH,
        preview=preview,
    )
    for name, engine, preview in [
        ("a-key", "secrets", False),
        ("a-hole", "code", False),
        ("a-guess", "code", True),
    ]
]
PATHS = ["shop/app.py", "shop/web/page.js", "tests/odd\udcff.py", ""]
OWNERS = ["", "@shop/web", "@shop/web @shop/ops"]

CLAUSES = st.builds(
    Clause,
    name=st.sampled_from(["one", "two", "three"]),
    engine=st.sampled_from(["", "secrets", "code"]),
    rules=st.sampled_from([(), ("a-key",), ("a-hole", "a-guess")]),
    severity=st.sampled_from(Severity),
    evidence=st.sampled_from(Evidence),
    known_format=st.booleans(),
    fixable=st.booleans(),
    exploited=st.booleans(),
    exposure=st.sampled_from([None, *Exposure]),
    status=st.sampled_from([(Status.NEW,), (Status.NEW, Status.KNOWN)]),
    paths=st.sampled_from([(), ("shop/",), ("*.py",)]),
    owners=st.sampled_from([(), ("@shop/web",)]),
    budget=st.integers(0, 2),
)
POLICIES = st.lists(
    st.builds(
        Policy,
        name=st.sampled_from(["default", "seawall.toml", "a floor"]),
        clauses=st.lists(CLAUSES, min_size=1, max_size=3).map(tuple),
        allow_all=st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def triaged(draw: st.DrawFn) -> Triaged:
    path = draw(st.sampled_from(PATHS))
    return Triaged(
        finding=Finding(
            rule=draw(st.sampled_from(RULES)).id,
            location=CodeSpan(path=path, line=3) if path else HostLocation(host="shop"),
            message=draw(st.sampled_from(["A key", "A hole"])),
            anchor=f"v1:{draw(st.integers(0, 5))}",
            severity=draw(st.sampled_from(Severity)),
            evidence=draw(st.sampled_from(Evidence)),
            known_format=draw(st.booleans()),
            exploited=draw(st.booleans()),
            exposure=draw(st.sampled_from([None, *Exposure])),
            fix=draw(st.sampled_from([None, Fix(title="mend it")])),
        ),
        status=draw(st.sampled_from(Status)),
        reason=draw(st.sampled_from(["", "accepted"])),
        owner=draw(st.sampled_from(OWNERS)),
    )


@st.composite
def decisions(draw: st.DrawFn) -> Record:
    """Decide as the scan does, with policies that differ from folder to folder."""
    policies = draw(POLICIES)
    findings = draw(st.lists(triaged(), max_size=8))

    def policies_of(finding: Finding) -> list[Policy]:
        first = len(finding.anchor + finding.rule) % len(policies)
        return policies[first : first + 2]

    verdict = policy.decide(findings, {rule.id: rule for rule in RULES}, policies_of)
    verdict = replace(verdict, allow_partial=draw(st.booleans()))
    if draw(st.booleans()):
        verdict = replace(verdict, passed=True, opened="the shop is down")
    report = Report(
        tool_version="0.1.0",
        target=Target(name="shop", revision="ab" * 20),
        findings=tuple(draw(st.permutations(findings))),
        verdict=verdict,
        coverage=Coverage(),
        rules=tuple(RULES),
        problems=(Problem(kind=ProblemKind.ENGINE, message="it took too long", partial=True),),
    )
    return make_record(
        report,
        policies_of=policies_of,
        policies=policies[:1],
        engines={"secrets": "00ff"},
        guardrails={"baseline": "ab" * 32},
        when="2026-01-02T03:04:05Z",
    )


@given(decisions())
def test_every_decision_comes_out_again(record: Record) -> None:
    assert recompute(record) == []
    again = read_record(encode_record(record), name="it")
    assert again == record
    assert recompute(again) == []


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value that is neither a list nor a mapping."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        yield path
    for key, item in items:
        yield from leaves(item, (*path, key))


def flipped(value: Any, to: str) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else to


@given(
    decisions(),
    st.data(),
    st.sampled_from(["high", "new", "known", "proven", "secrets", "other", ""]),
)
def test_whatever_is_flipped_is_found(record: Record, data: st.DataObject, to: str) -> None:
    document = json.loads(encode_record(record))
    covered = {name: document[name] for name in document if name != "when"}
    path = data.draw(st.sampled_from(list(leaves(covered))))
    place = document
    for key in path[:-1]:
        place = place[key]
    former = place[path[-1]]
    place[path[-1]] = flipped(former, to)
    if place[path[-1]] == former:
        return
    try:
        forged = read_record(json.dumps(document).encode(), name="it")
    except ConfigError:
        return
    assert recompute(forged)


@given(decisions(), st.data())
def test_what_is_taken_away_or_doubled_is_found(record: Record, data: st.DataObject) -> None:
    document = json.loads(encode_record(record))
    lists = [document[name] for name in ("findings", "policies", "problems") if document[name]]
    victim = data.draw(st.sampled_from(lists))
    if data.draw(st.booleans()):
        victim.pop(data.draw(st.integers(0, len(victim) - 1)))
    else:
        victim.append(copy.deepcopy(victim[0]))
    try:
        forged = read_record(json.dumps(document).encode(), name="it")
    except ConfigError:
        return
    assert recompute(forged)


def test_digests_that_were_made_anew_do_not_save_a_forged_verdict(decided: Decided) -> None:
    record = decided(Status.NEW, Status.KNOWN)
    verdict = replace(record.verdict, passed=True, reasons=(), told=2)
    forged = replace(record, verdict=verdict)
    forged = replace(forged, digests=digests_of(forged))
    name = record.verdict.reasons[0].fingerprint
    assert [found.where for found in recompute(forged)] == [
        "verdict.passed",
        "verdict.told",
        f"finding {name}",
    ]


def test_digests_that_were_made_anew_do_not_save_a_loosened_policy(decided: Decided) -> None:
    record = decided(Status.NEW)
    document = json.loads(encode_record(record))
    document["policies"][0]["clauses"][1]["severity"] = "critical"
    forged = msgspec.convert(document, Record)
    forged = replace(forged, digests=digests_of(forged))
    assert "verdict.passed" in {found.where for found in recompute(forged)}


def test_the_same_decision_gives_the_same_bytes(decided: Decided) -> None:
    first, second = decided(Status.NEW, Status.KNOWN), decided(Status.NEW, Status.KNOWN)
    assert encode_record(first) == encode_record(second)
    later = decided(Status.NEW, Status.KNOWN, when="2026-05-06T07:08:09Z")
    assert later.digests == first.digests
    assert encode_record(replace(later, when=first.when)) == encode_record(first)


def test_what_is_closed_is_no_input_and_a_waiver_says_who_and_why(decided: Decided) -> None:
    record = decided(Status.WAIVED, Status.FIXED, Status.FALSE_ALARM, Status.KNOWN)
    found = {finding.status: finding for finding in record.findings}
    assert set(found) == {Status.WAIVED, Status.KNOWN}
    waived, known = found[Status.WAIVED], found[Status.KNOWN]
    assert (waived.reason, waived.who) == ("it opens the door of a test", "ada")
    assert waived.origin == "inline shop/0.py:1"
    assert (known.reason, known.who, known.origin) == ("", "", "")


def test_without_paths_no_path_is_in_it(decided: Decided) -> None:
    record = decided(Status.NEW, Status.WAIVED, paths=False)
    assert b"shop/" not in encode_record(record)
    assert recompute(record) == []


def test_without_paths_a_policy_that_hangs_on_them_cannot_be_recorded(decided: Decided) -> None:
    report = Report(
        tool_version="0.1.0",
        target=Target(name="shop"),
        findings=(),
        verdict=policy.decide([], {}, lambda _: []),
        coverage=Coverage(),
        rules=(),
    )
    own = Policy(name="seawall.toml", clauses=(Clause(name="the shop", paths=("shop/",)),))
    with pytest.raises(ConfigError, match="hangs on paths"):
        make_record(
            report,
            policies_of=lambda _: [own],
            policies=[own],
            engines={},
            guardrails={},
            when="2026-01-02T03:04:05Z",
            with_paths=False,
        )


def changed(record: Record, **fields: Any) -> bytes:
    return json.dumps({**json.loads(encode_record(record)), **fields}).encode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"schema": "seawall/record/v2"}, "not a record"),
        ({"schema": ["seawall/record/v1"]}, "not a record"),
        ({"findings": {}}, "expected `array`"),
        ({"findings": [{"fingerprint": "x"}]}, "missing required field"),
        ({"target": 3}, "expected `object`"),
        ({"when": "yesterday"}, "matching regex"),
        ({"verdict": {"passed": "yes"}}, "expected `bool`"),
        ({"surprise": 1}, "unknown field"),
        ({"target": {"name": "shop", "surprise": 1}}, "something that Seawall does not write"),
        ({"problems": [{"kind": "a" * 100_000, "message": ""}]}, "invalid enum value"),
        ({"guardrails": {"floor": "\ud800"}}, "half a character|not valid"),
        ({"policies": [{"name": "x" * 50_000}]}, None),
    ],
)
def test_hostile_records_are_refused_in_words(
    decided: Decided, fields: dict[str, Any], words: str | None
) -> None:
    content = changed(decided(Status.NEW), **fields)
    if words is None:
        assert recompute(read_record(content, name="it"))
        return
    with pytest.raises(ConfigError, match=words) as caught:
        read_record(content, name="it")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("content", [b"[]", b"null", b'"seawall/record/v1"', b"{}", b"17"])
def test_other_json_is_no_record(content: bytes) -> None:
    with pytest.raises(ConfigError, match="not a record"):
        read_record(content, name="it")


def test_a_record_that_would_keep_us_busy_for_ever_is_not_decided(decided: Decided) -> None:
    record = decided(Status.NEW)
    document = json.loads(encode_record(record))
    document["policies"][0]["clauses"] *= 4000
    document["findings"] *= 2000
    forged = msgspec.convert(document, Record)
    words = " ".join(found.recomputed for found in recompute(forged))
    assert "more clauses and findings than any scan has" in words


@pytest.mark.parametrize("places", [[], [7], [-1]])
def test_a_finding_without_a_policy_is_not_decided(decided: Decided, places: list[int]) -> None:
    document = json.loads(encode_record(decided(Status.NEW)))
    document["findings"][0]["policies"] = places
    words = " ".join(one.recomputed for one in recompute(msgspec.convert(document, Record)))
    assert "its policy is not recorded" in words


def test_a_clause_of_a_newer_version_is_told_apart(decided: Decided) -> None:
    document = json.loads(encode_record(decided(Status.NEW)))
    document["policies"][0]["clauses"][0]["moon"] = "full"
    words = " ".join(one.recomputed for one in recompute(msgspec.convert(document, Record)))
    assert "not one that this version knows" in words
    assert "moon" in words
