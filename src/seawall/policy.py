"""What breaks the build: one function on triaged findings, made of small clauses."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from seawall.core.errors import ConfigError
from seawall.core.finding import Evidence, Finding
from seawall.core.report import Reason, Verdict
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged


class Clause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One thing that breaks the build: all that is set must hold, what is not set is free."""

    name: str
    """In words that end the sentence "the gate breaks the build: 3 ..."."""
    engine: str = ""
    rules: tuple[str, ...] = ()
    severity: Severity = Severity.INFO
    """At least this severity."""
    evidence: Evidence = Evidence.SUSPECTED
    """At least this evidence."""
    known_format: bool = False
    """Only findings whose form alone identifies what was found."""
    fixable: bool = False
    """Only findings with a fix."""
    status: tuple[Status, ...] = (Status.NEW,)

    def holds(self, triaged: Triaged, rule: Rule) -> bool:
        """Whether the clause holds for a finding of this rule."""
        finding = triaged.finding
        return (
            triaged.status in self.status
            and (not self.engine or rule.engine == self.engine)
            and (not self.rules or rule.id in self.rules)
            and finding.severity.rank >= self.severity.rank
            and finding.evidence.rank >= self.evidence.rank
            and (finding.known_format or not self.known_format)
            and (finding.fix is not None or not self.fixable)
        )


class Policy(Struct, frozen=True, kw_only=True):
    """Clauses, any of which breaks the build. Raises ConfigError when there is none."""

    name: str
    clauses: tuple[Clause, ...]
    allow_all: bool = False
    """Nothing breaks the build; the configuration calls it `unsafe-allow-all`."""

    def __post_init__(self) -> None:
        """Refuse the empty policy: a gate that is open by accident."""
        if not self.clauses and not self.allow_all:
            raise ConfigError(
                f"policy {self.name}: nothing in it breaks the build",
                hint="give at least one [[gate.break]], or say `unsafe-allow-all = true`",
            )

    def broken_by(self, triaged: Triaged, rule: Rule) -> Clause | None:
        """Return the first clause that the finding breaks; rules in preview break none."""
        if rule.preview or not triaged.status.is_open or self.allow_all:
            return None
        return next((clause for clause in self.clauses if clause.holds(triaged, rule)), None)


DEFAULT = Policy(
    name="default",
    clauses=(
        Clause(name="proven by a real request or a working credential", evidence=Evidence.PROVEN),
        Clause(
            name="a secret of a known format",
            engine="secrets",
            known_format=True,
            severity=Severity.MEDIUM,
        ),
        Clause(
            name="a reachable weakness in code of high severity",
            engine="code",
            severity=Severity.HIGH,
            evidence=Evidence.REACHABLE,
        ),
        Clause(
            name="a vulnerable dependency that is imported and has a fix",
            engine="deps",
            severity=Severity.HIGH,
            evidence=Evidence.REACHABLE,
            fixable=True,
        ),
        Clause(
            name="an infrastructure weakness of high severity on a known value",
            engine="infra",
            severity=Severity.HIGH,
            evidence=Evidence.REACHABLE,
        ),
    ),
)
"""The default gate of the design, section 1."""


def decide(
    findings: Iterable[Triaged],
    rules: Mapping[str, Rule],
    policy_of: Callable[[Finding], Policy],
) -> Verdict:
    """Decide whether the gate passes, with a reason for every finding that breaks it.

    `policy_of` returns the policy in force where a finding is.
    """
    reasons: list[Reason] = []
    names: set[str] = set()
    told = 0
    for triaged in findings:
        if not triaged.status.is_open:
            continue
        finding = triaged.finding
        policy = policy_of(finding)
        names.add(policy.name)
        clause = policy.broken_by(triaged, rules[finding.rule])
        if clause is None:
            told += 1
            continue
        reasons.append(
            Reason(clause=clause.name, message=finding.message, fingerprint=finding.fingerprint)
        )
    return Verdict(
        passed=not reasons,
        reasons=tuple(reasons),
        told=told,
        policy=", ".join(sorted(names)) or DEFAULT.name,
    )
