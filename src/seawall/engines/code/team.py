"""Findings of a team's own rules, which Semgrep's files state."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from seawall.core.errors import ConfigError
from seawall.core.finding import Edit, Evidence, Finding, Fix, Step
from seawall.core.report import Problem
from seawall.core.rule import Rule
from seawall.engines.code.words import Files, anchor_of
from seawall.model.program import Module

if TYPE_CHECKING:
    # Whoever has no such rules does not pay for what runs them.
    from seawall.engines.code.semgrep.engine import RuleMatch
    from seawall.engines.code.semgrep.rule import SemgrepRule

FIX = "what the rule of your team writes instead"


class TeamRules(NamedTuple):
    """The rules of a team, as its files say them."""

    rules: "tuple[SemgrepRule, ...]" = ()
    problems: tuple[Problem, ...] = ()
    """What of the files cannot be run."""
    digest: str = ""

    @property
    def words(self) -> tuple[Rule, ...]:
        """The rules in the words of reports and gate."""
        return tuple(rule.rule for rule in self.rules)


def read_team_rules(files: Mapping[str, bytes], known: Sequence[Rule]) -> TeamRules:
    """Read rule files. Raises ConfigError when a rule has the id of another one."""
    from seawall.engines.code.semgrep.reading import read_rules

    taken = {rule.id for rule in known}
    rules: list[SemgrepRule] = []
    problems: list[Problem] = []
    digest = hashlib.blake2b(digest_size=16)
    for path, content in sorted(files.items()):
        digest.update(path.encode("utf-8", "replace") + b"\0" + content + b"\0")
        read, failed = read_rules(path, content)
        problems += failed
        for rule in read:
            if rule.id in taken:
                raise ConfigError(
                    f"{path}:{rule.line}: there is a rule {rule.id!r} already",
                    hint="give this one another id",
                )
            taken.add(rule.id)
            rules.append(rule)
    return TeamRules(
        rules=tuple(rules), problems=tuple(problems), digest=digest.hexdigest() if files else ""
    )


def team_findings(
    team: TeamRules, module: Module, path: str, files: Files, lines: Sequence[str]
) -> tuple[list[Finding], list[Problem]]:
    """Return what the rules of a team find in one file; `lines` are those of its text."""
    from seawall.engines.code.semgrep.engine import match_rules

    matches, problems = match_rules(team.rules, module, "\n".join(lines), path)
    return [_finding(match, path, files) for match in matches], problems


def _finding(match: "RuleMatch", path: str, files: Files) -> Finding:
    span = files.code_span(path, match.span)
    first = match.message.strip().split("\n", 1)[0]
    return Finding(
        rule=match.rule.id,
        location=span,
        message=first or match.rule.rule.title,
        anchor=anchor_of("", match.rule.id, files.statement(path, match.span)),
        severity=match.severity,
        evidence=Evidence.SUSPECTED,
        excerpt=files.excerpt(span),
        trail=tuple(_steps(match, path, files)),
        fix=_fix(match, path, files),
    )


def _steps(match: "RuleMatch", path: str, files: Files) -> Iterator[Step]:
    for trace in match.trail:
        yield Step(message=trace.message, location=files.code_span(path, trace.span))


def _fix(match: "RuleMatch", path: str, files: Files) -> Fix | None:
    if match.fix is None:
        return None
    span = files.code_span(path, match.fix.span)
    return Fix(title=FIX, edits=(Edit(span=span, text=match.fix.text),))
