import logging

from flask import Flask, jsonify

from .config import Config
from .extensions import csrf, db, login_manager


def create_app(config=Config):
    app = Flask(__name__)
    app.config.from_object(config)
    db.init_app(app)
    csrf.init_app(app)
    login_manager.init_app(app)
    login_manager.login_view = "auth.login"

    from .admin import bp as admin_bp
    from .api import bp as api_bp
    from .auth import bp as auth_bp
    from .files import bp as files_bp
    from .tickets import bp as tickets_bp

    app.register_blueprint(auth_bp, url_prefix="/auth")
    app.register_blueprint(tickets_bp, url_prefix="/tickets")
    app.register_blueprint(files_bp, url_prefix="/files")
    app.register_blueprint(admin_bp, url_prefix="/admin")
    app.register_blueprint(api_bp, url_prefix="/api")
    csrf.exempt(api_bp)  # BAD: csrf-protection-off

    from .utils.text import register_filters

    register_filters(app)
    logging.basicConfig(level=logging.INFO)

    @app.errorhandler(404)
    def not_found(_):
        return jsonify(error="not found"), 404

    @app.after_request
    def harden(resp):
        resp.headers.setdefault("X-Content-Type-Options", "nosniff")
        resp.headers.setdefault("X-Frame-Options", "DENY")
        return resp

    return app
