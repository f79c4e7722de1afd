"""Segments are the same whatever asked for them."""

from seawall.engines.secrets.segments import WINDOW, ZONE, Segmenter, line_number


def test_a_line_is_a_segment() -> None:
    segmenter = Segmenter(b"one\ntwo\r\nthree")
    assert [(s.start, s.end) for s in segmenter.segments(5, 5)] == [(4, 8)]
    assert [(s.start, s.end) for s in segmenter.segments(3, 9)] == [(0, 3), (4, 8), (9, 14)]
    assert [(s.start, s.end) for s in segmenter.segments(13, 99)] == [(9, 14)]


def test_a_long_line_is_cut_at_fixed_places() -> None:
    content = b"x" * 10 + b"\n" + b"y" * (5 * ZONE) + b"\nz"
    wide = {(s.start, s.end) for s in Segmenter(content).segments(0, len(content))}
    place = 11 + 3 * ZONE + 7
    near = {(s.start, s.end) for s in Segmenter(content).segments(place, place)}
    assert near == {
        (11 + 2 * ZONE, 11 + 2 * ZONE + WINDOW),
        (11 + 3 * ZONE, 11 + 3 * ZONE + WINDOW),
    }
    assert near < wide


def test_a_match_counts_in_one_zone_only() -> None:
    content = b"y" * (5 * ZONE)
    segmenter = Segmenter(content)
    for start in (0, ZONE - 1, ZONE, 2 * ZONE + 5):
        owners = [
            s
            for s in segmenter.segments(0, len(content))
            if s.start <= start and start + 100 <= s.end and segmenter.owns(s, start, start + 100)
        ]
        assert len(owners) == 1


def test_line_number() -> None:
    assert [line_number(b"a\nb\nc", place) for place in (0, 1, 2, 4)] == [1, 1, 2, 3]
