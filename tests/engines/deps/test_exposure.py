"""How far packages with a weakness are used: each level, in each language, and what is no use."""

import re
import time
from collections.abc import Mapping, Sequence

import pytest

from seawall.core.finding import Exposure
from seawall.engines.deps.composition import Member, compose
from seawall.engines.deps.exposure.level import Exposures, Told
from seawall.model.advisory import Advisory, Match, Query
from seawall.model.inventory import Ecosystem, Inventory, Package
from seawall.model.usage import UsageTables
from seawall.rules.deps import load_usage

LOCK = "the.lock"


def look(
    files: Mapping[str, str],
    packages: Sequence[Package],
    symbols: Sequence[str] = (),
    tables: UsageTables | None = None,
    advisory: str = "CVE-2026-0001",
) -> list[Told]:
    """Return what is told of each package, all of which have one weakness."""
    members = compose({LOCK: Inventory(packages=tuple(packages))})
    content = {path: text.encode() for path, text in files.items()}
    exposures = Exposures(sorted(content), content.get, tables or load_usage())
    pairs = [(member, match_of(member, symbols, advisory)) for member in members]
    exposures.look(pairs, members)
    return [exposures.tell(member, match) for member, match in pairs]


def match_of(member: Member, symbols: Sequence[str], advisory: str) -> Match:
    package = member.package
    query = Query(ecosystem=package.ecosystem, name=package.name, version="1.0")
    return Match(query=query, advisory=Advisory(id=advisory), symbols=tuple(symbols))


def one(
    ecosystem: Ecosystem,
    name: str,
    files: Mapping[str, str],
    *symbols: str,
    advisory: str = "CVE-2026-0001",
) -> tuple[Exposure, str, list[tuple[str, int]]]:
    """Return the level of one package, its words, and the places that are shown."""
    package = Package(ecosystem=ecosystem, name=name, version="1.0", direct=True)
    told = look(files, [package], symbols, advisory=advisory)[0]
    places = [(step.location.path, step.location.line) for step in told.steps]  # type: ignore[union-attr]
    return told.exposure, told.words, places


