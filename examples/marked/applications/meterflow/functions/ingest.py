import csv
import io
import json
import logging
import os
import pickle
import subprocess
import tempfile
import urllib.request
import zipfile
from urllib.parse import unquote_plus, urlparse
from xml.dom import minidom

from .shared.clients import s3
from .shared.config import BUCKET, WEATHER_HOSTS
from .shared.readings import Readings

log = logging.getLogger()


class Importer:
    suffix = ""

    def __init__(self, bucket, key):
        self.bucket = bucket
        self.key = key

    def bytes(self):
        return s3().get_object(Bucket=self.bucket, Key=self.key)["Body"].read()

    def local(self):
        path = os.path.join("/tmp", self.key)
        s3().download_file(self.bucket, self.key, path)  # BAD: path-traversal
        return path

    def local_named(self):
        fd, path = tempfile.mkstemp(suffix=self.suffix)
        os.close(fd)
        s3().download_file(self.bucket, self.key, path)  # OK: path-traversal
        return path

    def run(self):
        raise NotImplementedError


class CsvImporter(Importer):
    suffix = ".csv"

    def run(self):
        for row in csv.DictReader(io.StringIO(self.bytes().decode())):
            Readings().put_known(row)


class PdfImporter(Importer):
    suffix = ".pdf"

    def run(self):
        path = self.local_named()
        done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)  # OK: os-command-injection
        return done.stdout

    def pages(self):
        return subprocess.check_output(f"pdfinfo '/tmp/{self.key}' | grep Pages", shell=True)  # BAD: os-command-injection


class ModelImporter(Importer):
    suffix = ".pkl"

    def run(self):
        return pickle.loads(self.bytes())  # BAD: unsafe-deserialization


class StateImporter(Importer):
    suffix = ".json"

    def run(self):
        return json.loads(self.bytes())  # OK: unsafe-deserialization


class ZipImporter(Importer):
    suffix = ".zip"

    def run(self):
        with zipfile.ZipFile(io.BytesIO(self.bytes())) as archive:
            for name in archive.namelist():
                with open("/tmp/unpacked/" + name, "wb") as out:  # BAD: archive-traversal
                    out.write(archive.open(name).read(1_000_000))


class XmlImporter(Importer):
    suffix = ".xml"

    def run(self):
        doc = minidom.parseString(self.bytes())  # BAD: xml-bomb
        return [n.getAttribute("meter") for n in doc.getElementsByTagName("reading")]


IMPORTERS = {cls.suffix: cls for cls in Importer.__subclasses__()}


def weather(url):
    if urlparse(url).hostname not in WEATHER_HOSTS or not url.startswith("https://"):
        raise ValueError(url)
    with urllib.request.urlopen(url, timeout=5) as resp:  # OK: server-side-request-forgery
        return json.load(resp)


def enrich(record):
    with urllib.request.urlopen(record["source_url"], timeout=5) as resp:  # BAD: server-side-request-forgery
        return json.load(resp)


def handler(event, context):
    done = []
    for record in event["Records"]:
        key = unquote_plus(record["s3"]["object"]["key"])
        bucket = record["s3"]["bucket"]["name"]
        importer = IMPORTERS.get(os.path.splitext(key)[1])
        if importer is None:
            log.warning("skipping %r", key)
            continue
        done.append(importer(bucket, key).run())
    return {"count": len(done)}


def pages_handler(event, context):
    key = unquote_plus(event["Records"][0]["s3"]["object"]["key"])
    item = PdfImporter(BUCKET, key)
    item.local()
    return {"pages": item.pages().decode()}


def sqs_handler(event, context):
    for record in event["Records"]:
        message = json.loads(record["body"])
        if message.get("kind") == "weather":
            weather(message["url"])
        elif message.get("kind") == "rule":
            exec(message["code"], {})  # BAD: code-injection
        else:
            enrich(message)
