from django import template
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template import Context, Template
from django.utils.html import conditional_escape, escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.views.generic import TemplateView, View
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

register = template.Library()


def find(request):
    query = request.GET.get("q", "")
    return HttpResponse("No results for <b>%s</b>" % query)  # BAD: cross-site-scripting


def find_plain(request):
    return HttpResponse("No results for " + request.GET.get("q", ""), content_type="text/plain")  # OK: cross-site-scripting


def find_json(request):
    return JsonResponse({"html": "<b>" + request.GET.get("q", "") + "</b>"})  # OK: cross-site-scripting


def stream(request):
    def rows():
        yield "<table>"
        for name in request.POST.getlist("name"):
            yield f"<tr><td>{name}</td></tr>"
        yield "</table>"

    return StreamingHttpResponse(rows())  # BAD: cross-site-scripting


def write(request):
    response = HttpResponse()
    response.write("<p>")
    response.write(request.META.get("HTTP_X_NAME", "") + request.GET.get("n", ""))  # BAD: cross-site-scripting
    return response


def profile(request, slug):
    badge = format_html(f"<a class='badge' title='{request.GET['t']}'>{{}}</a>", slug)  # BAD: cross-site-scripting
    return render(request, "profile.html", {"badge": badge})


def profile_formatted(request, slug):
    badge = format_html("<a class='badge' title='{}'>{}</a>", request.GET["t"], slug)  # OK: cross-site-scripting
    return render(request, "profile.html", {"badge": badge})


def tags(request):
    items = format_html_join("", "<li>{}</li>", ((t,) for t in request.GET.getlist("t")))  # OK: cross-site-scripting
    return HttpResponse(items)


def inline(request):
    context = Context({"name": SafeString(request.GET["name"])})  # BAD: cross-site-scripting
    return HttpResponse(Template("<p>{{ name }}</p>").render(context))


class Card(TemplateView):
    template_name = "card.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["intro"] = mark_safe(self.request.GET.get("intro", ""))  # BAD: cross-site-scripting
        context["outro"] = mark_safe(conditional_escape(self.request.GET.get("outro", "")))  # OK: cross-site-scripting
        return context


class Banner(View):
    prefix = "<marquee>"

    @property
    def text(self):
        return self.request.GET["text"]

    def get(self, request):
        return HttpResponse(self.prefix + self.text + "</marquee>")  # BAD: cross-site-scripting


class Snippet(APIView):
    renderer_classes = [StaticHTMLRenderer]

    def post(self, request):
        return Response("<div>" + request.data["text"] + "</div>")  # BAD: cross-site-scripting


def plain_text(request):
    return HttpResponse("<p>" + escape(strip_tags(request.GET["t"])) + "</p>")  # OK: cross-site-scripting
