"""Score a scanner's report against the labels of Samsung's CredData.

    python bench/secrets/rebuild_creddata.py ...        makes the two halves
    python bench/secrets/creddata.py score --data FOLDER/dev --findings seawall.json [--core]

The half `dev` may be looked into; `held` is only ever scored as a whole, so no line of it is shown.
"""

import argparse
import collections
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

IDENTIFIERS = frozenset(
    ("UUID", "Salt", "Nonce", "AWS S3 Bucket", "Firebase Domain", "Tencent WeChat API App ID")
)
"""The categories of labels that name something instead of opening it. A label of which every
category is one of these (or that the data set marks as "Info") is outside the core."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """One labelled place of the data set; lines are 1-based, offsets 0-based in code points."""

    path: str
    line_start: int
    line_end: int
    value_start: int
    """-1 where the label is about the whole line."""
    value_end: int
    truth: str
    """ "T" a credential, "F" not one, "X" a placeholder or an example."""
    category: str
    """The data set's categories, with ":" between them."""
    info: bool = False

    @property
    def is_core(self) -> bool:
        """Whether it is about a secret and not about an id, a salt or the like."""
        return not self.info and not IDENTIFIERS.issuperset(self.category.split(":"))


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a scanner says of one place, in the same terms as a label."""

    path: str
    line: int
    line_end: int
    start: int = -1
    """-1 where the scanner names no column."""
    end: int = -1
    rule: str = ""


# --- reports ---------------------------------------------------------------------------------


def read_findings(report: Path, root: Path) -> list[Found]:
    """Read a report of Seawall, gitleaks, Kingfisher, detect-secrets, CredSweeper or secretlint."""
    text = report.read_text(encoding="utf-8", errors="replace").strip()
    try:
        data = json.loads(text or "[]")
    except json.JSONDecodeError:
        data = [json.loads(line) for line in text.splitlines() if line.startswith(("{", "["))]
    found = list(_findings_of(data))
    prefixes = (f"{root}/", f"{root.resolve()}/", "./")
    return [_relative(one, prefixes) for one in found]


def _relative(found: Found, prefixes: Iterable[str]) -> Found:
    path = found.path
    for prefix in prefixes:
        path = path.removeprefix(prefix)
    return Found(**{**asdict(found), "path": path})


def _findings_of(data: Any) -> Iterator[Found]:
    match data:
        case {"tool_version": _, "findings": list(findings)}:
            yield from map(_from_seawall, findings)
        case {"results": dict(results)}:
            for path, secrets in results.items():
                for secret in secrets:
                    line = secret["line_number"]
                    yield Found(path=path, line=line, line_end=line, rule=secret["type"])
        case {"findings": list(findings)}:
            yield from map(_from_kingfisher, findings)
        case [{"RuleID": _}, *_]:
            yield from map(_from_gitleaks, data)
        case [{"line_data_list": _}, *_]:
            for candidate in data:
                yield from _from_credsweeper(candidate)
        case [{"filePath": _}, *_]:
            for file in data:
                yield from (_from_secretlint(file["filePath"], one) for one in file["messages"])
        case [{"findings": _}, *_] | [[*_], *_]:
            for part in data:
                yield from _findings_of(part)
        case [{"rule": _, "finding": _}, *_]:
            yield from map(_from_kingfisher, (one for one in data if "finding" in one))
        case []:
            return
        case _:
            raise ValueError("this is no report that the scorer knows")


def _from_seawall(triaged: Mapping[str, Any]) -> Found:
    finding = triaged["finding"]
    where = finding["location"]
    last = where.get("end_line") or where["line"]
    return Found(
        path=where["path"],
        line=where["line"],
        line_end=last,
        start=where.get("column", 1) - 1,
        end=where.get("end_column", 0) - 1,
        rule=finding["rule"],
    )


def _from_gitleaks(finding: Mapping[str, Any]) -> Found:
    # Its columns count the line feed before the line on every line but the first.
    return Found(
        path=finding["File"],
        line=finding["StartLine"],
        line_end=finding["EndLine"],
        start=max(finding["StartColumn"] - 2, 0),
        end=max(finding["EndColumn"], 1),
        rule=finding["RuleID"],
    )


def _from_kingfisher(entry: Mapping[str, Any]) -> Found:
    finding = entry["finding"]
    line = int(finding["line"])
    return Found(
        path=finding["path"],
        line=line,
        line_end=line,
        start=int(finding.get("column_start", 0)) - 1,
        end=int(finding.get("column_end", 0)),
        rule=entry["rule"]["id"],
    )


def _from_credsweeper(candidate: Mapping[str, Any]) -> Iterator[Found]:
    parts = candidate["line_data_list"]
    yield Found(
        path=parts[0]["path"],
        line=parts[0]["line_num"],
        line_end=max(part["line_num"] for part in parts),
        start=parts[0]["value_start"],
        end=parts[0]["value_end"],
        rule=candidate["rule"],
    )


def _from_secretlint(path: str, message: Mapping[str, Any]) -> Found:
    start, end = message["loc"]["start"], message["loc"]["end"]
    return Found(
        path=path,
        line=start["line"],
        line_end=end["line"],
        start=start["column"],
        end=end["column"],
        rule=message["ruleId"],
    )


# --- score -----------------------------------------------------------------------------------


def overlaps(found: Found, label: Label) -> bool:
    """Tell whether a finding is on a label's lines and, where both say it, on its value."""
    if found.line > label.line_end or found.line_end < label.line_start:
        return False
    one_line = label.line_start == label.line_end == found.line == found.line_end
    if not one_line or found.start < 0 or label.value_start < 0 or label.value_end < 0:
        return True
    end = found.end if found.end > found.start else sys.maxsize
    return found.start < label.value_end and label.value_start < end


