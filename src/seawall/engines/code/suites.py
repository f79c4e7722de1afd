"""Which files are tests: what they do wrong nobody but their authors ever runs."""

import re
from collections.abc import Collection

from seawall.engines.code.imports import imports_of

FOLDERS = frozenset({"test", "tests", "testing"})
FRAMEWORKS = frozenset(
    "unittest unittest2 pytest _pytest nose nose2 testtools trial testing test hypothesis "
    "asynctest flask_testing pytest_django".split()
)
"""Parts of the dotted names of what a test imports: `django.test`, `twisted.trial`."""
_CASES = re.compile(rb"^[ \t]*(?:async[ \t]+)?def[ \t]+test", re.MULTILINE)
_CHECKS = re.compile(rb"^[ \t]+(?:assert[ \t(]|self\.(?:assert|fail)\w*\()", re.MULTILINE)


def is_test(path: str, content: bytes, paths: Collection[str]) -> bool:
    """Whether a file of the program is a test, or helps one; `paths` are those of the program.

    Its name alone does not make it one: it must use a framework of tests, or check something in a
    function of that name. A file beside tests is theirs where pytest or Django says so.
    """
    *folders, name = path.lower().split("/")
    tests_folder = next((n for n, one in enumerate(folders) if one in FOLDERS), None)
    if tests_folder is None and not _is_named_so(name):
        return False
    if name == "conftest.py" or _checks(content):
        return True
    if tests_folder is None:
        return False
    own = path.split("/")[:-1]
    around = ("/".join(own[:count]) for count in range(tests_folder + 1, len(own) + 1))
    return f"{'/'.join(own)}/tests.py" in paths or any(
        f"{one}/conftest.py" in paths for one in around
    )


def _is_named_so(name: str) -> bool:
    return (
        name.startswith("test_")
        or name.endswith(("_test.py", "_tests.py"))
        or name in ("tests.py", "test.py", "conftest.py")
    )


def _checks(content: bytes) -> bool:
    """Whether a file imports a framework of tests, or has functions that check something."""
    for module, names, _ in imports_of(content):
        if module.startswith("."):
            continue
        if not FRAMEWORKS.isdisjoint((*module.split("."), *names)):
            return True
    return bool(_CASES.search(content) and _CHECKS.search(content))
