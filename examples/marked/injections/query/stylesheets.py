import io

import lxml.etree as etree
from aiohttp import web
from flask import Flask, request
from lxml.etree import XSLT, XSLTAccessControl
from saxonche import PySaxonProcessor

app = Flask(__name__)
SHEETS = {"a": "/srv/xsl/a.xsl", "b": "/srv/xsl/b.xsl"}
SOURCE = etree.parse("/srv/source.xml")
TEMPLATE = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/"><out><xsl:value-of select="%s"/></out></xsl:template></xsl:stylesheet>"""


@app.post("/transform")
def transform():
    style = etree.XSLT(etree.fromstring(request.data))  # BAD: xslt-injection
    return str(style(SOURCE))


@app.post("/transform/upload")
def transform_upload():
    sheet = etree.parse(request.files["xsl"].stream)
    style = XSLT(sheet)  # BAD: xslt-injection
    return str(style(SOURCE))


@app.get("/transform/field")
def transform_field():
    sheet = etree.XML(TEMPLATE % request.args["select"])
    return str(etree.XSLT(sheet)(SOURCE))  # BAD: xslt-injection


@app.post("/transform/direct")
def transform_direct():
    sheet = etree.parse(io.BytesIO(request.get_data()))
    return str(SOURCE.xslt(sheet))  # BAD: xslt-injection


@app.get("/transform/named")
def transform_named():
    style = etree.XSLT(etree.parse(SHEETS[request.args["name"]]))  # OK: xslt-injection
    return str(style(SOURCE))


@app.get("/transform/param")
def transform_param():
    style = etree.XSLT(etree.parse("/srv/xsl/a.xsl"))
    return str(style(SOURCE, who=request.args["who"]))  # BAD: xpath-injection


@app.get("/transform/strparam")
def transform_strparam():
    style = etree.XSLT(etree.parse("/srv/xsl/a.xsl"))
    return str(style(SOURCE, who=etree.XSLT.strparam(request.args["who"])))  # OK: xslt-injection


@app.post("/transform/data")
def transform_data():
    style = etree.XSLT(etree.parse("/srv/xsl/a.xsl"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return str(style(etree.fromstring(request.data, parser)))  # OK: xslt-injection


@app.post("/saxon")
def saxon():
    with PySaxonProcessor(license=False) as proc:
        xslt = proc.new_xslt30_processor()
        exe = xslt.compile_stylesheet(stylesheet_text=request.form["xsl"])  # BAD: xslt-injection
        return exe.transform_to_string(source_file="/srv/source.xml")


async def aio(request):
    body = await request.post()
    style = etree.XSLT(etree.fromstring(body["sheet"].encode(), etree.XMLParser(resolve_entities=False)))  # BAD: xslt-injection
    return web.Response(text=str(style(SOURCE)))


async def aio_const(request):
    style = etree.XSLT(etree.XML(TEMPLATE % "/a/b"), access_control=XSLTAccessControl.DENY_ALL)  # OK: xslt-injection
    return web.Response(text=str(style(SOURCE)))
