"""Slow patterns are found with a text that makes them slow, and no others."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.engines.code.regex import Slow, slow_regex
from seawall.engines.code.regex.matcher import ExhaustedError, Matcher
from seawall.engines.code.regex.syntax import UnreadableError, read_pattern

EXPONENTIAL = [
    r"(a+)+$",
    r"^(a|a)*$",
    r"^(a|aa)+$",
    r"(a*)*b",
    r"(x+x+)+y",
    r"^(\w+\s?)*$",
    r"^(.*)*$",
    r"(?s)^(.|\n)*x$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"^\"(?:[^\"]|\\.)*\"x",
    r"^(?=(a+)+b)c",
    r"(?i)^(?:[a-z]|k|bc)+!",
    r"^(?:a?b?)*c",
    r"^(?:(?:b?)*a)*c",
    r"^(\d{1,3}){1,100}$",
    r"^([0-9]+[,.]?)*!",
    r"^(?:a|b|ab)*c",
    r"^(a{2,}|a{3,})+!",
    r"^((((a*)*)*)*)*!",
]
POLYNOMIAL = [
    # The degree when searched, and when matched from the start.
    (r"^\s+\s+$", 2, 2),
    (r"^\s*(.*?)\s*$", 3, 3),
    (r"\s+$", 2, 1),
    (r".*x", 2, 1),
    (r"<[^>]*>", 2, 1),
    (r"\s*,", 2, 1),
    (r"(?:ab)+$", 2, 1),
    (r"^(?:ab)*(?:ab)*$", 2, 2),
    (r"^(?:\w+ )*(?:\w+ )*!", 2, 2),
    (r"^.*,.*,.*$", 3, 3),
    (r"^\d*1\d*2\d*$", 2, 2),
    (r"^(?>a+)a*!|b+c", 2, 1),
    (r"^[a-z]{0,1000}[a-z]{0,1000}$", 2, 2),
]
LINEAR = [
    r"\w+",
    r"^\w+$",
    r"^\s+$",
    r"(a+)+",
    r"(a*)*",
    r"^(?:a|b)+$",
    r"^(?:ab|ba)*$",
    r"^\d+(?:\.\d+)*$",
    r"^\"(?:[^\"\\]|\\.)*\"$",
    r"^[a-z]+(?:-[a-z]+)*$",
    r"^([a-z0-9.+-]+)@([a-z0-9-]+\.)+[a-z]{2,}$",
    r"^(?>a+)+$",
    r"^(?:a++)+$",
    r"^(?:a+b)+$",
    r"^\d{1,3}(?:,\d{3})*$",
    r"^[a-z]{0,63}[a-z]{0,63}$",
    r"foo\s*=\s*(\w+)",
    r"^(?:[^,\n]*,)*[^,\n]*$",
    r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$",
    r"^[^@\s]+@[^@\s.]+\.[a-z]+$",
    r"",
    r"^(?:a|b)*?c",
    r"^\w+-\w+$",
    r"^\w{1,20}\w+$",
]


def steps(pattern: str, slow: Slow, times: int, anywhere: bool) -> int:
    """Count without a limit that matters."""
    matcher = Matcher(read_pattern(pattern))
    matcher.left = 3_000_000
    return matcher.count(slow.attack(times), anywhere)


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_two_ways_around_a_loop_are_exponential(pattern: str) -> None:
    slow = slow_regex(pattern)
    assert slow is not None
    assert slow.kind == "exponential"
    matcher = Matcher(read_pattern(pattern))
    matcher.left = 100_000
    with pytest.raises(ExhaustedError):
        matcher.count(slow.attack(22), anywhere=False)


@pytest.mark.parametrize(("pattern", "degree", "match_degree"), POLYNOMIAL)
def test_loops_that_share_a_text_are_polynomial(
    pattern: str, degree: int, match_degree: int
) -> None:
    slow = slow_regex(pattern)
    assert slow is not None
    assert (slow.kind, slow.degree, slow.match_degree) == ("polynomial", degree, match_degree)
    growth = steps(pattern, slow, 80, anywhere=True) / steps(pattern, slow, 40, anywhere=True)
    assert growth > 2 ** (degree - 0.4)


@pytest.mark.parametrize("pattern", LINEAR)
def test_what_is_not_slow_is_not_called_so(pattern: str) -> None:
    assert slow_regex(pattern) is None


def test_the_text_is_slow_for_python_too() -> None:
    slow = slow_regex(r"^(\w+\s?)*$")
    assert slow is not None

    def seconds(times: int) -> float:
        start = time.process_time()
        assert re.match(r"^(\w+\s?)*$", slow.attack(times)) is None
        return time.process_time() - start

    assert seconds(20) > 8 * seconds(12)


def test_fullmatch_must_reach_the_end() -> None:
    assert slow_regex(r"(a+)+") is None
    slow = slow_regex(r"(a+)+", whole=True)
    assert slow is not None
    assert slow.kind == "exponential"


def test_flags_count() -> None:
    assert slow_regex(r"^(?:a|A|bc)*!") is None
    assert slow_regex(r"^(?:a|A|bc)*!", re.IGNORECASE) is not None
    assert slow_regex(r"^(?:.|\n)*!") is None
    assert slow_regex(r"^(?:.|\n)*!", re.DOTALL) is not None
    assert slow_regex("^( a | a b? )* !", re.VERBOSE) is not None


def test_bytes() -> None:
    slow = slow_regex(rb"^(?:\xff|\xff\xff)+$")
    assert slow is not None
    assert slow.pump.strip("\xff") == ""


@pytest.mark.parametrize(
    "pattern",
    ["(", "(" * 3000, "(" * 60 + ")" * 60, "a{1000}{1000}", "[a", "x" * 100_000, "(a?){200}b"],
)
def test_what_is_invalid_or_too_large_is_passed_over(pattern: str) -> None:
    slow_regex(pattern)


@given(st.text(alphabet="ab.^$()[]{}*+?|\\,-0123:<>=!PisdwWbB \n", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_an_answer_that_python_agrees_with(pattern: str) -> None:
    slow_regex.cache_clear()
    try:
        matcher = Matcher(read_pattern(pattern))
    except UnreadableError:
        assert slow_regex(pattern) is None
        return
    slow_regex(pattern)
    for word in ("", "a", "ab", "aab", "ba\n", "a0 b"):
        matcher.left = 20000
        try:
            found = matcher.find(word)
        except ExhaustedError:
            return
        match = re.search(pattern, word)
        assert found == (match and match.span())
