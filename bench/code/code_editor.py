"""How long an editor waits for the code engine in a large program, and what it keeps in memory.

    python bench/code/code_editor.py TREE ... [--saves 7] [--profile]

A tree is copied into a repository of its own. Then documents of it are judged as the language
server judges them, in this process: the first answer; answers after saves of a file that nothing
imports, of one that a few import, and of the one that most import; the answer of an importer after
what it imports was saved; and the answer after a new file came. Asked: 300 ms after a save.
"""

import argparse
import cProfile
import gc
import pstats
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.code.code_speed import copy_tree
from seawall.engines.code.imports import used_files
from seawall.engines.code.program import Program
from seawall.journeys.document import Workspace
from seawall.journeys.opened import CodeEngines
from seawall.journeys.secrets import load_engine

ASKED_MS = 300.0
ADDED = "\n\ndef added_{}(value):\n    return str(value)\n"


class Chosen(NamedTuple):
    """The documents that are opened; paths relative to the tree."""

    leaf: str
    """Nothing imports it."""
    few: str
    """Some files import it."""
    importer: str
    """One of those."""
    wide: str
    """Most files import it."""


class Taken(NamedTuple):
    """Milliseconds of one answer."""

    cpu: float
    wall: float


class Row(NamedTuple):
    """What was timed, and how long it took each time."""

    name: str
    taken: list[Taken]


def choose(root: Path) -> Chosen:
    """Choose documents by how many files import them; of their kind those of middling size."""
    contents = {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in sorted(root.rglob("*.py"))
        if file.is_file() and file.stat().st_size
    }
    program = Program(contents, lambda path: None, frozenset())
    importers: dict[str, list[str]] = {path: [] for path in contents}
    for path, content in contents.items():
        for other in used_files(program, path, content):
            importers[other].append(path)

    def middling(paths: list[str]) -> str:
        return sorted(paths, key=lambda path: (len(contents[path]), path))[3 * len(paths) // 4]

    few = middling([path for path, by in importers.items() if 1 <= len(by) <= 4])
    return Chosen(
        leaf=middling([path for path, by in importers.items() if not by]),
        few=few,
        importer=importers[few][0],
        wide=max(
            (path for path in importers if not path.endswith("__init__.py")),
            key=lambda path: (len(importers[path]), path),
        ),
    )


def measure(root: Path, chosen: Chosen, saves: int) -> Iterator[Row]:
    """Time answers."""
    secrets = load_engine(None, "python")
    secrets.prepare(1, 0)
    load = CodeEngines(None).load
    began = _now()
    workspace = Workspace(root, secrets, today=date.today, load_code=load)
    texts = {path: (root / path).read_text("utf-8") for path in chosen}
    try:
        workspace.read(chosen.leaf, texts[chosen.leaf])
        yield Row("first answer (loads, lists, parses)", [_since(began)])
        for name, path in zip(Chosen._fields, chosen, strict=True):
            yield Row(f"first answer for another, {name}", [_read(workspace, path, texts[path])])
        for name, path in zip(Chosen._fields, chosen, strict=True):
            taken = [_save(root, workspace, path, texts[path], number) for number in range(saves)]
            yield Row(f"after a save of it, {name}", taken)
        taken = []
        for number in range(saves):
            (root / chosen.few).write_text(texts[chosen.few] + ADDED.format(number), "utf-8")
            taken.append(_read(workspace, chosen.importer, texts[chosen.importer]))
        yield Row("importer, after a save of few", taken)
        taken = []
        for number in range(min(saves, 3)):
            place = (root / chosen.leaf).parent / f"added_{number}.py"
            place.write_text("VALUE = 1\n", "utf-8")
            taken.append(_read(workspace, chosen.leaf, texts[chosen.leaf]))
        yield Row("leaf, after a new file came", taken)
    finally:
        workspace.close()


def _save(root: Path, workspace: Workspace, path: str, text: str, number: int) -> Taken:
    """Write a file as an editor does, and time the answer."""
    text += ADDED.format(number)
    (root / path).write_text(text, "utf-8")
    return _read(workspace, path, text)


def _read(workspace: Workspace, path: str, text: str) -> Taken:
    gc.collect()
    began = _now()
    workspace.read(path, text)
    return _since(began)


def _now() -> Taken:
    return Taken(time.process_time() * 1000, time.perf_counter() * 1000)


def _since(began: Taken) -> Taken:
    now = _now()
    return Taken(now.cpu - began.cpu, now.wall - began.wall)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 where the median after a save is more than what is asked."""
    parser = argparse.ArgumentParser(prog="code_editor", description=__doc__)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--saves", type=int, default=7, help="saves that are timed of each (7)")
    parser.add_argument("--profile", action="store_true", help="tell where the time goes")
    given = parser.parse_args(arguments)
    slowest = 0.0
    for tree in given.trees:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, "tree")
            copy_tree(tree, root)
            chosen = choose(root)
            print(f"\n{tree.name}: " + ", ".join(f"{k} {v}" for k, v in chosen._asdict().items()))
            print("\n| | CPU ms, median | slowest | ms by the clock, median |\n|---|---|---|---|")
            profile = cProfile.Profile() if given.profile else None
            for row in measure(root, chosen, given.saves):
                middle = statistics.median(taken.cpu for taken in row.taken)
                wall = statistics.median(taken.wall for taken in row.taken)
                if "save" in row.name:
                    slowest = max(slowest, middle)
                worst = max(row.taken).cpu
                print(f"| {row.name} | {middle:.0f} | {worst:.0f} | {wall:.0f} |", flush=True)
                if profile is not None:
                    # What came before the first save is not looked at.
                    profile.disable()
                    if "save" in row.name:
                        pstats.Stats(profile).sort_stats("cumulative").print_stats(30)
                    profile = cProfile.Profile()
                    profile.enable()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"\nmost memory so far: {peak:.0f} MiB")
    return 0 if slowest <= ASKED_MS else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
