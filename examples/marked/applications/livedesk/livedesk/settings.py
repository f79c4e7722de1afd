import os
import tomllib
from dataclasses import dataclass, field


@dataclass
class Settings:
    dsn: str = "postgresql://livedesk@localhost/livedesk"
    mysql_host: str = "localhost"
    mysql_password: str = field(default_factory=lambda: os.environ.get("MYSQL_PASSWORD", ""))
    smtp_password: str = "Mx7!relay-out"  # BAD: hardcoded-credential
    upload_dir: str = "/srv/livedesk/uploads"
    clip_dir: str = "/srv/livedesk/clips"
    token_key: str = field(default_factory=lambda: os.environ["LIVEDESK_TOKEN_KEY"])
    partners: tuple = ("crm.example.com", "erp.example.com")


def load(path):
    try:
        with open(path, "rb") as fh:
            raw = tomllib.load(fh)
    except FileNotFoundError:
        raw = {}
    known = {k: v for k, v in raw.items() if k in Settings.__dataclass_fields__}
    return Settings(**known)  # OK: mass-assignment
