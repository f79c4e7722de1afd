"""Examine the history: every blob once, and each secret told once, where it came in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, Revision, place
from seawall.core.report import Problem
from seawall.core.triage import Status, Triaged
from seawall.journeys.examine import Examined, FileEngine, Progress, examine
from seawall.source.cache import ResultCache
from seawall.source.checkout import Checkout
from seawall.source.file import Entry, Skip
from seawall.source.history import read_history
from seawall.source.ignore import OWN_FILE, make_tree, read_patterns
from seawall.triage.foreign import Foreign
from seawall.triage.status import triage


class Past(Struct, frozen=True, kw_only=True):
    """What the history holds."""

    examined: Examined
    commits: int
    waived: Mapping[tuple[str, str], Triaged]
    """By path and fingerprint, what an inline allow of any version of the file accepts."""


def scan_history(
    checkout: Checkout,
    engines: Sequence[FileEngine],
    *,
    excludes: Mapping[str, Iterable[str]],
    cache: ResultCache,
    jobs: int,
    today: str,
    foreign: Foreign | None,
    progress: Progress,
) -> Past:
    """Examine every blob that a ref reaches. Raises TargetError outside git."""
    progress("reading the history", 0, 0)
    history = read_history(checkout)
    entries: list[Entry | Skip | Problem] = []
    ignored = make_tree(_patterns(checkout, excludes))
    for entry in history.entries:
        if ignored and ignored.is_ignored(entry.path):
            entries.append(Skip(path=entry.path, reason="ignored"))
        else:
            entries.append(entry)
    entries += history.problems
    examined = examine(
        entries, history.stream, engines, cache=cache, jobs=jobs, progress=progress, hashed=False
    )
    progress("looking up commits", 0, 0)
    revisions = history.introduced({entry.blob for entry, _ in examined.found})
    waived = _waived(examined, today, foreign)
    _tell_once(examined, revisions)
    return Past(examined=examined, commits=history.commits, waived=waived)


def _patterns(checkout: Checkout, excludes: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the patterns of the configuration and of .seawallignore, by folder."""
    patterns = {folder: list(lines) for folder, lines in excludes.items()}
    for path, content in checkout.files_named([OWN_FILE]):
        patterns.setdefault(path.rpartition("/")[0], []).extend(read_patterns(content))
    return patterns


def _waived(
    examined: Examined, today: str, foreign: Foreign | None
) -> dict[tuple[str, str], Triaged]:
    """Ask each version: what is accepted today does not come back from the past."""
    # Their files speak of lines; which of the versions is meant is asked later, with the commit.
    marks = replace(foreign, places={}, paths=()) if foreign else None
    findings: dict[str, list[Finding]] = {}
    for entry, finding in examined.found:
        findings.setdefault(entry.blob, []).append(finding)
    waived: dict[tuple[str, str], Triaged] = {}
    for entry, allows in examined.allowed:
        mine = findings.get(entry.blob, [])
        heard = {entry.path: allows}
        for told in triage(mine, before=(), allows=heard, today=today, foreign=marks)[0]:
            if told.status is Status.WAIVED:
                waived[(entry.path, told.finding.fingerprint)] = told
    return waived


def _tell_once(examined: Examined, revisions: Mapping[str, Revision]) -> None:
    """Keep of each secret in each file the version that brought it in, with its commit."""
    groups: dict[tuple[str, str], list[tuple[Entry, Finding]]] = {}
    for entry, finding in examined.found:
        groups.setdefault((entry.path, finding.fingerprint), []).append((entry, finding))
    found: list[tuple[Entry, Finding]] = []
    for versions in groups.values():
        copies = _copies(versions)
        in_head = any(
            revisions[entry.blob].in_head for entry, _ in versions if entry.blob in revisions
        )
        versions.sort(key=lambda version: _when(revisions.get(version[0].blob)))
        first = versions[0][0].blob
        revision = revisions.get(first)
        earliest = [version for version in versions if version[0].blob == first]
        for entry, finding in earliest[:copies]:
            found.append((entry, _located(finding, revision, in_head)))
    examined.found[:] = found
    examined.finish()


def _copies(versions: Iterable[tuple[Entry, Finding]]) -> int:
    """How often the secret stood in one version of the file, at most."""
    counts: dict[str, int] = {}
    for entry, _ in versions:
        counts[entry.blob] = counts.get(entry.blob, 0) + 1
    return max(counts.values())


def _when(revision: Revision | None) -> float:
    if revision is None or not revision.date:
        return float("inf")
    return datetime.fromisoformat(revision.date).timestamp()


def _located(finding: Finding, revision: Revision | None, in_head: bool) -> Finding:
    span = place(finding.location)
    if revision is None or not isinstance(finding.location, CodeSpan) or span is None:
        return finding
    return replace(finding, location=replace(span, revision=replace(revision, in_head=in_head)))
