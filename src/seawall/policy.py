"""What breaks the build: one function on triaged findings, made of small clauses."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.errors import ConfigError
from seawall.core.finding import Evidence, Exposure, Finding
from seawall.core.glob import compile_globs
from seawall.core.location import place
from seawall.core.report import Reason, Verdict
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged

_matcher_of = functools.lru_cache(maxsize=256)(compile_globs)


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
    exploited: bool = False
    """Only findings of which it is known that attackers use them."""
    exposure: Exposure | None = None
    """Only packages that are used at least so far."""
    status: tuple[Status, ...] = (Status.NEW,)
    paths: tuple[str, ...] = ()
    """Only findings in these files and folders: patterns as in .gitignore, from the target's
    root."""
    owners: tuple[str, ...] = ()
    """Only findings in what one of these owns, as CODEOWNERS writes them ("@shop/web")."""
    budget: int = 0
    """So many findings are accepted before the clause breaks the build."""

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
            and (finding.exploited or not self.exploited)
            and (self.exposure is None or _is_exposed(finding, self.exposure))
            and (not self.paths or _lies_in(finding, self.paths))
            and (not self.owners or not set(self.owners).isdisjoint(triaged.owner.split()))
        )


def _is_exposed(finding: Finding, least: Exposure) -> bool:
    return finding.exposure is not None and finding.exposure.rank >= least.rank


def _lies_in(finding: Finding, patterns: tuple[str, ...]) -> bool:
    span = place(finding.location)
    return span is not None and _matcher_of(patterns).match(span.path) is not None


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

    def broken_by(self, triaged: Triaged, rule: Rule) -> list[Clause]:
        """Return the clauses that the finding breaks, in order; rules in preview break none."""
        if rule.preview or not triaged.status.is_open or self.allow_all:
            return []
        return [clause for clause in self.clauses if clause.holds(triaged, rule)]


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
            name="a dependency with a weakness that is known to be exploited",
            engine="deps",
            exploited=True,
        ),
        Clause(
            name="a dependency that was published to do harm",
            rules=("malicious-dependency",),
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
    policies_of: Callable[[Finding], Sequence[Policy]],
) -> Verdict:
    """Decide whether the gate passes, with a reason for every finding that breaks it.

    `policies_of` returns the policies in force where a finding is: any of them breaks the build.
    """
    still_open: list[tuple[Triaged, list[tuple[str, Clause]]]] = []
    names: set[str] = set()
    for triaged in findings:
        if not triaged.status.is_open:
            continue
        policies = policies_of(triaged.finding)
        names.update(policy.name for policy in policies)
        rule = rules[triaged.finding.rule]
        broken = [(one.name, clause) for one in policies for clause in one.broken_by(triaged, rule)]
        still_open.append((triaged, broken))
    counted = Counter(clause for _, broken in still_open for clause in broken)
    reasons: list[Reason] = []
    for triaged, broken in still_open:
        over = next((one for name, one in broken if counted[name, one] > one.budget), None)
        if over is not None:
            finding = triaged.finding
            reasons.append(
                Reason(clause=over.name, message=finding.message, fingerprint=finding.fingerprint)
            )
    return Verdict(
        passed=not reasons,
        reasons=tuple(reasons),
        told=len(still_open) - len(reasons),
        policy=", ".join(sorted(names)) or DEFAULT.name,
    )


def conclude(verdict: Verdict, *, allow_partial: bool, opened: str) -> Verdict:
    """Add to a decision what is decided for the scan as a whole.

    `opened` says why the gate is opened in an emergency, "" when it is not; the reasons stay.
    """
    return replace(
        verdict,
        passed=verdict.passed or bool(opened),
        allow_partial=allow_partial,
        opened=opened,
    )


def gate_words(rule: Rule) -> str:
    """Say when a rule's findings break the build where nobody configured anything."""
    if rule.known_format and not rule.preview:
        return "breaks the build by default: its form alone identifies the secret"
    if rule.engine == "code" and rule.severity.rank >= Severity.HIGH.rank and not rule.preview:
        return "breaks the build by default where it is reachable"
    if rule.engine == "infra" and rule.severity.rank >= Severity.HIGH.rank and not rule.preview:
        return "breaks the build by default where the value is known"
    return "is told and does not break the build by default"