IMPORTED = [
    (Ecosystem.PYPI, "pyyaml", "a.py", "x = 1\nimport yaml\n", 2),
    (Ecosystem.PYPI, "pyyaml", "a.py", "import os, yaml as y\n", 1),
    (Ecosystem.PYPI, "pyyaml", "a.py", "from yaml import (\n    load,\n)\n", 1),
    (Ecosystem.PYPI, "pyyaml", "a.py", "if x:\n    import yaml\n", 2),
    (Ecosystem.PYPI, "pyyaml", "a.py", "try: import yaml\nexcept ImportError: pass\n", 1),
    (
        Ecosystem.PYPI,
        "pyyaml",
        "a.py",
        "import importlib\ny = importlib.import_module('yaml')\n",
        2,
    ),
    (Ecosystem.PYPI, "pyyaml", "a.py", "from yaml.loader \\\n    import Loader\n", 1),
    (Ecosystem.PYPI, "pillow", "a.py", "from PIL import Image\n", 1),
    (Ecosystem.PYPI, "google-cloud-storage", "a.py", "from google.cloud import storage\n", 1),
    (
        Ecosystem.PYPI,
        "django-filter",
        "settings.py",
        "INSTALLED_APPS = [\n  'django_filters',\n]\n",
        2,
    ),
    (
        Ecosystem.PYPI,
        "django-filter",
        "settings.py",
        "INSTALLED_APPS = base.APPS + (\n  'x',\n) + (\n  'django_filters.y',\n)\n",
        4,
    ),
    (Ecosystem.PYPI, "django-redis", "settings.py", "C = {'BACKEND': 'django_redis.cache.C'}\n", 1),
    (
        Ecosystem.PYPI,
        "pyyaml",
        "a.ipynb",
        '{"cells": [{"cell_type": "code",\n "source": ["x = 1\\n",\n  "import yaml\\n"]}],'
        '\n "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        3,
    ),
    (Ecosystem.NPM, "lodash", "a.js", "const _ = require('lodash');\n", 1),
    (Ecosystem.NPM, "lodash", "a.ts", '// x\nimport { a, b } from "lodash";\n', 2),
    (Ecosystem.NPM, "lodash", "a.mjs", "import 'lodash/fp';\n", 1),
    (Ecosystem.NPM, "lodash", "a.js", "const a = await import('lodash/merge.js')\n", 1),
    (Ecosystem.NPM, "lodash", "a.js", "export * from 'lodash'\n", 1),
    (Ecosystem.NPM, "lodash", "a.js", "require.resolve('lodash')\n", 1),
    (Ecosystem.NPM, "lodash", "a.ts", "import _, { type A } from 'lodash'\n", 1),
    (Ecosystem.NPM, "@a/b", "a.vue", "<script>\nimport x from '@a/b/c'\n</script>\n", 2),
    (Ecosystem.GO, "a.org/b", "a.go", 'package a\nimport "a.org/b"\n', 2),
    (Ecosystem.GO, "a.org/b", "a.go", 'package a\nimport (\n\t"os"\n\tx "a.org/b/c/d"\n)\n', 4),
    (Ecosystem.GO, "a.org/b", "a.go", 'package a\nimport _ "a.org/b/c"\n', 2),
    (Ecosystem.GO, "a.org/b/v2", "a.go", 'package a\nimport . "a.org/b/v2/c"\n', 2),
    (Ecosystem.CRATES, "serde-json", "a.rs", "use serde_json::{Value, from_str};\n", 1),
    (Ecosystem.CRATES, "time", "a.rs", "fn a() { time::now() }\n", 1),
    (Ecosystem.CRATES, "time", "a.rs", "#[macro_use]\nextern crate time;\n", 2),
    (Ecosystem.CRATES, "tokio", "a.rs", "#[tokio::main]\nfn main() {}\n", 1),
    (Ecosystem.MAVEN, "org.yaml:snakeyaml", "A.java", "import org.yaml.snakeyaml.Yaml;\n", 1),
    (
        Ecosystem.MAVEN,
        "org.apache.commons:commons-text",
        "A.kt",
        "import org.apache.commons.text.A\n",
        1,
    ),
    (Ecosystem.MAVEN, "com.google.code.gson:gson", "A.scala", "import com.google.gson.{A, B}\n", 1),
    (Ecosystem.RUBYGEMS, "nokogiri", "a.rb", "require 'nokogiri'\n", 1),
    (Ecosystem.RUBYGEMS, "rack-cors", "a.rb", "require 'rack/cors'\n", 1),
    (Ecosystem.RUBYGEMS, "nokogiri", "a.rb", "x = Nokogiri::HTML(y)\n", 1),
    (Ecosystem.RUBYGEMS, "net-imap", "a.rb", "mail = Net::IMAP.new(host)\n", 1),
    (Ecosystem.NUGET, "Newtonsoft.Json", "A.cs", "using Newtonsoft.Json.Linq;\n", 1),
    (Ecosystem.HEX, "sweet_xml", "a.ex", "x = SweetXml.parse(y)\n", 1),
    (Ecosystem.HEX, "hackney", "a.ex", ":hackney.request(x)\n", 1),
    (Ecosystem.PUB, "http", "a.dart", "import 'package:http/http.dart' as http;\n", 1),
]


@pytest.mark.parametrize(("ecosystem", "name", "path", "text", "line"), IMPORTED)
def test_imported(ecosystem: Ecosystem, name: str, path: str, text: str, line: int) -> None:
    told = one(ecosystem, name, {path: text})
    assert told == (Exposure.IMPORTED, f"imported by {path}", [(path, line)])


