import importlib.util
import json
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "bench/secrets/creddata.py"
SPEC = importlib.util.spec_from_file_location("creddata", FILE)
assert SPEC
assert SPEC.loader
creddata = importlib.util.module_from_spec(SPEC)
sys.modules["creddata"] = creddata
SPEC.loader.exec_module(creddata)
Found, Label = creddata.Found, creddata.Label


def label(line, start=-1, end=-1, truth="T", category="Password", last=0):
    return Label(
        path="r/a.py",
        line_start=line,
        line_end=last or line,
        value_start=start,
        value_end=end,
        truth=truth,
        category=category,
    )


def found(line, start=-1, end=-1, last=0, rule="rule", path="r/a.py"):
    return Found(path=path, line=line, line_end=last or line, start=start, end=end, rule=rule)


@pytest.mark.parametrize(
    ("one", "place", "hits"),
    [
        (found(3, 10, 20), label(3, 10, 20), True),
        (found(3, 0, 11), label(3, 10, 20), True),
        (found(3, 0, 10), label(3, 10, 20), False),
        (found(3, 20, 30), label(3, 10, 20), False),
        (found(3), label(3, 10, 20), True),
        (found(3, 0, 2), label(3), True),
        (found(3, 12, -1), label(3, 10, 20), True),
        (found(4, 10, 20), label(3, 10, 20), False),
        (found(5, 0, 64), label(3, 0, 25, last=9), True),
        (found(3, last=9), label(8, 1, 5), True),
    ],
)
def test_a_finding_hits_a_label_where_their_lines_and_values_meet(one, place, hits):
    assert creddata.overlaps(one, place) is hits


def test_a_score_tells_false_from_unlabelled_and_counts_a_place_once():
    labels = [label(1, 5, 9), label(2, truth="F"), label(3, 4, 8), label(10, last=20)]
    result = creddata.score(
        labels,
        [
            found(1, 5, 9, rule="a"),
            found(1, 5, 9, rule="b"),
            found(2, 0, 4),
            found(30, 0, 4),
            found(11, 0, 64),
            found(12, 0, 64),
        ],
        core=False,
    )
    assert result.recall[""] == (2, 3)
    assert (len(result.true), len(result.false), len(result.unlabelled)) == (2, 1, 1)
    assert result.precision(strict=True) == 0.5
    assert result.precision(strict=False) == pytest.approx(2 / 3)
    assert [one.line_start for one in result.missed] == [3]


def test_the_core_leaves_identifiers_out_of_recall_and_of_precision():
    labels = [
        label(1, 5, 9),
        label(2, 5, 9, category="UUID"),
        label(3, 5, 9, category="Salt:Nonce"),
        label(4, 5, 9, category="Token:UUID"),
    ]
    findings = [found(line, 5, 9) for line in (1, 2, 3, 4)]
    whole = creddata.score(labels, findings, core=False)
    core = creddata.score(labels, findings, core=True)
    assert whole.recall[""] == (4, 4)
    assert core.recall[""] == (2, 2)
    assert (len(core.true), core.outside) == (2, 2)
    assert core.precision(strict=True) == 1.0


REPORTS = {
    "seawall": {
        "tool_version": "0.1.0",
        "findings": [
            {
                "finding": {
                    "rule": "hardcoded-password",
                    "location": {
                        "type": "code",
                        "path": "r/a.py",
                        "line": 3,
                        "column": 11,
                        "end_column": 21,
                    },
                },
                "status": "new",
            }
        ],
    },
    "gitleaks": [
        {
            "RuleID": "generic",
            "File": "DATA/r/a.py",
            "StartLine": 3,
            "EndLine": 3,
            "StartColumn": 12,
            "EndColumn": 21,
        }
    ],
    "kingfisher": {
        "findings": [
            {
                "rule": {"id": "k.1", "name": "k"},
                "finding": {
                    "path": "DATA/r/a.py",
                    "line": 3,
                    "column_start": 11,
                    "column_end": 20,
                },
            }
        ]
    },
    "detect-secrets": {"results": {"r/a.py": [{"type": "Keyword", "line_number": 3}]}},
    "credsweeper": [
        {
            "rule": "Password",
            "line_data_list": [
                {"path": "./r/a.py", "line_num": 3, "value_start": 10, "value_end": 20}
            ],
        }
    ],
    "secretlint": [
        {"filePath": "DATA/r/b.py", "messages": []},
        {
            "filePath": "DATA/r/a.py",
            "messages": [
                {
                    "ruleId": "s",
                    "loc": {"start": {"line": 3, "column": 10}, "end": {"line": 3, "column": 20}},
                }
            ],
        },
    ],
}


@pytest.mark.parametrize("scanner", REPORTS)
def test_every_scanners_report_is_read_in_the_same_terms(scanner, tmp_path):
    report = tmp_path / "report.json"
    report.write_text(json.dumps(REPORTS[scanner]).replace("DATA", str(tmp_path)))
    (one,) = creddata.read_findings(report, tmp_path)
    assert (one.path, one.line, one.line_end) == ("r/a.py", 3, 3)
    assert (one.start, one.end) in ((10, 20), (10, 21), (-1, -1))
    assert creddata.overlaps(one, label(3, 10, 20))


def test_a_report_of_nothing_is_read_and_an_unknown_one_is_refused(tmp_path):
    report = tmp_path / "report.json"
    report.write_text("[]")
    assert creddata.read_findings(report, tmp_path) == []
    report.write_text('{"runs": []}')
    with pytest.raises(ValueError, match="no report"):
        creddata.read_findings(report, tmp_path)


def test_the_held_half_is_never_shown(tmp_path, capsys):
    held = tmp_path / "held"
    held.mkdir()
    with pytest.raises(SystemExit):
        creddata.main(["score", "--data", str(held), "--findings", "x", "--kinds", "5"])
    assert "kept aside" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "start", "name"),
    [
        ('password = "value"', 12, "password"),
        ("  db.password: value", 15, "password"),
        ('{"api_key": "value"}', 13, "api_key"),
        ('connect("value")', 9, "connect"),
        ("value", 0, ""),
    ],
)
def test_the_name_before_a_value_is_told(line, start, name):
    assert creddata.name_before(line, start) == name
