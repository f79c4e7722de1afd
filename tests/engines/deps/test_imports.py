"""Which file imports a package: by what it is named there, and from which list it takes it."""

import pytest

from seawall.core.location import CodeSpan
from seawall.engines.deps.imports import Imports
from seawall.model.inventory import Ecosystem


def place_of(
    files: dict[str, str], ecosystem: Ecosystem, name: str, *folders: str
) -> dict[str, tuple[str, int]]:
    """Return by folder the path and line that imports a package which the folders' lists name."""
    content = {path: text.encode() for path, text in files.items()}
    found = Imports(sorted(files), content.get).find({(ecosystem, name): folders or ("",)})
    assert all(key[:2] == (ecosystem, name) for key in found)
    assert all(type(span) is CodeSpan for span in found.values())
    return {key[2]: (span.path, span.line) for key, span in found.items()}


@pytest.mark.parametrize(
    ("ecosystem", "name", "path", "line"),
    [
        (Ecosystem.PYPI, "pyyaml", "a.py", "import os, yaml"),
        (Ecosystem.PYPI, "django", "a.py", "from django.db import models"),
        (Ecosystem.NPM, "@scope/kit", "a.ts", "import x from '@scope/kit/part';"),
        (Ecosystem.NPM, "lodash", "a.js", 'const _ = require("lodash")'),
        (Ecosystem.GO, "golang.org/x/net", "a.go", '\t"golang.org/x/net/html"'),
        (Ecosystem.CRATES, "tokio-util", "a.rs", "use tokio_util::codec;"),
        (Ecosystem.RUBYGEMS, "nokogiri", "a.rb", "  page = Nokogiri::HTML(text)"),
        (Ecosystem.RUBYGEMS, "net-imap", "a.rb", "mail = Net::IMAP.new(host)"),
        (Ecosystem.RUBYGEMS, "rexml", "a.rb", "require 'rexml/document'"),
        (Ecosystem.HEX, "plug_cowboy", "a.ex", "  {PlugCowboy.Adapter, []}"),
    ],
)
def test_imports_are_seen(ecosystem: Ecosystem, name: str, path: str, line: str) -> None:
    assert place_of({path: f"\n\n{line}\n"}, ecosystem, name) == {"": (path, 3)}


@pytest.mark.parametrize(
    ("ecosystem", "name", "path", "line"),
    [
        (Ecosystem.PYPI, "yaml2", "a.py", "import yaml"),
        (Ecosystem.NPM, "lodash", "a.js", "import x from 'lodash-es'"),
        (Ecosystem.GO, "golang.org/x/net", "a.go", '\t"golang.org/x/network"'),
        (Ecosystem.RUBYGEMS, "rack", "a.rb", "# Rack::Request is what it was before"),
        (Ecosystem.RUBYGEMS, "rack", "a.rb", "use My::Rack::Thing"),
    ],
)
def test_near_misses_are_quiet(ecosystem: Ecosystem, name: str, path: str, line: str) -> None:
    assert place_of({path: f"{line}\n"}, ecosystem, name) == {}


def test_a_file_takes_a_package_from_the_nearest_list_above() -> None:
    files = {
        "web/app.js": "require('kit')",
        "web/old/app.js": "require('kit')",
        "tools/run.js": "require('kit')",
    }
    assert place_of(files, Ecosystem.NPM, "kit", "web", "web/old") == {
        "web": ("web/app.js", 1),
        "web/old": ("web/old/app.js", 1),
    }
    assert place_of(files, Ecosystem.NPM, "kit", "", "docs") == {"": ("tools/run.js", 1)}
    assert place_of({"web/old/app.js": "require('kit')"}, Ecosystem.NPM, "kit", "", "web/old") == {
        "web/old": ("web/old/app.js", 1)
    }


def test_a_folder_without_sources_speaks_for_what_is_above() -> None:
    files = {"app/main.py": "import kit", "requirements/base.txt": "kit==1"}
    assert place_of(files, Ecosystem.PYPI, "kit", "requirements") == {
        "requirements": ("app/main.py", 1)
    }


def test_python_takes_from_a_list_beside_it_where_none_is_above() -> None:
    files = {"app/main.py": "import kit", "docker/health.py": "pass"}
    assert place_of(files, Ecosystem.PYPI, "kit", "docker") == {"docker": ("app/main.py", 1)}
    assert place_of({"app/a.go": '"kit.io/x"', "d/b.go": ""}, Ecosystem.GO, "kit.io/x", "d") == {}
