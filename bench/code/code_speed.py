"""CPU seconds and memory of a scan of Python code, beside only parsing it and beside its peers.

    python bench/code/code_speed.py TREE ... [--bin FOLDER] [--growth TREE] [--semgrep RULES]

For each tree: `ast.parse` of every file, Seawall's code engine with nothing remembered, again, and
with one file changed; ruff's S rules, bandit and (with `--semgrep`, a folder of rules) semgrep,
where they stand in a `--bin` folder or on PATH. `--growth` scans parts of a tree of 10,000, 100,000
and 1,000,000 lines. Trees are copied before they are changed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.code.releases import count_lines
from bench.measure import Cost, run, seawall

PARSE = """
import ast, pathlib, sys, warnings
warnings.simplefilter("ignore")
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    try:
        ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        pass
"""
SIZES = (10_000, 100_000, 1_000_000)


class Row(NamedTuple):
    """One measured command."""

    name: str
    cost: Cost


def measure_seawall(tree: Path, options: Sequence[str]) -> Iterator[Row]:
    """Measure Seawall: cold, warm, with one file changed, with one process."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SEAWALL_CACHE_DIR": f"{folder}/cache", "CI": "true"}
        command = [*seawall(), "scan", str(tree), "--engine", "code", "--no-gate", "--quiet"]
        command += ["--format", f"json={folder}/report.json", *options]
        cold = run([*command, "--no-cache"], environment=environment)
        yield Row("seawall, nothing remembered", cold)
        yield Row(
            "seawall --jobs 1",
            run([*command, "--no-cache", "--jobs", "1"], environment=environment),
        )
        yield Row("seawall, first scan kept", run(command, environment=environment))
        yield Row("seawall, second scan", run(command, environment=environment))
        with change(tree):
            yield Row("seawall, one file changed", run(command, environment=environment))
            since = run([*command, "--since", "HEAD"], environment=environment)
            yield Row("seawall --since HEAD, one file changed", since)


def copy_tree(tree: Path, target: Path) -> None:
    """Copy a tree into a git repository with one commit, as a scan meets it in daily work."""
    shutil.copytree(
        tree,
        target,
        symlinks=True,
        ignore_dangling_symlinks=True,
        ignore=shutil.ignore_patterns(".git"),
    )
    name = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    for words in (["init", "-q"], ["add", "-A", "-f"], [*name, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", "-C", str(target), *words], check=True, stdout=subprocess.DEVNULL)


class change:  # noqa: N801
    """Within it, a file of middling size has one more function; it is put back at the end."""

    def __init__(self, tree: Path) -> None:
        files = sorted(
            (file for file in tree.rglob("*.py") if file.is_file()),
            key=lambda file: (file.stat().st_size, str(file)),
        )
        self._file = files[3 * len(files) // 4]
        self._text = self._file.read_bytes()

    def __enter__(self) -> Path:
        """Change the file."""
        self._file.write_bytes(self._text + b"\n\ndef added(value):\n    return str(value)\n")
        return self._file

    def __exit__(self, *problem: object) -> None:
        """Put it back."""
        self._file.write_bytes(self._text)


def measure_peers(tree: Path, path: str, rules: Path | None) -> Iterator[Row]:
    """Measure the peers that are installed."""
    commands = {
        "ruff": ["check", "--isolated", "--select", "S", "--exit-zero", "--no-cache", "--quiet"],
        "bandit": ["-q", "-r", "--exit-zero"],
        "semgrep": ["scan", "--metrics", "off", "--disable-version-check", "--quiet"],
    }
    for name, options in commands.items():
        found = shutil.which(name, path=path)
        if found is None or (name == "semgrep" and rules is None):
            continue
        config = ["--config", str(rules)] if name == "semgrep" else []
        # its own name for what is in the table
        shown = {"ruff": "ruff --select S", "bandit": "bandit", "semgrep": "semgrep"}[name]
        yield Row(shown, run([found, *options, *config, str(tree)]))


def measure_growth(tree: Path, folder: Path, options: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Measure scans of growing parts of a tree: whole packages, in the order of their names."""
    files = sorted(file for file in tree.rglob("*.py") if file.is_file())
    part = folder / "part"
    place, lines = 0, 0
    for size in SIZES:
        while lines < size and place < len(files):
            target = part / files[place].relative_to(tree)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(files[place], target)
            lines += files[place].read_bytes().count(b"\n")
            place += 1
        command = [*seawall(), "scan", str(part), "--engine", "code", "--no-gate", "--quiet"]
        command += ["--no-cache", "--format", f"json={folder}/report.json", *options]
        parse = run([sys.executable, "-c", PARSE, str(part)])
        yield lines, Row("ast.parse", parse)
        yield lines, Row("seawall", run(command, environment={**os.environ, "CI": "true"}))
        if place == len(files):
            return


def tell(tree: str, lines: int, rows: Sequence[Row]) -> Iterator[str]:
    """Tell the costs of a tree as a table, each in proportion to parsing and per line."""
    base = rows[0].cost.cpu or 0.01
    yield f"\n{tree}: {lines:,} lines\n"
    yield "| | CPU s | to parsing | MB | bytes a line | exit |"
    yield "|---|---|---|---|---|---|"
    for name, cost in rows:
        each = cost.peak / max(1, lines)
        yield (
            f"| {name} | {cost.cpu:.2f} | {cost.cpu / base:.2f}x | {cost.peak / 1e6:.0f} "
            f"| {each:.0f} | {cost.code} |"
        )


def main() -> int:
    """Measure each tree, and the growth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("trees", type=Path, nargs="*", metavar="TREE")
    parser.add_argument("--bin", type=Path, action="append", default=[], help="where peers stand")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument(
        "--semgrep", type=Path, metavar="RULES", help="measure it, with these rules"
    )
    parser.add_argument("--growth", type=Path, metavar="TREE", help="scan growing parts of it")
    parser.add_argument("--option", action="append", default=[], help="passed on to the scan")
    options = parser.parse_args()
    path = os.pathsep.join([*map(str, options.bin), os.environ.get("PATH", "")])
    with tempfile.TemporaryDirectory() as scratch:
        for number, tree in enumerate(options.trees):
            copy = Path(scratch, str(number), tree.resolve().name)
            copy_tree(tree, copy)
            run([sys.executable, "-c", PARSE, str(copy)])  # the files are in memory for all
            rows = [Row("ast.parse", run([sys.executable, "-c", PARSE, str(copy)]))]
            rows += measure_seawall(copy, options.option)
            if not options.no_peers:
                rows += measure_peers(copy, path, options.semgrep)
            print("\n".join(tell(tree.resolve().name, count_lines(copy), rows)), flush=True)
            shutil.rmtree(copy)
        if options.growth:
            print(f"\nGrowth, parts of {options.growth.resolve().name}\n")
            print("| lines | | CPU s | CPU s a million lines | MB | bytes a line |")
            print("|---|---|---|---|---|---|")
            for lines, (name, cost) in measure_growth(
                options.growth.resolve(), Path(scratch), options.option
            ):
                rate = f"{1e6 * cost.cpu / lines:.1f} | {cost.peak / 1e6:.0f}"
                print(
                    f"| {lines:,} | {name} | {cost.cpu:.2f} | {rate} | {cost.peak / lines:.0f} |",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
