"""Errors that a person can mend: what went wrong, and a hint what to do."""

UNFORESEEN = (
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    MemoryError,
)
"""What an engine may raise on input that nobody thought of: it is told, and the rest goes on."""


def reason_of(error: OSError) -> str:
    """Say why the system refused, as the end of a message."""
    return (error.strerror or str(error)).lower()


class SeawallError(Exception):
    """The job could not be done; the CLI prints the message, then the hint, and exits 2.

    The message is lower case without a full stop; it never holds a secret.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConfigError(SeawallError):
    """A configuration file is wrong; the message names the file, the line and the key."""


class TargetError(SeawallError):
    """The target does not exist, is not readable, or is not what the options need."""


class ParseError(SeawallError):
    """A file is not what its name says, or broken beyond what its parser passes over."""

    def __init__(self, message: str, *, line: int = 0, hint: str = "") -> None:
        """`line` is 1-based, 0 where it is not known."""
        super().__init__(message, hint=hint)
        self.line = line
