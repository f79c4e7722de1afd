from flask import Flask
from flask_cors import CORS

from .config import load_config
from .gql.schema import schema
from .gql.view import graphql_blueprint
from .web import bp as web_bp


def create_app(overrides=None):
    app = Flask(__name__)
    app.config.update(load_config())
    app.config.update(overrides or {})
    CORS(app, resources={r"/graphql": {"origins": "*"}}, supports_credentials=True)  # BAD: permissive-cors
    app.register_blueprint(graphql_blueprint(schema))
    app.register_blueprint(web_bp)
    return app
