"""The baseline: what was there when the team began, kept so that merges are easy.

One line a finding in a stable order, without lines or times, so that the file changes only when
the findings do.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from seawall.core.errors import ConfigError
from seawall.core.finding import Finding
from seawall.triage.pairing import Identity, identify

SCHEMA = "seawall/baseline/v1"


class _Header(Struct, frozen=True, kw_only=True):
    schema: str


class _Line(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    fingerprint: str
    rule: str
    path: str = ""
    symbol: str = ""
    count: int = 1


def render(findings: Iterable[Finding]) -> bytes:
    """Write a baseline of these findings: UTF-8, JSON lines."""
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for finding in findings:
        known = identify(finding)
        counted[(known.fingerprint, known.rule, known.path, known.symbol)] += 1
    encode = msgspec.json.Encoder().encode
    lines = [encode(_Header(schema=SCHEMA))]
    for (name, rule, path, symbol), count in sorted(counted.items()):
        lines.append(
            encode(
                _Line(
                    fingerprint=name,
                    rule=rule,
                    path=path.encode("utf-8", "backslashreplace").decode(),
                    symbol=symbol,
                    count=count,
                )
            )
        )
    return b"\n".join(lines) + b"\n"


def read(content: bytes, *, name: str) -> list[Identity]:
    """Read a baseline. Raises ConfigError, naming the line, when it is not one."""
    decoder = msgspec.json.Decoder(_Line)
    identities: list[Identity] = []
    lines = content.split(b"\n")
    _check_header(lines[0], name)
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        try:
            entry = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"baseline {name}, line {number}: {error}",
                hint="write it again with `seawall baseline write`",
            ) from error
        identity = Identity(
            fingerprint=entry.fingerprint,
            rule=entry.rule,
            path=entry.path,
            symbol=entry.symbol,
        )
        identities.extend([identity] * max(1, min(entry.count, 100_000)))
    return identities


def _check_header(line: bytes, name: str) -> None:
    try:
        schema = msgspec.json.decode(line, type=_Header).schema
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"baseline {name}, line 1: not a baseline",
            hint="write one with `seawall baseline write`",
        ) from error
    if schema != SCHEMA:
        raise ConfigError(
            f"baseline {name}, line 1: unknown schema {schema!r}",
            hint=f"this version reads {SCHEMA}",
        )
