"""The loader reads detector files strictly and says where they are wrong."""

from pathlib import Path

import msgspec
import pytest

from seawall.core.errors import ConfigError
from seawall.core.rule import Severity
from seawall.rules.secrets import load_secrets, parse_secrets

HEAD = 'vendor = "Acme"\nrevoke = "https://acme.example/keys"\n'
ONE = """
[[detector]]
id = "acme-key"
title = "Acme key"
severity = "critical"
grants = "reads the account"
pattern = 'acme_[a-z0-9]{32}'
"""


def _load(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_secrets({"acme.toml": (HEAD + text).encode()})
    return str(caught.value)


def test_detector_and_rule() -> None:
    loaded = parse_secrets({"acme.toml": (HEAD + ONE).encode()})
    (detector,), (rule,) = loaded.detectors, loaded.rules
    assert (detector.rule, detector.pattern) == ("acme-key", "acme_[a-z0-9]{32}")
    assert (rule.id, rule.title, rule.severity) == ("acme-key", "Acme key", Severity.CRITICAL)
    assert rule.known_format
    assert rule.cwe == (798,)
    assert rule.links == ("https://acme.example/keys",)
    assert "reads the account" in rule.why
    assert "https://acme.example/keys" in rule.remedy


def test_known_format_needs_a_form_that_stands_alone() -> None:
    near = ONE + "near = 'acme'\n"
    assert not parse_secrets({"a.toml": (HEAD + near).encode()}).rules[0].known_format
    second = near + '\n[[detector]]\nid = "acme-key"\npattern = "acme-[0-9]{40}"\n'
    assert parse_secrets({"a.toml": (HEAD + second).encode()}).rules[0].known_format


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ONE + "reech = 3\n", ("acme-key", "reech")),
        (ONE + "reach = 'x'\n", ("acme-key", "reach")),
        (ONE + "reach = 0\n", ("acme-key", "reach")),
        (ONE.replace("critical", "grave"), ("acme-key", "severity")),
        (ONE.replace("acme-key", "Acme_Key"), ("Acme_Key", "kebab")),
        (ONE.replace("title", "# title"), ("acme-key", "title")),
        (ONE + ONE, ("acme-key", "title")),
        (ONE + "before = true\n", ("acme-key", "near")),
        (ONE + '[detector.live]\nurl = "http://acme.example/"\n', ("acme-key", "https")),
        (ONE + "[detector.live]\nuri = 'x'\n", ("acme-key", "live")),
        ("[[detector]]\nid = 'x'\n", ("'x'", "pattern")),
        (ONE + "[detector.live]\nurl = 'https://x'\nok = 1\n", ("acme-key", "live", "'ok'")),
        ("detector = [", ("Invalid",)),
    ],
)
def test_what_is_wrong_is_named(text: str, said: tuple[str, ...]) -> None:
    message = _load(text)
    assert message.startswith("acme.toml: ")
    for word in said:
        assert word in message


def test_ids_belong_to_one_file() -> None:
    with pytest.raises(ConfigError, match="already that of a.toml"):
        parse_secrets({"a.toml": (HEAD + ONE).encode(), "b.toml": (HEAD + ONE).encode()})


def test_kept_rules_are_those_of_the_files(tmp_path: Path) -> None:
    fresh = load_secrets()
    assert load_secrets(tmp_path) == fresh
    assert load_secrets(tmp_path) == fresh
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    for damaged in (b"", whole[:100], whole[:-1] + b"\x00", whole.replace(b"https", b"ftps:", 1)):
        kept.write_bytes(damaged)
        assert load_secrets(tmp_path) == fresh
        assert kept.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert load_secrets(tmp_path / "file" / "x").digest


def test_digest_follows_the_words() -> None:
    one = parse_secrets({"a.toml": (HEAD + ONE).encode()})
    two = parse_secrets({"a.toml": (HEAD + ONE.replace("Acme key", "Key of Acme")).encode()})
    assert one.digest != two.digest
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=type(one)) == one
