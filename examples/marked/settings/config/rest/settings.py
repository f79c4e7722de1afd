from .common import *  # noqa: F403

AUTH_PASSWORD_VALIDATORS = []  # BAD: insecure-setting
USE_X_FORWARDED_HOST = True  # BAD: insecure-setting
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],  # BAD: insecure-setting
}
CORS_ALLOWED_ORIGIN_REGEXES = [r"^https://.*"]  # BAD: permissive-cors
CORS_ALLOW_CREDENTIALS = True
CSRF_TRUSTED_ORIGINS = ["https://*.example.com"]  # OK: csrf-protection-off
CSRF_COOKIE_SAMESITE = None  # BAD: cookie-without-samesite
LANGUAGE_COOKIE_SECURE = True  # OK: insecure-cookie
