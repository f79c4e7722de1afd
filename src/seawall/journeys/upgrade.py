"""Tell what an upgrade of Seawall adds to the findings of an unchanged target."""

from seawall.core.report import Problem, ProblemKind, Report
from seawall.triage.pairing import identify, pair


def tell_upgrade(before: Report, now: Report) -> Problem | None:
    """Say how many findings other rules brought; None where the rules or the target did not stay.

    `before` is the last report of the same target.
    """
    former = {run.name: run.digest for run in before.coverage.engines}
    present = {run.name: run.digest for run in now.coverage.engines}
    same_target = before.target == now.target and bool(now.target.revision)
    if former == present or not same_target or before.partial or now.partial:
        return None
    findings = [entry.finding for entry in now.findings]
    paired, gone = pair([identify(entry.finding) for entry in before.findings], findings)
    added = {
        finding.fingerprint for finding, old in zip(findings, paired, strict=True) if old is None
    }
    if not added and not gone:
        return None
    breaking = len(added & {reason.fingerprint for reason in now.verdict.reasons})
    version = (
        f" from {before.tool_version} to {now.tool_version}"
        if before.tool_version != now.tool_version
        else ""
    )
    return Problem(
        kind=ProblemKind.CONFIG,
        message=(
            f"this upgrade{version} adds {_count(len(added))}, {breaking} of which would break "
            f"the build, and no longer tells {len(gone)}"
        ),
        hint="`seawall rules list` names the rules; a baseline or a waiver accepts what is there",
    )


def _count(number: int) -> str:
    return "1 finding" if number == 1 else f"{number:,} findings"
