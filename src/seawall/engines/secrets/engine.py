"""The secrets engine: triggers say where to look, detectors confirm, judges decide."""

import contextlib
import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal

from msgspec import DecodeError, Struct, msgpack, structs

from seawall import __version__
from seawall.core.finding import Finding, Proof
from seawall.core.location import CodeSpan
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Rule
from seawall.engines.secrets import assignments
from seawall.engines.secrets.candidate import Candidate, Judgement, Segment, candidate_at
from seawall.engines.secrets.detectors import Confirmer, Match
from seawall.engines.secrets.judges import JUDGES
from seawall.engines.secrets.kept import read_kept, write_kept
from seawall.engines.secrets.mask import Span, anchor_of, excerpt_of
from seawall.engines.secrets.matcher import Hit, Matcher
from seawall.engines.secrets.python_matcher import PythonMatcher
from seawall.engines.secrets.segments import MULTILINE, Segmenter
from seawall.engines.secrets.trigger import VERSION, Trigger, light_trigger_of, trigger_of
from seawall.engines.secrets.versions import Look, Versions, carries
from seawall.engines.secrets.wrapped import unwrap
from seawall.model.detector import Detector, LiveCheck
from seawall.source.file import Source

_VERSION = 7
"""Goes up when the same detectors decide otherwise."""
WORTH_COMPILING = 4_000_000
"""Bytes to scan from which compiling the patterns, once for all scans, costs less than it saves."""
WORTH_ALL = 150_000_000
"""Bytes from which even those pay that take the longest to compile."""
_FILE_WORTH = 3_000
"""As many bytes a file counts for, however small it is."""
MOST_FINDINGS = 2000
"""Findings of one file that are told."""
_PREFIX_SHOWN = 6
_REMEMBERED = 200_000
_LONG_LINE = 600
"""Bytes of a line up to which it is read whole."""
_NAME_BEFORE = 80
"""Bytes that a name may have before the word in it that promises a secret."""
_LINE_BEFORE = 120
"""Bytes before a line that may hold the name of what stands on it."""


class Consideration(Struct, frozen=True, kw_only=True):
    """What one rule made of one text on a line."""

    rule: str
    verdict: Literal["finding", "refused"]
    reason: str


class _Decision(Struct, kw_only=True, gc=False):
    """One candidate and what was decided."""

    confirmer: Confirmer
    candidate: Candidate
    judgement: Judgement
    start: int
    end: int
    distance: int
    secret: bytes = b""
    """What the base64 says that stands at this place, "" where the place holds the secret."""

    @property
    def rule(self) -> str:
        return self.judgement.rule or self.candidate.rule


