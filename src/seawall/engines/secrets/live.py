"""Ask a vendor whether a secret works, by its documented harmless call."""

import base64
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from msgspec import Struct

from seawall.core.finding import Evidence, Proof
from seawall.model.detector import LiveCheck
from seawall.wire.http import Answer, WireError


class Ask(Struct, frozen=True, kw_only=True):
    """One request that would tell whether the secret works. It holds the secret: never store it."""

    url: str
    method: str
    headers: dict[str, str]
    body: bytes
    host: str

    def __repr__(self) -> str:
        """Show the host alone, so that no trace or log holds the secret."""
        return f"Ask(host={self.host!r})"


class LiveAnswer(Struct, frozen=True, kw_only=True):
    """What the vendor's answer says about the evidence; None leaves it as it was."""

    evidence: Evidence | None
    proof: Proof


def compose(check: LiveCheck, secret: str) -> Ask:
    """Fill the secret into the vendor's call; the host never depends on the secret."""
    basic = base64.b64encode(secret.encode()).decode()

    def fill(text: str) -> str:
        return text.replace("{basic:secret}", basic).replace("{secret}", secret)

    return Ask(
        url=check.url.replace("{secret}", quote(secret, safe="")),
        method=check.method,
        headers={name: fill(value) for name, value in check.headers.items()},
        body=fill(check.body).encode(),
        host=(urlsplit(check.url).hostname or "").lower(),
    )


def judge(check: LiveCheck, answer: Answer) -> LiveAnswer:
    """Read the vendor's answer: works, does not work, or cannot be told."""
    host = urlsplit(check.url).hostname or ""
    holds = not check.live_body or check.live_body.encode() in answer.body
    if answer.status in check.live and holds:
        return LiveAnswer(
            evidence=Evidence.PROVEN,
            proof=Proof(kind="live-check", summary=f"{host} accepted it: the credential works"),
        )
    if answer.status in check.dead:
        return LiveAnswer(
            evidence=Evidence.REFUTED,
            proof=Proof(kind="live-check", summary=f"{host} refused it: it does not work any more"),
        )
    return LiveAnswer(
        evidence=None,
        proof=Proof(kind="live-check", summary=f"{host} answered {answer.status}: cannot be told"),
    )


def ask_vendor(check: LiveCheck, secret: str, send: Callable[[Ask], Answer]) -> LiveAnswer:
    """Ask the vendor through `send`; a host that cannot be reached leaves the evidence as it is."""
    try:
        return judge(check, send(compose(check, secret)))
    except WireError as error:
        return LiveAnswer(
            evidence=None, proof=Proof(kind="live-check", summary=f"not checked: {error}")
        )
