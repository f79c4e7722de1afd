"""Hit and discriminated: pairs of a vulnerable and a mended release of Python packages.

    python bench/code/cve_pairs.py fetch --releases FOLDER            needs unearth (pip)
    python bench/code/cve_pairs.py score --releases FOLDER [--half dev] [--mode library]

The pairs stand in `cve_pairs.toml`. A pair is *hit* when a finding of a fitting weakness has its
place, or a step of its trail, in a function of the flaw in the vulnerable release; it is
*discriminated* when there is none in the mended one. Half of the packages, by the hash of their
name, are `dev` and may be looked into; of `held` only totals are told. Nothing of a release runs:
archives are unpacked, never built.
"""

import argparse
import ast
import collections
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.code.releases import count_lines, fetch, find_release
from bench.measure import seawall

LIMIT = 300
"""Wall seconds for one release."""
PAIRS = Path(__file__).with_name("cve_pairs.toml")
DEV, HELD = "dev", "held"
MODES = ("application", "library")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LINE = re.compile(r"(?P<indent>\s*)(?:(?:async\s+)?(?:def|class)\s+(?P<name>\w+)|(?P<set>\w+)\s*=)")

PEERS: Mapping[str, str] = {
    "102": "code-injection",
    "103": "permissive-file-mode",
    "108": "insecure-temporary-file",
    "202": "archive-traversal path-traversal",
    "30[126]": "unsafe-deserialization insecure-temporary-file",
    "303|324": "weak-hash",
    "307": "code-injection",
    "308|703|704": "cross-site-scripting",
    "310": "server-side-request-forgery",
    "311": "predictable-random",
    "31[3-9]|320|40[5-9]": "xml-external-entities xml-bomb",
    "323|50[1-4]": "certificate-check-off",
    "506": "unsafe-deserialization",
    "60[1-9]": "os-command-injection argument-injection",
    "608|610|611": "sql-injection",
    "70[12]": "template-autoescape-off cross-site-scripting template-injection",
}
"""What a rule of bandit or of ruff's S finds, by the end of its id."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One flaw, the release that has it and the one that does not."""

    cve: str
    package: str
    vulnerable: str
    fixed: str
    weaknesses: tuple[str, ...]
    places: Mapping[str, tuple[str, ...]]
    """Names of functions, methods and variables by file, relative to the release."""

    @property
    def half(self) -> str:
        """Which half the package is in."""
        return DEV if hashlib.sha256(self.package.encode()).digest()[0] % 2 else HELD

    @property
    def root(self) -> str:
        """The part of the release to scan: the package, not its tests and tools beside it."""
        first = next(iter(self.places)).split("/")
        if len(first) == 1:
            return first[0]
        deep = 2 if first[0] in ("src", "lib", "python3", "webapp") and len(first) > 2 else 1
        return "/".join(first[:deep])


class Place(NamedTuple):
    """A line of a file, relative to the release."""

    path: str
    line: int


class Finding(NamedTuple):
    """What a report tells of one weakness."""

    rules: frozenset[str]
    places: tuple[Place, ...]
    """Where it is, and the steps of its trail."""


