import gzip
import io
import re
import xml.etree.ElementTree as ET
import xml.sax
from xml.sax import handler

STAMP = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
WORDS = re.compile(r"^(\w+\s?)*$")


class Titles(handler.ContentHandler):
    def __init__(self):
        super().__init__()
        self.titles = []
        self.text = None

    def startElement(self, name, attrs):
        if name == "title":
            self.text = []

    def characters(self, content):
        if self.text is not None:
            self.text.append(content)

    def endElement(self, name):
        if name == "title" and self.text is not None:
            self.titles.append("".join(self.text))
            self.text = None


def titles(data):
    parser = xml.sax.make_parser()
    parser.setFeature(handler.feature_external_ges, True)
    target = Titles()
    parser.setContentHandler(target)
    parser.parse(io.BytesIO(data))  # BAD: xml-external-entities
    return target.titles


def titles_plain(data):
    parser = xml.sax.make_parser()
    parser.setFeature(handler.feature_external_ges, False)
    target = Titles()
    parser.setContentHandler(target)
    parser.parse(io.BytesIO(data))  # OK: xml-external-entities
    return target.titles


def entries(data):
    return len(ET.fromstring(data).findall("entry"))  # BAD: xml-bomb


def lookup(data, name):
    tree = ET.parse("/srv/fileport/catalog.xml")
    return [n.text for n in tree.findall(f"./item[@name='{name}']")]  # BAD: xpath-injection


def build(title):
    root = ET.Element("feed")
    ET.SubElement(root, "title").text = title
    return ET.tostring(root)  # OK: xml-external-entities


def valid_day(text):
    return bool(STAMP.match(text))  # OK: slow-regex


def valid_words(text):
    return bool(WORDS.match(text))  # BAD: slow-regex


def inflate(data):
    return gzip.decompress(data)  # BAD: decompression-bomb


def inflate_some(data, limit=1_000_000):
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as fh:
        return fh.read(limit)  # OK: decompression-bomb
