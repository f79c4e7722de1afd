"""Decisions that are recorded, signed and checked later, with the real command."""

import base64
import datetime
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "tests/attest/schemas/statement.json").read_text("utf-8"))

pytestmark = pytest.mark.needs("git")


@pytest.fixture
def shop(repository: Any, token: Callable[[int], str]) -> Any:
    """A repository with a token of a known form in its last commit."""
    repository.write("README.md", "# a shop\n")
    repository.commit("begin")
    repository.write("shop/pay.py", f'TOKEN = "{token(1)}"\n')
    repository.commit("pay")
    return repository


@pytest.fixture
def key(seawall: Any, tmp_path: Path) -> Path:
    """A key that the command made."""
    path = tmp_path / "gate.key"
    done = seawall("policy", "keygen", path)
    assert done.code == 0, done.err
    assert path.stat().st_mode & 0o777 == 0o600
    return path


def test_a_decision_is_recorded_and_holds(
    seawall: Any, shop: Any, tmp_path: Path, token: Callable[[int], str]
) -> None:
    file = tmp_path / "record.json"
    done = seawall("scan", shop.root, "--record", file)
    assert done.code == 1
    text = file.read_text("utf-8")
    assert token(1) not in text
    assert token(1)[8:30] not in text
    record = json.loads(text)
    assert record["target"]["revision"] == shop.git("rev-parse", "HEAD")
    assert [finding["path"] for finding in record["findings"]] == ["shop/pay.py"]
    assert record["policies"][0]["name"] == "default"
    assert list(record["engines"]) == ["code", "deps", "infra", "secrets"]
    # Whoever commits records is not told that they hold secrets.
    assert seawall("scan", file, "--format", "json").places == []
    checked = seawall("policy", "check", file)
    assert checked.code == 0, checked.out
    for words in ("1 new", "breaks the build: 1 finding", "shop/pay.py", "it holds", "none: "):
        assert words in checked.out


def test_the_same_decision_is_the_same_but_for_the_time(
    seawall: Any, shop: Any, tmp_path: Path
) -> None:
    records = []
    for jobs in ("1", "2"):
        seawall("scan", shop.root, "--record", tmp_path / "record.json", "-j", jobs, "--no-cache")
        record = json.loads((tmp_path / "record.json").read_text("utf-8"))
        record.pop("when")
        records.append(record)
    assert records[0] == records[1]


def test_a_passing_change_is_recorded_with_its_merge_base(
    seawall: Any, shop: Any, tmp_path: Path
) -> None:
    base = shop.git("rev-parse", "HEAD")
    shop.write("shop/sell.py", "PRICE = 3\n")
    shop.commit("sell")
    done = seawall("scan", shop.root, "--since", "HEAD~1", "--record", tmp_path / "record.json")
    assert done.code == 0
    checked = seawall("policy", "check", tmp_path / "record.json")
    assert checked.code == 0
    assert f"since {base[:12]}" in checked.out
    assert "findings       none" in checked.out


def test_what_people_decided_beforehand_is_named_by_digest(
    seawall: Any, shop: Any, tmp_path: Path
) -> None:
    gate = '[[gate.break]]\nname = "any secret"\nengine = "secrets"\n'
    shop.write("seawall.toml", gate)
    assert seawall("baseline", "write", shop.root).code == 0
    assert seawall("scan", shop.root, "--record", tmp_path / "one.json").code == 0
    shop.write("seawall.toml", gate + "\n# only words\n")
    seawall("scan", shop.root, "--record", tmp_path / "two.json")
    shop.write("seawall.toml", gate.replace("any", "some"))
    seawall("scan", shop.root, "--record", tmp_path / "three.json")
    one, two, three = (
        json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
        for name in ("one", "two", "three")
    )
    assert set(one["guardrails"]) == {"baseline", "configuration"}
    assert one["guardrails"] == two["guardrails"]
    assert one["guardrails"]["configuration"] != three["guardrails"]["configuration"]
    assert one["policies"][0]["clauses"][0]["name"] == "any secret"
    assert [finding["status"] for finding in one["findings"]] == ["known"]


def test_a_floor_is_recorded_beside_the_policy(seawall: Any, shop: Any, tmp_path: Path) -> None:
    floor = tmp_path / "floor.toml"
    floor.write_text('name = "acme 3"\n[[break]]\nname = "anything high"\nseverity = "high"\n')
    shop.write("seawall.toml", "[gate]\nunsafe-allow-all = true\n")
    file = tmp_path / "record.json"
    assert seawall("scan", shop.root, "--floor", floor, "--record", file).code == 1
    record = json.loads(file.read_text("utf-8"))
    assert [policy["name"] for policy in record["policies"]] == ["seawall.toml", "acme 3"]
    assert record["guardrails"]["floor"] == hashlib.sha256(floor.read_bytes()).hexdigest()
    checked = seawall("policy", "check", file)
    assert checked.code == 0, checked.out
    assert "acme 3: 1 clause" in checked.out


