"""CPU seconds and memory of a whole command, children included."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """What one run cost."""

    cpu: float
    """User and system seconds of the process and of all its children that it waited for."""
    peak: int
    """Bytes: the greatest sum of the proportional memory of the process and its children."""
    code: int


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Cost:
    """Run a command to its end, silently."""
    process = subprocess.Popen(
        list(command),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(environment) if environment is not None else None,
        cwd=folder,
    )
    peak = [0]
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, over), daemon=True)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    over.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        usage.ru_utime + usage.ru_stime, peak[0] or usage.ru_maxrss * 1024, process.returncode
    )


def scan(target: Path, report: Path, options: Sequence[str]) -> dict[str, Any]:
    """Scan a target with nothing remembered, and read the report that it writes."""
    command = [*seawall(), "scan", str(target), "--quiet", "--no-cache"]
    command += ["--format", f"json={report}", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if not report.is_file():
        raise RuntimeError(f"no report of {target}: {done.stderr.strip()[-500:]}")
    table: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return table


def best(command: Sequence[str], *, runs: int = 5, **more: object) -> Cost:
    """Return the cheapest of several runs: what the machine's other work added is left out."""
    return min(
        (run(command, **more) for _ in range(runs)),  # type: ignore[arg-type]
        key=lambda cost: cost.cpu,
    )


def _watch(pid: int, peak: list[int], over: threading.Event) -> None:
    """Sample the proportional set size of the process tree; only Linux tells it."""
    if not Path("/proc/self/smaps_rollup").exists():
        return
    while not over.wait(0.05):
        peak[0] = max(peak[0], sum(_proportional(one) for one in _tree(pid)))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            for task in tasks:
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def seawall() -> list[str]:
    """The command of this checkout's Seawall."""
    return [sys.executable, "-m", "seawall"]


if __name__ == "__main__":
    start = time.perf_counter()
    cost = run(sys.argv[1:])
    print(
        f"{cost.cpu:.2f} CPU s, {time.perf_counter() - start:.2f} s, "
        f"{cost.peak / 1e6:.0f} MB, exit {cost.code}"
    )
