"""CVSS base scores, and the severity that a score means."""

from seawall.core.rule import Severity


def base_score(vector: str) -> float | None:
    """Return the base score of a CVSS vector of version 2, 3 or 4; None where it is none."""
    import cvss  # type: ignore[import-untyped]
    from cvss.exceptions import CVSSError  # type: ignore[import-untyped]

    try:
        if vector.startswith("CVSS:4"):
            return float(cvss.CVSS4(vector).base_score)
        if vector.startswith("CVSS:3"):
            return float(cvss.CVSS3(vector).base_score)
        return float(cvss.CVSS2(vector.removeprefix("(").removesuffix(")")).base_score)
    except (CVSSError, ValueError, KeyError, IndexError, ArithmeticError):
        return None


def severity_of(score: float) -> Severity:
    """Return the severity of a base score. Source: CVSS 3.1, section 5."""
    for least, severity in ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low")):
        if score >= least:
            return Severity(severity)
    return Severity.INFO
