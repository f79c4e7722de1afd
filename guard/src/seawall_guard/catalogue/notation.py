"""How the catalogue writes symbols, selectors, patterns and ids; see `docs/catalogue.md`."""

import re

# Texts, not compiled: who loads what is compiled already never needs them.
_NAME = r"[A-Za-z_]\w*"
_ITEM = r"""\[[^\[\]\s"']*\]"""
_SYMBOL = rf"{_NAME}(?:\.{_NAME}|{_ITEM})*"
_SETTING = rf"{_NAME}(?:{_ITEM})*"
_SELECTOR = rf"(?:\d+(?::{_NAME})?|{_NAME})(?:{_ITEM}){{0,3}}"
_SEVERAL = r"\d*\*|\*\*"
_KEBAB = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_WILD_NAME = r"[\w*?\[\]!-]+"
_WILD_MODULE = r"[\w*?\[\]!.-]+"


def is_name(text: str) -> bool:
    """Tell whether it is a bare name: of a method, a parameter."""
    return re.fullmatch(_NAME, text) is not None


def is_symbol(text: str) -> bool:
    """Tell whether it is a dotted name, perhaps with items: "os.system", "os.environ[]"."""
    return ("." in text or "[" in text) and re.fullmatch(_SYMBOL, text) is not None


def is_setting(text: str) -> bool:
    """Tell whether it is a variable of a settings module, perhaps with items."""
    return re.fullmatch(_SETTING, text) is not None


def is_selector(text: str) -> bool:
    """Tell whether it names one argument or an item of it: "0", "0:sql", "self", "options[key]"."""
    return re.fullmatch(_SELECTOR, text) is not None


def is_selection(text: str) -> bool:
    """Tell whether it names one argument or several: "*", "1*", "**" too."""
    return is_selector(text) or re.fullmatch(_SEVERAL, text) is not None


def is_kebab(text: str) -> bool:
    """Tell whether it may be an id: lower-case words with hyphens between them."""
    return re.fullmatch(_KEBAB, text) is not None


def is_receiver(text: str) -> bool:
    """Tell whether it is a shell pattern of a variable's name."""
    return re.fullmatch(_WILD_NAME, text) is not None


def is_module(text: str) -> bool:
    """Tell whether it is a shell pattern of a dotted module."""
    return re.fullmatch(_WILD_MODULE, text) is not None
