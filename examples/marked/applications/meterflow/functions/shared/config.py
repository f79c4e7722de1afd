import os

TABLE = os.environ.get("READINGS_TABLE", "readings")
BUCKET = os.environ.get("UPLOAD_BUCKET", "meterflow-uploads")
REGION = os.environ.get("AWS_REGION", "eu-west-1")
ALLOWED_ORIGIN = "https://portal.meterflow.example"
REPORT_ACCESS_KEY = "meterflow-access-7Hq2"  # BAD: hardcoded-credential
REPORT_SECRET = os.environ.get("REPORT_SECRET", "")  # OK: hardcoded-credential
TOKEN_ISSUER = "https://login.meterflow.example/"
WEATHER_HOSTS = {"api.weather.example", "archive.weather.example"}