NOT_IMPORTED = [
    (Ecosystem.PYPI, "pyyaml", "a.py", "# import yaml\n'''\nimport yaml\n'''\n"),
    (
        Ecosystem.PYPI,
        "pyyaml",
        "a.py",
        "import yamllint\nfrom yaml_x import y\nfrom . import yaml\n",
    ),
    (Ecosystem.PYPI, "pyyaml", "a.py", "from x import yaml\nimport x.yaml\n"),
    (Ecosystem.PYPI, "pyyaml", "a.py", "names = ['yaml']\n"),
    (Ecosystem.PYPI, "google-cloud-storage", "a.py", "from google.cloud import bigquery\n"),
    (Ecosystem.PYPI, "pyyaml", "a.py", "importlib.import_module(f'.{x}', package='yaml')\n"),
    (Ecosystem.NPM, "lodash", "a.js", "// require('lodash')\n/* import 'lodash' */\n"),
    (Ecosystem.NPM, "lodash", "a.js", "x = \"require('lodash')\"; y = `import 'lodash'`\n"),
    (
        Ecosystem.NPM,
        "lodash",
        "a.js",
        "require('lodash-es'); require('./lodash'); require('a/lodash')\n",
    ),
    (Ecosystem.NPM, "lodash", "a.js", "x.require('lodash')\n"),
    (Ecosystem.NPM, "lodash", "a.js", "require(path.join(__dirname, x)); require('./' + lodash)\n"),
    (Ecosystem.NPM, "lodash", "a.js", "import(`./lodash/${x}`)\n"),
    (Ecosystem.GO, "a.org/b", "a.go", 'package a\n// import "a.org/b"\nimport "a.org/bc"\n'),
    (Ecosystem.GO, "a.org/b", "a.go", 'package a\nimport "a.org/b/v2/c"\n'),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.go",
        'package a\nvar x = "a.org/b"\nvar y = `\nimport "a.org/b"\n`\n',
    ),
    (Ecosystem.CRATES, "time", "a.rs", "use std::time::Duration; use crate::time::now;\n"),
    (Ecosystem.CRATES, "time", "a.rs", "mod time;\nuse time::now;\nfn a() { time::now() }\n"),
    (Ecosystem.CRATES, "time", "a.rs", '// time::now()\nlet a = "time::now()"; b.time::<u8>();\n'),
    (
        Ecosystem.RUBYGEMS,
        "rack",
        "a.rb",
        "# Rack::Request\nuse My::Rack::Thing\nrequire 'rackup'\n",
    ),
    (
        Ecosystem.PUB,
        "http",
        "a.dart",
        "// import 'package:http/http.dart';\nimport 'package:http_parser/a.dart';\n",
    ),
]


@pytest.mark.parametrize(("ecosystem", "name", "path", "text"), NOT_IMPORTED)
def test_not_imported(ecosystem: Ecosystem, name: str, path: str, text: str) -> None:
    exposure, words, places = one(ecosystem, name, {path: text})
    assert (exposure, places) == (Exposure.NOT_IMPORTED, [])
    assert words.startswith("no file here imports it by name (")


UNKNOWN = [
    (
        Ecosystem.PYPI,
        "pyyaml",
        {"a.py": "import_module(name)\n"},
        "a.py imports what only a run tells",
    ),
    (
        Ecosystem.PYPI,
        "pyyaml",
        {"a.py": "__import__('ya' + x)\n"},
        "a.py imports what only a run tells",
    ),
    (
        Ecosystem.PYPI,
        "pyyaml",
        {"a.py": "for e in entry_points(group='x'): e.load()\n"},
        "a.py imports",
    ),
    (Ecosystem.PYPI, "pyyaml", {"a.js": "1"}, "there are no files of Python here"),
    (
        Ecosystem.NPM,
        "lodash",
        {"a.js": "const x = require(name)\n"},
        "a.js imports what only a run tells",
    ),
    (
        Ecosystem.NPM,
        "lodash",
        {"a.js": "import(`lodash/${x}`)\n"},
        "a.js imports what only a run tells",
    ),
    (Ecosystem.MAVEN, "a.b:c", {"A.java": "import x.y.Z;\n"}, "cannot be told by its name"),
    (Ecosystem.NUGET, "Serilog", {"A.cs": "using System;\n"}, "cannot be told by its name"),
    (
        Ecosystem.RUBYGEMS,
        "dalli",
        {"a.rb": "Bundler.require(*Rails.groups)\n"},
        "a.rb lets Bundler import",
    ),
    (Ecosystem.SWIFT, "github.com/a/b", {"a.swift": "import B\n"}, ""),
]


@pytest.mark.parametrize(("ecosystem", "name", "files", "words"), UNKNOWN)
def test_unknown(ecosystem: Ecosystem, name: str, files: Mapping[str, str], words: str) -> None:
    exposure, told, _ = one(ecosystem, name, files)
    assert exposure is Exposure.UNKNOWN
    assert words in told