def read_pairs(file: Path = PAIRS) -> list[Pair]:
    """Read the pairs in the order of the file."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return [
        Pair(
            **{
                **one,
                "weaknesses": tuple(one["weaknesses"]),
                "places": {path: tuple(names) for path, names in one["places"].items()},
            }
        )
        for one in table["pair"]
    ]


def find_spans(text: str, names: Iterable[str]) -> list[range]:
    """Return the lines on which the named functions and variables are written."""
    wanted = set(names)
    try:
        found = list(_spans_of(ast.parse(text).body, ""))
    except (SyntaxError, ValueError):
        found = list(_spans_by_indent(text))
    return [span for name, span in found if name in wanted]


def _spans_of(body: Iterable[ast.AST], prefix: str) -> Iterator[tuple[str, range]]:
    for node in body:
        if isinstance(node, FUNCTIONS):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            yield prefix + node.name, range(first, (node.end_lineno or node.lineno) + 1)
            yield from _spans_of(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield prefix + target.id, range(node.lineno, (node.end_lineno or 0) + 1)
        else:
            yield from _spans_of(ast.iter_child_nodes(node), prefix)


def _spans_by_indent(text: str) -> Iterator[tuple[str, range]]:
    """The same for the syntax of Python 2, which this Python does not parse."""
    lines = text.expandtabs(8).split("\n")
    starts = [(n, match) for n, line in enumerate(lines, 1) if (match := LINE.match(line))]
    open_: list[tuple[int, str]] = []
    for number, match in starts:
        depth = len(match["indent"])
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        name = ".".join([*(one for _, one in open_), match["name"] or match["set"]])
        if match["name"]:
            open_.append((depth, match["name"]))
        ends = (n for n, other in starts if n > number and len(other["indent"]) <= depth)
        yield name, range(number, next(ends, len(lines) + 1))


def is_hit(pair: Pair, release: Path, findings: Iterable[Finding]) -> bool:
    """Whether a fitting finding touches a function of the flaw."""
    spans = {
        path: find_spans((release / path).read_text("utf-8", "replace"), names)
        for path, names in pair.places.items()
        if (release / path).is_file()
    }
    return any(
        any(place.line in span for place in finding.places for span in spans.get(place.path, ()))
        for finding in findings
        if finding.rules.intersection(pair.weaknesses)
    )


def read_report(report: Path, root: str) -> list[Finding]:
    """Read Seawall's JSON; its paths are relative to the part that was scanned."""
    table = json.loads(report.read_text(encoding="utf-8"))
    base = "" if root.endswith(".py") else f"{root}/"
    found = []
    for entry in table["findings"]:
        one = entry["finding"]
        spots = [one["location"], *(step["location"] for step in one.get("trail", ()))]
        places = tuple(
            Place(base + spot["path"] if base else root, spot["line"])
            for spot in spots
            if spot.get("type") == "code"
        )
        found.append(Finding(frozenset([one["rule"]]), places))
    return found


def read_peer(report: Path, release: Path) -> list[Finding]:
    """Read a report of bandit (JSON) or ruff (JSON)."""
    table = json.loads(report.read_text(encoding="utf-8") or "[]")
    found = []
    for one in table["results"] if isinstance(table, dict) else table:
        rule = str(one.get("test_id") or one.get("code") or "")
        fitting = [words for tail, words in PEERS.items() if re.fullmatch(f"[A-Z]({tail})", rule)]
        path = Path(one.get("filename", "")).resolve().relative_to(release.resolve()).as_posix()
        line = one.get("line_number") or one["location"]["row"]
        rules = frozenset(word for words in fitting for word in words.split())
        found.append(Finding(rules, (Place(path, line),)))
    return found


def scan(pair: Pair, release: Path, report: Path, tool: str, options: Sequence[str]) -> None:
    """Let the tool write its report of the part of a release that counts."""
    target = str(release / pair.root)
    if tool == "bandit":
        command = ["bandit", "-q", "-r", target, "-f", "json", "-o", str(report), "--exit-zero"]
    elif tool == "ruff":
        command = ["ruff", "check", "--isolated", "--select", "S", "--exit-zero", "--no-cache"]
        command += ["--output-format", "json", "-o", str(report), target]
    else:
        command = [*seawall(), "scan", target, "--engine", "code", "--no-gate", "--quiet"]
        command += ["--no-cache", "--format", f"json={report}", *options]
    problem = run_limited(command)
    if not report.is_file():
        # it counts as having found nothing, and is told
        print(f"no report of {target}: {problem[-300:]}", file=sys.stderr)
        report.write_text('{"findings": [], "results": []}', encoding="utf-8")


def run_limited(command: Sequence[str]) -> str:
    """Run a command and its children for `LIMIT` seconds at most; return what it complained of."""
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            return process.communicate(timeout=LIMIT)[1].strip()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return f"stopped after {LIMIT} s"


class Answer(NamedTuple):
    """What a tool said of one pair."""

    hit: bool
    silent: bool
    """Whether it says nothing of the mended release."""
    findings: int
    lines: int

    @property
    def discriminated(self) -> bool:
        """Whether it tells the two releases apart."""
        return self.hit and self.silent


def answer(
    pair: Pair, releases: Path, reports: Path, tool: str, mode: str, options: Sequence[str]
) -> Answer:
    """Scan both releases of a pair, or read what was scanned before."""
    hits, told, lines = [], 0, 0
    for version in (pair.vulnerable, pair.fixed):
        release = find_release(releases, pair.package, version)
        report = reports / f"{tool}-{mode}-{pair.package}-{version}-{pair.cve}.json"
        if not report.is_file():
            scan(pair, release, report, tool, options)
        reads = read_report(report, pair.root) if tool == "seawall" else read_peer(report, release)
        hits.append(is_hit(pair, release, reads))
        told += sum(1 for one in reads if one.rules)
        lines += count_lines(release / pair.root)
    return Answer(hits[0], not hits[1], told, lines)


