"""One open document: judged as a scan of its whole target would, while somebody writes it."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from seawall import policy
from seawall.config import CodeSection
from seawall.core.errors import ConfigError
from seawall.core.finding import Finding, fingerprint
from seawall.core.location import place
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Rule
from seawall.core.triage import Triaged
from seawall.engines.code.engine import CodeEngine
from seawall.engines.secrets.engine import SecretsEngine
from seawall.journeys.examine import Examined, examine_source, placed
from seawall.journeys.guardrails import Guardrails, Shelf, read_guardrails
from seawall.journeys.opened import OpenProgram
from seawall.journeys.scan import ScanOptions, triage_examined, wants_engine
from seawall.journeys.settle import with_owner
from seawall.source import ignore
from seawall.source.checkout import Checkout
from seawall.source.disk import native
from seawall.source.file import Entry, Skip, Source
from seawall.source.membership import Membership, folders_above, stamp_at
from seawall.source.text import MAX_BYTES, make_source
from seawall.triage.allow import read_allows
from seawall.triage.pairing import Identity
from seawall.triage.status import Before

CodeLoader = Callable[[CodeSection, Shelf], CodeEngine]
"""Loads the code engine for a configuration, whose files are on the shelf.

Raises ConfigError when one is wrong."""


class Judged(Struct, frozen=True, kw_only=True):
    """A finding of a document, and whether it would break the build."""

    triaged: Triaged
    clause: str = ""
    """The clause of the policy that it breaks, in words; "" for none."""


class Reading(Struct, frozen=True, kw_only=True):
    """All there is to say about one document."""

    findings: tuple[Judged, ...] = ()
    """In the order of their places."""
    elsewhere: tuple[Judged, ...] = ()
    """Those in other files to which something of this document leads."""
    problems: tuple[Problem, ...] = ()
    """With the document's path: about it. Without one: about the workspace."""


class Workspace:
    """A target whose documents are judged one at a time; nothing named in it is run.

    It reads what people decided when it is first needed, and again whenever one of the files that
    it was read from (or looked for) changes. Only one thread may use it.
    """

    def __init__(
        self,
        root: Path,
        engine: SecretsEngine,
        *,
        today: Callable[[], date],
        load_code: CodeLoader | None = None,
        rules: Iterable[Rule] = (),
    ) -> None:
        """Open the target; `rules` are those that a configuration may name beside the engines'.

        Raises TargetError.
        """
        self._membership = Membership(root)
        self.root = self._membership.root
        self._packaged = {rule.id: rule for rule in (*rules, *engine.rules)}
        self.rules: Mapping[str, Rule] = self._packaged
        self._engine = engine
        self._load_code = load_code
        self._code: CodeEngine | None = None
        self._program = OpenProgram(self.root, engine)
        self._today = today
        self._shelf = _Shelf(self.root, {""})
        self._guardrails: Guardrails | None = None
        self._trouble: tuple[Problem, ...] = ()

    @property
    def is_cold(self) -> bool:
        """Whether the program around the documents is not known yet: that takes a moment."""
        return not self._program.is_open

    def read(self, path: str, text: str, *, alone: bool = False) -> Reading:
        """Judge the text of a document (`path` is relative to the root).

        A file that a scan leaves out gives nothing, one over its limit gives a problem. While the
        configuration is broken the last whole one counts, and a problem tells it. `alone` leaves
        out what takes more than the document to find.
        """
        guardrails = self._guardrails_for(path)
        reading = self._judge(path, text, guardrails, alone)
        return replace(reading, problems=(*reading.problems, *self._trouble))

    def close(self) -> None:
        """Remove what was laid out for git."""
        self._membership.close()
        self._program.close()

    def _judge(self, path: str, text: str, guardrails: Guardrails, alone: bool) -> Reading:
        excluded = ignore.make_tree(guardrails.excludes())
        if excluded.is_ignored(path) or self._membership.reason_against(path):
            return Reading()
        options = ScanOptions(path=self.root, today=self._today())
        engines = [self._engine] if wants_engine("secrets", options, guardrails) else []
        code = self._code if self._code is not None and self._code.wants(path) else None
        code = None if alone else code
        if not engines and code is None:
            return Reading()
        content = text.encode("utf-8", "replace")
        if len(content) > MAX_BYTES:
            return Reading(problems=(_too_large(path, len(content)),))
        source = make_source(path, content, size=len(content))
        if isinstance(source, Skip):
            return Reading()
        result = examine_source(source, engines)
        if result.findings:
            result = replace(result, findings=placed(result.findings, source.content))
        examined = Examined()
        examined.add(Entry(path=path, size=len(content)), result)
        if code is not None:
            self._follow(code, source, guardrails, examined)
        fingerprints = _names_of(examined.findings)
        places = {entry.path for entry, _ in examined.found} | {path}
        guardrails = replace(guardrails, baseline=self._before(guardrails, places, fingerprints))
        told = triage_examined(examined, guardrails, options)
        judged = [
            self._judged(with_owner(triaged, guardrails), guardrails) for triaged in told.findings
        ]
        here = [one for one in judged if _path_of(one) == path]
        return Reading(
            findings=tuple(here),
            elsewhere=tuple(one for one in judged if one not in here),
            # What decisions about other files are worth is not seen from here.
            problems=tuple(problem for problem in told.problems if problem.path == path),
        )

    def _follow(
        self, code: CodeEngine, source: Source, guardrails: Guardrails, examined: Examined
    ) -> None:
        """Add what the code engine finds in the document, and where it leads to elsewhere."""
        found = self._program.examine(code, source, guardrails.excludes())
        # What the other files have is told where they are open, and that a statement is not
        # written to its end yet is nothing to tell.
        found.problems = [
            one
            for one in found.problems
            if one.path == source.path and one.kind is not ProblemKind.PARSE
        ]
        for path, findings in list(found.findings.items()):
            if path != source.path:
                kept = [one for one in findings if leads_through(one, source.path)]
                found.findings[path] = kept
                content = self._program.content(path) if kept else b""
                if allows := tuple(read_allows(content)):
                    examined.allowed.append((Entry(path=path), allows))
        entries = [Entry(path=path) for path in found.findings]
        found.add_to(examined, entries)

    def _judged(self, triaged: Triaged, guardrails: Guardrails) -> Judged:
        verdict = policy.decide([triaged], self.rules, guardrails.policies_of)
        clause = verdict.reasons[0].clause if verdict.reasons else ""
        return Judged(triaged=triaged, clause=clause)

    def _before(
        self, guardrails: Guardrails, places: set[str], fingerprints: set[str]
    ) -> Before | None:
        """Leave in the baseline what may be meant for this document and for where it leads.

        A scan pairs the findings of the other files first. Here those are not known, so what the
        baseline has of a file that is still there is left to that file; of one that is gone it
        may have moved to any.
        """
        before = guardrails.baseline
        if before is None:
            return None
        kept = [
            identity
            for identity in before.identities
            if identity.fingerprint in fingerprints and self._may_be_in(places, identity)
        ]
        return replace(before, identities=kept)

    def _may_be_in(self, places: set[str], identity: Identity) -> bool:
        if identity.path in places or not identity.path:
            return True
        return not stamp_at(os.path.join(os.fsencode(self.root), native(identity.path)))

    def _guardrails_for(self, path: str) -> Guardrails:
        """Return what people decided, read again only if one of its files changed."""
        folders = self._shelf.folders.union(folders_above(path))
        current = self._guardrails
        is_same = not self._trouble and folders == self._shelf.folders
        if current is not None and is_same and self._shelf.is_current():
            return current
        self._shelf = _Shelf(self.root, folders)
        try:
            current = self._read_guardrails(self._shelf)
            self._trouble = ()
        except ConfigError as error:
            current = current or self._read_guardrails(_Nothing(), use_baseline=False)
            self._trouble = (Problem(kind=ProblemKind.CONFIG, message=str(error), hint=error.hint),)
        self._guardrails = current
        return current

    def _read_guardrails(
        self, shelf: "_Shelf | _Nothing", *, use_baseline: bool = True
    ) -> Guardrails:
        guardrails = read_guardrails(
            shelf,
            use_baseline=use_baseline,
            root=self.root,
            known_rules=self._packaged,
        )
        options = ScanOptions(path=self.root, today=self._today())
        # An engine that does not exist is told here, not at every document.
        wants = wants_engine("code", options, guardrails)
        code: CodeEngine | None = None
        if wants and self._load_code is not None:
            code = self._load_code(guardrails.tree.root.code, shelf)
        self._code = code
        self.rules = self._packaged | {rule.id: rule for rule in (code.rules if code else ())}
        return guardrails


