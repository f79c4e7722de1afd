"""How long ten thousand packages take against a quarter of a million ranges.

    python bench/deps/match.py --osv FOLDER [--ranges 250000] [--components 10000]

The database is made of the records of `FOLDER` (OSV as JSONL, gzipped), again and again with the
packages renamed until there are so many ranges. The components are drawn from its packages and from
names that are not in it, with versions that its records name. CPU seconds of this process.
"""

import argparse
import gzip
import json
import multiprocessing
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from seawall.advisories.build import building
from seawall.advisories.database import AdvisoryDatabase
from seawall.model.advisory import Query
from seawall.model.inventory import Ecosystem

LANGUAGES = ("PyPI", "npm", "Go", "crates.io", "RubyGems", "Packagist", "Maven", "Hex", "Julia")


def read_records(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a folder."""
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def renamed(record: dict[str, Any], round_: int) -> bytes:
    """Return a record that speaks of other packages."""
    if round_:
        record = json.loads(json.dumps(record))
        record["id"] += f"-R{round_}"
        record["aliases"] = [f"{alias}-R{round_}" for alias in record.get("aliases", ())]
        for affected in record.get("affected", ()):
            if "package" in affected:
                affected["package"]["name"] += f"-r{round_}"
    return json.dumps(record).encode()


def build(folder: Path, place: Path, ranges: int) -> None:
    """Make the database, and say how many ranges it has."""
    records = list(read_records(folder))
    made = 0
    with building(place, anew=True) as builder:
        for round_ in range(1000):
            for record in records:
                builder.take(renamed(record, round_))
                made += sum(len(one.get("ranges", ())) for one in record.get("affected", ()))
                if made >= ranges:
                    break
            if made >= ranges:
                break
        builder.finish("2026-01-01T00:00:00+00:00")
    database = sqlite3.connect(place)
    stored = database.execute("SELECT count(*) FROM affected").fetchone()[0]
    spent, size = time.process_time(), place.stat().st_size / 1e6
    print(f"built: {stored:,} ranges, {spent:.1f} CPU s, {size:.0f} MB", flush=True)


def draw(place: Path, count: int, known: float) -> list[Query]:
    """Draw components: a share of them are packages that advisories speak of."""
    chosen = random.Random(7)
    database = sqlite3.connect(place)
    rows = database.execute(
        "SELECT package.name, affected.fixed FROM package JOIN affected ON package = package.id"
        " WHERE fixed IS NOT NULL GROUP BY package.id"
    ).fetchall()
    rows = [row for row in rows if row[0].partition("|")[0] in LANGUAGES]
    queries = []
    for at in range(count):
        key, version = chosen.choice(rows)
        ecosystem, _, name = key.partition("|")
        if chosen.random() > known:
            name += f"-none{at}"
        queries.append(Query(ecosystem=Ecosystem(ecosystem), name=name, version=version))
    return queries


def main() -> int:
    """Build, match and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osv", type=Path, required=True)
    parser.add_argument("--ranges", type=int, default=250_000)
    parser.add_argument("--components", type=int, default=10_000)
    parser.add_argument("--known", type=float, default=0.2, help="share that advisories speak of")
    parser.add_argument("--database", type=Path, help="keep it here, and take it from here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = options.database or Path(folder, "advisories.sqlite")
        if not place.exists():
            # In a child, so that its memory does not count as ours.
            child = multiprocessing.get_context("fork").Process(
                target=build, args=(options.osv, place, options.ranges)
            )
            child.start()
            child.join()
        queries = draw(place, options.components, options.known)
        for _ in range(5):
            began = time.process_time()
            with AdvisoryDatabase.open(place) as database:
                matches = database.match(queries)
            spent = (time.process_time() - began) * 1000
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            told = f"{len(queries):,} components: {spent:.0f} ms CPU, {len(matches):,} matches"
            print(f"{told}, {peak:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
