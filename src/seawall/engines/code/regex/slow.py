"""Decides whether a pattern is slow: tries every suspicion on a matcher that counts its steps."""

from functools import lru_cache
from itertools import islice
from math import log2

from msgspec import Struct

from seawall.engines.code.regex.ambiguity import (
    Candidate,
    Letters,
    find_exponential,
    find_polynomial,
)
from seawall.engines.code.regex.automaton import build_automaton, shorten
from seawall.engines.code.regex.matcher import ExhaustedError, Matcher
from seawall.engines.code.regex.syntax import Pattern, UnreadableError, read_pattern

MAX_STEPS = 50000
"""Steps that all trials of a pattern may make together."""
TRIAL_STEPS = 12000
MULTIPLY_STEPS = 6000
"""Steps of one trial that are enough to see them multiply."""
FEW = 2
"""Repetitions that may take FEW_STEPS, for without them nothing could be compared."""
FEW_STEPS = 20000
MAX_CANDIDATES = 6
"""Words that are tried of each sort."""
MAX_ENDINGS = 4
"""Characters that are tried after it."""
ROUNDS = range(16)
"""How often a word is repeated to see whether the steps multiply."""
GROWTH = 1.6
"""What one repetition more must at least multiply the steps by; a cube is below it from 6 on."""
SCALES = (4, 2, 1)
"""Repetitions on which the degree of a polynomial is measured: so often, and multiples."""
LEAST_DEGREE = 1.5
MAX_DEGREE = 8


class Slow(Struct, frozen=True):
    """How slow a pattern can be made, and by what.

    The text is `prefix`, `pump` as often as one likes, `suffix`; for a pattern over bytes they are
    Latin-1.
    """

    kind: str
    """"exponential" or "polynomial"."""
    degree: int
    """Of the polynomial, when the text is searched (`search`, `findall`, `sub`, `split`): 2 is
    quadratic. 0 for "exponential"."""
    match_degree: int
    """The same where the match must begin at the start (`match`, `fullmatch`); 1 is not slow: then
    only trying every start makes it so. 0 for "exponential"."""
    prefix: str
    pump: str
    suffix: str

    def attack(self, times: int) -> str:
        """Return the text with so many repetitions."""
        return self.prefix + self.pump * times + self.suffix


@lru_cache(maxsize=1024)
def slow_regex(pattern: str | bytes, flags: int = 0, *, whole: bool = False) -> Slow | None:
    """Tell whether matching a pattern with `re` can take more than linear time.

    `whole` is for `fullmatch`. None also for what is no pattern, or too large to decide. What is
    only slow up to a small bound (`x{0,50}`) counts as linear.
    """
    try:
        read = read_pattern(pattern, flags)
        short = Pattern(shorten(read.root), read.sample, read.masks, read.groups, read.words)
        automaton = build_automaton(short)
        trial = _Trial([Matcher(each, whole) for each in dict.fromkeys((short, read))])
    except UnreadableError:
        return None
    letters = Letters(read.sample, read.masks)
    endings = _endings(letters, read.masks)
    for candidate in islice(find_exponential(automaton, letters), MAX_CANDIDATES):
        for suffix in endings:
            if trial.multiplies(candidate, suffix):
                return Slow("exponential", 0, 0, candidate.prefix, candidate.pump, suffix)
    worst: Slow | None = None
    for candidate in islice(find_polynomial(automaton, letters), MAX_CANDIDATES):
        for suffix in endings:
            degree = trial.degree(candidate, suffix, anywhere=True)
            if degree < 2 or (worst and degree < worst.degree):
                continue
            match_degree = trial.degree(candidate, suffix, anywhere=False)
            if worst is None or (degree, match_degree) > (worst.degree, worst.match_degree):
                worst = Slow(
                    "polynomial",
                    degree,
                    match_degree,
                    candidate.prefix,
                    candidate.pump,
                    suffix,
                )
            break
    return worst


