"""Templates of pages: which values they write, and where that can change the page."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from seawall.model.template import State, Template
from seawall.parse.templates.bottle import read_bottle
from seawall.parse.templates.chameleon import read_chameleon
from seawall.parse.templates.django import read_django
from seawall.parse.templates.jinja import read_jinja
from seawall.parse.templates.mako import read_mako
from seawall.parse.templates.tornado import read_tornado
from seawall.parse.templates.unsafe import judge, unsafe_in_page, unsafe_outputs

__all__ = [
    "DIALECTS",
    "guess_dialect",
    "judge",
    "parse_template",
    "unsafe_in_page",
    "unsafe_outputs",
]

MAX_CHARACTERS = 2_000_000
_START = State()
_NO_BLOCKS: Mapping[str, State] = MappingProxyType({})
_READERS = {
    "jinja": read_jinja,
    "django": read_django,
    "mako": read_mako,
    "tornado": read_tornado,
    "bottle": read_bottle,
    "chameleon": read_chameleon,
}
DIALECTS = tuple(_READERS)
_MAKO = re.compile(
    r"^\s{0,20}%\s?(?:if|for|end)|<%(?:inherit|page|def|include|namespace|block)\b", re.M
)
_DJANGO = re.compile(
    r"\{%\s{0,9}(?:load|csrf_token|url|static|blocktrans|empty|comment|firstof)\b"
    r"|\{\{[^{}]{1,200}\|\w+:[\"'\w]"
)


def parse_template(
    text: str,
    dialect: str,
    *,
    autoescape: bool,
    state: State = _START,
    blocks: Mapping[str, State] = _NO_BLOCKS,
) -> Template:
    """Parse a template of one of the `DIALECTS`; never raises for its text.

    `autoescape` is what is in force before the template says anything: Django has it on; Flask
    for .html, .htm, .xml, .xhtml and .svg; Jinja alone has it off unless it is asked for; Mako
    has it where its default filters hold "h"; Tornado, Bottle and Chameleon have it on. `state`
    is where in a page the text begins, and `blocks` where the blocks of that name stand in the
    template that is extended.
    """
    is_cut = len(text) > MAX_CHARACTERS
    return _READERS[dialect](text[:MAX_CHARACTERS], autoescape, state, blocks, is_cut)


def guess_dialect(text: str) -> str:
    """Guess which dialect a text is written in, where nothing else tells."""
    start = text[:20000]
    if _MAKO.search(start):
        return "mako"
    if _DJANGO.search(start):
        return "django"
    return "mako" if "${" in start and "{{" not in start and "{%" not in start else "jinja"
