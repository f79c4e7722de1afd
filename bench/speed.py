"""Start-up, cold and warm full scan, and a change scan of one repository, as ratios in one run.

python bench/speed.py REPOSITORY     a git checkout with a work tree, best of > 5,000 files
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.measure import Cost, best, run, seawall

RUNS = 5


def start_up() -> None:
    """`seawall --version` over a bare interpreter."""
    script = Path(sys.executable).with_name("seawall")
    command = [str(script)] if script.exists() else seawall()
    bare = best([sys.executable, "-c", "pass"], runs=15)
    version = best([*command, "--version"], runs=15)
    helped = best([*command, "scan", "--help"], runs=15)
    print(f"bare interpreter        {bare.cpu * 1000:7.0f} ms CPU")
    for name, cost in (("seawall --version", version), ("seawall scan --help", helped)):
        over = (cost.cpu - bare.cpu) * 1000
        print(f"{name:<23} {cost.cpu * 1000:7.0f} ms CPU  (+{over:.0f})")


def scans(repository: Path) -> None:
    """Full scan cold and warm, and `--since HEAD~1` cold and warm."""
    files = len(_git(repository, "ls-files", "-z").split("\0")) - 1
    print(f"\n{repository.name}: {files:,} files")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SEAWALL_CACHE_DIR": folder, "CI": "true"}

        def scan(*options: str, runs: int = 1) -> Cost:
            command = [*seawall(), "scan", str(repository), "--format", "json", *options]
            if runs == 1:
                return run(command, environment=environment)
            return best(command, runs=runs, environment=environment)

        scan("--no-cache", "--since", "HEAD")  # compiles the patterns once for all that follow
        change = scan("--since", "HEAD~1", "--no-cache", runs=RUNS)
        changed = scan("--since", "HEAD~1", runs=RUNS)
        cold = best(
            [*seawall(), "scan", str(repository), "--format", "json", "--no-cache"],
            runs=3,
            environment=environment,
        )
        single = scan("--no-cache", "--jobs", "1")
        scan()
        warm = scan(runs=RUNS)
    for name, cost, over in (
        ("full scan, nothing cached", cold, None),
        ("full scan, --jobs 1", single, cold),
        ("full scan, warm", warm, cold),
        ("--since HEAD~1, nothing cached", change, cold),
        ("--since HEAD~1, warm", changed, cold),
    ):
        ratio = f"  {cost.cpu / over.cpu:7.1%} of the full scan" if over else ""
        print(
            f"{name:<32}{cost.cpu:7.2f} CPU s  {cost.peak / 1e6:5.0f} MB  exit {cost.code}{ratio}"
        )


def _git(repository: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repository), *arguments], check=True, capture_output=True, text=True
    ).stdout


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repository", type=Path, nargs="?")
    arguments = parser.parse_args()
    start_up()
    if arguments.repository:
        scans(arguments.repository)


if __name__ == "__main__":
    main()
