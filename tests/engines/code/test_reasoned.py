"""Weaknesses that a table cannot state: what is told, and what is left alone."""

from functools import cache

import pytest

from seawall.core.finding import Evidence, Finding
from seawall.core.location import CodeSpan
from seawall.engines.code.engine import CodeEngine
from seawall.engines.code.reasoned.addresses import loose_pattern
from seawall.engines.code.reasoned.names import (
    ADDRESS,
    PASSWORD,
    SECRET,
    UNGUESSABLE,
    told_by,
)
from seawall.engines.code.reasoned.patterns import bad_filter
from seawall.rules.code import load_code

FLASK = "from flask import Flask, abort, request, session\napp = Flask(__name__)\n"


@cache
def engine() -> CodeEngine:
    known = load_code()
    return CodeEngine(known.rules, known.catalogue, known.knowledge, known.digest)


def findings(text: str, path: str = "shop/app.py") -> list[Finding]:
    """Return what is found in a program of one file."""
    content = text.encode()
    answers = engine().analyse([path], [path], lambda name: content if name == path else None)
    return [finding for answer in answers for finding in answer.findings]


def place(finding: Finding) -> CodeSpan:
    """Return where something was found."""
    assert isinstance(finding.location, CodeSpan)
    return finding.location


def lines(text: str, rule: str, path: str = "shop/app.py") -> list[int]:
    """Return the lines on which a rule finds something."""
    return sorted(place(f).line for f in findings(text, path) if f.rule == rule)


NAMES = [
    ("password", PASSWORD | UNGUESSABLE),
    ("dbPassword", PASSWORD | UNGUESSABLE),
    ("DB_PASSWD", PASSWORD | UNGUESSABLE),
    ("client_secret", SECRET | UNGUESSABLE),
    ("apiKey", SECRET | UNGUESSABLE),
    ("token", SECRET | UNGUESSABLE),
    ("credit_card", SECRET),
    ("password_hash", UNGUESSABLE),
    ("password_field", UNGUESSABLE),
    ("tokens", 0),
    ("token_count", 0),
    ("secretary", 0),
    ("nonce", UNGUESSABLE),
    ("reset_code", UNGUESSABLE),
    ("key", 0),
    ("callback_url", ADDRESS),
    ("", 0),
    ("_", 0),
]


@pytest.mark.parametrize(("name", "bits"), NAMES)
def test_names_tell(name: str, bits: int) -> None:
    assert told_by(name) == bits


# --- random numbers ---

RANDOM = [
    ("api_token = str(random.getrandbits(64))", True),
    ("otp = '%06d' % random.randint(0, 999999)", True),
    ("otp = f'{random.randint(0, 999999):06d}'", True),
    ("otp = 100000 + int(random.random() * 900000)", True),
    ("secret = base64.b64encode(bytes(random.choices(range(256), k=16)))", True),
    ("reply = {'reset_code': random.randint(1, 9)}", True),
    ("create(salt=hex(random.getrandbits(128)))", True),
    ("blob = base64.b64encode(random.randbytes(32))", True),
    ("user.session_id = ''.join(random.choice(string.digits) for _ in range(9))", True),
    ("delay = random.uniform(0, 1)", False),
    ("token = random.choice(tokens)", False),
    ("token_index = random.randint(0, 5)", False),
    ("password_length = random.randint(8, 12)", False),
    ("sample = random.sample(rows, 5)", False),
    ("token = secrets.choice(string.digits)", False),
    ("colour = '#%06x' % random.randrange(0x1000000)", False),
]


@pytest.mark.parametrize(("statement", "is_found"), RANDOM)
def test_random_numbers_that_become_secrets(statement: str, is_found: bool) -> None:
    text = (
        "import base64, random, secrets, string\n\n"
        f"def make(user, rows, tokens, create):\n    {statement}\n"
    )
    assert lines(text, "predictable-random") == ([4] if is_found else [])


def test_a_random_number_is_told_of_where_it_is_made() -> None:
    text = (
        "import random\n\ndef number():\n    return random.random()\n\n"
        "def keep(user):\n    random.random()\n    user.token = str(number())\n"
        "    user.salt = str(number())\n"
    )
    (found,) = [f for f in findings(text) if f.rule == "predictable-random"]
    assert place(found).line == 4
    assert found.evidence is Evidence.REACHABLE


