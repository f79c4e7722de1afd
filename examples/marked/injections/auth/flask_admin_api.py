from functools import wraps

from flask import Blueprint, Flask, abort, jsonify, request, session
from flask.views import MethodView
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_httpauth import HTTPBasicAuth
from flask_login import LoginManager, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import check_password_hash

app = Flask(__name__)
db = SQLAlchemy(app)
auth = HTTPBasicAuth()
login_manager = LoginManager(app)
admin = Admin(app)


class Member(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))
    is_admin = db.Column(db.Boolean)
    password_hash = db.Column(db.String(200))


class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer)
    text = db.Column(db.Text)


class MemberView(ModelView):
    def is_accessible(self):
        return current_user.is_authenticated and current_user.is_admin


def admin_required(fn):
    @wraps(fn)
    def inner(*args, **kwargs):
        if not current_user.is_authenticated or not current_user.is_admin:
            abort(403)
        return fn(*args, **kwargs)
    return inner


admin.add_view(ModelView(Note, db.session))  # BAD: missing-authentication
admin.add_view(MemberView(Member, db.session))  # OK: missing-authentication


@app.get("/notes")
@login_required
def notes():
    rows = Note.query.filter_by(owner_id=current_user.id)
    return jsonify([n.text for n in rows])


@app.post("/members/<int:pk>/delete")
def delete_member(pk):  # BAD: missing-authentication
    db.session.delete(Member.query.get_or_404(pk))
    db.session.commit()
    return "", 204


@app.post("/members/<int:pk>/disable")
@admin_required
def disable_member(pk):  # OK: missing-authentication, missing-authorization
    Member.query.filter_by(id=pk).update({"name": "disabled"})
    db.session.commit()
    return "", 204


@app.post("/members/<int:pk>/promote")
@login_required
def promote(pk):  # BAD: missing-authorization
    member = Member.query.get_or_404(pk)
    member.is_admin = True
    db.session.commit()
    return "", 204


@app.post("/members/<int:pk>/demote")
@login_required
def demote(pk):  # OK: missing-authorization
    if not current_user.is_admin:
        abort(403)
    Member.query.get_or_404(pk).is_admin = False
    db.session.commit()
    return "", 204


@login_required
@app.post("/admin/reset")
def reset_all():  # BAD: missing-authentication
    Note.query.delete()
    db.session.commit()
    return "", 204


@app.get("/notes/<int:pk>")
@login_required
def note(pk):  # BAD: missing-authorization
    return Note.query.get_or_404(pk).text


@app.get("/my/notes/<int:pk>")
@login_required
def my_note(pk):  # OK: missing-authorization
    return Note.query.filter_by(id=pk, owner_id=current_user.id).first_or_404().text


@app.delete("/notes/<int:pk>")
@login_required
def delete_note(pk):  # BAD: missing-authorization
    db.session.delete(db.session.get(Note, pk))
    db.session.commit()
    return "", 204


@app.put("/notes/<int:pk>")
@login_required
def put_note(pk):  # OK: missing-authorization
    found = db.session.get(Note, pk)
    if found.owner_id != current_user.id:
        abort(403)
    found.text = request.json["text"]
    db.session.commit()
    return "", 204


@app.post("/admin/users")
def create_admin():  # BAD: missing-authentication
    db.session.add(Member(name=request.json["name"], is_admin=True))
    db.session.commit()
    return "", 201


@app.post("/login")
def login():  # OK: missing-authentication
    member = Member.query.filter_by(name=request.form["name"]).first()
    if member is None or not check_password_hash(member.password_hash, request.form["password"]):
        abort(401)
    login_user(member)
    return "ok"


@app.get("/health")
def health():  # OK: missing-authentication
    return "ok"


@app.post("/admin/config")
@auth.login_required
def config():  # OK: missing-authentication
    return "ok"


class UserAPI(MethodView):
    decorators = [login_required]

    def delete(self, pk):  # OK: missing-authentication
        db.session.delete(Note.query.filter_by(id=pk, owner_id=current_user.id).one())
        db.session.commit()
        return "", 204


ops = Blueprint("ops", __name__, url_prefix="/ops")


@ops.before_request
def gate():
    if session.get("role") != "ops":
        abort(403)


@ops.post("/flush")
def flush():  # OK: missing-authentication, missing-authorization
    Note.query.delete()
    db.session.commit()
    return "", 204


app.register_blueprint(ops)
