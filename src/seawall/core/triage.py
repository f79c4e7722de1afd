"""A finding and the one status it has: nothing here decides."""

import enum

from msgspec import Struct

from seawall.core.finding import Finding


class Status(enum.StrEnum):
    """One vocabulary for the CLI, the server and SARIF."""

    NEW = "new"
    """Open: not there before (in the baseline, at the merge base)."""
    KNOWN = "known"
    """Open: it was there before."""
    WAIVED = "waived"
    """The risk is accepted, with a reason, an author and an expiry."""
    FALSE_ALARM = "false-alarm"
    """Closed: somebody looked and it is not real."""
    FIXED = "fixed"
    """Closed: it was there and is gone."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self in (Status.NEW, Status.KNOWN)


class Triaged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A finding with its status, and who gave it that status, why and until when."""

    finding: Finding
    status: Status
    reason: str = ""
    who: str = ""
    until: str = ""
    """ISO date of the last day on which the status holds."""
    origin: str = ""
    """Where the status was said: "baseline .seawall/baseline.json", "inline app.py:12", ..."""
    owner: str = ""
    """The team or person who owns the place (CODEOWNERS), as written there."""
