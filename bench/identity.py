"""Do findings keep their history? Replays the commits of real repositories, and reformats them.

    python bench/identity.py REPOSITORY ... [--commits 300]

For every commit the truth comes from elsewhere than the pairing: a line that the diff of the two
versions leaves alone (moved up or down, in a renamed file) still holds the finding it held. A
finding of such a line that is paired with nothing is *lost*, one paired with another is *confused*.
Only findings in files that a commit touches count: the rest cannot go wrong.
"""

import argparse
import difflib
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.engines.secrets.engine import SecretsEngine
from seawall.journeys.examine import placed
from seawall.rules.secrets import load_secrets
from seawall.source.file import Source
from seawall.source.language import language_of
from seawall.triage.pairing import identify, pair

LARGEST = 2 << 20


class Count:
    """What was right and what was not."""

    def __init__(self) -> None:
        self.kept = self.lost = self.confused = 0

    def told(self) -> str:
        total = self.kept + self.lost + self.confused
        share = self.kept / total if total else 1.0
        return (
            f"{total:>7,} to keep  {self.kept:>7,} kept ({share:.2%})  "
            f"{self.lost} lost  {self.confused} confused"
        )


class Touched(NamedTuple):
    """One file that a commit touches."""

    old_path: str
    new_path: str
    old_blob: str
    new_blob: str


class Replay:
    """One repository, read blob by blob."""

    def __init__(self, folder: Path, engine: SecretsEngine) -> None:
        self.folder = folder
        self.engine = engine
        self.process = subprocess.Popen(
            ["git", "-C", str(folder), "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.findings: dict[tuple[str, str], list[Finding]] = {}

    def git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.folder), "-c", "core.quotePath=false", *arguments]
        return subprocess.run(command, check=True, capture_output=True).stdout.decode(
            "utf-8", "surrogateescape"
        )

    def content(self, blob: str) -> bytes:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(blob.encode() + b"\n")
        self.process.stdin.flush()
        size = int(self.process.stdout.readline().split()[2])
        content = self.process.stdout.read(size + 1)[:-1]
        return b"" if size > LARGEST or b"\0" in content[:8000] else content

    def scan(self, path: str, blob: str) -> list[Finding]:
        key = (path, blob)
        if key not in self.findings:
            self.findings[key] = scan(self.engine, path, self.content(blob))
        return self.findings[key]

    def touched(self, before: str, after: str) -> list[Touched]:
        fields = self.git("diff-tree", "-r", "-M", "-z", "--raw", before, after).split("\0")
        found, index = [], 0
        while index + 1 < len(fields):
            _, mode, old, new, status = fields[index].split(" ")
            old_path = new_path = fields[index + 1]
            index += 2
            if status[0] in "RC":
                new_path = fields[index]
                index += 1
            if mode != "160000":
                found.append(Touched(old_path, new_path, old, new))
        return found

    def step(self, before: str, after: str, count: Count) -> None:
        """Compare one commit with its parent."""
        old: list[Finding] = []
        new: list[Finding] = []
        files = self.touched(before, after)
        for file in files:
            if file.old_blob.strip("0"):
                old += self.scan(file.old_path, file.old_blob)
            if file.new_blob.strip("0"):
                new += self.scan(file.new_path, file.new_blob)
        renames = {file.new_path: file.old_path for file in files}
        paired, _ = pair([identify(one) for one in old], new, renames=renames)
        partner = {match: index for index, match in enumerate(paired) if match is not None}
        for file in files:
            if file.old_blob.strip("0") and file.new_blob.strip("0"):
                self._judge(file, old, new, partner, count)

    def _judge(
        self,
        file: Touched,
        old: list[Finding],
        new: list[Finding],
        partner: dict[int, int],
        count: Count,
    ) -> None:
        mine = [index for index, one in enumerate(old) if span(one).path == file.old_path]
        if not mine:
            return
        lines = surviving(self.content(file.old_blob), self.content(file.new_blob))
        there = {
            (span(one).line, span(one).column, one.rule): index
            for index, one in enumerate(new)
            if span(one).path == file.new_path
        }
        for index in mine:
            where = span(old[index])
            truth = there.get((lines.get(where.line, 0), where.column, old[index].rule))
            if truth is None:
                continue
            match = partner.get(index)
            if match == truth:
                count.kept += 1
            elif match is None:
                count.lost += 1
            else:
                count.confused += 1


