"""Settings of the shop; the environment wins where it says something."""

import os

DEBUG = True
SECRET_KEY = os.environ.get("SECRET_KEY", "dev")

DATABASE_PATH = os.environ.get("DATABASE_PATH", "harbor.db")
UPLOAD_FOLDER = os.environ.get("UPLOAD_FOLDER", "uploads")
INVOICE_FOLDER = os.environ.get("INVOICE_FOLDER", "invoices")

# Payments
STRIPE_PUBLISHABLE_KEY = "<<stripe-publishable-key>>"
STRIPE_SECRET_KEY = "<<stripe-secret-key>>"
STRIPE_API = "https://api.stripe.com/v1"

# The mobile app's tokens
JWT_SECRET = "<<jwt-signing-secret>>"
JWT_ALGORITHM = "HS256"

# Mail
SMTP_HOST = "smtp.harbor-supplies.net"
SMTP_USER = "shop"
SMTP_PASSWORD = os.environ.get("SMTP_PASSWORD")

# Where orders are announced
SLACK_WEBHOOK_URL = "<<slack-webhook>>"

# The asset bundle that the templates ask for, and what it must hash to
ASSETS_VERSION = "<<git-commit>>"
ASSETS_SHA256 = "<<sha256>>"

SESSION_COOKIE_SECURE = False
SESSION_COOKIE_HTTPONLY = False
PASSWORD_MIN_LENGTH = 8
PASSWORD_FIELD = "password"
TOKEN_URL = "https://auth.harbor-supplies.net/oauth/token"