def test_a_name_that_begins_otherwise_opens_nothing() -> None:
    files = {"a.py": "import_module(f'shop.plugins.{x}')\nimport_module('shop.' + x)\n"}
    assert one(Ecosystem.PYPI, "pyyaml", files)[0] is Exposure.NOT_IMPORTED


CALLED = [
    (Ecosystem.PYPI, "pyyaml", "yaml.load", "import yaml\nx = yaml.load(y)\n", 2),
    (
        Ecosystem.PYPI,
        "pyyaml",
        "yaml.load",
        "import yaml as q\ndef f():\n    return q.load(y)\n",
        3,
    ),
    (Ecosystem.PYPI, "pyyaml", "yaml.load", "from yaml import load as l, dump\nl(y)\n", 2),
    (
        Ecosystem.PYPI,
        "jinja2",
        "jinja2.sandbox.SandboxedEnvironment",
        "from jinja2 import sandbox\ne = sandbox.SandboxedEnvironment()\n",
        2,
    ),
    (Ecosystem.PYPI, "pyyaml", "yaml.load", "import yaml\nx = f'{yaml.load(y)}'\n", 2),
    (
        Ecosystem.NPM,
        "lodash",
        "lodash.template",
        "const _ = require('lodash');\n_.template(x);\n",
        2,
    ),
    (
        Ecosystem.NPM,
        "lodash",
        "lodash.template",
        "import { template as t } from 'lodash'\nt(x)\n",
        2,
    ),
    (Ecosystem.NPM, "lodash", "lodash.template", "import t from 'lodash/template'\nt(x)\n", 2),
    (
        Ecosystem.NPM,
        "lodash",
        "lodash.template",
        "const { merge, template } = require('lodash')\ntemplate(x)\n",
        2,
    ),
    (Ecosystem.NPM, "lodash", "lodash.template", "const x = 1\nrequire('lodash').template(y)\n", 2),
    (Ecosystem.NPM, "marked", "marked", "import marked from 'marked'\nmarked(x)\n", 2),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Parse",
        'package a\nimport "a.org/b/html"\nfunc f() { html.Parse(r) }\n',
        3,
    ),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Parse",
        'package a\nimport h "a.org/b/html"\nvar f = h.Parse\n',
        3,
    ),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Parse",
        'package a\nimport . "a.org/b/html"\nfunc f() { Parse(r) }\n',
        0,
    ),
    (
        Ecosystem.GO,
        "gopkg.in/yaml.v2",
        "gopkg.in/yaml.v2.Unmarshal",
        'package a\nimport "gopkg.in/yaml.v2"\nfunc f() { yaml.Unmarshal(b, &x) }\n',
        3,
    ),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Tokenizer.Next",
        'package a\nimport "a.org/b/html"\nfunc f() {\n\tz := html.New(r)\n\tz.Next()\n}\n',
        5,
    ),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Tokenizer.Next",
        'package a\nimport "a.org/b/html"\nfunc f(z *html.Tokenizer) {\n\tz.Next()\n}\n',
        4,
    ),
    (Ecosystem.CRATES, "shlex", "shlex::quote", "use shlex::quote;\nfn f() { quote(a); }\n", 2),
    (Ecosystem.CRATES, "shlex", "shlex::quote", "fn f() { shlex::quote(a); }\n", 1),
    (
        Ecosystem.CRATES,
        "smallvec",
        "smallvec::SmallVec::insert_many",
        "use smallvec::SmallVec;\nfn f(mut v: SmallVec<[u8; 4]>) {\n    v.insert_many(0, x);\n}\n",
        3,
    ),
]

NAMES = {
    Ecosystem.PYPI: "a.py",
    Ecosystem.NPM: "a.js",
    Ecosystem.GO: "a.go",
    Ecosystem.CRATES: "a.rs",
}


@pytest.mark.parametrize(("ecosystem", "name", "symbol", "text", "line"), CALLED)
def test_called(ecosystem: Ecosystem, name: str, symbol: str, text: str, line: int) -> None:
    path = NAMES[ecosystem]
    exposure, words, places = one(ecosystem, name, {path: text}, symbol)
    if not line:
        # Whose names are all taken in: by name nobody can tell.
        assert (exposure, words[-40:]) == (
            Exposure.IMPORTED,
            "function is called is not known (html.Parse)"[-40:],
        )
        return
    assert exposure is Exposure.CALLED
    assert words.endswith(f" is called in {path}")
    assert places[-1] == (path, line)


