"""CPU seconds of Seawall beside checkov on repositories of infrastructure, in one run.

    python bench/infra/beside_checkov.py --peer PATH/TO/checkov FOLDER...

Both read everything that they know in a folder, nothing is kept, and whole commands count, with
their start. checkov asks nobody (`--skip-download`).
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.measure import run, seawall


def main() -> int:
    """Run both on each folder and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default="checkov")
    parser.add_argument("folders", nargs="+", type=Path)
    options = parser.parse_args()
    print(f"{'':34} {'CPU s':>7} {'MB':>5} {'findings':>9}    checkov: CPU s    MB")
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        ours = [*seawall(), "scan", "--engine", "infra", "--no-cache", "--no-gate", "--quiet"]
        ours += ["--format", f"json={report}"]
        theirs = [options.peer, "--quiet", "--compact", "--skip-download", "-o", "json", "-d"]
        # What is read once and kept is of the installation, not of the scan.
        run([*ours, scratch])
        for folder in options.folders:
            mine = run([*ours, str(folder)])
            found = len(json.loads(report.read_text(encoding="utf-8")).get("findings", ()))
            peer = run([*theirs, str(folder)])
            ratio = peer.cpu / mine.cpu
            print(
                f"{folder.name[-34:]:34} {mine.cpu:7.2f} {mine.peak / 1e6:5.0f} {found:9,}"
                f" {peer.cpu:17.2f} {peer.peak / 1e6:5.0f}    {ratio:.0f}x",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
