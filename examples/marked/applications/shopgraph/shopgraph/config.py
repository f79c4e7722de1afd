import os

DEFAULTS = {
    "MONGO_URL": "mongodb://localhost:27017/shop",
    "REDIS_URL": "redis://localhost:6379/0",
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "EXPORT_DIR": "/srv/shopgraph/exports",
    "PASSWORD_MIN_LENGTH": 10,
}


def load_config():
    cfg = dict(DEFAULTS)
    for key in cfg:
        if key in os.environ and isinstance(cfg[key], str):
            cfg[key] = os.environ[key]
    cfg["SECRET_KEY"] = os.environ["SECRET_KEY"]  # OK: hardcoded-credential
    cfg["SMS_API_KEY"] = os.environ.get("SMS_API_KEY", "sk_live_51Hq8ZbT0aPmC93xWn")  # BAD: hardcoded-credential
    return cfg
