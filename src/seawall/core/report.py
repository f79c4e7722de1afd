"""The report of one scan: what was found, decided, covered, and what could not be done."""

import enum

from msgspec import Struct

from seawall.core.facts import Fact
from seawall.core.rule import Rule
from seawall.core.triage import Triaged


class ProblemKind(enum.StrEnum):
    """What kind of gap a problem is."""

    UNREADABLE = "unreadable"
    """A file could not be read or decoded."""
    TOO_LARGE = "too-large"
    """A stated limit kept (part of) a file from being read."""
    PARSE = "parse"
    ENGINE = "engine"
    """An engine did not run, ran out of time or lacked its data: the scan is partial."""
    CONFIG = "config"
    """Something the configuration or a waiver names is wrong, expired or unused."""
    GIT = "git"
    """The history or a revision is not whole (shallow clone, corrupt object)."""


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A failure as a value: told, never fatal to the rest."""

    kind: ProblemKind
    message: str
    """Lower case, no full stop, no secret."""
    path: str = ""
    line: int = 0
    engine: str = ""
    partial: bool = False
    """Whether the scan as a whole could not do its job because of it (exit 2)."""
    hint: str = ""


class Target(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was scanned, and how."""

    name: str
    """Base name of the scanned folder or file; untrusted text."""
    mode: str = "tree"
    """"tree", "since", "staged" or "history"."""
    revision: str = ""
    """HEAD's object name, where there is one."""
    branch: str = ""
    base: str = ""
    """With mode "since": the merge base's object name."""


class EngineRun(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One engine's part of the scan."""

    name: str
    rules: int
    findings: int
    seconds: float
    """Wall seconds."""
    note: str = ""
    """What a reader should know: "pattern engine: hyperscan"."""
    digest: str = ""
    """Changes whenever the same content might be answered differently."""


class Coverage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was looked at and what was not."""

    files: int = 0
    """Files (or unique blobs, in history) that the engines answered for."""
    bytes: int = 0
    from_cache: int = 0
    """How many of `files` were answered from the cache."""
    commits: int = 0
    skipped: dict[str, int] = {}
    """Files not looked at by reason: "binary", "ignored", "link", "too-large", ..."""
    engines: tuple[EngineRun, ...] = ()


class Reason(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason of a verdict, naming the clause of the policy that gave it."""

    clause: str
    message: str
    fingerprint: str = ""


class Verdict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the gate passes, and why (not). The CLI maps it to an exit code."""

    passed: bool
    reasons: tuple[Reason, ...] = ()
    """Why the build breaks; empty when it passes."""
    told: int = 0
    """Open findings that are told but break nothing."""
    policy: str = "default"
    gated: bool = True
    """False with --no-gate: nothing was decided."""
    allow_partial: bool = False
    """Whether the policy lets a scan pass that is not whole."""
    opened: str = ""
    """Why the gate was opened in an emergency and until when, "" when it was not. `reasons` still
    say what would have broken the build."""


class Report(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything one scan has to say. Findings are in the order they are told."""

    tool_version: str
    target: Target
    findings: tuple[Triaged, ...]
    verdict: Verdict
    coverage: Coverage
    rules: tuple[Rule, ...]
    """The rules that the findings name, by id."""
    facts: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    """Wall seconds of the whole scan."""
    schema: str = "seawall/report/v1"

    @property
    def partial(self) -> bool:
        """Whether an engine could not do its job."""
        return any(problem.partial for problem in self.problems)
