from .compare import same, same_text
from .ids import new_token, numeric_code

__all__ = ["new_token", "numeric_code", "same", "same_text"]
