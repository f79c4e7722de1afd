"""What the secrets engine costs alone, on a folder or on a whole history: megabytes a CPU second.

python bench/secrets/engine_speed.py FOLDER               every file of a folder
python bench/secrets/engine_speed.py --history REPOSITORY every blob of every ref, by path
"""

import argparse
import collections
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from seawall.engines.secrets.engine import SecretsEngine
from seawall.rules.secrets import load_secrets
from seawall.source.file import Source
from seawall.source.language import language_of

LARGEST = 16 << 20
BINARY_HEAD = 8192


def make_engine(folder: Path, matcher: Literal["auto", "python"]) -> SecretsEngine:
    """Start the engine twice: as on a new machine, and as ever after."""
    for start in ("first start", "every other start"):
        before = time.process_time()
        packaged = load_secrets(folder)
        engine = SecretsEngine(
            packaged.detectors, packaged.rules, cache_folder=folder, matcher=matcher
        )
        print(f"{start:<22}{time.process_time() - before:8.3f} CPU s")
    print(f"{len(packaged.detectors):,} detectors, {len(packaged.rules):,} rules, {engine.matcher}")
    return engine


def read_folder(folder: Path) -> Iterator[Source]:
    """Yield the text files of a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if len(content) <= LARGEST and b"\0" not in content[:BINARY_HEAD]:
                name = path.relative_to(folder).as_posix()
                yield Source(path=name, content=content, language=language_of(name, content[:200]))


def read_history(repository: Path) -> Iterator[Source]:
    """Yield every text blob of every ref, versions of a file as neighbours."""
    git = ["git", "-C", str(repository)]
    listed = subprocess.run(
        [*git, "rev-list", "--objects", "--all"], capture_output=True, check=True
    )
    paths: dict[bytes, bytes] = {}
    for line in listed.stdout.split(b"\n"):
        name, _, path = line.partition(b" ")
        if path:
            paths.setdefault(name, path)
    wanted = sorted(paths, key=lambda name: paths[name])
    process = subprocess.Popen(
        [*git, "cat-file", "--batch", "--buffer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def ask() -> None:
        for name in wanted:
            stdin.write(name + b"\n")
        stdin.close()

    threading.Thread(target=ask, daemon=True).start()
    for name in wanted:
        _, kind, size = stdout.readline().split()
        content = stdout.read(int(size) + 1)[:-1]
        if kind == b"blob" and len(content) <= LARGEST and b"\0" not in content[:BINARY_HEAD]:
            path = paths[name].decode("utf-8", "replace")
            yield Source(path=path, content=content, language=language_of(path, content[:200]))
    process.wait()


def measure(engine: SecretsEngine, sources: Iterator[Source]) -> None:
    """Scan and print what the scanning alone cost, reading left out."""
    size = files = 0
    spent = 0.0
    found: collections.Counter[str] = collections.Counter()
    for source in sources:
        before = time.process_time()
        findings = engine.scan(source)
        spent += time.process_time() - before
        size += len(source.content)
        files += 1
        found.update(finding.rule for finding in findings)
    print(f"{files:,} files, {size / 1e6:,.1f} MB, {sum(found.values()):,} findings")
    print(f"{'scanning':<22}{spent:8.3f} CPU s, {size / 1e6 / spent:,.0f} MB a CPU second")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{'memory':<22}{peak / (1024 if sys.platform != 'darwin' else 1024**2):8.0f} MB")
    print("most: " + ", ".join(f"{rule} {count:,}" for rule, count in found.most_common(8)))


def main() -> None:
    """Measure what is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("--history", action="store_true")
    parser.add_argument("--matcher", choices=("auto", "python"), default="auto")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(Path(folder), arguments.matcher)
        read = read_history if arguments.history else read_folder
        measure(engine, read(arguments.target))


if __name__ == "__main__":
    main()
