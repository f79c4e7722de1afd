"""Findings in words: where it comes from, what it takes to get there, and what it does."""

import hashlib
import re
from collections.abc import Mapping

from msgspec.structs import replace

from seawall.core.finding import MASK, Evidence, Excerpt, Finding, Fix, Step
from seawall.core.location import CodeSpan
from seawall.core.rule import Rule, Severity
from seawall.engines.code import flows
from seawall.engines.code.hits import OWN_KINDS, Flagged, Hit, Root
from seawall.engines.code.notebooks import NotebookText
from seawall.engines.code.templates import is_template
from seawall.model.program import line_of, unpack
from seawall.source.excerpt import excerpt_of

MOST_STEPS = 12
MOST_HIDDEN = 200
"""Lines of one key that are looked for at the most."""
REMOTE = frozenset({"http", "message", "network", "prompt"})
"""The kinds of sources at which anybody may be."""

PARTS = {
    "query": "the query string",
    "form": "a form",
    "body": "the body of a request",
    "header": "a header",
    "cookie": "a cookie",
    "path": "the path of a request",
    "file": "an uploaded file",
    "url": "the address of a request",
    "parameter": "a request",
}
KINDS = {
    "http": "a request",
    "message": "a message",
    "network": "the network",
    "prompt": "a chat",
    "argument": "the command line",
    "environment": "the environment",
    "file": "a file",
    "database": "the database",
    "parameter": "the caller of a public function",
    "random": "a random number",
    "error": "an error",
}


class Files:
    """The texts that findings quote, by path."""

    def __init__(
        self, lines: dict[str, list[str]], notebooks: Mapping[str, NotebookText] | None = None
    ) -> None:
        """`lines` are those that were parsed: of a notebook its code, which `notebooks` place."""
        self._lines = lines
        self._hidden: dict[tuple[str, int], int] = {}
        """By path and line of which nothing is shown that stands in quotes: from where all is."""
        self._notebooks = {} if notebooks is None else notebooks

    def line(self, path: str, number: int) -> str:
        """Return a line (1-based), "" where there is none."""
        lines = self._lines.get(path, [])
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def statement(self, path: str, span: int) -> str:
        """Return the text of a span without its layout."""
        line, _, end_line, _ = unpack(span)
        text = " ".join(
            self.line(path, n).strip() for n in range(line, min(end_line, line + 20) + 1)
        )
        return " ".join(text.split())

    def code_span(self, path: str, span: int, symbol: str = "") -> CodeSpan:
        """Return a span of the file in code points, as people count."""
        line, column, end_line, end_column = unpack(span)
        notebook = self._notebooks.get(path)
        if notebook is not None:
            start = notebook.column(line, self._characters(path, line, column))
            end = notebook.column(end_line, self._characters(path, end_line, end_column))
            return CodeSpan(
                path=path,
                line=notebook.line(line),
                column=1 if start is None else start + 1,
                end_line=notebook.line(end_line),
                end_column=0 if start is None or end is None else end + 1,
                symbol=symbol,
            )
        return CodeSpan(
            path=path,
            line=max(line, 1),
            column=self._characters(path, line, column) + 1,
            end_line=end_line,
            end_column=self._characters(path, end_line, end_column) + 1,
            symbol=symbol,
        )

    def within(self, path: str, span: int) -> str:
        """Say where in a notebook a span is, " (cell 3, line 2)"; "" in any other file."""
        notebook = self._notebooks.get(path)
        words = notebook.words(line_of(span)) if notebook is not None else ""
        return f" ({words})" if words else ""

    def _characters(self, path: str, line: int, column: int) -> int:
        text = self.line(path, line)
        if text.isascii():
            return min(column, len(text))
        return len(text.encode("utf-8", "replace")[:column].decode("utf-8", "ignore"))

    def excerpt(self, span: CodeSpan) -> Excerpt:
        """Show the line of a span with the one before and the one after."""
        excerpt = excerpt_of(span, lambda number: self._file_line(span.path, number))
        hidden = {line: at for (path, line), at in self._hidden.items() if path == span.path}
        return _without_texts(excerpt, hidden) if hidden else excerpt

    def hide(self, span: CodeSpan) -> None:
        """Show nothing any more that stands in quotes on the lines of a span."""
        within, number = False, span.line
        while number <= span.last_line or (within and number < span.line + MOST_HIDDEN):
            line = self._file_line(span.path, number)
            marks = [match.end() for match in _LONG.finditer(line)]
            all_from = 0 if within else (marks[0] if marks else len(line))
            within = within != (len(marks) % 2 == 1)
            self._hidden[span.path, number] = all_from
            number += 1

    def _file_line(self, path: str, number: int) -> str:
        notebook = self._notebooks.get(path)
        if notebook is None:
            return self.line(path, number)
        lines = notebook.file_lines
        return lines[number - 1] if 0 < number <= len(lines) else ""


