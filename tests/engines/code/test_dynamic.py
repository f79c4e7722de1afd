"""Objects that make their attributes and items when they are asked: what they were fed goes on."""

import pytest

from tests.engines.code.test_library import engine, places

MADE = [
    # Nothing is known of the names under which a reader keeps what it unpacks.
    (
        "import os, struct\n"
        "class Packet:\n"
        "    def __init__(self, data):\n"
        "        self.fields = {}\n"
        "        for name, start, end in load():\n"
        "            self.fields[name] = struct.unpack('s', data[start:end])\n"
        "    def __getitem__(self, name):\n"
        "        return kept(self.fields)[name]\n"
        "def remove(root, data):\n"
        "    os.remove(os.path.join(root, Packet(data)['name']))\n",
        10,
    ),
    (
        "import os\n"
        "class Options:\n"
        "    def __init__(self, text):\n"
        "        self.text = text\n"
        "    def __getattr__(self, name):\n"
        "        return look_up(name)\n"
        "def remove(root, text):\n"
        "    os.remove(os.path.join(root, Options(text).name))\n",
        8,
    ),
    (
        "import os\n"
        "class Options:\n"
        "    def __init__(self, given):\n"
        "        for name in given:\n"
        "            setattr(self, name, given[name])\n"
        "def remove(root, given):\n"
        "    os.remove(os.path.join(root, Options(given).name))\n",
        7,
    ),
    # What a class does for an attribute is followed where that gives something.
    (
        "import os\n"
        "class Runner:\n"
        "    def __getattr__(self, name):\n"
        "        return lambda command: os.system('tool ' + command)\n"
        "def start(command):\n"
        "    Runner().start(command)\n",
        4,
    ),
]


def test_what_an_object_was_fed_comes_out_under_any_name() -> None:
    for text, line in MADE:
        assert line in {found for _, found in places(text)}, text


def test_what_an_object_gives_by_name_is_no_more_than_that() -> None:
    text = (
        "import os\n"
        "class Sizes:\n"
        "    def __init__(self, data):\n"
        "        self.data = data\n"
        "    def __getattr__(self, name):\n"
        "        return 'all'\n"
        "def remove(root, data):\n"
        "    os.remove(os.path.join('/srv', Sizes(data).name))\n"
    )
    assert places(text) == set()


GIT = {
    "git/__init__.py": "",
    "git/cmd.py": (
        "class Git:\n"
        "    def __getattr__(self, name):\n"
        "        return lambda *arguments: self.run(name, *arguments)\n"
    ),
    "git/base.py": ("from git.cmd import Git\ndef copy(url):\n    Git().clone(url)\n"),
}


@pytest.mark.parametrize("folder", ["", "git"])
def test_a_method_made_on_demand_is_the_one_that_the_catalogue_names(folder: str) -> None:
    """In the package within a repository, and where the package itself is scanned."""
    texts = {path.removeprefix(f"{folder}/"): text.encode() for path, text in GIT.items()}
    answers = engine().inquiry(list(texts), texts.get, name=folder).answers(list(texts))
    found = [(one.rule, one.location) for answer in answers for one in answer.findings]
    assert [(rule, getattr(place, "line", 0)) for rule, place in found] == [
        ("argument-injection", 3)
    ]
