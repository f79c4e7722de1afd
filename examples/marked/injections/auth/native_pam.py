import ctypes
import ctypes.util

LIB = ctypes.CDLL(ctypes.util.find_library("pam"))
PAM_SUCCESS = 0


class Handle(ctypes.Structure):
    _fields_ = [("ptr", ctypes.c_void_p)]


authenticate = LIB.pam_authenticate
authenticate.restype = ctypes.c_int
setcred = LIB.pam_setcred
open_session = LIB.pam_open_session


def start(user, conv):
    h = Handle()
    LIB.pam_start(b"sshd", user, ctypes.byref(conv), ctypes.byref(h))
    return h


def web_login(user, conv):
    h = start(user, conv)
    if authenticate(h, 0) != PAM_SUCCESS:  # BAD: pam-account-unchecked
        raise PermissionError(user)
    return True


def shell_login(user, conv):
    h = start(user, conv)
    if authenticate(h, 0) != PAM_SUCCESS:  # BAD: pam-account-unchecked
        return None
    setcred(h, 2)
    open_session(h, 0)
    return h


def strict_login(user, conv):
    h = start(user, conv)
    for step in (LIB.pam_authenticate, LIB.pam_acct_mgmt):  # OK: pam-account-unchecked
        if step(h, 0) != PAM_SUCCESS:
            return None
    return h
