"""The organisation's floor: what no repository may fall below, read from outside of it."""

import hashlib
import re

import msgspec
from msgspec import Struct

from seawall.config import MAX_BYTES, convert_table, parse_table
from seawall.core.errors import ConfigError
from seawall.core.triage import Status, Triaged
from seawall.policy import Clause, Policy

_PIN = re.compile(r"^(?P<where>.*?)#sha256[=:](?P<digest>[0-9a-fA-F]{64})$", re.DOTALL)


class Floor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What holds in every repository of an organisation, whatever its own configuration says."""

    name: str
    """Names it in reports: "acme floor 3"."""
    break_: tuple[Clause, ...] = msgspec.field(default=(), name="break")
    """Clauses that break the build beside the repository's own."""
    keep_rules: tuple[str, ...] = ()
    """Rules that no configuration turns off."""
    longest_waiver: int = 0
    """Days that a waiver or an inline allow may still run; one without a day is none. 0: any."""
    allow_baseline: bool = True
    """Whether a baseline makes findings known."""
    allow_exclude: bool = True
    """Whether a repository may leave files out."""
    allow_foreign: bool = True
    """Whether the marks and files of other secret scanners close anything."""
    allow_partial: bool = True
    """Whether a repository may let a scan pass that is not whole."""
    allow_break_glass: bool = True
    """Whether the gate may be opened in an emergency."""
    digest: str = ""
    """SHA-256 of the file, set by the reader."""

    @property
    def policy(self) -> Policy | None:
        """Its clauses as a policy; None when it has none."""
        return Policy(name=self.name, clauses=self.break_) if self.break_ else None

    def accepts(self, triaged: Triaged, last_day: str) -> bool:
        """Tell whether a waived finding stays so; `last_day` is the last that a waiver may name."""
        if triaged.status is not Status.WAIVED or not self.longest_waiver:
            return True
        return bool(triaged.until) and triaged.until <= last_day


def split_pin(named: str) -> tuple[str, str]:
    """Split "FILE|URL#sha256=..." into the place and the digest, "" without one."""
    match = _PIN.match(named)
    return (match["where"], match["digest"].lower()) if match else (named, "")


def read_floor(content: bytes, *, name: str, digest: str) -> Floor:
    """Read a floor and hold it to its pinned digest. Raises ConfigError naming line and key."""
    found = hashlib.sha256(content).hexdigest()
    if digest and found != digest:
        raise ConfigError(
            f"floor {name}: its SHA-256 is {found}, not the pinned one",
            hint="somebody changed it: look at it, then pin the new digest",
        )
    if len(content) > MAX_BYTES:
        raise ConfigError(f"floor {name}: larger than {MAX_BYTES:,} bytes")
    text, table = parse_table(content, name=f"floor {name}")
    table.pop("digest", None)
    floor = convert_table(table, Floor, text, name=f"floor {name}")
    if floor == Floor(name=floor.name):
        raise ConfigError(
            f"floor {name}: it asks for nothing", hint="give at least one [[break]] or limit"
        )
    return msgspec.structs.replace(floor, digest=found)
