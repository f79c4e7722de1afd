import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "k3#v!0s8x$y2@qv1w)7zt=h^m4n&b6r9"  # BAD: hardcoded-credential
DEBUG = True  # BAD: debug-mode
ALLOWED_HOSTS = ["*"]  # BAD: insecure-setting

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "courses",
    "accounts",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "coursehub.middleware.AuditMiddleware",
    "coursehub.middleware.OfficeOnlyMiddleware",
]

ROOT_URLCONF = "coursehub.urls"
WSGI_APPLICATION = "coursehub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "coursehub",
        "USER": "coursehub",
        "HOST": os.environ.get("DB_HOST", "localhost"),
        "PASSWORD": os.environ["DB_PASSWORD"],  # OK: hardcoded-credential
    }
}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",  # BAD: weak-password-hash
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = False  # BAD: script-readable-cookie
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = False  # BAD: insecure-cookie
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SECURE_HSTS_SECONDS = 31536000
SECURE_SSL_REDIRECT = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CORS_ALLOW_ALL_ORIGINS = True  # BAD: permissive-cors

LANGUAGE_CODE = "en-gb"
USE_TZ = True
STATIC_URL = "/static/"
MEDIA_ROOT = BASE_DIR / "media"
MEDIA_URL = "/media/"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_RESET_TOKEN_URL = "/accounts/reset/"  # OK: hardcoded-credential
OFFICE_ADDRESSES = {"10.4.0.17", "10.4.0.18"}
FEED_HOSTS = {"feeds.coursehub.example", "news.coursehub.example"}
