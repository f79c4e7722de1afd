"""The example of how to add a detector is one that loads, finds and stays quiet."""

import random
import re
import string
from pathlib import Path

from seawall.engines.secrets.engine import SecretsEngine
from seawall.rules.secrets import parse_secrets
from seawall.source.file import Source

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_example_of_a_detector_does_what_the_page_says() -> None:
    data = re.search(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    page = re.search(r"^````markdown\n(.*?)^````", TEXT, re.MULTILINE | re.DOTALL)
    assert data is not None
    assert page is not None
    rules = parse_secrets({"example.toml": data[1].encode()})
    engine = SecretsEngine(rules.detectors, rules.rules, matcher="python")
    code = re.search(r"```python\n(.*?)```", page[1], re.DOTALL)
    assert code is not None
    value = "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=32))
    filled = code[1].replace("<<alnum 32>>", value)
    wanted = [
        (number, line.rpartition("finds: ")[2])
        for number, line in enumerate(filled.splitlines(), start=1)
        if "# finds: " in line
    ]
    source = Source(path="settings.py", content=filled.encode(), language="python")
    assert [(finding.location.line, finding.rule) for finding in engine.scan(source)] == wanted
