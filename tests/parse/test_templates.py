"""Templates: what they write, where, and what of it can change the page."""

import time
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.model.program import unpack
from seawall.model.template import Output, State, Template
from seawall.parse.templates import (
    DIALECTS,
    guess_dialect,
    parse_template,
    unsafe_in_page,
    unsafe_outputs,
)


def only(text: str, dialect: str = "jinja", *, autoescape: bool = True) -> Output:
    """Parse a template that writes one value."""
    (output,) = parse_template(text, dialect, autoescape=autoescape).outputs
    return output


def unsafe(text: str, dialect: str = "jinja", *, autoescape: bool = True) -> list[str]:
    """Say what is unsafe: value, reason, which texts."""
    template = parse_template(text, dialect, autoescape=autoescape)
    return [
        f"{'.'.join((each.reference.root, *each.reference.path))} {each.reason} {each.values}"
        for each in unsafe_outputs(template)
    ]


@pytest.mark.parametrize(
    ("page", "context"),
    [
        ("<p>@</p>", "text"),
        ("a < b @", "text"),
        ("<title>@</title>", "text"),
        ('<p class="a @">', "quoted"),
        ("<p class='@'>", "quoted"),
        ("<p class=@>", "unquoted"),
        ("<p class=a@b>", "unquoted"),
        ('<a href="@">', "url"),
        ('<A  HREF = "@">', "url"),
        ('<a href="/x/@">', "quoted"),
        ("<a href=@>", "unquoted"),
        ('<form action="@">', "url"),
        ('<img src="@">', "quoted"),
        ('<script src="@">', "code-url"),
        ('<iframe src="@">', "url"),
        ('<iframe srcdoc="@">', "srcdoc"),
        ("<p onclick=\"f('@')\">", "event"),
        ("<a href=\"javascript:f('@')\">", "event"),
        ('<button @click="@">', "tag"),
        ('<p style="color: @">', "style"),
        ("<style>p { color: @ }</style>", "style"),
        ("<script>f(@)</script>", "script"),
        ("<script>f('@')</script>", "script-string"),
        ("<script>f(`@`)</script>", "script"),
        ("<script>f('it\\'s @')</script>", "script-string"),
        ("<script>// don't\nf(@)</script>", "script"),
        ("<script>/* don't */ f(@)</script>", "script"),
        ("<script>x = /'/.test(y); f(@)</script>", "script"),
        ("<script>x = a / b; f('@')</script>", "script-string"),
        ('<script type="application/json">{"a": "@"}</script>', "script-data"),
        ('<script type="module">f(@)</script>', "script"),
        ("<script></script>@", "text"),
        ("<style></style><p>@", "text"),
        ("<!-- @ -->", "comment"),
        ("<!-- > --> @", "text"),
        ("<!doctype html>@", "text"),
        ("<@>", "tag"),
        ("<p @>", "tag"),
        ('<p @="x">', "tag"),
        ('<p a=b c="d" disabled title="@">', "quoted"),
        ("<br/>@", "text"),
        ("<p a='>'>@", "text"),
    ],
)
def test_the_place_in_the_page(page: str, context: str) -> None:
    outputs = parse_template(page.replace("@", "{{ x }}"), "jinja", autoescape=True).outputs
    assert outputs[0].context == context


def test_branches_begin_in_the_same_place() -> None:
    text = '<a {% if u %}href="{{ u }}"{% else %}title="{{ t }}"{% endif %}>{{ x }}</a>'
    outputs = parse_template(text, "jinja", autoescape=True).outputs
    assert [output.context for output in outputs] == ["url", "quoted", "text"]


