"""The examples in the documentation are what the program writes."""

import importlib
import re
from pathlib import Path

from seawall.core.report import Report
from seawall.reports.formats import FORMATS
from seawall.reports.options import RenderOptions

PAGE = Path(__file__).parents[2] / "docs" / "reports.md"


def lines_of(text: str) -> list[str]:
    """Return the lines without indent: a piece of a file stands less deep than in the file."""
    return [line.strip().rstrip(",") for line in text.splitlines()]


def test_every_format_has_its_example(usual: Report, packaged: Report) -> None:
    sections = dict(
        re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), flags=re.M | re.S)
    )
    for name, form in FORMATS.items():
        options = RenderOptions(generated="" if name == "text" else "2026-01-02T03:04:05+00:00")
        report = packaged if name == "openvex" else usual
        written = lines_of(importlib.import_module(form.module).render(report, options))
        example = re.search(r"^~~~~\w+\n(.*?)^~~~~$", sections[name], flags=re.M | re.S)
        assert example, name
        for line in lines_of(example[1]):
            assert line in written, (name, line)
