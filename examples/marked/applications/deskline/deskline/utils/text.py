import re

from markupsafe import Markup, escape

TAG = re.compile(r"<script.*?>.*?</script>", re.I)
MENTION = re.compile(r"@([A-Za-z0-9_.-]{1,40})")
EMAIL = re.compile(r"^([a-zA-Z0-9]+\.?)+@([a-zA-Z0-9]+\.?)+$")


def strip_scripts(value):
    return TAG.sub("", value)  # BAD: bad-html-filter


def rich(value):
    return Markup(strip_scripts(value or ""))  # BAD: cross-site-scripting


def mentions(value):
    safe = str(escape(value or ""))
    return Markup(MENTION.sub(r'<b class="who">@\1</b>', safe))  # OK: cross-site-scripting


def looks_like_email(value):
    return bool(EMAIL.match(value))  # BAD: slow-regex


def slugify(value):
    return re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")


def register_filters(app):
    app.jinja_env.filters["rich"] = rich
    app.jinja_env.filters["mentions"] = mentions
