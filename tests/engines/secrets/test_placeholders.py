"""Placeholders are told from values by what they say."""

import random
import string

import pytest

from seawall.engines.secrets.placeholders import placeholder_reason


@pytest.mark.parametrize(
    "text",
    [
        "<your-token>",
        "${GITHUB_TOKEN}",
        "{{ secrets.token }}",
        "$TOKEN",
        "xxxxxxxxxxxxxxxxxxxx",
        "********",
        "YOUR_API_KEY_HERE",
        "changeme",
        "replace-me-please",
        "EXAMPLEKEY1234",
        "abcdefghijklmnopqrstuvwxyz012345",
        "01234567890123456789",
        "abcabcabcabcabcabcabc",
        "aaaaaaaaaaaabbbb",
    ],
)
def test_placeholder(text: str) -> None:
    assert placeholder_reason(text)


def test_prefix_does_not_count() -> None:
    assert placeholder_reason("ghp_" + "x" * 36, prefix=4)


def test_random_values_are_none() -> None:
    seed = random.Random(7)
    for alphabet in ("0123456789abcdef", string.ascii_letters + string.digits):
        refused = sum(
            bool(placeholder_reason("".join(seed.choices(alphabet, k=32)))) for _ in range(3000)
        )
        assert refused <= 6
