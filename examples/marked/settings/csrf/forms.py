import tornado.web
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect, ensure_csrf_cookie
from flask import Flask
from flask_wtf import CSRFProtect, FlaskForm
from pyramid.config import Configurator
from pyramid.view import view_config
from rest_framework.authentication import SessionAuthentication
from wtforms import StringField

app = Flask(__name__)
csrf = CSRFProtect(app)  # OK: csrf-protection-off

plain = Flask("plain")
plain.config["WTF_CSRF_ENABLED"] = False  # BAD: csrf-protection-off

lazy = Flask("lazy")
lazy.config.update(WTF_CSRF_CHECK_DEFAULT=False)  # BAD: csrf-protection-off

strict = Flask("strict")
strict.config["WTF_CSRF_ENABLED"] = True  # OK: csrf-protection-off


@app.post("/transfer")
@csrf.exempt  # BAD: csrf-protection-off
def transfer():
    return "", 204


class RenameForm(FlaskForm):
    name = StringField()

    class Meta:
        csrf = False  # BAD: csrf-protection-off


class TitleForm(FlaskForm):
    title = StringField()

    class Meta:
        csrf = True  # OK: csrf-protection-off


@app.post("/title")
def title():
    form = TitleForm(meta={"csrf": False})  # BAD: csrf-protection-off
    return ("", 204) if form.validate() else ("", 400)


@csrf_exempt  # BAD: csrf-protection-off
def change_email(request):
    request.user.email = request.POST["email"]
    request.user.save()
    return HttpResponse(status=204)


@csrf_protect  # OK: csrf-protection-off
def change_name(request):
    request.user.first_name = request.POST["name"]
    request.user.save()
    return HttpResponse(status=204)


@ensure_csrf_cookie  # OK: csrf-protection-off
def form(request):
    return HttpResponse("<form method='post'></form>")


@method_decorator(csrf_exempt, name="dispatch")  # BAD: csrf-protection-off
class Delete(View):
    def post(self, request):
        request.user.delete()
        return HttpResponse(status=204)


class Archive(View):
    @method_decorator(csrf_exempt)  # BAD: csrf-protection-off
    def dispatch(self, *args, **kwargs):
        return super().dispatch(*args, **kwargs)

    def post(self, request):
        request.user.profile.archive()
        return HttpResponse(status=204)


class DisableChecks:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request._dont_enforce_csrf_checks = True  # BAD: csrf-protection-off
        return self.get_response(request)


class QuietSession(SessionAuthentication):
    def enforce_csrf(self, request):  # BAD: csrf-protection-off
        return


class TornadoForm(tornado.web.RequestHandler):
    def check_xsrf_cookie(self):  # BAD: csrf-protection-off
        pass

    def post(self):
        self.set_status(204)


def tornado_site():
    return tornado.web.Application([(r"/form", TornadoForm)], xsrf_cookies=False)  # BAD: csrf-protection-off


def tornado_strict(secret):
    return tornado.web.Application([], cookie_secret=secret, xsrf_cookies=True)  # OK: csrf-protection-off


@view_config(route_name="pay", request_method="POST", require_csrf=False)  # BAD: csrf-protection-off
def pay(request):
    request.session["paid"] = True
    return request.response


@view_config(route_name="refund", request_method="POST", require_csrf=True)  # OK: csrf-protection-off
def refund(request):
    request.session["paid"] = False
    return request.response


def pyramid_site():
    config = Configurator()
    config.set_default_csrf_options(require_csrf=False)  # BAD: csrf-protection-off
    return config
