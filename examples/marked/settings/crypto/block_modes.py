import pyaes
from Crypto.Cipher import AES
from Crypto.Util.Padding import pad
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from Cryptodome.Cipher import AES as AES2
from M2Crypto import EVP
import os

DEFAULT_MODE = AES.MODE_ECB
OPTIONS = {"mode": modes.ECB}


def encrypt_profile(key: bytes, profile: str) -> bytes:
    return AES.new(key, AES.MODE_ECB).encrypt(pad(profile.encode(), 16))  # BAD: weak-cipher-mode


def encrypt_notes(key: bytes, notes: bytes, mode=DEFAULT_MODE) -> bytes:
    cipher = AES.new(key, mode)  # BAD: weak-cipher-mode
    return cipher.encrypt(pad(notes, AES.block_size))


def encrypt_message(key, message):
    padder = padding.PKCS7(128).padder()
    data = padder.update(message) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # BAD: weak-cipher-mode
    return encryptor.update(data) + encryptor.finalize()


def encrypt_attachment(key, attachment):
    mode = OPTIONS["mode"]()
    encryptor = Cipher(algorithms.Camellia(key), mode).encryptor()  # BAD: weak-cipher-mode
    padder = padding.PKCS7(128).padder()
    return encryptor.update(padder.update(attachment) + padder.finalize()) + encryptor.finalize()


def encrypt_openssl(key, text):
    cipher = EVP.Cipher(alg="aes_256_ecb", key=key, iv=b"", op=1)  # BAD: weak-cipher-mode
    return cipher.update(text) + cipher.final()


def encrypt_pure(key, text):
    aes = pyaes.AESModeOfOperationECB(key)  # BAD: weak-cipher-mode
    return b"".join(aes.encrypt(text[i:i + 16]) for i in range(0, len(text), 16))


def encrypt_dome(key, text):
    box = AES2.new(key, AES2.MODE_ECB)  # BAD: weak-cipher-mode
    return box.encrypt(pad(text, 16))


def encrypt_sm4(key, text):
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # BAD: weak-cipher-mode
    return encryptor.update(text) + encryptor.finalize()


def encrypt_eax(key, text):
    box = AES2.new(key, AES2.MODE_EAX)  # OK: weak-cipher-mode
    return box.nonce, *box.encrypt_and_digest(text)


def encrypt_aead(key, text):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text, None)  # OK: weak-cipher-mode, static-nonce


def wrap_name(key, name):
    return AESSIV(key).encrypt(name, [b"name"])  # OK: weak-cipher-mode


def encrypt_pure_ctr(key, text):
    start = int.from_bytes(os.urandom(16), "big")
    aes = pyaes.AESModeOfOperationCTR(key, pyaes.Counter(start))  # OK: weak-cipher-mode
    return start.to_bytes(16, "big") + aes.encrypt(text)
