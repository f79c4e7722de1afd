"""A trigger matches wherever its detector does."""

import re

import pytest

from seawall.engines.secrets.trigger import TriggerError, head_of_secret, trigger_of
from seawall.model.detector import Detector


def _trigger(pattern: str, **more: object) -> re.Pattern[bytes]:
    trigger = trigger_of(Detector(rule="x", pattern=pattern, **more))  # type: ignore[arg-type]
    return re.compile(trigger.expression.replace("\\z", "\\Z").encode(), re.DOTALL)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\b(?P<secret>ghp_[A-Za-z0-9]{36})\b", b"ghp_" + b"a1" * 18),
        (r"(?<![\w-])(?P<secret>[a-f0-9]{32})(?![\w-])", b"0123456789abcdef" * 2),
        (r"(?<![\w-])(?P<secret>[a-f0-9]{32})(?![\w-])", b"'" + b"0123456789abcdef" * 2 + b"'"),
        (r"(?i)abc_(?P<secret>[a-z]{4,9})x?", b"ABC_qwer"),
        (r"a(?:bc|de){2,3}f(?P<secret>\d{5})", b"abcdef12345"),
        (r"https://[a-z.]{3,300}/(?P<secret>\d{9})", b"https://" + b"a" * 200 + b"/123456789"),
        (r"(?P<secret>[a-f0-9]{24}:[a-f0-9]{64})", b"a1" * 12 + b":" + b"b2" * 32),
    ],
)
def test_matches_where_the_pattern_does(pattern: str, text: bytes) -> None:
    assert re.search(pattern.encode(), text)
    assert _trigger(pattern).search(text)


def test_near_and_value_are_one_trigger() -> None:
    expression = _trigger(r"(?<!\w)(?P<secret>[a-f0-9]{32})\b", near="acme", reach=20)
    value = b"0123456789abcdef" * 2
    assert expression.search(b"ACME_KEY = '" + value + b"'")
    assert expression.search(b"acme\n\n  " + value)
    assert not expression.search(b"acme" + b" " * 40 + value)
    assert not expression.search(b"apex = '" + value + b"'")


def test_literals() -> None:
    assert trigger_of(Detector(rule="x", pattern=r"gh[us]_[a-z]{9}")).literals == (b"ghs_", b"ghu_")
    assert trigger_of(Detector(rule="x", pattern="(?i)AbCd[0-9]{9}")).literals == (b"abcd",)
    near = Detector(rule="x", pattern="[0-9]{9}", near="one[ _]two|three")
    assert trigger_of(near).literals == (b"one two", b"one_two", b"three")


@pytest.mark.parametrize("pattern", ["a+", "a{3,}", ".*b", r"(a)\1", "(?<=abc)d("])
def test_refused(pattern: str) -> None:
    with pytest.raises(TriggerError):
        trigger_of(Detector(rule="x", pattern=pattern))


def test_head_of_secret() -> None:
    assert head_of_secret(r"\b(?P<secret>ghp_[A-Za-z0-9]{36})\b") == "ghp_"
    assert head_of_secret(r"x=(?P<secret>[0-9]{9})") == ""
