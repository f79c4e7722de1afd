"""What judges decide of the forms that have a judge of their own."""

import base64

import pytest

from seawall.engines.secrets.candidate import Candidate
from seawall.engines.secrets.judges import JUDGES


def candidate(value: str, line: str = "", **more: str) -> Candidate:
    line = line or value
    start = line.rindex(value)
    return Candidate(
        rule="a-rule",
        value=value,
        path=more.get("path", "app.py"),
        language="python",
        line=line,
        start=start,
        end=start + len(value),
        offset=0,
        size=len(value),
        name=more.get("name", ""),
        quoted=True,
    )


def accepts(judge: str, value: str, line: str = "", **more: str) -> bool:
    return JUDGES[judge](candidate(value, line, **more)).accepted


def test_the_name_itself_is_no_value() -> None:
    assert not accepts("assignment", "db-password", name="db_password")
    assert accepts("assignment", "k39djsl287f", name="db_password")


def test_a_translation_is_no_password() -> None:
    assert not accepts("assignment", "wachtwrd", name="password", path="lang/nl.php")
    assert accepts("assignment", "wachtwrd", name="password", path="src/nl.php")


@pytest.mark.parametrize("user", ["ada", "x7kp"])
def test_a_user_who_is_the_password(user: str) -> None:
    assert not accepts("url-password", user, f"postgres://{user}:{user}@db/shop")


def test_basic_holds_a_name_and_a_password() -> None:
    good = base64.b64encode(b"ada:k39djsl287f").decode()
    assert accepts("basic", good)
    assert not accepts("basic", base64.b64encode(b"just some words").decode())
    assert not accepts("basic", base64.b64encode(b"ada:ada").decode())
    assert not accepts("basic", "Zm9v")


def test_an_encrypted_key_is_no_secret() -> None:
    head = b"openssh-key-v1\0" + (10).to_bytes(4, "big") + b"aes256-ctr" + b"\x07" * 60
    assert not accepts("key-block", base64.b64encode(head * 3).decode())
    plain = b"openssh-key-v1\0" + (4).to_bytes(4, "big") + b"none" + bytes(range(90))
    assert accepts("key-block", base64.b64encode(plain).decode())


def test_no_reason_repeats_the_value() -> None:
    for judge in JUDGES.values():
        answer = judge(candidate("k39djsl287f", name="db_password"))
        assert "k39djsl287f" not in answer.reason
