import functools

import requests


class Transport:
    def __init__(self, session=None):
        self.session = session or requests.Session()

    def head(self, url, **options):
        return self.session.head(url, timeout=4, **options)  # BAD: server-side-request-forgery

    def ping(self, port):
        return self.session.get("http://127.0.0.1:%d/ping" % port, timeout=1)  # OK: server-side-request-forgery


@functools.lru_cache
def default_transport():
    return Transport()
