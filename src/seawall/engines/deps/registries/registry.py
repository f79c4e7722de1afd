"""What every registry has: who is asked, and the door through which it is asked."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from msgspec import Struct

from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays

OK, GONE = 200, (404, 410)


class RegistryError(Exception):
    """A registry answered something else than its documentation says."""


class Answered(Struct, frozen=True, kw_only=True):
    """An answer: its status and its whole body."""

    status: int
    body: bytes


Fetch = Callable[[str, str], Answered]
"""Asks an address, with the media type that is wanted ("" for any). Raises WireError."""


class Registry(Struct, frozen=True, kw_only=True):
    """One registry."""

    ecosystem: Ecosystem
    address: str
    """Where it is, without a "/" at its end."""
    ask: Callable[[Question, str, Fetch], RegistrySays]
    """Asks about a package at an address. Raises WireError, RegistryError and ParseError."""
    variables: tuple[str, ...] = ()
    """Variables of the environment by which the ecosystem's own tools name another address."""
    hosts: tuple[str, ...] = ()
    """Further hosts that are asked."""


UNKNOWN = RegistrySays(known=False)
"""There is no such package."""


def body_of(answered: Answered) -> bytes | None:
    """Return the body, None where there is no such thing. Raises RegistryError."""
    if answered.status in GONE:
        return None
    if answered.status != OK:
        raise RegistryError(f"it answered {answered.status}")
    return answered.body


def day_of(value: Any) -> date | None:
    """Return the day of a time as registries write it (ISO 8601); None where it is none."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        time = datetime.fromisoformat(value)
        return (time.astimezone(UTC) if time.tzinfo else time).date()
    except (ValueError, OverflowError):
        return None


def text(table: Mapping[str, Any], *keys: str) -> str:
    """Return the first text under one of several keys."""
    return next((found for key in keys if isinstance(found := table.get(key), str) and found), "")
