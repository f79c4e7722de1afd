"""What the filters of templates, and functions called in them, do to a value."""

import re
from typing import NamedTuple

from seawall.model.template import ANY, Reference

MAX_REFERENCES = 24
"""Values of one expression; more are dropped, the first ones stay."""
MAX_PATH = 12

NOTHING_LEFT = frozenset(
    """int float length count wordcount filesizeformat round abs sum length_is divisibleby
    get_digit slugify floatformat intcomma intword naturaltime naturalday timesince timeuntil date
    time pluralize yesno xmlattr json_script len bool range id hash""".split()
)
"""Filters and functions after which nothing of the text is left that could do harm."""
NO_DATA = frozenset(
    """url_for static static_url route_url route_path static_path csrf_token csrf_input now super
    caller lipsum cycler joiner reverse get_static_prefix get_media_prefix xsrf_form_html""".split()
)
"""Functions whose result does not depend on what they are given, or is an address of one's own."""
_ESCAPE = frozenset(
    "e escape h entity html_escape xml_escape xhtml_escape conditional_escape".split()
)
_FORCE = frozenset("forceescape force_escape".split())
_MARK = frozenset("safe safeseq mark_safe Markup literal raw".split())
_URL = frozenset("urlencode u url quote quote_plus url_quote urlquote url_escape".split())
_BREAKS = frozenset("urlize urlizetrunc linebreaks linebreaksbr linenumbers unordered_list".split())
"""They escape, where escaping is in force, and mark what they return."""
_UNMARK = frozenset("striptags strip_tags upper".split())
_ITEM = frozenset("first last random".split())
_CLEANS = re.compile(r"sanit|bleach|purif|clean_?html|html_?clean|(?<!un)escape|nh3")
"""What calls itself so returns HTML that does no harm."""


class Value(NamedTuple):
    """What an expression gives: values of the context, and whether its constants are marked."""

    references: tuple[Reference, ...] = ()
    is_safe: bool = False
    constant: str = ""
    """The text, where it is a single constant."""


NONE = Value()


def join(values: list[Value]) -> Value:
    """Return what may stand where one or several of these stand."""
    found: dict[Reference, None] = {}
    for value in values:
        for reference in value.references:
            if len(found) < MAX_REFERENCES:
                found[reference] = None
    return Value(tuple(found), any(value.is_safe for value in values))


def read_item(value: Value, name: str) -> Value:
    """Return an attribute or item of a value; `ANY` is some item."""
    if not value.references:
        return NONE
    return Value(
        tuple(
            Reference(one.root, (*one.path, name)[:MAX_PATH], one.filters, one.clean, one.is_safe)
            for one in value.references
        )
    )


def unmark(value: Value) -> Value:
    """Return a value in a language where no text can be marked as HTML."""
    return Value(
        tuple(Reference(one.root, one.path, one.filters, one.clean) for one in value.references)
    )


def force(value: Value, function: str) -> Value:
    """Return a value that a function has escaped, where it went through that."""
    return Value(
        tuple(
            _clean(one, "", "html", one.is_safe) if function in one.filters else one
            for one in value.references
        )
    )


def apply_filter(
    name: str, value: Value, arguments: list[Value], *, autoescape: bool, call: bool = False
) -> Value:
    """Return a value behind a filter (or, with `call`, a function of that name)."""
    last = name.rpartition(".")[2]
    said = f"{name}()" if call else name
    if last in NO_DATA and call:
        return NONE
    if last == "map" and arguments and arguments[0].constant and not call:
        inner = arguments[0].constant
        return apply_filter(inner, value, arguments[1:], autoescape=autoescape)
    if last == "attr" and arguments and arguments[0].constant:
        return read_item(value, arguments[0].constant)
    if last in _ITEM and not call:
        value = read_item(value, ANY)
    handed = join(arguments)
    if last == "format" and value.is_safe:
        # Markup escapes what is formatted into it.
        handed = Value(tuple(_clean(one, said, "html", True) for one in handed.references))
    everything = join([value, handed])
    references = tuple(_pass(one, last, said, autoescape) for one in everything.references)
    is_safe = last in _MARK or last in _ESCAPE or (value.is_safe and last not in _UNMARK)
    return Value(references, is_safe)


def _pass(one: Reference, name: str, said: str, autoescape: bool) -> Reference:
    if name in NOTHING_LEFT:
        return _clean(one, said, "all", one.is_safe)
    if name in _MARK:
        return _clean(one, said, "", True)
    if name in _FORCE:
        return _clean(one, said, "html", True)
    if name in _ESCAPE:
        # What is marked already stays as it is.
        return _clean(one, said, "" if one.is_safe else "html", True)
    if name in ("tojson",):
        return _clean(one, said, "json", True)
    if name == "json_encode":
        return _clean(one, said, "script", one.is_safe)
    if name == "escapejs":
        return _clean(one, said, "js", True)
    if name in _URL:
        return _clean(one, said, "url", False)
    if name in _BREAKS:
        return _clean(one, said, "html" if autoescape and not one.is_safe else "", True)
    if name in ("unescape", "html_unescape"):
        return Reference(one.root, one.path, (*one.filters, said), frozenset(), one.is_safe)
    if _CLEANS.search(name.lower()):
        return _clean(one, said, "html", one.is_safe)
    return _clean(one, said, "", one.is_safe and name not in _UNMARK)


def _clean(one: Reference, said: str, how: str, is_safe: bool) -> Reference:
    clean = one.clean | {how} if how else one.clean
    filters = (*one.filters, said)[:MAX_PATH] if said else one.filters
    return Reference(one.root, one.path, filters, clean, is_safe)