class _Shelf:
    """The files that decide about some folders; it notices when one of them changes.

    A configuration speaks for what is below it, so nothing else of the target needs to be listed.
    """

    def __init__(self, root: Path, folders: set[str]) -> None:
        self.folders = folders
        # Without a repository: what a person sees on disk counts while they write.
        self._disk = Checkout(root, only="", repository=None, problems=())
        self._stamps: dict[bytes, bytes] = {}

    def file(self, path: str) -> bytes | None:
        """Return a file's content, or None when there is none."""
        place = self._disk.native(path)
        self._stamps.setdefault(place, stamp_at(place))
        return self._disk.file(path)

    def files_named(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every file with one of these base names, in order."""
        for folder in sorted(self.folders):
            for name in names:
                path = f"{folder}/{name}" if folder else name
                content = self.file(path)
                if content is not None:
                    yield path, content

    def files_below(self, folder: str) -> Iterator[str]:
        """Yield the paths of the files in a folder and below it, in order."""
        paths = list(self._disk.files_below(folder))
        # A folder changes with the names in it.
        for one in {folder, *(path.rpartition("/")[0] for path in paths)}:
            place = self._disk.native(one)
            self._stamps.setdefault(place, stamp_at(place))
        yield from paths

    def is_current(self) -> bool:
        """Whether everything that was read, or was not there, is as it was."""
        return all(stamp_at(place) == stamp for place, stamp in self._stamps.items())


class _Nothing:
    """A shelf without files."""

    def file(self, path: str) -> bytes | None:
        """Return None."""

    def files_named(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield nothing."""
        yield from ()

    def files_below(self, folder: str) -> Iterator[str]:
        """Yield nothing."""
        yield from ()


def leads_through(finding: Finding, path: str) -> bool:
    """Whether data passes a file on its way to where a finding is."""
    spans = (place(step.location) for step in finding.trail)
    return any(span is not None and span.path == path for span in spans)


def _path_of(judged: Judged) -> str:
    span = place(judged.triaged.finding.location)
    return span.path if span is not None else ""


def _names_of(findings: Iterable[Finding]) -> set[str]:
    """Return the fingerprints of findings, those that older versions gave them too."""
    return {
        fingerprint(finding.rule, anchor)
        for finding in findings
        for anchor in (finding.anchor, *finding.former_anchors)
    }


def _too_large(path: str, size: int) -> Problem:
    return Problem(
        kind=ProblemKind.TOO_LARGE,
        message=f"the document was not read: {size:,} bytes are more than {MAX_BYTES >> 20} MiB",
        path=path,
    )
