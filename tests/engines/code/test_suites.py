"""Which files are tests, and that what they do wrong is told only where it is asked for."""

import pytest

from seawall.config import CodeSection
from seawall.engines.code.suites import is_test
from seawall.journeys.code import load_code_engine

USES_PYTEST = b"import pytest\n"
USES_DJANGO = b"from django.test import TestCase\n"
CHECKS = b"def test_sum():\n    assert 1 + 1 == 2\n"
PLAIN = b"def load(path):\n    return open(path)\n"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tests/test_views.py", USES_PYTEST),
        ("shop/tests.py", USES_DJANGO),
        ("tests/views.py", USES_DJANGO),
        ("shop/test_sum.py", CHECKS),
        ("tests/conftest.py", PLAIN),
        ("tests/shop/settings.py", PLAIN),
        ("src/Tests/shop/views.py", PLAIN),
    ],
)
def test_a_file_that_is_named_so_and_tests_is_a_test(path: str, content: bytes) -> None:
    assert is_test(path, content, {path, "tests/conftest.py", "src/Tests/shop/tests.py"})


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("shop/views.py", USES_PYTEST),
        ("test/query/injection.py", PLAIN),
        ("tests/app.py", b"from .test import load\n"),
        ("test_connection.py", PLAIN),
        ("shop/contest/views.py", USES_PYTEST),
        ("shop/views.py", CHECKS),
    ],
)
def test_a_name_alone_or_a_check_alone_makes_no_test(path: str, content: bytes) -> None:
    assert not is_test(path, content, {path, "conftest.py"})


FILES = {
    "shop/digest.py": b"import hashlib\n\ndef sign(data):\n    return hashlib.md5(data)\n",
    "tests/test_digest.py": b"import hashlib\nimport pytest\n\nSIGN = hashlib.md5(b'')\n",
}


@pytest.mark.parametrize(
    ("section", "told"),
    [
        (CodeSection(), {("shop/digest.py", 4)}),
        (CodeSection(tests=True), {("shop/digest.py", 4), ("tests/test_digest.py", 4)}),
    ],
)
def test_what_tests_do_wrong_is_told_where_it_is_asked_for(
    section: CodeSection, told: set[tuple[str, int]]
) -> None:
    engine = load_code_engine(None, section)
    answers = list(engine.analyse(FILES, sorted(FILES), FILES.get))
    places = {(one.location.path, one.location.line) for a in answers for one in a.findings}
    assert places == told
    assert [name for answer in answers for name, _ in answer.imports] == ["pytest"]
