"""Encryption of card data at rest, one class for every generation of the vault."""
import os

import pyDes
from Crypto.Cipher import AES, ARC2, ARC4, CAST, DES, DES3, Blowfish
from Crypto.Random import get_random_bytes
from Crypto.Util.Padding import pad, unpad
from cryptography.fernet import Fernet
from cryptography.hazmat.decrepit.ciphers import algorithms as decrepit
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from M2Crypto import EVP


class VaultV1:
    def __init__(self, key):
        self.key = key

    def seal(self, pan: bytes) -> bytes:
        iv = get_random_bytes(8)
        cipher = DES.new(self.key, DES.MODE_CBC, iv)  # BAD: weak-cipher
        return iv + cipher.encrypt(pad(pan, DES.block_size))


class VaultV2(VaultV1):
    def seal(self, pan: bytes) -> bytes:
        iv = get_random_bytes(8)
        cipher = DES3.new(self.key, DES3.MODE_CFB, iv=iv)  # BAD: weak-cipher
        return iv + cipher.encrypt(pan)


class VaultV3(VaultV1):
    def seal(self, pan: bytes) -> bytes:
        return ARC4.new(self.key).encrypt(pan)  # BAD: weak-cipher


class VaultV4(VaultV1):
    def seal(self, pan: bytes) -> bytes:
        iv = get_random_bytes(Blowfish.block_size)
        return iv + Blowfish.new(self.key, Blowfish.MODE_OFB, iv).encrypt(pan)  # BAD: weak-cipher


class VaultV5(VaultV1):
    def seal(self, pan: bytes) -> bytes:
        iv = os.urandom(16)
        cipher = Cipher(algorithms.AES(self.key), modes.CTR(iv))  # OK: weak-cipher, weak-cipher-mode
        enc = cipher.encryptor()
        return iv + enc.update(pan) + enc.finalize()


def export_for_bank(key, records):
    out = []
    for record in records:
        iv = os.urandom(8)
        enc = Cipher(decrepit.TripleDES(key), modes.CBC(iv)).encryptor()  # BAD: weak-cipher
        out.append(iv + enc.update(record) + enc.finalize())
    return out


def export_for_mainframe(key, record):
    return pyDes.triple_des(key, pyDes.CBC, os.urandom(8), padmode=pyDes.PAD_PKCS5).encrypt(record)  # BAD: weak-cipher


def export_for_terminal(key, record):
    iv = get_random_bytes(8)
    return iv + ARC2.new(key, ARC2.MODE_CFB, iv=iv).encrypt(record)  # BAD: weak-cipher


def export_for_kiosk(key, record):
    iv = get_random_bytes(8)
    return iv + CAST.new(key, CAST.MODE_OPENPGP, iv=iv).encrypt(record)  # BAD: weak-cipher


def export_for_till(key, record):
    enc = Cipher(decrepit.ARC4(key), mode=None).encryptor()  # BAD: weak-cipher
    return enc.update(record) + enc.finalize()


def export_openssl(key, record):
    iv = os.urandom(8)
    c = EVP.Cipher("des_ede3_cbc", key, iv, 1)  # BAD: weak-cipher
    return iv + c.update(record) + c.final()


def export_fernet(key, record):
    return Fernet(key).encrypt(record)  # OK: weak-cipher


def export_gcm(key, record):
    cipher = AES.new(key, AES.MODE_GCM)  # OK: weak-cipher, weak-cipher-mode
    body, tag = cipher.encrypt_and_digest(record)
    return cipher.nonce + tag + body


def load_old(key, blob):
    iv, body = blob[:16], blob[16:]
    return unpad(AES.new(key, AES.MODE_CBC, iv).decrypt(body), AES.block_size)  # OK: weak-cipher, static-nonce
