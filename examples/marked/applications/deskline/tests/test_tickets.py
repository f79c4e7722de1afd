import pytest

from deskline import create_app
from deskline.config import TestConfig
from deskline.extensions import db
from deskline.models import Ticket, User
from deskline.utils.security import hash_password, local_target, verify_password
from deskline.utils.text import slugify


@pytest.fixture
def app():
    app = create_app(TestConfig)
    with app.app_context():
        db.create_all()
        yield app


def test_password_roundtrip():
    stored = hash_password("swordfish")
    assert verify_password(stored, "swordfish")
    assert not verify_password(stored, "other")


def test_local_target():
    assert local_target("/tickets/") == "/tickets/"
    assert local_target("//evil.example") is None


def test_slug():
    assert slugify("Hello, World!") == "hello-world"


def test_by_state(app):
    db.session.add(Ticket(subject="a", body="b"))
    db.session.add(User(email="x@example.org"))
    db.session.commit()
    assert len(Ticket.by_state("open")) == 1


def test_login_page(app):
    assert app.test_client().get("/auth/login").status_code == 200
