"""A detector made ready to confirm: its expressions compiled when needed, its checks found."""

import functools
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping

from msgspec import Struct

from seawall.engines.secrets.candidate import Candidate, Judgement
from seawall.engines.secrets.checksums import CHECKSUMS
from seawall.engines.secrets.placeholders import placeholder_reason
from seawall.engines.secrets.trigger import head_of_secret, leading_literal, width
from seawall.engines.secrets.words import coverage
from seawall.model.detector import FORM_JUDGES, Detector

Judge = Callable[[Candidate], Judgement]
ASSIGNMENT = "assignment"
"""The judge that reads a whole segment itself instead of one match in it."""


class Match(Struct, frozen=True, kw_only=True, gc=False):
    """Where an expression matched, in bytes of the source's content."""

    start: int
    """Where the secret begins."""
    end: int
    from_: int
    """Where the whole match begins."""
    to: int
    near: bytes = b""
    distance: int = 0
    """Bytes from the end of `near` to the secret."""


class Confirmer:
    """One detector at work."""

    def __init__(self, detector: Detector, judges: Mapping[str, Judge]) -> None:
        self.detector = detector
        self.rule = detector.rule
        self.is_assignment = detector.judge == ASSIGNMENT
        self._judge = judges[detector.judge] if detector.judge else None
        self._checksum = CHECKSUMS[detector.checksum] if detector.checksum else None

    @functools.cached_property
    def rank(self) -> int:
        """From 0 for a form with a checksum to 5 for a name alone: the least wins the same text."""
        detector = self.detector
        if self.is_assignment:
            return 5
        if detector.judge:
            return 3 if detector.judge in FORM_JUDGES else 4
        if detector.near:
            return 2
        return 0 if detector.checksum else 1

    @property
    def is_form(self) -> bool:
        """Whether the form alone says what it is."""
        return self.rank in (0, 1, 3)

    @functools.cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """The exact expression."""
        return re.compile(self.detector.pattern.encode())

    @functools.cached_property
    def opening(self) -> bytes:
        """The literal text with which every match of the expression begins."""
        return leading_literal(self.detector.pattern)

    @functools.cached_property
    def lowered(self) -> re.Pattern[bytes]:
        """The expression of an assignment for text in lower case: much faster than ignoring case.

        It is written in lower case and begins with `(?i)`.
        """
        return re.compile(self.detector.pattern.removeprefix("(?i)").encode())

    @functools.cached_property
    def near(self) -> re.Pattern[bytes] | None:
        """What must stand close by."""
        near = self.detector.near
        return re.compile(near.encode(), re.IGNORECASE) if near else None

    @functools.cached_property
    def near_width(self) -> int:
        """The most bytes that `near` matches."""
        return width(self.detector.near)

    @functools.cached_property
    def prefix(self) -> int:
        """Length of the literal text with which every secret of this form begins."""
        return len(head_of_secret(self.detector.pattern))

    def find_near(self, content: bytes, match: Match) -> Match | None:
        """Return the match with what stands near it; None when nothing does."""
        near = self.near
        if near is None:
            return match
        detector = self.detector
        low = max(0, match.start - detector.reach - self.near_width)
        best: re.Match[bytes] | None = None
        for found in near.finditer(content, low, match.start):
            in_reach = found.end() >= match.start - detector.reach
            if in_reach and self._names(content, found, match.start):
                best = found
        if best is not None and content.count(b"\n", best.end(), match.start) <= detector.lines:
            return _with_near(match, best, match.start - best.end())
        if detector.before:
            high = match.end + detector.reach + self.near_width
            for found in near.finditer(content, match.end, high):
                if found.start() > match.end + detector.reach:
                    break
                lines = content.count(b"\n", match.end, found.start())
                if lines <= detector.lines and _begins_word(content, found):
                    return _with_near(match, found, found.start() - match.end)
        return None

    def _names(self, content: bytes, near: re.Match[bytes], value: int) -> bool:
        """Whether what stands near makes the value a secret of its: a vendor's name alone does not.

        A word such as "key" stands with it, or the value is given to the name itself; what is
        given to an id counts only for a rule about ids.
        """
        if not _begins_word(content, near):
            return False
        if _PAIR.search(near[0]):
            return True
        if not self.rule.endswith("-id") and _ID.fullmatch(content, near.end(), value):
            return False
        if _GIVES.fullmatch(content, near.end(), value):
            return True
        low = max(content.rfind(b"\n", 0, near.start()) + 1, near.start() - _WORDS_BEFORE)
        return _NAME_WORD.search(content, low, value) is not None

    def judge(self, candidate: Candidate) -> Judgement:
        """Decide whether a match is a secret."""
        value = candidate.value
        if self.detector.entropy and entropy_of(value) < self.detector.entropy:
            return Judgement(accepted=False, reason="too regular to be random (low entropy)")
        reason = "" if self._judge else placeholder_reason(value, prefix=self.prefix)
        if reason:
            return Judgement(accepted=False, reason=reason)
        if self._checksum is not None and not self._checksum(value):
            return Judgement(accepted=False, reason="its checksum does not hold: no real one")
        if self._judge is not None:
            return self._judge(candidate)
        if self.detector.near and not _is_random(value):
            return Judgement(accepted=False, reason="words, not a random value")
        if self.detector.near and _is_part(candidate):
            return Judgement(accepted=False, reason="a part of something that no token is")
        return Judgement(accepted=True, reason="")


