"""Secrets are masked in what other engines quote, before anything is stored or shown."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from seawall.core.finding import MASK, Excerpt, Finding, Step
from seawall.core.location import place
from seawall.journeys.examine import FileEngine, examine_source
from seawall.model.route_map import Declared
from seawall.source.file import Source
from seawall.source.text import plain_text

if TYPE_CHECKING:
    from seawall.engines.code.engine import Answer

LEAST = 4
"""Characters of a secret that are looked for in a message."""
LEAST_LONG = 16
"""Characters of an address in which a secret is looked for."""

Stretches = Mapping[int, list[tuple[int, int]]]
"""By line, where secrets stand in it: offsets in code points, the longest end for "to its end"."""
_END = 1 << 30


class Masker:
    """Masks what the engine for secrets finds, in the answers about a program."""

    def __init__(self, secrets: FileEngine) -> None:
        self._secrets = secrets
        self._known: dict[str, tuple[Stretches, tuple[str, ...]]] = {}

    def masked(self, answer: "Answer", read: Callable[[str], Source | None]) -> "Answer":
        """Return the answer without the secrets of the files that it quotes."""
        if not (answer.findings or answer.routes or answer.mounts):
            return answer
        values = {value for path in _quoted(answer) for value in self._secrets_of(path, read)[1]}
        # An address is joined from constants, perhaps of files that are quoted nowhere.
        values.update(self._in_addresses(answer))
        known = tuple(sorted(values, key=len, reverse=True))
        return replace(
            answer,
            findings=tuple(self._finding(one, known, read) for one in answer.findings),
            routes=tuple(_declared(one, known) for one in answer.routes),
            mounts=tuple(replace(one, prefix=without(one.prefix, known)) for one in answer.mounts),
        )

    def findings(
        self, findings: Sequence[Finding], read: Callable[[str], Source | None]
    ) -> list[Finding]:
        """Return findings without the secrets of the files that they quote."""
        quoted = sorted(set().union(*map(_quoted_by, findings)))
        values = {value for path in quoted for value in self._secrets_of(path, read)[1]}
        known = tuple(sorted(values, key=len, reverse=True))
        return [self._finding(one, known, read) for one in findings]

    def values(self, path: str, content: bytes) -> tuple[str, ...]:
        """Return the secrets of a text, the longest first."""
        return self._look(Source(path=path, content=content, language=""))[1]

    def mask(self, text: str) -> str:
        """Return a text of no file without its secrets."""
        return without(text, self.values("text", text.encode("utf-8", "replace")))

    def _in_addresses(self, answer: "Answer") -> Iterable[str]:
        texts = [declared.route.template for declared in answer.routes]
        texts += (mount.prefix for mount in answer.mounts)
        joined = "\n".join(dict.fromkeys(text for text in texts if len(text) >= LEAST_LONG))
        return self.values(answer.path, joined.encode("utf-8", "replace")) if joined else ()

    def _finding(
        self, finding: Finding, values: tuple[str, ...], read: Callable[[str], Source | None]
    ) -> Finding:
        span = place(finding.location)
        stretches = self._secrets_of(span.path, read)[0] if span is not None else {}
        fix = finding.fix
        if fix is not None:
            holds = any(value in edit.text for edit in fix.edits for value in values)
            # The edit would have to hold the secret itself.
            fix = replace(fix, title=without(fix.title, values), edits=() if holds else fix.edits)
        return replace(
            finding,
            message=without(finding.message, values),
            label=without(finding.label, values),
            excerpt=_masked(finding.excerpt, stretches),
            trail=tuple(self._step(step, values, read) for step in finding.trail),
            fix=fix,
        )

    def _step(
        self, step: Step, values: tuple[str, ...], read: Callable[[str], Source | None]
    ) -> Step:
        span = place(step.location)
        stretches = self._secrets_of(span.path, read)[0] if span is not None else {}
        return replace(
            step,
            message=without(step.message, values),
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


def _quoted(answer: "Answer") -> set[str]:
    """Return the paths of the files that an answer quotes, its own among them."""
    return {answer.path}.union(*map(_quoted_by, answer.findings))


def _quoted_by(finding: Finding) -> set[str]:
    places = (finding.location, *(step.location for step in finding.trail))
    return {span.path for one in places if (span := place(one)) is not None}


def _declared(declared: Declared, values: tuple[str, ...]) -> Declared:
    route = declared.route
    return replace(declared, route=replace(route, template=without(route.template, values)))


def without(text: str, values: Iterable[str]) -> str:
    """Return a text with the mask in place of secrets, of which the longest come first."""
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
