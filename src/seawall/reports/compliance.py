"""The requirements of standards that findings touch, as a part of the page."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from seawall.core.rule import Rule
from seawall.core.triage import Triaged
from seawall.reports.escape import html

NOTE = (
    "A finding touches these; that none does is no proof that a requirement is met: most ask for "
    "more than a program can look at."
)


def compliance_section(entries: Sequence[Triaged], rules: Mapping[str, Rule]) -> Iterator[str]:
    """Yield a table for each standard: requirement, findings that are open, rules."""
    touched: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        rule = rules.get(entry.finding.rule)
        for control in rule.controls if rule is not None else ():
            standard, _, number = control.rpartition(" ")
            touched[standard][number].append(entry.finding.rule)
    if not touched:
        return
    yield f"<section><h2>Requirements of standards</h2><p>{html(NOTE)}</p>"
    for standard in sorted(touched):
        numbers = touched[standard]
        count = f"<span class=count>{len(numbers):,}</span>"
        yield f"<details><summary>{html(standard)} {count}</summary><table class=list>"
        yield "<thead><tr><th>requirement<th>open findings<th>rules</tr></thead><tbody>"
        for number in sorted(numbers, key=_order):
            found = numbers[number]
            names = ", ".join(sorted(set(found)))
            yield f"<tr><td>{html(number)}<td>{len(found):,}<td>{html(names)}</tr>"
        yield "</tbody></table></details>"
    yield "</section>"


def _order(number: str) -> list[tuple[int, str]]:
    """Put 5.10 after 5.9."""
    return [(int(part) if part.isdigit() else 0, part) for part in number.split(".")]
