"""What holds for every format: it renders anything, and nothing in it is active."""

import csv
import importlib
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree
from html.parser import HTMLParser

import hypothesis
import pytest
from hypothesis import strategies as st

from seawall.core.report import Report
from seawall.reports.formats import FORMATS
from seawall.reports.options import RenderOptions

# Controls, bidi, zero width: nothing that a reader obeys or does not see. A line end is fine.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
MACHINE = (
    "json",
    "sarif",
    "gitlab",
    "gitlab-codequality",
    "cyclonedx",
    "spdx",
    "openvex",
    "gitlab-dependencies",
)
OF_FACTS = ("routes", "cyclonedx", "cyclonedx-xml", "spdx", "openvex", "gitlab-dependencies")
"""What tells of other things than findings in files."""


def render(name: str, report: Report, **options: object) -> str:
    module = importlib.import_module(FORMATS[name].module)
    text = module.render(report, RenderOptions(**options))  # type: ignore[arg-type]
    assert isinstance(text, str)
    return text


class Page(HTMLParser):
    """Collect the elements, attributes and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src"):
                self.addresses.add(value or "")


def check(name: str, text: str) -> None:
    """Assert that a report is well-formed for its reader, and harmless."""
    text.encode("utf-8")
    assert not UNSEEN.search(text)
    if name in MACHINE:
        json.loads(text)
    elif name in ("junit", "cyclonedx-xml"):
        assert "<!" not in text
        xml.etree.ElementTree.fromstring(text)
    elif name == "html":
        page = Page(text)
        assert not page.tags & {"script", "img", "iframe", "object", "form", "link", "base"}
        assert not {one for one in page.attributes if one.startswith("on")}
        assert all(one.startswith(("https://", "#")) for one in page.addresses)
    elif name == "csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.strip()[:1] in {*"=+-@"}]
    elif name == "github":
        lines = text.splitlines()
        assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines[:-1])
        for level in ("error", "warning", "notice"):
            assert sum(line.startswith(f"::{level}") for line in lines) <= 10
        for line in lines[:-1]:
            properties = line.split(" ", 1)[1].split("::", 1)[0]
            assert all(re.fullmatch(r"\w+=[^:,]*", one) for one in properties.split(","))
        assert not lines[-1].startswith("::")


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_report_is_told_and_nothing_in_it_is_active(name: str, hostile: Report) -> None:
    check(name, render(name, hostile, show_closed=True))


@pytest.mark.parametrize("name", FORMATS)
def test_any_text_is_told(name: str, made_up: st.SearchStrategy[Report]) -> None:
    @hypothesis.settings(max_examples=25, deadline=None)
    @hypothesis.given(made_up)
    def try_one(report: Report) -> None:
        check(name, render(name, report, show_closed=True))

    try_one()


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_the_same_every_time(name: str, usual: Report) -> None:
    assert render(name, usual) == render(name, usual)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("text", *OF_FACTS)])
def test_every_open_finding_is_told(name: str, usual: Report) -> None:
    text = render(name, usual)
    assert "deploy/db.yaml" in text.replace("\\_", "_")
    assert "app/settings.py" in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_loads_nothing_heavy(name: str) -> None:
    code = f"import sys, {FORMATS[name].module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"jinja2", "hypothesis", "asyncio", "socket", "subprocess", "xml.etree", "sqlite3"}
    assert not heavy & set(done.stdout.split())
