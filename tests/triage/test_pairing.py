"""Pairing keeps histories apart and together: moved lines, renames, copies, equal secrets."""

from hypothesis import given
from hypothesis import strategies as st

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Severity
from seawall.triage.pairing import identify, pair


def finding(
    anchor: str,
    path: str,
    line: int,
    symbol: str = "",
    former: tuple[str, ...] = (),
    text: str = "",
) -> Finding:
    return Finding(
        rule="some-rule",
        location=CodeSpan(path=path, line=line, symbol=symbol, line_hash=text),
        message="something",
        anchor=anchor,
        severity=Severity.HIGH,
        former_anchors=former,
    )


def paired(before: list[Finding], now: list[Finding], **renames: str) -> list[int | None]:
    return pair([identify(one) for one in before], now, renames=renames)[0]


def test_a_moved_line_keeps_its_history() -> None:
    assert paired([finding("a", "f.py", 3)], [finding("a", "f.py", 300)]) == [0]


def test_another_anchor_is_another_finding() -> None:
    assert paired([finding("a", "f.py", 3)], [finding("b", "f.py", 3)]) == [None]


def test_equal_secrets_in_two_files_are_paired_by_file() -> None:
    before = [finding("a", "x.py", 1), finding("a", "y.py", 1)]
    now = [finding("a", "y.py", 9), finding("a", "x.py", 9)]
    assert paired(before, now) == [1, 0]


def test_a_renamed_file_keeps_its_history() -> None:
    before = [finding("a", "old.py", 1), finding("a", "other.py", 1)]
    now = [finding("a", "new.py", 1), finding("a", "other.py", 1)]
    renames = {"new.py": "old.py"}
    assert pair([identify(one) for one in before], now, renames=renames)[0] == [0, 1]


def test_equal_secrets_in_one_file_are_paired_by_symbol_first() -> None:
    before = [finding("a", "f.py", 1, "first"), finding("a", "f.py", 2, "second")]
    now = [finding("a", "f.py", 1, "second"), finding("a", "f.py", 2, "first")]
    assert paired(before, now) == [1, 0]


def test_a_copy_is_new_and_the_nearest_is_known() -> None:
    before = [finding("a", "f.py", 10)]
    now = [finding("a", "f.py", 11), finding("a", "f.py", 90)]
    assert paired(before, now) == [0, None]


def test_a_copy_above_does_not_take_the_history() -> None:
    before = [finding("a", "f.py", 50)]
    now = [finding("a", "f.py", 2), finding("a", "f.py", 51)]
    assert paired(before, now) == [None, 0]


def test_equal_secrets_are_told_apart_by_the_text_that_goes_on() -> None:
    before = [finding("a", "f.py", 10, text="aa:1"), finding("a", "f.py", 20, text="bb:1")]
    now = [
        finding("a", "f.py", 19, text="cc:1"),
        finding("a", "f.py", 21, text="aa:1"),
        finding("a", "f.py", 90, text="bb:1"),
    ]
    assert paired(before, now) == [None, 0, 1]


def test_what_is_left_on_both_sides_is_paired_whatever_its_text() -> None:
    before = [finding("a", "f.py", 1, text="aa:1"), finding("a", "f.py", 2, text="yy:1")]
    now = [finding("a", "f.py", 1, text="xx:1"), finding("a", "f.py", 2, text="aa:1")]
    assert paired(before, now) == [1, 0]


def test_what_is_gone_is_told() -> None:
    before = [identify(finding("a", "f.py", 1)), identify(finding("b", "f.py", 2))]
    assert pair(before, [finding("b", "f.py", 1)]) == ([1], [0])


def test_an_upgraded_anchor_finds_its_former_self() -> None:
    before = [finding("v1:a", "f.py", 1)]
    now = [finding("v2:zzz", "f.py", 1, former=("v1:a",))]
    assert paired(before, now) == [0]


places = st.tuples(
    st.sampled_from("ab"),
    st.sampled_from(["x.py", "y.py"]),
    st.integers(1, 40),
    st.just(""),
    st.just(()),
    st.sampled_from(["", "aa:1", "bb:1"]),
)


@given(st.lists(places, max_size=12), st.lists(places, max_size=12))
def test_each_is_paired_at_most_once_and_only_with_its_equal(
    before: list[tuple[str, str, int, str, tuple[()], str]],
    now: list[tuple[str, str, int, str, tuple[()], str]],
) -> None:
    old = [finding(*one) for one in before]
    new = [finding(*one) for one in now]
    result, gone = pair([identify(one) for one in old], new)
    used = [index for index in result if index is not None]
    assert len(used) == len(set(used))
    assert sorted([*used, *gone]) == list(range(len(old)))
    for index, match in enumerate(result):
        if match is not None:
            assert old[match].fingerprint == new[index].fingerprint
    # Nothing stays unpaired on both sides.
    left = {new[index].fingerprint for index, match in enumerate(result) if match is None}
    assert not left & {old[index].fingerprint for index in gone}


@given(st.lists(places, max_size=12, unique_by=lambda one: one[:3]))
def test_the_same_findings_in_any_order_pair_with_themselves(
    places_: list[tuple[str, str, int, str, tuple[()], str]],
) -> None:
    old = [finding(*one) for one in places_]
    result, gone = pair([identify(one) for one in old], list(reversed(old)))
    assert result == list(reversed(range(len(old))))
    assert gone == []
