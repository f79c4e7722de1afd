"""Ask the vendors whether what was found still works; loaded only when that is asked for."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.engines.secrets.engine import SecretsEngine
from seawall.engines.secrets.live import Ask, LiveAnswer, ask_vendor
from seawall.model.detector import LiveCheck
from seawall.source.file import Source
from seawall.wire.http import Answer, WireSettings, request

Verify = Callable[[LiveCheck, str], LiveAnswer]


def vendor_asker(settings: WireSettings) -> Verify:
    """Make the function that asks vendors, each at its own fixed host and nowhere else."""

    def send(ask: Ask) -> Answer:
        return request(
            settings,
            ask.url,
            method=ask.method,
            headers=ask.headers,
            body=ask.body,
            hosts=frozenset({ask.host}),
        )

    return lambda check, secret: ask_vendor(check, secret, send)


def verify_live(
    findings: Iterable[Finding],
    read: Callable[[CodeSpan], Source | None],
    engine: SecretsEngine,
    verify: Verify,
    tell: Callable[[int], None],
) -> list[Finding]:
    """Ask the vendor about each secret once and raise or refute the findings that hold it.

    The values are read again from the files, for findings never hold them.
    """
    answers: dict[str, LiveAnswer | None] = {}
    verified: list[Finding] = []
    for number, finding in enumerate(findings):
        tell(number)
        name = finding.fingerprint
        if name not in answers:
            answers[name] = _ask(finding, read, engine, verify)
        answer = answers[name]
        verified.append(_with(finding, answer) if answer is not None else finding)
    return verified


def _ask(
    finding: Finding,
    read: Callable[[CodeSpan], Source | None],
    engine: SecretsEngine,
    verify: Verify,
) -> LiveAnswer | None:
    if not isinstance(finding.location, CodeSpan):
        return None
    source = read(finding.location)
    if source is None:
        return None
    live = engine.live_check(source, finding)
    return verify(*live) if live is not None else None


def _with(finding: Finding, answer: LiveAnswer) -> Finding:
    return replace(
        finding,
        evidence=answer.evidence or finding.evidence,
        proof=(*finding.proof, answer.proof),
    )
