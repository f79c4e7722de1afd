import html
import re

ALLOWED = ("b", "i", "em")


def clean(value):
    return html.escape(value, quote=True)


def drop_tags(value):
    return re.sub(r"<(script|iframe)[^>]*>", "", value, flags=re.I)  # BAD: bad-html-filter


def wrap(title, content):
    return "<html><head><title>%s</title></head><body>%s</body></html>" % (clean(title), content)