_LITERAL = re.compile(r"""(?<![\w[])([rRbBuUfF]{0,2})("|')((?:[^"'\\]|\\.){3,})\2""")
_LONG = re.compile(r"\"\"\"|'''")


def _without_texts(excerpt: Excerpt, hidden: Mapping[int, int]) -> Excerpt:
    """Mask what is written in quotes on hidden lines: a key stands there."""
    lines = list(excerpt.lines)
    for index, line in enumerate(lines):
        all_from = hidden.get(excerpt.first_line + index)
        if all_from is not None:
            before, rest = line[:all_from], line[all_from:]
            lines[index] = _LITERAL.sub(rf"\1\2{MASK}\2", before) + (MASK if rest else "")
    if tuple(lines) == excerpt.lines:
        return excerpt
    marked = lines[excerpt.mark_line - excerpt.first_line]
    start = min(excerpt.mark_start, max(len(marked) - 1, 0))
    end = max(start + 1, min(excerpt.mark_end, len(marked)))
    return replace(excerpt, lines=tuple(lines), mark_start=start, mark_end=end)


def flow_finding(hit: Hit, root: Root, rule: Rule, files: Files, fix: Fix | None = None) -> Finding:
    """Put a flow that reaches a sink into words."""
    origin = hit.flow.origin
    source = PARTS.get(origin.part) if origin.kind == "http" else None
    source = source or KINDS.get(origin.kind, "outside")
    sink = _name(hit.symbol)
    span = files.code_span(hit.where.path, hit.where.span, hit.function)
    remote = origin.kind in REMOTE or origin.kind in OWN_KINDS
    # What can be predicted is so whoever asks for it; an error tells only clients something.
    leads = (
        origin.kind in REMOTE
        or origin.kind == "random"
        or (origin.kind in OWN_KINDS and root.is_entry)
    )
    from_test = origin.where is not None and is_test(origin.where.path)
    reachable = leads and not hit.flow.weak and not is_test(hit.where.path) and not from_test
    what = "is sent as it is" if hit.symbol == "return" else f"reaches `{sink}`"
    if is_template(hit.where.path):
        what = f"is written unsafely by `{sink}`"
    message = f"what comes from {source} {what}"
    if origin.kind == "random":
        message = f"`{sink}` can be predicted, and a secret is made of it"
    elif origin.kind in OWN_KINDS or not hit.symbol:
        message = _lowered(rule.title)
    return Finding(
        rule=rule.id,
        location=span,
        message=message + files.within(hit.where.path, hit.where.span),
        anchor=anchor_of(hit.function, hit.symbol, files.statement(hit.where.path, hit.where.span)),
        severity=_severity(rule, hit.sink.severity if hit.sink else "", remote, hit.flow.weak),
        evidence=Evidence.REACHABLE if reachable else Evidence.SUSPECTED,
        label=f"from {source}",
        excerpt=files.excerpt(span),
        trail=_trail(hit, source, files),
        fix=fix,
    )


