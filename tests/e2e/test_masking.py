"""A secret on a line that the code engine quotes is neither shown nor stored."""

from pathlib import Path

from seawall.reports.formats import FORMATS
from tests.e2e.conftest import Seawall, github_token

KEY = "quite-a-long-key-77"
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
        "app.config['SECRET_KEY'] = 'quite-a-long-key-77'\n\n\n"
        "@app.get('/')\ndef view():\n"
        f"    name = request.args['name']; token = '{token}'\n"
        f"    os.system('tool --key {token} ' + name)\n"
        f"    connect('{token}')\n    return 'ok'\n\n\n"
        f"@app.post('/hooks/{token}')\ndef hook():\n    return 'ok'\n\n\n"
        f"key = '{token}'\napp.run(debug=True)\n"
    )


def test_no_report_shows_it_and_no_cache_stores_it(seawall: Seawall, tmp_path: Path) -> None:
    token = github_token(7)
    target = tmp_path / "target"
    target.mkdir()
    (target / "app.py").write_text(program(token), "utf-8")
    (target / "rules.yml").write_text(RULES, "utf-8")
    (target / "seawall.toml").write_text('[code]\nsemgrep = ["rules.yml"]\n', "utf-8")
    cache = tmp_path / "cache"
    assert {"json", "sarif", "html", "routes", "markdown"} <= set(FORMATS)
    reports = {name: tmp_path / f"report.{name}" for name in FORMATS if name != "text"}
    for _ in range(2):  # the second time from the cache
        done = seawall(
            *("scan", target, "--format", "text"),
            *(word for name, file in reports.items() for word in ("--format", f"{name}={file}")),
            environment={"SEAWALL_CACHE_DIR": str(cache)},
        )
        assert done.code == 1
        assert token not in done.out + done.err
        assert KEY not in done.out + done.err
        for name, file in reports.items():
            assert token not in file.read_text("utf-8"), name
            assert KEY not in file.read_text("utf-8"), name
        assert "/hooks/••••" in reports["routes"].read_text("utf-8")
    stored = [file for file in cache.rglob("*") if file.is_file()]
    assert stored
    for file in stored:
        assert token.encode() not in file.read_bytes(), file.name
        assert KEY.encode() not in file.read_bytes(), file.name


def test_the_mark_stays_at_its_place(seawall: Seawall, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(program(github_token(8)), "utf-8")
    done = seawall("scan", tmp_path, "--engine", "code", "--format", "json")
    (finding,) = [
        one["finding"]
        for one in done.json["findings"]
        if one["finding"]["rule"] == "os-command-injection"
    ]
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


def test_a_diff_shows_the_mask_in_its_place(seawall: Seawall, tmp_path: Path) -> None:
    token = github_token(10)
    (tmp_path / "app.py").write_text(program(token), "utf-8")
    done = seawall("scan", tmp_path, "--fix", "--diff", "--engine", "code")
    assert "-app.run(debug=True)" in done.out
    assert " key = '••••'" in done.out
    assert token not in done.out + done.err
    assert "does not apply" in done.err


def test_an_address_that_is_joined_from_another_file_is_masked(
    seawall: Seawall, tmp_path: Path
) -> None:
    token = github_token(11)
    (tmp_path / "names.py").write_text(f"HOOK = '/hooks/{token}'\n", "utf-8")
    (tmp_path / "app.py").write_text(
        "from flask import Flask\nfrom names import HOOK\n\napp = Flask(__name__)\n\n\n"
        "@app.post(HOOK)\ndef hook():\n    return 'ok'\n",
        "utf-8",
    )
    for form in ("routes", "json"):
        done = seawall("scan", tmp_path, "--no-gate", "--format", form)
        assert "/hooks/••••" in done.out
        assert token not in done.out + done.err


def test_the_account_of_a_line_does_not_show_it(seawall: Seawall, tmp_path: Path) -> None:
    token = github_token(12)
    (tmp_path / "app.py").write_text(program(token), "utf-8")
    lines = program(token).split("\n")
    for number, line in enumerate(lines, start=1):
        if token in line or KEY in line:
            done = seawall("why", f"app.py:{number}")
            assert token not in done.out + done.err
            assert KEY not in done.out + done.err


def test_a_key_of_several_lines_is_not_shown(seawall: Seawall, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import jwt\nfrom flask import Flask\n\napp = Flask(__name__)\n"
        'app.secret_key = """half of it\nother half\nthird"""\n'
        "print(\n    jwt.encode(\n        {'a': 1},\n        'kept to itself',\n    )\n)\n",
        "utf-8",
    )
    done = seawall("scan", tmp_path, "--engine", "code", "--format", "json")
    assert {(path, rule) for path, _, rule, _ in done.places} == {("app.py", "constant-key")}
    for word in ("half of it", "other half", "kept to itself"):
        assert word not in done.out
