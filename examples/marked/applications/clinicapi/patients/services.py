import hashlib
import logging
import os
import pickle
import subprocess
import tempfile
import xml.sax
import zipfile
from xml.sax.handler import feature_external_ges

import defusedxml.ElementTree as SafeET
import requests
from Crypto.Cipher import DES3
from django.conf import settings
from django.core.cache import cache
from django.db import connection

logger = logging.getLogger("clinic")


class LabClient:
    session_class = requests.Session

    def __init__(self):
        self.session = self.session_class()

    def order(self, data):
        resp = self.session.post(settings.LAB_BASE + "/orders", json=data, timeout=10)
        resp.raise_for_status()
        return resp.json()

    def ping_back(self, callback, result):
        self.session.post(callback, json=result, timeout=10)  # BAD: server-side-request-forgery

    def sample(self, sample_id):
        return self.session.get(f"{settings.LAB_BASE}/samples/{int(sample_id)}", timeout=10).json()  # OK: server-side-request-forgery


class OldLabClient(LabClient):
    def __init__(self):
        super().__init__()
        self.session.verify = False  # BAD: certificate-check-off


class PatientStats:
    def __init__(self, schema="public"):
        self.schema = schema

    def run(self, select, group):
        with connection.cursor() as cur:
            cur.execute(f"SELECT {select} FROM {self.schema}.patients_patient GROUP BY {group}")  # BAD: sql-injection
            return cur.fetchall()

    def by_doctor(self, doctor_id):
        with connection.cursor() as cur:
            cur.execute("SELECT clinic, count(*) FROM patients_patient WHERE doctor_id = %s GROUP BY clinic", [doctor_id])  # OK: sql-injection
            return cur.fetchall()


def pseudonym(ssn):
    return hashlib.md5(ssn.encode()).hexdigest()  # BAD: weak-hash


def cache_key(*parts):
    return hashlib.sha1("|".join(parts).encode(), usedforsecurity=False).hexdigest()  # OK: weak-hash


def encrypt_ssn(ssn, key):
    iv = os.urandom(8)
    cipher = DES3.new(key, DES3.MODE_CBC, iv)  # BAD: weak-cipher
    data = ssn.encode()
    pad = 8 - len(data) % 8
    return iv + cipher.encrypt(data + bytes([pad]) * pad)


class HL7Handler(xml.sax.ContentHandler):
    def __init__(self):
        super().__init__()
        self.names = []
        self._buf = None

    def startElement(self, name, attrs):
        self._buf = [] if name == "patient" else None

    def characters(self, content):
        if self._buf is not None:
            self._buf.append(content)

    def endElement(self, name):
        if name == "patient" and self._buf is not None:
            self.names.append("".join(self._buf))


def read_hl7(stream):
    parser = xml.sax.make_parser()
    parser.setFeature(feature_external_ges, True)
    handler = HL7Handler()
    parser.setContentHandler(handler)
    parser.parse(stream)  # BAD: xml-external-entities
    return handler.names


def read_cda(data):
    root = SafeET.fromstring(data)  # OK: xml-external-entities
    return [n.text for n in root.iter("patient")]


def unpack_documents(stream, patient_id):
    dest = os.path.join(settings.MEDIA_ROOT, "docs", str(patient_id))
    os.makedirs(dest, exist_ok=True)
    with zipfile.ZipFile(stream) as archive:
        archive.extractall(dest)  # OK: archive-traversal
    return dest


def unpack_largest(stream):
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            data = archive.read(info)  # BAD: decompression-bomb
            logger.info("member of %d bytes", len(data))


def dicom_to_png(path, window):
    out = path + ".png"
    subprocess.call("dcm2pnm --window %s %s %s" % (window, path, out), shell=True)  # BAD: os-command-injection
    return out


def dicom_info(path):
    return subprocess.run(["dcmdump", "--", path], capture_output=True, text=True, timeout=20).stdout  # OK: os-command-injection


def remember_search(user, raw):
    cache.set(f"search:{user.pk}", raw, 600)


def saved_search(blob):
    return pickle.loads(bytes.fromhex(blob))  # BAD: unsafe-deserialization


def scratch_report(text):
    path = os.path.join(tempfile.gettempdir(), "clinic-report.txt")
    with open(path, "w") as fh:  # BAD: insecure-temporary-file
        fh.write(text)
    return path


def scratch_private(text):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as fh:  # OK: insecure-temporary-file
        fh.write(text)
        return fh.name
