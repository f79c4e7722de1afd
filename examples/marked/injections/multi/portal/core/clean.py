import html
import os
import re
import shlex
from urllib.parse import quote

SLUG = re.compile(r"[a-z0-9-]+")


def is_slug(value):
    return SLUG.match(value) is not None


def is_exact_slug(value):
    return SLUG.fullmatch(value) is not None


def for_html(value):
    return html.escape(value)


def for_shell(value):
    return shlex.quote(value)


def for_url(value):
    return quote(value, safe="")


def for_file(value):
    return os.path.basename(value)


def no_dots(value):
    return value.replace("..", "")


def require(value, check):
    if not check(value):
        raise ValueError(value)
    return value
