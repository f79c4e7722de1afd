import cherrypy
from bottle import Bottle, request

from .storage import ArchiveRepository, Repository

app = Bottle()
repo = Repository()


@app.route("/invoices")
def invoices():
    client = request.query.client
    return {"rows": repo.find("client = '" + client + "'")}


@app.route("/invoices/by")
def invoices_by():
    return {"rows": repo.find_by(request.query.column, request.query.value)}


@app.route("/invoices/count")
def count():
    return {"n": repo.count("final")[0]}


class Archive:
    @cherrypy.expose
    def purge(self, number):
        ArchiveRepository().purge(number)
        return "ok"