def tell(name: str, pairs: Sequence[Pair], answers: Mapping[str, Answer]) -> str:
    """Tell the totals of some pairs."""
    some = [answers[pair.cve + pair.package] for pair in pairs]
    hit = sum(one.hit for one in some)
    apart = sum(one.discriminated for one in some)
    lines = sum(one.lines for one in some) or 1
    dense = 1000 * sum(one.findings for one in some) / lines
    share = f"{hit / max(1, len(some)):.0%} / {apart / max(1, len(some)):.0%}"
    counts = f"{len(some):4} pairs {hit:4} hit {apart:4} discriminated  {share}"
    return f"{name:<22} {counts}  {dense:.2f} findings per 1,000 lines"


def score(options: argparse.Namespace, pairs: Sequence[Pair]) -> None:
    """Scan, and tell a table for `dev` and totals for both halves."""
    with tempfile.TemporaryDirectory() as scratch:
        config = options.library_config
        if config is None:
            config = Path(scratch, "library.toml")
            config.write_text("[code]\nlibrary = true\n", encoding="utf-8")
        modes = {"application": [], "library": ["--config", str(config.resolve())]}
        reports = options.reports or Path(scratch)
        reports.mkdir(parents=True, exist_ok=True)
        for mode in options.mode:
            more = modes[mode]
            answers: dict[str, Answer] = {}
            for pair in pairs:
                print(f"{mode}: {pair.package} {pair.cve}", file=sys.stderr)
                answers[pair.cve + pair.package] = answer(
                    pair, options.releases, reports, options.tool, mode, [*more, *options.option]
                )
            print(f"\n{options.tool}, {mode} mode\n")
            for pair in pairs:
                one = answers[pair.cve + pair.package]
                if pair.half == DEV:
                    said = ("hit" if one.hit else "missed") + ("" if one.silent else ", not silent")
                    print(f"{pair.package:<28} {pair.cve:<17} {pair.weaknesses[0]:<28} {said}")
            print()
            for half in (DEV, HELD):
                some = [pair for pair in pairs if pair.half == half]
                print(tell(half, some, answers))
            print(tell("both", pairs, answers))
            _tell_kinds([pair for pair in pairs if pair.half == DEV], answers)


def _tell_kinds(pairs: Sequence[Pair], answers: Mapping[str, Answer]) -> None:
    kinds: dict[str, list[Pair]] = collections.defaultdict(list)
    for pair in pairs:
        kinds[pair.weaknesses[0]].append(pair)
    print("\ndev by weakness")
    for kind in sorted(kinds):
        print(tell(kind[:22], kinds[kind], answers))


def main() -> int:
    """Fetch the releases, or score a tool on them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("do", choices=("fetch", "score", "list"))
    parser.add_argument("--releases", type=Path, help="where the unpacked releases stand")
    parser.add_argument("--half", choices=(DEV, HELD, "both"), default="both")
    parser.add_argument("--only", nargs="*", help="names of packages of the half `dev`")
    parser.add_argument("--tool", choices=("seawall", "bandit", "ruff"), default="seawall")
    parser.add_argument("--mode", nargs="*", choices=MODES, default=["application"])
    parser.add_argument("--library-config", type=Path, help="in place of [code] library = true")
    parser.add_argument("--reports", type=Path, help="keep the reports there, and read them again")
    parser.add_argument("--option", action="append", default=[], help="passed on to the scan")
    options = parser.parse_args()
    pairs = [one for one in read_pairs() if options.half in ("both", one.half)]
    if options.only:
        pairs = [one for one in pairs if one.package in options.only and one.half == DEV]
    if options.do == "list":
        for pair in pairs:
            print(f"{pair.half:<5} {pair.package:<28} {pair.cve:<17} {' '.join(pair.weaknesses)}")
        return 0
    if options.releases is None:
        parser.error("--releases is needed")
    if options.do == "fetch":
        versions = [(one.package, v) for one in pairs for v in (one.vulnerable, one.fixed)]
        fetch(versions, options.releases)
    else:
        score(options, pairs)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
