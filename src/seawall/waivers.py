"""The file of waivers, `.seawall/waivers.toml`: read it, and add to it."""

import json
import re
from datetime import date

import msgspec
from msgspec import Struct

from seawall.config import MAX_BYTES, convert_table, find_line, parse_table
from seawall.core.errors import ConfigError
from seawall.triage.waivers import SHORTEST, Waiver

FILE = ".seawall/waivers.toml"
HEAD = """\
# Risks that somebody accepted, each with a reason, an author and a last day.
# `seawall waive` adds to it.
"""


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    waiver: tuple[Waiver, ...] = ()


def read_waivers(content: bytes, *, name: str) -> tuple[Waiver, ...]:
    """Read the waivers of a file. Raises ConfigError naming the file, the line and the key."""
    if len(content) > 16 * MAX_BYTES:
        raise ConfigError(f"{name}: larger than {16 * MAX_BYTES:,} bytes")
    text, table = parse_table(content, name=name, parse_float=str)
    for entry in table.get("waiver", ()) if isinstance(table.get("waiver"), list) else ():
        # TOML has dates of its own.
        if isinstance(entry, dict) and isinstance(entry.get("until"), date):
            entry["until"] = entry["until"].isoformat()
    waivers = convert_table(table, _File, text, name=name).waiver
    for number, waiver in enumerate(waivers):
        wrong = wrong_with(waiver)
        if wrong:
            line = find_line(text, ["waiver", str(number)])
            raise ConfigError(
                f"{name}, line {line}: waiver of {waiver.scope or 'nothing'}: {wrong}",
                hint="see docs/configuration.md, waivers",
            )
    return waivers


def wrong_with(waiver: Waiver) -> str:
    """Say what a waiver lacks, "" when it is whole."""
    if not (waiver.finding or waiver.rule or waiver.package or waiver.advisory):
        return "it names no finding, no rule, no package and no advisory"
    if waiver.finding and not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},32}}", waiver.finding):
        return f"a finding is named by {SHORTEST} to 32 hexadecimal digits of its fingerprint"
    if waiver.finding and (waiver.rule or waiver.path or waiver.package or waiver.advisory):
        return "a finding needs no further scope"
    if not waiver.reason.strip():
        return "it gives no reason"
    if not waiver.by.strip():
        return "it names nobody who accepted it"
    if not waiver.until:
        return "" if waiver.false_alarm else "it has no last day (until)"
    return "" if _is_date(waiver.until) else f"{waiver.until!r} is no day (YYYY-MM-DD)"


def with_waiver(content: bytes, waiver: Waiver) -> bytes:
    """Return the file with one more waiver at its end; what stands in it stays as it is."""
    text = content.decode("utf-8") if content.strip() else HEAD
    lines = ["", "[[waiver]]"]
    for key, value in msgspec.to_builtins(waiver).items():
        if value is True:
            lines.append(f"{key} = true")
        elif value:
            lines.append(f"{key} = {_string(value)}")
    return (text.rstrip("\n") + "\n" + "\n".join(lines) + "\n").encode()


def _string(text: str) -> str:
    """Write a TOML string: JSON's, but for the one character that TOML wants escaped as well."""
    plain = text.encode("utf-8", "replace").decode()
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
