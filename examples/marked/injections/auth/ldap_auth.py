import os

import bonsai
import ldap
import ldap.dn
import ldap.sasl
import ldap3
from flask import Flask, abort, request
from ldap3.utils.dn import escape_rdn

app = Flask(__name__)
URI = "ldaps://dir.example.org"
BASE = "ou=people,dc=example,dc=org"
SERVICE_DN = "cn=svc,dc=example,dc=org"


def dn_for(name):
    return "uid=%s,%s" % (ldap.dn.escape_dn_chars(name), BASE)


@app.post("/login")
def login():
    con = ldap.initialize(URI)
    try:
        con.simple_bind_s(dn_for(request.form["user"]), request.form["password"])  # BAD: unauthenticated-bind
    except ldap.INVALID_CREDENTIALS:
        abort(401)
    return "ok"


@app.post("/login/nonempty")
def login_nonempty():
    password = request.form.get("password", "")
    if not password:
        abort(401)
    con = ldap.initialize(URI)
    try:
        con.simple_bind_s(dn_for(request.form["user"]), password)  # OK: unauthenticated-bind
    except ldap.INVALID_CREDENTIALS:
        abort(401)
    return "ok"


@app.post("/login/default")
def login_default():
    con = ldap.initialize(URI)
    pw = request.get_json().get("password") or ""
    try:
        con.bind_s(dn_for(request.get_json()["user"]), pw, ldap.AUTH_SIMPLE)  # BAD: unauthenticated-bind
    except ldap.LDAPError:
        abort(401)
    return "ok"


def service_connection():
    con = ldap.initialize(URI)
    con.simple_bind_s(SERVICE_DN)  # BAD: unauthenticated-bind
    return con


def service_blank():
    con = ldap.initialize(URI)
    con.simple_bind(SERVICE_DN, "")  # BAD: unauthenticated-bind
    return con


def anonymous():
    con = ldap.initialize(URI)
    con.simple_bind_s("", "")  # BAD: unauthenticated-bind
    return con


def service_none():
    con = ldap.initialize(URI)
    con.bind_s(who=SERVICE_DN, cred=None)  # BAD: unauthenticated-bind
    return con


def service_secret():
    con = ldap.initialize(URI)
    con.simple_bind_s(SERVICE_DN, os.environ["LDAP_PASSWORD"])  # OK: unauthenticated-bind
    return con


def service_gssapi():
    con = ldap.initialize(URI)
    con.sasl_interactive_bind_s("", ldap.sasl.gssapi())  # OK: unauthenticated-bind
    return con


def l3_anonymous():
    return ldap3.Connection(ldap3.Server(URI), authentication=ldap3.ANONYMOUS, auto_bind=True)  # BAD: unauthenticated-bind


def l3_no_password():
    return ldap3.Connection(ldap3.Server(URI), SERVICE_DN, auto_bind=ldap3.AUTO_BIND_NO_TLS)  # BAD: unauthenticated-bind


def l3_password():
    return ldap3.Connection(ldap3.Server(URI), user=SERVICE_DN, password=os.environ["LDAP_PASSWORD"], auto_bind=True)  # OK: unauthenticated-bind


def l3_rebind(user, password):
    con = ldap3.Connection(ldap3.Server(URI))
    if not password.strip():
        return None
    con.rebind(user="uid=%s,%s" % (escape_rdn(user), BASE), password=password)  # OK: unauthenticated-bind
    return con