def test_where_it_stands() -> None:
    output = only("<p>\n  é{{ q.name }}</p>")
    assert unpack(output.span) == (2, 4, 2, 16)
    assert (output.root, output.path, output.text) == ("q", "q.name", "q.name")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("q", ["q"]),
        ("q.a.b", ["q.a.b"]),
        ("q['a'][0]", ["q.a.0"]),
        ("q[i]", ["q.[]"]),
        ("q.get('a')", ["q.a"]),
        ("q.strip()", ["q.strip()"]),
        ("a ~ b", ["a", "b"]),
        ("a if c else b", ["a", "b"]),
        ("a or 'x'", ["a"]),
        ("a == b", []),
        ("a is defined", []),
        ("'x'", []),
        ("3 - a", []),
        ("[a, b]|join(c)", ["a", "b", "c"]),
        ("{'k': a}", ["a"]),
        ("{'k': {'j': a}}", ["a"]),
        ("a|default(b)", ["a", "b"]),
        ("xs|first", ["xs.[]"]),
        ("xs|map(attribute='n')|join", ["xs.[].n"]),
        ("'}}' ~ a", ["a"]),
        ("_('hello') % a", ["a"]),
        ("f(a, k=b)", ["a", "b"]),
        ("url_for('x', q=a)", []),
        ("loop.index", []),
        ("a[1:b]", ["a.[]"]),
        ("not a", []),
        ("a $ b", ["a", "b"]),
    ],
)
def test_values_of_an_expression(expression: str, found: list[str]) -> None:
    output = only("{{ " + expression + " }}")
    assert [".".join((one.root, *one.path)) for one in output.references] == found


def test_filters_stand_in_order() -> None:
    (reference,) = only("{{ q|trim|upper|safe }}").references
    assert reference.filters == ("trim", "upper", "safe")
    assert reference.is_safe


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ q }}", []),
        ("{{ q|safe }}", ["q unescaped any"]),
        ("{{ q|e|safe }}", []),
        ("{{ q|safe|e }}", ["q unescaped any"]),
        ("{{ q|safe|forceescape }}", []),
        ("{{ (a ~ b)|safe }}", ["a unescaped any", "b unescaped any"]),
        ("{{ a|safe ~ b }}", ["a unescaped any"]),
        ("{{ '<b>%s</b>'|safe|format(q) }}", []),
        ("{{ '<b>%s</b>'|format(q)|safe }}", ["q unescaped any"]),
        ("{{ Markup(q) }}", ["q unescaped any"]),
        ("{{ xs|map('e')|join('<br>')|safe }}", []),
        ("{{ q|sanitize_html|safe }}", []),
        ("{{ q|int|safe }}", []),
        ("{% autoescape false %}{{ q }}{% endautoescape %}{{ r }}", ["q unescaped any"]),
        ("{% autoescape false %}{{ q|e }}{% endautoescape %}", []),
        ("<p class={{ q }}>", ["q unquoted any"]),
        ('<a href="{{ q }}">', ["q url javascript-url"]),
        ('<a href="{{ q|urlencode }}">', []),
        ('<a href="{{ url_for(q) }}">', []),
        ('<a href="/s?q={{ q }}">', []),
        ('<script src="{{ q }}">', ["q code-url url"]),
        ("<p onclick=\"f('{{ q }}')\">", ["q event any"]),
        ("<p onclick='f({{ q|tojson }})'>", []),
        ('<p onclick="f({{ q|tojson }})">', ["q event any"]),
        ('<p onclick="f({{ q|tojson|forceescape }})">', []),
        ("<script>f({{ q }})</script>", ["q script any"]),
        ("<script>f({{ q|tojson }})</script>", []),
        ("<script>f('{{ q }}')</script>", ["q script-string backslash"]),
        ("<script>f({{ n|int }})</script>", []),
        ('<div data-x="{{ q|tojson }}">', ["q quoted any"]),
        ("<div data-x='{{ q|tojson }}'>", []),
        ("<p {{ q }}>", ["q tag any"]),
        ("<p {{ q|xmlattr }}>", []),
        ("<style>{{ q }}</style>", ["q style css"]),
        (
            "{% for x in xs %}{{ x.n|safe }}{% endfor %}{{ x|safe }}",
            ["xs.[].n unescaped any", "x unescaped any"],
        ),
        ("{% for k, v in d.items() %}{{ v|safe }}{% endfor %}", ["d.items().[].1 unescaped any"]),
        ("{% for x in xs if x.ok %}{{ x|safe }}{% endfor %}", ["xs.[] unescaped any"]),
        ("{% set y = q|upper %}{{ y|safe }}", ["q unescaped any"]),
        ("{% set y = q|safe %}{{ y }}", ["q unescaped any"]),
        ("{% set y %}{{ q }}{% endset %}{{ y|safe }}", []),
        ("{% set y = 'a' %}{% if c %}{% set y = q %}{% endif %}{{ y|safe }}", ["q unescaped any"]),
        ("{% with a=q, b='x' %}{{ a|safe }}{{ b|safe }}{% endwith %}", ["q unescaped any"]),
        ("{% raw %}{{ q|safe }}{% endraw %}", []),
        ("{# {{ q|safe }} #}", []),
        ("{%- if q -%}{{- q|safe -}}{%- endif -%}", ["q unescaped any"]),
        (
            "{% macro m(a, b='') %}<p class={{ a }}>{{ b|safe }}</p>{% endmacro %}{{ m(q, b=r) }}",
            ["q unquoted any", "r unescaped any"],
        ),
        ("{% macro m(a) %}{{ a }}{% endmacro %}{{ m(q) }}", []),
        (
            "{% macro m(a) %}{{ n(a) }}{% endmacro %}"
            "{% macro n(b) %}{{ b|safe }}{% endmacro %}{{ m(q) }}",
            ["q unescaped any"],
        ),
        ("{% call m() %}{{ q|safe }}{% endcall %}", ["q unescaped any"]),
        ("{% filter upper %}{{ q }}{% endfilter %}", []),
        (
            "{% extends 'b' %}{{ q|safe }}{% block c %}{{ r|safe }}{% endblock %}",
            ["r unescaped any"],
        ),
    ],
)
def test_jinja(text: str, found: list[str]) -> None:
    assert unsafe(text) == found


