"""Rebuild Samsung's CredData from copies of the public repositories that it labels.

    python bench/secrets/rebuild_creddata.py --dataset CREDDATA --repositories FOLDER --out FOLDER

`--dataset` is a checkout of github.com/Samsung/CredData, `--python` a Python in which its own
`obfuscate_creds.py` runs (it needs `pybase62`). That script replaces the labelled true values by
random ones of the same shape, with seeds of its own, so that two rebuilds are the same.
`--repositories` holds git directories of the repositories that its snapshot.json lists, as
`owner/name` or `owner+name`, at least with the pinned commit. What cannot be had is left out with
its labels, and told. Running it again adds what has come since.

The repositories are split in two by a hash of their id: `dev` may be looked into, `held` not. The
labels stand beside each half (`dev.jsonl`), so that a scan of the half does not read them.
"""

import argparse
import binascii
import collections
import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LICENCE = re.compile(r"(?i)^[^/]*(licen[cs]e|copying)[^/]*$")


def half_of(repository: str) -> str:
    """Name the half ("dev" or "held") that a repository id belongs to."""
    return "held" if hashlib.sha256(repository.encode()).digest()[0] % 2 else "dev"


def repository_id(snapshot_key: str) -> str:
    """Return the data set's id of a repository, from its key in snapshot.json."""
    return f"{binascii.crc32(binascii.unhexlify(snapshot_key)):08x}"


def read_labels(meta: Path) -> list[dict[str, Any]]:
    """Read one of the data set's meta/*.csv."""
    labels = []
    with meta.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            labels.append(
                {
                    "path": row["FilePath"].removeprefix("data/"),
                    "line_start": int(row["LineStart"]),
                    "line_end": int(row["LineEnd"]),
                    "value_start": int(row["ValueStart"] or -1),
                    "value_end": int(row["ValueEnd"] or -1),
                    "truth": row["GroundTruth"],
                    "category": row["Category"],
                    "info": row["PredefinedPattern"] == "Info",
                }
            )
    return labels


def find_git_directory(repositories: Path, name: str) -> Path | None:
    """Find a repository ("owner/name") under a folder of clones."""
    for base in (repositories / name, repositories / name.replace("/", "+")):
        for folder in (base / "repo/.git", base / "repo", base / ".git", base):
            if (folder / "HEAD").is_file():
                return folder
    return None


def git(directory: Path, *arguments: str) -> bytes:
    """Ask git for something in a git directory and return what it writes."""
    command = ["git", f"--git-dir={directory}", "-c", "core.fsmonitor=false", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def extract(directory: Path, commit: str, labels: Sequence[dict[str, Any]], out: Path) -> set[str]:
    """Write the labelled files (and licences) of a commit as the data set names them.

    Returns the paths of the labelled files that could not be had: a copy of a repository may
    lack its largest ones.
    """
    wanted = {Path(label["path"]).name.split(".")[0]: label["path"] for label in labels}
    identity = labels[0]["path"].split("/")[0]
    for entry in git(directory, "ls-tree", "-r", "-z", commit).decode(errors="replace").split("\0"):
        if not entry:
            continue
        kind, path = entry.split("\t", 1)
        mode, _, blob = kind.split(" ")
        digest = hashlib.sha256(path.encode()).hexdigest()[:8]
        if mode not in ("100644", "100755"):
            continue
        if digest in wanted:
            target = out / wanted[digest]
        elif LICENCE.match(path):
            target = out / identity / path
        else:
            continue
        try:
            content = git(directory, "cat-file", "blob", blob)
        except subprocess.CalledProcessError:
            continue
        wanted.pop(digest, None)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return set(wanted.values())


def obfuscate(python: str, dataset: Path, meta: Path, out: Path) -> None:
    """Run the data set's own replacement of the true values on one repository's files."""
    with tempfile.TemporaryDirectory() as folder:
        with (
            meta.open(encoding="utf-8", newline="") as rows,
            (Path(folder) / meta.name).open("w", encoding="utf-8", newline="") as chosen,
        ):
            reader = csv.DictReader(rows)
            writer = csv.DictWriter(chosen, reader.fieldnames or ())
            writer.writeheader()
            for row in reader:
                if (out / row["FilePath"].removeprefix("data/")).is_file():
                    writer.writerow(row)
        command = [python, "obfuscate_creds.py", "--meta_dir", folder, "--data_dir", str(out)]
        run = subprocess.run(command, cwd=dataset, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr.strip().splitlines()[-1])


def build(dataset: Path, repositories: Path, out: Path, python: str) -> None:
    """Rebuild what can be rebuilt; what is there already is kept."""
    snapshot = json.loads((dataset / "snapshot.json").read_text(encoding="utf-8"))
    state: collections.Counter[str] = collections.Counter()
    for key, url in sorted(snapshot.items()):
        identity = repository_id(key)
        final = out / half_of(identity) / identity
        name = url.removeprefix("https://github.com/").removesuffix(".git")
        outcome = "kept"
        if not final.exists():
            outcome = _build_one(dataset, repositories, key[:40], identity, name, final, python)
        state[outcome.split(":")[0]] += 1
        if outcome not in ("kept", "built", "not there"):
            print(f"{name}: {outcome}")
    for half in ("dev", "held"):
        _write_labels(dataset, out / half)
    print(", ".join(f"{count} {outcome}" for outcome, count in state.most_common()))


def _build_one(
    dataset: Path,
    repositories: Path,
    commit: str,
    identity: str,
    name: str,
    final: Path,
    python: str,
) -> str:
    meta = dataset / "meta" / f"{identity}.csv"
    directory = find_git_directory(repositories, name)
    if directory is None:
        return "not there"
    labels = read_labels(meta)
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=final.parent, prefix=".build-") as work:
        try:
            missing = extract(directory, commit, labels, Path(work))
        except subprocess.CalledProcessError as error:
            reason = (error.stderr or b"").decode(errors="replace").strip().splitlines()
            return f"pinned commit is not there: {reason[-1] if reason else error}"
        if not (Path(work) / identity).is_dir():
            return "no labelled file is there"
        try:
            obfuscate(python, dataset, meta, Path(work))
        except RuntimeError as error:
            return f"could not be obfuscated: {error}"
        (Path(work) / identity).rename(final)
    if missing:
        return (
            f"built in part: {len(missing)} of {len({one['path'] for one in labels})} files missing"
        )
    return "built"


def _write_labels(dataset: Path, half: Path) -> None:
    if not half.is_dir():
        return
    lines = []
    for folder in sorted(path for path in half.iterdir() if path.is_dir()):
        meta = dataset / "meta" / f"{folder.name}.csv"
        labels = read_labels(meta) if meta.is_file() else []
        lines += [json.dumps(label) for label in labels if (half / label["path"]).is_file()]
    half.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--repositories", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--python", default=sys.executable, help="what runs the data set's script")
    options = parser.parse_args()
    build(options.dataset, options.repositories.resolve(), options.out.resolve(), options.python)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
