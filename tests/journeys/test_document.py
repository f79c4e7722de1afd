"""One document is judged as a scan of the whole target judges its file."""

import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core.finding import Finding
from seawall.core.location import place
from seawall.core.report import Report
from seawall.core.triage import Status
from seawall.engines.secrets.engine import SecretsEngine
from seawall.journeys.document import Workspace
from seawall.journeys.scan import ScanOptions, scan
from seawall.journeys.secrets import load_engine
from seawall.source.checkout import open_target
from seawall.source.file import Entry
from seawall.source.membership import Membership
from seawall.triage import baseline
from tests.e2e.conftest import github_token

TODAY = date(2026, 11, 25)
ALLOW = "seawall: " + "allow github-token -- "


@pytest.fixture(scope="module")
def engine() -> SecretsEngine:
    loaded = load_engine(None, "python")
    loaded.prepare(1, 0)
    return loaded


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, "utf-8")


def scanned(root: Path) -> Report:
    return scan(ScanOptions(path=root, today=TODAY, use_cache=False), lambda *_: None)


def keep(root: Path, findings: list[Finding]) -> None:
    write(root, ".seawall/baseline.jsonl", baseline.render(findings).decode())


Told = list[tuple[str, int, str, str, str, str, str]]


def by_scan(root: Path) -> tuple[Told, set[str]]:
    report = scanned(root)
    told = []
    for entry in report.findings:
        span = place(entry.finding.location)
        assert span is not None
        told.append(
            (
                *(span.path, span.line, entry.finding.rule, entry.finding.fingerprint),
                *(entry.status.value, entry.origin, entry.owner),
            )
        )
    return told, {reason.fingerprint for reason in report.verdict.reasons}


def by_document(root: Path, engine: SecretsEngine) -> tuple[Told, set[str]]:
    workspace = Workspace(root, engine, today=lambda: TODAY)
    told, breaking = [], set()
    try:
        for path in sorted(files(root)):
            content = (root / path).read_bytes()
            for judged in workspace.read(path, content.decode("utf-8", "replace")).findings:
                entry = judged.triaged
                span = place(entry.finding.location)
                assert span is not None
                told.append(
                    (
                        *(span.path, span.line, entry.finding.rule, entry.finding.fingerprint),
                        *(entry.status.value, entry.origin, entry.owner),
                    )
                )
                if judged.clause:
                    breaking.add(entry.finding.fingerprint)
    finally:
        workspace.close()
    return told, breaking


def files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        yield from (Path(folder, name).relative_to(root).as_posix() for name in names)


@pytest.mark.needs("git")
def test_every_document_is_judged_as_in_a_scan(root: Path, engine: SecretsEngine) -> None:
    subprocess.run(["git", "init", "-q", root], check=True)
    tokens = [github_token(number) for number in range(12)]
    write(root, "old.py", f'a = "{tokens[0]}"\nb = "{tokens[0]}"\n')
    write(root, "lib/old.py", f'a = "{tokens[1]}"\n\n\ndef f():\n    return "{tokens[11]}"\n')
    keep(root, [entry.finding for entry in scanned(root).findings])
    # What moved, what is a copy, and what is new.
    (root / "lib" / "old.py").rename(root / "lib" / "moved.py")
    write(root, "copy.py", f'a = "{tokens[0]}"\n')
    write(root, "old.py", f'b = "{tokens[0]}"\nc = "{tokens[2]}"\na = "{tokens[0]}"\n')
    write(root, "allowed.py", f'a = "{tokens[3]}"  # {ALLOW}a sample until 2026-12-01\n')
    write(root, "expired.py", f'a = "{tokens[4]}"  # {ALLOW}a sample until 2026-11-01\n')
    write(root, "lib/.seawallignore", "vendor/\n")
    write(root, "lib/vendor/a.py", f'a = "{tokens[5]}"\n')
    write(root, ".gitignore", "*.log\n")
    write(root, "a.log", f"token {tokens[6]}\n")
    write(root, "seawall.toml", '[scan]\nexclude = ["gen/"]\n')
    write(root, "gen/a.py", f'a = "{tokens[7]}"\n')
    write(root, "web/seawall.toml", '[rules]\noff = ["github-token"]\n')
    write(root, "web/a.py", f'a = "{tokens[8]}"\npassword = "{tokens[9][4:20]}"\n')
    write(root, "app/seawall.toml", '[[gate.break]]\nname = "all"\nseverity = "low"\n')
    write(root, "app/a.py", f'a = "{tokens[10]}"\npassword = "{tokens[11][4:20]}"\n')
    write(root, ".github/CODEOWNERS", "/app/ @shop/app\n")
    expected, told = by_scan(root), by_document(root, engine)
    assert {status for *_, status, _, _ in expected[0]} >= {"new", "known", "waived"}
    assert sorted(told[0]) == sorted(expected[0])
    assert told[1] == expected[1]