def test_jinja_without_escaping() -> None:
    assert unsafe("{{ q }}", autoescape=False) == ["q unescaped any"]
    assert unsafe("{{ q|e }}", autoescape=False) == []
    assert unsafe("{% autoescape true %}{{ q }}{% endautoescape %}", autoescape=False) == []
    assert unsafe("{% filter e %}{{ q }}{% endfilter %}", autoescape=False) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ q }}", []),
        ("{{ q.name|safe }}", ["q.name unescaped any"]),
        ("{{ q|default:r|safe }}", ["q unescaped any", "r unescaped any"]),
        ("{{ q|safe|upper }}", []),
        ("{{ q|safe|lower }}", ["q unescaped any"]),
        ('{{ q|date:"Y"|safe }}', []),
        ("{{ q|linebreaks|safe }}", []),
        ("{% autoescape off %}{{ q }}{{ q|escape }}{% endautoescape %}", ["q unescaped any"]),
        ("<script>f('{{ q|escapejs }}')</script>", []),
        ("<p onclick=\"f('{{ q|escapejs }}')\">", []),
        ("<script>f({{ q|escapejs }})</script>", ["q script any"]),
        ('{{ q|json_script:"x" }}', []),
        (
            "{% for a, b in xs.items %}{{ b|safe }}{% empty %}{{ q|safe }}{% endfor %}",
            ["xs.items.[].1 unescaped any", "q unescaped any"],
        ),
        ("{% with a=q.x %}{{ a|safe }}{% endwith %}", ["q.x unescaped any"]),
        ("{% with q.x as a %}{{ a|safe }}{% endwith %}", ["q.x unescaped any"]),
        ("{% blocktrans with a=q %}{{ a|safe }}{% endblocktrans %}", ["q unescaped any"]),
        ("{% firstof a|safe b %}", ["a unescaped any"]),
        ("{% url 'x' as u %}<a href=\"{{ u }}\">", []),
        ("<a href=\"{% url 'x' q %}\">", []),
        ("<a href='{{ q }}'>", ["q url javascript-url"]),
        ("{% comment %}{{ q|safe }}{% endcomment %}", []),
        ("{% verbatim %}{{ q|safe }}{% endverbatim %}", []),
        ("{{ forloop.counter }}{{ block.super }}", []),
        ("{{ q\n|safe }}", []),
        ("{% if q == 'x' %}{{ r|safe }}{% endif %}", ["r unescaped any"]),
        ("{% load x %}{{ _('hello')|safe }}", []),
    ],
)
def test_django(text: str, found: list[str]) -> None:
    assert unsafe(text, "django") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ q }}", []),
        ("{% raw q %}", ["q unescaped any"]),
        ("{{! q }}{% raw r %}", ["r unescaped any"]),
        ("{% autoescape None %}{{ q }}", ["q unescaped any"]),
        ("{{ escape(q) }}{% autoescape None %}{{ r }}", ["r unescaped any"]),
        ("{% raw escape(q) %}", []),
        ("<script>f({% raw json_encode(q) %})</script>", []),
        ("{% raw json_encode(q) %}", ["q unescaped any"]),
        ("<script>f({{ q }})</script>", ["q script any"]),
        ("<a href='{{ q }}'>", ["q url javascript-url"]),
        (
            "{% for x in xs %}{% raw x['n'] %}{% end %}{% raw x %}",
            ["xs.[].n unescaped any", "x unescaped any"],
        ),
        ("{% set y = q %}{% raw y %}", ["q unescaped any"]),
        ("{% block b %}{% raw q %}{% end %}", ["q unescaped any"]),
        ("{% apply upper %}{% raw q %}{% end %}", ["q unescaped any"]),
        ("{% apply escape %}{% raw q %}{% end %}", []),
        (
            "{% if a %}{% raw q %}{% else %}{% raw r %}{% end %}",
            ["q unescaped any", "r unescaped any"],
        ),
        ("{% raw linkify(q) %}", []),
        ("{% comment {{ q }} %}{# {% raw q %} #}", []),
        ("{% module Foo(q) %}", []),
    ],
)
def test_tornado(text: str, found: list[str]) -> None:
    assert unsafe(text, "tornado") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{q}}", []),
        ("{{!q}}", ["q unescaped any"]),
        ("% if q:\n{{!q}}\n% else:\n{{r}}\n% end", ["q unescaped any"]),
        (
            "% for x in xs:\n<b>{{!x['n']}}</b>\n%end\n{{!x}}",
            ["xs.[].n unescaped any", "x unescaped any"],
        ),
        ("<% y = q\nz = 1 %>{{!y}}{{!z}}", ["q unescaped any"]),
        ("% y = q.upper()\n{{!y}}", ["q.upper() unescaped any"]),
        ("%% {{q}}", []),
        ("% # {{!q}}\n", []),
        ("{{!base}}", ["base unescaped any"]),
        ("% def f(a):\n{{!a}}\n%end\n% f(q)", ["q unescaped any"]),
        ("{{ '}}' + q }}{{!'}}' + r}}", ["r unescaped any"]),
        ("<a href={{q}}>", ["q unquoted any"]),
        ("<script>x = {{q}}</script>", ["q script any"]),
        ("{{!int(q)}}", []),
        ("{{!html_escape(q)}}", []),
        ("\\{{!q}} {{!r}}", ["r unescaped any"]),
        ("% setdefault('t', q)\n{{!t}}", ["t unescaped any", "q unescaped any"]),
    ],
)
def test_bottle(text: str, found: list[str]) -> None:
    assert unsafe(text, "bottle") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${q}", []),
        ("${structure: q}", ["q unescaped any"]),
        ("${structure q}", ["q unescaped any"]),
        ("<p>${q}</p><script>${q}</script>", ["q script any"]),
        ('<p tal:content="q"/>', []),
        ('<p tal:content="structure q">x</p>', ["q unescaped any"]),
        ("<p tal:replace='structure: q.x'>x</p>", ["q.x unescaped any"]),
        ('<a tal:attributes="href q; title r">x</a>', ["q url javascript-url"]),
        ("<a href='${q}' onclick=\"f('${r}')\">", ["q url javascript-url", "r event any"]),
        ("<a href='x' tal:attributes='href python:r'>", ["r url javascript-url"]),
        (
            "<b tal:repeat='x xs'><i tal:content='structure x.n'/></b>${structure: x}",
            ["xs.[].n unescaped any", "x unescaped any"],
        ),
        (
            "<b tal:define='y q; z string:${r}'>${structure: y}${structure: z}</b>${structure: y}",
            ["q unescaped any", "r unescaped any", "y unescaped any"],
        ),
        (
            "<tal:block repeat='(a, b) d.items()'>${structure: b}</tal:block>",
            ["d.items().[].1 unescaped any"],
        ),
        ("<p tal:condition='q'/>", []),
        ("<b tal:content='structure request/form/x | nothing'/>", ["request.form.x unescaped any"]),
        ("$${structure: q}", []),
        ("<!--! ${structure: q} --><!-- ${q} -->", []),
        ("<?python y = q ?>${structure: y}", ["q unescaped any"]),
        ("<b tal:content='structure not:q'/>", []),
        ("<p tal:content='structure python:q or r'/>", ["q unescaped any", "r unescaped any"]),
        ("<p class='${structure: q}'>", ["q unescaped any"]),
        ('<input tal:attributes="value q; onclick r"/>', ["r event any"]),
        ("<br tal:define='y q'/>${structure: y}", ["y unescaped any"]),
        ("<script tal:content='q'></script>", ["q script any"]),
        ("<p tal:content='structure context/title'>", ["context.title unescaped any"]),
    ],
)
def test_chameleon(text: str, found: list[str]) -> None:
    assert unsafe(text, "chameleon") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${q}", ["q unescaped any"]),
        ("${q | h}", []),
        ("${q | trim,h}", []),
        ("${q | u}", []),
        ("${q or r | h}", []),
        ('<%page expression_filter="h"/>${q}', []),
        ('<%page expression_filter="h"/>${q | n}', ["q unescaped any"]),
        ("${h.escape(q)}", ["h.escape() unescaped any"]),
        ("${f'<b>{q}</b>'}", ["q unescaped any"]),
        ("${{'a': q}['a']}", ["q.a unescaped any"]),
        ("% for x in xs:\n${x.n}\n% endfor\n", ["xs.[].n unescaped any"]),
        ("% for x in xs:\n${x | h}\n% endfor\n${x}", ["x unescaped any"]),
        ("## ${q}\n", []),
        ("<%doc>${q}</%doc>", []),
        ("<%text>${q}</%text>", []),
        ("<%\n  y = q.strip()\n%>${y}", ["q.strip() unescaped any"]),
        ('<%def name="m(a)">${a}</%def>${m(q)}', ["q unescaped any"]),
        ('<%def name="m(a)">${a|h}</%def>${m(q)}', []),
        ("<a href=${q | h}>", ["q unquoted any"]),
        ("%% ${q|h}", []),
    ],
)
def test_mako(text: str, found: list[str]) -> None:
    assert unsafe(text, "mako", autoescape=False) == found


