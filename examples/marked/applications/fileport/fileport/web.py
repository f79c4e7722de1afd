import html
import http.server
import json
import logging
import os
import string
import traceback
from urllib.parse import parse_qs, quote, urlsplit

from . import auth, feeds, remote, tools
from .database import FileTable, UserTable
from .people import People
from .store import Store

log = logging.getLogger("fileport.web")
PAGE = string.Template("<html><h1>$title</h1>$body</html>")


class WebServer(http.server.ThreadingHTTPServer):
    def __init__(self, address, cfg):
        super().__init__(address, Handler)
        self.cfg = cfg
        self.store = Store(cfg.root)
        self.files = FileTable(cfg.database)
        self.users = UserTable(cfg.database)


class Handler(http.server.BaseHTTPRequestHandler):
    open_routes = ("/login", "/hello", "/go", "/health", "/plain")

    def log_message(self, format, *args):
        log.info("%s %s", self.client_address[0], self.command)

    def _query(self):
        parts = urlsplit(self.path)
        return parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}

    def _body(self):
        return self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 20_000_000))

    def reply(self, data, kind="application/json", status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(data if isinstance(data, bytes) else data.encode())

    def reply_json(self, value, status=200):
        self.reply(json.dumps(value), status=status)

    def _dispatch(self, prefix):
        path, query = self._query()
        name = prefix + path.strip("/").replace("-", "_")
        action = getattr(self, name, None)  # OK: unsafe-reflection
        if action is None:
            self.send_error(404)
            return
        if path not in self.open_routes and auth.user_of(self.headers) is None:
            self.send_error(401)
            return
        try:
            action(query)
        except Exception:
            self.reply(traceback.format_exc(), "text/plain", 500)  # BAD: stack-trace-exposure

    def do_GET(self):
        self._dispatch("get_")

    def do_POST(self):
        self._dispatch("post_")

    def do_DELETE(self):  # BAD: missing-authentication
        _, query = self._query()
        self.server.store.remove(query["name"])
        self.reply_json({"ok": True})

    def post_login(self, query):
        form = {k: v[0] for k, v in parse_qs(self._body().decode()).items()}
        log.info("login %s / %s", form.get("user"), form.get("password"))  # BAD: sensitive-data-in-log
        salt, digest = self.server.users.digest(form.get("user"))
        if salt is None or not auth.Passwords().check(form.get("password", ""), salt, digest):
            self.send_error(403)
            return
        self.send_response(204)
        self.send_header("Set-Cookie", auth.session_cookie(auth.new_session(form["user"])))
        self.end_headers()

    def get_hello(self, query):
        body = "<p>Hello " + query.get("name", "") + "</p>"
        page = PAGE.substitute(title="Hello", body=body)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())  # BAD: cross-site-scripting

    def get_plain(self, query):
        page = PAGE.substitute(title="Hello", body="<p>" + html.escape(query.get("name", "")) + "</p>")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())  # OK: cross-site-scripting

    def get_health(self, query):
        self.reply_json({"up": True})

    def get_go(self, query):
        self.send_response(302)
        self.send_header("Location", query.get("to", "/"))  # BAD: open-redirect
        self.end_headers()

    def get_home(self, query):
        self.send_response(302)
        self.send_header("Location", "/list?q=" + quote(query.get("q", ""), safe=""))  # OK: open-redirect
        self.end_headers()

    def get_list(self, query):
        rows = self.server.files.ordered(query.get("sort", "name"), query.get("desc") == "1")
        self.reply_json(rows)

    def get_search(self, query):
        text = query.get("q", "")
        log.info("search for " + text)  # BAD: log-injection
        self.reply_json(self.server.files.like(text))

    def get_mine(self, query):
        log.info("own file %r", query["name"])  # OK: log-injection
        self.reply_json(self.server.files.find(auth.user_of(self.headers), query["name"]))

    def get_download(self, query):
        self.reply(self.server.store.read(query["name"]), "application/octet-stream")

    def get_checked(self, query):
        self.reply(self.server.store.read_checked(query["name"]), "application/octet-stream")

    def get_person(self, query):
        people = People(self.server.cfg)
        self.reply_json(people.find(query["uid"]) + people.find_escaped(query["uid"]))

    def get_kind(self, query):
        self.reply(tools.kind(query["name"]), "text/plain")

    def get_usage(self, query):
        self.reply(tools.usage(self.server.store.checked(query["name"])) + tools.uptime(), "text/plain")

    def get_grep(self, query):
        self.reply(tools.search(query["pattern"], self.server.store.root), "text/plain")

    def get_ping(self, query):
        self.reply(tools.ping(query["host"]), "text/plain")

    def get_catalog(self, query):
        self.reply_json(feeds.lookup(None, query["name"]))

    def get_attachment(self, query):
        name = query.get("as", "file")
        data = self.server.store.read_checked(query["name"])
        self.send_response(200)
        self.send_header("Content-Disposition", 'attachment; filename="' + name + '"')  # BAD: header-injection
        self.end_headers()
        self.wfile.write(data)

    def post_upload(self, query):
        self.server.store.write(os.path.basename(query["name"]), self._body())
        self.reply_json({"ok": True})

    def post_unzip(self, query):
        import io

        stream = io.BytesIO(self._body())
        if query.get("kind") == "tar":
            self.server.store.unpack_tar(stream, query["folder"])
        elif query.get("kind") == "tar-checked":
            self.server.store.unpack_tar_checked(stream, query["folder"])
        else:
            self.server.store.unpack_zip(stream, query["folder"])
        self.reply_json({"ok": True})

    def post_feed(self, query):
        data = self._body()
        if query.get("packed"):
            data = feeds.inflate(data)
        self.reply_json({"titles": feeds.titles(data), "entries": feeds.entries(data)})

    def post_feed_plain(self, query):
        self.reply_json({"titles": feeds.titles_plain(feeds.inflate_some(self._body()))})

    def post_words(self, query):
        text = self._body().decode()
        self.reply_json({"words": feeds.valid_words(text), "day": feeds.valid_day(text)})

    def post_fetch(self, query):
        source = remote.fetch_allowed if query.get("known") else remote.fetch
        self.server.store.write_private("fetched.bin", source(query["url"]))
        self.reply_json({"ok": True})

    def post_purge(self, query):
        self.server.files.purge(query.get("days", "30"))
        self.server.files.keep(query.get("days", "30"))
        self.reply_json({"ok": True})

    def post_user(self, query):
        form = json.loads(self._body())
        self.server.users.add(form["name"], form["password"], form.get("card"))
        self.reply_json({"ok": True})

    def get_link(self, query):
        self.reply_json({"key": auth.link_key()})
