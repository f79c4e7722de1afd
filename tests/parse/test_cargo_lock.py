"""The fast reader of Cargo's own layout says what all of TOML says, or nothing."""

import random
from pathlib import Path

import pytest

from seawall.core.errors import ParseError
from seawall.parse.lock.cargo_lock import read_plain
from seawall.parse.toml import parse_toml

CASES = sorted((Path(__file__).parent / "lock" / "cargo_lock").glob("version_*/Cargo.lock"))
MUTATIONS = 400


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_the_usual_layout_is_read_as_toml_says(path: Path) -> None:
    content = path.read_bytes()
    plain = read_plain(content)
    assert plain is not None
    assert plain[0] == parse_toml(content)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_what_is_broken_is_not_read_as_if_it_were_sound(path: Path) -> None:
    chosen = random.Random(path.parent.name)
    whole = path.read_bytes()
    for _ in range(MUTATIONS):
        content = bytearray(whole)
        for _ in range(1 + chosen.randrange(2)):
            at = chosen.randrange(len(content))
            content[at : at + chosen.randrange(12)] = chosen.choice(
                (b"", b'"', b"\n", b"[", b"]", b" ", b"#", b"\\", b"\t", b"=", b"0", b"\x00", b"a")
            )
        plain = read_plain(bytes(content))
        if plain is not None:
            try:
                assert plain[0] == parse_toml(bytes(content)), bytes(content)
            except ParseError:
                pytest.fail(f"read, and no toml: {bytes(content)!r}")
