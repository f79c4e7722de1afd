"""Secrets are masked in what other engines quote, before anything is stored or shown."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from seawall.core.finding import MASK, Excerpt, Finding, Step
from seawall.core.location import place
from seawall.engines.code.engine import Answer
from seawall.journeys.examine import FileEngine, examine_source
from seawall.source.file import Source
from seawall.source.text import plain_text

LEAST = 4
"""Characters of a secret that are looked for in a message."""

Stretches = Mapping[int, list[tuple[int, int]]]
"""By line, where secrets stand in it: offsets in code points, the longest end for "to its end"."""
_END = 1 << 30


class Masker:
    """Masks what the engine for secrets finds, in the answers about a program."""

    def __init__(self, secrets: FileEngine) -> None:
        self._secrets = secrets
        self._known: dict[str, tuple[Stretches, tuple[str, ...]]] = {}

    def masked(self, answer: Answer, read: Callable[[str], Source | None]) -> Answer:
        """Return the answer without the secrets of the files that it quotes."""
        if not answer.findings:
            return answer
        return replace(answer, findings=tuple(self._finding(one, read) for one in answer.findings))

    def _finding(self, finding: Finding, read: Callable[[str], Source | None]) -> Finding:
        span = place(finding.location)
        if span is None:
            return finding
        stretches, values = self._secrets_of(span.path, read)
        fix = finding.fix
        if fix is not None and any(value in e.text for e in fix.edits for value in values):
            # The edit would have to hold the secret itself.
            fix = replace(fix, edits=())
        return replace(
            finding,
            message=_without(finding.message, values),
            label=_without(finding.label, values),
            excerpt=_masked(finding.excerpt, stretches),
            trail=tuple(self._step(step, read) for step in finding.trail),
            fix=fix,
        )

    def _step(self, step: Step, read: Callable[[str], Source | None]) -> Step:
        span = place(step.location)
        if span is None:
            return step
        stretches, values = self._secrets_of(span.path, read)
        return replace(
            step,
            message=_without(step.message, values),
            excerpt=_masked(step.excerpt, stretches),
        )

    def _secrets_of(
        self, path: str, read: Callable[[str], Source | None]
    ) -> tuple[Stretches, tuple[str, ...]]:
        known = self._known.get(path)
        if known is None:
            source = read(path)
            known = self._known[path] = self._look(source) if source is not None else ({}, ())
        return known

    def _look(self, source: Source) -> tuple[Stretches, tuple[str, ...]]:
        found = examine_source(source, [self._secrets]).findings
        if not found:
            return {}, ()
        lines = plain_text(source.content).split("\n")
        stretches: dict[int, list[tuple[int, int]]] = defaultdict(list)
        values: set[str] = set()
        for finding in found:
            span = place(finding.location)
            if span is None:
                continue
            for number in range(span.line, min(span.last_line, len(lines)) + 1):
                begin = span.column - 1 if number == span.line else 0
                is_last = number == span.last_line and span.end_column
                end = span.end_column - 1 if is_last else _END
                stretches[number].append((begin, end))
                value = lines[number - 1][begin:end].strip()
                if len(value) >= LEAST:
                    values.add(value)
        return stretches, tuple(sorted(values, key=len, reverse=True))


def _without(text: str, values: tuple[str, ...]) -> str:
    for value in values:
        text = text.replace(value, MASK)
    return text


def _masked(excerpt: Excerpt | None, stretches: Stretches) -> Excerpt | None:
    """Mask the lines of an excerpt, and move its mark along."""
    if excerpt is None or not stretches:
        return excerpt
    lines = list(excerpt.lines)
    start, end = excerpt.mark_start, excerpt.mark_end
    for index, line in enumerate(lines):
        number = excerpt.first_line + index
        for begin, until in sorted(stretches.get(number, ()), reverse=True):
            if begin >= len(line):
                continue
            until = min(until, len(line))
            line = line[:begin] + MASK + line[until:]
            if number == excerpt.mark_line:
                start = _moved(start, begin, until)
                end = _moved(end, begin, until)
        lines[index] = line
    if tuple(lines) == excerpt.lines:
        return excerpt
    return replace(excerpt, lines=tuple(lines), mark_start=start, mark_end=max(end, start + 1))


def _moved(offset: int, begin: int, until: int) -> int:
    """Return where an offset of a line is after a stretch of it has become the mask."""
    if offset <= begin:
        return offset
    if offset < until:
        return begin + len(MASK)
    return offset - (until - begin) + len(MASK)
