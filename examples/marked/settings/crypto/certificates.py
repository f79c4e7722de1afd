import datetime

import rsa
from Crypto.Hash import MD5, SHA1, SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import NameOID
from OpenSSL import crypto
from signxml import XMLSigner, methods


def issue(common_name, public_key, ca_key, ca_name):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(ca_name)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=90))
    )
    return builder.sign(ca_key, hashes.SHA1())  # BAD: weak-hash


def issue_legacy(request, ca_cert, ca_key):
    cert = crypto.X509()
    cert.set_subject(request.get_subject())
    cert.set_issuer(ca_cert.get_subject())
    cert.set_pubkey(request.get_pubkey())
    cert.sign(ca_key, "md5")  # BAD: weak-hash
    return cert


def sign_receipt(private_key, receipt: bytes) -> bytes:
    return private_key.sign(receipt, padding.PKCS1v15(), hashes.SHA1())  # BAD: weak-hash


def sign_receipt_pss(private_key, receipt: bytes) -> bytes:
    algorithm = hashes.SHA384()  # OK: weak-hash
    pss = padding.PSS(mgf=padding.MGF1(algorithm), salt_length=padding.PSS.MAX_LENGTH)
    return private_key.sign(receipt, pss, algorithm)


def sign_invoice(pem: bytes, invoice: bytes) -> bytes:
    digest = SHA1.new(invoice)  # BAD: weak-hash
    return pkcs1_15.new(RSA.import_key(pem)).sign(digest)


def sign_statement(pem: bytes, statement: bytes) -> bytes:
    digest = SHA256.new(statement)  # OK: weak-hash
    return pkcs1_15.new(RSA.import_key(pem)).sign(digest)


def contract_id(contract: bytes) -> str:
    h = MD5.new()  # BAD: weak-hash
    h.update(contract)
    return h.hexdigest()


def sign_order(order: bytes, key: rsa.PrivateKey) -> bytes:
    return rsa.sign(order, key, "MD5")  # BAD: weak-hash


def sign_shipment(shipment: bytes, key: rsa.PrivateKey) -> bytes:
    return rsa.sign(shipment, key, "SHA-512")  # OK: weak-hash


def sign_assertion(root, key, cert):
    signer = XMLSigner(methods.enveloped, signature_algorithm="rsa-sha256", digest_algorithm="sha256")  # OK: weak-hash
    return signer.sign(root, key=key, cert=cert)


class AuditChain:
    """Every entry's digest takes in the digest of the entry before it."""

    def __init__(self):
        self._previous = b""

    def append(self, entry: bytes) -> bytes:
        h = hashes.Hash(hashes.MD5())  # BAD: weak-hash
        h.update(self._previous)
        h.update(entry)
        self._previous = h.finalize()
        return self._previous
