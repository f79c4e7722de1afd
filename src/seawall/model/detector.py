"""How one kind of secret is recognised: the data that `rules/secrets/*.toml` becomes."""

from msgspec import Struct

FORM_JUDGES = frozenset({"key-block"})
"""Judgements that only refuse what is no value: the form itself says what it is."""


class LiveCheck(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The vendor's documented harmless call that tells whether a secret works."""

    url: str
    """https, a fixed host of the vendor; "{secret}" may stand in the path or query only where the
    vendor offers nothing else."""
    method: str = "GET"
    headers: dict[str, str] = {}
    """Values may hold "{secret}" and "{basic:secret}" (base64 of it, for Basic authentication)."""
    body: str = ""
    live: tuple[int, ...] = (200,)
    """Status codes that mean it works."""
    dead: tuple[int, ...] = (401, 403)
    """Status codes that mean it does not; every other answer means unknown."""
    live_body: str = ""
    """Where set, a text the body must hold for the secret to count as live."""
    docs: str = ""
    """The vendor's page that documents the call."""


class Detector(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One recognisable form. Several detectors may serve one rule.

    `pattern` is a regular expression over bytes in the syntax that Python's `re` and Hyperscan
    share (no back-references; look-arounds only of one character class at the ends); it never
    matches a line end unless `multiline`. The secret is the group `secret`, else the whole match.
    """

    rule: str
    pattern: str
    near: str = ""
    """Where set, `pattern` alone is not distinctive: it counts only within `reach` bytes after a
    match of this expression (case is ignored), a vendor's name or a variable's."""
    reach: int = 80
    """Bytes between the end of `near` and the start of the secret, at most `lines` line ends."""
    lines: int = 1
    before: bool = False
    """Whether the secret may also stand within `reach` before `near`."""
    entropy: float = 0.0
    """Least Shannon entropy of the secret, bits a character."""
    checksum: str = ""
    """Name of the offline check in `engines/secrets/checksums.py`; failing it refuses."""
    judge: str = ""
    """Name of the judgement in `engines/secrets/judges.py` that accepts or refuses; "" means the
    default for the form: placeholders and plain words are refused."""
    multiline: bool = False
    """Whether a match may span lines (private keys); then it is at most 16 KiB long."""
    live: LiveCheck | None = None
