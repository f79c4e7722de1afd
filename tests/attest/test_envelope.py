"""Envelopes sign what the specification says, with the keys that it allows, and show tampering."""

import base64
import builtins
import hashlib
import json
import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)
from hypothesis import given
from hypothesis import strategies as st

from seawall.attest.envelope import encode_envelope, is_signed, pae, read_envelopes, seal
from seawall.attest.keys import load_signer, load_verifier, make_key
from seawall.core.errors import ConfigError
from seawall.wire import sigstore


def pem(key: Any, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return made


def public(key: Any) -> bytes:
    made: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return made


PRIVATE, PUBLIC = make_key()
SIGNER, VERIFIER = load_signer(PRIVATE, name="key"), load_verifier(PUBLIC, name="key.pub")


def test_what_is_signed_is_the_vector_of_the_specification() -> None:
    # DSSE v1.0, protocol.md, test vectors.
    signed = pae("http://example.com/HelloWorld", b"hello world")
    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    numbers = ec.EllipticCurvePublicNumbers(
        46950820868899156662930047687818585632848591499744589407958293238635476079160,
        5640078356564379163099075877009565129882514886557779369047442380624545832820,
        ec.SECP256R1(),
    )
    raw = base64.b64decode(
        "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
    )
    signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    verifier = load_verifier(public(numbers.public_key()), name="vector")
    assert verifier.verify(signed, signature)
    assert not verifier.verify(signed + b"!", signature)


@given(st.text(), st.binary(), st.text(), st.binary())
def test_no_two_payloads_look_alike(a: str, b: bytes, c: str, d: bytes) -> None:
    def sound(text: str) -> str:
        return text.encode("utf-8", "replace").decode()

    one, other = (sound(a), b), (sound(c), d)
    assert (pae(*one) == pae(*other)) == (one == other)


@pytest.mark.parametrize("kind", ["ed25519", "p256"])
def test_a_signature_holds_for_its_key_alone(kind: str) -> None:
    key: Any = ed25519.Ed25519PrivateKey.generate()
    if kind == "p256":
        key = ec.generate_private_key(ec.SECP256R1())
    signer = load_signer(pem(key), name="key")
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert signer.keyid == hashlib.sha256(der).hexdigest()
    line = encode_envelope(seal(b'{"a":1}', signer.sign, keyid=signer.keyid))
    (opened,) = read_envelopes(line, name="it")
    assert opened.payload == b'{"a":1}'
    assert is_signed(opened, load_verifier(public(key.public_key()), name="pub").verify)
    assert not is_signed(opened, VERIFIER.verify)


def sealed() -> dict[str, Any]:
    envelope = seal(b'{"a":1}', SIGNER.sign, keyid=SIGNER.keyid)
    data: dict[str, Any] = json.loads(encode_envelope(envelope))
    return data


def holds(data: dict[str, Any]) -> bool:
    (opened,) = read_envelopes(json.dumps(data).encode(), name="it")
    return is_signed(opened, VERIFIER.verify)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_of_payload_or_signature_is_found(place: int, change: int) -> None:
    for field in ("payload", "sig"):
        data = sealed()
        holder = data if field == "payload" else data["signatures"][0]
        content = bytearray(base64.b64decode(holder[field]))
        content[place % len(content)] ^= change
        holder[field] = base64.b64encode(bytes(content)).decode()
        assert not holds(data)


def test_the_key_id_is_a_hint_and_decides_nothing() -> None:
    data = sealed()
    data["signatures"][0]["keyid"] = "somebody else"
    assert holds(data)
    del data["signatures"][0]["keyid"]
    assert holds(data)


def test_either_alphabet_of_base64_is_read() -> None:
    data = sealed()
    data["signatures"][0]["sig"] = data["signatures"][0]["sig"].translate(str.maketrans("+/", "-_"))
    assert holds(data)


def test_one_of_several_signatures_is_enough() -> None:
    data = sealed()
    data["signatures"].insert(0, {"sig": "!!!", "keyid": "x"})
    data["signatures"].insert(0, {"sig": "AAAA"})
    assert holds(data)
    data["signatures"].pop()
    assert not holds(data)


def test_an_envelope_over_many_lines_is_read() -> None:
    assert len(read_envelopes(json.dumps(sealed(), indent=2).encode(), name="it")) == 1


def test_a_sigstore_bundle_is_opened() -> None:
    bundle = {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "dsseEnvelope": sealed(),
    }
    (opened,) = read_envelopes(json.dumps(bundle).encode(), name="it")
    assert opened.bundled
    assert opened.payload == b'{"a":1}'


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"payloadType": "text/plain"}, "its payload is text/plain"),
        ({"payloadType": "\x1b[31m" * 1000}, r"its payload is \?"),
        ({"payload": "????"}, "not valid base64"),
        ({"payload": 3}, "not a DSSE envelope"),
        ({"signatures": []}, "0 signatures"),
        ({"signatures": [{"sig": "AAAA"}] * 17}, "17 signatures"),
        ({"signatures": [{"keyid": "x"}]}, "not a DSSE envelope"),
        ({"signatures": "all"}, "not a DSSE envelope"),
    ],
)
def test_hostile_envelopes_are_refused_in_words(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        read_envelopes(json.dumps({**sealed(), **change}).encode(), name="it")
    assert len(str(caught.value)) < 400


def test_thousands_of_envelopes_are_refused() -> None:
    line = json.dumps(sealed()).encode() + b"\n"
    with pytest.raises(ConfigError, match="more than 64 lines"):
        read_envelopes(line * 65, name="it")


def test_other_keys_are_refused_in_words_that_do_not_quote_them() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP384R1())
    locked = pem(ed25519.Ed25519PrivateKey.generate(), b"a password")
    for content, words in [
        (pem(weak), "not an Ed25519 or ECDSA P-256 key"),
        (pem(curve), "not an Ed25519 or ECDSA P-256 key"),
        (locked, "the key is encrypted"),
        (PUBLIC, "not a private key"),
        (b"", "not a private key"),
        (PRIVATE.replace(b"MC4C", b"MC5C"), "not a private key"),
    ]:
        with pytest.raises(ConfigError, match=words) as caught:
            load_signer(content, name="key")
        told = f"{caught.value} {caught.value.hint}"
        assert not any(line in told for line in content.decode().splitlines() if line)
        assert caught.value.__context__ is None or caught.value.__suppress_context__
    for content, words in [
        (public(weak.public_key()), "not an Ed25519 or ECDSA P-256 key"),
        (PRIVATE, "a private key"),
        (b"nothing", "not a public key"),
    ]:
        with pytest.raises(ConfigError, match=words):
            load_verifier(content, name="key")


