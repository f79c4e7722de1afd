"""What names promise, head noun first."""

import pytest

from seawall.engines.secrets.names import Kind, read


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("password", Kind.PASSWORD),
        ("db_password", Kind.PASSWORD),
        ("DB_PASSWORD", Kind.PASSWORD),
        ("dbPasswd", Kind.PASSWORD),
        ("setPassword", Kind.PASSWORD),
        ("password2", Kind.PASSWORD),
        ("POSTGRES_PWD", Kind.PASSWORD),
        ("passwordProd", Kind.PASSWORD),
        ("clientSecret", Kind.SECRET),
        ("jwt_secret", Kind.SECRET),
        ("access_token", Kind.TOKEN),
        ("X-Auth-Token", Kind.TOKEN),
        ("apikey", Kind.KEY),
        ("api_key", Kind.KEY),
        ("encryptionKey", Kind.KEY),
        ("key", Kind.WEAK),
        ("salt", Kind.WEAK),
        ("password_field", Kind.NONE),
        ("passwordHint", Kind.NONE),
        ("token_url", Kind.NONE),
        ("secretName", Kind.NONE),
        ("primary_key", Kind.NONE),
        ("cacheKey", Kind.NONE),
        ("publicKeyToken", Kind.NONE),
        ("public_key", Kind.NONE),
        ("encrypted_password", Kind.NONE),
        ("reset_password", Kind.NONE),
        ("labelPassword", Kind.NONE),
        ("tokenizer", Kind.NONE),
        ("author", Kind.NONE),
        ("monkey", Kind.NONE),
        ("compass", Kind.NONE),
        ("", Kind.NONE),
    ],
)
def test_the_kind_of_a_name(name: str, kind: Kind) -> None:
    assert read(name).kind is kind


def test_a_name_that_promises_nothing_says_why() -> None:
    assert "field" in read("password_field").reason


def test_a_sample_says_so() -> None:
    assert read("dummy_password").test


def test_whose_it_is_may_follow() -> None:
    name = read("password_admin")
    assert (name.kind, name.head) == (Kind.PASSWORD, False)
