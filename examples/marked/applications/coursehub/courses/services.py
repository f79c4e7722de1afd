import logging
import os
import subprocess
import tarfile
import urllib.request
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.db import connection
from lxml import etree

logger = logging.getLogger(__name__)


class SearchService:
    columns = {"title": "title", "views": "views", "newest": "created"}

    def search(self, words, order):
        order = self.columns.get(order, "title")
        sql = f"SELECT id, title FROM courses_course WHERE title ILIKE %s ORDER BY {order}"
        with connection.cursor() as cursor:
            cursor.execute(sql, ["%" + words + "%"])  # OK: sql-injection
            return cursor.fetchall()

    def enrolments(self, teacher, ids):
        marks = ",".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM courses_course WHERE id IN ({marks})", ids)  # OK: sql-injection
            found = cursor.fetchall()
            cursor.execute("SELECT COUNT(*) FROM courses_enrolment WHERE teacher = '" + teacher + "'")  # BAD: sql-injection
            return found, cursor.fetchone()


def render_video(source, quality):
    subprocess.run(["ffmpeg", "-i", source, "-crf", str(int(quality)), source + ".mp4"], check=True)  # OK: os-command-injection
    return source + ".mp4"


def clone_repo(url, target):
    subprocess.run(["git", "clone", url, target], check=True, timeout=120)  # BAD: argument-injection


def disk_usage(folder):
    return os.popen("du -sh " + os.path.join(str(settings.MEDIA_ROOT), folder)).read()  # BAD: os-command-injection


def import_package(upload, course_id):
    dest = os.path.join(str(settings.MEDIA_ROOT), "packages", str(int(course_id)))
    os.makedirs(dest, exist_ok=True)
    with tarfile.open(fileobj=upload, mode="r:gz") as tar:
        tar.extractall(dest)  # BAD: archive-traversal
    return dest


def import_theme(upload, dest):
    with tarfile.open(fileobj=upload, mode="r:gz") as tar:
        tar.extractall(dest, filter="data")  # OK: archive-traversal


def parse_scorm(data):
    parser = etree.XMLParser(resolve_entities=True, no_network=False)
    tree = etree.fromstring(data, parser)  # BAD: xml-external-entities
    return [node.get("href") for node in tree.iter("resource")]


def parse_outline(text):
    return yaml.load(text, Loader=yaml.Loader)  # BAD: unsafe-deserialization


def parse_settings(text):
    return yaml.load(text, Loader=yaml.SafeLoader)  # OK: unsafe-deserialization


def fetch_feed(url):
    if urlsplit(url).hostname not in settings.FEED_HOSTS:
        raise ValueError("host not allowed")
    with urllib.request.urlopen(url, timeout=10) as resp:  # OK: server-side-request-forgery
        return resp.read()


def fetch_cover(url):
    if not url.startswith("http"):
        raise ValueError("bad scheme")
    with urllib.request.urlopen(url, timeout=10) as resp:  # BAD: server-side-request-forgery
        return resp.read()
