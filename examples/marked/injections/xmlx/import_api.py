import io
import xml.dom.minidom
import xml.dom.pulldom
import xml.etree.ElementTree as ET
import xml.sax
from xml.sax import handler, make_parser
from xml.sax.handler import ContentHandler, feature_external_ges

import defusedxml.ElementTree as DET
import defusedxml.lxml
import libxml2
import xmltodict
from flask import Flask, request
from lxml import etree, objectify

app = Flask(__name__)


class Collector(ContentHandler):
    def __init__(self):
        super().__init__()
        self.text = []

    def characters(self, content):
        self.text.append(content)


@app.post("/lxml")
def lxml_entities():
    parser = etree.XMLParser(resolve_entities=True, no_network=False)
    return etree.fromstring(request.data, parser).text or ""  # BAD: xml-external-entities


@app.post("/lxml/dtd")
def lxml_dtd():
    parser = etree.XMLParser(load_dtd=True, no_network=False, resolve_entities=True)
    tree = etree.parse(request.files["doc"], parser=parser)  # BAD: xml-external-entities
    return tree.getroot().tag


@app.post("/lxml/plain")
def lxml_plain():
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(request.data, parser).tag  # OK: xml-external-entities, xml-bomb


@app.post("/lxml/huge")
def lxml_huge():
    parser = etree.XMLParser(huge_tree=True, resolve_entities=True)
    root = etree.XML(request.get_data(), parser)  # BAD: xml-external-entities, xml-bomb
    return root.tag


@app.post("/objectify")
def obj():
    parser = objectify.makeparser(resolve_entities=True, load_dtd=True)
    return str(objectify.fromstring(request.data, parser))  # BAD: xml-external-entities


@app.post("/iterparse")
def iterparse():
    for _, el in etree.iterparse(io.BytesIO(request.data), load_dtd=True, resolve_entities=True):  # BAD: xml-external-entities
        print(el.tag)
    return "ok"


@app.post("/sax")
def sax():
    parser = make_parser()
    parser.setFeature(handler.feature_external_ges, True)
    out = Collector()
    parser.setContentHandler(out)
    parser.parse(io.BytesIO(request.data))  # BAD: xml-external-entities
    return "".join(out.text)


@app.post("/sax/default")
def sax_default():
    out = Collector()
    xml.sax.parseString(request.data, out)  # OK: xml-external-entities
    return "".join(out.text)


@app.post("/sax/off")
def sax_off():
    parser = make_parser()
    parser.setFeature(feature_external_ges, False)
    out = Collector()
    parser.setContentHandler(out)
    parser.parse(request.files["x"].stream)  # OK: xml-external-entities
    return "".join(out.text)


@app.post("/pulldom")
def pulldom():
    parser = make_parser()
    parser.setFeature(feature_external_ges, 1)
    doc = xml.dom.pulldom.parseString(request.get_data(as_text=True), parser=parser)  # BAD: xml-external-entities
    return str([e for e, _ in doc])


@app.post("/minidom")
def minidom():
    parser = make_parser()
    parser.setFeature(feature_external_ges, True)
    dom = xml.dom.minidom.parse(request.files["x"].stream, parser)  # BAD: xml-external-entities
    return dom.documentElement.toxml()


@app.post("/libxml2")
def old():
    doc = libxml2.readMemory(request.data, len(request.data), "x.xml", None, libxml2.XML_PARSE_NOENT)  # BAD: xml-external-entities
    return doc.getRootElement().name


@app.post("/et")
def et():
    return ET.fromstring(request.data).tag  # OK: xml-external-entities


@app.post("/det")
def det():
    return DET.fromstring(request.data).tag  # OK: xml-external-entities, xml-bomb


@app.post("/dlxml")
def dlxml():
    return defusedxml.lxml.fromstring(request.data).tag  # OK: xml-external-entities


@app.post("/dict")
def xdict():
    return xmltodict.parse(request.data)  # OK: xml-external-entities
