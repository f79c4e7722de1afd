"""Suppressions of other secret scanners: their marks beside a secret, and their files."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from seawall.core.finding import Finding
from seawall.core.location import ResourceLocation, place
from seawall.core.report import Problem, ProblemKind
from seawall.triage.allow import Allow
from seawall.triage.infra_marks import EVERY
from seawall.triage.pairing import identify, pair
from seawall.triage.pathregex import PathRegex, RefusedError

GITLEAKS_IGNORE = ".gitleaksignore"
GITLEAKS_CONFIG = ".gitleaks.toml"
DETECT_SECRETS = ".secrets.baseline"
FILES = (GITLEAKS_IGNORE, GITLEAKS_CONFIG, DETECT_SECRETS)
"""Files of other scanners that are read, at the root of the target."""

MOST_ENTRIES = 100_000
"""What is read of one file; the rest counts for nothing."""
MOST_PATTERNS = 200
MOST_BYTES = 16 << 20

_MARK = re.compile(
    rb"(?P<gitleaks>gitleaks:allow)"
    rb"|(?P<detect>pragma: ?(?:allow|white)list[ -](?P<next>nextline[ -])?secret)"
    rb"|(?P<trufflehog>trufflehog:ignore)"
    rb"|(?P<ggshield>ggignore)(?![\w-])"
    rb"|(?P<kingfisher>kingfisher:ignore)"
    rb"|(?P<nosey>noseyparker:ignore)"
)
_HINTS = ("gitleaks:allow", "pragma:", ":ignore", "ggignore")
"""Of which one stands in every mark: looking for fixed texts first is what keeps this fast."""
_CUT = 400
"""Characters to which the lines of an excerpt are cut."""
MOST_MARKS = 2000
"""Marks of one file that are heard."""


def may_be_marked(findings: Sequence[Finding]) -> bool:
    """Tell from what is shown around the findings whether a mark can stand beside one of them.

    Looking there is much less than looking through their whole file.
    """
    for finding in findings:
        span, excerpt = place(finding.location), finding.excerpt
        if excerpt is None or span is None or span.last_line != span.line:
            return True
        for line in excerpt.lines:
            if len(line) >= _CUT or any(hint in line for hint in _HINTS):
                return True
    return False


def read_marks(content: bytes) -> Iterator[Allow]:
    """Find the marks of other scanners in a file, in order: each speaks for every rule.

    Sources: the documentation of gitleaks, detect-secrets, TruffleHog, ggshield, Kingfisher and
    Nosey Parker.
    """
    if not any(hint.encode() in content for hint in _HINTS):
        return
    line = counted = 0
    for number, match in enumerate(_MARK.finditer(content)):
        if number == MOST_MARKS:
            return
        line += content.count(b"\n", counted, match.start())
        counted = match.start()
        yield Allow(
            rules=(),
            line=line + 1,
            alone=match["next"] is not None,
            tool=match[0].decode("ascii"),
        )


class Ignored(Struct, frozen=True, kw_only=True):
    """One place that a file of another scanner names."""

    words: str
    """Where it is said: ".gitleaksignore, line 3"."""
    commit: str = ""
    """Only as this commit has it; "" for any."""
    fingerprint: str = ""
    """Only the finding with this fingerprint; "" for any that is there."""


Meanings = Callable[[], Mapping[str, frozenset[str]]]
"""Returns, by what another scanner of infrastructure calls a rule, those of ours that say so."""

Places = Mapping[tuple[str, int], Sequence[Ignored]]
"""By path and 1-based line."""


class Foreign(Struct, frozen=True, kw_only=True):
    """What other scanners were told to leave out of a target."""

    rules: frozenset[str] | None = None
    """The rules whose findings it may close: those about secrets; None for all."""
    places: Places = {}
    paths: tuple[tuple[PathRegex, str], ...] = ()
    """Expressions over paths, each with where it is said."""
    marked: frozenset[tuple[str, str]] | None = None
    """Path and fingerprint of what a mark may close; None for everything on its line."""
    meanings: Meanings = dict
    """Asked only where a mark names rules."""

    def heeds(self, finding: Finding) -> bool:
        """Whether another scanner's word may close the finding at all."""
        return self.rules is None or finding.rule in self.rules

    def mark_of(self, finding: Finding, allows: Sequence[Allow]) -> Allow | None:
        """Return the mark of another scanner that closes the finding, of those in its file."""
        span = place(finding.location)
        if span is None:
            return None
        if self.marked is not None and (span.path, finding.fingerprint) not in self.marked:
            return None
        heeds = self.heeds(finding)
        for one in allows:
            if one.names:
                overlaps = one.first <= span.last_line and span.line <= one.last
                if overlaps and self._is_meant(finding, one.names):
                    return one
            elif heeds and one.tool and span.line <= one.covers <= span.last_line:
                return one
        return None

    def _is_meant(self, finding: Finding, names: Sequence[str]) -> bool:
        """Whether a mark that names rules of infrastructure names the one of a finding."""
        if not isinstance(finding.location, ResourceLocation):
            return False
        return EVERY in names or any(
            finding.rule in self.meanings().get(name, ()) for name in names
        )

    def ignored(self, finding: Finding) -> str:
        """Return in which file of another scanner the finding's place is named, "" for none."""
        span = place(finding.location)
        if span is None or not self.heeds(finding):
            return ""
        return self._named(finding) or next(
            (words for pattern, words in self.paths if pattern.search(span.path)), ""
        )

    def _named(self, finding: Finding) -> str:
        span = place(finding.location)
        if span is None:
            return ""
        commit = span.revision.commit if span.revision else ""
        for entry in self.places.get((span.path, span.line), ()):
            if entry.commit and entry.commit != commit:
                continue
            if entry.fingerprint in ("", finding.fingerprint):
                return entry.words
        return ""

    def carried(
        self,
        before: Sequence[Finding],
        now: Sequence[Finding],
        renames: Mapping[str, str],
        *,
        allows: Mapping[str, Sequence[Allow]],
        trusted: bool,
    ) -> "Foreign":
        """Return the same for a change: places follow their findings from before to now.

        A line number of before, or a mark on a line, says nothing about the secret that the
        change puts there, unless it is `trusted`, as the author's own feedback may be. `allows`
        are those of before, by the paths of before.
        """
        named = [(finding, words) for finding in before if (words := self._named(finding))]
        identities = [identify(finding) for finding, _ in named]
        paired, _ = pair(identities, now, renames=renames)
        places = {key: list(entries) for key, entries in self.places.items() if trusted}
        for finding, old in zip(now, paired, strict=True):
            span = place(finding.location)
            if old is not None and span is not None:
                entry = Ignored(words=named[old][1], fingerprint=finding.fingerprint)
                places.setdefault((span.path, span.line), []).append(entry)
        marked = None if trusted else self._marked(before, now, renames, allows)
        return replace(self, places=places, marked=marked)

    def _marked(
        self,
        before: Sequence[Finding],
        now: Sequence[Finding],
        renames: Mapping[str, str],
        allows: Mapping[str, Sequence[Allow]],
    ) -> frozenset[tuple[str, str]]:
        """Return the path and fingerprint of what stood beside a mark before and is still there."""
        closed = [
            identify(finding)
            for finding in before
            if (span := place(finding.location))
            and self.mark_of(finding, allows.get(span.path, ()))
        ]
        paired, _ = pair(closed, now, renames=renames)
        return frozenset(
            (span.path, finding.fingerprint)
            for finding, old in zip(now, paired, strict=True)
            if old is not None and (span := place(finding.location))
        )


