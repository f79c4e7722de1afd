"""Checksums hold for the vendors' published examples and for nothing near them."""

import base64
import json

from seawall.engines.secrets.checksums import (
    CHECKSUMS,
    aws_account,
    bech32_check,
    github_check,
    gitlab_check,
    grafana_check,
    is_aws_key_id,
    is_azure_key,
    is_base58check,
    is_bech32,
    is_discord,
    is_github,
    is_gitlab,
    is_grafana,
    is_json_base64,
    is_jwt,
    is_luhn,
    is_pypi,
    is_telegram,
)

BODY = "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"


def test_github() -> None:
    token = f"ghp_{BODY}{github_check(BODY)}"
    assert is_github(token)
    assert not is_github(token.replace("zQ", "Qz"))
    assert not is_github("ghp_")


def test_github_check_is_the_published_example() -> None:
    # The example of npm's and GitHub's own announcements: this body has this check.
    assert github_check(BODY) == "0mLq17"


def test_grafana() -> None:
    random = "A" * 31 + "b"
    assert is_grafana(f"glsa_{random}_{grafana_check(random)}")
    assert not is_grafana(f"glsa_{random}_00000000")


def test_gitlab_routable() -> None:
    head = "glpat-" + "a1B2" * 7 + ".01.0w"
    assert is_gitlab(head + gitlab_check(head))
    assert not is_gitlab(head + "0000000")
    assert is_gitlab("glpat-" + "a1B2" * 5), "the older form has no checksum"


def test_bitcoin_and_bech32_by_their_standards() -> None:
    assert is_base58check("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvb" + "TLvyTJ")
    assert not is_base58check("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvb" + "TLvyTj")
    assert not is_base58check("0OIl")
    assert is_bech32("a12uel5l")
    assert not is_bech32("a12uel5m")
    assert bech32_check("a", []) == "2uel5l"


def test_aws_account_of_a_key_id() -> None:
    key = "ASIA" + "QNZGKIQY56JQ7WML"
    assert aws_account(key) == "029608264753"
    assert is_aws_key_id(key)
    assert not is_aws_key_id("ASIA" + "QNZGKIQY56JQ7WM1")


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_jwt() -> None:
    assert is_jwt(f"{_part({'alg': 'HS256'})}.{_part({'sub': '1'})}.c2lnbmF0dXJl")
    assert not is_jwt(f"{_part({'typ': 'x'})}.{_part({'sub': '1'})}.c2lnbmF0dXJl")
    assert not is_jwt("a.b.c")
    assert not is_jwt("one")


def test_json_base64() -> None:
    assert is_json_base64(_part({"o": "1"}))
    assert is_json_base64("glc_" + _part({"o": "1"}))
    assert not is_json_base64(_part("text"))


def test_pypi() -> None:
    body = bytes([2, 1, 8]) + b"pypi.org" + bytes(40)
    assert is_pypi("pypi-" + base64.urlsafe_b64encode(body).decode().rstrip("="))
    assert not is_pypi("pypi-" + base64.urlsafe_b64encode(bytes(60)).decode())


def test_others() -> None:
    assert is_luhn("4111 1111 1111 1111")
    assert not is_luhn("4111 1111 1111 1112")
    assert is_azure_key(base64.b64encode(bytes(range(64))).decode())
    assert not is_azure_key(base64.b64encode(bytes(63)).decode())
    number = base64.b64encode(b"123456789012345678").decode().rstrip("=")
    assert is_discord(f"{number}.abcdef.x")
    assert not is_discord("MTIz.abcdef.x")
    assert is_telegram("123456789:" + "A" * 35)
    assert not is_telegram("1234:" + "A" * 35)


def test_none_raises_on_anything() -> None:
    for check in CHECKSUMS.values():
        for text in (
            "",
            "_",
            ".",
            "..",
            "é" * 9,
            "1" * 200,
            "-" * 40,
            "=" * 5,
            "\x00",
            "AKIA" + "=" * 16,
        ):
            assert check(text) in (True, False)
