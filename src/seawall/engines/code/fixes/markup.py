"""Values that stand in HTML are escaped by what makes the HTML."""

import re

from seawall.engines.code.fixes.draft import Draft, has_unpacked
from seawall.engines.code.fixes.holes import plain_expression, refuse_prepared
from seawall.engines.code.fixes.literals import hole_of
from seawall.engines.code.fixes.page import UnfitError
from seawall.engines.code.fixes.texts import Built
from seawall.model.program import Attribute, Call, Expression, Name, Node

DJANGO = ("django.utils.safestring.mark_safe", "django.utils.safestring.SafeString")
MARKUP = ("markupsafe.Markup", "flask.Markup", "jinja2.Markup")
_ACTIVE = re.compile(r"<\s*(script|style|iframe)|\bon\w+\s*=|\b(href|src|action|style)\s*=", re.I)
"""Where escaping is not enough."""


def escape(draft: Draft, node: Node, symbol: str) -> str:
    """Escape what is declared to be HTML."""
    if not isinstance(node, Call) or has_unpacked(node):
        raise UnfitError
    if len(node.arguments) != 1 or node.keywords or symbol not in DJANGO + MARKUP:
        raise UnfitError
    page, argument = draft.page, node.arguments[0]
    if isinstance(argument, Name | Attribute):
        start, end = page.start(argument), page.end(argument)
        value = page.text[start:end]
        refuse_prepared(page, node, plain_expression(hole_of(page.text, start, end)), "<>&")
        if symbol in MARKUP:
            draft.put(node.function, draft.use("markupsafe", "escape"))
            return "escape what somebody else wrote with `escape`"
        draft.put(node, f'{draft.use("django.utils.html", "format_html")}("{{}}", {value})')
        return "escape what somebody else wrote with `format_html`"
    values = _filled(draft, argument, node)
    if symbol in MARKUP:
        end = page.end(node)
        draft.change(end, end, f".format({', '.join(values)})")
        return "fill the HTML with `Markup.format`, which escapes"
    draft.put(node.function, draft.use("django.utils.html", "format_html"))
    draft.add_argument(node, ", ".join(values))
    return "fill the HTML with `format_html`, which escapes"


def _filled(draft: Draft, argument: Expression, node: Call) -> list[str]:
    """Make the text a template for `format`; return what fills it."""
    built = Built(draft.page, argument)
    if _ACTIVE.search(built.whole) or set("{}") & set(built.whole):
        raise UnfitError
    values: list[str] = []
    for at, sign in enumerate(built.signs):
        if sign.hole is None:
            continue
        refuse_prepared(draft.page, node, plain_expression(sign.hole), "<>&")
        before = built.whole[:at]
        in_tag = before.rfind("<") > before.rfind(">")
        if in_tag and before[-1:] not in ('"', "'"):
            raise UnfitError
        values.append(sign.hole.source)
        built.replace(draft, at, at, "{}")
    built.make_plain(draft, set())
    return values
