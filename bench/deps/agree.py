"""Whether we match as somebody who reads every record slowly, with versions compared by others.

    python bench/deps/agree.py --osv FOLDER --advisories DATABASE [TARGET...]

Needs `packaging` and `univers`. Each target is scanned; then every package of it is held against
every record that names it, as the OSV schema says to evaluate one ("Evaluation"), with versions
ordered by `packaging` (PyPI) and `univers` (all else): neither code nor database of ours. What only
one of both finds is printed. Without a target, what is asked are the packages of the records, in
each version that a record names.
"""

import argparse
import gzip
import importlib
import json
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from packaging.version import InvalidVersion, Version

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from bench.measure import scan
from seawall.advisories.database import AdvisoryDatabase
from seawall.model.advisory import Query
from seawall.model.inventory import Ecosystem

# No package of the project: who runs this brings it.
oracle = importlib.import_module("univers.versions")

Record = dict[str, Any]
Records = dict[tuple[str, str], list[tuple[Record, Record]]]
"""Record and affected entry, by ecosystem and name."""

ECOSYSTEMS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "pypi": ("PyPI", Version),
    "npm": ("npm", oracle.SemverVersion),
    "cargo": ("crates.io", oracle.SemverVersion),
    "golang": ("Go", oracle.SemverVersion),
    "hex": ("Hex", oracle.SemverVersion),
    "gem": ("RubyGems", oracle.RubygemsVersion),
    "maven": ("Maven", oracle.MavenVersion),
    "nuget": ("NuGet", oracle.NugetVersion),
    "composer": ("Packagist", oracle.ComposerVersion),
}
"""By type of package URL: what OSV calls it, and what orders its versions."""


