"""Library mode: what callers hand in, what is theirs to answer for, and what is not."""

from functools import cache

import pytest

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.engines.code.engine import CodeEngine
from seawall.rules.code import load_code


@cache
def engine(*, library: bool = True) -> CodeEngine:
    known = load_code()
    return CodeEngine(known.rules, known.catalogue, known.knowledge, known.digest, library=library)


def findings(files: dict[str, str], *, library: bool = True) -> list[Finding]:
    """Return what is found in a program."""
    contents = {path: text.encode() for path, text in files.items()}
    answers = engine(library=library).analyse(list(contents), list(contents), contents.get)
    return [finding for answer in answers for finding in answer.findings]


def places(text: str, *, path: str = "store/api.py", **others: str) -> set[tuple[str, int]]:
    """Return rule and line of what is found in one file."""
    found = findings({path: text, **{f"store/{name}.py": one for name, one in others.items()}})
    return {
        (one.rule, one.location.line)
        for one in found
        if isinstance(one.location, CodeSpan) and one.location.path == path
    }


WHOLE = [
    "def read(path):\n    return open(path).read()\n",
    "def read(path):\n    path = path.strip()\n    return open(path + '.gz').read()\n",
    "import requests\ndef load(url):\n    return requests.get(url)\n",
    "def read(options):\n    return open(options['file'])\n",
    "import os\ndef read_all(options):\n    return open(os.path.join(options['root'], 'all'))\n",
    "import os\ndef run(command):\n    os.system(command)\n",
    "import logging\nlog = logging.getLogger()\ndef note(name):\n    log.info('of %s', name)\n",
    "def read(item, name):\n    return getattr(item, name)\n",
    "def query(cursor, sql):\n    return cursor.execute(sql)\n",
    "import os\ndef save(path):\n    stem, end = os.path.splitext(path)\n"
    "    return open(stem + '.new' + end, 'w')\n",
    "import pymongo\ndef find(name):\n"
    "    return pymongo.MongoClient().shop.items.find_one({'name': name})\n",
]


@pytest.mark.parametrize("text", WHOLE)
def test_what_a_function_is_for_is_for_its_caller_to_see_to(text: str) -> None:
    assert places(text) == set()


PARTS = [
    ("import os\ndef read(root, name):\n    return open(os.path.join(root, name))\n", 3),
    ("def read(name):\n    return open('/srv/' + name)\n", 2),
    (
        "class Store:\n    def __init__(self, root):\n        self.root = root\n"
        "    def read(self, name):\n        return open(self.root + '/' + name)\n",
        5,
    ),
]


@pytest.mark.parametrize(("text", "line"), PARTS)
def test_a_part_of_a_path_leads_elsewhere(text: str, line: int) -> None:
    assert ("path-traversal", line) in places(text)


def test_what_an_archive_names_leads_elsewhere() -> None:
    text = (
        "import zipfile\ndef unpack(path):\n    archive = zipfile.ZipFile(path)\n"
        "    for name in archive.namelist():\n        open(name, 'wb')\n"
    )
    assert ("archive-traversal", 5) in places(text)


def test_what_the_constructor_was_given_counts() -> None:
    text = (
        "import subprocess\n"
        "class Clone:\n"
        "    def __init__(self, url):\n"
        "        self.url = url\n"
        "    def fetch(self):\n"
        "        subprocess.run(['git', 'clone', self.url])\n"
        "    def fetch_safely(self):\n"
        "        subprocess.run(['git', 'clone', '--', self.url])\n"
    )
    assert places(text) == {("argument-injection", 6)}


def test_what_an_object_was_made_with_says_where_it_works() -> None:
    text = (
        "import os\n"
        "class Store:\n"
        "    def __init__(self, root, area):\n"
        "        self.folder = os.path.join(root, area)\n"
        "    def empty(self):\n"
        "        os.rmdir(self.folder)\n"
        "    def read(self, name):\n"
        "        return open(os.path.join(self.folder, name))\n"
    )
    assert places(text) == {("path-traversal", 8)}


