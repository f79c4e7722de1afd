from .passwords import hash_password, verify_password
from .tokens import current_account, issue_token, require_staff

__all__ = ["hash_password", "verify_password", "current_account", "issue_token", "require_staff"]
