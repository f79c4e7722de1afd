import csv
import os
import traceback

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template import Context, Template
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView, View

from . import services
from .models import Comment, Course, Material


class CourseList(ListView):
    model = Course
    paginate_by = 20

    def get_queryset(self):
        weight = self.request.GET.get("weight")
        if weight:
            return Course.objects.ranked(weight)
        return Course.objects.since(int(self.request.GET.get("year", 2020)))


class CourseDetail(LoginRequiredMixin, DetailView):
    model = Course

    def get_context_data(self, **kwargs):
        ctx = super().get_context_data(**kwargs)
        ctx["headline"] = mark_safe("<em>" + self.request.GET.get("hl", "") + "</em>")  # BAD: cross-site-scripting
        ctx["owner"] = format_html("<b>{}</b>", self.object.teacher.username)  # OK: cross-site-scripting
        return ctx


class CourseDelete(PermissionRequiredMixin, View):
    permission_required = "courses.delete_course"

    def post(self, request, pk):
        get_object_or_404(Course, pk=pk).delete()
        return redirect("course-list")


class MaterialDelete(View):
    def post(self, request, pk):  # BAD: missing-authentication
        get_object_or_404(Material, pk=pk).delete()
        return redirect("course-list")


class CommentDelete(LoginRequiredMixin, View):
    def post(self, request, pk):
        comment = get_object_or_404(Comment, pk=pk)
        if comment.author != request.user:
            raise PermissionDenied
        comment.delete()
        return redirect("course-list")


def search(request):
    rows = services.SearchService().search(request.GET.get("q", ""), request.GET.get("order"))
    return JsonResponse({"results": [{"id": r[0], "title": r[1]} for r in rows]})


def by_author(request):
    name = request.GET.get("name", "")
    query = "SELECT * FROM courses_course c JOIN auth_user u ON u.id=c.teacher_id WHERE u.username = '%s'" % name
    courses = Course.objects.raw(query)  # BAD: sql-injection
    return render(request, "courses/list.html", {"courses": courses, "name": name})


def by_title(request):
    courses = Course.objects.raw("SELECT * FROM courses_course WHERE title = %s", [request.GET.get("t", "")])  # OK: sql-injection
    return render(request, "courses/list.html", {"courses": courses, "name": ""})


@login_required
def filter_courses(request):
    criteria = request.GET.dict()
    found = Course.objects.filter(**criteria)  # BAD: sql-injection
    return JsonResponse({"ids": list(found.values_list("id", flat=True))})


@login_required
def material(request):
    name = request.GET["name"]
    path = os.path.join(settings.MEDIA_ROOT, "materials", name)
    if not os.path.exists(path):
        raise Http404
    return FileResponse(open(path, "rb"))  # BAD: path-traversal


@login_required
def handout(request, name):
    base = os.path.realpath(os.path.join(settings.MEDIA_ROOT, "handouts"))
    path = os.path.realpath(os.path.join(base, name))
    if not path.startswith(base + os.sep):
        raise Http404
    return FileResponse(open(path, "rb"))  # OK: path-traversal


@permission_required("courses.change_course")
@require_POST
def certificate(request):
    source = "<h1>Certificate</h1>" + request.POST["layout"]
    html = Template(source).render(Context({"user": request.user}))  # BAD: template-injection
    return HttpResponse(html)


@login_required
def not_found(request):
    return HttpResponse("No course called %s" % request.GET.get("name", ""))  # BAD: cross-site-scripting


@login_required
def not_found_plain(request):
    return HttpResponse("No course called %s" % escape(request.GET.get("name", "")))  # OK: cross-site-scripting


@permission_required("courses.change_course")
@require_POST
def package(request, pk):
    try:
        services.import_package(request.FILES["package"], pk)
        outline = services.parse_outline(request.FILES["outline"].read())
        return JsonResponse({"chapters": len(outline)})
    except Exception:
        return HttpResponse(traceback.format_exc(), status=500, content_type="text/plain")  # BAD: stack-trace-exposure


@permission_required("courses.change_course")
@require_POST
def scorm(request):
    return JsonResponse({"files": services.parse_scorm(request.body)})


@permission_required("courses.change_course")
@require_POST
def repo(request, pk):
    services.clone_repo(request.POST["url"], "/srv/course-repos/%d" % int(pk))
    return JsonResponse({"ok": True})


@permission_required("courses.change_course")
@require_POST
def usage(request):
    return HttpResponse(services.disk_usage(request.POST["folder"]), content_type="text/plain")


@login_required
def cover(request):
    return HttpResponse(services.fetch_cover(request.GET["url"]), content_type="image/png")


@login_required
def feed(request):
    return HttpResponse(services.fetch_feed(request.GET["url"]), content_type="application/xml")


@permission_required("courses.view_course")
def roster(request):
    response = HttpResponse(content_type="text/csv")
    writer = csv.writer(response)
    ids = [int(i) for i in request.GET.getlist("id")]
    found, total = services.SearchService().enrolments(request.GET.get("teacher", ""), ids)
    writer.writerow(["course", "total"])
    for (course_id,) in found:
        writer.writerow([course_id, total[0]])
    return response


@permission_required("courses.view_course")
def comments_csv(request):
    response = HttpResponse(content_type="text/csv")
    writer = csv.writer(response)
    for comment in Comment.objects.select_related("author"):
        writer.writerow([comment.author.username, comment.text])  # BAD: csv-injection
    return response


@login_required
def sort_by(request):
    field = request.GET.get("field", "title")
    if field not in {"title", "views", "created"}:
        field = "title"
    courses = Course.objects.order_by(field)
    return JsonResponse({"titles": [getattr(c, field).__str__() for c in courses]})  # OK: unsafe-reflection


@permission_required("courses.view_course")
def call_stat(request):
    func = getattr(services, request.GET["stat"])  # BAD: unsafe-reflection
    return JsonResponse({"value": func(request.GET.get("arg", ""))})
