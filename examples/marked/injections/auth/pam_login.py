from ctypes import CDLL, POINTER, byref, c_char_p, c_int, c_void_p
from ctypes.util import find_library

import PAM
import pam
import pamela

libpam = CDLL(find_library("pam"))
pam_start = libpam.pam_start
pam_authenticate = libpam.pam_authenticate
pam_acct_mgmt = libpam.pam_acct_mgmt
pam_end = libpam.pam_end
pam_start.argtypes = [c_char_p, c_char_p, c_void_p, POINTER(c_void_p)]
pam_authenticate.argtypes = [c_void_p, c_int]
pam_acct_mgmt.argtypes = [c_void_p, c_int]


def login(service, user, conv):
    handle = c_void_p()
    if pam_start(service, user, byref(conv), byref(handle)) != 0:
        return False
    rc = pam_authenticate(handle, 0)  # BAD: pam-account-unchecked
    pam_end(handle, rc)
    return rc == 0


def login_account(service, user, conv):
    handle = c_void_p()
    if pam_start(service, user, byref(conv), byref(handle)) != 0:
        return False
    rc = pam_authenticate(handle, 0)  # OK: pam-account-unchecked
    if rc == 0:
        rc = pam_acct_mgmt(handle, 0)
    pam_end(handle, rc)
    return rc == 0


def login_account_ignored(service, user, conv):
    handle = c_void_p()
    pam_start(service, user, byref(conv), byref(handle))
    rc = pam_authenticate(handle, 0)  # BAD: pam-account-unchecked
    pam_acct_mgmt(handle, 0)
    pam_end(handle, rc)
    return rc == 0


class PamSession:
    def __init__(self, service="login"):
        self.handle = c_void_p()
        self.service = service.encode()

    def check(self, user, conv):
        libpam.pam_start(self.service, user.encode(), byref(conv), byref(self.handle))
        return libpam.pam_authenticate(self.handle, 0) == 0  # BAD: pam-account-unchecked

    def check_account(self, user, conv):
        libpam.pam_start(self.service, user.encode(), byref(conv), byref(self.handle))
        ok = libpam.pam_authenticate(self.handle, 0) == 0  # OK: pam-account-unchecked
        return ok and libpam.pam_acct_mgmt(self.handle, 0) == 0


def pypam(user, conv):
    auth = PAM.pam()
    auth.start("passwd")
    auth.set_item(PAM.PAM_USER, user)
    auth.set_item(PAM.PAM_CONV, conv)
    try:
        auth.authenticate()  # BAD: pam-account-unchecked
    except PAM.error:
        return False
    return True


def pypam_account(user, conv):
    auth = PAM.pam()
    auth.start("passwd")
    auth.set_item(PAM.PAM_USER, user)
    auth.set_item(PAM.PAM_CONV, conv)
    try:
        auth.authenticate()  # OK: pam-account-unchecked
        auth.acct_mgmt()
    except PAM.error:
        return False
    return True


def jupyter_style(user, password):
    try:
        pamela.authenticate(user, password, service="login", check=False)  # BAD: pam-account-unchecked
    except pamela.PAMError:
        return False
    return True


def jupyter_style_account(user, password):
    try:
        pamela.authenticate(user, password, service="login", check=False)  # OK: pam-account-unchecked
        pamela.check_account(user, service="login")
    except pamela.PAMError:
        return False
    return True


def jupyter_default(user, password):
    return bool(pamela.authenticate(user, password))  # OK: pam-account-unchecked


def python_pam(user, password):
    return pam.pam().authenticate(user, password, service="login")  # OK: pam-account-unchecked