UNUSED = [
    (
        Ecosystem.PYPI,
        "pyyaml",
        "yaml.load",
        "import yaml\nyaml.safe_load(x)  # yaml.load\ny = 'yaml.load'\n",
    ),
    (
        Ecosystem.PYPI,
        "pyyaml",
        "yaml.load",
        "import yaml\nimport json\njson.load(x)\nself.yaml.load(x)\n",
    ),
    (
        Ecosystem.PYPI,
        "pyyaml",
        "yaml.load",
        "import yaml\nyaml.dump(x)\ndef f(yaml):\n    return yaml.load(x)\n",
    ),
    (
        Ecosystem.PYPI,
        "pyyaml",
        "yaml.load",
        "import yaml\nyaml.dump(x)\ndef f():\n    yaml = other()\n    return yaml.load(x)\n",
    ),
    (Ecosystem.PYPI, "pyyaml", "yaml.load", "from yaml import safe_load\nsafe_load(load=1)\n"),
    (
        Ecosystem.NPM,
        "lodash",
        "lodash.template",
        "import _ from 'lodash'\n_.map(x, y)\na.template(x)\nb = '_.template(x)' // _.template\n",
    ),
    (
        Ecosystem.NPM,
        "lodash",
        "lodash.template",
        "const _ = require('lodash')\n_.map(x)\nfunction f(_) {\n  return _.template(y)\n}\n",
    ),
    (
        Ecosystem.NPM,
        "lodash",
        "lodash.template",
        "const _ = require('lodash')\n_.map(x)\na.map(_ => _.template(y))\n",
    ),
    (Ecosystem.NPM, "marked", "marked", "const marked = require('marked')\nmarked.lexer(x)\n"),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Parse",
        'package a\nimport "a.org/b/html"\nfunc f() { html.Render(w, n) } // html.Parse\n',
    ),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Parse",
        'package a\nimport "a.org/b/html"\nfunc f(n html.Node, html p) { html.Parse(r) }\n',
    ),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Tokenizer.Next",
        'package a\nimport "a.org/b/html"\nfunc f(z *html.Node) {\n\tz.Next()\n}\n',
    ),
]


@pytest.mark.parametrize(("ecosystem", "name", "symbol", "text"), UNUSED)
def test_imported_and_not_called(ecosystem: Ecosystem, name: str, symbol: str, text: str) -> None:
    package = Package(ecosystem=ecosystem, name=name, version="1.0", direct=True)
    told = look({NAMES[ecosystem]: text}, [package], [symbol])[0]
    assert told.exposure is Exposure.IMPORTED
    assert "its weak function is not used by name here (" in told.words
    assert not told.is_reached


OPEN = [
    (Ecosystem.PYPI, "pyyaml", "yaml.load", "from yaml import *\nload(x)\n"),
    (Ecosystem.PYPI, "pyyaml", "yaml.load", "import yaml\nf(yaml)\n"),
    (Ecosystem.PYPI, "pyyaml", "yaml.load", "import yaml\ngetattr(yaml, name)(x)\n"),
    (Ecosystem.PYPI, "pyyaml", "yaml.load", "from yaml import load\n"),
    (Ecosystem.NPM, "lodash", "lodash.template", "export * from 'lodash'\n"),
    (Ecosystem.NPM, "lodash", "lodash.template", "import _ from 'lodash'\n_[name](x)\n"),
    (Ecosystem.NPM, "lodash", "lodash.template", "import _ from 'lodash'\nmodule.exports = _\n"),
    (
        Ecosystem.GO,
        "a.org/b",
        "a.org/b/html.Tokenizer.Next",
        'package a\nimport "a.org/b/html"\nvar _ = html.X\nfunc f(z own) {\n\tz.Next()\n}\n',
    ),
]


@pytest.mark.parametrize(("ecosystem", "name", "symbol", "text"), OPEN)
def test_whether_it_is_called_is_not_known(
    ecosystem: Ecosystem, name: str, symbol: str, text: str
) -> None:
    package = Package(ecosystem=ecosystem, name=name, version="1.0", direct=True)
    told = look({NAMES[ecosystem]: text}, [package], [symbol])[0]
    assert told.exposure is Exposure.IMPORTED
    assert "whether its weak function is called is not known" in told.words
    assert told.is_reached


