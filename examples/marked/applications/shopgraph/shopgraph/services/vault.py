import os

from Crypto.Cipher import AES, ARC4
from Crypto.PublicKey import RSA
from cryptography.fernet import Fernet


def card_cipher(key):
    return ARC4.new(key)  # BAD: weak-cipher


def seal(key, data):
    cipher = AES.new(key, AES.MODE_CBC, iv=b"\x00" * 16)  # BAD: static-nonce
    pad = 16 - len(data) % 16
    return cipher.encrypt(data + bytes([pad]) * pad)


def seal_gcm(key, data):
    cipher = AES.new(key, AES.MODE_GCM, nonce=os.urandom(12))  # OK: weak-cipher-mode
    body, tag = cipher.encrypt_and_digest(data)
    return cipher.nonce + tag + body


def partner_key():
    return RSA.generate(1024)  # BAD: weak-key-size


def strong_partner_key():
    return RSA.generate(3072)  # OK: weak-key-size


def fernet():
    return Fernet(os.environ["FERNET_KEY"])
