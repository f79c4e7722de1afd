import logging

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.generic import UpdateView, View

from .forms import BioForm, LoginForm, ProfileForm
from .models import Profile, ResetCode
from .tokens import check_code, check_signature, short_code

logger = logging.getLogger(__name__)


def sign_in(request):
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(
            request, username=form.cleaned_data["username"], password=form.cleaned_data["password"]
        )
        if user is not None:
            login(request, user)
            target = form.cleaned_data["next"] or settings.LOGIN_REDIRECT_URL
            return HttpResponseRedirect(target)  # BAD: open-redirect
        logger.info("sign-in refused for %r", form.cleaned_data["username"])
    return render(request, "accounts/login.html", {"form": form})


@require_POST
def sign_out(request):
    logout(request)
    target = request.POST.get("next", "/")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=True):
        return redirect(target)  # OK: open-redirect
    return redirect("/")


class ProfileEdit(LoginRequiredMixin, UpdateView):
    form_class = ProfileForm
    template_name = "accounts/profile.html"
    success_url = "/"

    def get_object(self, queryset=None):
        return get_object_or_404(Profile, user=self.request.user)


@login_required
def bio(request):
    profile = get_object_or_404(Profile, user=request.user)
    form = BioForm(request.POST or None, instance=profile)
    if form.is_valid():
        form.save()
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form})


@require_POST
def forgot(request):
    user = User.objects.filter(email=request.POST.get("email", "")).first()
    if user:
        reset = ResetCode.objects.create(user=user, code=short_code())
        logger.info("reset code for %s is %s", user.pk, reset.code)  # BAD: sensitive-data-in-log
    return HttpResponse("sent")


@require_POST
def reset(request):
    entry = ResetCode.objects.filter(user__email=request.POST.get("email", "")).latest("created")
    if not check_code(entry.code, request.POST.get("code", "")):
        return HttpResponseBadRequest("wrong code")
    entry.user.set_password(request.POST["password"])
    entry.user.save()
    return HttpResponse("ok")


@csrf_exempt  # BAD: csrf-protection-off
@login_required
@require_POST
def change_email(request):
    request.user.email = request.POST["email"]
    request.user.save(update_fields=["email"])
    return HttpResponse("ok")


@csrf_exempt  # OK: csrf-protection-off
@require_POST
def bank_callback(request):
    given = request.headers.get("X-Signature", "")
    if not check_signature(request.body.decode(), settings.SECRET_KEY, given):
        return HttpResponseBadRequest("bad signature")
    return JsonResponse({"received": True})


class Preferences(LoginRequiredMixin, View):
    def post(self, request):
        request.session["is_teacher"] = request.POST.get("is_teacher")  # BAD: trust-boundary-violation
        response = redirect("profile")
        response.set_cookie("theme", "dark" if request.POST.get("dark") else "light", secure=True, httponly=True, samesite="Lax")
        return response


class Remember(LoginRequiredMixin, View):
    def get(self, request):
        response = HttpResponse("ok")
        response.set_cookie("device", request.session.session_key, secure=True, httponly=True, samesite=None)  # BAD: cookie-without-samesite
        return response


def lookup(request):  # BAD: missing-authentication
    user = get_object_or_404(User, username=request.GET.get("u"))
    return JsonResponse({"email": user.email, "last_login": str(user.last_login)})


@login_required
def who(request):
    return JsonResponse({"name": request.user.username})
