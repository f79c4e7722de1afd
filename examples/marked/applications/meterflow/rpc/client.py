import grpc


def channel(target, ca=None):
    if ca:
        with open(ca, "rb") as fh:
            return grpc.secure_channel(target, grpc.ssl_channel_credentials(fh.read()))  # OK: cleartext-transmission
    return grpc.secure_channel(target, grpc.ssl_channel_credentials())


def field_channel(site):
    return grpc.insecure_channel(f"{site}.field.meterflow.example:50053")  # BAD: cleartext-transmission
