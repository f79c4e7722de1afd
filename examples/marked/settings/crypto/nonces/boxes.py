import os
import secrets

import nacl.secret
import nacl.utils
from Crypto.Cipher import AES, ChaCha20, Salsa20
from Crypto.Random import get_random_bytes
from Crypto.Util import Counter
from Crypto.Util.Padding import pad
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from .settings import PREFIX, VECTOR


def seal_cookie(key, value):
    return AES.new(key, AES.MODE_CBC, iv=VECTOR).encrypt(pad(value, 16))  # BAD: static-nonce


def seal_ticket(key, value):
    aead = AESGCM(key)
    return aead.encrypt(b"\x00" * 12, value, PREFIX)  # BAD: static-nonce


def seal_ticket_ccm(key, value, nonce=b"ticket-nonce-"):
    return AESCCM(key).encrypt(nonce, value, None)  # BAD: static-nonce


def seal_stream(key, value):
    return ChaCha20Poly1305(key).encrypt("fixed-nonce1".encode(), value, None)  # BAD: static-nonce


def seal_box(key, value):
    nonce = bytes(nacl.secret.SecretBox.NONCE_SIZE)
    return nacl.secret.SecretBox(key).encrypt(value, nonce)  # BAD: static-nonce


def seal_salsa(key, value):
    return Salsa20.new(key=key, nonce=b"\x01\x02\x03\x04\x05\x06\x07\x08").encrypt(value)  # BAD: static-nonce


def seal_counter(key, value):
    ctr = Counter.new(128, initial_value=1)
    return AES.new(key, AES.MODE_CTR, counter=ctr).encrypt(value)  # BAD: static-nonce


class Sealer:
    IV = bytes.fromhex("00112233445566778899aabbccddeeff")

    def __init__(self, key):
        self.key = key

    def seal(self, value):
        enc = Cipher(algorithms.AES(self.key), modes.CFB(self.IV)).encryptor()  # BAD: static-nonce
        return enc.update(value) + enc.finalize()

    def seal_gcm(self, value):
        enc = Cipher(algorithms.AES(self.key), modes.GCM(VECTOR[:12])).encryptor()  # BAD: static-nonce
        return enc.update(value) + enc.finalize() + enc.tag

    def seal_with_own_iv(self, value):
        iv = os.urandom(16)
        enc = Cipher(algorithms.AES(self.key), modes.CFB(iv)).encryptor()  # OK: static-nonce
        return iv + enc.update(value) + enc.finalize()


def seal_chacha(key, value):
    nonce = get_random_bytes(12)
    return nonce + ChaCha20.new(key=key, nonce=nonce).encrypt(value)  # OK: static-nonce


def seal_box_random(key, value):
    nonce = nacl.utils.random(24)
    return nacl.secret.SecretBox(key).encrypt(value, nonce)  # OK: static-nonce


def seal_tagged(key, value):
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, value, b"constant associated data")  # OK: static-nonce
