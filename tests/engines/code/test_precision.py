"""What well-kept programs do and what is therefore left alone, or told without breaking a build."""

from functools import cache

import pytest

from seawall.core.finding import Evidence, Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Severity
from seawall.engines.code.engine import CodeEngine
from seawall.rules.code import load_code

FLASK = "from flask import Flask, request\napp = Flask(__name__)\n@app.route('/')\n"


@cache
def engine() -> CodeEngine:
    known = load_code()
    return CodeEngine(known.rules, known.catalogue, known.knowledge, known.digest)


def findings(files: dict[str, str]) -> list[Finding]:
    """Return what is found in a program."""
    contents = {path: text.encode() for path, text in files.items()}
    answers = engine().analyse(list(contents), list(contents), contents.get)
    return [finding for answer in answers for finding in answer.findings]


def told(text: str) -> set[tuple[str, int]]:
    """Return rule and line of what is found in a program of one file."""
    return {
        (one.rule, one.location.line)
        for one in findings({"shop/app.py": text})
        if isinstance(one.location, CodeSpan)
    }


UNCHECKED = "    return jwt.decode({}, options={{'verify_signature': False}})\n"


@pytest.mark.parametrize(
    ("token", "severity"),
    [("request.headers['Token']", Severity.CRITICAL), ("answer['token']", Severity.MEDIUM)],
)
def test_a_token_that_no_client_sent_breaks_no_build(token: str, severity: Severity) -> None:
    text = f"import jwt\n{FLASK}def show(answer=None):\n" + UNCHECKED.format(token)
    found = [one for one in findings({"shop/app.py": text}) if one.rule == "jwt-unverified"]
    assert [one.severity for one in found] == [severity]


@pytest.mark.parametrize(
    ("caller", "evidence"),
    [("shop/views.py", Evidence.REACHABLE), ("tests/test_files.py", Evidence.SUSPECTED)],
)
def test_a_request_of_a_test_reaches_nothing(caller: str, evidence: Evidence) -> None:
    files = {
        "shop/files.py": "def read(name):\n    return open('/srv/' + name)\n",
        caller: f"from shop.files import read\n{FLASK}def show():\n"
        "    return read(request.args['name'])\n",
    }
    found = [one for one in findings(files) if one.rule == "path-traversal"]
    assert [one.evidence for one in found] == [evidence]


def test_a_log_escapes_what_stands_in_a_list_or_mapping() -> None:
    text = (
        f"import logging\n{FLASK}def show():\n"
        "    name = request.args['name']\n"
        "    logging.info('of %s', {'name': name})\n"
        "    logging.info('of %s', [name])\n"
        "    logging.info('of %s', name)\n"
    )
    assert told(text) == {("log-injection", 9)}


def test_an_argument_of_a_column_is_bound() -> None:
    text = (
        f"from sqlalchemy import select\nfrom .models import Item\n{FLASK}def show(session):\n"
        "    names = request.args.getlist('name')\n"
        "    return session.scalars(select(Item.id).where(Item.name.in_(names)))\n"
    )
    assert "sql-injection" not in {rule for rule, _ in told(text)}


def test_a_template_that_an_unknown_base_renders_is_a_template() -> None:
    text = (
        f"from pages import View\n{FLASK}def show():\n"
        "    return View().render_template('show.html', name=request.args['name'])\n"
    )
    assert told(text) == set()


def test_what_a_call_gave_of_which_nothing_is_known_is_no_page_of_somebody_else() -> None:
    text = (
        f"from shop.stock import find, label\n{FLASK}def show():\n"
        "    name = request.args['name']\n"
        "    if name == 'x':\n"
        "        return find(name)\n"
        "    return '<p>' + label(name) + '</p>'\n"
    )
    assert told(text) == {("cross-site-scripting", 9)}


def test_a_stream_is_read_by_number_a_path_without() -> None:
    text = (
        f"{FLASK}def show(stream, folder):\n"
        "    stream.read_bytes(request.args['count'])\n"
        "    part = folder / request.args['name']\n"
        "    part.read_bytes()\n"
        "    return {}\n"
    )
    assert ("path-traversal", 5) not in told(text)


def test_who_opens_a_file_is_not_told_that_he_asks_for_it() -> None:
    text = (
        f"import os\n{FLASK}def show():\n"
        "    path = request.args['path']\n"
        "    if os.path.exists(path) and os.path.isfile(path):\n"
        "        return {'size': len(open(path).read())}\n"
        "    return {}\n"
        "@app.route('/there')\ndef is_there():\n"
        "    path = request.args['path']\n"
        "    return {'there': os.path.exists(path) or os.path.isdir(path)}\n"
    )
    assert told(text) == {("path-traversal", 8), ("path-traversal", 13)}


def test_the_address_where_a_request_came_in_leads_nowhere_else() -> None:
    text = (
        f"from flask import redirect\n{FLASK}def show():\n"
        "    if request.args.get('home'):\n"
        "        return redirect(request.host_url)\n"
        "    return redirect(request.args['next'])\n"
    )
    assert told(text) == {("open-redirect", 8)}


def test_the_name_of_a_file_with_a_key_is_no_key() -> None:
    text = (
        "import logging\ndef sign(folder, private_key):\n"
        "    logging.debug('with %s', private_key)\n"
        "def check(folder):\n"
        "    private_key = f'{folder}/minion.pem'\n"
        "    logging.debug('with %s', private_key)\n"
    )
    assert told(text) == {("sensitive-data-in-log", 3)}
