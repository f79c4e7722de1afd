import os

ROOT = "/srv/vault"


def locate(*parts):
    return os.path.join(ROOT, *parts)


def locate_checked(*parts):
    full = os.path.realpath(os.path.join(ROOT, *parts))
    if os.path.commonpath([full, ROOT]) != ROOT:
        raise PermissionError(full)
    return full


def flatten(name):
    return name.replace("/", "_").replace("\\", "_").lstrip(".")