def test_what_an_object_reads_is_not_what_it_was_made_with() -> None:
    text = (
        "import os\n"
        "class Handler:\n"
        "    def __init__(self, connection):\n"
        "        self.connection = connection\n"
        "    def serve(self, root):\n"
        "        os.remove(os.path.join(root, self.connection.readline()))\n"
    )
    assert places(text) == {("path-traversal", 6)}


def test_what_one_function_does_with_one_value_is_told_once() -> None:
    text = (
        "import os\n"
        "def replace(root, old, new):\n"
        "    path = os.path.join(root, old)\n"
        "    os.chmod(path, 0o600)\n"
        "    os.remove(path)\n"
        "    open(os.path.join(root, new), 'w')\n"
        "def remove(root, old):\n"
        "    os.remove(os.path.join(root, old))\n"
    )
    assert places(text) == {("path-traversal", 4), ("path-traversal", 6), ("path-traversal", 8)}


def test_a_file_is_read_into_what_runs_code() -> None:
    text = (
        "import yaml\n"
        "def load(path):\n"
        "    with open(path) as file:\n"
        "        return yaml.load(file, Loader=yaml.Loader)\n"
        "def load_safely(path):\n"
        "    with open(path) as file:\n"
        "        return yaml.safe_load(file)\n"
    )
    assert places(text) == {("unsafe-deserialization", 4)}
    assert findings({"store/api.py": text}, library=False) == []


@pytest.mark.parametrize(("default", "found"), [("Loader", True), ("SafeLoader", False)])
def test_the_loader_that_a_caller_chooses_is_his_choice(default: str, *, found: bool) -> None:
    text = (
        "import yaml\n"
        "def load(text, loader=None):\n"
        "    if loader is None:\n"
        f"        loader = yaml.{default}\n"
        "    return yaml.load(text, loader)\n"
    )
    assert (("unsafe-deserialization", 5) in places(text)) is found


@pytest.mark.parametrize(
    ("check", "held"),
    [
        ("os.path.commonpath([path, root]) != root", True),
        ("os.path.commonprefix([path, root]) != root", False),
        ("not path.startswith(os.path.join(root, ''))", True),
        ("not path.startswith(root)", False),
    ],
)
def test_only_a_whole_folder_holds_a_path(check: str, held: bool) -> None:
    text = (
        "import os\n"
        "class Store:\n"
        "    def __init__(self, root):\n"
        "        self.root = os.path.realpath(root)\n"
        "    def read(self, name):\n"
        "        root = self.root\n"
        "        path = os.path.realpath(os.path.join(root, name))\n"
        f"        if {check}:\n"
        "            raise ValueError\n"
        "        return open(path)\n"
    )
    assert (("path-traversal", 10) in places(text)) is not held


@pytest.mark.parametrize(
    ("package", "found"), [("from store._api import load\n", True), ("", False)]
)
def test_a_name_that_is_handed_on_is_public(package: str, found: bool) -> None:
    text = "import pickle\ndef load(data):\n    return pickle.loads(data)\n"
    told = places(text, path="store/_api.py", __init__=package)
    assert (("unsafe-deserialization", 3) in told) is found


def test_a_name_that_equals_its_cleaned_copy_is_clean() -> None:
    text = (
        "import os\n"
        "def read(root, name):\n"
        "    if os.path.basename(name) != name:\n"
        "        raise ValueError\n"
        "    return open(os.path.join(root, name))\n"
    )
    assert places(text) == set()


def test_choices_within_choices_of_a_text_do_not_multiply() -> None:
    body = "".join(
        f"        if flags[{n}]:\n            out += ('a' if flags else name) + out[:{n}]\n"
        for n in range(12)
    )
    text = (
        f"def build(flags, name):\n    out = name\n    while flags:\n{body}    return eval(out)\n"
    )
    assert {rule for rule, _ in places(text)} == {"code-injection"}