def _endings(letters: Letters, masks: tuple[int, ...]) -> list[str]:
    """Return what may keep a match from ending well: nothing, and what the fewest sets take."""
    ranked = sorted(letters.kinds, key=lambda kind: sum(bool(kind & mask) for mask in masks))
    plain = [letters.choose(kind) for kind in ranked[:MAX_ENDINGS]]
    # `$` also stands before a last line end, and `.` does not take one.
    return list(dict.fromkeys(["", *plain, "\n\n", "a\na"]))


class _Trial:
    """Tries words on matchers; when its steps are spent nothing is slow any more.

    Short repetitions look like endless ones on words as short as these, so the pattern is tried
    with them cut down too, and must be slow in both forms.
    """

    def __init__(self, matchers: list[Matcher]) -> None:
        self._matchers = matchers
        self._left = MAX_STEPS

    def multiplies(self, candidate: Candidate, suffix: str) -> bool:
        """Tell whether each repetition multiplies the steps."""
        return all(self._multiplies(matcher, candidate, suffix) for matcher in self._matchers)

    def degree(self, candidate: Candidate, suffix: str, *, anywhere: bool) -> int:
        """Return the degree of the polynomial by which the steps grow; 1 when it is not found."""
        least = MAX_DEGREE
        for matcher in self._matchers:
            least = min(least, self._degree(matcher, candidate, suffix, anywhere))
            if least < 2:
                break
        return least

    def _count(self, matcher: Matcher, word: str, anywhere: bool, limit: int) -> int:
        """Count the steps; 0 when they are too many."""
        allowed = min(self._left, limit)
        matcher.left = allowed
        try:
            steps = matcher.count(word, anywhere)
        except ExhaustedError:
            self._left -= allowed
            return 0
        self._left -= steps
        return steps

    def _multiplies(self, matcher: Matcher, candidate: Candidate, suffix: str) -> bool:
        ratios: list[float] = []
        before = 0
        for times in ROUNDS:
            word = candidate.prefix + candidate.pump * times + suffix
            limit = FEW_STEPS if times <= FEW else MULTIPLY_STEPS
            steps = self._count(matcher, word, False, limit)
            if not steps:
                # It is at least this steep, unless what is left was the limit.
                if before and self._left and limit / before >= GROWTH:
                    ratios.append(limit / before)
                break
            if before:
                ratios.append(steps / before)
                if len(ratios) > 6 and ratios[-1] < GROWTH:
                    return False
            before = steps
        if len(ratios) == 1:
            # Too steep for a third figure.
            return ratios[0] >= GROWTH**3
        # The first repetitions may be drowned in what the rest of the pattern costs.
        return len(ratios) > 1 and min(ratios[-2:]) >= GROWTH

    def _degree(self, matcher: Matcher, candidate: Candidate, suffix: str, anywhere: bool) -> int:
        for scale in SCALES:
            small = self._bend(matcher, candidate, suffix, anywhere, scale)
            large = self._bend(matcher, candidate, suffix, anywhere, 2 * scale) if small else 0
            if small is None or large is None:
                continue
            if small < scale or large <= small:
                return 1
            degree = log2(large / small)
            return min(MAX_DEGREE, round(degree)) if degree >= LEAST_DEGREE else 1
        # Even a few repetitions take too long to measure by how much.
        return MAX_DEGREE if self._multiplies(matcher, candidate, suffix) else 1

    def _bend(
        self, matcher: Matcher, candidate: Candidate, suffix: str, anywhere: bool, scale: int
    ) -> int | None:
        """Return the second difference of the steps: 0 for what grows in proportion.

        None when counting takes too many of them.
        """
        counts = []
        for times in (scale, 2 * scale, 3 * scale):
            word = candidate.prefix + candidate.pump * times + suffix
            steps = self._count(matcher, word, anywhere, TRIAL_STEPS)
            if not steps:
                return None
            counts.append(steps)
        return counts[2] - 2 * counts[1] + counts[0]
