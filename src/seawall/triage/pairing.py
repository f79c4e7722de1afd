"""Which finding of today is which of yesterday: equal fingerprints, paired by place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from seawall.core.finding import Finding, fingerprint
from seawall.core.location import place


class Identity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of a finding so that it can be recognised."""

    fingerprint: str
    rule: str
    path: str = ""
    symbol: str = ""
    line: int = 0
    """1-based; 0 where it is not known (baselines keep no lines)."""
    text: str = ""
    """Hash of the line and what follows it, "" where it is not known."""


MOST_ALIGNED = 200
"""Of more equal secrets in one place, what stands around them is not compared."""


def identify(finding: Finding) -> Identity:
    """Return what is remembered of a finding."""
    span = place(finding.location)
    return Identity(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        path=span.path if span else "",
        symbol=span.symbol if span else "",
        line=span.line if span else 0,
        text=span.line_hash.partition(":")[0] if span else "",
    )


def pair(
    before: Sequence[Identity],
    now: Sequence[Finding],
    *,
    renames: Mapping[str, str] | None = None,
) -> tuple[list[int | None], list[int]]:
    """Pair remembered findings with those of now, each at most once.

    `renames` maps a file's present path to its former one. Returns for each of `now` the index
    into `before` or None, and the indices of `before` that nothing was paired with.
    """
    former = renames or {}
    by_fingerprint: defaultdict[str, list[int]] = defaultdict(list)
    for index, identity in enumerate(before):
        by_fingerprint[identity.fingerprint].append(index)
    groups: defaultdict[str, list[int]] = defaultdict(list)
    paired: list[int | None] = [None] * len(now)
    today = [identify(finding) for finding in now]
    for index, finding in enumerate(now):
        key = _known_fingerprint(finding, by_fingerprint)
        if key:
            groups[key].append(index)
    gone = set(range(len(before)))
    for key, wanting in groups.items():
        for new, old in _closest(wanting, by_fingerprint[key], today, before, former):
            paired[new] = old
            gone.discard(old)
    return paired, sorted(gone)


def _known_fingerprint(finding: Finding, known: Mapping[str, list[int]]) -> str:
    """Return the fingerprint under which it is remembered, maybe that of an older recipe."""
    if finding.fingerprint in known:
        return finding.fingerprint
    for anchor in finding.former_anchors:
        older = fingerprint(finding.rule, anchor)
        if older in known:
            return older
    return ""


def _closest(
    now: Iterable[int],
    before: Iterable[int],
    today: Sequence[Identity],
    yesterday: Sequence[Identity],
    renames: Mapping[str, str],
) -> list[tuple[int, int]]:
    """Pair greedily, best first: same file and symbol, same file, nearest line, anywhere.

    The rounds keep the common case linear; only the last, among equals, compares lines.
    """
    left_now, left_before = list(now), list(before)
    pairs: list[tuple[int, int]] = []
    for round_key in _ROUNDS:
        if not left_now or not left_before:
            break
        pools: defaultdict[object, list[int]] = defaultdict(list)
        for old in left_before:
            pools[round_key(yesterday[old], {})].append(old)
        wanting: defaultdict[object, list[int]] = defaultdict(list)
        for new in left_now:
            wanting[round_key(today[new], renames)].append(new)
        taken_now: set[int] = set()
        taken_before: set[int] = set()
        for key, news in wanting.items():
            for new, old in _nearest_lines(news, pools.get(key, []), today, yesterday):
                pairs.append((new, old))
                taken_now.add(new)
                taken_before.add(old)
        left_now = [new for new in left_now if new not in taken_now]
        left_before = [old for old in left_before if old not in taken_before]
    return pairs


def _nearest_lines(
    news: list[int], olds: list[int], today: Sequence[Identity], yesterday: Sequence[Identity]
) -> list[tuple[int, int]]:
    """Pair within one pool, so that equal secrets are told apart by their text and their order.

    Those whose lines read on as they did are paired first; of the rest the surplus side gives up
    what lies farthest away.
    """
    if len(news) == 1 and len(olds) == 1:
        return [(news[0], olds[0])]
    news = sorted(news, key=lambda new: today[new].line)
    olds = sorted(olds, key=lambda old: yesterday[old].line)
    pairs: list[tuple[int, int]] = []
    rest_now, rest_before = 0, 0
    for same_now, same_before, size in _same_text(news, olds, today, yesterday):
        between = news[rest_now:same_now], olds[rest_before:same_before]
        pairs += _in_order(*between, today, yesterday)
        rest_now, rest_before = same_now + size, same_before + size
        pairs += zip(news[same_now:rest_now], olds[same_before:rest_before], strict=True)
    paired_now, paired_before = {new for new, _ in pairs}, {old for _, old in pairs}
    left_now = [new for new in news if new not in paired_now]
    left_before = [old for old in olds if old not in paired_before]
    return pairs + _in_order(left_now, left_before, today, yesterday)


def _same_text(
    news: list[int], olds: list[int], today: Sequence[Identity], yesterday: Sequence[Identity]
) -> Iterable[tuple[int, int, int]]:
    """Return the runs that read the same on both sides, as `get_matching_blocks` does."""
    end = (len(news), len(olds), 0)
    if not olds or max(len(news), len(olds)) > MOST_ALIGNED:
        return [end]
    texts = [yesterday[old].text for old in olds]
    if not any(texts):
        return [end]
    matcher = SequenceMatcher(None, [today[new].text for new in news], texts, autojunk=False)
    return matcher.get_matching_blocks()


def _in_order(
    news: list[int], olds: list[int], today: Sequence[Identity], yesterday: Sequence[Identity]
) -> list[tuple[int, int]]:
    news, olds = list(news), list(olds)
    while len(news) > len(olds) > 0:
        news.remove(_farthest(news, [yesterday[old].line for old in olds], today))
    while len(olds) > len(news) > 0:
        olds.remove(_farthest(olds, [today[new].line for new in news], yesterday))
    return list(zip(news, olds, strict=True)) if olds and news else []


def _farthest(indices: list[int], lines: list[int], identities: Sequence[Identity]) -> int:
    """Return the index whose line is farthest from all of `lines`; the last of equals."""
    return max(
        reversed(indices),
        key=lambda index: min(abs(identities[index].line - line) for line in lines),
    )


def _by_file_and_symbol(identity: Identity, renames: Mapping[str, str]) -> object:
    return renames.get(identity.path, identity.path), identity.symbol


def _by_file(identity: Identity, renames: Mapping[str, str]) -> object:
    return renames.get(identity.path, identity.path)


def _by_nothing(identity: Identity, renames: Mapping[str, str]) -> object:
    del identity, renames
    return None


_ROUNDS = (_by_file_and_symbol, _by_file, _by_nothing)