def read_records(folder: Path) -> Records:
    """Read the records of the ecosystems; what is withdrawn is left out."""
    found: Records = defaultdict(list)
    for ecosystem in sorted({name for name, _ in ECOSYSTEMS.values()}):
        with gzip.open(folder / f"{ecosystem}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                for affected in [] if record.get("withdrawn") else record.get("affected", ()):
                    package = affected.get("package") or {}
                    # A record that speaks of several stands in the file of each.
                    if package.get("ecosystem") == ecosystem:
                        key = ecosystem, plain(ecosystem, package["name"])
                        found[key].append((record, affected))
    return found


def plain(ecosystem: str, name: str) -> str:
    """Return a name as its registry compares it."""
    if ecosystem == "PyPI":
        return re.sub(r"[-_.]+", "-", name).lower()
    return name.lower() if ecosystem in ("NuGet", "Packagist", "Hex") else name


def read_url(url: str) -> tuple[str, str, str]:
    """Return type, name and version of a package URL."""
    path, _, version = url.partition("?")[0].rpartition("@")
    kind, _, rest = path.removeprefix("pkg:").partition("/")
    parts = [unquote(part) for part in rest.split("/")]
    return kind, (":" if kind == "maven" else "/").join(parts), unquote(version)


def is_affected(affected: Record, text: str, order: Callable[[str], Any]) -> bool:
    """Evaluate one entry as the schema says it; Raises ValueError for what no one can order."""
    listed = [one.removeprefix("v") for one in affected.get("versions") or ()]
    if text.removeprefix("v") in listed:
        return True
    at = order(text)
    for span in affected.get("ranges") or ():
        if span["type"] == "GIT":
            continue
        for low, kind, end in stretches(span, order):
            ended = (kind == "fixed" and at >= end) or (kind == "last_affected" and at > end)
            if (low is None or at >= low) and not ended:
                return True
    return False


def stretches(span: Record, order: Callable[[str], Any]) -> Iterator[tuple[Any, str, Any]]:
    """Yield the pairs of a range as they stand in it: from (None: the beginning), how and where it
    ends ("" for nowhere)."""
    begun: list[Any] = []
    for event in span["events"]:
        for kind, text in event.items():
            if kind == "introduced":
                begun.append(None if text == "0" else order(text))
            elif kind in ("fixed", "last_affected") and begun:
                yield begun.pop(), kind, order(text)
    yield from ((low, "", None) for low in begun)


def compare_target(target: Path, advisories: Path, records: Records) -> Counter[str]:
    """Scan a target and print where both differ; returns how much there was."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--engine", "deps", "--no-gate", "--advisories", str(advisories)]
        report = scan(target, Path(folder, "report.json"), options)
    ours: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in report["findings"]:
        finding = row["finding"]
        if finding["rule"] in ("vulnerable-dependency", "unmaintained-dependency"):
            names = (finding["anchor"], *finding.get("former_anchors", ()))
            weakness = tuple(name.rpartition("|")[2] for name in names)
            ours[finding["location"]["purl"]].add(weakness)
    told: Counter[str] = Counter()
    for url in sorted({one["purl"] for one in report["facts"] if one["type"] == "component"}):
        kind, name, version = read_url(url)
        if kind in ECOSYSTEMS and version:
            told += judge(ECOSYSTEMS[kind][0], name, version, records, ours[url])
    return told


def compare_named(advisories: Path, records: Records, most: int) -> Iterator[Counter[str]]:
    """Ask for the versions that records name, of each package `most` at most."""
    chosen = random.Random(7)
    for (ecosystem, name), entries in sorted(records.items()):
        named = sorted({text for _, affected in entries for text in versions_of(affected)})
        named = chosen.sample(named, most) if len(named) > most else named
        questions = [
            Query(ecosystem=Ecosystem(ecosystem), name=name, version=version) for version in named
        ]
        ours: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        with AdvisoryDatabase.open(advisories) as database:
            for match in database.match(questions):
                ours[match.query.version].add((match.advisory.id, *match.advisory.aliases))
        for version in named:
            yield judge(ecosystem, name, version, records, ours[version])


def versions_of(affected: Record) -> Iterator[str]:
    """Yield the versions that an entry names."""
    yield from affected.get("versions") or ()
    for span in affected.get("ranges") or ():
        if span["type"] != "GIT":
            yield from (text for event in span["events"] for text in event.values() if text != "0")


def judge(
    ecosystem: str, name: str, version: str, records: Records, ours: set[tuple[str, ...]]
) -> Counter[str]:
    """Hold what we found of one package, the names of each weakness, against its records."""
    told = Counter({f"{ecosystem} packages": 1})
    order = dict(ECOSYSTEMS.values())[ecosystem]
    theirs: set[str] = set()
    for record, affected in records.get((ecosystem, plain(ecosystem, name)), ()):
        try:
            if is_affected(affected, version, order):
                theirs.add(record["id"])
        except (InvalidVersion, oracle.InvalidVersion, ValueError, TypeError):
            told[f"{ecosystem} not ordered"] += 1
            return told
    for one in theirs:
        found = any(one in names for names in ours)
        told[f"{ecosystem} agreed" if found else f"{ecosystem} missed"] += 1
        if not found:
            print(f"  {ecosystem} {name} {version}: {one}: not found by us")
    for names in ours:
        if not theirs & set(names):
            told[f"{ecosystem} alone"] += 1
            print(f"  {ecosystem} {name} {version}: {names[0]}: found by us alone")
    return told


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osv", type=Path, required=True)
    parser.add_argument("--advisories", type=Path, required=True)
    parser.add_argument("--versions", type=int, default=60, help="of a package, at most")
    parser.add_argument("targets", type=Path, nargs="*")
    options = parser.parse_args()
    records = read_records(options.osv)
    everything: Counter[str] = Counter()
    for target in options.targets:
        told = compare_target(target, options.advisories, records)
        print(f"{target.name}: {dict(sorted(told.items()))}", flush=True)
        everything += told
    if not options.targets:
        for told in compare_named(options.advisories, records, options.versions):
            everything += told
    for what, count in sorted(everything.items()):
        print(f"{what:24}{count:>9,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