def test_mako_with_a_default_filter() -> None:
    assert unsafe("${q}", "mako") == []
    assert unsafe("${q | n}", "mako") == ["q unescaped any"]


FILES = {
    "base.html": "<script>{% block js %}{% endblock %}</script>"
    "{% block a %}{{ x|safe }}{% endblock %}{{ y|safe }}",
    "page.html": "{% extends 'base.html' %}{% block js %}f({{ q }}){% endblock %}"
    "{% block a %}{% endblock %}",
    "super.html": "{% extends 'base.html' %}{% block a %}{{ super() }}{% endblock %}",
    "list.html": "{% for i in items %}{% include 'item.html' %}{% endfor %}",
    "item.html": "<p>{{ i.name|safe }}",
    "in.html": "<a href=\"{% include 'url.html' %}\">",
    "url.html": "{{ q }}",
    "forms.html": "{% macro field(v) %}{{ v|safe }}{{ w|safe }}{% endmacro %}",
    "uses.html": "{% import 'forms.html' as f %}{{ f.field(q) }}",
    "from.html": "{% from 'forms.html' import field as g %}{{ g(q) }}",
    "loop.html": "{% include 'loop.html' %}{% extends 'loop.html' %}",
}


def load(name: str, state: State, blocks: Mapping[str, State]) -> Template | None:
    text = FILES.get(name)
    if text is None:
        return None
    return parse_template(text, "jinja", autoescape=True, state=state, blocks=blocks)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("page.html", {"base.html y unescaped", "page.html q script"}),
        ("super.html", {"base.html y unescaped", "base.html x unescaped"}),
        ("list.html", {"item.html items.[].name unescaped"}),
        ("in.html", {"url.html q url"}),
        ("uses.html", {"forms.html q unescaped"}),
        ("from.html", {"forms.html q unescaped"}),
        ("loop.html", set()),
        ("missing.html", set()),
    ],
)
def test_templates_that_draw_in_others(name: str, found: set[str]) -> None:
    assert {
        f"{each.template} {'.'.join((each.reference.root, *each.reference.path))} {each.reason}"
        for each in unsafe_in_page(name, load)
    } == found


