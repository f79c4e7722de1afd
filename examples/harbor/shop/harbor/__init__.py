"""Harbor, a shop for boat supplies."""

from pathlib import Path

import click
from flask import Flask, g

from harbor import (
    accounts,
    admin,
    api,
    cart,
    catalogue,
    checkout,
    orders,
    reviews,
    settings,
    webhooks,
)
from harbor.database import connect


def create_app(database_path=None, testing=False):
    app = Flask(__name__)
    app.config.from_object(settings)
    app.config["TESTING"] = testing
    if database_path is not None:
        app.config["DATABASE_PATH"] = str(database_path)

    for module in (
        catalogue,
        cart,
        checkout,
        orders,
        accounts,
        reviews,
        admin,
        webhooks,
        api,
    ):
        app.register_blueprint(module.pages)

    @app.before_request
    def open_database():
        g.db = connect(app.config["DATABASE_PATH"])
        g.customer = accounts.current_customer()

    @app.teardown_request
    def close_database(error):
        db = g.pop("db", None)
        if db is not None:
            db.close()

    @app.after_request
    def allow_everybody(response):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Credentials"] = "true"
        return response

    @app.cli.command("init-db")
    def init_db():
        create_tables(app.config["DATABASE_PATH"])
        click.echo("tables made")

    return app


def create_tables(path):
    folder = Path(__file__).resolve().parent.parent / "migrations"
    db = connect(path)
    for migration in sorted(folder.glob("*.sql")):
        db.executescript(migration.read_text(encoding="utf-8"))
    db.commit()
    db.close()


if __name__ == "__main__":
    create_app().run(host="0.0.0.0", debug=True)