def test_a_random_number_that_a_cookie_is_compared_with() -> None:
    text = FLASK + (
        "import random\nvisitors = {}\n\n@app.get('/')\ndef index():\n"
        "    mark = str(random.random())\n"
        "    if request.cookies.get('v') == visitors.get('v'):\n        return 'again'\n"
        "    visitors['v'] = mark\n    return 'new'\n"
    )
    assert lines(text, "predictable-random") == [8]
    assert lines(text.replace("request.cookies.get('v') ==", "len(visitors) =="), "x") == []


def test_random_numbers_of_tests_are_left_alone() -> None:
    text = "import random\n\ndef make():\n    token = random.random()\n    return token\n"
    assert lines(text, "predictable-random", "tests/test_app.py") == []


def test_a_game_in_a_session_is_left_alone() -> None:
    text = FLASK + (
        "import random\n\n@app.get('/')\ndef index():\n"
        "    session['number'] = random.randint(1, 9)\n    return 'guess'\n"
    )
    assert lines(text, "predictable-random") == []


# --- secrets in logs and files ---

LOGS = [
    ("log.info('%s', password)", True),
    ("log.info('{}'.format(settings['api_key']))", True),
    ("log.info('x ' + str(user.get_password()))", True),
    ("logging.getLogger('x').info(password)", True),
    ("self.logger.debug(f'{self.client_secret}')", True),
    ("print(os.environ['DB_PASSWORD'])", True),
    ("print(os.getenv('DB_PASSWORD'))", True),
    ("shown = f'{password}'; log.info(shown)", True),
    ("sys.stdout.write(password)", True),
    ("log.info(len(password))", False),
    ("log.info(bool(password), password is None)", False),
    ("log.info(hash_of(password))", False),
    ("log.info(password[:2])", False),
    ("log.info(check_password(x))", False),
    ("log.info(form.password)", False),
    ("log.info(CONF_PASSWORD)", False),
    ("password = None; log.info(password)", False),
    ("math.log(secret)", False),
]


@pytest.mark.parametrize(("statement", "is_found"), LOGS)
def test_secrets_in_logs(statement: str, is_found: bool) -> None:
    parameters = "self, password, settings, user" if "None" not in statement else "self"
    text = f"import logging, math, os, sys\n\ndef do({parameters}):\n    {statement}\n"
    assert lines(text, "sensitive-data-in-log") == ([4] if is_found else [])


def test_a_token_of_a_grammar_is_no_secret() -> None:
    text = "def scan(lexer, log):\n    for token in lexer:\n        log.info(token)\n"
    assert lines(text, "sensitive-data-in-log") == []
    assert lines(text.replace("lexer", "keys"), "sensitive-data-in-log") == [3]


STORES = [
    ("open('f', 'w').write(password)", True),
    ("out = open('f', 'w'); out.write(password)", True),
    ("pathlib.Path('f').write_text(password)", True),
    ("response.set_cookie('p', password)", True),
    ("response.set_cookie('s', session_token)", False),
    ("response.write(password)", False),
    ("open('f', 'w').write(seal(password))", False),
]


@pytest.mark.parametrize(("statement", "is_found"), STORES)
def test_secrets_in_files(statement: str, is_found: bool) -> None:
    text = f"import pathlib\n\ndef do(password, session_token, response):\n    {statement}\n"
    assert lines(text, "sensitive-data-stored-in-clear") == ([4] if is_found else [])


HASHES = [
    ("hashlib.sha512(password.encode()).hexdigest()", True),
    ("hashlib.new('sha256', password)", True),
    ("h = hashlib.sha256(); h.update(user.password)", True),
    ("sha256((salt + password).encode())", True),
    ("hashlib.sha256(api_token)", False),
    ("hashlib.sha256(password_hash)", False),
    ("store.update(password)", False),
]


@pytest.mark.parametrize(("statement", "is_found"), HASHES)
def test_passwords_under_a_fast_hash(statement: str, is_found: bool) -> None:
    text = (
        "import hashlib\nfrom hashlib import sha256\n\n"
        f"def do(password, salt, user, store, api_token, password_hash):\n    {statement}\n"
    )
    assert lines(text, "weak-password-hash") == ([5] if is_found else [])


