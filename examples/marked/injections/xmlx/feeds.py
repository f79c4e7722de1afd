import xml.dom.minidom as minidom
import xml.etree.ElementTree as ET
import xml.parsers.expat
import xml.sax
from xml.dom import expatbuilder, pulldom
from xml.etree.ElementTree import XMLParser, iterparse

import tornado.web
from defusedxml import minidom as dminidom
from defusedxml.sax import parseString as dsax
from django.http import HttpResponse
from lxml import etree


class Feed(tornado.web.RequestHandler):
    def post(self):
        root = ET.fromstring(self.request.body)  # BAD: xml-bomb
        self.write(root.tag)

    def put(self):
        doc = minidom.parseString(self.request.body)  # BAD: xml-bomb
        self.write(doc.documentElement.tagName)

    def patch(self):
        doc = dminidom.parseString(self.request.body)  # OK: xml-bomb
        self.write(doc.documentElement.tagName)

    def delete(self):
        names = []
        parser = xml.parsers.expat.ParserCreate()
        parser.StartElementHandler = lambda name, attrs: names.append(name)
        parser.Parse(self.request.body, True)  # BAD: xml-bomb
        self.write({"names": names})

    def options(self):
        parser = xml.parsers.expat.ParserCreate()

        def entity_decl(*args):
            raise ValueError("entities are not accepted")

        parser.EntityDeclHandler = entity_decl
        parser.Parse(self.request.body, True)  # OK: xml-bomb


class Upload(tornado.web.RequestHandler):
    def post(self):
        upload = self.request.files["feed"][0]
        xml.sax.parseString(upload["body"], xml.sax.handler.ContentHandler())  # BAD: xml-bomb

    def put(self):
        dsax(self.request.body, xml.sax.handler.ContentHandler())  # OK: xml-bomb

    def get(self):
        tree = ET.XML(self.get_argument("xml"))  # BAD: xml-bomb
        self.write(tree.tag)


def pull(request):
    events = pulldom.parseString(request.body.decode())  # BAD: xml-bomb
    return HttpResponse(str([n.nodeName for e, n in events]))


def stream(request):
    for _, el in iterparse(request.FILES["feed"]):  # BAD: xml-bomb
        el.clear()
    return HttpResponse("ok")


def fed(request):
    parser = XMLParser()
    for chunk in request.FILES["feed"].chunks():
        parser.feed(chunk)  # BAD: xml-bomb
    return HttpResponse(parser.close().tag)


def builder(request):
    return HttpResponse(expatbuilder.parseString(request.body).toxml())  # BAD: xml-bomb


def huge(request):
    root = etree.fromstring(request.body, etree.XMLParser(huge_tree=True))  # BAD: xml-bomb
    return HttpResponse(root.tag)


def static_feed(request):
    root = ET.parse("/srv/static/feed.xml").getroot()  # OK: xml-bomb
    return HttpResponse(root.tag)
