"""`seawall scan` as a person runs it: exit codes, modes, formats and words."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")
JSON = ("--format", "json")


def test_a_clean_folder_passes(seawall: Any, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("print('hello')\n")
    done = seawall("scan", tmp_path)
    assert done.code == 0
    assert done.err == ""


def test_a_secret_breaks_the_build_and_is_never_shown(
    seawall: Any, tmp_path: Path, token: Any
) -> None:
    secret = token(1)
    (tmp_path / "app.py").write_text(f"import os\nTOKEN = '{secret}'\n")
    for name in ("text", "json", "sarif", "html", "markdown", "junit", "gitlab", "github", "csv"):
        done = seawall("scan", tmp_path, "--format", name)
        assert done.code == 1, name
        assert "app.py" in done.out, name
        assert secret not in done.out + done.err, name
        assert secret[6:30] not in done.out + done.err, name


def test_rule_line_and_status(seawall: Any, tmp_path: Path, token: Any) -> None:
    (tmp_path / "app.py").write_text(f"import os\nTOKEN = '{token(1)}'\n")
    done = seawall("scan", tmp_path, *JSON)
    ((path, line, rule, status),) = done.places
    assert (path, line, status) == ("app.py", 2, "new")
    assert rule.startswith("github-")


def test_no_cache_file_holds_the_secret(seawall: Any, tmp_path: Path, token: Any) -> None:
    target, cache = tmp_path / "t", tmp_path / "cache"
    target.mkdir()
    secret = token(2)
    (target / "app.py").write_text(f"TOKEN = '{secret}'\n")
    seawall("scan", target, environment={"SEAWALL_CACHE_DIR": str(cache)})
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert secret.encode() not in path.read_bytes()
        assert secret[8:30].encode() not in path.read_bytes()
    assert list(target.iterdir()) == [target / "app.py"]


def test_the_cache_gives_the_same_answers(seawall: Any, tmp_path: Path, token: Any) -> None:
    for number in range(30):
        (tmp_path / f"f{number}.py").write_text(f"# {number}\nTOKEN = '{token(number % 3)}'\n")
    # A file that changed just now may change again unseen, so it is not remembered.
    time.sleep(2.2)
    cold = seawall("scan", tmp_path, *JSON)
    warm = seawall("scan", tmp_path, *JSON)
    assert warm.json["findings"] == cold.json["findings"]
    assert warm.json["coverage"]["from_cache"] == 30
    (tmp_path / "f7.py").write_text("# nothing any more\n")
    again = seawall("scan", tmp_path, *JSON)
    assert [place for place in cold.places if place[0] != "f7.py"] == again.places


def test_a_corrupted_cache_heals(seawall: Any, tmp_path: Path, token: Any) -> None:
    target, cache = tmp_path / "t", tmp_path / "cache"
    target.mkdir()
    (target / "app.py").write_text(f"TOKEN = '{token(1)}'\n")
    environment = {"SEAWALL_CACHE_DIR": str(cache)}
    first = seawall("scan", target, *JSON, environment=environment)
    for path in cache.rglob("*"):
        if path.is_file():
            path.write_bytes(b"\0garbage" * 500)
    second = seawall("scan", target, *JSON, environment=environment)
    third = seawall("scan", target, *JSON, environment=environment)
    assert first.places == second.places == third.places
    assert (second.code, third.code) == (1, 1)


def test_workers_and_one_process_say_the_same(seawall: Any, tmp_path: Path, token: Any) -> None:
    for number in range(1600):
        folder = tmp_path / f"d{number % 40}"
        folder.mkdir(exist_ok=True)
        text = f"TOKEN = '{token(number)}'\n" if number % 200 == 0 else "x = 1\n" * 20
        (folder / f"f{number}.py").write_text(text)
    one = seawall("scan", tmp_path, *JSON, "--no-cache", "--jobs", "1")
    many = seawall("scan", tmp_path, *JSON, "--no-cache", "--jobs", "3")
    assert len(one.places) == 8
    assert one.json["findings"] == many.json["findings"]


def test_since_tells_only_what_the_change_brought(
    seawall: Any, repository: Any, token: Any
) -> None:
    repository.write("old.py", f"A = '{token(1)}'\n")
    repository.write("moved.py", f"# one\nB = '{token(2)}'\n")
    repository.commit()
    repository.git("mv", "moved.py", "renamed.py")
    repository.write("renamed.py", f"# one\n# two\n# three\nB = '{token(2)}'\n")
    repository.write("old.py", f"import os\n\nA = '{token(1)}'\nC = '{token(3)}'\n")
    repository.commit()
    done = seawall("scan", repository.root, "--since", "HEAD~1", *JSON)
    assert [place[:2] + place[3:] for place in done.places] == [("old.py", 4, "new")]
    assert done.code == 1


def test_since_says_what_the_change_mended(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", f"A = '{token(1)}'\n")
    repository.commit()
    repository.write("app.py", "import os\nA = os.environ['A']\n")
    repository.commit()
    done = seawall("scan", repository.root, "--since", "HEAD~1", *JSON)
    assert [place[3] for place in done.places] == ["fixed"]
    assert done.code == 0


def test_since_counts_what_is_not_committed_yet(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", "x = 1\n")
    repository.commit()
    repository.write("app.py", f"x = '{token(1)}'\n")
    repository.write("new.py", f"x = '{token(2)}'\n")
    done = seawall("scan", repository.root, "--since", "HEAD", *JSON)
    assert [place[0] for place in done.places] == ["app.py", "new.py"]


def test_since_an_unknown_revision_is_an_error_with_a_hint(seawall: Any, repository: Any) -> None:
    repository.write("app.py", "x = 1\n")
    repository.commit()
    done = seawall("scan", repository.root, "--since", "no-such")
    assert done.code == 2
    assert done.err.startswith("seawall: error: ")
    assert "seawall: hint: " in done.err


def test_a_change_cannot_switch_off_its_own_gate(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", "x = 1\n")
    repository.commit()
    allow = "seawall: " + "allow"
    done = seawall("scan", repository.root, *JSON)
    repository.write("app.py", f"x = '{token(1)}'\n")
    (rule,) = {place[2] for place in seawall("scan", repository.root, *JSON).places}
    repository.write("app.py", f"x = '{token(1)}'  # {allow} {rule} -- trust me\n")
    repository.write(
        "seawall.toml", f"[rules]\noff = ['{rule}']\n[gate]\nunsafe-allow-all = true\n"
    )
    repository.write(".seawallignore", "app.py\n")
    repository.commit()
    seawall("baseline", "write", repository.root)
    repository.commit()
    done = seawall("scan", repository.root, "--since", "HEAD~2", *JSON)
    assert done.code == 1
    assert ("app.py", 1, rule, "new") in done.places


def test_an_allow_at_the_base_holds(seawall: Any, repository: Any, token: Any) -> None:
    allow = "seawall: " + "allow"
    repository.write("app.py", f"x = '{token(1)}'\n")
    (rule,) = {place[2] for place in seawall("scan", repository.root, *JSON).places}
    line = "x = '{}'  # " + f"{allow} {rule} -- a test key\n"
    repository.write("app.py", line.format(token(1)))
    repository.commit()
    repository.write("app.py", "import os\n" + line.format(token(2)))
    repository.commit()
    done = seawall("scan", repository.root, "--since", "HEAD~1", *JSON)
    assert done.code == 0
    assert ("app.py", 2, rule, "waived") in done.places


def test_staged_looks_at_the_index(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", "x = 1\n")
    repository.commit()
    repository.write("app.py", f"x = '{token(1)}'\n")
    assert seawall("scan", repository.root, "--staged").code == 0
    repository.git("add", "app.py")
    repository.write("app.py", "x = 1\n")
    done = seawall("scan", repository.root, "--staged", *JSON)
    assert done.code == 1
    assert [place[:2] for place in done.places] == [("app.py", 1)]


def test_staged_works_before_the_first_commit(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", f"x = '{token(1)}'\n")
    repository.git("add", "app.py")
    assert seawall("scan", repository.root, "--staged").code == 1


def test_history_finds_what_was_deleted_and_says_since_when(
    seawall: Any, repository: Any, token: Any
) -> None:
    repository.write("keep.py", f"K = '{token(1)}'\n")
    first = repository.commit()
    repository.write("gone.py", f"G = '{token(2)}'\n")
    second = repository.commit()
    repository.git("rm", "-q", "gone.py")
    repository.commit()
    assert [p[0] for p in seawall("scan", repository.root, *JSON).places] == ["keep.py"]
    done = seawall("scan", repository.root, "--history", *JSON)
    found = {
        entry["finding"]["location"]["path"]: entry["finding"]["location"]["revision"]
        for entry in done.json["findings"]
    }
    assert found["gone.py"]["commit"] == second
    assert found["gone.py"].get("in_head", False) is False
    assert found["keep.py"]["commit"] == first
    assert found["keep.py"]["in_head"] is True
    assert found["keep.py"]["date"].startswith("2026-01-02T03:04:05")
    assert done.code == 1


def test_history_sees_every_branch_and_tag(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("a.py", "x = 1\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "side")
    repository.write("side.py", f"S = '{token(3)}'\n")
    repository.commit()
    repository.git("tag", "kept")
    repository.git("checkout", "-q", "main")
    repository.git("branch", "-D", "side")
    done = seawall("scan", repository.root, "--history", *JSON)
    assert [place[:2] for place in done.places] == [("side.py", 1)]


def test_a_baseline_makes_it_known(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", f"A = '{token(1)}'\n")
    assert seawall("scan", repository.root).code == 1
    written = seawall("baseline", "write", repository.root)
    assert written.code == 0
    assert "1 open finding" in written.out
    content = (repository.root / ".seawall" / "baseline.jsonl").read_text()
    assert token(1) not in content
    repository.write("app.py", f"# moved\n\nA = '{token(1)}'\nB = '{token(2)}'\n")
    done = seawall("scan", repository.root, *JSON)
    assert sorted((place[1], place[3]) for place in done.places) == [(3, "known"), (4, "new")]
    assert "1 known finding" in seawall("baseline", "show", repository.root).out


def test_a_bad_configuration_names_line_and_key(seawall: Any, tmp_path: Path) -> None:
    (tmp_path / "seawall.toml").write_text("[scan]\nexclud = ['x']\n")
    done = seawall("scan", tmp_path)
    assert done.code == 2
    assert "seawall.toml, line 2: scan.exclud: unknown key" in done.err


def test_an_exclude_and_a_rule_that_is_off(seawall: Any, tmp_path: Path, token: Any) -> None:
    for name in ("gen", "src"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(f"T = '{token(1)}'\n")
    (tmp_path / "seawall.toml").write_text("[scan]\nexclude = ['gen/']\n")
    done = seawall("scan", tmp_path, *JSON)
    assert [place[0] for place in done.places] == ["src/a.py"]
    (tmp_path / "src" / "seawall.toml").write_text(f"[rules]\noff = ['{done.places[0][2]}']\n")
    assert seawall("scan", tmp_path, *JSON).places == []


def test_no_gate_tells_and_passes(seawall: Any, tmp_path: Path, token: Any) -> None:
    (tmp_path / "app.py").write_text(f"T = '{token(1)}'\n")
    done = seawall("scan", tmp_path, "--no-gate", *JSON)
    assert done.code == 0
    assert len(done.places) == 1


def test_formats_go_to_files_whole(seawall: Any, tmp_path: Path, token: Any) -> None:
    target = tmp_path / "t"
    target.mkdir()
    (target / "app.py").write_text(f"T = '{token(1)}'\n")
    html, sarif = tmp_path / "r.html", tmp_path / "r.sarif"
    done = seawall("scan", target, "--format", f"html={html}", "--format", f"sarif={sarif}")
    assert done.code == 1
    assert done.out == ""
    assert "the gate breaks the build" in done.err
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert html.read_text().startswith("<!doctype html>")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.html", "r.sarif", "t"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scan", "no-such-folder"], "no-such-folder"),
        (["scan", ".", "--format", "nonsense"], "there is no format 'nonsense'"),
        (["scan", ".", "--format", "json", "--format", "sarif"], "cannot both go to the terminal"),
        (["scan", ".", "--format", "json=no/such/folder/x"], "the folder of no/such/folder/x"),
        (["scan", ".", "--engine", "nonsense"], "there is no engine 'nonsense'"),
        (["scan", ".", "--since", "x"], "git"),
        (["scan", ".", "--jobs", "0"], "not a number from 1 to 512"),
        (["scan", ".", "--nonsense"], "unrecognized arguments"),
        (["scan", ".", "--baseline", "none.jsonl"], "none.jsonl: there is no such file"),
        (["explain", "no-such-rule"], "there is no rule 'no-such-rule'"),
        (["explain", "0123456789ab"], "remembered"),
        (["why", "nowhere"], "PATH:LINE"),
        (["why", "nowhere.py:3"], "there is no such file"),
    ],
)
def test_a_mistake_gets_an_error_a_hint_and_exit_2(
    seawall: Any, tmp_path: Path, arguments: list[str], words: str
) -> None:
    done = seawall(*arguments)
    assert done.code == 2
    assert words in done.err
    assert done.err.startswith("seawall: error: ")


def test_explain_a_rule_and_a_finding(seawall: Any, tmp_path: Path, token: Any) -> None:
    (tmp_path / "app.py").write_text(f"T = '{token(1)}'\n")
    report = seawall("scan", tmp_path, *JSON)
    rule = report.places[0][2]
    words = seawall("explain", rule)
    assert words.code == 0
    assert "Why it matters" in words.out
    assert "What to do" in words.out
    finding = report.json["findings"][0]["finding"]
    name = seawall_fingerprint(finding["rule"], finding["anchor"])
    told = seawall("explain", name[:12], tmp_path)
    assert told.code == 0
    assert "app.py:1" in told.out
    assert token(1) not in told.out


def seawall_fingerprint(rule: str, anchor: str) -> str:
    from seawall.core.finding import fingerprint

    return fingerprint(rule, anchor)


def test_why_tells_what_was_decided(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("app.py", f"import os\nT = '{token(1)}'\nX = 'your-token-here'\n")
    repository.commit()
    place = repository.root / "app.py"
    found = seawall("why", f"{place}:2")
    assert found.code == 0
    assert "finding" in found.out
    assert "breaks the build" in found.out
    assert token(1) not in found.out
    clean = seawall("why", f"{place}:1")
    assert clean.code == 0
    assert "breaks the build" not in clean.out


def test_rules_list(seawall: Any) -> None:
    done = seawall("rules", "list", "github")
    assert done.code == 0
    assert "github-" in done.out


def test_help_teaches(seawall: Any) -> None:
    done = seawall("--help")
    assert done.code == 0
    for verb in ("scan", "explain", "why", "baseline", "rules"):
        assert verb in done.out
        assert seawall(verb, "--help").code == 0


def test_ctrl_c_leaves_nothing_broken(seawall: Any, tmp_path: Path, token: Any) -> None:
    target, cache = tmp_path / "t", tmp_path / "cache"
    target.mkdir()
    for number in range(3000):
        (target / f"f{number}.py").write_text(f"T = '{token(number)}'\n" * 40)
    command = [sys.executable, "-m", "seawall", "scan", str(target), "--jobs", "2"]
    environment = {**os.environ, "SEAWALL_CACHE_DIR": str(cache)}
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=1.0)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err
    done = seawall("scan", target, *JSON, environment={"SEAWALL_CACHE_DIR": str(cache)})
    assert len(done.places) == 3000 * 40
