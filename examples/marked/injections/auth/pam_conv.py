from ctypes import CFUNCTYPE, POINTER, Structure, c_int, c_void_p

CONV = CFUNCTYPE(c_int, c_int, c_void_p, POINTER(c_void_p), c_void_p)


class PamConv(Structure):
    _fields_ = [("conv", CONV), ("appdata", c_void_p)]


def make_conversation(password):
    @CONV
    def respond(count, messages, responses, data):
        return 0
    return PamConv(respond, None)
