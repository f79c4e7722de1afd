"""The reader of plain YAML says what the whole reader says, or nothing."""

import random
from typing import Any

import pytest

from seawall.core.errors import ParseError
from seawall.parse import yaml as whole
from seawall.parse.plain_yaml import NotPlain, parse_plain_yaml

PLAIN = b"""\
---
# A lockfile.
lockfileVersion: '6.0'
packages:

  /@scope/core@7.0.0(react@18.0.0):
    resolution: {integrity: sha512-ab==, 'tarball': "https://files.example/y.tgz"}
    engines: {node: '>=6.9.0'}
    dev: true
    cpu: [x64, 'it''s', "three"]
    os: []
    none:
  "quoted: key": 1.10
list:
- name: a
  depends:
  - b >=1,<2
  - url: https://files.example/b#00aa
-
  - ~
  - - deep
- last
"""
NOT_PLAIN = [
    b"a: &x b",
    b"a: *x",
    b"a: !!str b",
    b"a: |\n  b",
    b"a: b\n  c",
    b"a: b # c",
    b"a: 'b\n  c'",
    b'a: "\\n"',
    b"a: [[b]]",
    b"a: [b, 'c, d']",
    b"a: b: c",
    b"<<: {a: b}",
    b"a: b\n---\nc: d",
    b"? a\n: b",
    b"a:\n    b: c\n  d: e",
    b"a",
    b"",
    b"a: \tb",
    b"\xff",
]
CHUNKS = (b" ", b"\n", b": ", b"- ", b"'", b'"', b" #", b"[", b"{", b"}", b",", b"*", b"null", b"|")


@pytest.mark.parametrize("content", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_the_whole_reader(content: bytes) -> None:
    with pytest.raises(NotPlain):
        parse_plain_yaml(content, {})


def test_both_readers_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = random.Random(1)
    words = {"~": None, "null": None, "true": True}
    read: list[tuple[bytes, Any]] = [(PLAIN, parse_plain_yaml(PLAIN, words))]
    for _ in range(2000):
        at = chosen.randrange(len(PLAIN))
        until = at + chosen.choice((0, 0, 1, 3))
        content = PLAIN[:at] + chosen.choice(CHUNKS) + PLAIN[until:]
        try:
            read.append((content, parse_plain_yaml(content, words)))
        except NotPlain:
            continue

    def refuse(content: bytes, words: object) -> None:
        raise NotPlain

    monkeypatch.setattr(whole, "parse_plain_yaml", refuse)
    assert len(read) > 200
    for content, value in read:
        try:
            assert [value] == whole.parse_yaml(content), content
        except ParseError as error:
            raise AssertionError(content) from error