def test_a_part_of_a_module_that_is_not_imported() -> None:
    files = {"a.go": 'package a\nimport "a.org/net/context"\n'}
    exposure, words, places = one(Ecosystem.GO, "a.org/net", files, "a.org/net/html.Parse")
    assert exposure is Exposure.PRESENT
    assert words == "a.go imports another part of it, and none here the weak one (html)"
    assert places == [("a.go", 2)]


def test_a_part_of_the_standard_library() -> None:
    files = {"a.go": 'package a\nimport "net/http"\nfunc f() { http.ListenAndServe(a, b) }\n'}
    called = one(Ecosystem.GO, "stdlib", files, "net/http.ListenAndServe", "net/url.Parse")
    assert called[:2] == (Exposure.CALLED, "http.ListenAndServe is called in a.go")
    assert one(Ecosystem.GO, "stdlib", files, "archive/zip.Reader.Open")[0] is (
        Exposure.NOT_IMPORTED
    )


def test_another_module_has_the_longer_name() -> None:
    files = {"a.go": 'package a\nimport "a.org/b/c/d"\n'}
    packages = [
        Package(ecosystem=Ecosystem.GO, name=name, version="1.0", direct=True)
        for name in ("a.org/b", "a.org/b/c")
    ]
    levels = [told.exposure for told in look(files, packages)]
    assert levels == [Exposure.NOT_IMPORTED, Exposure.IMPORTED]


@pytest.mark.parametrize(
    ("ecosystem", "name", "path", "text"),
    [
        (Ecosystem.PYPI, "pyyaml", "tests/a.py", "import yaml\n"),
        (Ecosystem.NPM, "lodash", "src/a.test.ts", "import 'lodash'\n"),
        (Ecosystem.GO, "a.org/b", "x/a_test.go", 'package a\nimport "a.org/b"\n'),
        (Ecosystem.CRATES, "time", "src/a.rs", "#[cfg(test)]\nmod tests {\n  use time::now;\n}\n"),
    ],
)
def test_only_tests_import_it(ecosystem: Ecosystem, name: str, path: str, text: str) -> None:
    exposure, words, _ = one(ecosystem, name, {path: text})
    assert (exposure, words) == (Exposure.TESTS_ONLY, f"imported only by tests ({path})")


def test_what_follows_the_tests_of_a_file_is_none() -> None:
    tests = "#[cfg(test)]\n#[macro_use]\nextern crate pretty;\n"
    assert one(Ecosystem.CRATES, "time", {"a.rs": f"{tests}use time::now;\n"})[0] is (
        Exposure.IMPORTED
    )
    tests = "#[cfg(test)]\nmod tests {\n  fn a() { time::now() }\n}\n"
    assert one(Ecosystem.CRATES, "time", {"a.rs": tests})[0] is Exposure.TESTS_ONLY
    assert one(Ecosystem.CRATES, "time", {"a.rs": f"{tests}fn b() {{ time::now() }}\n"}) == (
        Exposure.IMPORTED,
        "imported by a.rs",
        [("a.rs", 5)],
    )


@pytest.mark.parametrize(
    ("ecosystem", "name", "path", "text"),
    [
        (Ecosystem.NPM, "lodash", "a.ts", "import type { A } from 'lodash'\n"),
        (Ecosystem.NPM, "lodash", "a.ts", "import { type A, type B } from 'lodash'\n"),
        (Ecosystem.PYPI, "pyyaml", "a.py", "if TYPE_CHECKING:\n    import yaml\n\nx = 1\n"),
    ],
)
def test_only_its_types_are_imported(ecosystem: Ecosystem, name: str, path: str, text: str) -> None:
    exposure, words, _ = one(ecosystem, name, {path: text})
    assert (exposure, words) == (
        Exposure.NOT_IMPORTED,
        f"imported for its types alone ({path})",
    )


