"""The example of the documentation holds: its record, its summary, and what the command says."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from seawall.attest.recompute import recompute
from seawall.attest.record import read_record
from seawall.attest.statement import compare, read_statement
from seawall.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
RECORD, SUMMARY = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
SCHEMA = json.loads((Path(__file__).parent / "schemas" / "statement.json").read_text("utf-8"))


def test_the_record_holds_and_the_summary_says_the_same() -> None:
    record = read_record(RECORD.encode(), name="the page")
    assert recompute(record) == []
    jsonschema.validate(json.loads(SUMMARY), SCHEMA, cls=jsonschema.Draft202012Validator)
    assert compare(read_statement(SUMMARY.encode(), name="the page"), record) == []


def test_the_command_says_what_the_page_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "record.json"
    file.write_text(RECORD, encoding="utf-8")
    assert run(["policy", "check", str(file)]) == 0
    shown = re.search(r"```text\n\$ seawall policy check record.json\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    assert capsys.readouterr().out == shown[1]


def test_every_field_of_a_record_is_explained() -> None:
    explained = set(re.findall(r"`(\w+)`", PAGE.partition("## Sign it")[0]))
    assert set(json.loads(RECORD)) - {"schema"} <= explained
