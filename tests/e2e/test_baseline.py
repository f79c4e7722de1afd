"""A baseline lives in git: it changes when findings do, and merges when they are mended apart."""

from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")


def adopted(repository: Any, seawall: Any, token: Any, count: int) -> None:
    for number in range(count):
        repository.write(f"f{number}.py", f'TOKEN = "{token(number)}"\n')
    repository.commit("the old code")
    assert seawall("baseline", "write", folder=repository.root).code == 0
    repository.commit("known from today")


@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (2, 5), (4, 5)])
def test_branches_that_mend_different_findings_merge(
    repository: Any, seawall: Any, token: Any, pair: tuple[int, int]
) -> None:
    adopted(repository, seawall, token, 6)
    for number in pair:
        repository.git("checkout", "-q", "-b", f"mend-{number}", "main")
        repository.write(f"f{number}.py", "TOKEN = read()\n")
        assert seawall("baseline", "write", folder=repository.root).code == 0
        repository.commit(f"mend {number}")
    repository.git("checkout", "-q", "main")
    for number in pair:
        repository.git("merge", "-q", "--no-edit", f"mend-{number}")
    done = seawall("scan", "--format", "json", folder=repository.root)
    assert done.code == 0
    assert {status for _, _, _, status in done.places} == {"known"}
    assert len(done.places) == 4


def test_what_was_mended_is_told_and_forgotten(repository: Any, seawall: Any, token: Any) -> None:
    adopted(repository, seawall, token, 3)
    repository.write("f1.py", "TOKEN = read()\n")
    done = seawall("scan", "--format", "json", folder=repository.root)
    assert done.code == 0
    assert "1 known finding is gone" in done.json["problems"][0]["message"]
    repository.commit()
    change = seawall("scan", "--since", "HEAD~1", "--format", "json", folder=repository.root)
    assert "problems" not in change.json
    assert seawall("baseline", "write", folder=repository.root).code == 0
    again = seawall("scan", "--format", "json", folder=repository.root)
    assert "problems" not in again.json


def test_nothing_changes_when_nothing_did(repository: Any, seawall: Any, token: Any) -> None:
    adopted(repository, seawall, token, 5)
    before = (repository.root / ".seawall/baseline.jsonl").read_bytes()
    repository.write("f1.py", "\n\n" + (repository.root / "f1.py").read_text())
    assert seawall("baseline", "write", folder=repository.root).code == 0
    assert (repository.root / ".seawall/baseline.jsonl").read_bytes() == before
