"""Gathers what of a file was passed over: each told once, and of many the first ones."""

from collections.abc import Iterable
from itertools import islice

from seawall.core.report import Problem, ProblemKind

MOST = 20
LONGEST = 300
"""Characters of one; what is said of a long name stands at its end."""


CUT_OFF = "it may be cut off: let its tool write it again"
"""The hint for a file that is not whole."""
MOST_MISSED = 1000
"""Packages that are missing and counted."""


class Remarks:
    """What is told of one file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._told: list[Problem] = []

    def pass_over(self, why: str, line: int = 0) -> None:
        """Tell that something was passed over; `why` is lower case, without a full stop."""
        self.tell(f"passed over: {why if len(why) <= LONGEST else why[-LONGEST:]}", line)

    def tell(self, what: str, line: int = 0, *, hint: str = "") -> None:
        """Tell something else of the file: lower case, without a full stop."""
        if len(self._told) < MOST:
            self._told.append(
                Problem(
                    kind=ProblemKind.PARSE,
                    message=what,
                    path=self._path,
                    line=line,
                    engine="deps",
                    hint=hint,
                )
            )

    def miss(self, names: Iterable[str]) -> None:
        """Tell that a file names packages that it should hold and does not: it is cut off."""
        some = list(dict.fromkeys(islice(names, MOST_MISSED)))
        if some:
            more = f" and {len(some) - 1} more" if len(some) > 1 else ""
            self.tell(
                f"not whole: it holds nothing on {some[0][:LONGEST]}{more}",
                hint=CUT_OFF,
            )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was told."""
        return tuple(self._told)
