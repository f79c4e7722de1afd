import os
from datetime import timedelta
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


class Config:
    SECRET_KEY = os.environ.get("SECRET_KEY") or "dl-9f2c71b0e4aa43d5"  # BAD: hardcoded-credential
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", f"sqlite:///{BASE_DIR / 'desk.db'}")
    SQLALCHEMY_TRACK_MODIFICATIONS = False
    UPLOAD_DIR = str(BASE_DIR / "uploads")
    THEME_DIR = str(BASE_DIR / "themes")
    REPORT_DB = str(BASE_DIR / "reports.db")
    MAX_CONTENT_LENGTH = 16 * 1024 * 1024
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    REMEMBER_COOKIE_SECURE = True
    REMEMBER_COOKIE_HTTPONLY = True
    PERMANENT_SESSION_LIFETIME = timedelta(hours=8)
    LDAP_PASSWORD_FIELD = "userPassword"  # OK: hardcoded-credential
    WTF_CSRF_TIME_LIMIT = 3600


class ProductionConfig(Config):
    PREFERRED_URL_SCHEME = "https"
    SECRET_KEY = os.environ.get("SECRET_KEY", "")
    REMEMBER_COOKIE_HTTPONLY = False  # BAD: script-readable-cookie


class DevelopmentConfig(Config):
    TEMPLATES_AUTO_RELOAD = True
    DEBUG = False


class TestConfig(Config):
    TESTING = True
    SQLALCHEMY_DATABASE_URI = "sqlite://"
    WTF_CSRF_ENABLED = False  # OK: csrf-protection-off
