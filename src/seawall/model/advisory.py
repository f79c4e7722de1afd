"""What somebody has published about packages, and what of it holds for one of ours."""

from typing import Literal

from msgspec import Struct

from seawall.core.rule import Severity
from seawall.model.inventory import Ecosystem


class Exploitation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How likely it is that somebody uses a weakness."""

    known_since: str = ""
    """The day on which CISA's catalogue of known exploited vulnerabilities took it up."""
    ransomware: bool = False
    probability: float | None = None
    """EPSS: that it is exploited within thirty days, 0 to 1."""
    percentile: float | None = None


class Advisory(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One weakness of packages, as one or several publishers tell of it."""

    id: str
    """The name it is told by: a CVE where it has one, else a GHSA, else its own."""
    aliases: tuple[str, ...] = ()
    """All other names of it, by closure over every record that shares one; sorted."""
    kind: Literal["vulnerability", "malicious", "unmaintained", "notice"] = "vulnerability"
    summary: str = ""
    """One line; untrusted text."""
    severity: Severity | None = None
    """By the highest base score of any alias, or the word a publisher gives; None: nobody says."""
    score: float | None = None
    """CVSS base score, 0 to 10."""
    vector: str = ""
    cwe: tuple[int, ...] = ()
    published: str = ""
    """ISO 8601."""
    modified: str = ""
    links: tuple[str, ...] = ()
    """https only."""
    exploitation: Exploitation | None = None


class Query(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A package that is asked about."""

    ecosystem: Ecosystem
    name: str
    version: str
    distribution: str = ""
    """Of a package of an operating system: "12", "v3.19", "9"."""
    source_name: str = ""
    """Advisories of Debian, Ubuntu and Alpine speak of source packages."""
    source_version: str = ""


class Match(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One weakness that a package has; the records that are aliases of one another are one."""

    query: Query
    advisory: Advisory
    fixed: tuple[str, ...] = ()
    """Versions without it that are higher than the package's, the lowest first."""
    symbols: tuple[str, ...] = ()
    """The functions in which it is, where a record names them: "net/http.Server.Serve"."""
    listed: bool = False
    """Whether a record names the very version, beside or in place of a range."""