_NAME_WORD = re.compile(
    rb"key|token|secret|pass|pwd|auth|cred|api|bearer|\bpat\b|_pat|private|access|licen[sc]e|"
    rb"signature|"
    rb"webhook|login|account|client|sid|dsn|hook|captcha|certificate|[_-]id\b|[a-z]Id\b",
    re.IGNORECASE,
)
_GIVES = re.compile(rb"[\w.-]{0,3}[\"'`\]\)]{0,3}\s{0,8}(?::=|=>|[=:,(]|\s)\s{0,8}[\"'`\[(<]{0,3}")
_PAIR = re.compile(rb"[:=].")
"""A name with its value near the secret, such as `"kty": "RSA"`, says enough by itself."""
_WORDS_BEFORE = 30
_ID = re.compile(
    rb"[_. -]?(?:client|user|project|org|organization|account)?[_. -]?id"
    rb"[\"'`\]\)]{0,3}\s{0,8}(?::=|=>|[:=])\s{0,8}[\"'`]?",
    re.IGNORECASE,
)


def _begins_word(content: bytes, near: re.Match[bytes]) -> bool:
    """Whether the match is no tail of a longer word, as "line" is of "pipeline"."""
    start = near.start()
    if start == 0 or near.end() == start:
        return near.end() > start
    before, first = content[start - 1 : start], content[start : start + 1]
    return not ((before.islower() and first.islower()) or (before.isupper() and first.isupper()))


def _with_near(match: Match, found: re.Match[bytes], distance: int) -> Match:
    return Match(
        start=match.start,
        end=match.end,
        from_=match.from_,
        to=match.to,
        near=found[0],
        distance=distance,
    )


_GOES_ON = re.compile(r"[?!^*][A-Za-z0-9]")
_CAME_FROM = re.compile(r"[A-Za-z0-9][?!^*]$")


def _is_part(candidate: Candidate) -> bool:
    """Whether the text goes on behind or before a sign that stands in no token."""
    line, start, end = candidate.line, candidate.start, candidate.end
    return bool(_GOES_ON.match(line, end) or _CAME_FROM.search(line[max(0, start - 2) : start]))


def entropy_of(text: str) -> float:
    """Return the Shannon entropy of a text, bits a character."""
    length = len(text)
    if not length:
        return 0.0
    return -sum(n / length * math.log2(n / length) for n in Counter(text).values())


def _is_random(value: str) -> bool:
    """Tell whether a value whose form is not distinctive could be random: no identifier or path."""
    if len(value) >= 12 and value.isalpha() and (value.islower() or value.isupper()):
        return entropy_of(value) >= 3.2 and not _reads(value)
    digits = sum(sign.isdigit() for sign in value)
    if digits == 0 and len(value) >= 12:
        changes = sum(
            one.islower() != two.islower() for one, two in zip(value, value[1:], strict=False)
        )
        return changes >= len(value) / 3.2 and not _reads(value)
    return digits > 2 or not (_reads(value) or coverage(value) >= 0.7)


def _reads(value: str) -> bool:
    """Tell whether vowels stand as in words in most of a value's letters."""
    pieces = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", value)
    letters = sum(len(piece) for piece in pieces)
    if not letters:
        return False
    wordy = sum(
        len(piece)
        for piece in pieces
        if len(piece) >= 4 and 0.2 <= sum(c in "aeiouyAEIOUY" for c in piece) / len(piece) <= 0.65
    )
    return wordy >= 0.75 * letters
