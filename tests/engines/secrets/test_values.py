"""Values that are no secrets, each with its reason, and those that may be."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engines.secrets.names import Kind
from seawall.engines.secrets.values import refusal


def made(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(random.Random(length).choices(alphabet, k=length))


@pytest.mark.parametrize(
    "value",
    [
        "${DB_PASSWORD}",
        "{{ password }}",
        "$PASSWORD",
        "os.environ['X']",
        "config.db.password",
        "getPassword()",
        "<password>",
        "changeme",
        "xxxxxxxx",
        "your-password-here",
        "password",
        "DB_PASSWORD",
        "correct horse",
        "/etc/secrets/db",
        "https://example.net/x",
        "server.pem",
        "^[a-z]+$",
        "admin123",
        "secret",
        "123456",
        "true",
        "required",
        "welcome",
        "ada@example.org",
        "••••••••",
        "$2b$12$" + "abcdefghij" * 4,
    ],
)
def test_what_is_no_password(value: str) -> None:
    assert refusal(value, Kind.PASSWORD, quoted=True, sample=False)


@pytest.mark.parametrize(
    "value",
    [
        made(8, string.ascii_lowercase),
        made(12),
        "Tr0ub4dor&3",
        made(16) + "!",
        "p4$$w0rD9",
    ],
)
def test_what_may_be_a_password(value: str) -> None:
    assert refusal(value, Kind.PASSWORD, quoted=True, sample=False) == ""


@pytest.mark.parametrize(
    "value",
    ["access_token", "bearer", "my-service-name", "refreshTokenExpired", "TOKEN_NAME", "12:30"],
)
def test_what_is_no_token(value: str) -> None:
    assert refusal(value, Kind.TOKEN, quoted=True, sample=False)


@pytest.mark.parametrize("length", [16, 20, 32, 40, 64, 128])
def test_what_may_be_a_token(length: int) -> None:
    for alphabet in ("0123456789abcdef", string.ascii_letters + string.digits):
        value = made(length, alphabet)
        assert refusal(value, Kind.TOKEN, quoted=True, sample=False) == "", value


def test_a_weak_name_wants_an_unmistakable_value() -> None:
    assert refusal("Cowbell", Kind.WEAK, quoted=True, sample=False)
    assert refusal("a1b2c3d4", Kind.WEAK, quoted=True, sample=False)
    assert refusal(made(40), Kind.WEAK, quoted=True, sample=False) == ""


@given(st.text(max_size=80), st.sampled_from(list(Kind)))
def test_every_text_gets_an_answer(value: str, kind: Kind) -> None:
    assert isinstance(refusal(value, kind, quoted=True, sample=False), str)


def test_hostile_values_take_no_time() -> None:
    for value in ("a" * 3000, "a." * 1500, "[" * 3000, "\\" * 3000, "$" * 2999, "a-" * 1500 + "!"):
        refusal(value, Kind.PASSWORD, quoted=True, sample=False)
        refusal(value, Kind.TOKEN, quoted=True, sample=False)
