"""What a public registry answers about a package."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from seawall.model.inventory import Ecosystem

Status = Literal["", "deprecated", "archived", "quarantined", "inactive"]
"""Of the whole package: advised against, no longer worked on by its own word, locked away by the
registry as suspicious, or called inactive by who made it."""


class Question(Struct, frozen=True, kw_only=True):
    """What a registry is asked about."""

    ecosystem: Ecosystem
    name: str
    version: str = ""
    """"" where no file settles one."""
    asked: date
    """The day of the question."""
    public: bool = False
    """Whether the public registry is meant, whatever other one the environment names."""
    licence: bool = False
    """Whether its licence is asked for too."""
    age: bool = False
    """Whether the day of its first release is asked for too."""


class RegistrySays(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a registry knows of a package; what it does not say is empty."""

    host: str = ""
    """Who says it."""
    known: bool = True
    """Whether there is such a package."""
    status: Status = ""
    words: str = ""
    """Why it has that status, or what takes its place; somebody else's text."""
    notice: str = ""
    """What is said against this very version: called back, deprecated; somebody else's text."""
    newest: date | None = None
    """On or after the day of the last release: never before it."""
    first: date | None = None
    """The day of the first release; None where it was not asked for."""
    mature: bool = False
    """Whether who made it calls it finished: that nothing is released is no sign of neglect."""
    licence: str = ""


Said = Mapping[tuple[Ecosystem, str, str], RegistrySays]
"""By ecosystem, name and version ("" for none)."""
