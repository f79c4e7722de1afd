import re

import bonsai
import ldap
import ldap.dn
import ldap.filter
import ldap3
from flask import Flask, abort, request
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

app = Flask(__name__)
BASE = "ou=people,dc=example,dc=org"


def server():
    return ldap3.Connection(ldap3.Server("ldaps://dir.example.org"), auto_bind=True)


@app.get("/person")
def person():
    con = ldap.initialize("ldaps://dir.example.org")
    return str(con.search_s(BASE, ldap.SCOPE_SUBTREE, "(uid=%s)" % request.args["uid"]))  # BAD: ldap-injection


@app.get("/person/escaped")
def person_escaped():
    con = ldap.initialize("ldaps://dir.example.org")
    uid = ldap.filter.escape_filter_chars(request.args["uid"])
    return str(con.search_s(BASE, ldap.SCOPE_SUBTREE, "(uid=%s)" % uid))  # OK: ldap-injection


@app.get("/person/fmt")
def person_fmt():
    con = ldap.initialize("ldaps://dir.example.org")
    flt = ldap.filter.filter_format("(&(uid=%s)(ou=%s))", [request.args["uid"], request.args["ou"]])
    return str(con.search_st(BASE, ldap.SCOPE_SUBTREE, flt))  # OK: ldap-injection


@app.get("/dn")
def by_dn():
    con = ldap.initialize("ldaps://dir.example.org")
    dn = "cn={},{}".format(request.args["cn"], BASE)
    return str(con.search_ext_s(dn, ldap.SCOPE_BASE, "(objectClass=*)"))  # BAD: ldap-injection


@app.get("/dn/wrong")
def by_dn_filter_escape():
    con = ldap.initialize("ldaps://dir.example.org")
    cn = ldap.filter.escape_filter_chars(request.args["cn"])
    return str(con.search_s("cn=" + cn + "," + BASE, ldap.SCOPE_BASE))  # BAD: ldap-injection


@app.get("/dn/escaped")
def by_dn_escaped():
    con = ldap.initialize("ldaps://dir.example.org")
    cn = ldap.dn.escape_dn_chars(request.args["cn"])
    return str(con.search_s("cn=" + cn + "," + BASE, ldap.SCOPE_BASE))  # OK: ldap-injection


@app.get("/l3")
def l3():
    conn = server()
    conn.search(BASE, "(mail=" + request.args["mail"] + ")", attributes=["cn"])  # BAD: ldap-injection
    return str(conn.entries)


@app.get("/l3/kw")
def l3_kw():
    conn = server()
    opts = {"search_base": BASE, "search_filter": f"(&(mail={request.form['mail']})(active=1))"}
    conn.search(**opts)  # BAD: ldap-injection
    return str(conn.entries)


@app.get("/l3/escaped")
def l3_escaped():
    conn = server()
    conn.search(BASE, f"(mail={escape_filter_chars(request.args['mail'])})")  # OK: ldap-injection
    return str(conn.entries)


@app.get("/l3/rdn")
def l3_rdn():
    conn = server()
    conn.search("ou=%s,dc=example,dc=org" % escape_rdn(request.args["ou"]), "(objectClass=person)")  # OK: ldap-injection
    return str(conn.entries)


@app.get("/l3/paged")
def l3_paged():
    conn = server()
    gen = conn.extend.standard.paged_search(BASE, "(cn=*%s*)" % request.args["q"], paged_size=50)  # BAD: ldap-injection
    return str(list(gen))


@app.post("/l3/delete")
def l3_delete():
    conn = server()
    conn.delete("uid=" + request.json["uid"] + "," + BASE)  # BAD: ldap-injection
    return "", 204


@app.get("/bonsai")
def bonsai_search():
    with bonsai.LDAPClient("ldaps://dir.example.org").connect() as conn:
        return str(conn.search(BASE, 2, f"(sn={request.args['sn']})"))  # BAD: ldap-injection


@app.post("/bind")
def bind():
    con = ldap.initialize("ldaps://dir.example.org")
    con.simple_bind_s("uid=%s,%s" % (request.form["user"], BASE), request.form["password"])  # BAD: ldap-injection, unauthenticated-bind
    return "ok"


@app.get("/alnum")
def alnum():
    uid = request.args["uid"]
    if not uid.isalnum():
        abort(400)
    return str(server().search(BASE, "(uid=" + uid + ")"))  # OK: ldap-injection


@app.get("/quoted")
def quoted():
    uid = re.sub(r"\*", "", request.args["uid"])
    conn = server()
    conn.search(BASE, f"(uid={uid})")  # BAD: ldap-injection
    return str(conn.entries)
