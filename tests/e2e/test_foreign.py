"""Suppressions of other secret scanners, as a scan heeds them and shows whose they are."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")
JSON = ("--format", "json")
ALLOW = "gitleaks" + ":allow"


def statuses(done: Any) -> list[tuple[str, int, str, str]]:
    return [
        (
            entry["finding"]["location"]["path"],
            entry["finding"]["location"]["line"],
            entry["status"],
            entry.get("origin", ""),
        )
        for entry in done.json["findings"]
    ]


def test_an_allow_of_gitleaks_is_honoured_and_shown(
    seawall: Any, repository: Any, token: Any
) -> None:
    repository.write("app.py", f"import os\nA = '{token(1)}'  # {ALLOW}\n")
    repository.commit()
    done = seawall("scan", repository.root, *JSON)
    assert done.code == 0
    assert statuses(done) == [("app.py", 2, "waived", f"{ALLOW} at line 2")]
    # What is remembered says the same.
    assert statuses(seawall("scan", repository.root, *JSON)) == statuses(done)
    plain = seawall("scan", repository.root)
    assert f"1 by {ALLOW}" in plain.out
    for name in ("text", "html", "sarif"):
        shown = seawall("scan", repository.root, "--show-closed", "--format", name)
        assert f"{ALLOW} at line 2" in shown.out, name
    sarif = json.loads(seawall("scan", repository.root, "--format", "sarif").out)
    (result,) = sarif["runs"][0]["results"]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "inSource"
    assert seawall("why", f"{repository.root}/app.py:2").out.count(f"{ALLOW} at line 2") == 1


def test_the_configuration_switches_them_off(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", f"A = '{token(1)}'  # {ALLOW}\n")
    repository.write("seawall.toml", "[gate]\nforeign-suppressions = false\n")
    repository.commit()
    done = seawall("scan", repository.root, *JSON)
    assert (done.code, statuses(done)) == (1, [("app.py", 1, "new", "")])


def test_the_files_of_other_scanners(seawall: Any, repository: Any, token: Any) -> None:
    for number, name in enumerate(("a.py", "b.py", "fixtures/c.py", "d.py")):
        repository.write(name, f"A = '{token(number)}'\n")
    repository.write(".gitleaksignore", "a.py:github-pat:1\n")
    detected = {"results": {"b.py": [{"type": "GitHub Token", "line_number": 1}]}}
    repository.write(".secrets.baseline", json.dumps(detected))
    repository.write(".gitleaks.toml", "[allowlist]\npaths = ['^fixtures/']\n")
    repository.commit()
    done = seawall("scan", repository.root, *JSON)
    assert statuses(done) == [
        ("a.py", 1, "waived", ".gitleaksignore, line 1"),
        ("b.py", 1, "waived", ".secrets.baseline, same path and line"),
        ("d.py", 1, "new", ""),
        ("fixtures/c.py", 1, "waived", ".gitleaks.toml, path ^fixtures/"),
    ]
    sarif = json.loads(seawall("scan", repository.root, "--format", "sarif").out)
    kinds = [
        suppression["kind"]
        for result in sarif["runs"][0]["results"]
        for suppression in result.get("suppressions", [])
    ]
    assert kinds == ["external"] * 3


def test_a_change_cannot_bring_its_own(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", "import os\n")
    base = repository.commit()
    repository.write("app.py", f"import os\nA = '{token(1)}'  # {ALLOW}\n")
    repository.write("b.py", f"B = '{token(2)}'\n")
    repository.write(".gitleaksignore", "b.py:github-pat:1\n")
    repository.commit()
    done = seawall("scan", repository.root, "--since", base, *JSON)
    assert done.code == 1
    assert [entry[2] for entry in statuses(done)[:2]] == ["new", "new"]


def test_a_change_keeps_what_stood_at_the_base(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", f"A = '{token(1)}'  # {ALLOW}\n")
    repository.write("b.py", f"import os\nB = '{token(2)}'\n")
    repository.write(".gitleaksignore", "b.py:github-pat:2\n")
    base = repository.commit()
    repository.write("app.py", f"import os\n\nA = '{token(1)}'  # {ALLOW}\n")
    # The former secret moves, and the change puts its own where the ignore points to.
    repository.write("b.py", f"import os\nC = '{token(3)}'\nB = '{token(2)}'\n")
    repository.commit()
    done = seawall("scan", repository.root, "--since", base, *JSON)
    assert done.code == 1
    assert statuses(done) == [
        ("app.py", 3, "waived", f"{ALLOW} at line 3"),
        ("b.py", 2, "new", ""),
        ("b.py", 3, "waived", ".gitleaksignore, line 1"),
    ]


def test_a_change_cannot_put_its_own_secret_beside_an_old_mark(
    seawall: Any, repository: Any, token: Any
) -> None:
    repository.write("app.py", f"A = '{token(1)}'  # {ALLOW}\nB = '{token(2)}'  # {ALLOW}\n")
    base = repository.commit()
    repository.write("app.py", f"A = '{token(3)}'  # {ALLOW}\nB = '{token(2)}'  # {ALLOW}\n")
    repository.commit()
    done = seawall("scan", repository.root, "--since", base, *JSON)
    assert done.code == 1
    assert [entry[1:3] for entry in statuses(done)] == [(1, "new"), (2, "waived")]


def test_a_commit_that_moves_a_line_is_not_stopped(
    seawall: Any, repository: Any, token: Any
) -> None:
    repository.write("b.py", f"B = '{token(2)}'\n")
    repository.write(".gitleaksignore", "b.py:github-pat:1\n")
    repository.commit()
    repository.write("b.py", f"import os\n\nB = '{token(2)}'\n")
    repository.git("add", "-A")
    assert seawall("scan", repository.root, "--staged").code == 0


def test_the_history_heeds_the_commit_of_an_ignore(
    seawall: Any, repository: Any, token: Any
) -> None:
    repository.write("b.py", f"B = '{token(2)}'\n")
    commit = repository.commit()
    repository.write("b.py", "import os\n")
    repository.write(".gitleaksignore", f"{commit}:b.py:github-pat:1\n")
    repository.commit()
    done = seawall("scan", repository.root, "--history", *JSON)
    assert statuses(done) == [("b.py", 1, "waived", ".gitleaksignore, line 1")]
