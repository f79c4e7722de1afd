"""The commands around the policy: what is in force, what it does, and what a change of it does."""

from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")

STRICT = '[[gate.break]]\nname = "anything high"\nseverity = "high"\n'


def test_config_show_says_where_each_value_comes_from(seawall: Any, repository: Any) -> None:
    repository.write("seawall.toml", f'[scan]\nexclude = ["vendor/"]\n{STRICT}')
    done = seawall("config", "show", "--origin", folder=repository.root)
    assert done.code == 0
    lines = done.out.splitlines()
    assert any('exclude = ["vendor/"]' in one and "seawall.toml:2" in one for one in lines)
    assert any('"anything high"' in one and "seawall.toml:3" in one for one in lines)
    assert any("allow-partial = false" in one and "# default" in one for one in lines)


def test_cases_are_tried_on_the_policy(seawall: Any, repository: Any) -> None:
    repository.write("seawall.toml", STRICT)
    repository.write(
        "cases.toml",
        '[[case]]\nname = "a high one"\nseverity = "high"\nbreaks = true\n'
        '[[case]]\nname = "a low one"\nseverity = "low"\nbreaks = false\n',
    )
    done = seawall("policy", "test", "cases.toml", folder=repository.root)
    assert (done.code, done.out.count("ok ")) == (0, 2)
    repository.write("seawall.toml", STRICT.replace('"high"\n', '"critical"\n'))
    done = seawall("policy", "test", "cases.toml", folder=repository.root)
    assert (done.code, "WRONG  a high one" in done.out) == (1, True)
    repository.write("cases.toml", '[[case]]\nname = "x"\nbrakes = true\n')
    done = seawall("policy", "test", "cases.toml", folder=repository.root)
    assert (done.code, "line 3: case.brakes" in done.err) == (2, True)