# --- comparisons ---

COMPARED = [
    ("hmac.new(KEY, request.data, 'sha256').hexdigest() == request.args['sig']", True),
    ("request.args['token'] != current.api_token", True),
    ("request.args['token'] == current.name", False),
    ("request.args['token'] == request.cookies['token']", False),
    ("request.args['password'] == 'x'", False),
    ("hmac.new(KEY, b'1').digest() == hmac.new(KEY, b'2').digest()", False),
    ("hmac.compare_digest(request.args['token'], current.api_token)", False),
]


@pytest.mark.parametrize(("test", "is_found"), COMPARED)
def test_secrets_compared(test: str, is_found: bool) -> None:
    text = FLASK + f"import hmac\n\n@app.get('/')\ndef index():\n    return str({test})\n"
    assert lines(text, "timing-unsafe-comparison") == ([7] if is_found else [])


TRUSTED = [
    ("request.headers.get('X-Forwarded-For') in ('127.0.0.1', '::1')", True),
    ("request.headers['x-forwarded-for'] == '127.0.0.1'", True),
    ("request.headers.get('X-Real-IP', '') in TRUSTED_HOSTS", True),
    ("request.environ['HTTP_X_FORWARDED_FOR'].startswith('192.168.')", True),
    ("request.headers.get('X-Forwarded-For') in seen", False),
    ("request.headers.get('X-Forwarded-For') == ''", False),
    ("request.remote_addr == '127.0.0.1'", False),
    ("request.headers['User-Agent'] == '127.0.0.1'", False),
]


@pytest.mark.parametrize(("test", "is_found"), TRUSTED)
def test_addresses_that_clients_claim(test: str, is_found: bool) -> None:
    text = FLASK + f"\n@app.get('/')\ndef index():\n    return str({test})\n"
    assert lines(text, "client-address-trusted") == ([6] if is_found else [])


# --- errors ---

ERRORS = [
    ("Exception as e", "return str(e)", True),
    ("Exception as e", "return f'no: {e}', 500", True),
    ("Exception", "return traceback.format_exc()", True),
    ("(KeyError, Exception) as e", "return {'error': e.args}", True),
    ("ValueError as e", "return str(e)", False),
    ("Exception as e", "app.logger.error(e); return 'no'", False),
    ("Exception as e", "return type(e).__name__", False),
]


@pytest.mark.parametrize(("caught", "statement", "is_found"), ERRORS)
def test_errors_sent_to_clients(caught: str, statement: str, is_found: bool) -> None:
    text = FLASK + (
        "import traceback\n\n@app.get('/')\ndef index():\n    try:\n        return work()\n"
        f"    except {caught}:\n        {statement}\n"
    )
    assert lines(text, "stack-trace-exposure") == ([10] if is_found else [])


def test_what_no_client_sees_of_errors_is_left_alone() -> None:
    text = "def work():\n    try:\n        run()\n    except Exception as e:\n"
    text += "        return str(e)\n"
    assert lines(text, "stack-trace-exposure") == []


# --- expressions and addresses ---

SLOW = [
    ("re.match(r'(a+)+$', text)", True),
    ("re.compile(r'''( a | a a )+ $ # x''', re.VERBOSE).match(text)", True),
    ("re.match(r'^ *(.*?) *$ ', text, re.X)", False),
    ("re.match(r'a+$', text)", False),
    ("re.sub(r'\\s+$', '', text)", True),
    ("re.fullmatch(r'\\s+$', text)", False),
    ("re.match(r'(a+)+$', 'aaaa')", False),
    ("len(text) < 9 and re.match(r'(a+)+$', text)", False),
]


@pytest.mark.parametrize(("test", "is_found"), SLOW)
def test_slow_expressions(test: str, is_found: bool) -> None:
    text = FLASK + (
        f"import re\n\n@app.get('/')\ndef index():\n    text = request.args['t']\n"
        f"    return str({test})\n"
    )
    assert lines(text, "slow-regex") == ([8] if is_found else [])