class SecretsEngine:
    """Finds secrets in one file at a time. The pattern engine never changes what it finds."""

    name = "secrets"

    def __init__(
        self,
        detectors: Sequence[Detector],
        rules: Sequence[Rule],
        *,
        cache_folder: Path | None = None,
        matcher: Literal["auto", "hyperscan", "python"] = "auto",
    ) -> None:
        self.rules = tuple(rules)
        self._rules = {rule.id: rule for rule in rules}
        self._detectors = tuple(detectors)
        self._confirmers = [Confirmer(detector, JUDGES) for detector in detectors]
        self.digest = _digest(detectors, rules)
        self._cache_folder = cache_folder
        self._wanted = matcher
        self._expected = WORTH_ALL
        self._quiet: set[int] = set()
        self._former: list[_Decision] = []
        self._read: tuple[Source | None, int, list[Candidate]] = (None, 0, [])

    def prepare(self, files: int, size: int) -> None:
        """Load what scanning so many files and bytes needs, before workers are forked."""
        self._expected = size + files * _FILE_WORTH
        if files:
            self._versions  # noqa: B018

    @property
    def matcher(self) -> str:
        """The name of the pattern engine in force, "" where none was needed."""
        return self._matcher.name if "_matcher" in self.__dict__ else ""

    @functools.cached_property
    def _triggers(self) -> "_Triggers":
        return _triggers(self._detectors, self.digest, self._cache_folder)

    @functools.cached_property
    def _matcher(self) -> Matcher:
        """Make the matcher: what is compiled already, or as much as the work ahead is worth."""
        if self._wanted != "python":
            try:
                return self._compiled()
            except ImportError:
                if self._wanted == "hyperscan":
                    raise
            except LookupError:
                pass
        return PythonMatcher(self._triggers.all)

    def _compiled(self) -> Matcher:
        """Load or compile; raise LookupError where that does not pay, ImportError without it."""
        from seawall.engines.secrets.hyperscan_matcher import HyperscanMatcher

        expected = WORTH_ALL if self._wanted == "hyperscan" else self._expected
        with contextlib.suppress(LookupError):
            return HyperscanMatcher(
                self._triggers.all,
                digest=f"{VERSION}-{self.digest}",
                cache_folder=self._cache_folder,
                compiles=expected >= WORTH_ALL,
            )
        return HyperscanMatcher(
            self._triggers.light,
            digest=f"light-{VERSION}-{self.digest}",
            cache_folder=self._cache_folder,
            compiles=expected >= WORTH_COMPILING,
        )

    @functools.cached_property
    def _versions(self) -> Versions:
        margin = max((trigger.span for trigger in self._triggers.all), default=0) + 2
        return Versions(self._matcher, margin=margin)

    def scan(self, source: Source) -> list[Finding]:
        """Return the findings in a file in the order of their places, one for each secret."""
        accepted = self._accepted(source)
        if not accepted:
            return []
        spans = [self._span(decision) for decision in accepted]
        told = accepted[:MOST_FINDINGS]
        numbers = _line_numbers(source.content, [decision.start for decision in told])
        return [
            self._finding(source, decision, span, spans, number)
            for decision, span, number in zip(told, spans, numbers, strict=False)
        ]

    def limits(self, source: Source, findings: Sequence[Finding]) -> tuple[Problem, ...]:
        """Say what a reader must know when a file holds more than is told."""
        if len(findings) < MOST_FINDINGS:
            return ()
        return (
            Problem(
                kind=ProblemKind.TOO_LARGE,
                message=f"only the first {MOST_FINDINGS:,} secrets of this file are told",
                path=source.path,
                engine=self.name,
            ),
        )

    def consider(self, source: Source, line: int) -> list[Consideration]:
        """Return what every rule made of the texts on one line (1-based)."""
        low, high = _line_bounds(source.content, line)
        decisions = [
            decision
            for decision in (*self._decide(source, remember=False), *self._wrapped(source))
            if low <= decision.start <= high
        ]
        kept = {
            id(decision) for decision in _resolve([d for d in decisions if d.judgement.accepted])
        }
        considered: list[Consideration] = []
        for decision in sorted(decisions, key=lambda d: (d.start, d.confirmer.rank)):
            if not decision.judgement.accepted:
                verdict, reason = "refused", decision.judgement.reason
            elif id(decision) in kept:
                verdict, reason = "finding", self._label(decision)
            else:
                verdict, reason = "refused", "a more specific rule tells the same text"
            entry = Consideration(
                rule=decision.rule,
                verdict="finding" if verdict == "finding" else "refused",
                reason=reason,
            )
            if entry not in considered:
                considered.append(entry)
        return considered

    def live_check(self, source: Source, finding: Finding) -> tuple[LiveCheck, str] | None:
        """Return the vendor's call and the secret of a finding, read again from its file."""
        for decision in self._accepted(source):
            live = decision.confirmer.detector.live
            if (
                live is not None
                and decision.rule == finding.rule
                and _anchor(source, decision) == finding.anchor
            ):
                return live, decision.candidate.value
        return None

    # How a file is decided

    def _accepted(self, source: Source) -> list[_Decision]:
        content = source.content
        look = self._versions.look(source.path, content)
        carried = self._carried(look, len(content)) if look.runs else []
        if carried is None:
            look, carried = self._versions.whole(content), []
        decisions = self._decide_hits(source, look.hits, remember=True)
        accepted = [d for d in (*decisions, *self._wrapped(source)) if d.judgement.accepted]
        accepted += carried
        self._former = _resolve(accepted) if accepted else []
        return self._former

    def _carried(self, look: Look, size: int) -> list[_Decision] | None:
        """Return the former decisions that hold; None when a block of lines may have changed."""
        carried: list[_Decision] = []
        for former in self._former:
            block = former.confirmer.detector.multiline
            shift = carries(look, size, former.start, former.end, alone=block)
            if shift is not None:
                moved = former.start + shift, former.end + shift
                carried.append(structs.replace(former, start=moved[0], end=moved[1]))
            elif block:
                return None
        return carried

    def _wrapped(self, source: Source) -> Iterator[_Decision]:
        """Decide what base64 in the source says; the decision stands where the base64 does."""
        for wrapped in unwrap(source):
            inner = self._decide_hits(
                wrapped.inner, self._matcher.hits(wrapped.inner.content), remember=False
            )
            accepted = [decision for decision in inner if decision.judgement.accepted]
            for decision in _resolve(accepted)[:1] or inner[:1]:
                secret = wrapped.inner.content[decision.start : decision.end]
                yield structs.replace(decision, start=wrapped.start, end=wrapped.end, secret=secret)

    def _decide(self, source: Source, *, remember: bool) -> list[_Decision]:
        """Confirm and judge wherever a trigger matched; the order is that of places."""
        hits = self._matcher.hits(source.content)
        return self._decide_hits(source, hits, remember=remember) if hits else []

    def _decide_hits(
        self, source: Source, hits: Sequence[Hit], *, remember: bool
    ) -> list[_Decision]:
        segmenter = Segmenter(source.content)
        wanted: dict[tuple[int, int], tuple[int, Segment]] = {}
        for index, low, high in sorted(hits, key=lambda hit: (hit[1], hit[0])):
            for segment in segmenter.segments(low, high):
                wanted.setdefault((segment.start, index), (index, segment))
        decisions: list[_Decision] = []
        for (_, index), (_, segment) in sorted(wanted.items(), key=lambda item: item[0]):
            decisions += self._confirm(source, segmenter, index, segment, remember)
        return decisions

    def _confirm(
        self, source: Source, segmenter: Segmenter, index: int, segment: Segment, remember: bool
    ) -> list[_Decision]:
        """Confirm one detector on one segment.

        The versions of a file in a history repeat their lines: a segment in which a detector
        found nothing to consider is remembered with what stands around it.
        """
        confirmer = self._confirmers[index]
        key = 0
        if remember:
            key = self._key(source, confirmer, index, segment)
            if key in self._quiet:
                return []
        decisions = list(self._decisions(source, segmenter, confirmer, segment))
        if remember and not any(d.judgement.accepted for d in decisions):
            if len(self._quiet) >= _REMEMBERED:
                self._quiet.clear()
            self._quiet.add(key)
        return decisions

    def _key(self, source: Source, confirmer: Confirmer, index: int, segment: Segment) -> int:
        start, end = segment.start, segment.end
        detector = confirmer.detector
        if detector.near:
            start -= detector.reach + confirmer.near_width
            end += detector.reach + confirmer.near_width if detector.before else 0
        if detector.judge:
            # A judge may look at the lines before and after.
            start -= 320
            end += 320
        if detector.multiline:
            end = start + MULTILINE
        # Only a judge looks at the path.
        path = source.path if detector.judge else ""
        start = max(0, start)
        # Two lines of a short file have the same text around them: the place tells them apart.
        return hash((index, path, segment.start - start, source.content[start:end]))

    def _decisions(
        self, source: Source, segmenter: Segmenter, confirmer: Confirmer, segment: Segment
    ) -> Iterator[_Decision]:
        if confirmer.is_assignment:
            # Segments beside a hit are asked as well; what they answer must not hang on that.
            places = _places(confirmer.lowered, source.content, segment)
            for candidate in self._given(source, segment, places) if places else ():
                if candidate.rule != confirmer.rule:
                    continue
                yield _Decision(
                    confirmer=confirmer,
                    candidate=candidate,
                    judgement=confirmer.judge(candidate),
                    start=candidate.offset,
                    end=candidate.offset + candidate.size,
                    distance=0,
                )
            return
        content = source.content
        for match in _matches(content, segmenter, confirmer, segment):
            near = confirmer.find_near(content, match)
            if near is None:
                continue
            candidate = candidate_at(
                source,
                segment,
                match.start,
                match.end,
                rule=confirmer.rule,
                near=near.near.decode("utf-8", "replace"),
            )
            yield _Decision(
                confirmer=confirmer,
                candidate=candidate,
                judgement=confirmer.judge(candidate),
                start=match.start,
                end=match.end,
                distance=near.distance,
            )

    def _given(
        self, source: Source, segment: Segment, places: Sequence[Segment]
    ) -> list[Candidate]:
        """Read a segment's assignments once for all the rules that ask for them in a row.

        Of a long one only what stands at the places is read.
        """
        if segment.end - segment.start > _LONG_LINE:
            found = (one for place in places for one in assignments.find(source, segment, place))
            return list({one.offset: one for one in found}.values())
        former, start, given = self._read
        if former is not source or start != segment.start:
            given = list(assignments.find(source, segment))
            self._read = source, segment.start, given
        return given

    # How a decision is told

    def _span(self, decision: _Decision) -> Span:
        shown = decision.confirmer.rank < 2 and not decision.secret
        prefix = decision.confirmer.prefix if shown else 0
        size = decision.end - decision.start
        return decision.start, decision.end, min(prefix, _PREFIX_SHOWN, size // 4)

    def _label(self, decision: _Decision) -> str:
        if decision.judgement.reason:
            return decision.judgement.reason
        detector = decision.confirmer.detector
        if detector.checksum:
            return "its form and checksum are those of the vendor"
        if detector.near:
            name = _plain(decision.candidate.near)
            return f"form and name close by ({name})" if name else "form and name close by"
        return "a form that nothing else has"

    def _finding(
        self,
        source: Source,
        decision: _Decision,
        span: Span,
        spans: Sequence[Span],
        line: int,
    ) -> Finding:
        rule = self._rules[decision.rule]
        content = source.content
        secret = content[decision.start : decision.end]
        line_start = content.rfind(b"\n", 0, decision.start) + 1
        extra = secret.count(b"\n")
        tail_start = content.rfind(b"\n", 0, decision.end) + 1 if extra else line_start
        proof: tuple[Proof, ...] = ()
        if decision.confirmer.detector.checksum:
            proof = (Proof(kind="checksum", summary="the check digits in it hold"),)
        return Finding(
            rule=rule.id,
            location=CodeSpan(
                path=source.path,
                line=line,
                column=_characters(content[line_start : decision.start]) + 1,
                end_line=line + extra if extra else 0,
                end_column=_characters(content[tail_start : decision.end]) + 1,
                revision=source.revision,
            ),
            message=f"{rule.title} in {'base64' if decision.secret else 'plain text'}",
            anchor=_anchor(source, decision),
            severity=rule.severity,
            known_format=decision.confirmer.is_form,
            label=self._label(decision),
            excerpt=excerpt_of(content, span, _close(spans, span), line),
            proof=proof,
        )


def _anchor(source: Source, decision: _Decision) -> str:
    secret = _secret(source, decision)
    return anchor_of(_essence(secret) if decision.confirmer.detector.multiline else secret)


def _secret(source: Source, decision: _Decision) -> bytes:
    return decision.secret or source.content[decision.start : decision.end]


def _matches(
    content: bytes, segmenter: Segmenter, confirmer: Confirmer, segment: Segment
) -> Iterator[Match]:
    """Yield where a detector's expression matches in one segment."""
    end = segment.end
    if confirmer.detector.multiline:
        end = min(len(content), segment.start + MULTILINE)
        # Where the next block opens, this one is over: else hostile text is read over and over.
        following = content.find(confirmer.opening, segment.end, end)
        end = following if following >= 0 else end
    for found in confirmer.pattern.finditer(content, segment.start, end):
        if confirmer.detector.multiline:
            if found.start() > segment.end:
                return
        elif not segmenter.owns(segment, found.start(), found.end()):
            continue
        start, stop = found.span("secret" if "secret" in found.re.groupindex else 0)
        if start >= 0 and stop > start:
            yield Match(start=start, end=stop, from_=found.start(), to=found.end())


def _places(lowered: re.Pattern[bytes], content: bytes, segment: Segment) -> list[Segment]:
    """Return where the expression matches; it may begin on the line before, and end on the next."""
    low = max(0, segment.start - _LINE_BEFORE)
    text = content[low : segment.end + _LINE_BEFORE].lower()
    return [
        Segment(
            start=max(segment.start, low + match.start() - _NAME_BEFORE),
            end=min(segment.end, low + match.end() + _NAME_BEFORE),
        )
        for match in lowered.finditer(text)
        if low + match.end() > segment.start and low + match.start() < segment.end
    ]


def _resolve(decisions: Iterable[_Decision]) -> list[_Decision]:
    """Keep one decision for each stretch of text: the most specific, then nearest, then longest."""
    ranked = sorted(
        decisions,
        key=lambda d: (d.confirmer.rank, d.distance, d.start - d.end, d.start, d.rule),
    )
    if len(ranked) < 2:
        return ranked
    kept: list[_Decision] = []
    taken: dict[int, list[tuple[int, int]]] = {}
    for decision in ranked:
        blocks = range(decision.start >> 8, (decision.end >> 8) + 1)
        if any(
            start < decision.end and decision.start < end
            for block in blocks
            for start, end in taken.get(block, ())
        ):
            continue
        kept.append(decision)
        for block in blocks:
            taken.setdefault(block, []).append((decision.start, decision.end))
    return sorted(kept, key=lambda d: d.start)


def _close(spans: Sequence[Span], span: Span) -> Sequence[Span]:
    """Return the spans that may stand on the lines shown around one."""
    if len(spans) <= 50:
        return spans
    place = spans.index(span)
    return spans[max(0, place - 400) : place + 400]


def _characters(part: bytes) -> int:
    return len(part.decode("utf-8", "replace"))


_LAYOUT = re.compile(rb"\\[nrt]|[^A-Za-z0-9+/=]")


def _essence(secret: bytes) -> bytes:
    """Return what stays of a key of many lines however it is laid out: indented, quoted, folded."""
    return _LAYOUT.sub(b"", secret)


_NAME = re.compile(r"[A-Za-z][A-Za-z_.:/ -]{1,29}")


def _plain(text: str) -> str:
    """Return a name of the target as it may be shown; "" for what might itself be a secret."""
    name = text.strip(" \t\"'=:")
    if not _NAME.fullmatch(name) or (name.isupper() and len(name) > 12 and "_" not in name):
        return ""
    return name


def _line_numbers(content: bytes, offsets: Sequence[int]) -> list[int]:
    """Return the 1-based line of each of ascending offsets, in one pass."""
    numbers: list[int] = []
    line, at = 1, 0
    for offset in offsets:
        line += content.count(b"\n", at, offset)
        at = offset
        numbers.append(line)
    return numbers


def _line_bounds(content: bytes, line: int) -> tuple[int, int]:
    start = 0
    for _ in range(line - 1):
        start = content.find(b"\n", start) + 1
        if start == 0:
            return len(content) + 1, len(content) + 1
    end = content.find(b"\n", start)
    return start, len(content) if end < 0 else end


def _digest(detectors: Sequence[Detector], rules: Sequence[Rule]) -> str:
    seen = hashlib.blake2b(f"{__version__} {_VERSION}\n".encode(), digest_size=16)
    seen.update(msgpack.encode((list(detectors), list(rules))))
    return seen.hexdigest()


class _Triggers(Struct, frozen=True, array_like=True):
    """The triggers of all detectors, twice."""

    name: str
    """Of the detectors and the recipe."""
    all: list[Trigger]
    light: list[Trigger]
    """Those that compile fast."""


def _triggers(detectors: Sequence[Detector], digest: str, cache_folder: Path | None) -> _Triggers:
    """Derive the triggers, or read those that the wheel carries or that were derived before."""
    name = f"{VERSION}-{digest[:24]}"
    file = cache_folder / f"triggers-{name}.bin" if cache_folder else None
    for kept in (_packed(), read_kept(file)):
        with contextlib.suppress(DecodeError):
            found = msgpack.decode(kept, type=_Triggers) if kept else None
            if found is not None and found.name == name:
                return found
    derived = _derived(detectors, name)
    write_kept(file, msgpack.encode(derived))
    return derived


def _packed() -> bytes:
    packed = resources.files(__package__) / "triggers.bin"
    return packed.read_bytes() if packed.is_file() else b""


def _derived(detectors: Sequence[Detector], name: str) -> _Triggers:
    triggers = [trigger_of(detector) for detector in detectors]
    light = [light_trigger_of(*pair) for pair in zip(detectors, triggers, strict=True)]
    return _Triggers(name, triggers, light)


def pack_triggers(detectors: Sequence[Detector], rules: Sequence[Rule]) -> bytes:
    """Return the triggers of the packaged detectors as a wheel carries them."""
    return msgpack.encode(_derived(detectors, f"{VERSION}-{_digest(detectors, rules)[:24]}"))
