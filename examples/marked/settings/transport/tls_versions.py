import ssl

import ldap3
import paho.mqtt.client as mqtt
import pycurl
import urllib3
import uvicorn
from OpenSSL import SSL
from twisted.internet.ssl import CertificateOptions, TLSVersion
from urllib3.util.ssl_ import create_urllib3_context

LOWEST = ssl.TLSVersion.TLSv1


def server_context(cert, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # BAD: old-tls-version
    context.load_cert_chain(cert, key)
    return context


def client_context():
    return ssl.SSLContext(protocol=ssl.PROTOCOL_TLSv1_1)  # BAD: old-tls-version


def lowered_context():
    context = ssl.create_default_context()
    context.minimum_version = LOWEST  # BAD: old-tls-version
    return context


def lowered_by_name(name="TLSv1_1"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion[name]  # BAD: old-tls-version
    return context


def oldest_supported():
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED  # BAD: old-tls-version
    return context


def current_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3  # OK: old-tls-version
    return context


def options_context():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1  # OK: old-tls-version
    return context


def ciphers_context():
    context = ssl.create_default_context()
    context.set_ciphers("RC4-SHA:DES-CBC3-SHA:ALL:!aNULL")  # BAD: weak-cipher
    return context


def ciphers_strong():
    context = ssl.create_default_context()
    context.set_ciphers("ECDHE+AESGCM:!RC4:!3DES:!MD5")  # OK: weak-cipher
    return context


def openssl_context():
    return SSL.Context(SSL.SSLv3_METHOD)  # BAD: old-tls-version


def openssl_bounded():
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_VERSION)  # BAD: old-tls-version
    return context


def openssl_current():
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)  # OK: old-tls-version
    return context


def directory():
    return ldap3.Tls(validate=ssl.CERT_REQUIRED, version=ssl.PROTOCOL_TLSv1)  # BAD: old-tls-version


def sensors():
    client = mqtt.Client()
    client.tls_set(ca_certs="/etc/ca.pem", tls_version=ssl.PROTOCOL_TLSv1_1)  # BAD: old-tls-version
    return client


def sensors_current():
    client = mqtt.Client()
    client.tls_set(ca_certs="/etc/ca.pem", tls_version=ssl.PROTOCOL_TLSv1_2)  # OK: old-tls-version
    return client


def curl(url):
    c = pycurl.Curl()
    c.setopt(pycurl.URL, url)
    c.setopt(pycurl.SSLVERSION, pycurl.SSLVERSION_SSLv3)  # BAD: old-tls-version
    return c


def site(key, cert):
    uvicorn.run("site:app", ssl_keyfile=key, ssl_certfile=cert, ssl_version=ssl.PROTOCOL_TLSv1)  # BAD: old-tls-version


def twisted_options(key, cert):
    lowest = TLSVersion.TLSv1_0
    return CertificateOptions(privateKey=key, certificate=cert, insecurelyLowerMinimumTo=lowest)  # BAD: old-tls-version


def pool():
    return urllib3.PoolManager(ssl_minimum_version=ssl.TLSVersion.TLSv1)  # BAD: old-tls-version


def pool_context():
    return urllib3.PoolManager(ssl_context=create_urllib3_context(ssl_minimum_version=ssl.TLSVersion.TLSv1_2))  # OK: old-tls-version
