"""The infrastructure engine: reads what is declared, and judges it as one graph."""

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from seawall.core.errors import UNFORESEEN
from seawall.core.facts import Resource as ResourceFact
from seawall.core.finding import Evidence, Finding, Fix, Step
from seawall.core.location import ResourceLocation
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Rule, Severity
from seawall.engines.infra.questions import check_of, kinds_of
from seawall.model.infra_rules import DataCheck
from seawall.model.infrastructure import Check, Graph, Hit, Resource
from seawall.source.aside import is_shown

Read = Callable[[str], bytes | None]


_CODE = re.compile(
    r"\.(?:py|pyi|ipynb|js|jsx|mjs|cjs|ts|tsx|go|rs|rb|java|kt|c|h|cc|cpp|hpp|cs|php|swift|scala|lua|sql"
    r"|md|rst|html|css|scss|svg|png|jpg|gif|pdf|csv|lock|sum|mod|env|pem|crt|sh)\Z",
    re.IGNORECASE,
)


def may_declare(path: str) -> bool:
    """Whether a file of such a name may declare infrastructure: one of code does not."""
    return _CODE.search(path) is None


class Declared(Struct, kw_only=True):
    """What a reader has read."""

    resources: list[Resource] = []
    problems: list[Problem] = []


class Files(Struct, frozen=True):
    """The files of a target that a reader may read."""

    paths: Sequence[str]
    """All of the target, sorted."""
    read: Read


class Format(Protocol):
    """A reader of one form of infrastructure."""

    @property
    def name(self) -> str:
        """As reports say it: "terraform"."""

    def wants(self, path: str) -> bool:
        """Whether a file may be of this form, by its name."""

    def read(self, files: Files) -> Declared:
        """Return what the files of this form declare; what is broken is a problem."""


class InfraEngine:
    """Finds what is misconfigured in declared infrastructure."""

    name = "infra"

    def __init__(
        self,
        rules: Iterable[Rule],
        questions: Iterable[DataCheck],
        checks: Callable[[], Iterable[Check]],
        formats: Callable[[], Sequence[Format]],
        digest: str,
    ) -> None:
        """Take `checks` and `formats` when the first file may declare infrastructure."""
        self.rules = tuple(rules)
        self._by_id = {rule.id: rule for rule in self.rules}
        self._questions = tuple(questions)
        self._read_checks, self._read_formats = checks, formats
        self.digest = f"{digest}:infra-1"

    @functools.cached_property
    def _checks(self) -> list[Check]:
        return [*self._read_checks(), *map(check_of, self._questions)]

    @functools.cached_property
    def _formats(self) -> tuple[Format, ...]:
        return tuple(self._read_formats())

    def load(self) -> None:
        """Make ready what checks. Raises ConfigError for a question that is none."""
        self._checks  # noqa: B018

    def wants(self, path: str) -> bool:
        """Whether a file may declare infrastructure."""
        return may_declare(path) and any(one.wants(path) for one in self._formats)

    def read(self, paths: Iterable[str], read: Read) -> Declared:
        """Return what all files declare; a reader that fails is a problem, and stops no other."""
        files = Files(sorted(paths), read)
        declared = Declared()
        if not any(map(may_declare, files.paths)):
            return declared
        for one in self._formats:
            if not any(map(one.wants, files.paths)):
                continue
            try:
                part = one.read(files)
            except UNFORESEEN as error:
                words = f"{one.name} was not read: the engine failed ({type(error).__name__})"
                declared.problems.append(
                    Problem(kind=ProblemKind.ENGINE, message=words, engine=self.name, partial=True)
                )
                continue
            declared.resources += part.resources
            declared.problems += part.problems
        return declared

    def judge(
        self, resources: Iterable[Resource], problems: list[Problem] | None = None
    ) -> list[Finding]:
        """Return what is wrong with them, each weakness of a place once.

        A check that fails stops no other one; it is added to `problems`, else it is raised.
        """
        graph = Graph(resources)
        if not graph.resources:
            return []
        findings: dict[tuple[str, object, str, str], Finding] = {}
        for check in self._checks:
            for kind in kinds_of(check.kinds, graph.kinds):
                for resource in graph.of(kind):
                    for hit in self._hits(check, resource, graph, problems):
                        finding = self._finding(check.rule, resource, hit)
                        # A module that is called twice says the same in one place.
                        key = finding.rule, hit.place, hit.attribute, hit.apart
                        known = findings.get(key)
                        if known is None or known.evidence.rank < finding.evidence.rank:
                            findings[key] = finding
        return list(findings.values())

    def _hits(
        self, check: Check, resource: Resource, graph: Graph, problems: list[Problem] | None
    ) -> list[Hit]:
        try:
            return list(check.find(resource, graph))
        except UNFORESEEN as error:
            if problems is None:
                raise
            words = f"{check.rule} was not asked: the engine failed ({type(error).__name__})"
            place = resource.place
            problems.append(
                Problem(
                    kind=ProblemKind.ENGINE,
                    message=words,
                    path=place.path,
                    line=place.line,
                    engine=self.name,
                    partial=True,
                )
            )
            return []

    def facts(self, resources: Iterable[Resource]) -> list[ResourceFact]:
        """Return the resources as other engines are told of them."""
        return [
            ResourceFact(address=one.address, kind=one.kind, declared=one.place.span(one.symbol))
            for one in resources
            if not one.within
        ]

    def _finding(self, rule_id: str, resource: Resource, hit: Hit) -> Finding:
        rule = self._by_id[rule_id]
        # What is shown or tried is told, and in force nowhere.
        known = hit.is_known and resource.is_certain and not is_shown(hit.place.path)
        severity, fix = hit.severity or rule.severity, hit.fix
        if fix is not None and severity.rank < Severity.MEDIUM.rank:
            # What costs money or habits for little is advised, and not written unasked.
            fix = Fix(title=fix.title)
        symbol = resource.symbol or resource.address
        anchor = f"v1:{symbol}|{hit.attribute}|{hit.apart}"
        origins = [*(hit.node.origin if hit.node is not None else ()), *resource.called]
        return Finding(
            rule=rule.id,
            location=ResourceLocation(
                address=resource.address,
                attribute=hit.attribute,
                declared=hit.place.span(resource.symbol),
            ),
            message=hit.message,
            anchor=anchor,
            severity=severity,
            evidence=Evidence.REACHABLE if known else Evidence.SUSPECTED,
            trail=(
                *hit.trail,
                *(Step(message=one.words, location=one.place.span()) for one in origins),
            ),
            fix=fix,
        )