def read_foreign(
    read: Callable[[str], bytes | None],
    rules: frozenset[str] | None,
    meanings: Meanings = dict,
) -> tuple[Foreign, tuple[Problem, ...]]:
    """Read the files of other scanners through `read`; None means that there is no such file.

    What is not understood is told and counts for nothing.
    """
    places: dict[tuple[str, int], list[Ignored]] = {}
    problems: list[Problem] = []
    for name, parse in ((GITLEAKS_IGNORE, parse_gitleaksignore), (DETECT_SECRETS, parse_detected)):
        content = read(name)
        if content is not None:
            try:
                for path, line, entry in parse(content):
                    places.setdefault((path, line), []).append(entry)
            except ForeignError as error:
                problems.append(_problem(name, str(error)))
    paths: list[tuple[PathRegex, str]] = []
    content = read(GITLEAKS_CONFIG)
    if content is not None:
        try:
            for pattern in parse_gitleaks_paths(content):
                try:
                    paths.append((PathRegex(pattern), f"{GITLEAKS_CONFIG}, path {pattern[:80]}"))
                except RefusedError as error:
                    problems.append(
                        _problem(
                            GITLEAKS_CONFIG, f"the path {pattern[:80]!r} is not heeded: {error}"
                        )
                    )
        except ForeignError as error:
            problems.append(_problem(GITLEAKS_CONFIG, str(error)))
    foreign = Foreign(rules=rules, places=places, paths=tuple(paths), meanings=meanings)
    return foreign, tuple(problems[:20])