@dataclass(frozen=True, kw_only=True)
class Score:
    """How a report does against the labels."""

    recall: Mapping[str, tuple[int, int]]
    """Found and all true labels by category, and by "" for all."""
    true: tuple[Found, ...]
    false: tuple[Found, ...]
    """On a line that is labelled as false or as an example."""
    unlabelled: tuple[Found, ...]
    """On a place that nobody labelled: false, or a gap in the labels."""
    outside: int
    """Findings on true labels outside the core, which count neither way."""
    missed: tuple[Label, ...]

    def precision(self, *, strict: bool) -> float:
        """Share of true findings; strict counts the unlabelled ones as false."""
        wrong = len(self.false) + (len(self.unlabelled) if strict else 0)
        return len(self.true) / ((len(self.true) + wrong) or 1)

    def f1(self, *, strict: bool) -> float:
        hit, all_of_them = self.recall[""]
        precision, recall = self.precision(strict=strict), hit / (all_of_them or 1)
        return 2 * precision * recall / ((precision + recall) or 1)


def score(labels: Sequence[Label], findings: Iterable[Found], *, core: bool) -> Score:
    """Compare findings with labels; what is said again of the same place or label counts once."""
    by_path: dict[str, list[Label]] = collections.defaultdict(list)
    for label in labels:
        by_path[label.path].append(label)
    places = {(one.path, one.line, one.line_end, one.start, one.end): one for one in findings}
    told: set[Label] = set()
    verdicts: dict[str, list[Found]] = collections.defaultdict(list)
    for _, found in sorted(places.items()):
        touched = [label for label in by_path.get(found.path, ()) if overlaps(found, label)]
        deciding = [label for label in touched if label.truth == "T"] or touched
        if not deciding:
            verdicts["unlabelled"].append(found)
        elif not told.issuperset(deciding):
            verdicts[_verdict(deciding, core=core)].append(found)
            told.update(deciding)
    wanted = {label for label in labels if label.truth == "T" and (label.is_core or not core)}
    totals: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for label in wanted:
        for category in ("", *label.category.split(":")):
            totals[category][0] += label in told
            totals[category][1] += 1
    return Score(
        recall={category: (got, of) for category, (got, of) in totals.items()} or {"": (0, 0)},
        true=tuple(verdicts["true"]),
        false=tuple(verdicts["false"]),
        unlabelled=tuple(verdicts["unlabelled"]),
        outside=len(verdicts["outside"]),
        missed=tuple(sorted(wanted - told, key=lambda one: (one.path, one.line_start))),
    )


def _verdict(deciding: Sequence[Label], *, core: bool) -> str:
    if deciding[0].truth != "T":
        return "false"
    return "true" if not core or any(label.is_core for label in deciding) else "outside"


