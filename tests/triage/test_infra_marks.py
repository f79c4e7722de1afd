"""Marks of other scanners of infrastructure: what they name, and the lines for which they speak."""

import pytest

from seawall.triage.infra_marks import read_infra_marks

BLOCK = """\
resource "aws_s3_bucket" "a" {
  # checkov:skip=CKV_AWS_18:nobody reads it
  bucket = "a"
  tags = {
    a = 1
  }
}

#tfsec:ignore:aws-s3-enable-versioning
resource "aws_s3_bucket" "b" {
  acl = "public-read" #trivy:ignore:AVD-AWS-0092
}
"""


def told(text: str) -> list[tuple[str, tuple[str, ...], int, int]]:
    marks = read_infra_marks(text.encode())
    return [(one.tool, one.names, one.first, one.last) for one in marks]


def test_blocks_and_lines_of_terraform() -> None:
    assert told(BLOCK) == [
        ("checkov:skip=CKV_AWS_18", ("CKV_AWS_18",), 1, 7),
        ("tfsec:ignore:aws-s3-enable-versioning", ("aws-s3-enable-versioning",) * 2, 10, 12),
        ("trivy:ignore:AVD-AWS-0092", ("AVD-AWS-0092", "AWS-0092"), 11, 11),
    ]


@pytest.mark.parametrize(
    ("text", "names", "first", "last"),
    [
        ("# hadolint ignore=DL3008,DL3015\nRUN apt-get install x && \\\n  true\n", 2, 2, 3),
        ("# hadolint global ignore=DL3008\nFROM a\nRUN b\n", 1, 1, 4),
        ("# kics-scan ignore-line\nprivileged: true\n", 1, 2, 2),
        ("a:\n  - uses: a/b@v1 # zizmor: ignore[unpinned-uses]\n", 1, 2, 2),
        (
            "---\na: 1\n---\nmetadata:\n  annotations:\n    checkov.io/skip1: CKV_K8S_8=x\n---\n",
            1,
            4,
            6,
        ),
        ('a: 1\n"ignore-check.kube-linter.io/privileged-container": "x"\n', 1, 1, 3),
    ],
)
def test_other_files(text: str, names: int, first: int, last: int) -> None:
    ((_, found, *lines),) = told(text)
    assert (len(found), lines) == (names, [first, last])


@pytest.mark.parametrize(
    "text",
    ["checkov says skip=CKV_AWS_18\n", "# skip this\n", "x = ignore\n", "# hadolint ignore=\n"],
)
def test_what_is_no_mark(text: str) -> None:
    assert told(text) == []


def test_many_are_bounded() -> None:
    assert len(told("# zizmor: ignore\n" * 5_000)) == 2_000
