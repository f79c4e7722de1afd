import re

from django import template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()
LINK = re.compile(r"(https?://[^\s<]+)")


@register.filter
def linkify(text):
    return mark_safe(LINK.sub(r'<a href="\1">\1</a>', text))  # BAD: cross-site-scripting


@register.filter(is_safe=True, needs_autoescape=True)
def paragraphs(text, autoescape=True):
    esc = conditional_escape if autoescape else (lambda x: x)
    parts = [f"<p>{escape(p)}</p>" for p in str(text).split("\n\n")]
    return mark_safe("".join(parts))  # OK: cross-site-scripting


@register.simple_tag
def badge(label, colour="blue"):
    return format_html('<span class="badge {}">{}</span>', colour, label)


@register.simple_tag(takes_context=True)
def greeting(context):
    return "Hello " + context["request"].GET.get("name", "guest")  # OK: cross-site-scripting