def test_a_change_that_weakens_its_gate_is_recorded(
    seawall: Any, shop: Any, tmp_path: Path
) -> None:
    shop.write("seawall.toml", "[gate]\nunsafe-allow-all = true\n")
    shop.commit("open the gate")
    file = tmp_path / "record.json"
    seawall("scan", shop.root, "--since", "HEAD~1", "--record", file)
    record = json.loads(file.read_text("utf-8"))
    assert "gate-weakened" in record["rules"]
    assert record["policies"][0]["name"] == "default"
    assert seawall("policy", "check", file).code == 0


def test_an_opened_gate_is_recorded_as_such(seawall: Any, shop: Any, tmp_path: Path) -> None:
    until = datetime.date.today().isoformat()
    words = f"the shop is down until {until}"
    file = tmp_path / "record.json"
    assert seawall("scan", shop.root, "--break-glass", words, "--record", file).code == 0
    checked = seawall("policy", "check", file)
    assert checked.code == 0, checked.out
    assert "the gate was opened: the shop is down" in checked.out


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("verdict", "passed"), True, "verdict.passed"),
        (("findings", 0, "status"), "known", "finding "),
        (("findings", 0, "severity"), "low", "finding "),
        (("policies", 0, "clauses", 1, "severity"), "critical", "policies"),
        (("guardrails",), {"baseline": "ab" * 32}, "guardrails"),
    ],
)
def test_a_changed_record_does_not_hold(
    seawall: Any, shop: Any, tmp_path: Path, path: tuple[Any, ...], value: Any, where: str
) -> None:
    file = tmp_path / "record.json"
    seawall("scan", shop.root, "--record", file)
    record = json.loads(file.read_text("utf-8"))
    place = record
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    file.write_text(json.dumps(record), "utf-8")
    checked = seawall("policy", "check", file)
    assert checked.code == 1
    assert "it does not hold" in checked.out
    assert f"differs        {where}" in checked.out


def statements(file: Path) -> list[Any]:
    return [
        json.loads(base64.b64decode(json.loads(line)["payload"]))
        for line in file.read_text("utf-8").splitlines()
    ]


def test_a_decision_is_attested_with_a_key(
    seawall: Any, shop: Any, key: Path, tmp_path: Path
) -> None:
    file = tmp_path / "gate.jsonl"
    uri = "git+https://git.example.org/shop"
    done = seawall("scan", shop.root, "--attest", file, "--sign", key, "--resource-uri", uri)
    assert done.code == 1
    summary, record = statements(file)
    for statement in (summary, record):
        jsonschema.validate(statement, SCHEMA, cls=jsonschema.Draft202012Validator)
        (subject,) = statement["subject"]
        assert subject["digest"] == {"gitCommit": shop.git("rev-parse", "HEAD")}
    assert summary["predicate"]["verificationResult"] == "FAILED"
    assert summary["predicate"]["resourceUri"] == uri
    assert record["predicate"]["schema"] == "seawall/record/v1"
    checked = seawall("policy", "check", file, "--key", f"{key}.pub")
    assert checked.code == 0, checked.out
    assert "signature      holds: key " in checked.out
    assert "not checked" in seawall("policy", "check", file).out


def test_another_key_and_a_changed_line_are_found(
    seawall: Any, shop: Any, key: Path, tmp_path: Path
) -> None:
    file = tmp_path / "gate.jsonl"
    seawall("scan", shop.root, "--attest", file, "--sign", key)
    other = tmp_path / "other.key"
    seawall("policy", "keygen", other)
    checked = seawall("policy", "check", file, "--key", f"{other}.pub")
    assert checked.code == 1
    assert "line 1, 2 is not signed by key" in checked.out
    first, second = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    payload = base64.b64decode(first["payload"])
    first["payload"] = base64.b64encode(payload.replace(b"FAILED", b"PASSED")).decode()
    file.write_text(f"{json.dumps(first)}\n{json.dumps(second)}\n", "utf-8")
    checked = seawall("policy", "check", file, "--key", f"{key}.pub")
    assert checked.code == 1
    assert "line 1 is not signed" in checked.out
    assert "differs        summary.verificationResult" in checked.out


