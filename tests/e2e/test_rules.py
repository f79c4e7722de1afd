"""What a version looks for, and what another one does."""

import json
from typing import Any


def test_a_diff_names_what_came_went_and_changed(seawall: Any, tmp_path: Any) -> None:
    done = seawall("rules", "list", "github", "--format", "json")
    rules = json.loads(done.out)
    old = [dict(one) for one in rules if one["id"] != "github-token"]
    old[0]["severity"] = "info"
    old.append({**old[0], "id": "long-gone", "title": "Long gone"})
    (tmp_path / "old.json").write_text(json.dumps(old))
    (tmp_path / "new.json").write_text(json.dumps(rules))
    done = seawall("rules", "diff", "old.json", "new.json")
    assert done.code == 0
    assert "+ github-token: GitHub personal access token (breaks the build)" in done.out
    assert "- long-gone: Long gone" in done.out
    assert f"~ {old[0]['id']}: severity info -> " in done.out
    assert "1 rules came, 1 of which break the build by default; 1 went, 1 changed" in done.out


def test_a_file_that_is_no_list_is_an_error(seawall: Any, tmp_path: Any) -> None:
    (tmp_path / "old.json").write_text("{}")
    done = seawall("rules", "diff", "old.json")
    assert (done.code, "is no list of rules" in done.err) == (2, True)
