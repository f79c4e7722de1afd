import io
import logging
import os
import xml.etree.ElementTree as ET

import requests
from lxml import etree
from pyramid.httpexceptions import HTTPFound, HTTPNotFound
from pyramid.response import FileResponse, Response
from pyramid.view import view_config
from sqlalchemy import text

from .directory import Directory

log = logging.getLogger(__name__)
PICTURES = os.path.realpath("/srv/people/pictures")
JUMPS = {"hr": "https://hr.example.org/", "it": "https://it.example.org/"}


@view_config(route_name="people", renderer="json", permission="view")
def people(request):
    rows = request.dbsession.execute(text("SELECT id, name FROM people WHERE team = '%s'" % request.params.get("team", "")))  # BAD: sql-injection
    return [dict(r._mapping) for r in rows]


@view_config(route_name="person", renderer="templates/person.jinja2", permission="view")
def person(request):
    row = request.dbsession.execute(text("SELECT * FROM people WHERE id = :id"), {"id": request.matchdict["id"]}).first()  # OK: sql-injection
    if row is None:
        raise HTTPNotFound()
    return {"person": row, "tab": request.params.get("tab", "main")}


@view_config(route_name="picture", permission="view")
def picture(request):
    path = os.path.realpath(os.path.join(PICTURES, request.params["name"]))
    if not path.startswith(PICTURES):
        raise HTTPNotFound()
    return FileResponse(path)  # BAD: path-traversal


@view_config(route_name="directory", renderer="json", permission="view")
def directory(request):
    found = Directory(request.registry.settings["ldap.url"], request.registry.settings["ldap.user"], os.environ["LDAP_PASSWORD"])
    if "uid" in request.params:
        return [str(e) for e in found.by_uid(request.params["uid"])]
    return [str(e) for e in found.by_name(request.params["name"])]


@view_config(route_name="jump")
def jump(request):
    to = request.params.get("to", "")
    if to in JUMPS:
        return HTTPFound(location=JUMPS[to])  # OK: open-redirect
    return HTTPFound(location=to)  # BAD: open-redirect


@view_config(route_name="import", request_method="POST", renderer="json", permission="edit")
def import_people(request):
    data = request.POST["file"].file.read()
    stylesheet = request.POST.get("xslt")
    doc = etree.parse(io.BytesIO(data), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))  # OK: xml-external-entities
    if stylesheet is not None:
        transform = etree.XSLT(etree.fromstring(stylesheet.encode()))  # BAD: xslt-injection
        doc = transform(doc)
    names = [n.text for n in doc.iter("name")]
    log.info("imported %d people", len(names))
    return {"names": names}


@view_config(route_name="badge", permission="view")
def badge(request):
    root = ET.Element("badge")
    ET.SubElement(root, "name").text = request.params.get("name", "")
    logo = requests.get(request.params["logo"], timeout=5)  # BAD: server-side-request-forgery
    root.set("logo", str(len(logo.content)))
    return Response(ET.tostring(root), content_type="text/xml")  # OK: xml-external-entities


@view_config(route_name="purge", request_method="POST", renderer="json")
def purge(request):  # BAD: missing-authentication
    request.dbsession.execute(text("DELETE FROM people WHERE gone = true"))
    return {"ok": True}
