"""What is shown of a secret is its vendor's prefix and nothing else."""

from seawall.engines.secrets.mask import MASK, WIDTH, anchor_of, excerpt_of


def _at(content: bytes, text: bytes, prefix: int = 0) -> tuple[int, int, int]:
    start = content.index(text)
    return start, start + len(text), prefix


def test_the_line_and_its_neighbours() -> None:
    content = b"a = 1\nkey = 'SECRETVALUE'\nlast\nmore\n"
    span = _at(content, b"SECRETVALUE", 3)
    shown = excerpt_of(content, span, [span])
    assert shown.lines == ("a = 1", f"key = 'SEC{MASK}'", "last")
    assert (shown.first_line, shown.mark_line) == (1, 2)
    assert shown.lines[1][shown.mark_start : shown.mark_end] == f"SEC{MASK}"


def test_secrets_on_neighbouring_lines_are_masked_too() -> None:
    content = b"one = FIRSTSECRET\ntwo = SECONDSECRET; three = THIRDSECRET\n"
    spans = [_at(content, text) for text in (b"FIRSTSECRET", b"SECONDSECRET", b"THIRDSECRET")]
    for span in spans:
        assert "SECRET" not in "\n".join(excerpt_of(content, span, spans).lines)


def test_a_long_line_is_cut_around_the_mark() -> None:
    content = b"x" * 5000 + b"SECRETVALUE" + b"y" * 50_000
    span = _at(content, b"SECRETVALUE")
    shown = excerpt_of(content, span, [span])
    (line,) = shown.lines
    assert len(line) <= WIDTH
    assert line[shown.mark_start : shown.mark_end] == MASK


def test_a_secret_of_many_lines() -> None:
    content = b"-----BEGIN\nAAAA\nBBBB\n-----END\nafter\n"
    span = (0, content.index(b"\nafter"), 0)
    shown = excerpt_of(content, span, [span])
    assert "AAAA" not in "".join(shown.lines)
    assert shown.lines[0] == MASK


def test_anchor_is_versioned_and_keyed() -> None:
    assert anchor_of(b"one").startswith("v1:")
    assert len(anchor_of(b"one")) == 3 + 32
    assert anchor_of(b"one") != anchor_of(b"two")
