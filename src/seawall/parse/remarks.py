"""Gathers what of a file was passed over: each told once, and of many the first ones."""

from seawall.core.report import Problem, ProblemKind

MOST = 20
LONGEST = 300
"""Characters of one; what is said of a long name stands at its end."""


class Remarks:
    """What is told of one file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._told: list[Problem] = []

    def pass_over(self, why: str, line: int = 0) -> None:
        """Tell that something was passed over; `why` is lower case, without a full stop."""
        if len(self._told) < MOST:
            self._told.append(
                Problem(
                    kind=ProblemKind.PARSE,
                    message=f"passed over: {why if len(why) <= LONGEST else why[-LONGEST:]}",
                    path=self._path,
                    line=line,
                    engine="deps",
                )
            )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was told."""
        return tuple(self._told)
