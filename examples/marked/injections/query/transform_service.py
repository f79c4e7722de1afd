import libxml2
import libxslt
from lxml import etree
from quart import Quart, request
from saxonche import PySaxonProcessor

app = Quart(__name__)
HEADER = b"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
FOOTER = b"</xsl:stylesheet>"


class Stylesheet:
    def __init__(self, source):
        self.compiled = etree.XSLT(source, access_control=etree.XSLTAccessControl.DENY_WRITE)  # BAD: xslt-injection

    def apply(self, doc):
        return bytes(self.compiled(doc))


@app.post("/templates")
async def templates():
    rules = (await request.form)["rules"].encode()
    parser = etree.XMLParser(resolve_entities=False)
    sheet = Stylesheet(etree.fromstring(HEADER + rules + FOOTER, parser))
    return sheet.apply(etree.parse("/srv/doc.xml"))


@app.post("/legacy")
async def legacy():
    body = await request.get_data(as_text=True)
    style = libxslt.parseStylesheetDoc(libxml2.parseDoc(body))  # BAD: xslt-injection
    result = style.applyStylesheet(libxml2.parseFile("/srv/doc.xml"), None)
    return style.saveResultToString(result)


@app.post("/saxon/file")
async def saxon_file():
    upload = (await request.files)["sheet"]
    await upload.save("/srv/work/sheet.xsl")
    with PySaxonProcessor(license=False) as proc:
        exe = proc.new_xslt30_processor().compile_stylesheet(stylesheet_file="/srv/work/sheet.xsl")  # BAD: xslt-injection
        return exe.transform_to_string(source_file="/srv/doc.xml")


@app.post("/saxon/fixed")
async def saxon_fixed():
    xml = await request.get_data(as_text=True)
    with PySaxonProcessor(license=False) as proc:
        exe = proc.new_xslt30_processor().compile_stylesheet(stylesheet_file="/srv/xsl/main.xsl")  # OK: xslt-injection
        return exe.transform_to_string(xdm_node=proc.parse_xml(xml_text=xml))
