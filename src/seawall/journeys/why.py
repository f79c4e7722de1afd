"""The account of one line: what looked at it, what was decided, and by what."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct

from seawall.core.errors import TargetError
from seawall.core.finding import Finding
from seawall.core.location import place
from seawall.core.report import Problem
from seawall.engines.secrets.engine import SecretsEngine
from seawall.journeys.guardrails import Guardrails, read_guardrails
from seawall.journeys.secrets import load_engine
from seawall.journeys.settle import settle, with_owner
from seawall.source.checkout import Checkout, open_target
from seawall.source.file import Skip, Source
from seawall.triage.allow import read_allows
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
) -> Account:
    """Tell what a scan does with one line. Raises TargetError when there is no such line."""
    if not path.exists():
        raise TargetError(f"{path}: there is no such file")
    checkout = open_target(target or _target_of(path))
    inside = path.absolute()
    if not inside.is_relative_to(checkout.root.absolute()):
        raise TargetError(f"{path} is not in {checkout.root}", hint="name its folder: --target")
    relative = inside.relative_to(checkout.root.absolute()).as_posix()
    engine = load_engine(cache_folder, "auto")
    guardrails = read_guardrails(
        checkout,
        config=config,
        baseline_file=baseline_file,
        root=checkout.root,
        known_rules=[rule.id for rule in engine.rules],
    )
    source = _source(checkout, relative, guardrails)
    if isinstance(source, Statement):
        return Account(path=relative, line=line, shown="", statements=(source,))
    count = source.content.count(b"\n") + 1
    if line > count:
        raise TargetError(f"{path} has {count:,} lines")
    findings = [finding for finding in engine.scan(source) if _is_on(finding, line)]
    statements = [
        *_looked(source, engine),
        *_considered(source, line, engine),
        *_decided(findings, source, guardrails, engine, today),
    ]
    return Account(
        path=relative, line=line, shown=_shown(findings, line), statements=tuple(statements)
    )


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
    source: Source,
    guardrails: Guardrails,
    engine: SecretsEngine,
    today: date,
) -> Iterator[Statement]:
    rules = {rule.id: rule for rule in engine.rules}
    triaged, _ = settle(
        findings,
        guardrails,
        allows={source.path: (*read_allows(source.content), *read_marks(source.content))},
        today=today,
    )
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
