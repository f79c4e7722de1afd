"""What the engine learns of a program beside its weaknesses: packages and dangerous calls."""

import textwrap

from seawall.core.facts import ImportUse, SinkUse
from seawall.journeys.code import ProgramFiles, examine_program, load_code_engine
from seawall.source.file import Entry, Source

FILES = {
    "shop/views.py": """
        import os, json
        import requests as http
        from yaml import safe_load
        from shop.tools import run
        from . import tools
        from parts import widget
        import yaml
        from flask import Flask, request
        app = Flask(__name__)
        @app.get("/")
        def show():
            import jinja2
            os.system("ls")
            return run(request.args["x"])
        """,
    "shop/tools.py": """
        import requests
        import subprocess
        def run(what):
            subprocess.run(["uptime", "--", what])
            return "x"
        """,
    "parts/widget.py": "x = 1\n",
}


def test_packages_of_others_and_dangerous_calls() -> None:
    engine = load_code_engine(None)
    contents = {path: textwrap.dedent(text).encode() for path, text in FILES.items()}
    files = ProgramFiles(
        [Entry(path=path) for path in contents],
        lambda entry: Source(path=entry.path, content=contents[entry.path], language="python"),
        engine,
    )
    facts = examine_program(engine, files, progress=lambda words, done, total: None).facts
    packages = {
        (fact.module, fact.declared.path, fact.declared.line)
        for fact in facts
        if isinstance(fact, ImportUse)
    }
    assert packages == {
        ("requests", "shop/tools.py", 2),
        ("yaml", "shop/views.py", 4),
        ("flask", "shop/views.py", 9),
        ("jinja2", "shop/views.py", 13),
    }
    sinks = {
        (fact.sink, fact.handler, fact.declared.path) for fact in facts if isinstance(fact, SinkUse)
    }
    assert sinks == {
        ("os.system", "views.show", "shop/views.py"),
        ("subprocess.run", "tools.run", "shop/tools.py"),
    }