def test_it_comes_with_one_that_is_imported() -> None:
    packages = [
        Package(ecosystem=Ecosystem.NPM, name=name, version="1.0", requires=needs, direct=direct)
        for name, needs, direct in (
            ("a", ("c@1.0",), True),
            ("b", ("c@1.0",), True),
            ("c", ("d@1.0",), False),
            ("d", (), False),
        )
    ]
    told = look({"x.js": "import 'b'\n"}, packages)
    assert [one.exposure for one in told] == [
        Exposure.NOT_IMPORTED,
        Exposure.IMPORTED,
        Exposure.PRESENT,
        Exposure.PRESENT,
    ]
    assert told[3].words == "it comes with b, which x.js imports"
    assert [one.exposure for one in look({"x.test.js": "import 'b'\n"}, packages)][2:] == [
        Exposure.TESTS_ONLY,
        Exposure.TESTS_ONLY,
    ]


def test_the_program_is_told_before_its_examples_and_other_peoples_files_not_at_all() -> None:
    text = "import 'lodash'\n"
    files = {"docs/a.js": text, "node_modules/x/a.js": text, "src/a.js": text, "a.min.js": text}
    assert one(Ecosystem.NPM, "lodash", files)[2] == [("src/a.js", 1)]
    assert one(Ecosystem.NPM, "lodash", {"node_modules/x/a.js": text, "a.js": ""})[0] is (
        Exposure.NOT_IMPORTED
    )


def test_a_module_of_our_own_is_meant_by_its_name() -> None:
    files = {"yaml.py": "x = 1\n", "a.py": "import yaml\n"}
    assert one(Ecosystem.PYPI, "pyyaml", files)[0] is Exposure.NOT_IMPORTED


def test_names_are_taken_from_what_is_installed() -> None:
    files = {"lib/Odd_Name-1.0.dist-info/top_level.txt": "other\n_odd\n", "a.py": "import other\n"}
    assert one(Ecosystem.PYPI, "odd-name", files)[0] is Exposure.IMPORTED


def test_a_crate_that_a_manifest_gives_another_name() -> None:
    files = {
        "Cargo.toml": '[dependencies]\nold-time = { package = "time", version = "0.1" }\n',
        "a.rs": "use old_time::now;\n",
    }
    assert one(Ecosystem.CRATES, "time", files)[0] is Exposure.IMPORTED


def test_an_alias_of_npm() -> None:
    package = Package(
        ecosystem=Ecosystem.NPM, name="lodash", version="1.0", key="node_modules/under", direct=True
    )
    assert look({"a.js": "import 'under'\n"}, [package])[0].exposure is Exposure.IMPORTED


def test_name_spaces_are_taken_from_the_lockfile_of_php() -> None:
    files = {
        LOCK: '{"packages": [{"name": "a/b", "autoload": {"psr-4": {"Foo\\\\Bar\\\\": "src/"}}}]}',
        "a.php": "<?php\nuse Foo\\Bar\\Baz;\n",
    }
    told = one(Ecosystem.PACKAGIST, "a/b", files)
    assert told == (Exposure.IMPORTED, "imported by a.php", [("a.php", 2)])
    files["a.php"] = "<?php\nuse Foo\\Barn\\Baz; // Foo\\Bar\n"
    assert one(Ecosystem.PACKAGIST, "a/b", files)[0] is Exposure.UNKNOWN


def test_functions_that_only_we_name() -> None:
    files = {"a.py": "import yaml\nyaml.load(x)\n"}
    told = one(Ecosystem.PYPI, "pyyaml", files, advisory="CVE-2020-14343")
    assert told[:2] == (Exposure.CALLED, "yaml.load is called in a.py")


def test_what_is_of_a_system_is_present() -> None:
    assert one(Ecosystem.DEBIAN, "zlib", {"a.py": ""}) == (Exposure.PRESENT, "", [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "import yaml as " * 20_000),
        ("a.py", "from yaml import (" * 20_000),
        ("a.py", "".join(f"import yaml as y{number}\n" for number in range(20_000))),
        ("a.py", "import yaml\n" + "yaml.load(" * 20_000),
        ("a.py", "import yaml\n" + "def f(yaml):\n yaml.load()\n" * 4_000),
        ("a.py", "import yaml\n" + " " * 300_000 + "yaml"),
    ],
)
def test_hostile_python(path: str, text: str) -> None:
    started = time.process_time()
    one(Ecosystem.PYPI, "pyyaml", {path: text}, "yaml.load")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        "import lodash " * 20_000,
        "lodash" + "a" * 300_000,
        "{lodash," * 50_000 + "require('lodash')",
        "import _ from 'lodash'\n" + "{" * 100_000 + "_.template(x)",
        "import _ from 'lodash'\n" + "function f(_) { _.template(x); }\n" * 4_000,
        "import _ from 'lodash'\n" + "_.a" * 100_000,
        "import _ from 'lodash'\n" + "f(_); " * 50_000,
    ],
)
def test_hostile_javascript(text: str) -> None:
    started = time.process_time()
    one(Ecosystem.NPM, "lodash", {"a.js": text}, "lodash.template")
    assert time.process_time() - started < 10


