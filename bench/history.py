"""`seawall scan --history` against git's own reading of every object, in one run.

python bench/history.py REPOSITORY     a git repository (bare or not) with a long history
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.measure import Cost, run, seawall

RUNS = 3


def best(command: list[str], environment: dict[str, str]) -> Cost:
    """The cheapest of some runs."""
    return min(
        (run(command, environment=environment) for _ in range(RUNS)), key=lambda cost: cost.cpu
    )


def main() -> None:
    """Measure both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repository", type=Path)
    arguments = parser.parse_args()
    repository = str(arguments.repository)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SEAWALL_CACHE_DIR": folder, "CI": "true"}
        read_all = ["git", "-C", repository, "cat-file", "--batch", "--batch-all-objects"]
        floor = best([*read_all, "--buffer", "--unordered"], environment)
        history = [*seawall(), "scan", repository, "--history", "--format", "json"]
        run([*seawall(), "scan", __file__, "--no-cache"], environment=environment)
        single = best([*history, "--no-cache", "--jobs", "1"], environment)
        cold = best([*history, "--no-cache"], environment)
        run(history, environment=environment)
        warm = best(history, environment)
    for name, cost in (
        ("git cat-file, every object", floor),
        ("seawall --history --jobs 1", single),
        ("seawall --history", cold),
        ("seawall --history, warm", warm),
    ):
        print(
            f"{name:<28}{cost.cpu:8.2f} CPU s  {cost.cpu / floor.cpu:5.2f}x  "
            f"{cost.peak / 1e6:5.0f} MB  exit {cost.code}"
        )


if __name__ == "__main__":
    main()
