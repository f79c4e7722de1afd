"""Score the code engine on programs whose lines say what is to be found there.

    python bench/code/marked.py FOLDER [--half dev] [--missed] [--config FILE]

A line that ends with `BAD: sql-injection` in a comment must be found, one with `OK: sql-injection`
must not, and `LOCAL: sql-injection` only counts where local input does (`[code] sources`). What is
found on a line without a mark is counted as extra. Files, or folders of the first level that hold
packages, are `dev` or `held` by the hash of their name (with `--by-file` each file); those who
improve the engine look into `dev` only.
"""

import argparse
import collections
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.measure import scan

MARK = re.compile(r"\b(BAD|OK|LOCAL):\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)")
DEV, HELD = "dev", "held"


class Place(NamedTuple):
    """A weakness at a line."""

    path: str
    line: int
    weakness: str


def half_of(path: str, *, by_file: bool = False) -> str:
    """Say whether a file may be looked into; the files of one program go together."""
    unit = path if by_file else path.partition("/")[0]
    return (DEV, HELD)[hashlib.sha256(unit.encode()).digest()[0] % 2]


def read_marks(folder: Path) -> Iterator[tuple[str, Place]]:
    """Yield what the lines say."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.suffix in {".pyc", ".sqlite", ".db"}:
            continue
        path = file.relative_to(folder).as_posix()
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
        for number, line in enumerate(lines, 1):
            for kind, names in MARK.findall(line):
                for name in names.split(","):
                    yield kind, Place(path, number, name.strip())


def find(folder: Path, config: Path | None) -> Iterator[Place]:
    """Scan a folder and yield what is found in it."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        options = ["--config", str(config)] if config is not None else []
        table = scan(folder, report, options)
    for triaged in table["findings"]:
        finding = triaged["finding"]
        location = finding["location"]
        if "path" in location:
            yield Place(location["path"], location["line"], finding["rule"])


def tell_lines(folder: Path, sarif: Path) -> None:
    """Tell how many marked lines another tool names, whatever it says of them."""
    told: set[tuple[str, int]] = set()
    for run in json.loads(sarif.read_text(encoding="utf-8"))["runs"]:
        for result in run["results"]:
            place = result["locations"][0]["physicalLocation"]
            uri = unquote(place["artifactLocation"]["uri"]).removeprefix("file://")
            path = os.path.relpath(uri, folder.resolve()) if uri.startswith("/") else uri
            told.add((path, place["region"]["startLine"]))
    marks: dict[str, set[tuple[str, int]]] = {"BAD": set(), "OK": set(), "LOCAL": set()}
    for kind, place in read_marks(folder):
        marks[kind].add(place[:2])
    marks["OK"] -= marks["BAD"]
    for kind, lines in marks.items():
        print(f"{kind:<6} {len(lines & told):>4} of {len(lines)} lines")
    beside = told - set.union(*marks.values())
    print(f"beside {len(beside):>4} lines without a mark")


def main() -> int:
    """Print a row for each weakness and, when asked, what was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=(DEV, HELD, "both"), default="both")
    parser.add_argument("--by-file", action="store_true", help="each file is a unit of its own")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--missed", action="store_true", help="tell the lines that are wrong")
    parser.add_argument("--extra", action="store_true", help="tell what stands on unmarked lines")
    parser.add_argument("--sarif", type=Path, help="count the lines that this report names")
    options = parser.parse_args()
    if options.sarif is not None:
        tell_lines(options.folder, options.sarif)
        return 0

    def wanted(place: Place) -> bool:
        return options.half in ("both", half_of(place.path, by_file=options.by_file))

    marks: dict[str, set[Place]] = {"BAD": set(), "OK": set(), "LOCAL": set()}
    for kind, place in read_marks(options.folder):
        if wanted(place):
            marks[kind].add(place)
    found = {place for place in find(options.folder, options.config) if wanted(place)}
    marked_lines = {place[:2] for places in marks.values() for place in places}
    extra = {place for place in found if place[:2] not in marked_lines}

    def count(places: set[Place]) -> collections.Counter[str]:
        return collections.Counter(place.weakness for place in places)

    real, hit = count(marks["BAD"]), count(marks["BAD"] & found)
    traps, false = count(marks["OK"]), count(marks["OK"] & found)
    local, local_hit = count(marks["LOCAL"]), count(marks["LOCAL"] & found)
    beside = count(extra)
    print(f"{'weakness':<32}{'found':>12}{'false':>12}{'local':>10}{'extra':>7}")
    for name in sorted(real | traps | local | beside):
        print(
            f"{name:<32}{f'{hit[name]}/{real[name]}':>12}{f'{false[name]}/{traps[name]}':>12}"
            f"{f'{local_hit[name]}/{local[name]}':>10}{beside[name]:>7}"
        )
    print(
        f"{'all':<32}{f'{hit.total()}/{real.total()}':>12}{f'{false.total()}/{traps.total()}':>12}"
        f"{f'{local_hit.total()}/{local.total()}':>10}{beside.total():>7}"
    )
    if options.missed:
        for title, places in (
            ("missed", marks["BAD"] - found),
            ("false", marks["OK"] & found),
        ):
            for place in sorted(places):
                print(f"{title} {place.path}:{place.line} {place.weakness}")
    if options.extra:
        for place in sorted(extra):
            print(f"extra {place.path}:{place.line} {place.weakness}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