@pytest.mark.parametrize("content", [b"\xff\xfe\x00import yaml", b"", b"\x00" * 1000])
def test_bytes_that_are_no_text(content: bytes) -> None:
    package = Package(ecosystem=Ecosystem.PYPI, name="pyyaml", version="1.0", direct=True)
    members = compose({LOCK: Inventory(packages=(package,))})
    exposures = Exposures(["a.py"], {"a.py": content}.get, UsageTables())
    pairs = [(members[0], match_of(members[0], (), "CVE-2026-0001"))]
    exposures.look(pairs, members)
    assert exposures.tell(*pairs[0]).exposure in (Exposure.NOT_IMPORTED, Exposure.IMPORTED)


def test_a_file_that_is_not_read_leaves_it_open() -> None:
    package = Package(ecosystem=Ecosystem.PYPI, name="yaml", version="1.0", direct=True)
    members = compose({LOCK: Inventory(packages=(package,))})
    exposures = Exposures(["a.py"], lambda path: None, UsageTables())
    pairs = [(members[0], match_of(members[0], (), "CVE-2026-0001"))]
    exposures.look(pairs, members)
    told = exposures.tell(*pairs[0])
    assert told.exposure is Exposure.UNKNOWN
    assert told.words == "no file here imports it by name; a.py was not read"


def test_a_module_all_of_which_is_weak() -> None:
    text = "from jinja2.sandbox import SandboxedEnvironment as S\nS()\n"
    told = one(Ecosystem.PYPI, "jinja2", {"a.py": text}, advisory="CVE-2019-10906")
    assert told[:2] == (Exposure.CALLED, "jinja2.sandbox is used in a.py")
    text = "from jinja2 import Environment\nEnvironment()\n"
    told = one(Ecosystem.PYPI, "jinja2", {"a.py": text}, advisory="CVE-2019-10906")
    assert told[:2] == (
        Exposure.IMPORTED,
        "imported by a.py; its weak function is not used by name here (jinja2.sandbox)",
    )


def test_in_a_chain_it_is_not_known_whose_function_it_is() -> None:
    text = "const _ = require('lodash')\n_(x).map(f).template(y)\n"
    told = one(Ecosystem.NPM, "lodash", {"a.js": text}, advisory="CVE-2021-23337")
    assert told[0] is Exposure.IMPORTED
    assert "whether its weak function is called is not known" in told[1]


def test_the_table_of_functions_names_each_by_its_package() -> None:
    usage = load_usage()
    for ecosystem, packages in usage.weak.items():
        for package, entries in packages.items():
            modules = usage.modules.get(ecosystem, {}).get(package) or (package.replace("-", "_"),)
            if ecosystem is Ecosystem.NPM:
                modules = (package,)
            for weakness, functions in entries.items():
                assert re.fullmatch(r"CVE-\d{4}-\d{4,}|GHSA(?:-[a-z0-9]{4}){3}", weakness)
                assert functions
                for function in functions:
                    assert function.startswith(modules), (package, function)


def test_the_place_where_it_is_called_is_told_before_one_that_names_it() -> None:
    text = "from yaml import load\nx: load\ny = map(load, z)\nload(w)\n"
    assert one(Ecosystem.PYPI, "pyyaml", {"a.py": text}, "yaml.load")[2][-1] == ("a.py", 4)
    text = "from yaml import load\ny = map(load, z)\n"
    assert one(Ecosystem.PYPI, "pyyaml", {"a.py": text}, "yaml.load")[2][-1] == ("a.py", 2)
