from .base import *  # noqa: F401,F403

SESSION_COOKIE_SECURE = False  # BAD: insecure-cookie
SESSION_COOKIE_SAMESITE = "None"  # BAD: cookie-without-samesite
CORS_ORIGIN_ALLOW_ALL = True  # BAD: permissive-cors
CORS_ALLOW_CREDENTIALS = True
SECURE_BROWSER_XSS_FILTER = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
