"""The engine: what it finds, where, once, without ever saying the value."""

import base64
import random
import string
import time

import msgspec
import pytest

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Rule, Severity
from seawall.engines.secrets.checksums import github_check
from seawall.engines.secrets.engine import MOST_FINDINGS, SecretsEngine
from seawall.model.detector import Detector, LiveCheck
from seawall.source.file import Source

SEED = random.Random(11)
RANDOM = "".join(SEED.choices(string.ascii_letters + string.digits, k=30))
TOKEN = f"ghp_{RANDOM}{github_check(RANDOM)}"
HEX = "".join(SEED.choices("0123456789abcdef", k=32))

DETECTORS = (
    Detector(
        rule="github-token",
        pattern=r"\b(?P<secret>ghp_[A-Za-z0-9]{36})\b",
        checksum="github",
        live=LiveCheck(url="https://api.github.com/user"),
    ),
    Detector(
        rule="acme-key",
        pattern=r"(?<!\w)(?P<secret>[a-f0-9]{32})(?!\w)",
        near=r"acme\w{0,10}",
        reach=20,
        entropy=3.0,
    ),
    Detector(rule="other-key", pattern=r"(?<!\w)(?P<secret>[a-f0-9]{32})(?!\w)", near="other"),
    Detector(
        rule="private-key",
        pattern=r"-----BEGIN (?P<secret>[A-Z ]{3,20}-----\s[A-Za-z0-9+/=\s]{20,4000}-----END )",
        multiline=True,
    ),
)


def _rule(name: str) -> Rule:
    return Rule(id=name, title=name.title(), engine="secrets", severity=Severity.HIGH)


RULES = tuple(_rule(name) for name in dict.fromkeys(d.rule for d in DETECTORS))


@pytest.fixture(scope="module")
def engine() -> SecretsEngine:
    return SecretsEngine(DETECTORS, RULES, matcher="python")


def _source(text: str | bytes, path: str = "app.py") -> Source:
    content = text if isinstance(text, bytes) else text.encode()
    return Source(path=path, content=content, language="python")


def _places(findings: list[Finding]) -> list[tuple[str, int, int]]:
    spans = [finding.location for finding in findings]
    return [
        (finding.rule, span.line, span.column)
        for finding, span in zip(findings, spans, strict=True)
        if isinstance(span, CodeSpan)
    ]


def test_rule_line_and_column(engine: SecretsEngine) -> None:
    (finding,) = engine.scan(_source(f"a = 1\nclé = '{TOKEN}'\n"))
    span = finding.location
    assert isinstance(span, CodeSpan)
    assert (finding.rule, span.line, span.column) == ("github-token", 2, 8)
    assert span.end_column == 8 + len(TOKEN)
    assert finding.proof[0].kind == "checksum"


def test_the_value_is_nowhere(engine: SecretsEngine) -> None:
    findings = engine.scan(_source(f"t = '{TOKEN}'; acme = '{HEX}'\nother = '{HEX}'\n"))
    assert len(findings) == 3
    said = msgspec.json.encode(findings).decode() + repr(findings)
    assert HEX not in said
    assert RANDOM not in said
    assert all(value[n : n + 8] not in said for value in (HEX, RANDOM) for n in range(20))


def test_anchor_is_that_of_the_value_alone(engine: SecretsEngine) -> None:
    (one,) = engine.scan(_source(f"t = '{TOKEN}'"))
    (two,) = engine.scan(_source(f"\n\n  token: {TOKEN}\n", path="b.yaml"))
    assert (one.anchor, one.fingerprint) == (two.anchor, two.fingerprint)


def test_near_reaches_over_lines_and_bytes_only_so_far(engine: SecretsEngine) -> None:
    assert _places(engine.scan(_source(f"acme:\n  {HEX}\n"))) == [("acme-key", 2, 3)]
    assert engine.scan(_source(f"acme:\n\n\n  {HEX}\n")) == []
    assert engine.scan(_source(f"acme: {' ' * 40}{HEX}\n")) == []
    assert engine.scan(_source(f"{HEX} acme\n")) == []


