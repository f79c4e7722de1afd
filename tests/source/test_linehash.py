"""Hashes of lines, held against the rolling form of the same sum."""

from hypothesis import given
from hypothesis import strategies as st

from seawall.source.linehash import line_hashes

# What GitHub itself gives for a file in which nothing but the end is left.
END = "c129715d7a2bc9a3:1"


def rolling(text: str) -> dict[int, str]:
    """Slide a window of a hundred units over the text, one hash for each start of a line."""
    raw = text.encode("utf-16-le")
    units = [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)]
    kept: list[int] = []
    for unit in [unit for unit in units if unit not in (9, 32)]:
        kept.append(unit)
    kept.append(0xFFFF)
    starts = [0] + [at + 1 for at, unit in enumerate(kept) if unit == 10]
    kept += [0] * 100
    first = pow(37, 100, 1 << 64)
    value, at_end = 0, {}
    for at, unit in enumerate(kept):
        value = (value * 37 + unit - (first * kept[at - 100] if at >= 100 else 0)) % (1 << 64)
        at_end[at] = value
    seen: dict[int, int] = {}
    hashes = {}
    for line, start in enumerate(starts, start=1):
        value = at_end[start + 99]
        seen[value] = seen.get(value, 0) + 1
        hashes[line] = f"{value:x}:{seen[value]}"
    return hashes


def test_an_empty_file_has_one_line() -> None:
    assert line_hashes(b"", [1, 2]) == {1: END}


def test_the_same_lines_are_counted() -> None:
    content = b"x\n" * 300
    hashes = line_hashes(content, range(1, 301))
    assert hashes[1].partition(":")[0] == hashes[2].partition(":")[0]
    assert hashes[2].endswith(":2")
    assert hashes[300] != hashes[2]


def test_white_space_and_line_ends_do_not_matter() -> None:
    assert line_hashes(b"a b\r\n\tc\r\n", [1, 2]) == line_hashes(b"ab\nc\n", [1, 2])


@given(st.text(alphabet="ab \t\n\U0001f600é", max_size=300))
def test_it_is_the_rolling_hash(text: str) -> None:
    expected = rolling(text)
    assert line_hashes(text.encode(), expected) == expected
