import os

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False  # OK: debug-mode
ALLOWED_HOSTS = ["shop.example.com", ".shop-cdn.example.com"]  # OK: insecure-setting

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.sessions", "corsheaders", "shop"]
MIDDLEWARE = [  # OK: csrf-protection-off
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "site.urls"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"  # OK: insecure-setting
SESSION_COOKIE_SECURE = True  # OK: insecure-cookie
SESSION_COOKIE_HTTPONLY = True  # OK: script-readable-cookie
SESSION_COOKIE_SAMESITE = "Lax"  # OK: cookie-without-samesite
CSRF_COOKIE_SECURE = True  # OK: insecure-cookie
SECURE_CONTENT_TYPE_NOSNIFF = True  # OK: insecure-setting
SECURE_SSL_REDIRECT = True  # OK: insecure-setting
SECURE_HSTS_SECONDS = 31536000  # OK: insecure-setting
X_FRAME_OPTIONS = "DENY"  # OK: insecure-setting
CORS_ALLOWED_ORIGINS = ["https://app.example.com"]  # OK: permissive-cors
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"autoescape": True},  # OK: template-autoescape-off
    },
]
