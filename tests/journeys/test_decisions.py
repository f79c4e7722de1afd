"""Whatever happens to a repository, the decision is the one that comes out of nothing but it."""

import datetime
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.core.report import Report
from seawall.journeys.scan import ScanOptions, scan
from seawall.triage import baseline
from seawall.triage.waivers import Waiver
from seawall.waivers import FILE, with_waiver

from ..e2e.conftest import Repository, github_token  # noqa: TID252

pytestmark = pytest.mark.needs("git")

START = datetime.date(2026, 11, 25)
FILES = ("a.py", "b.py", "lib/c.py")

steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "drop", "shift", "rename", "waive", "allow", "baseline", "later"]),
        st.integers(0, 5),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers")


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happened=steps)
def test_every_decision_is_that_of_a_fresh_scan(
    happened: list[tuple[str, int, int]], cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository = Repository(tmp_path_factory.mktemp("target"))
    repository.write("a.py", f'A = "{github_token(0)}"\n')
    repository.commit()
    today = START
    for what, number, days in happened:
        today = step(repository, what, number, days, today, cache)
        kept, fresh = (look(repository, today, cache, use) for use in (True, False))
        assert decision(kept) == decision(fresh)
        for entry in kept.findings:
            assert not entry.until or entry.until >= today.isoformat()


def look(repository: Repository, today: datetime.date, cache: Path, use_cache: bool) -> Report:
    options = ScanOptions(
        path=repository.root,
        today=today,
        cache_folder=cache,
        use_cache=use_cache,
        matcher="python",
    )
    return scan(options, lambda *_: None)


def decision(report: Report) -> Any:
    told = [
        (entry.finding.fingerprint, entry.status, entry.reason, entry.until, entry.origin)
        for entry in report.findings
    ]
    return told, report.verdict, report.problems


def step(
    repository: Repository, what: str, number: int, days: int, today: datetime.date, cache: Path
) -> datetime.date:
    path = FILES[number % len(FILES)]
    file = repository.root / path
    text = file.read_text() if file.exists() else ""
    until = (today + datetime.timedelta(days=days)).isoformat()
    match what:
        case "add":
            repository.write(path, text + f'K{number} = "{github_token(number)}"\n')
        case "drop" if file.exists():
            file.unlink()
        case "shift":
            repository.write(path, "\n" * days + text)
        case "rename" if file.exists():
            os.replace(file, file.with_name(f"moved{number}.py"))
        case "waive":
            rule = random.Random(number).choice(["github-token", "hardcoded-key"])
            waiver = Waiver(rule=rule, path=path, reason="accepted", by="ada", until=until)
            waivers = repository.root / FILE
            former = waivers.read_bytes() if waivers.exists() else b""
            repository.write(FILE, with_waiver(former, waiver).decode())
        case "allow" if text:
            mark = f"# seawall: allow github-token -- made up until {until}\n"
            repository.write(path, mark + text)
        case "baseline":
            found = [
                entry.finding
                for entry in look(repository, today, cache, False).findings
                if entry.status.is_open
            ]
            repository.write(".seawall/baseline.jsonl", baseline.render(found).decode())
        case "later":
            return today + datetime.timedelta(days=days)
    if number % 2:
        repository.commit()
    return today
