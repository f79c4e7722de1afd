"""CPU seconds of Seawall and of its installed peers on one tree, and on one history, in one run.

    python bench/secrets/peers.py --tree FOLDER --history REPOSITORY --bin FOLDER --reports FOLDER

A peer takes part when it stands in a `--bin` folder (several may be given) or on PATH: gitleaks,
kingfisher, detect-secrets, credsweeper, secretlint. None may ask the network: live validation and
looking for updates are off. The reports it leaves are what `creddata.py score` reads.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.measure import Cost, run, seawall

TREE = "tree"
HISTORY = "history"

RECOMMENDED = json.dumps({"rules": [{"id": "@secretlint/secretlint-rule-preset-recommend"}]})


@dataclass(frozen=True, kw_only=True)
class Run:
    """One command to measure."""

    name: str
    mode: str
    command: Sequence[str]
    report: Path
    on_output: bool = False
    """Whether the report is what it prints."""
    environment: Mapping[str, str]
    folder: Path | None = None


def find_peers(folders: Sequence[Path]) -> dict[str, str]:
    """Find the executables of the peers that are installed, by name."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
    names = ("gitleaks", "kingfisher", "detect-secrets", "credsweeper", "secretlint")
    found = {name: shutil.which(name, path=path) for name in names}
    return {name: str(Path(file).absolute()) for name, file in found.items() if file}


def seawall_runs(mode: str, target: Path, reports: Path, cache: Path) -> Iterator[Run]:
    """Seawall: with nothing compiled yet, with the answers of no former scan, and again."""
    report = reports / f"seawall-{mode}.json"
    scan = [*seawall(), "scan", str(target), "--no-gate", "--quiet", "--format", f"json={report}"]
    scan += ["--history"] if mode == HISTORY else []
    environment = {**os.environ, "SEAWALL_CACHE_DIR": str(cache), "CI": "true"}
    for name, more in (
        ("seawall, first start", ["--no-cache"]),
        ("seawall", ["--no-cache"]),
        ("seawall --jobs 1", ["--no-cache", "--jobs", "1"]),
        ("seawall, first scan kept", []),
        ("seawall, second scan", []),
    ):
        yield Run(
            name=name,
            mode=mode,
            command=[*scan, *more],
            report=report,
            environment=environment,
        )


def peer_runs(
    peers: Mapping[str, str], mode: str, target: Path, reports: Path, cache: Path
) -> Iterator[Run]:
    """The peers that can do it, each as its own documentation runs it."""
    for name, file in peers.items():
        report = reports / f"{name}-{mode}.json"
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "CI": "true"}
        for again, command in enumerate(_commands(name, file, mode, str(target), str(report))):
            yield Run(
                name=f"{name}, again" if again else name,
                mode=mode,
                command=command,
                report=report,
                on_output=name == "detect-secrets",
                environment=environment,
                # secretlint finds its rules from where it is installed
                folder=_home_of(file) if name == "secretlint" else target,
            )


def _home_of(file: str) -> Path:
    return next(
        (folder.parent for folder in Path(file).parents if folder.name == "node_modules"),
        Path.cwd(),
    )


def _commands(name: str, file: str, mode: str, target: str, report: str) -> Iterator[Sequence[str]]:
    match name, mode:
        case "gitleaks", _:
            kind = "git" if mode == HISTORY else "dir"
            options = ["--no-banner", "--exit-code", "0", "-f", "json", "-r", report]
            yield [file, kind, target, *options]
        case "kingfisher", _:
            extent = "full" if mode == HISTORY else "none"
            options = ["--no-validate", "--no-update-check", "--git-history", extent]
            command = [file, "scan", target, *options, "-f", "json", "-o", report]
            yield command
            yield command
        case "detect-secrets", "tree":
            yield [file, "scan", "--all-files", "--no-verify", "."]
        case "credsweeper", "tree":
            yield [file, "--path", ".", "--save-json", report, "--no-stdout", "--log", "silence"]
        case "secretlint", "tree":
            options = ["--secretlintrcJSON", RECOMMENDED, "--format", "json", "--output", report]
            yield [file, f"{target}/**/*", *options]
        case _:
            return


def measure(one: Run) -> Cost | None:
    """Run one command to its end, with its report where it belongs; None where it left none."""
    command = list(one.command)
    if one.on_output:
        command = ["sh", "-c", 'exec "$@" > "$0"', str(one.report), *command]
    one.report.unlink(missing_ok=True)
    cost = run(command, environment=one.environment, folder=one.folder)
    return cost if one.report.is_file() and one.report.stat().st_size else None


def tell(costs: Sequence[tuple[str, Cost | None]]) -> Iterator[str]:
    """Tell the costs as a table, each with its ratio to Seawall's scan without a cache."""
    base = dict(costs).get("seawall")
    yield "| scanner | CPU s | to seawall | MB |"
    yield "|---|---|---|---|"
    for name, cost in costs:
        if cost is None:
            yield f"| {name} | failed: it left no report | | |"
            continue
        ratio = f"{cost.cpu / base.cpu:.2f}x" if base else ""
        yield f"| {name} | {cost.cpu:.2f} | {ratio} | {cost.peak / 1e6:.0f} |"


def read_all(repository: Path) -> Cost:
    """What git itself takes to read every object of a repository: the floor of a history scan."""
    every = ["--batch", "--batch-all-objects", "--buffer", "--unordered"]
    return run(["git", "-C", str(repository), "cat-file", *every])


def main() -> int:
    """Measure what was asked for and print a table for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--tree", type=Path, help="a folder")
    parser.add_argument("--history", type=Path, help="a git repository, with a work tree or bare")
    parser.add_argument("--bin", type=Path, action="append", default=[], help="where peers stand")
    parser.add_argument("--only", nargs="*", help="names of the peers that take part")
    parser.add_argument("--reports", type=Path, help="folder in which the reports are left")
    options = parser.parse_args()
    peers = find_peers(options.bin)
    if options.only is not None:
        peers = {name: file for name, file in peers.items() if name in options.only}
    with tempfile.TemporaryDirectory() as scratch:
        reports = (options.reports or Path(scratch, "reports")).resolve()
        reports.mkdir(parents=True, exist_ok=True)
        for mode, target in ((TREE, options.tree), (HISTORY, options.history)):
            if target is None:
                continue
            cache = Path(scratch, mode)
            runs = [
                *seawall_runs(mode, target.resolve(), reports, cache / "seawall"),
                *peer_runs(peers, mode, target.resolve(), reports, cache / "peers"),
            ]
            costs: list[tuple[str, Cost | None]] = []
            if mode == HISTORY:
                costs.append(("git cat-file, every object", read_all(target)))
            for one in runs:
                print(f"{mode}: {one.name} ...", file=sys.stderr)
                costs.append((one.name, measure(one)))
            print(f"\n{mode}: {target}\n")
            print("\n".join(tell(costs)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
