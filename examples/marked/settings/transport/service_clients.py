import ssl

import hvac
import kubernetes.client
import ldap
import ldap3
import paho.mqtt.client as mqtt
import pymongo
import redis
import winrm
from elasticsearch import Elasticsearch
from kafka import KafkaProducer
from OpenSSL import SSL


def documents():
    return pymongo.MongoClient("mongodb://db.example.com", tls=True, tlsAllowInvalidCertificates=True)  # BAD: certificate-check-off


def documents_checked():
    return pymongo.MongoClient("mongodb://db.example.com", tls=True, tlsCAFile="/etc/ca.pem")  # OK: certificate-check-off


def cache():
    return redis.Redis(host="cache.example.com", ssl=True, ssl_cert_reqs="none")  # BAD: certificate-check-off


def search():
    return Elasticsearch("https://es.example.com:9200", verify_certs=False)  # BAD: certificate-check-off


def directory():
    tls = ldap3.Tls(validate=ssl.CERT_NONE)  # BAD: certificate-check-off
    return ldap3.Server("ldaps://ad.example.com", use_ssl=True, tls=tls)


def directory_c():
    ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)  # BAD: certificate-check-off
    return ldap.initialize("ldaps://ad.example.com")


def directory_c_checked():
    ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)  # OK: certificate-check-off
    return ldap.initialize("ldaps://ad.example.com")


def sensors():
    client = mqtt.Client()
    client.tls_set("/etc/ca.pem")
    client.tls_insecure_set(True)  # BAD: certificate-check-off
    return client


def vault():
    return hvac.Client(url="https://vault.example.com", verify=False)  # BAD: certificate-check-off


def cluster():
    conf = kubernetes.client.Configuration()
    conf.verify_ssl = False  # BAD: certificate-check-off
    return kubernetes.client.ApiClient(conf)


def windows(user, password):
    return winrm.Session("https://win.example.com:5986", auth=(user, password), server_cert_validation="ignore")  # BAD: certificate-check-off


def raw_tls(sock):
    ctx = SSL.Context(SSL.TLS_CLIENT_METHOD)
    ctx.set_verify(SSL.VERIFY_NONE, lambda *a: True)  # BAD: certificate-check-off
    return SSL.Connection(ctx, sock)


def raw_tls_checked(sock):
    ctx = SSL.Context(SSL.TLS_CLIENT_METHOD)
    ctx.set_default_verify_paths()
    ctx.set_verify(SSL.VERIFY_PEER, lambda conn, cert, errno, depth, ok: bool(ok))  # OK: certificate-check-off
    return SSL.Connection(ctx, sock)


def producer():
    servers = "kafka.example.com:9093"
    return KafkaProducer(bootstrap_servers=servers, security_protocol="SSL", ssl_check_hostname=False)  # BAD: certificate-check-off