def test_what_a_baseline_has_of_another_file_that_is_there_is_new(
    root: Path, engine: SecretsEngine
) -> None:
    secret = f'a = "{github_token(20)}"\n'
    write(root, "one.py", secret)
    keep(root, [entry.finding for entry in scanned(root).findings])
    workspace = Workspace(root, engine, today=lambda: TODAY)
    (judged,) = workspace.read("two.py", secret).findings
    assert judged.triaged.status is Status.NEW
    (root / "one.py").unlink()
    (judged,) = workspace.read("two.py", secret).findings
    assert judged.triaged.status is Status.KNOWN
    workspace.close()


def test_problems_are_those_of_the_document(root: Path, engine: SecretsEngine) -> None:
    write(
        root,
        ".seawall/waivers.toml",
        '[[waiver]]\nrule = "github-token"\npath = "a.py"\nreason = "a sample"\nby = "ada"\n'
        "until = 2026-12-01\n",
    )
    workspace = Workspace(root, engine, today=lambda: TODAY)
    # A waiver that this document does not need may be needed by another.
    assert workspace.read("b.py", "x = 1\n").problems == ()
    (judged,) = workspace.read("a.py", f'a = "{github_token(21)}"\n').findings
    assert judged.triaged.status is Status.WAIVED
    (problem,) = workspace.read("b.py", f"x = 1  # {ALLOW}nothing here\n").problems
    assert (problem.path, problem.line) == ("b.py", 1)
    workspace.close()


NAMES = st.sampled_from(["a", "b", "a.py", "b.log", "x y", "ä"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PATTERNS = st.lists(
    st.sampled_from(["a", "/a", "*.log", "!b.log", "a/", "**/b", "!a.py", "b/*", "# a", "ä"]),
    max_size=4,
).map("\n".join)


@pytest.mark.needs("git")
@settings(max_examples=40)
@given(
    paths=st.lists(PATHS, min_size=1, max_size=6),
    ignores=st.dictionaries(
        st.tuples(
            st.sampled_from(["", "a", "b", "a/b"]),
            st.sampled_from([".gitignore", ".seawallignore"]),
        ),
        PATTERNS,
        max_size=4,
    ),
    held=st.booleans(),
)
def test_what_belongs_to_a_scan_is_what_it_lists(
    paths: list[str],
    ignores: dict[tuple[str, str], str],
    held: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root = tmp_path_factory.mktemp("listed")
    subprocess.run(["git", "init", "-q", root], check=True)
    for path in paths:
        place_ = root / path
        if not any(above.is_file() for above in place_.parents) and not place_.is_dir():
            write(root, path, "x\n")
    if held:
        # Git holds what was there before it was ignored.
        subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    for (folder, name), patterns in ignores.items():
        if (root / folder).is_dir():
            write(root, f"{folder}/{name}" if folder else name, patterns + "\n")
    checkout = open_target(root)
    listed = {item.path for item in checkout.entries() if isinstance(item, Entry)}
    checkout.close()
    membership = Membership(root)
    told = {path for path in files(root) if not membership.reason_against(path)}
    membership.close()
    assert told == listed
