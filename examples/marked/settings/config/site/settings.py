import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = True  # BAD: debug-mode
ALLOWED_HOSTS = ["*"]  # BAD: insecure-setting

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "corsheaders",
    "rest_framework",
    "shop",
]

MIDDLEWARE = [  # BAD: csrf-protection-off
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

ROOT_URLCONF = "site.urls"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"  # BAD: insecure-setting
SESSION_COOKIE_SECURE = False  # BAD: insecure-cookie
SESSION_COOKIE_HTTPONLY = False  # BAD: script-readable-cookie
SESSION_COOKIE_SAMESITE = None  # BAD: cookie-without-samesite
CSRF_COOKIE_SECURE = False  # BAD: insecure-cookie
SECURE_CONTENT_TYPE_NOSNIFF = False  # BAD: insecure-setting
SECURE_SSL_REDIRECT = False  # BAD: insecure-setting
SECURE_HSTS_SECONDS = 0  # BAD: insecure-setting
SECURE_REFERRER_POLICY = "unsafe-url"  # BAD: insecure-setting
X_FRAME_OPTIONS = "ALLOWALL"  # BAD: insecure-setting
CORS_ALLOW_ALL_ORIGINS = True  # BAD: permissive-cors
CORS_ALLOW_CREDENTIALS = True

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",  # BAD: weak-password-hash
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"autoescape": False},  # BAD: template-autoescape-off
    },
]
