"""Command line tool of the operations team."""
import argparse
import csv
import logging
import os
import re
import socket
import sys
from pathlib import Path

import requests

log = logging.getLogger("report")


def parse(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--pattern", default="x")
    parser.add_argument("--title", default="report")
    return parser.parse_args(argv)


def download(options):
    resp = requests.get(options.url, timeout=30)  # LOCAL: server-side-request-forgery
    log.info("downloaded %s", options.url)  # LOCAL: log-injection
    return resp.text


def download_default():
    return requests.get(os.environ.get("REPORT_URL", "https://reports.example.com"), timeout=30)  # LOCAL: server-side-request-forgery


def write_title(options, target):
    csv.writer(target).writerow([options.title])  # LOCAL: csv-injection


def page(options, target: Path):
    target.write_text(f"<h1>{options.title}</h1>")


def looks_like_list():
    line = sys.stdin.readline()
    return re.match(r"^(\w+,?)+$", line) is not None  # LOCAL: slow-regex


def serve(port=9000):
    address = os.environ.get("BIND", "127.0.0.1")
    return socket.create_server((address, port))  # OK: binds-all-interfaces


def main():
    options = parse(sys.argv[1:])
    write_title(options, sys.stdout)
    print(len(download(options)))


if __name__ == "__main__":
    main()
