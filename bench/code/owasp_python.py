"""Score a report in SARIF on OWASP BenchmarkPython, or on the copy that `transform.py` wrote.

    python bench/code/owasp_python.py --suite FOLDER [--sarif FILE] [--wrong CATEGORY ...]

Without a report Seawall scans the suite. A finding counts for a test when its place lies in a file
of that test and its CWE belongs to the test's category (the table of `score.py`). Two tables are
told: with all labels, and without the tests whose label is in doubt (`bp_suspect_labels.csv`).
"""

import argparse
import collections
import csv
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.measure import seawall

SHARED = Path(__file__).resolve().parents[3] / "shared" / "bench" / "sast"


class Test(NamedTuple):
    """One labelled test."""

    name: str
    """The suite's own name."""
    category: str
    real: bool
    cwe: int
    files: tuple[str, ...]
    """Ends of paths, with "/"."""

    @property
    def row(self) -> tuple[str, str, bool, int]:
        """What `score.py` reads."""
        return self.name, self.category, self.real, self.cwe


def read_tests(suite: Path) -> list[Test]:
    """Read the labels of the suite, or of the copy in `suite`."""
    copy = suite / "expected.csv"
    file = copy if copy.exists() else next(suite.glob("expectedresults-*.csv"))
    with file.open(newline="", encoding="utf-8") as table:
        rows = [row for row in csv.reader(table) if row and not row[0].startswith("#")]
    return [
        Test(
            name=row[5] if copy.exists() else row[0],
            category=row[1],
            real=row[2].strip() == "true",
            cwe=int(row[3]),
            files=tuple(row[4].split(";")) if copy.exists() else (f"testcode/{row[0]}.py",),
        )
        for row in rows
    ]


def find_reported(
    scorer: ModuleType,
    reports: Iterable[Path],
    tests: Sequence[Test],
    rule_map: Sequence[tuple[re.Pattern[str], set[int]]] = (),
) -> dict[str, set[int]]:
    """Return the CWEs that the reports tell in each test's files."""
    owner = {tail: test.name for test in tests for tail in test.files}
    reported: dict[str, set[int]] = collections.defaultdict(set)
    unmapped: collections.Counter[str] = collections.Counter()
    for report in reports:
        for uri, _, rule, cwes in scorer.load_sarif(report):
            parts = uri.replace("\\", "/").split("/")
            tails = ("/".join(parts[start:]) for start in range(len(parts)))
            test = next((owner[tail] for tail in tails if tail in owner), None)
            if test is None:
                continue
            cwes = next((mapped for known, mapped in rule_map if known.search(rule)), cwes)
            if not cwes:
                unmapped[rule] += 1
            reported[test] |= cwes
    if unmapped:
        print("findings without a CWE, by rule:", dict(unmapped.most_common(12)), file=sys.stderr)
    return reported


def list_wrong(
    scorer: ModuleType, tests: Iterable[Test], reported: Mapping[str, set[int]]
) -> Iterator[tuple[Test, str]]:
    """Tell the tests that were answered wrongly, as missed or as false alarms."""
    for test in tests:
        told = bool(reported.get(test.name, set()) & scorer.EQUIV.get(test.cwe, {test.cwe}))
        if told != test.real:
            yield test, "missed" if test.real else "false"


def scan(suite: Path, report: Path, options: Sequence[str]) -> None:
    """Let Seawall's code engine write its report of the suite."""
    target = suite / "app" if (suite / "expected.csv").exists() else suite
    command = [*seawall(), "scan", str(target), "--engine", "code", "--no-gate", "--no-cache"]
    command += ["--quiet", "--format", f"sarif={report}", *options]
    subprocess.run(command, check=True)


def load_scorer(file: Path) -> ModuleType:
    """Load the scorer of the suite from where it stands."""
    spec = importlib.util.spec_from_file_location("score", file)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Score and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--suite", type=Path, required=True, help="a clone, or a copy transformed")
    parser.add_argument("--sarif", type=Path, nargs="*", help="reports; none: Seawall scans")
    parser.add_argument("--scorer", type=Path, default=SHARED / "score.py")
    parser.add_argument("--suspects", type=Path, default=SHARED / "bp_suspect_labels.csv")
    parser.add_argument("--rule-map", help="CSV of regex, CWE: for a tool that tells none")
    parser.add_argument("--wrong", nargs="*", metavar="CATEGORY", help="list wrong answers, of all")
    parser.add_argument("--option", action="append", default=[], help="passed on to the scan")
    parser.add_argument("--md", action="store_true", help="tables in Markdown")
    options = parser.parse_args()
    scorer = load_scorer(options.scorer)
    tests = read_tests(options.suite)
    with options.suspects.open(newline="", encoding="utf-8") as table:
        suspect = {row[0] for row in csv.reader(table) if row}
    with tempfile.TemporaryDirectory() as folder:
        reports = options.sarif
        if not reports:
            reports = [Path(folder, "seawall.sarif")]
            scan(options.suite.resolve(), reports[0], options.option)
        rule_map = scorer.load_rule_map(options.rule_map)
        reported = find_reported(scorer, reports, tests, rule_map)
    for title, chosen in (
        (f"all {len(tests)} labels", tests),
        ("without the labels in doubt", [test for test in tests if test.name not in suspect]),
    ):
        print(f"\n{title}\n")
        table_of = scorer.score([test.row for test in chosen], reported)
        scorer.show(table_of, fmt="md" if options.md else "text")
    if options.wrong is not None:
        for test, kind in list_wrong(scorer, tests, reported):
            if not options.wrong or test.category in options.wrong:
                doubt = "  label in doubt" if test.name in suspect else ""
                print(f"{test.category:<16} {kind:<7} {test.name}  {' '.join(test.files)}{doubt}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
