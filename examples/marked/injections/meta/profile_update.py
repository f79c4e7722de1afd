from dataclasses import dataclass

from django.contrib.auth.models import User
from django.forms import ModelForm, modelform_factory
from django.http import JsonResponse
from fastapi import FastAPI, Request
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from pydantic import BaseModel
from rest_framework import serializers

flask_app = Flask(__name__)
api = FastAPI()
db = SQLAlchemy(flask_app)
EDITABLE = ("display_name", "bio")


class Account(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    display_name = db.Column(db.String(80))
    bio = db.Column(db.Text)
    is_admin = db.Column(db.Boolean, default=False)


class AccountPatch(BaseModel):
    display_name: str
    bio: str | None = None


@dataclass
class Settings:
    theme: str = "light"
    role: str = "user"


@flask_app.post("/accounts")
def create():
    account = Account(**request.get_json())  # BAD: mass-assignment
    db.session.add(account)
    db.session.commit()
    return {"id": account.id}


@flask_app.post("/accounts/explicit")
def create_explicit():
    data = request.get_json()
    account = Account(display_name=data["display_name"], bio=data.get("bio"))  # OK: mass-assignment
    db.session.add(account)
    db.session.commit()
    return {"id": account.id}


@flask_app.patch("/accounts/<int:pk>")
def patch(pk):
    account = Account.query.get_or_404(pk)
    for key, value in request.json.items():
        setattr(account, key, value)  # BAD: mass-assignment
    db.session.commit()
    return "", 204


@flask_app.patch("/accounts/<int:pk>/profile")
def patch_profile(pk):
    account = Account.query.get_or_404(pk)
    for key, value in request.json.items():
        if key in EDITABLE:
            setattr(account, key, value)  # OK: mass-assignment
    db.session.commit()
    return "", 204


@flask_app.put("/accounts/<int:pk>")
def put(pk):
    Account.query.filter_by(id=pk).update(request.form.to_dict())  # BAD: mass-assignment
    db.session.commit()
    return "", 204


@flask_app.put("/accounts/<int:pk>/profile")
def put_profile(pk):
    values = {k: v for k, v in request.form.items() if k in EDITABLE}
    Account.query.filter_by(id=pk).update(values)  # OK: mass-assignment
    db.session.commit()
    return "", 204


@flask_app.post("/settings")
def settings():
    current = Settings()
    current.__dict__.update(request.get_json())  # BAD: mass-assignment
    return {"theme": current.theme}


@flask_app.post("/settings/vars")
def settings_vars():
    current = Settings()
    vars(current).update({**request.args.to_dict()})  # BAD: mass-assignment
    return {"theme": current.theme}


@api.post("/accounts/{pk}")
async def api_update(pk: int, request: Request):
    body = await request.json()
    account = db.session.get(Account, pk)
    [setattr(account, k, v) for k, v in body.items() if not k.startswith("_")]  # BAD: mass-assignment
    db.session.commit()


@api.put("/accounts/{pk}")
async def api_put(pk: int, patch: AccountPatch):
    account = db.session.get(Account, pk)
    for k, v in patch.model_dump(exclude_unset=True).items():
        setattr(account, k, v)  # OK: mass-assignment
    db.session.commit()


def dj_create(request):
    user = User.objects.create(**request.POST.dict())  # BAD: mass-assignment
    return JsonResponse({"id": user.pk})


def dj_update(request):
    User.objects.filter(pk=request.user.pk).update(**request.POST.dict())  # BAD: mass-assignment
    return JsonResponse({})


def dj_goc(request):
    user, _ = User.objects.get_or_create(username=request.POST["u"], defaults=request.POST.dict())  # BAD: mass-assignment
    return JsonResponse({"id": user.pk})


class UserForm(ModelForm):
    class Meta:
        model = User
        fields = "__all__"  # BAD: mass-assignment


class NameForm(ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name"]  # OK: mass-assignment


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        exclude = ("password",)  # BAD: mass-assignment


AdminlessForm = modelform_factory(User, exclude=[])  # BAD: mass-assignment
