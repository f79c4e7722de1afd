from flask import Flask

from .settings import Settings


def create_app(settings=None):
    app = Flask(__name__)
    app.config.from_object(settings or Settings())
    from .routes import data, explain, jobs, models, predict

    for module in (predict, models, data, jobs, explain):
        app.register_blueprint(module.bp, url_prefix="/" + module.bp.name)
    return app