FILTERS = [
    (r"<script.*?>.*?</script>", 0, True),
    (r"(?is)<script.*?>.*?</script>", 0, True),
    (r"(?is)<script\b[^>]*>.*?</script\b[^>]*>", 0, False),
    (r"<script[^>]*>", 0, True),
    (r"(?i)<script[^>]*>", 0, False),
    (r"<!--.*?-->", 0, True),
    (r"(?s)<!--.*?--!?>", 0, False),
    (r"<p>.*?</p>", 0, False),
    (r"script", 0, False),
    (r"<script(", 0, False),
]


@pytest.mark.parametrize(("pattern", "flags", "is_bad"), FILTERS)
def test_filters_of_tags(pattern: str, flags: int, is_bad: bool) -> None:
    assert (bad_filter(pattern, flags) is not None) is is_bad


def test_reading_what_stands_in_a_tag_is_no_filter() -> None:
    text = "import re\n\ndef data(page):\n    return re.search(r'<script>(.*?)</script>', page)\n"
    assert lines(text, "bad-html-filter") == []
    assert lines(text.replace("(.*?)", ".*?"), "bad-html-filter") == [4]


def test_a_compiled_filter_that_is_used_elsewhere_is_told_of_where_it_is_made() -> None:
    text = "import re\nFILTERS = [re.compile('<script>.*?</script>')]\n"
    assert lines(text, "bad-html-filter") == [2]


PATTERNS = [
    (r"^https?://www.example\.com/", "match", True),
    (r"^https://example.com/", "match", True),
    (r"^https://www\.example\.com", "match", True),
    (r"^https://www\.example\.com/", "match", False),
    (r"^https://www\.example\.com", "fullmatch", False),
    (r"\w+.py", "match", False),
]


@pytest.mark.parametrize(("pattern", "how", "is_loose"), PATTERNS)
def test_expressions_of_hosts(pattern: str, how: str, is_loose: bool) -> None:
    assert (loose_pattern(pattern, how) is not None) is is_loose


ADDRESSES = [
    ("'example.com' in request.url", True),
    ("'example.com' not in parsed.netloc.lower()", True),
    ("url.startswith(('https://a.com', 'https://b.com/'))", True),
    ("urlparse(url).hostname.endswith(('.a.com', 'b.com'))", True),
    ("re.match('https://www.example.com/', url)", True),
    ("'example.com' in hosts", False),
    ("'example.com' in text", False),
    ("url.startswith('https://')", False),
    ("name.endswith('setup.py')", False),
    ("'@example.com' in url", False),
]


@pytest.mark.parametrize(("test", "is_found"), ADDRESSES)
def test_checks_of_addresses(test: str, is_found: bool) -> None:
    text = f"import re\n\ndef check(url, request, parsed, hosts, text, name):\n    return {test}\n"
    assert lines(text, "incomplete-url-check") == ([4] if is_found else [])


# --- siblings ---

ROUTES = FLASK.replace("session", "session\nfrom flask_login import login_required")


def routes(*declared: tuple[str, bool]) -> str:
    """Return a program with routes, each with whether it demands a login."""
    return ROUTES + "".join(
        f"\n@app.post('/{name}')\n{'@login_required' if guarded else ''}\n"
        f"def {name}():\n    return DATA\n"
        for name, guarded in declared
    )


def test_one_route_of_many_without_a_login() -> None:
    text = routes(("a", True), ("b", True), ("c", True), ("delete_d", False))
    (found,) = [f for f in findings(text) if f.rule == "missing-authentication"]
    assert place(found).symbol == "delete_d"


@pytest.mark.parametrize("name", ["login", "health", "webhook", "register", "index", "reset_it"])
def test_routes_that_are_meant_to_be_public(name: str) -> None:
    text = routes(("a", True), ("b", True), ("c", True), (name, False))
    assert lines(text, "missing-authentication") == []


def test_where_many_routes_need_no_login_none_is_told() -> None:
    text = routes(("a", True), ("b", True), ("c", True), ("d", False), ("e", False))
    assert lines(text, "missing-authentication") == []
    assert lines(routes(("a", True), ("b", True), ("d", False)), "missing-authentication") == []


def test_a_route_that_asks_for_itself_is_left_alone() -> None:
    text = routes(("a", True), ("b", True), ("c", True), ("d", False))
    asking = text.replace("def d():\n", "def d():\n    if not session.get('x'): abort(401)\n")
    assert asking != text
    assert lines(asking, "missing-authentication") == []
