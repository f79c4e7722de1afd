"""A secret on a line that the code engine quotes is neither shown nor stored."""

from pathlib import Path

from seawall.reports.formats import FORMATS
from tests.e2e.conftest import Seawall, github_token

RULES = """\
rules:
  - id: no-connect
    languages: [python]
    severity: WARNING
    message: Do not connect with $X.
    pattern: connect($X)
    fix: open_with($X)
"""


def program(token: str) -> str:
    """Return a program whose weak lines hold a secret, or stand beside one."""
    return (
        "import os\nfrom flask import Flask, request\napp = Flask(__name__)\n\n\n"
        "@app.get('/')\ndef view():\n"
        f"    name = request.args['name']; token = '{token}'\n"
        f"    os.system('tool --key {token} ' + name)\n"
        f"    connect('{token}')\n    return 'ok'\n"
    )


def test_no_report_shows_it_and_no_cache_stores_it(seawall: Seawall, tmp_path: Path) -> None:
    token = github_token(7)
    target = tmp_path / "target"
    target.mkdir()
    (target / "app.py").write_text(program(token), "utf-8")
    (target / "rules.yml").write_text(RULES, "utf-8")
    (target / "seawall.toml").write_text('[code]\nsemgrep = ["rules.yml"]\n', "utf-8")
    cache = tmp_path / "cache"
    reports = {name: tmp_path / f"report.{name}" for name in FORMATS if name != "text"}
    for _ in range(2):  # the second time from the cache
        done = seawall(
            *("scan", target, "--format", "text"),
            *(word for name, file in reports.items() for word in ("--format", f"{name}={file}")),
            environment={"SEAWALL_CACHE_DIR": str(cache)},
        )
        assert done.code == 1
        assert token not in done.out + done.err
        for name, file in reports.items():
            assert token not in file.read_text("utf-8"), name
    stored = [file for file in cache.rglob("*") if file.is_file()]
    assert stored
    for file in stored:
        assert token.encode() not in file.read_bytes(), file.name


def test_the_mark_stays_at_its_place(seawall: Seawall, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(program(github_token(8)), "utf-8")
    done = seawall("scan", tmp_path, "--engine", "code", "--format", "json")
    (finding,) = [one["finding"] for one in done.json["findings"]]
    excerpt = finding["excerpt"]
    line = excerpt["lines"][excerpt["mark_line"] - excerpt["first_line"]]
    marked = line[excerpt["mark_start"] : excerpt["mark_end"]]
    assert marked == "os.system('tool --key •••• ' + name)"


def test_a_fix_that_would_hold_it_is_not_offered(seawall: Seawall, tmp_path: Path) -> None:
    token = github_token(9)
    (tmp_path / "app.py").write_text(program(token), "utf-8")
    (tmp_path / "rules.yml").write_text(RULES, "utf-8")
    (tmp_path / "seawall.toml").write_text('[code]\nsemgrep = ["rules.yml"]\n', "utf-8")
    done = seawall("scan", tmp_path, "--fix", "--engine", "code")
    assert token not in done.out + done.err
    assert "open_with" not in (tmp_path / "app.py").read_text("utf-8")
