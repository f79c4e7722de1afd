import json
import os
import subprocess

import tornado.ioloop
import tornado.web
import tornado.websocket
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

SERVICES = ("livedesk", "nginx", "postgresql")


class BaseHandler(tornado.web.RequestHandler):
    def get_current_user(self):
        return self.get_secure_cookie("operator")

    def write_error(self, status_code, **kwargs):
        self.finish({"status": status_code})


class LoginHandler(BaseHandler):
    def get(self):
        self.write('<form method="post">' + self.xsrf_form_html().decode() + '<input name="pin" type="password"></form>')  # OK: cross-site-scripting

    def post(self):
        if self.get_body_argument("pin") != os.environ.get("MONITOR_PIN"):  # BAD: timing-unsafe-comparison
            raise tornado.web.HTTPError(403)
        self.set_secure_cookie("operator", "op", secure=True, httponly=True)  # BAD: cookie-without-samesite
        self.redirect(self.get_argument("next", "/"))  # BAD: open-redirect


class StatusHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self, name):
        if name not in SERVICES:
            raise tornado.web.HTTPError(404)
        out = subprocess.run(["systemctl", "is-active", name], capture_output=True, text=True)  # OK: os-command-injection
        self.write({"name": name, "state": out.stdout.strip()})


class RestartHandler(BaseHandler):
    def post(self, name):  # BAD: missing-authentication
        if name not in SERVICES:
            raise tornado.web.HTTPError(404)
        subprocess.run(["systemctl", "restart", name], check=True)
        self.write({"ok": True})


class LogHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        unit = self.get_argument("unit")
        out = subprocess.getoutput("journalctl -n 50 -u " + unit)  # BAD: os-command-injection
        self.set_header("Content-Type", "text/plain")
        self.write(out)


class ProbeHandler(BaseHandler):
    @tornado.web.authenticated
    async def get(self):
        req = HTTPRequest(self.get_argument("url"), request_timeout=5)
        resp = await AsyncHTTPClient().fetch(req, raise_error=False)  # BAD: server-side-request-forgery
        self.write({"code": resp.code})


class PageHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        self.render("page.html", note=self.get_argument("note", ""), title=self.get_argument("title", ""))


class EventSocket(tornado.websocket.WebSocketHandler):
    def check_origin(self, origin):
        return True  # BAD: permissive-cors

    def on_message(self, message):
        data = json.loads(message)
        self.write_message({"echo": data.get("text", "")})


def make_app():
    routes = [
        (r"/login", LoginHandler),
        (r"/status/(\w+)", StatusHandler),
        (r"/restart/(\w+)", RestartHandler),
        (r"/logs", LogHandler),
        (r"/probe", ProbeHandler),
        (r"/page", PageHandler),
        (r"/events", EventSocket),
    ]
    secret = os.environ["MONITOR_SECRET"]
    pages = os.path.join(os.path.dirname(__file__), "templates")
    return tornado.web.Application(routes, cookie_secret=secret, login_url="/login", xsrf_cookies=False, template_path=pages, debug=False)  # BAD: csrf-protection-off


if __name__ == "__main__":
    make_app().listen(8899, address="")  # BAD: binds-all-interfaces
    tornado.ioloop.IOLoop.current().start()