def test_django_includes_with_names() -> None:
    files = {
        "a": "{% include 'b' with v=q only %}",
        "b": "{{ v|safe }}{{ w|safe }}",
    }

    def load_django(name: str, state: State, blocks: Mapping[str, State]) -> Template:
        return parse_template(files[name], "django", autoescape=True, state=state, blocks=blocks)

    assert [each.reference.root for each in unsafe_in_page("a", load_django)] == ["q"]


def test_what_is_declared() -> None:
    template = parse_template(
        "{% extends 'b.html' %}{% from 'm.html' import x as y %}{% include n %}"
        "{% macro m(a, b=1) %}{% endmacro %}{% block c %}{% endblock %}",
        "jinja",
        autoescape=True,
    )
    assert [(link.kind, link.name, link.names) for link in template.links] == [
        ("extends", "b.html", ()),
        ("import", "m.html", ("x as y",)),
        ("include", "", ()),
    ]
    assert [(macro.name, macro.parameters) for macro in template.macros] == [("m", ("a", "b"))]
    assert [block.name for block in template.blocks] == ["c"]


def test_the_dialect_is_guessed() -> None:
    assert guess_dialect("{% load static %}{{ x }}") == "django"
    assert guess_dialect("{{ x|date:'Y' }}") == "django"
    assert guess_dialect('<%page expression_filter="h"/>') == "mako"
    assert guess_dialect("${x}") == "mako"
    assert guess_dialect("{% set a = 1 %}{{ a }}") == "jinja"


