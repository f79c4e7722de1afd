"""What `make run` does: audit TARGET, by default the example, and say what CI would make of it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / ".build" / "harbor"
BUILD = ROOT / "examples" / "harbor" / "build.py"
REPORT = ROOT / "report.html"
ADVISORIES = ROOT / ".build" / "harbor.advisories.sqlite"
COULD_NOT = 2


def main() -> int:
    """Audit and report; return 0 when there is a report, whatever the gate says, else 2."""
    wanted = os.environ.get("TARGET", "")
    target = Path(wanted).expanduser() if wanted else EXAMPLE
    if not wanted and not build_example():
        return COULD_NOT
    print(f"seawall: auditing {told(target)}", flush=True)
    REPORT.unlink(missing_ok=True)
    command = [sys.executable, "-I", "-m", "seawall", "scan"]
    if not wanted:
        command += look_up_in_snapshot()
    command += ["--format", "text", "--format", f"html={REPORT}", "--", str(target)]
    try:
        code = subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 130
    # The exit code alone does not tell a partial report from none at all.
    if code not in (0, 1, COULD_NOT) or not REPORT.exists():
        print("seawall: error: the scan could not be done", file=sys.stderr)
        return COULD_NOT
    print(f"\nseawall: in CI this would exit {code}: {REASONS[code]}")
    print(f"seawall: the same report for a browser is {told(REPORT)}")
    whose = "a repository of yours" if not wanted else "another repository"
    print(f"seawall: audit {whose} with: make run TARGET=/path/to/repository", flush=True)
    return 0


REASONS = {
    0: "the gate passes",
    1: "the gate breaks the build",
    2: "the scan is not whole, the report says why",
}


def build_example() -> bool:
    """Make `.build/harbor` when it is missing or older than what it is made from."""
    done = subprocess.run([sys.executable, str(BUILD), str(EXAMPLE)], check=False)
    if done.returncode:
        print("seawall: error: the example could not be built", file=sys.stderr)
        print("seawall: hint: make run TARGET=/path/to/repository needs none", file=sys.stderr)
    return done.returncode == 0


def look_up_in_snapshot() -> list[str]:
    """Make the database of the dated advisories that come with the example; return the option.

    Without them the scan says that packages were not looked up.
    """
    snapshot = max(BUILD.parent.glob("advisories-*.jsonl"))
    day = snapshot.stem.removeprefix("advisories-")
    # Each time anew, a third of a second: what another version has built may not be readable.
    command = [sys.executable, "-I", "-m", "seawall", "db", "update", "--anew", "--as-of", day]
    command += ["--from", str(snapshot), "--advisories", str(ADVISORIES)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        return []
    print(f"seawall: its packages are looked up in a small snapshot of advisories of {day}")
    print("seawall: today's, for your own: .venv/bin/seawall db update", flush=True)
    return ["--advisories", str(ADVISORIES)]


def told(path: Path) -> str:
    """Return the path as short as the reader can use it from here."""
    try:
        return shlex.quote(str(path.resolve().relative_to(Path.cwd().resolve())))
    except ValueError:
        return shlex.quote(str(path))


if __name__ == "__main__":
    sys.exit(main())
