"""Renew the advisories that come with the example: those of its packages, out of OSV's records.

.venv/bin/python tools/advisory_snapshot.py DATE FILE...      PyPI.zip, npm.jsonl.gz, ... of it
"""

import gzip
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HARBOR = Path(__file__).resolve().parent.parent / "examples" / "harbor"


def main(arguments: list[str]) -> int:
    """Write the file of the day in the place of the one before; return the exit code."""
    if len(arguments) < 2 or not re.fullmatch(r"\d{4}-\d\d-\d\d", arguments[0]):
        print(__doc__, file=sys.stderr)
        return 2
    wanted = packages()
    kept = {}
    for path in map(Path, arguments[1:]):
        for record in records(path):
            affected = [one for one in record.get("affected", ()) if named(one) in wanted]
            if affected and not record.get("withdrawn"):
                kept[record["id"]] = slim(record, affected)
    for before in HARBOR.glob("advisories-*.jsonl"):
        before.unlink()
    target = HARBOR / f"advisories-{arguments[0]}.jsonl"
    lines = [json.dumps(kept[name], separators=(",", ":")) + "\n" for name in sorted(kept)]
    target.write_text("".join(lines), encoding="utf-8")
    print(f"{target}: {len(lines)} records")
    return 0


def packages() -> set[tuple[str, str]]:
    """Return what the example names, as pairs of ecosystem and lower-case name."""
    command = [sys.executable, "-m", "seawall", "sbom", str(HARBOR / "shop")]
    told = subprocess.run(command, check=True, capture_output=True).stdout
    kinds = {"pkg:pypi/": "PyPI", "pkg:npm/": "npm"}
    return {
        (ecosystem, one["name"].lower())
        for one in json.loads(told)["components"]
        for start, ecosystem in kinds.items()
        if one.get("purl", "").startswith(start)
    }


def named(affected: dict[str, Any]) -> tuple[str, str]:
    """Return the ecosystem and the name of what a part of a record speaks of."""
    package = affected.get("package", {})
    return package.get("ecosystem", ""), package.get("name", "").lower()


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a zip as OSV publishes it, or of lines of JSON."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield json.loads(archive.read(name))
        return
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as lines:
        yield from map(json.loads, lines)


def slim(record: dict[str, Any], affected: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is needed of a record to match and to tell."""
    words = ("id", "modified", "published", "aliases", "related", "summary", "severity")
    more = {"references": record.get("references", [])[:2], "affected": affected}
    return {**{word: record[word] for word in words if word in record}, **more}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