def flagged_finding(
    flagged: Flagged, root: Root, rule: Rule, files: Files, fix: Fix | None = None
) -> Finding:
    """Put what a check has found into words."""
    check = flagged.check
    span = files.code_span(flagged.where.path, flagged.where.span, flagged.function)
    certain = flagged.certain and not is_borrowed(flagged.where.path)
    return Finding(
        rule=rule.id,
        location=span,
        message=(check.message or _lowered(rule.title))
        + files.within(flagged.where.path, flagged.where.span),
        anchor=anchor_of(
            flagged.function,
            flagged.symbol,
            files.statement(flagged.where.path, flagged.where.span),
        ),
        severity=Severity(check.severity) if check.severity else rule.severity,
        evidence=Evidence.REACHABLE
        if certain and not is_test(flagged.where.path)
        else Evidence.SUSPECTED,
        label=_name(flagged.symbol),
        excerpt=files.excerpt(span),
        fix=fix,
    )


def is_test(path: str) -> bool:
    """Whether a file is a test, an example or documentation: nobody runs it in production."""
    parts = path.lower().split("/")
    name = parts[-1]
    folders = {
        "test",
        "tests",
        "testing",
        "docs",
        "doc",
        "example",
        "examples",
        "benchmarks",
        "bench",
    }
    return (
        not folders.isdisjoint(parts[:-1])
        or name.startswith(("test_", "conftest"))
        or name.endswith(("_test.py", "_tests.py"))
        or name in ("tests.py", "test.py")
    )


def is_borrowed(path: str) -> bool:
    """Whether a file is somebody else's, kept in the repository."""
    borrowed = {
        "vendor",
        "_vendor",
        "vendored",
        "third_party",
        "thirdparty",
        "site-packages",
        "extern",
    }
    return not borrowed.isdisjoint(path.lower().split("/")[:-1])


def anchor_of(function: str, symbol: str, statement: str) -> str:
    """Return what makes it the same finding tomorrow: the function and what it says there."""
    text = f"{function}\n{symbol}\n{''.join(statement.split())}"
    return "v1:" + hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _severity(rule: Rule, stated: str, remote: bool, weak: bool) -> Severity:
    severity = Severity(stated) if stated else rule.severity
    if not remote:
        return _lower(_lower(severity))
    return _lower(severity) if weak else severity


def _lower(severity: Severity) -> Severity:
    order = list(Severity)
    return order[min(order.index(severity) + 1, order.index(Severity.LOW))]


def _name(symbol: str) -> str:
    return symbol.removeprefix("builtins.").replace("()", "")


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _trail(hit: Hit, source: str, files: Files) -> tuple[Step, ...]:
    steps: list[Step] = []
    origin = hit.flow.origin
    if origin.where is not None:
        span = files.code_span(origin.where.path, origin.where.span)
        words = f"{source} comes in here{files.within(origin.where.path, origin.where.span)}"
        steps.append(Step(message=words, location=span, excerpt=files.excerpt(span)))
    passed: list[flows.Step] = []
    step = hit.flow.step
    while step is not None:
        passed.append(step)
        step = step.before
    for one in list(reversed(passed))[-MOST_STEPS:]:
        span = files.code_span(one.where.path, one.where.span)
        words = f"it {one.words}{files.within(one.where.path, one.where.span)}"
        steps.append(Step(message=words, location=span, excerpt=files.excerpt(span)))
    span = files.code_span(hit.where.path, hit.where.span, hit.function)
    said = f"it reaches `{_name(hit.symbol)}`" if hit.symbol else "it decides here"
    if hit.symbol == "return":
        said = "it is returned to the client"
    elif is_template(hit.where.path):
        said = f"it is written unsafely by `{_name(hit.symbol)}`"
    said += files.within(hit.where.path, hit.where.span)
    steps.append(Step(message=said, location=span, excerpt=files.excerpt(span)))
    return tuple(steps)