def test_a_diff_tells_what_would_no_longer_break(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("seawall.toml", STRICT)
    repository.write("deploy.py", f'TOKEN = "{token(1)}"\n')
    repository.commit()
    assert seawall("scan", folder=repository.root).code == 1
    same = seawall("policy", "diff", folder=repository.root)
    assert (same.code, "the same clauses" in same.out) == (0, True)
    repository.write("seawall.toml", STRICT.replace("high", "critical") + 'engine = "code"\n')
    done = seawall("policy", "diff", folder=repository.root)
    assert done.code == 1
    assert "- anything high" in done.out
    assert "deploy.py:1 github-token" in done.out


def test_a_waiver_closes_until_its_day(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("deploy.py", f'TOKEN = "{token(1)}"\n')
    repository.commit()
    done = seawall("scan", "--format", "json", folder=repository.root)
    assert done.code == 1
    name = done.json["verdict"]["reasons"][0]["fingerprint"]
    options = ("--reason", "rotated on the day", "--until", "2999-01-01", "--by", "ada")
    assert seawall("waive", name[:12], *options, folder=repository.root).code == 0
    done = seawall("scan", "--format", "json", folder=repository.root)
    assert (done.code, done.places[0][3]) == (0, "waived")
    told = seawall("why", f"{repository.root}/deploy.py:1").out
    assert "it is waived, by waiver in .seawall/waivers.toml (rotated on the day)" in told
    assert "breaks the build" not in told
    file = repository.root / ".seawall" / "waivers.toml"
    file.write_text(file.read_text().replace("2999-01-01", "2020-01-01"))
    done = seawall("scan", "--format", "json", folder=repository.root)
    assert (done.code, done.places[0][3]) == (1, "new")
    assert "expired on 2020-01-01" in done.json["problems"][0]["message"]


def test_a_dismissal_needs_a_reason_and_no_day(seawall: Any, repository: Any, token: Any) -> None:
    repository.write("deploy.py", f'TOKEN = "{token(1)}"\n')
    done = seawall("scan", "--format", "json", folder=repository.root)
    name = done.json["verdict"]["reasons"][0]["fingerprint"]
    assert seawall("dismiss", name, folder=repository.root).code == 2
    assert seawall("dismiss", name, "--reason", "made up", folder=repository.root).code == 0
    done = seawall("scan", "--format", "json", folder=repository.root)
    assert (done.code, done.places[0][3]) == (0, "false-alarm")


def test_the_floor_holds_waivers_to_its_limit(
    seawall: Any, repository: Any, token: Any, tmp_path: Any
) -> None:
    floor = tmp_path / "floor.toml"
    floor.write_text('name = "acme"\nlongest-waiver = 30\nallow-break-glass = false\n')
    repository.write(
        "deploy.py",
        f'TOKEN = "{token(1)}"  # seawall: allow github-token -- sample until 2999-01-01\n',
    )
    assert seawall("scan", folder=repository.root).code == 0
    done = seawall("scan", "--floor", floor, "--format", "json", folder=repository.root)
    assert (done.code, done.places[0][3]) == (1, "new")
    done = seawall(
        "scan", "--floor", floor, "--break-glass", "it burns until 2999-01-01",
        folder=repository.root,
    )  # fmt: skip
    assert (done.code, "does not let the gate be opened" in done.err) == (2, True)


def test_the_glass_is_broken_with_a_reason_for_a_few_days(
    seawall: Any, repository: Any, token: Any
) -> None:
    import datetime

    repository.write("deploy.py", f'TOKEN = "{token(1)}"\n')
    today = datetime.date.today()
    soon, late = today + datetime.timedelta(days=2), today + datetime.timedelta(days=20)
    done = seawall(
        "scan", "--format", "json", folder=repository.root,
        environment={"SEAWALL_BREAK_GLASS": f"the shop is down until {soon}"},
    )  # fmt: skip
    assert done.code == 0
    assert done.json["verdict"]["opened"] == f"the shop is down (until {soon})"
    assert len(done.json["verdict"]["reasons"]) == 1
    for wrong in (f"late until {late}", "no day", f"until {soon}"):
        assert seawall("scan", "--break-glass", wrong, folder=repository.root).code == 2


def test_a_budget_is_what_a_team_may_still_have(seawall: Any, repository: Any, token: Any) -> None:
    clause = '[[gate.break]]\nname = "more than two"\nseverity = "high"\nbudget = 2\n'
    repository.write("seawall.toml", clause)
    repository.write("a.py", f'A = "{token(1)}"\nB = "{token(2)}"\n')
    assert seawall("scan", folder=repository.root).code == 0
    repository.write("b.py", f'C = "{token(3)}"\n')
    assert seawall("scan", folder=repository.root).code == 1


def test_a_clause_may_be_for_a_team_and_a_folder(seawall: Any, repository: Any, token: Any) -> None:
    clause = '[[gate.break]]\nname = "the web team"\nowners = ["@shop/web"]\npaths = ["web/"]\n'
    repository.write("seawall.toml", clause)
    repository.write("CODEOWNERS", "web/ @shop/web\nlib/ @shop/lib\n")
    repository.write("lib/a.py", f'A = "{token(1)}"\n')
    assert seawall("scan", folder=repository.root).code == 0
    repository.write("web/a.py", f'A = "{token(2)}"\n')
    assert seawall("scan", folder=repository.root).code == 1


def test_what_weakens_the_gate_is_explained(seawall: Any) -> None:
    done = seawall("explain", "gate-weakened")
    assert (done.code, "CWE-693" in done.out) == (0, True)


def test_the_floor_may_close_the_ears_to_other_scanners(
    seawall: Any, repository: Any, token: Any, tmp_path: Any
) -> None:
    floor = tmp_path / "floor.toml"
    floor.write_text('name = "acme"\nallow-foreign = false\n')
    repository.write("deploy.py", f'TOKEN = "{token(1)}"  # gitleaks:allow\n')
    assert seawall("scan", folder=repository.root).code == 0
    assert seawall("scan", "--floor", floor, folder=repository.root).code == 1
