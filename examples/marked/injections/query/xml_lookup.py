import html
import xml.etree.ElementTree as ET

import elementpath
import libxml2
import lxml.html
import parsel
from django.http import HttpResponse
from lxml import etree
from pyramid.view import view_config
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

TREE = etree.parse("/srv/users.xml")
PLAIN = ET.parse("/srv/users.xml")
FIND = etree.XPath("//user[@name=$name]")


async def user(request):
    name = request.query_params["name"]
    found = TREE.xpath("//user[@name='" + name + "']")  # BAD: xpath-injection
    return PlainTextResponse(str(found))


async def user_var(request):
    found = TREE.xpath("//user[@name=$name]", name=request.query_params["name"])  # OK: xpath-injection
    return PlainTextResponse(str(found))


async def user_compiled(request):
    found = FIND(TREE, name=request.path_params["name"])  # OK: xpath-injection
    return PlainTextResponse(str(found))


async def user_etxpath(request):
    form = await request.form()
    expr = etree.ETXPath("//user[@pin='%s']" % form["pin"])  # BAD: xpath-injection
    return PlainTextResponse(str(expr(TREE)))


async def user_xpath_class(request):
    expr = etree.XPath(f"//user[@id={request.path_params['id']}]")  # BAD: xpath-injection
    return PlainTextResponse(str(expr(TREE)))


async def user_int(request):
    expr = "//user[@id=%d]" % int(request.path_params["id"])
    return PlainTextResponse(str(TREE.xpath(expr)))  # OK: xpath-injection


async def evaluator(request):
    ev = etree.XPathEvaluator(TREE)
    return PlainTextResponse(str(ev("count(//user[mail='" + request.headers["mail"] + "'])")))  # BAD: xpath-injection


async def plain_find(request):
    node = PLAIN.find(".//user[@name='{}']/token".format(request.query_params["n"]))  # BAD: xpath-injection
    return PlainTextResponse(node.text)


async def plain_all(request):
    data = await request.json()
    nodes = PLAIN.getroot().findall("./user[@team='" + data["team"] + "']")  # BAD: xpath-injection
    return PlainTextResponse(str(len(nodes)))


async def page(request):
    doc = lxml.html.parse("/srv/page.html")
    return PlainTextResponse(str(doc.xpath("//a[contains(text(), '%s')]" % html.escape(request.query_params["t"], quote=False))))  # BAD: xpath-injection


async def ep(request):
    res = elementpath.select(PLAIN, "//user[@name='" + request.query_params["n"] + "']/@mail")  # BAD: xpath-injection
    return PlainTextResponse(str(res))


async def sel(request):
    body = open("/srv/page.html").read()
    q = request.query_params["q"]
    return PlainTextResponse(str(parsel.Selector(text=body).xpath(f"//td[.='{q}']").getall()))  # BAD: xpath-injection


async def sel_var(request):
    body = open("/srv/page.html").read()
    got = parsel.Selector(text=body).xpath("//td[.=$q]", q=request.query_params["q"]).getall()  # OK: xpath-injection
    return PlainTextResponse(str(got))


def old_binding(request):
    doc = libxml2.parseFile("/srv/users.xml")
    ctx = doc.xpathNewContext()
    return HttpResponse(str(ctx.xpathEval("//user[@name='%s']" % request.GET["name"])))  # BAD: xpath-injection


@view_config(route_name="lookup", renderer="json")
def lookup(request):
    name = request.matchdict["name"]
    if "'" in name:
        return {"error": "name"}
    return {"n": len(TREE.xpath("//user[@name='" + name + "']"))}  # OK: xpath-injection


app = Starlette(routes=[Route("/user", user), Route("/int/{id}", user_int), Route("/x/{id}", user_xpath_class)])
