"""Owners as GitHub and GitLab read them."""

import pytest

from seawall.source.owners import parse_owners, read_owners

FILE = b"""\
# everything
*               @org/all
*.js            @org/web  # the front
/build/logs/    @ops
docs/*          docs@example.org
apps/           @org/apps
/apps/github
/with\\ space/  @blank
"""


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("README.md", "@org/all"),
        ("deep/down/x.js", "@org/web"),
        ("build/logs/a/b.log", "@ops"),
        ("x/build/logs/a", "@org/all"),
        ("docs/start.md", "docs@example.org"),
        ("docs/build/more.md", "@org/all"),
        ("x/apps/y/z.py", "@org/apps"),
        ("apps/github/z.py", ""),
        ("with space/a", "@blank"),
    ],
)
def test_the_last_pattern_counts(path: str, owner: str) -> None:
    assert parse_owners(FILE)(path) == owner


def test_every_section_of_gitlab_counts() -> None:
    owner_of = parse_owners(
        b"* @all\n[Database] @dba\nmodel/\n*.sql @sql\n^[Docs][2]\n*.md @writers\n"
    )
    assert owner_of("model/a.py") == "@all @dba"
    assert owner_of("model/a.sql") == "@all @sql"
    assert owner_of("a.md") == "@all @writers"


def test_the_first_place_counts() -> None:
    files = {"docs/CODEOWNERS": b"* @docs", ".github/CODEOWNERS": b"* @github"}
    assert read_owners(files.get)("a") == "@github"
    assert read_owners(lambda path: None)("a") == ""
