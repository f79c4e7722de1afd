"""Try a policy on described findings, and compare two policies on those of the last scan."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from seawall import policy
from seawall.config import (
    FILE_NAMES,
    MAX_BYTES,
    ConfigTree,
    build_tree,
    convert_table,
    parse_table,
)
from seawall.core.errors import ConfigError, TargetError
from seawall.core.finding import Evidence, Exposure, Finding, Fix
from seawall.core.location import CodeSpan
from seawall.core.report import Report, Verdict
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged
from seawall.journeys.guardrails import Guardrails, Shelf
from seawall.source.checkout import Checkout
from seawall.source.git import GitError
from seawall.source.tree import TreeFiles


class Case(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One finding in words, and whether it should break the build."""

    name: str
    breaks: bool
    rule: str = "some-rule"
    engine: str = "secrets"
    path: str = "app.py"
    owner: str = ""
    severity: Severity = Severity.HIGH
    evidence: Evidence = Evidence.SUSPECTED
    status: Status = Status.NEW
    exposure: Exposure | None = None
    known_format: bool = False
    exploited: bool = False
    fixable: bool = False
    preview: bool = False
    times: int = 1
    """How many such findings there are, for budgets."""


class _Cases(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    case: tuple[Case, ...]


def read_cases(content: bytes, *, name: str) -> tuple[Case, ...]:
    """Read `[[case]]` tables. Raises ConfigError naming the file, the line and the key."""
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{name}: larger than {MAX_BYTES:,} bytes")
    text, table = parse_table(content, name=name)
    return convert_table(table, _Cases, text, name=name).case


def try_case(case: Case, guardrails: Guardrails) -> Verdict:
    """Decide on the finding that a case describes, as a scan of the target would."""
    rule = Rule(
        id=case.rule,
        title=case.rule,
        engine=case.engine,
        severity=case.severity,
        preview=case.preview,
    )
    findings = [
        Triaged(
            finding=Finding(
                rule=case.rule,
                location=CodeSpan(path=case.path, line=number + 1),
                message=case.name,
                anchor=f"v1:{number}",
                severity=case.severity,
                evidence=case.evidence,
                exposure=case.exposure,
                known_format=case.known_format,
                exploited=case.exploited,
                fix=Fix(title="mend it") if case.fixable else None,
            ),
            status=case.status,
            owner=case.owner,
        )
        for number in range(max(1, min(case.times, 10_000)))
    ]
    return policy.decide(findings, {rule.id: rule}, guardrails.policies_of)


def read_policies(named: str, checkout: Checkout) -> ConfigTree:
    """Read the configurations of "" (the work tree), "default", a file or a revision.

    Raises ConfigError or TargetError.
    """
    if named == "default":
        return ConfigTree()
    if not named:
        return build_tree(checkout.files_named(FILE_NAMES), known_rules=())
    path = Path(named)
    if path.is_file():
        name = "pyproject.toml" if path.name == "pyproject.toml" else "seawall.toml"
        return build_tree([(name, path.read_bytes())], known_rules=())
    return build_tree(_at(named, checkout).files_named(FILE_NAMES), known_rules=())


def _at(revision: str, checkout: Checkout) -> Shelf:
    if checkout.repository is None:
        raise TargetError(f"{revision!r} is no file, and there is no git repository here")
    try:
        commit = checkout.repository.resolve(revision)
    except GitError as error:
        raise TargetError(f"{revision!r} is neither a file nor a revision here") from error
    return TreeFiles(checkout.repository, commit, checkout.prefix)


class Difference(Struct, frozen=True, kw_only=True):
    """What two sets of policies do differently."""

    lost: tuple[tuple[str, str], ...]
    """Folder and name of clauses that only the old one has."""
    gained: tuple[tuple[str, str], ...]
    passing: tuple[Triaged, ...]
    """Findings of the last scan that would no longer break the build."""
    breaking: tuple[Triaged, ...]
    """Findings of the last scan that would break it now."""


def compare(old: ConfigTree, new: ConfigTree, report: Report | None) -> Difference:
    """Compare two configurations, by their clauses and by what they do to a report."""
    before, after = set(_clauses(old)), set(_clauses(new))
    broken_before = _broken(old, report) if report else frozenset()
    broken_after = _broken(new, report) if report else frozenset()
    entries = report.findings if report else ()
    return Difference(
        lost=tuple(sorted((folder, one.name) for folder, one in before - after)),
        gained=tuple(sorted((folder, one.name) for folder, one in after - before)),
        passing=_named(entries, broken_before - broken_after),
        breaking=_named(entries, broken_after - broken_before),
    )


def _clauses(tree: ConfigTree) -> Iterator[tuple[str, policy.Clause]]:
    for folder, one in ({"": policy.DEFAULT} | dict(tree.policies)).items():
        if one.allow_all:
            yield folder, policy.Clause(name="unsafe-allow-all")
        yield from ((folder, clause) for clause in one.clauses)


def _broken(tree: ConfigTree, report: Report) -> frozenset[str]:
    rules: Mapping[str, Rule] = {rule.id: rule for rule in report.rules}
    known = [entry for entry in report.findings if entry.finding.rule in rules]
    verdict = policy.decide(known, rules, lambda finding: [tree.policy_of(finding)])
    return frozenset(reason.fingerprint for reason in verdict.reasons)


def _named(entries: Iterable[Triaged], fingerprints: frozenset[str]) -> tuple[Triaged, ...]:
    return tuple(entry for entry in entries if entry.finding.fingerprint in fingerprints)
