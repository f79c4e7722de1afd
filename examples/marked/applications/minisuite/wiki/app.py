import os
import traceback

import cherrypy
from mako.template import Template

from common.crypto import make_password, same, sign
from common.html import clean, wrap

PAGES = "/srv/wiki/pages"
HEAD = Template("<h1>${title | h}</h1>")


def on_error():
    cherrypy.response.status = 500
    cherrypy.response.headers["Content-Type"] = "text/plain"
    cherrypy.response.body = [traceback.format_exc().encode()]  # BAD: stack-trace-exposure


def require_login():
    if not cherrypy.session.get("user"):
        raise cherrypy.HTTPRedirect("/login")


cherrypy.tools.login = cherrypy.Tool("before_handler", require_login)


class Admin:
    @cherrypy.expose
    @cherrypy.tools.login()
    def restart(self):
        os.system("systemctl restart wiki")  # OK: os-command-injection
        return "ok"

    @cherrypy.expose
    @cherrypy.tools.login()
    def backup(self, name="nightly"):
        os.system("tar czf /srv/backup/%s.tgz /srv/wiki" % name)  # BAD: os-command-injection
        return "ok"

    @cherrypy.expose
    def wipe(self, page):  # BAD: missing-authentication
        os.unlink(os.path.join(PAGES, os.path.basename(page) + ".md"))
        return "ok"


class Wiki:
    admin = Admin()

    @cherrypy.expose
    def index(self):
        names = sorted(os.listdir(PAGES))
        return wrap("Wiki", "<br>".join(clean(n) for n in names))  # OK: cross-site-scripting

    @cherrypy.expose
    def page(self, name):
        path = os.path.join(PAGES, os.path.basename(name) + ".md")
        with open(path, encoding="utf-8") as fh:  # OK: path-traversal
            text = fh.read()
        return HEAD.render(title=name) + "<pre>" + clean(text) + "</pre>"

    @cherrypy.expose
    def draft(self, name):
        with open(os.path.join(PAGES, "drafts", name), encoding="utf-8") as fh:  # BAD: path-traversal
            return "<pre>" + clean(fh.read()) + "</pre>"

    @cherrypy.expose
    def preview(self, text):
        return Template(text).render()  # BAD: template-injection

    @cherrypy.expose
    def echo(self, q=""):
        return "<p>You searched for " + q + "</p>"  # BAD: cross-site-scripting

    @cherrypy.expose
    @cherrypy.tools.login()
    def password(self, new):
        cherrypy.log("password change: " + new)  # BAD: sensitive-data-in-log
        cherrypy.session["digest"] = make_password(new)
        return "ok"

    @cherrypy.expose
    def verify(self, value, mac):
        good = sign(value, os.environ["WIKI_KEY"].encode())
        return "yes" if same(good, mac) else "no"

    @cherrypy.expose
    def verify_old(self, value, mac):
        return "yes" if mac == sign(value, os.environ["WIKI_KEY"].encode()) else "no"  # BAD: timing-unsafe-comparison


CONFIG = {
    "/": {
        "tools.sessions.on": True,
        "tools.sessions.secure": True,
        "tools.sessions.httponly": False,  # BAD: script-readable-cookie
        "request.error_response": on_error,
    }
}


def serve():
    cherrypy.config.update({"server.socket_host": "0.0.0.0", "server.socket_port": 8083})  # BAD: binds-all-interfaces
    cherrypy.quickstart(Wiki(), "/", CONFIG)


if __name__ == "__main__":
    serve()
