from django.contrib.auth.hashers import make_password
from django.http import JsonResponse
from django.views import View

from .digests import fold
from .models import Member


class Register(View):
    def post(self, request):
        member = Member(login=request.POST["login"])
        member.password = make_password(request.POST["password"], hasher="md5")  # BAD: weak-password-hash
        member.save()
        return JsonResponse({"id": member.pk})


class RegisterPartner(View):
    def post(self, request):
        password = request.POST["password"]
        member = Member(login=request.POST["login"], password=fold(password))
        member.save()
        return JsonResponse({"id": member.pk})


class RegisterStaff(View):
    def post(self, request):
        member = Member(login=request.POST["login"])
        member.password = make_password(request.POST["password"])  # OK: weak-password-hash
        member.save()
        return JsonResponse({"id": member.pk})
