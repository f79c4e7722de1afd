import logging
from urllib.parse import urlparse

import requests

log = logging.getLogger(__name__)
HOOK_HOSTS = frozenset({"hooks.slack.com", "chat.googleapis.com"})


class Notifier:
    verify = True

    def __init__(self, timeout=5):
        self.timeout = timeout

    def deliver(self, url, payload):
        resp = requests.post(url, json=payload, timeout=self.timeout, verify=self.verify)  # BAD: server-side-request-forgery
        return resp.status_code

    def deliver_chat(self, url, payload):
        parts = urlparse(url)
        if parts.scheme != "https" or parts.hostname not in HOOK_HOSTS:
            raise ValueError("unsupported hook")
        return requests.post(url, json=payload, timeout=self.timeout, allow_redirects=False).status_code  # OK: server-side-request-forgery


class PbxNotifier(Notifier):
    base = "https://pbx.deskline.internal/api"

    def ring(self, extension):
        resp = requests.post(f"{self.base}/ring", json={"ext": extension}, timeout=self.timeout, verify=False)  # BAD: certificate-check-off
        return resp.ok