class ForeignError(ValueError):
    """A file of another scanner is not what its name says."""


Named = Iterator[tuple[str, int, Ignored]]

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def parse_gitleaksignore(content: bytes) -> Named:
    """Yield what a .gitleaksignore names: `[commit:]file:rule:line`, one a line, `#` comments.

    The rule is gitleaks' own, so it is not compared. Source: gitleaks README, "gitleaksignore".
    """
    text = content[:MOST_BYTES].decode("utf-8", "surrogateescape")
    for number, line in enumerate(text.split("\n")[:MOST_ENTRIES], start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        parts = stripped.rsplit(":", 2)
        if len(parts) != 3 or not parts[0] or not _is_line(parts[2]):
            continue
        path, commit = parts[0], ""
        head, colon, rest = path.partition(":")
        if colon and rest and _COMMIT.fullmatch(head):
            commit, path = head, rest
        words = f"{GITLEAKS_IGNORE}, line {number}"
        yield _path(path), int(parts[2]), Ignored(words=words, commit=commit)


class _Detected(Struct):
    line_number: int = 0
    is_secret: bool | None = None


class _Baseline(Struct):
    results: dict[str, list[_Detected]] = {}


def parse_detected(content: bytes) -> Named:
    """Yield the places of a .secrets.baseline; one that somebody called a real secret is none.

    It names a secret by its SHA-1; findings hold no values, so path and line are what is compared.
    Raises ForeignError. Source: detect-secrets, "baseline file".
    """
    try:
        baseline = msgspec.json.decode(content[:MOST_BYTES], type=_Baseline)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ForeignError("it is no baseline of detect-secrets, so it is not heeded") from error
    count = 0
    for path, entries in baseline.results.items():
        for entry in entries:
            count += 1
            if count > MOST_ENTRIES:
                return
            if entry.is_secret is not True and entry.line_number > 0:
                words = f"{DETECT_SECRETS}, same path and line"
                yield _path(path), entry.line_number, Ignored(words=words)


def parse_gitleaks_paths(content: bytes) -> list[str]:
    """Return the expressions over paths of a .gitleaks.toml that close everything in them.

    Allowlists that speak for some rules only, or want more than the path, are left out.
    Raises ForeignError. Source: gitleaks README, "Configuration".
    """
    try:
        table: dict[str, Any] = tomllib.loads(content[: 1 << 20].decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ForeignError("it is not valid TOML, so it is not heeded") from error
    listed = table.get("allowlists")
    lists = [table.get("allowlist"), *(listed if isinstance(listed, list) else [])]
    paths: list[str] = []
    for entry in lists:
        if not isinstance(entry, dict) or entry.get("targetRules"):
            continue
        condition = str(entry.get("condition", "OR")).upper()
        narrowed = any(entry.get(key) for key in ("regexes", "stopwords", "commits"))
        if condition in ("AND", "&&") and narrowed:
            continue
        found = entry.get("paths")
        if isinstance(found, list):
            paths += [path for path in found if isinstance(path, str) and path]
    return paths[:MOST_PATTERNS]


def _is_line(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0


def _path(text: str) -> str:
    return text.replace("\\", "/").removeprefix("./")


def _problem(path: str, message: str) -> Problem:
    return Problem(
        kind=ProblemKind.CONFIG,
        message=message,
        path=path,
        hint="`[gate] foreign-suppressions = false` switches off what other scanners were told",
    )