def test_summaries_and_records_of_different_decisions_do_not_mix(
    seawall: Any, shop: Any, key: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    seawall("scan", shop.root, "--attest", one, "--sign", key)
    shop.write("shop/pay.py", "TOKEN = None\n")
    shop.commit("mend")
    assert seawall("scan", shop.root, "--attest", two, "--sign", key).code == 0
    mixed = two.read_text("utf-8").splitlines()[:1] + one.read_text("utf-8").splitlines()[1:]
    one.write_text("\n".join(mixed), "utf-8")
    checked = seawall("policy", "check", one, "--key", f"{key}.pub")
    assert checked.code == 1
    assert "signature      holds" in checked.out
    assert "differs        subject" in checked.out
    assert "differs        summary.verificationResult" in checked.out


def test_only_what_is_committed_is_attested(
    seawall: Any, shop: Any, key: Path, tmp_path: Path
) -> None:
    file = tmp_path / "gate.jsonl"
    attest = ("--attest", file, "--sign", key)
    shop.write("seawall.toml", "[gate]\nunsafe-allow-all = true\n")
    done = seawall("scan", shop.root, *attest)
    assert done.code == 2
    assert "seawall.toml is not what the commit" in done.err
    (shop.root / "seawall.toml").unlink()
    (shop.root / "shop/pay.py").unlink()
    done = seawall("scan", shop.root, *attest)
    assert done.code == 2
    assert "shop/pay.py is not what the commit" in done.err
    assert seawall("scan", shop.root, "--staged", *attest).code == 2
    (tmp_path / "plain").mkdir()
    done = seawall("scan", tmp_path / "plain", *attest)
    assert done.code == 2
    assert "has no commit" in done.err
    assert not file.exists()


@pytest.mark.parametrize(
    ("options", "words", "hint"),
    [
        (["--attest", "a"], "an unsigned statement is nobody's word", "--sign KEYFILE"),
        (["--sign", "key"], "--sign keeps nothing", "--attest FILE"),
        (["--record", "r", "--sign", "key"], "--sign signs nothing", "--attest FILE"),
        (["--record", "r", "--no-gate"], "nothing is decided", "leave out --no-gate"),
        (["--record", "no/where"], "the folder of no/where does not exist", "mkdir -p"),
        (["--record-without-paths"], "keeps nothing", "--record FILE"),
        (["--attest", "a", "--sign", "nothing.key"], "cannot be read", ""),
        (["--attest", "a", "--sign", "seawall.toml"], "not a private key", "keygen"),
    ],
)
def test_mistakes_are_told_before_any_work(
    seawall: Any, shop: Any, options: list[str], words: str, hint: str
) -> None:
    shop.write("seawall.toml", "")
    shop.commit("configure")
    done = seawall("scan", ".", *options, folder=shop.root)
    assert done.code == 2
    assert words in done.err
    assert hint in done.err
    assert not (shop.root / "r").exists()
    assert not (shop.root / "a").exists()


def test_a_record_without_paths_names_none(seawall: Any, shop: Any, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    seawall("scan", shop.root, "--record", file, "--record-without-paths")
    assert "pay.py" not in file.read_text("utf-8")
    assert seawall("policy", "check", file).code == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[" * 100_000, b'{"schema": "seawall/record/v1"}', b'{"payloadType": "x"}\n'],
)
def test_what_is_no_record_is_told(seawall: Any, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(content)
    done = seawall("policy", "check", file)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith(f"seawall: error: {file}")


def test_a_record_has_no_signature_to_check(
    seawall: Any, shop: Any, key: Path, tmp_path: Path
) -> None:
    seawall("scan", shop.root, "--record", tmp_path / "record.json")
    done = seawall("policy", "check", tmp_path / "record.json", "--key", f"{key}.pub")
    assert done.code == 2
    assert "a record carries no signature" in done.err


def test_a_key_is_never_written_over(seawall: Any, key: Path) -> None:
    before = key.read_bytes()
    done = seawall("policy", "keygen", key)
    assert done.code == 2
    assert "is there already" in done.err
    assert key.read_bytes() == before


def test_words_of_a_record_cannot_drive_the_terminal(
    seawall: Any, shop: Any, tmp_path: Path
) -> None:
    file = tmp_path / "record.json"
    seawall("scan", shop.root, "--record", file)
    record = json.loads(file.read_text("utf-8"))
    record["target"]["branch"] = "\x1b[2J\u202emain\nresult         it holds"
    record["policies"][0]["name"] = "\x1b]0;title\x07"
    file.write_text(json.dumps(record), "utf-8")
    checked = seawall("policy", "check", file)
    assert checked.code == 1
    assert "\x1b" not in checked.out
    assert "\u202e" not in checked.out
    assert "\nresult         it holds" not in checked.out