def scan(engine: SecretsEngine, path: str, content: bytes) -> list[Finding]:
    """Scan one file as the journey would."""
    source = Source(path=path, content=content, language=language_of(path, content[:200]))
    return list(placed(engine.scan(source), content))


def span(finding: Finding) -> CodeSpan:
    """The place of a finding of the secrets engine."""
    assert isinstance(finding.location, CodeSpan)
    return finding.location


def surviving(old: bytes, new: bytes) -> dict[int, int]:
    """Map the 1-based lines that a diff leaves alone to where they are now."""
    matcher = difflib.SequenceMatcher(None, old.split(b"\n"), new.split(b"\n"), autojunk=False)
    return {
        block.a + offset + 1: block.b + offset + 1
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }


def _blocks_reversed(text: str) -> str:
    return "\n\n".join(reversed(text.split("\n\n")))


REFORMATS: dict[str, Callable[[str], str]] = {
    "twenty lines on top": lambda text: "\n" * 20 + text,
    "indented by four": lambda text: re.sub(r"(?m)^(?=.)", "    ", text),
    "tabs for spaces": lambda text: text.replace("    ", "\t"),
    "windows line ends": lambda text: text.replace("\n", "\r\n"),
    "blank lines doubled": lambda text: text.replace("\n\n", "\n\n\n"),
    "paragraphs in reverse": _blocks_reversed,
    "spaces around =": lambda text: re.sub(r"(?<=[a-z_]) ?= ?(?=[\"'][A-Za-z])", "  =  ", text),
}


def reformat(replay: Replay) -> None:
    """Reformat and rename every file with findings at HEAD, and pair before with after."""
    listing = replay.git("ls-tree", "-r", "-z", "HEAD").split("\0")
    files = []
    for line in filter(None, listing):
        facts, path = line.split("\t", 1)
        mode, kind, blob = facts.split(" ")
        if kind == "blob" and mode != "120000" and replay.scan(path, blob):
            files.append((path, blob))
    for name, change in REFORMATS.items():
        count = Count()
        old: list[Finding] = []
        new: list[Finding] = []
        renames = {}
        for path, blob in files:
            text = replay.content(blob).decode("utf-8", "surrogateescape")
            changed = change(text).encode("utf-8", "surrogateescape")
            moved = f"moved/{path}"
            renames[moved] = path
            old += replay.scan(path, blob)
            new += scan(replay.engine, moved, changed)
        paired, gone = pair([identify(one) for one in old], new, renames=renames)
        for index, match in enumerate(paired):
            if match is None:
                continue
            same = renames[span(new[index]).path] == span(old[match]).path
            if same:
                count.kept += 1
            else:
                count.confused += 1
        count.lost = len(gone)
        print(f"  {name + ', renamed':<32}{count.told()}")


def main(arguments: Iterable[str]) -> None:
    """Replay every repository."""
    parser = argparse.ArgumentParser(description="Do findings keep their history?")
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=300)
    options = parser.parse_args(list(arguments))
    packaged = load_secrets(None)
    engine = SecretsEngine(packaged.detectors, packaged.rules)
    for folder in options.repositories:
        replay = Replay(folder, engine)
        commits = replay.git(
            "rev-list", "--first-parent", f"--max-count={options.commits + 1}", "HEAD"
        ).split()
        commits.reverse()
        count = Count()
        for before, after in zip(commits, commits[1:], strict=False):
            replay.step(before, after, count)
        print(f"{folder}: {len(commits) - 1} consecutive commits")
        print(f"  {'replayed':<32}{count.told()}")
        reformat(replay)


if __name__ == "__main__":
    main(sys.argv[1:])
