import git
import pdfkit
from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET
from rest_framework.decorators import api_view
from rest_framework.response import Response
from weasyprint import HTML

from .transport import default_transport


@require_GET
def check(request):
    resp = default_transport().head(url=request.GET["u"])
    return JsonResponse({"status": resp.status_code})


@require_GET
def ping(request, port):
    return JsonResponse({"ok": default_transport().ping(int(port)).ok})


@method_decorator(require_GET, name="dispatch")
class Print(View):
    def get(self, request, *args, **kwargs):
        pdf = HTML(url=request.GET["page"]).write_pdf()  # BAD: server-side-request-forgery
        return JsonResponse({"bytes": len(pdf)})


def print_old(request):
    pdf = pdfkit.from_url(request.POST["page"], False)  # BAD: server-side-request-forgery
    return JsonResponse({"bytes": len(pdf)})


@api_view(["POST"])
def mirror(request):
    repo = git.Repo.clone_from("https://" + request.data["host"] + "/app.git", "/srv/mirror")  # BAD: server-side-request-forgery
    return Response({"head": repo.head.commit.hexsha})
