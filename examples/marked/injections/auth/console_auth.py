from ctypes import CDLL, byref, c_int, c_void_p

from flask import Flask, abort, request, session

from .pam_conv import make_conversation

app = Flask(__name__)
lib = CDLL("libpam.so.0")
verify = getattr(lib, "pam_authenticate")
account = getattr(lib, "pam_acct_mgmt")


def open_handle(user, password):
    handle = c_void_p()
    lib.pam_start(b"web", user.encode(), byref(make_conversation(password)), byref(handle))
    return handle


@app.post("/login")
def login():
    handle = open_handle(request.form["user"], request.form["password"])
    if lib.pam_authenticate(handle, c_int(0)):  # BAD: pam-account-unchecked
        abort(401)
    session["uid"] = request.form["user"]
    return "ok"


@app.post("/login/alias")
def login_alias():
    handle = open_handle(request.form["user"], request.form["password"])
    status = verify(handle, 0)  # BAD: pam-account-unchecked
    lib.pam_setcred(handle, 2)
    return ("ok", 200) if status == 0 else ("no", 401)


@app.post("/login/full")
def login_full():
    handle = open_handle(request.form["user"], request.form["password"])
    if verify(handle, 0) or account(handle, 0):  # OK: pam-account-unchecked
        abort(401)
    session["uid"] = request.form["user"]
    return "ok"
