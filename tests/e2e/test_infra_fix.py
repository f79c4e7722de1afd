"""`scan --fix` for infrastructure: a value is changed where it stands, and nothing else is."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")

MAIN = """\
variable "open" {
  default = true
}

resource "aws_db_instance" "own" {
  publicly_accessible = true # for now
}

resource "aws_db_instance" "given" {
  publicly_accessible = var.open
}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x}
spec:
  hostPID: true   # to look at the others
  containers:
    - name: c
      image: a/b:1.2
      securityContext: {privileged: "true"}
"""


def test_values_are_changed_where_they_stand(seawall: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / "pod.yaml").write_text(POD)
    seawall("scan", tmp_path, "--engine", "infra", "--fix")
    text = (tmp_path / "main.tf").read_text()
    assert "  publicly_accessible = false # for now\n" in text
    assert "  publicly_accessible = var.open\n" in text
    # What is missing is written only where that is more than good order.
    assert "multi_az" not in text
    text = (tmp_path / "pod.yaml").read_text()
    assert "  hostPID: false   # to look at the others\n" in text
    assert text.count("\n") == POD.count("\n")
    told = seawall("scan", tmp_path, "--engine", "infra", "--format", "json").json["findings"]
    left = {(one["finding"]["rule"], one["finding"]["location"]["address"]) for one in told}
    assert ("database-public", "aws_db_instance.given") in left
    assert ("database-public", "aws_db_instance.own") not in left
    assert "host-namespace" not in {rule for rule, _ in left}
