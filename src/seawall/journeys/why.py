"""The account of one line: what looked at it, what was decided, and by what."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct

from seawall.core.errors import TargetError
from seawall.core.finding import Finding
from seawall.core.location import place
from seawall.core.report import Problem
from seawall.core.rule import Rule
from seawall.engines.code.engine import CodeEngine
from seawall.engines.deps.engine import DepsEngine
from seawall.engines.secrets.engine import SecretsEngine
from seawall.journeys.code import ProgramFiles, load_code_engine
from seawall.journeys.deps import Advisories, load_deps_engine
from seawall.journeys.guardrails import Guardrails, read_guardrails
from seawall.journeys.mask import Masker
from seawall.journeys.rules import load_rules
from seawall.journeys.scan import digest_of
from seawall.journeys.secrets import load_engine
from seawall.journeys.settle import settle, with_owner
from seawall.journeys.why_code import CodeAccount, explain_code, told_touched
from seawall.journeys.why_deps import explain_packages
from seawall.source.cache import ResultCache
from seawall.source.checkout import Checkout, open_target
from seawall.source.file import Entry, Skip, Source
from seawall.triage.allow import Allow, read_allows
from seawall.triage.foreign import read_marks


class Statement(Struct, frozen=True, kw_only=True):
    """One thing that is true of the line."""

    kind: Literal["looked", "finding", "refused", "decided"]
    words: str
    rule: str = ""


class Account(Struct, frozen=True, kw_only=True):
    """Everything there is to say about one line."""

    path: str
    line: int
    shown: str
    """The line with every secret masked, "" where it was not read or nothing was found on it."""
    statements: tuple[Statement, ...]


def explain_line(
    path: Path,
    line: int,
    *,
    target: Path | None,
    config: Path | None,
    baseline_file: Path | None,
    cache_folder: Path | None,
    today: date,
    advisories: Advisories | None = None,
) -> Account:
    """Tell what a scan does with one line. Raises TargetError when there is no such line.

    With `advisories` it tells what is known of the packages that a line names.
    """
    if not path.exists():
        raise TargetError(f"{path}: there is no such file")
    checkout = open_target(target or _target_of(path))
    inside = path.absolute()
    if not inside.is_relative_to(checkout.root.absolute()):
        raise TargetError(f"{path} is not in {checkout.root}", hint="name its folder: --target")
    relative = inside.relative_to(checkout.root.absolute()).as_posix()
    engine = load_engine(cache_folder, "auto")
    rules = {rule.id: rule for rule in load_rules(cache_folder)}
    guardrails = read_guardrails(
        checkout,
        config=config,
        baseline_file=baseline_file,
        root=checkout.root,
        known_rules=rules,
        secret_rules=frozenset(rule.id for rule in engine.rules),
    )
    source = _source(checkout, relative, guardrails)
    if isinstance(source, Statement):
        return Account(path=relative, line=line, shown="", statements=(source,))
    count = source.content.count(b"\n") + 1
    if line > count:
        raise TargetError(f"{path} has {count:,} lines")
    findings: list[Finding] = []
    statements: list[Statement] = []
    ways = guardrails.tree.root.scan.engines
    if not ways or engine.name in ways:
        findings += (finding for finding in engine.scan(source) if _is_on(finding, line))
        statements += _looked(source, engine)
        statements += _considered(source, line, engine)
    if not ways or CodeEngine.name in ways:
        code = load_code_engine(cache_folder, guardrails.tree.root.code, checkout)
        rules |= {rule.id: rule for rule in code.rules}
        account = _account_of_code(code, engine, checkout, source, line, guardrails, cache_folder)
        statements += (Statement(kind=n.kind, words=n.words, rule=n.rule) for n in account.noted)
        for one in account.touched:
            words = told_touched(one, source.path)
            statements.append(Statement(kind="finding", rule=one.finding.rule, words=words))
            findings.append(one.finding)
    if advisories is not None and (not ways or DepsEngine.name in ways):
        deps = load_deps_engine()
        rules |= {rule.id: rule for rule in deps.rules}
        entries = checkout.entries(excludes=guardrails.excludes())
        packages = explain_packages(
            deps,
            checkout,
            (entry for entry in entries if isinstance(entry, Entry)),
            relative,
            line,
            advisories=advisories,
            section=guardrails.tree.root.deps,
            today=today,
        )
        statements += (Statement(kind=n.kind, words=n.words, rule=n.rule) for n in packages.noted)
        findings += packages.findings
    statements += _decided(findings, checkout, guardrails, rules, today)
    return Account(
        path=relative, line=line, shown=_shown(findings, line), statements=tuple(statements)
    )


def _account_of_code(
    code: CodeEngine,
    secrets: SecretsEngine,
    checkout: Checkout,
    source: Source,
    line: int,
    guardrails: Guardrails,
    cache_folder: Path | None,
) -> CodeAccount:
    if not code.wants(source.path) and not code.draws(source.path):
        return CodeAccount()
    entries = checkout.entries(excludes=guardrails.excludes())
    files = ProgramFiles(
        (entry for entry in entries if isinstance(entry, Entry)),
        checkout.read,
        code,
        masker=Masker(secrets),
        name=checkout.root.name,
    )
    digest = digest_of([code, secrets])
    with ResultCache.open(cache_folder, checkout.root, digest) as cache:
        return explain_code(code, files, source.path, line, cache)


def _target_of(path: Path) -> Path:
    """Return the nearest repository above, else the folder that a scan would name."""
    folder = path.absolute().parent
    here = Path.cwd()
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return above
    return here if folder.is_relative_to(here) else folder


def _source(checkout: Checkout, path: str, guardrails: Guardrails) -> Source | Statement:
    for entry in checkout.entries(excludes=guardrails.excludes()):
        if isinstance(entry, Problem) or entry.path != path:
            continue
        if isinstance(entry, Skip):
            return Statement(kind="looked", words=f"no engine looks at this file: {entry.reason}")
        read = checkout.read(entry)
        if isinstance(read, Skip):
            return Statement(kind="looked", words=f"no engine looks at this file: {read.reason}")
        if isinstance(read, Problem):
            return Statement(kind="looked", words=f"the file could not be read: {read.message}")
        return read
    return Statement(
        kind="looked",
        words="a scan does not reach this file: an ignore file, an exclude pattern or a link "
        "leads around it",
    )


def _looked(source: Source, engine: SecretsEngine) -> Iterator[Statement]:
    yield Statement(
        kind="looked",
        words=f"the {engine.name} engine read this file as {source.language or 'plain text'}, "
        f"with {len(engine.rules):,} rules",
    )


def _considered(source: Source, line: int, engine: SecretsEngine) -> Iterator[Statement]:
    considered = engine.consider(source, line)
    if not considered:
        yield Statement(kind="looked", words="no rule found anything to consider on this line")
    for consideration in considered:
        yield Statement(
            kind="finding" if consideration.verdict == "finding" else "refused",
            rule=consideration.rule,
            words=consideration.reason,
        )


def _decided(
    findings: list[Finding],
    checkout: Checkout,
    guardrails: Guardrails,
    rules: Mapping[str, Rule],
    today: date,
) -> Iterator[Statement]:
    allows: dict[str, tuple[Allow, ...]] = {}
    for path in {span.path for one in findings if (span := place(one.location)) is not None}:
        content = checkout.file(path) or b""
        allows[path] = (*read_allows(content), *read_marks(content))
    triaged, _ = settle(findings, guardrails, allows=allows, today=today)
    for entry in (with_owner(one, guardrails) for one in triaged):
        finding = entry.finding
        if guardrails.is_off(finding):
            yield Statement(
                kind="decided", rule=finding.rule, words="the rule is off here: [rules] off"
            )
            continue
        if not entry.status.is_open or entry.origin:
            why = f" ({entry.reason})" if entry.reason else ""
            words = f"it is {entry.status.value}, by {entry.origin}{why}"
            yield Statement(kind="decided", rule=finding.rule, words=words)
        if entry.status.is_open:
            policies = guardrails.policies_of(finding)
            names = ", ".join(policy.name for policy in policies)
            broken = [
                f"by {clause.name!r} of the policy {policy.name}"
                for policy in policies
                for clause in policy.broken_by(entry, rules[finding.rule])
            ]
            words = (
                f"it breaks the build, {broken[0]}"
                if broken
                else f"it is told and breaks nothing: no clause of the policy {names} holds"
            )
            yield Statement(kind="decided", rule=finding.rule, words=words)


def _is_on(finding: Finding, line: int) -> bool:
    span = place(finding.location)
    return span is not None and span.line <= line <= span.last_line


def _shown(findings: list[Finding], line: int) -> str:
    """Return the line as the findings show it, masked; without one it is not repeated."""
    for finding in findings:
        excerpt = finding.excerpt
        if excerpt is not None:
            index = line - excerpt.first_line
            if 0 <= index < len(excerpt.lines):
                return excerpt.lines[index]
    return ""
