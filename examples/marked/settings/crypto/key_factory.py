import asyncssh
import ecdsa
import paramiko
import rsa as pure_rsa
from Crypto.PublicKey import DSA, ECC, RSA
from cryptography.hazmat.primitives.asymmetric import dh, dsa, ec, ed25519, rsa
from jwcrypto import jwk
from M2Crypto import RSA as M2RSA
from OpenSSL import crypto

BITS = 1024
SIZES = {"device": 768, "server": 3072}


def new_tls_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=BITS)  # BAD: weak-key-size


def new_server_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=SIZES["server"])  # OK: weak-key-size


def new_signing_key():
    return dsa.generate_private_key(1024)  # BAD: weak-key-size


def new_exchange():
    return dh.generate_parameters(generator=2, key_size=512)  # BAD: weak-key-size


def new_device_key():
    return ec.generate_private_key(ec.SECP192R1())  # BAD: weak-key-size


def new_badge_key():
    return ec.generate_private_key(ec.SECT163K1())  # BAD: weak-key-size


def new_gateway_key():
    return ec.generate_private_key(ec.SECP384R1())  # OK: weak-key-size


def new_session_key():
    return ed25519.Ed25519PrivateKey.generate()  # OK: weak-key-size


def new_mail_key(bits=1024):
    return RSA.generate(bits)  # BAD: weak-key-size


def new_archive_key():
    return DSA.generate(bits=1024)  # BAD: weak-key-size


def new_ecc_key():
    return ECC.generate(curve="P-256")  # OK: weak-key-size


def new_pure_pair():
    return pure_rsa.newkeys(512)  # BAD: weak-key-size


def new_pure_pair_long():
    return pure_rsa.newkeys(nbits=4096, poolsize=4)  # OK: weak-key-size


def new_request_key():
    key = crypto.PKey()
    key.generate_key(crypto.TYPE_RSA, 1024)  # BAD: weak-key-size
    return key


def new_deploy_key(path):
    paramiko.RSAKey.generate(1024).write_private_key_file(path)  # BAD: weak-key-size


def new_host_key():
    return asyncssh.generate_private_key("ssh-rsa", key_size=1024)  # BAD: weak-key-size


def new_jwk():
    return jwk.JWK.generate(kty="RSA", size=1024)  # BAD: weak-key-size


def new_m2_key():
    return M2RSA.gen_key(512, 65537)  # BAD: weak-key-size


def new_ticket_key():
    return ecdsa.SigningKey.generate(curve=ecdsa.NIST192p)  # BAD: weak-key-size


def new_wallet_key():
    return ecdsa.SigningKey.generate(curve=ecdsa.SECP256k1)  # OK: weak-key-size