def tell(result: Score) -> Iterator[str]:
    """Tell a score in lines."""
    hit, of = result.recall[""]
    yield (
        f"recall {hit}/{of} = {hit / (of or 1):.3f}; findings: {len(result.true)} true, "
        f"{len(result.false)} on labels that say false, {len(result.unlabelled)} unlabelled, "
        f"{result.outside} on true labels outside the core"
    )
    for strict, words in ((True, "unlabelled is false"), (False, "unlabelled is left out")):
        precision, f1 = result.precision(strict=strict), result.f1(strict=strict)
        yield f"precision {precision:.3f}, F1 {f1:.3f} ({words})"
    yield ""
    yield "| category | found | of | recall |"
    yield "|---|---|---|---|"
    for category, (got, total) in sorted(result.recall.items(), key=lambda item: -item[1][1]):
        if category:
            yield f"| {category} | {got} | {total} | {got / total:.2f} |"


class Lines:
    """The lines of the files of one half, read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str:
        if path not in self.files:
            content = (self.root / path).read_text(encoding="utf-8", errors="replace")
            self.files[path] = content.split("\n")
        lines = self.files[path]
        return lines[number - 1] if 0 < number <= len(lines) else ""


NAME = re.compile(
    r"([A-Za-z_][\w.-]{0,60})[\"'\]]{0,2}\s*(?::=|=>|[:=(,]|\s)\s*[\w@$]{0,3}[\"'`]?$"
)


def name_before(line: str, start: int) -> str:
    """Return the last word before a value, in lower case: its variable, where it has one."""
    match = NAME.search(line[:start].rstrip() + " " if start >= 0 else line)
    match = match or NAME.search(line[: max(start, 0)])
    return match.group(1).rsplit(".")[-1].lower() if match else ""


def kinds(found: Iterable[Found], lines: Lines) -> list[tuple[str, list[str]]]:
    """Group findings by rule, kind of file and the name before the value, most frequent first."""
    groups: dict[str, list[str]] = collections.defaultdict(list)
    for one in found:
        text = lines.line(one.path, one.line)
        name = name_before(text, one.start)
        shown = text[max(one.start - 60, 0) : max(one.start, 0) + 80].strip().replace("`", "'")
        key = f"{one.rule} · {Path(one.path).suffix or 'no suffix'} · {name}"
        groups[key].append(f"{one.path}:{one.line}: `{shown}`")
    return sorted(groups.items(), key=lambda item: -len(item[1]))


def show_kinds(result: Score, data: Path, most: int) -> Iterator[str]:
    """Tell the most frequent kinds of false alarm, and of what was missed, with examples."""
    lines = Lines(data)
    missed = [
        Found(
            path=label.path,
            line=label.line_start,
            line_end=label.line_end,
            start=label.value_start,
            end=label.value_end,
            rule=label.category,
        )
        for label in result.missed
    ]
    for title, found in (
        ("False alarms on labels that say false", result.false),
        ("Findings on places that nobody labelled", result.unlabelled),
        ("Missed", missed),
    ):
        yield f"\n## {title}: {len(found)}\n"
        for key, examples in kinds(found, lines)[:most]:
            yield f"- {len(examples)} x {key}"
            yield from (f"    - {example}" for example in examples[:3])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    scorer = commands.add_parser("score", help="score a scanner's report")
    scorer.add_argument(
        "--data", type=Path, required=True, help="one half: FOLDER/dev, with its labels beside it"
    )
    scorer.add_argument("--findings", type=Path, required=True, help="the report, JSON")
    scorer.add_argument("--core", action="store_true", help="without ids, salts and nonces")
    scorer.add_argument("--kinds", type=int, default=0, help="show so many kinds of error (dev)")
    options = parser.parse_args(arguments)
    if options.kinds and options.data.resolve().name == "held":
        parser.error("the held half is kept aside: none of its lines is shown")
    with options.data.with_suffix(".jsonl").open(encoding="utf-8") as stream:
        labels = [Label(**json.loads(line)) for line in stream if line.strip()]
    result = score(labels, read_findings(options.findings, options.data), core=options.core)
    print("\n".join(tell(result)))
    if options.kinds:
        print("\n".join(show_kinds(result, options.data, options.kinds)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
