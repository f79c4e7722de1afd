"""The rules of a team, in Semgrep's syntax, run by the engine."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Repository, Seawall

RULES = """\
rules:
  - id: no-print
    languages: [python]
    severity: WARNING
    message: Use the logger, not print($X).
    pattern: print($X)
    fix: log.info($X)
  - id: own-taint
    languages: [python]
    severity: ERROR
    mode: taint
    message: Data of get_input reaches dangerous().
    pattern-sources: [{pattern: get_input()}]
    pattern-sinks: [{pattern: dangerous(...)}]
  - id: not-run
    languages: [python]
    severity: ERROR
    message: x
    pattern: "def ((("
"""
PROGRAM = """\
def f():
    x = get_input()
    print(x)
    y = "a" + x
    dangerous(y)
"""
CONFIG = '[code]\nsemgrep = ["rules.yml"]\n'


def write(root: Path, *, rules: str = RULES, config: str = CONFIG) -> None:
    (root / "a.py").write_text(PROGRAM, "utf-8")
    (root / "rules.yml").write_text(rules, "utf-8")
    (root / "seawall.toml").write_text(config, "utf-8")


def test_they_find_and_what_cannot_be_run_is_told(seawall: Seawall, tmp_path: Path) -> None:
    write(tmp_path)
    done = seawall("scan", tmp_path, "--format", "json")
    assert done.code == 0
    assert [place[1:3] for place in done.places] == [(3, "no-print"), (5, "own-taint")]
    finding = done.json["findings"][1]["finding"]
    assert [step["location"]["line"] for step in finding["trail"]] == [2, 5]
    (problem,) = done.json["problems"]
    assert (problem["path"], "not-run" in problem["message"]) == ("rules.yml", True)


def test_a_clause_that_names_one_breaks_the_build(seawall: Seawall, tmp_path: Path) -> None:
    clause = '[[gate.break]]\nname = "our own"\nrules = ["own-taint"]\n'
    write(tmp_path, config=CONFIG + clause)
    assert seawall("scan", tmp_path, "-q").code == 1


def test_their_fixes_are_applied(seawall: Seawall, tmp_path: Path) -> None:
    write(tmp_path)
    seawall("scan", tmp_path, "--fix", "-q")
    assert "log.info(x)" in (tmp_path / "a.py").read_text("utf-8")


def test_a_changed_rule_makes_kept_answers_void(seawall: Seawall, tmp_path: Path) -> None:
    write(tmp_path)
    seawall("scan", tmp_path, "-q")
    write(tmp_path, rules=RULES.replace("dangerous(...)", "harmless(...)"))
    found = json.loads(seawall("scan", tmp_path, "--format", "json").out)["findings"]
    assert [one["finding"]["rule"] for one in found] == ["no-print"]


@pytest.mark.parametrize(
    ("rules", "config", "word"),
    [
        (RULES, CONFIG.replace("rules.yml", "gone.yml"), "gone.yml"),
        (RULES, CONFIG + '[rules]\noff = ["no-prnt"]\n', "line 4: rules.off: there is no rule"),
        (RULES.replace("no-print", "sql-injection"), CONFIG, "sql-injection"),
    ],
)
def test_what_is_wrong_with_them_is_an_error(
    seawall: Seawall, tmp_path: Path, rules: str, config: str, word: str
) -> None:
    write(tmp_path, rules=rules, config=config)
    done = seawall("scan", tmp_path)
    assert (done.code, word in done.err) == (2, True)


def test_they_are_listed_and_explained_where_they_are_configured(
    seawall: Seawall, tmp_path: Path
) -> None:
    write(tmp_path)
    listed = seawall("rules", "list", "--engine", "code", "--format", "json", folder=tmp_path)
    ids = [rule["id"] for rule in json.loads(listed.out)]
    assert {"no-print", "own-taint", "sql-injection"} <= set(ids)
    assert "not-run" not in ids
    told = seawall("explain", "no-print", folder=tmp_path)
    assert (told.code, "Use the logger" in told.out) == (0, True)
    (tmp_path / "other").mkdir()
    assert seawall("explain", "no-print", tmp_path / "other").code == 2


def test_a_weakness_of_code_is_explained(seawall: Seawall, tmp_path: Path) -> None:
    told = seawall("explain", "sql-injection", folder=tmp_path).out
    parts = ["CWE-89", "where it is reachable", "Why it matters", "Lesson", "Vulnerable", "Fixed"]
    assert [part for part in parts if part not in told] == []


@pytest.mark.parametrize("name", [".semgrep", "./.semgrep/", ".semgrep/**/*.yml", ".semgrep/d*"])
def test_a_folder_or_a_pattern_names_the_rules_in_it(
    seawall: Seawall, tmp_path: Path, name: str
) -> None:
    write(tmp_path, config=f'[code]\nsemgrep = ["{name}"]\n')
    folder = tmp_path / ".semgrep" / "deep"
    folder.mkdir(parents=True)
    (tmp_path / "rules.yml").rename(folder / "own.yml")
    (folder / "other.yml").write_text("setting: 1\n", "utf-8")
    (folder / "own.test.yaml").write_text(RULES, "utf-8")
    (folder / "notes.txt").write_text(RULES, "utf-8")
    done = seawall("scan", tmp_path, "--engine", "code", "--format", "json")
    assert [place[1:3] for place in done.places] == [(3, "no-print"), (5, "own-taint")]
    (problem,) = done.json["problems"]
    assert problem["path"] == ".semgrep/deep/own.yml"


@pytest.mark.parametrize("name", ["linked", "linked/*.yml", "..", "../rules", "nothing*"])
def test_what_lies_outside_the_target_is_not_read(
    seawall: Seawall, tmp_path: Path, name: str
) -> None:
    outside, target = tmp_path / "rules", tmp_path / "target"
    outside.mkdir()
    target.mkdir()
    write(target, config=f'[code]\nsemgrep = ["{name}"]\n')
    (target / "rules.yml").rename(outside / "own.yml")
    (target / "linked").symlink_to(outside)
    done = seawall("scan", target, "--engine", "code")
    assert done.code == 2
    assert "there are no rules there" in done.err


def test_a_change_is_judged_by_the_rules_of_the_folder_before_it(
    seawall: Seawall, repository: Repository
) -> None:
    write(repository.root, config='[code]\nsemgrep = [".semgrep"]\n')
    (repository.root / ".semgrep").mkdir()
    (repository.root / "rules.yml").rename(repository.root / ".semgrep" / "own.yml")
    repository.commit()
    repository.write("b.py", "print(1)\n")
    repository.write(".semgrep/own.yml", "rules: []\n")
    repository.commit()
    done = seawall(
        "scan", "--since", "HEAD~1", "--engine", "code", "--format", "json", folder=repository.root
    )
    assert ("b.py", 1, "no-print", "new") in done.places
