from datetime import datetime, timezone

from flask_login import UserMixin
from sqlalchemy import text

from .extensions import db


def _now():
    return datetime.now(timezone.utc)


class UpdateMixin:
    def update_from(self, values):
        for key, value in values.items():
            setattr(self, key, value)
        return self


class User(UserMixin, UpdateMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(200), unique=True, nullable=False)
    display_name = db.Column(db.String(100), default="")
    role = db.Column(db.String(20), default="customer")
    password_hash = db.Column(db.String(200))
    signature = db.Column(db.Text, default="")
    api_token = db.Column(db.String(64))
    reset_code = db.Column(db.String(16))

    @property
    def is_admin(self):
        return self.role == "admin"


class Ticket(UpdateMixin, db.Model):
    EDITABLE = ("subject", "body", "priority")

    id = db.Column(db.Integer, primary_key=True)
    subject = db.Column(db.String(200))
    body = db.Column(db.Text)
    priority = db.Column(db.Integer, default=3)
    state = db.Column(db.String(20), default="open")
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    created_at = db.Column(db.DateTime, default=_now)

    owner = db.relationship(User)

    @classmethod
    def matching(cls, phrase):
        clause = text("subject LIKE '%" + phrase + "%' OR body LIKE '%" + phrase + "%'")  # BAD: sql-injection
        return cls.query.filter(clause).order_by(cls.created_at.desc()).all()

    @classmethod
    def by_state(cls, state):
        clause = text("state = :state").bindparams(state=state)  # OK: sql-injection
        return cls.query.filter(clause).all()


class Attachment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    ticket_id = db.Column(db.Integer, db.ForeignKey("ticket.id"))
    filename = db.Column(db.String(255))
    stored_as = db.Column(db.String(255))
