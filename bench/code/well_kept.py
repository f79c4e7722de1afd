"""What Seawall says of ten well-kept repositories, as a table to be judged by hand.

    python bench/code/well_kept.py fetch --releases FOLDER             needs unearth (pip)
    python bench/code/well_kept.py scan --releases FOLDER --out FILE.csv

The CSV has a row for every finding, with an empty `judgement` (right, worth fixing, wrong) and
`reason`; `gate` says whether it breaks a build by default. `--draw 30` marks as many rows of those
that break one, at random, to be judged again by somebody else; `--draw-told 60 --seed 11` as many
of those that are told and break none. What was judged in a former CSV
(`--judged`) is carried over by fingerprint, with what a second reader found who had not seen the
first judgement (`second`, `second_reason`); where they differ, `settled` says what holds and why.
"""

import argparse
import collections
import csv
import random
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.code.releases import count_lines, fetch, find_release
from bench.measure import scan

KEPT: Mapping[str, str] = {
    "django": "5.2",
    "flask": "3.1.0",
    "requests": "2.32.3",
    "pip": "25.0",
    "sphinx": "8.2.3",
    "homeassistant": "2025.1.4",
    "salt": "3007.1",
    "apache-airflow": "2.10.5",
    "celery": "5.4.0",
    "ansible-core": "2.18.3",
}
"""Popular, reviewed, and of different kinds: the version that was judged."""

TESTS = re.compile(r"(^|/)(tests?|testing|docs?|examples?)(/|$)|(^|/)(test_[^/]*|conftest)\.py$")
COLUMNS = (
    "repository version rule severity evidence gate tests path line text message steps fingerprint "
    "judgement reason draw second second_reason settled"
).split()
CARRIED = "judgement reason second second_reason settled".split()
"""What readers wrote; a new scan leaves it as it is."""


def rows_of(package: str, version: str, table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Make a row of every finding of a report."""
    breaks = {reason.get("fingerprint") for reason in table["verdict"].get("reasons", ())}
    for entry in table["findings"]:
        one = entry["finding"]
        location = one["location"]
        excerpt = one.get("excerpt")
        text = ""
        if excerpt:
            text = excerpt["lines"][excerpt["mark_line"] - excerpt["first_line"]].strip()
        steps = [step["location"] for step in one.get("trail", ())]
        path = location.get("path", "")
        yield {
            "repository": package,
            "version": version,
            "rule": one["rule"],
            "severity": one["severity"],
            "evidence": one.get("evidence", "suspected"),
            "gate": one["fingerprint"] in breaks,
            "tests": bool(TESTS.search(path)),
            "path": path,
            "line": location.get("line", 0),
            "text": text[:160],
            "message": one["message"],
            "steps": " > ".join(f"{step.get('path')}:{step.get('line')}" for step in steps),
            "fingerprint": one["fingerprint"],
        }


def carry_over(rows: Iterable[dict[str, Any]], judged: Path) -> None:
    """Fill in what was judged before."""
    with judged.open(newline="", encoding="utf-8") as file:
        known = {
            (row["repository"], row["fingerprint"]): row
            for row in csv.DictReader(file)
            if row["judgement"]
        }
    for row in rows:
        former = known.get((row["repository"], row["fingerprint"]))
        if former:
            row |= {name: former.get(name, "") for name in CARRIED}


def tell(rows: Sequence[Mapping[str, Any]], lines: Mapping[str, int]) -> Iterator[str]:
    """Tell how many findings there are, and how many break a build, by repository and by rule."""
    yield "| repository | lines | findings | per 1,000 lines | break a build | per 1,000 lines |"
    yield "|---|---|---|---|---|---|"
    for name in [*lines, "all"]:
        some = [row for row in rows if name in ("all", row["repository"])]
        size = sum(lines.values()) if name == "all" else lines[name]
        stops = sum(1 for row in some if row["gate"])
        dense = f"{1000 * len(some) / size:.3f} | {stops} | {1000 * stops / size:.3f}"
        yield f"| {name} | {size:,} | {len(some)} | {dense} |"
    yield ""
    for rule, count in collections.Counter(row["rule"] for row in rows).most_common():
        stops = sum(1 for row in rows if row["rule"] == rule and row["gate"])
        yield f"{rule:<32} {count:6} findings {stops:6} break a build"
    judged = collections.Counter(row["judgement"] for row in rows if row["gate"])
    if judged.total() > judged[""]:
        yield f"judged, of those that break a build: {dict(judged)}"
    both = [(row["judgement"], row["second"]) for row in rows if row.get("second")]
    if both:
        same, kappa = agreement(both)
        yield f"judged twice: {len(both)}, the same {same:.2f}, kappa {kappa:.2f}"
        told = [(one == "wrong", other == "wrong") for one, other in both]
        same, kappa = agreement(told)
        yield f"wrong or not: the same {same:.2f}, kappa {kappa:.2f}"
        settled = collections.Counter(settled_judgement(row) for row in rows if row["gate"])
        yield f"settled, of those that break a build: {dict(settled)}"


def agreement(pairs: Sequence[tuple[object, object]]) -> tuple[float, float]:
    """Return the share of pairs that are the same, and Cohen's kappa: what chance leaves of it."""
    same = sum(one == other for one, other in pairs) / len(pairs)
    first = collections.Counter(one for one, _ in pairs)
    second = collections.Counter(other for _, other in pairs)
    chance = sum(first[word] * second[word] for word in first) / len(pairs) ** 2
    return same, (same - chance) / (1 - chance) if chance < 1 else 1.0


def settled_judgement(row: Mapping[str, Any]) -> str:
    """Return what holds: what was settled where two readers differed, else the judgement."""
    settled = str(row.get("settled") or "")
    return settled.partition(":")[0] or str(row["judgement"])


def main() -> int:
    """Fetch the releases, or scan them and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("do", choices=("fetch", "scan"))
    parser.add_argument("--releases", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="the CSV")
    parser.add_argument("--judged", type=Path, help="a former CSV whose judgements go on")
    parser.add_argument("--draw", type=int, default=0, metavar="N", help="mark N rows at random")
    parser.add_argument(
        "--draw-told", type=int, default=0, metavar="N", help="the same of the rest"
    )
    parser.add_argument("--seed", type=int, default=5, help="of what is drawn")
    parser.add_argument("--only", nargs="*", help="names of repositories")
    parser.add_argument("--option", action="append", default=[], help="passed on to the scan")
    options = parser.parse_args()
    kept = {name: v for name, v in KEPT.items() if not options.only or name in options.only}
    if options.do == "fetch":
        fetch(kept.items(), options.releases)
        return 0
    rows: list[dict[str, Any]] = []
    lines: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, version in kept.items():
            print(f"{name} {version}", file=sys.stderr)
            release = find_release(options.releases, name, version)
            lines[name] = count_lines(release)
            report = Path(scratch, f"{name}.json")
            table = scan(release, report, ["--engine", "code", *options.option])
            rows += rows_of(name, version, table)
    if options.judged:
        carry_over(rows, options.judged)
    chance = random.Random(options.seed)
    for gate, count in ((True, options.draw), (False, options.draw_told)):
        some = [row for row in rows if row["gate"] is gate]
        for row in chance.sample(some, min(count, len(some))):
            row["draw"] = True
    for row in rows:
        row.setdefault("judgement", "")
    if options.out:
        with options.out.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: (not row["gate"], row["rule"])))
    print("\n".join(tell(rows, lines)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