PIECES = st.lists(
    st.sampled_from(
        "{{ }} {% %} {# #} ${ } <% %> <%def </%def> <%text> ## % for x in xs: endfor endif if else "
        "set with block macro m( ) call include extends raw endraw autoescape off false filter "
        "verbatim comment trans import as from raw apply {% end {{! {{!q}} rebase( tal:content=' "
        'tal:define= repeat="x tal:attributes= <tal:b </tal:b> structure ${structure: <?python '
        "| |safe :'a' ' \" \\ = , . ( ) [ ] { < > <!-- --> "
        "<script> </script> <a href= onclick=' style=\" q x.y ~ \n é \udc80 ` / // /*".split(" ")
    ),
    max_size=60,
)


@given(PIECES, st.booleans())
@settings(max_examples=400, deadline=None)
def test_nothing_is_too_broken(pieces: list[str], spaced: bool) -> None:
    text = (" " if spaced else "").join(pieces)
    for dialect in DIALECTS:
        unsafe_outputs(parse_template(text, dialect, autoescape=True))
    guess_dialect(text)


@pytest.mark.parametrize(
    "piece",
    ["{{", "{% ", "{# ", "{{'", "{{ ' }} '", "{%if%}", "{%with a=b%}", "{{(", "{{x|", "<a ", "<",
     "</", "<!--", "<script>'", "<script>/[", "<%text", "<%def ", "${", "${'", "<%",
     "% for x in xs:\n", "{% for a in b %}{{a}}",
     "{% set a = a ~ a %}{{a}}", "{{ a[", "a=\"", "\\", "{%include 'x'%}",
     "<a b=\"", "<a b='x ", "<p tal:define=\"a b; ", "<p tal:repeat='a b'>", "${'}", "<p a=b ",
     "<p tal:content=x>", "${a/b|", "{{!", "% x = y\n", "<% x = y\n", "% include('x'\n", "\\{{",
     "{% raw %}", "{% macro a(b) %}", "{{ a(b) }}", "{{ a|b|c|d }}", " ", "{{ x }}"],
)  # fmt: skip
@pytest.mark.parametrize("dialect", DIALECTS)
def test_time_grows_with_the_text(piece: str, dialect: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        parse_template(text, dialect, autoescape=True)
        return time.process_time() - start

    # What is linear takes four times as long. A busy machine may hold one run up, and not all:
    # what is not linear is so every time.
    assert any(seconds(40_000) < 12 * seconds(10_000) + 0.2 for _ in range(4))
