"""Four hundred pinned requirements: Seawall beside pip-audit, on the same advisories.

    python bench/deps/pip_audit.py --osv FOLDER [--peer PATH/TO/pip-audit]

pip-audit asks a service of OSV's form that this bench runs on loopback, in a process that does not
count; Seawall asks the database that it made of the same records. The requirements are packages
that advisories speak of, in versions that they name, so that there is much to find.
"""

import argparse
import gzip
import http.server
import json
import multiprocessing
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from bench.measure import run, seawall
from seawall.advisories.records import parse_record
from seawall.advisories.versions import key_of
from seawall.model.inventory import Ecosystem

KEY = key_of(Ecosystem.PYPI)


def read_records(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the records by package."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with gzip.open(folder / "PyPI.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            record.setdefault("summary", "")
            for affected in record.get("affected", ()):
                # The form does not ask for them, and pip-audit stops where they are not.
                affected.setdefault("ranges", [])
                package = affected.get("package", {})
                if package.get("ecosystem") == "PyPI":
                    name = re.sub(r"[-_.]+", "-", package["name"]).lower()
                    found[name].append(record)
    return found


def draw(records: dict[str, list[dict[str, Any]]], count: int) -> list[tuple[str, str]]:
    """Draw packages with a version that a record lists."""
    chosen = random.Random(7)
    rows = []
    for name in sorted(records):
        versions = [
            version
            for record in records[name]
            for affected in record["affected"]
            for version in affected.get("versions", ())
            if re.fullmatch(r"[0-9.]+", version)
        ]
        if versions:
            rows.append((name, chosen.choice(versions)))
    return chosen.sample(rows, min(count, len(rows)))


def holds(record: dict[str, Any], name: str, version: str) -> bool:
    """Whether a record speaks of a version, as OSV's service decides."""
    parsed = parse_record(json.dumps(record).encode())
    key = KEY(version)
    return parsed is not None and any(
        interval.low <= key < interval.high
        for affected in parsed[1]
        if affected.package == f"PyPI|{name}"
        for interval in affected.intervals
    )


def serve(records: dict[str, list[dict[str, Any]]], port: Any) -> None:
    """Answer as https://api.osv.dev/v1/query does."""

    class Answers(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = re.sub(r"[-_.]+", "-", asked["package"]["name"]).lower()
            found = [one for one in records.get(name, ()) if holds(one, name, asked["version"])]
            content = json.dumps({"vulns": found} if found else {}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    port.value = server.server_address[1]
    server.serve_forever()


def main() -> int:
    """Run both and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osv", type=Path, required=True)
    parser.add_argument("--peer", default="pip-audit")
    parser.add_argument("--count", type=int, default=400)
    options = parser.parse_args()
    records = read_records(options.osv)
    port = multiprocessing.Value("i", 0)
    server = multiprocessing.get_context("fork").Process(
        target=serve, args=(records, port), daemon=True
    )
    server.start()
    while not port.value:
        time.sleep(0.05)
    with tempfile.TemporaryDirectory() as folder:
        target, database = Path(folder, "target"), Path(folder, "advisories.sqlite")
        target.mkdir()
        rows = draw(records, options.count)
        listed = target / "requirements.txt"
        listed.write_text("".join(f"{name}=={version}\n" for name, version in rows))
        run([*seawall(), "db", "update", "--from", str(options.osv), "--advisories", str(database)])
        told = Path(folder, "seawall.json")
        ours = [*seawall(), "scan", str(target), "--engine", "deps", "--no-cache", "--quiet"]
        ours += ["--advisories", str(database), "--no-gate", "--format", f"json={told}"]
        heard = Path(folder, "peer.json")
        theirs = [options.peer, "-r", str(listed), "--no-deps", "--disable-pip", "-s", "osv"]
        theirs += ["--osv-url", f"http://127.0.0.1:{port.value}/v1/query", "-f", "json"]
        theirs += ["-o", str(heard), "--progress-spinner", "off"]
        for name, command in (("seawall", ours), ("pip-audit", theirs)):
            began = time.perf_counter()
            cost = run(command)
            wall = time.perf_counter() - began
            print(f"{name:10} {cost.cpu:6.2f} CPU s {wall:6.1f} s wall {cost.peak / 1e6:5.0f} MB")
        mine = {
            (entry["finding"]["location"]["purl"], entry["finding"]["label"])
            for entry in json.loads(told.read_text())["findings"]
        }
        print(f"seawall tells {len(mine)} weaknesses in {len({purl for purl, _ in mine})} packages")
        if heard.is_file():
            theirs_told = [
                (one["name"], weakness["id"])
                for one in json.loads(heard.read_text())["dependencies"]
                for weakness in one.get("vulns", ())
            ]
            packages = len({name for name, _ in theirs_told})
            print(f"pip-audit tells {len(theirs_told)} records in {packages} packages")
    server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
