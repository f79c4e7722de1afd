from pathlib import Path

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str = "postgresql+asyncpg://localhost/parcels"
    session_secret: str
    jwt_secret: str = "parcel-jwt-2023-q4-prod"  # BAD: hardcoded-credential
    jwt_algorithm: str = "HS256"
    label_dir: Path = Path("/var/lib/parceltrack/labels")
    bind: str = "127.0.0.1"  # OK: binds-all-interfaces
    token_header: str = "X-Partner-Token"  # OK: hardcoded-credential
    carrier_hosts: set[str] = {"api.dpx.example", "api.swift-post.example"}

    model_config = {"env_prefix": "PARCEL_"}


settings = Settings()
