"""Which names and texts of settings are those of secrets."""

import re

_NAME = re.compile(
    r"(?:^|[_.-])(?:[a-z0-9]*(?:password|passwd|passphrase)|pwd|pass|(?:client|app|auth|jwt|api)?"
    r"secret|(?:access|auth|api|bearer|bot|refresh|github|slack)?token|credentials?"
    r"|(?:api|access|private|secret|account|encryption|signing|master|license)[_.-]?key)"
    r"(?:[_.-](?:key|base|value|root|admin|user|token|access[_.-]key))?[0-9]?$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_ONE = re.compile(
    r"true|false|yes|no|on|off|null|none|[0-9]{1,3}|.{0,2}"
    r"|/[\w./-]*|\.{0,2}/.*|[a-z][a-z0-9+.-]*://[^:@/]*(?:[/?#:].*)?"
    r"|.*(?:\$\(|\$\{|\{\{|<[\w -]+>|ENC\[|\bvault:|\bref\+).*|\$\w+|%\w+%|__\w+__|@\w+@"
    r"|[x*.]{3,}|your[-_ ]?.*|(?:to[-_]?be|to[-_]do|todo|replace|insert|fill).*"
    r"|example.*|placeholder.*|dummy.*|fake.*|redacted.*",
    re.IGNORECASE | re.DOTALL,
)
_CARRIED = re.compile(r"[a-z][a-z0-9+.-]*://[^\s:@/]*:(?![$<{*])[^\s@/]{2,}@", re.IGNORECASE)


def names_secret(name: str) -> bool:
    """Whether what has a name is a secret by it: "DB_PASSWORD", and not "DB_PASSWORD_FILE"."""
    return bool(_NAME.search(spaced(name)))


def is_secret(value: str) -> bool:
    """Whether a text may be a secret as it stands, and no switch, path or blank to fill in."""
    return not _NOT_ONE.fullmatch(value.strip())


def carries_secret(text: str) -> bool:
    """Whether an address with a password stands in a text."""
    return bool(_CARRIED.search(text))


def spaced(name: str) -> str:
    """Return a name with the words apart: "dbPassword" as "db_Password"."""
    return _CAMEL.sub("_", name)
