"""What stands in templates, as the real command tells it: after a change, and from the cache."""

import os
from pathlib import Path
from typing import Any

JSON = ("--format", "json", "--engine", "code", "--no-gate")
APP = """\
from flask import Flask, render_template, request

app = Flask(__name__)


@app.get("/")
def page():
    return render_template("page.html", name=request.args["name"])
"""
SAFE, UNSAFE = "<p>\n{{ name }}</p>\n", "<p>\n{{ name|safe }}</p>\n"
PLACE = ("app/templates/page.html", 2, "cross-site-scripting")


def told(done: Any) -> list[tuple[Any, ...]]:
    return [place for place in done.places if place[2] == "cross-site-scripting"]


def test_since_asks_those_who_fill_in_a_changed_template(seawall: Any, repository: Any) -> None:
    repository.write("app/views.py", APP)
    repository.write("app/templates/page.html", "{% extends 'base.html' %}")
    repository.write("app/templates/base.html", SAFE)
    repository.commit()
    repository.write("app/templates/base.html", UNSAFE)
    repository.commit()
    done = seawall("scan", repository.root, "--since", "HEAD~1", *JSON)
    assert told(done) == [("app/templates/base.html", *PLACE[1:], "new")]
    repository.write("app/other.py", "x = 1\n")
    repository.commit()
    done = seawall("scan", repository.root, "--since", "HEAD~1", *JSON)
    assert told(done) == []
    repository.write("app/templates/base.html", SAFE)
    repository.commit()
    done = seawall("scan", repository.root, "--since", "HEAD~1", *JSON)
    assert told(done) == [("app/templates/base.html", *PLACE[1:], "fixed")]


def test_a_kept_answer_goes_with_its_templates(seawall: Any, tmp_path: Path) -> None:
    root = tmp_path / "target"

    def write(path: str, text: str, age: int) -> None:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        os.utime(place, (1_600_000_000 + age, 1_600_000_000 + age))

    write("app/views.py", APP, 1)
    write("templates/page.html", UNSAFE, 1)
    for _ in range(2):
        assert told(seawall("scan", root, *JSON)) == [("templates/page.html", *PLACE[1:], "new")]
    write("templates/page.html", SAFE, 2)
    for _ in range(2):
        assert told(seawall("scan", root, *JSON)) == []
    # One that is nearer comes to be, and goes again.
    write("app/templates/page.html", UNSAFE, 3)
    for _ in range(2):
        assert told(seawall("scan", root, *JSON)) == [(*PLACE, "new")]
    (root / "app/templates/page.html").unlink()
    assert told(seawall("scan", root, *JSON)) == []
