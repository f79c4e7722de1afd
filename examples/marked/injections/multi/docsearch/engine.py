import importlib
import re

from lxml import etree

PARSER_OPTIONS = {"resolve_entities": True, "no_network": False}
LOCKED_OPTIONS = {"resolve_entities": False, "no_network": True}


class Document:
    def __init__(self, raw, options=PARSER_OPTIONS):
        parser = etree.XMLParser(**options)
        self.root = etree.fromstring(raw, parser)  # BAD: xml-external-entities

    def select(self, expression, **variables):
        return self.root.xpath(expression, **variables)  # BAD: xpath-injection

    def by_id(self, ident):
        return self.root.xpath("//*[@id=$i]", i=ident)  # OK: xpath-injection


def parse_open(raw):
    return etree.fromstring(raw, etree.XMLParser(**PARSER_OPTIONS))  # BAD: xml-external-entities


def parse_locked(raw):
    return etree.fromstring(raw, etree.XMLParser(**LOCKED_OPTIONS))  # OK: xml-external-entities


def restyle(root, sheet):
    return etree.XSLT(sheet)(root)  # BAD: xslt-injection


def matcher(*words):
    return re.compile("|".join(words), re.I)  # BAD: regex-injection


def matcher_literal(*words):
    return re.compile("|".join(map(re.escape, words)), re.I)  # OK: regex-injection


def describe(template, doc):
    return template.format(doc=doc)  # BAD: format-string-injection


def describe_percent(template, count):
    return template.replace("{n}", str(count))  # OK: format-string-injection


def backend(name):
    module, _, attr = name.rpartition(".")
    return getattr(importlib.import_module(module), attr)  # BAD: unsafe-reflection


def builtin_backend(name):
    module = {"xml": "docsearch.xml", "html": "docsearch.html"}[name]
    return importlib.import_module(module)  # OK: unsafe-reflection
