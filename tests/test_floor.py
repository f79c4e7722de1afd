"""The floor: what no repository may fall below, whoever wrote its configuration."""

import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.errors import ConfigError
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Severity
from seawall.core.triage import Status, Triaged
from seawall.floor import Floor, read_floor, split_pin

TEXT = b'name = "acme"\nlongest-waiver = 90\n[[break]]\nname = "any"\nengine = "secrets"\n'


def test_it_is_read_with_its_digest() -> None:
    digest = hashlib.sha256(TEXT).hexdigest()
    floor = read_floor(TEXT, name="f", digest=digest)
    assert (floor.name, floor.longest_waiver, floor.digest) == ("acme", 90, digest)
    assert floor.policy is not None
    assert floor.policy.clauses[0].engine == "secrets"


def test_another_digest_is_an_error() -> None:
    with pytest.raises(ConfigError, match="not the pinned one"):
        read_floor(TEXT, name="f", digest="0" * 64)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"name = 3", "line 1"),
        (b'name = "x"', "asks for nothing"),
        (b'name = "x"\nallow-all = true', "line 2: allow-all: unknown key"),
        (b'name = "x"\n[[break]]\nname = "y"\nseverty = "high"', "line 4"),
        (b"\xff", "not valid TOML"),
    ],
)
def test_a_mistake_names_line_and_key(text: bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_floor(text, name="floor.toml", digest="")


def test_a_pin_is_split_off() -> None:
    digest = "ab" * 32
    assert split_pin(f"https://x.example/f.toml#sha256={digest}") == (
        "https://x.example/f.toml",
        digest,
    )
    assert split_pin("a#b") == ("a#b", "")


def test_only_short_waivers_are_accepted() -> None:
    floor = Floor(name="acme", longest_waiver=90)
    where = CodeSpan(path="a", line=1)
    one = Finding(rule="r", location=where, message="m", anchor="a", severity=Severity.HIGH)

    def accepts(until: str, status: Status = Status.WAIVED) -> bool:
        return floor.accepts(Triaged(finding=one, status=status, until=until), "2027-02-23")

    assert accepts("2027-02-23")
    assert not accepts("2027-02-24")
    assert not accepts("")
    assert accepts("", Status.KNOWN)


@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ConfigError):
        read_floor(content, name="f", digest="")