def test_the_nearest_name_wins(engine: SecretsEngine) -> None:
    assert [f.rule for f in engine.scan(_source(f"acme other '{HEX}'"))] == ["other-key"]
    assert [f.rule for f in engine.scan(_source(f"other acme '{HEX}'"))] == ["acme-key"]


def test_refusals_are_told(engine: SecretsEngine) -> None:
    source = _source(f"x\nt = 'ghp_{RANDOM}0aZ0aZ'\nu = 'ghp_{'x' * 36}'\nt = '{TOKEN}'\n")
    assert [(c.verdict, "checksum" in c.reason) for c in engine.consider(source, 2)] == [
        ("refused", True)
    ]
    assert [c.verdict for c in engine.consider(source, 3)] == ["refused"]
    assert [c.verdict for c in engine.consider(source, 4)] == ["finding"]
    assert engine.consider(source, 1) == []
    assert engine.consider(source, 99) == []


def test_keys_of_many_lines(engine: SecretsEngine) -> None:
    body = "\n".join("".join(SEED.choices(string.ascii_letters, k=64)) for _ in range(5))
    text = f"x\n-----BEGIN SECRET-----\n{body}\n-----END SECRET-----\n"
    (finding,) = engine.scan(_source(text))
    span = finding.location
    assert isinstance(span, CodeSpan)
    assert (span.line, span.end_line) == (2, 8)
    assert finding.excerpt is not None
    assert body[:10] not in "\n".join(finding.excerpt.lines)


def test_live_check_reads_the_value_again(engine: SecretsEngine) -> None:
    source = _source(f"a = '{TOKEN}'\nacme = '{HEX}'\n")
    token, key = engine.scan(source)
    live = engine.live_check(source, token)
    assert live is not None
    assert live[1] == TOKEN
    assert engine.live_check(source, key) is None


def test_base64_in_a_kubernetes_secret(engine: SecretsEngine) -> None:
    value = base64.b64encode(f"{TOKEN}\n".encode()).decode()
    text = f"apiVersion: v1\nkind: Secret\ndata:\n  token: {value}\n  other: aGVsbG8gd29ybGQ=\n"
    source = Source(path="s.yaml", content=text.encode(), language="yaml")
    (finding,) = engine.scan(source)
    assert _places([finding]) == [("github-token", 4, 10)]
    assert finding.anchor == engine.scan(_source(f"'{TOKEN}'"))[0].anchor
    assert value[:12] not in repr(finding)
    assert engine.live_check(source, finding) == (DETECTORS[0].live, TOKEN)
    assert [c.verdict for c in engine.consider(source, 4)] == ["finding"]
    config = Source(
        path="s.yaml", content=text.replace("Secret", "ConfigMap").encode(), language="yaml"
    )
    assert engine.scan(config) == []


def test_hostile_bytes(engine: SecretsEngine) -> None:
    for junk in (b"\x00\xff\xfe", b"\r", b"\xf0\x9f", b"\xc3", b"\x1b[31m"):
        content = junk * 50 + b"\n" + junk + b"'" + TOKEN.encode() + b"'" + junk + b"\n"
        assert [f.rule for f in engine.scan(_source(content))] == ["github-token"]


def test_one_endless_line_takes_bounded_time(engine: SecretsEngine) -> None:
    started = time.process_time()
    content = b"acme " * 200_000 + TOKEN.encode()
    assert [f.rule for f in engine.scan(_source(content))] == ["github-token"]
    assert time.process_time() - started < 10


def test_thousands_of_secrets_are_capped_and_it_is_said(engine: SecretsEngine) -> None:
    values = ("".join(SEED.choices("0123456789abcdef", k=32)) for _ in range(MOST_FINDINGS + 500))
    source = _source("".join(f"acme={value};" for value in values))
    findings = engine.scan(source)
    assert len(findings) == MOST_FINDINGS
    assert engine.limits(source, findings)[0].path == "app.py"
    assert engine.limits(source, findings[:10]) == ()


def test_digest_follows_the_detectors() -> None:
    one = SecretsEngine(DETECTORS, RULES, matcher="python")
    two = SecretsEngine(DETECTORS[:2], RULES, matcher="python")
    assert one.digest != two.digest
    assert one.matcher == ""
    one.scan(_source("x"))
    assert one.matcher == "python"
