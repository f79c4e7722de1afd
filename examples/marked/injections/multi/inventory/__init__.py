from .db import execute, lookup
from .settings import DEFAULT_ORDER, TABLES

__all__ = ["execute", "lookup", "DEFAULT_ORDER", "TABLES"]
