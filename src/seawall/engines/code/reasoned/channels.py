"""Connections over which what is said can be read, and secrets that are sent over them."""

from seawall.engines.code.state import Frame

LOGINS = (".clear.login", ".clear.auth", ".clear.authenticate", ".clear.pass_")
"""How the symbols end that log in over a connection that is not encrypted yet."""
_ENCRYPTING = frozenset("starttls stls start_tls start_tls_s".split())


def may_be_encrypted(frame: Frame) -> bool:
    """Whether a function encrypts connections, if only where its settings say so."""
    return frame.function is not None and not _ENCRYPTING.isdisjoint(frame.function.node.words)
