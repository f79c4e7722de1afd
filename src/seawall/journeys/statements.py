"""Statements about published weaknesses (VEX), as what people decided beforehand."""

from seawall.triage.waivers import Waiver

VEX_FOLDER = ".seawall/vex"
"""Documents that say which published weaknesses do not concern the target."""


def read_statements(content: bytes) -> tuple[Waiver, ...]:
    """Return what a document closes. Raises ParseError when it is no VEX."""
    # Loaded only where there are any.
    from seawall.readers.vex import parse_vex

    return tuple(
        Waiver(
            package=one.package,
            advisory=one.advisory,
            reason=one.reason,
            by=one.by,
            false_alarm=True,
        )
        for one in parse_vex(content)
        if one.closes
    )
