import click
from flask.cli import FlaskGroup

from deskline import create_app
from deskline.extensions import db
from deskline.models import User
from deskline.utils.security import hash_password


def _app():
    return create_app()


@click.group(cls=FlaskGroup, create_app=_app)
def cli():
    """Maintenance commands."""


@cli.command("add-user")
@click.argument("email")
@click.option("--role", default="agent")
@click.password_option()
def add_user(email, role, password):
    user = User(email=email.lower(), role=role)
    user.password_hash = hash_password(password)
    db.session.add(user)
    db.session.commit()
    click.echo(f"created {user.id}")


if __name__ == "__main__":
    cli()
