"""What the gate itself finds: a change that would weaken it."""

from seawall.core.rule import Rule, Severity

GATE_WEAKENED = Rule(
    id="gate-weakened",
    title="The change weakens the gate",
    engine="gate",
    severity=Severity.HIGH,
    cwe=(693,),
    why=(
        "After the merge less breaks the build than before: a clause is gone, a rule is off, "
        "files are left out, or something is accepted that was not. In this change it does not "
        "count yet: what decides about a change is read from where it left the main branch."
    ),
    remedy=(
        "1. Ask the security champion, or whoever owns the gate, whether this is meant.\n"
        "2. Merge it alone, apart from the code that it would let pass, and say why.\n"
        "3. Prefer a waiver with a last day (`seawall waive`) to a rule that is off for ever."
    ),
    lesson=(
        "Let the owners of the gate review what decides: name `seawall.toml`, `.seawall/` and the "
        "pipeline's files in CODEOWNERS, and keep the organisation's floor outside the repository."
    ),
)