def test_a_key_that_is_made_can_be_loaded() -> None:
    private, made = make_key()
    assert load_signer(private, name="key").keyid == load_verifier(made, name="pub").keyid
    assert isinstance(load_pem_public_key(made), ed25519.Ed25519PublicKey)


def test_without_the_library_there_is_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "cryptography":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    for use in (make_key, lambda: load_signer(b"", name="k"), lambda: load_verifier(b"", name="k")):
        with pytest.raises(ConfigError, match="cryptography") as caught:
            use()
        assert "seawall[attest]" in caught.value.hint


def test_without_sigstore_there_is_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sigstore, "find_spec", lambda _: None)
    for use in (sigstore.require, lambda: sigstore.sign_statement(b"{}")):
        with pytest.raises(ConfigError, match="not installed") as caught:
            use()
        assert "seawall[sigstore]" in caught.value.hint


def test_what_sigstore_says_is_told_as_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    class Offline:
        @staticmethod
        def production() -> None:
            raise OSError("the network is\nunreachable")

    names = {
        "sigstore": {},
        "sigstore.dsse": {"Statement": bytes},
        "sigstore.models": {"ClientTrustConfig": Offline},
        "sigstore.oidc": {"IdentityToken": str, "Issuer": str, "detect_credential": str},
        "sigstore.sign": {"SigningContext": str},
    }
    for name, members in names.items():
        module = type(sys)(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(sigstore, "find_spec", lambda _: object())
    with pytest.raises(ConfigError, match="sigstore did not sign: the network is unreachable"):
        sigstore.sign_statement(b"{}")
