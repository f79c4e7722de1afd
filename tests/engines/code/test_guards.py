"""Checks that programs write by hand, in loops, helpers and behind switches."""

import pytest

from seawall.core.location import CodeSpan
from seawall.engines.code.engine import CodeEngine
from seawall.rules.code import load_code

FLASK = "from flask import Flask, request\nimport os, tarfile\napp = Flask(__name__)\n"
ROUTE = "@app.route('/')\ndef show():\n"
WITHIN = """
def within(folder, path):
    folder, path = os.path.abspath(folder), os.path.abspath(path)
    return os.path.commonprefix([folder, path]) == folder
"""


def rules(text: str, *, library: bool = False, path: str = "shop/app.py") -> list[str]:
    """Return the rules that a program of one file breaks."""
    known = load_code()
    engine = CodeEngine(
        known.rules, known.catalogue, known.knowledge, known.digest, library=library
    )
    (answer,) = engine.analyse([path], [path], {path: text.encode()}.get)
    return [one.rule for one in answer.findings if isinstance(one.location, CodeSpan)]


@pytest.mark.parametrize(
    ("action", "found"), [("raise ValueError(name)", []), ("break", ["path-traversal"])]
)
def test_a_loop_that_looks_at_each_item_vouches_for_all(action: str, found: list[str]) -> None:
    text = f"""{FLASK}{ROUTE}    names = request.json['names']
    for name in names:
        if '..' in name or name.startswith('/'):
            {action}
    for name in names:
        open('/srv/' + name)
"""
    assert rules(text) == found


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("if not within('/srv', os.path.join('/srv', one.name)):", []),
        ("if one.name.startswith('/') or '..' in one.name:", []),
        ("if one.name.startswith('/'):", ["archive-traversal"]),
    ],
)
def test_an_archive_of_which_each_name_was_looked_at(check: str, found: list[str]) -> None:
    text = f"""{FLASK}{WITHIN}{ROUTE}    with tarfile.open(fileobj=request.files['f']) as tar:
        for one in tar.getmembers():
            {check}
                raise ValueError(one)
        tar.extractall('/srv')
"""
    assert [one for one in rules(text) if one == "archive-traversal"] == found


@pytest.mark.parametrize("spelled", ["name.lower()", "name.strip().upper()", "name"])
def test_what_is_in_a_list_in_another_spelling(spelled: str) -> None:
    text = f"""{FLASK}{ROUTE}    name = request.args['name']
    if {spelled} not in ('A', 'B'):
        raise ValueError(name)
    open(name)
"""
    assert rules(text) == []


@pytest.mark.parametrize(("switch", "found"), [("allow_any", []), ("verbose", ["path-traversal"])])
def test_who_waives_a_check_answers_for_it(switch: str, found: list[str]) -> None:
    text = f"""import os
def read(folder, name, {switch}=False):
    if not {switch}:
        if '..' in name or os.path.isabs(name):
            raise ValueError(name)
    return open(os.path.join('/srv/data', folder.strip('/') and 'a', name))
"""
    assert rules(text, library=True) == found


def test_a_package_imports_its_own_modules_by_its_name() -> None:
    known = load_code()
    engine = CodeEngine(known.rules, known.catalogue, known.knowledge, known.digest)
    files = {
        "__init__.py": b"",
        "web/views.py": (
            FLASK + "from shop.web.files import read\n" + ROUTE + "    read(request.args['n'])\n"
        ).encode(),
        "web/__init__.py": b"",
        "web/files.py": b"def read(name):\n    open('/srv/' + name)\n",
    }
    for name, found in (("shop", ["path-traversal"]), ("other", [])):
        inquiry = engine.inquiry(list(files), files.get, name=name)
        answers = inquiry.answers(["web/views.py"])
        assert [one.rule for answer in answers for one in answer.findings] == found


RESOLVED = "    url = request.args['url']\n    host = urlparse(url).hostname\n"


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("    if ip_address(socket.gethostbyname(host)).is_private:\n        return 'no'\n", []),
        ("    if socket.gethostbyname(host).startswith('127.'):\n        return 'no'\n", []),
        (
            "    for one in socket.getaddrinfo(host, 80):\n"
            "        if not ip_address(one[4][0]).is_global:\n            return 'no'\n",
            [],
        ),
        ("    ip_address(socket.gethostbyname(host))\n", ["server-side-request-forgery"]),
    ],
)
def test_the_address_of_a_host_is_looked_at(check: str, found: list[str]) -> None:
    head = "import socket, requests\nfrom ipaddress import ip_address\n"
    head += "from urllib.parse import urlparse\n"
    text = f"{head}{FLASK}{ROUTE}{RESOLVED}{check}    return requests.get(url).text\n"
    assert [one for one in rules(text) if one == "server-side-request-forgery"] == found


@pytest.mark.parametrize(("target", "found"), [("url.lstrip('/')", []), ("url", ["open-redirect"])])
def test_a_redirect_behind_one_slash(target: str, found: list[str]) -> None:
    text = f"""{FLASK}from flask import redirect
{ROUTE}    url = request.args['url']
    return redirect('/' + {target})
"""
    assert rules(text) == found


@pytest.mark.parametrize("test", ["is False", "== False", "is not True"])
def test_a_check_that_is_compared_with_what_it_returns(test: str) -> None:
    text = f"""{FLASK}
def known(name):
    if name not in ('a', 'b'):
        return False
    return True
{ROUTE}    name = request.args['name']
    if known(name) {test}:
        return 'no'
    open(name)
"""
    assert rules(text) == []
