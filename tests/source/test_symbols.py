"""The nearest definition above a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.source.symbols import enclosing_symbols


@pytest.mark.parametrize(
    ("definition", "name"),
    [
        ("def check(self):", "check"),
        ("    async def check():", "check"),
        ("class Shop:", "Shop"),
        ("func TestLogin(t *testing.T) {", "TestLogin"),
        ("func (s *Server) Start() {", "Start"),
        ("export default function main() {", "main"),
        ("pub fn new() -> Self {", "new"),
        ("  describe('the shop', () => {", "the shop"),
        ('  it("sells", () => {', "sells"),
        ("public class Main {", "Main"),
    ],
)
def test_a_definition_encloses_what_follows(definition: str, name: str) -> None:
    content = f"first\n{definition}\n  second\n".encode()
    assert enclosing_symbols(content, [1, 2, 3]) == {2: name, 3: name}


def test_the_nearest_counts() -> None:
    content = b"def one():\n  a\ndef two():\n  b\n"
    assert enclosing_symbols(content, [2, 4]) == {2: "one", 4: "two"}


@given(st.binary(max_size=300))
def test_any_content_is_read(content: bytes) -> None:
    enclosing_symbols(content, range(1, 8))
