"""The map of routes of whole programs."""

import textwrap
from collections.abc import Mapping

from seawall.core.facts import Route
from seawall.engines.code.engine import CodeEngine
from seawall.journeys.code import load_code_engine
from seawall.model.route_map import join_routes

ENGINE: list[CodeEngine] = []


def routes(files: Mapping[str, str]) -> list[Route]:
    """Return the routes of a program."""
    if not ENGINE:
        ENGINE.append(load_code_engine(None))
    contents = {path: textwrap.dedent(text).encode() for path, text in files.items()}
    answers = list(ENGINE[0].analyse(list(contents), list(contents), contents.get))
    return join_routes(
        [one for answer in answers for one in answer.routes],
        [one for answer in answers for one in answer.mounts],
    )


def table(files: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    return [(r.method, r.template, r.handler, r.authentication) for r in routes(files)]


def test_flask_blueprints_and_own_decorators() -> None:
    files = {
        "shop/__init__.py": """
            from flask import Flask
            from .admin import bp as admin_pages
            from . import api
            def create_app():
                app = Flask(__name__)
                app.register_blueprint(admin_pages, url_prefix="/staff")
                app.register_blueprint(api.bp)
                return app
            """,
        "shop/access.py": """
            from functools import wraps
            from flask import abort, g
            def staff_only(view):
                @wraps(view)
                def inner(*args, **kwargs):
                    if not g.user:
                        abort(403)
                    return view(*args, **kwargs)
                return inner
            """,
        "shop/admin.py": """
            from flask import Blueprint
            from .access import staff_only
            bp = Blueprint("admin", __name__, url_prefix="/admin")
            @bp.get("/users")
            @staff_only
            def users():
                return "x"
            @bp.post("/users/<int:number>")
            @staff_only
            def change(number):
                return "x"
            """,
        "shop/api.py": """
            from flask import Blueprint
            bp = Blueprint("api", __name__, url_prefix="/api")
            @bp.route("/ping", methods=["GET", "POST"])
            def ping():
                return "x"
            """,
    }
    assert table(files) == [
        ("GET", "/api/ping", "shop.api.ping", ""),
        ("POST", "/api/ping", "shop.api.ping", ""),
        ("GET", "/staff/users", "shop.admin.users", "staff_only"),
        ("POST", "/staff/users/<int:number>", "shop.admin.change", "staff_only"),
    ]


def test_django_includes_classes_and_sets_of_views() -> None:
    files = {
        "project/urls.py": """
            from django.urls import include, path
            from rest_framework.routers import DefaultRouter
            from shop.views import Basket, OrderViews
            router = DefaultRouter()
            router.register("orders", OrderViews)
            urlpatterns = [
                path("shop/", include("shop.urls")),
                path("api/", include(router.urls)),
                path("basket/<int:pk>/", Basket.as_view()),
            ]
            """,
        "shop/__init__.py": "",
        "shop/urls.py": """
            from django.urls import path
            from . import views
            urlpatterns = [path("search/", views.search)]
            """,
        "shop/views.py": """
            from django.contrib.auth.decorators import login_required
            from django.http import HttpResponse
            from django.views import View
            from rest_framework import viewsets
            from rest_framework.decorators import action
            from rest_framework.permissions import IsAdminUser
            @login_required
            def search(request):
                return HttpResponse("x")
            class Basket(View):
                def get(self, request, pk):
                    return HttpResponse(request.GET["x"])
            class OrderViews(viewsets.ModelViewSet):
                permission_classes = [IsAdminUser]
                def create(self, request):
                    return request.data["x"]
                @action(detail=True, methods=["post"])
                def cancel(self, request, pk=None):
                    return request.data["x"]
            """,
    }
    assert table(files) == [
        ("POST", "/api/orders/", "shop.views.OrderViews.create", "IsAdminUser"),
        ("POST", "/api/orders/{pk}/cancel/", "shop.views.OrderViews.cancel", "IsAdminUser"),
        ("GET", "/basket/<int:pk>/", "shop.views.Basket.get", ""),
        ("ANY", "/shop/search/", "shop.views.search", "login_required"),
    ]


def test_fastapi_routers() -> None:
    files = {
        "main.py": """
            from fastapi import FastAPI
            from routers import items
            app = FastAPI()
            app.include_router(items.router, prefix="/v1")
            """,
        "routers/__init__.py": "",
        "routers/items.py": """
            from fastapi import APIRouter
            router = APIRouter(prefix="/items")
            @router.get("/{number}")
            def read(number: str):
                return number
            """,
    }
    (route,) = routes(files)
    assert (route.method, route.template, route.parameters) == (
        "GET",
        "/v1/items/{number}",
        ("number",),
    )


def test_what_fastapi_routes_depend_on() -> None:
    files = {
        "main.py": """
            from typing import Annotated
            from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
            from store import open_store
            def known_caller(x_token: str = Header()):
                if x_token != "a":
                    raise HTTPException(status_code=401)
            app = FastAPI()
            one = APIRouter(prefix="/one", dependencies=[Depends(known_caller)])
            two = APIRouter(prefix="/two")
            @one.get("/a")
            def a(q: str):
                return q
            @two.get("/b")
            def b(q: str, caller: Annotated[str, Depends(known_caller)], s=Depends(open_store)):
                return q
            @two.get("/c", dependencies=[Depends(known_caller)])
            def c(q: str):
                return q
            @two.get("/d")
            def d(q: str, store=Depends(open_store)):
                return q
            app.include_router(one)
            app.include_router(two, dependencies=[])
            """,
        "store.py": "def open_store():\n    yield 1\n",
    }
    assert [(r.template, r.authentication) for r in routes(files)] == [
        ("/one/a", "known_caller"),
        ("/two/b", "known_caller"),
        ("/two/c", "known_caller"),
        ("/two/d", ""),
    ]
