"""What another scanner was told to leave out closes what it means, and nothing else."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")


def test_a_skip_closes_only_what_it_names(seawall: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_db_instance" "a" {\n'
        "  # checkov:skip=CKV_AWS_17:it is a demo\n"
        "  publicly_accessible = true\n"
        "}\n\n"
        'resource "aws_db_instance" "b" {\n'
        "  # checkov:skip=CKV_AWS_18:this is about buckets\n"
        "  publicly_accessible = true\n"
        "}\n"
    )
    done = seawall("scan", tmp_path, "--engine", "infra", "--format", "json")
    told = {
        entry["finding"]["location"]["address"]: (entry["status"], entry.get("origin", ""))
        for entry in done.json["findings"]
        if entry["finding"]["rule"] == "database-public"
    }
    assert told == {
        "aws_db_instance.a": ("waived", "checkov:skip=CKV_AWS_17 at line 2"),
        "aws_db_instance.b": ("new", ""),
    }
