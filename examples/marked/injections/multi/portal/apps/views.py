import os
import re

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import connection
from django.http import FileResponse, HttpResponse
from django.template import Context, Template
from django.views.generic import DeleteView

from ..core import clean
from ..core.access import StaffMixin, staff_only, traced
from ..core.clean import require


def run(statement, params=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)  # BAD: sql-injection
        return cursor.fetchall()


def by_slug(request):
    slug = require(request.GET["slug"], clean.is_exact_slug)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM page WHERE slug = '{slug}'")  # OK: sql-injection
        return HttpResponse(str(cursor.fetchall()))


def by_slug_loose(request):
    slug = require(request.GET["slug"], clean.is_slug)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM page WHERE slug = '{slug}'")  # BAD: sql-injection
        return HttpResponse(str(cursor.fetchall()))


def by_number(request):
    return HttpResponse(str(run("SELECT * FROM page WHERE n = " + clean.for_html(request.GET["n"]))))


def host(request):
    name = clean.for_shell(request.GET["h"])
    other = clean.for_html(request.GET["h"])
    os.system("host -- " + name)  # OK: os-command-injection
    os.system("host -- " + other)  # BAD: os-command-injection
    return HttpResponse("ok")


def download(request):
    return FileResponse(open("/srv/docs/" + clean.for_file(request.GET["f"]), "rb"))  # OK: path-traversal


def download_shell(request):
    return FileResponse(open("/srv/docs/" + clean.for_shell(request.GET["f"]), "rb"))  # BAD: path-traversal


def download_join(request):
    return FileResponse(open(os.path.join("/srv/docs", clean.no_dots(request.GET["f"])), "rb"))  # BAD: path-traversal


def page(request):
    body = Template("<h1>" + clean.for_html(request.GET["t"]) + "</h1>")  # BAD: template-injection
    return HttpResponse(body.render(Context({"user": request.user})))


def page_const(request):
    body = Template("<h1>{{ t }}</h1>")  # OK: template-injection
    return HttpResponse(body.render(Context({"t": request.GET["t"]})))


def grep(request):
    hit = re.search(clean.for_html(request.GET["p"]), "a" * 50)  # BAD: regex-injection
    return HttpResponse(str(bool(hit)))


@staff_only
def remove_user(request, pk):  # OK: missing-authentication, missing-authorization
    User.objects.get(pk=pk).delete()
    return HttpResponse("ok")


@traced
def remove_user_traced(request, pk):  # BAD: missing-authentication
    User.objects.get(pk=pk).delete()
    return HttpResponse("ok")


@login_required
@traced
def make_staff(request, pk):  # BAD: missing-authorization
    User.objects.filter(pk=pk).update(is_staff=True)
    return HttpResponse("ok")


class UserDelete(StaffMixin, DeleteView):  # OK: missing-authentication, missing-authorization
    model = User
    success_url = "/"
