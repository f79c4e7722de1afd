"""What code does that matters to whoever installs it, whatever language it is in."""

import re

from msgspec import Struct

NETWORK = "network"
RUN = "run"
"""It runs commands, or other programs."""
HIDDEN = "hidden"
"""It runs code that it decodes first."""
FETCHED = "fetched"
"""It runs code that it downloads first."""
SECRETS = "secrets"
"""It reads credentials, or the whole environment."""
SENT = "sent"
"""It sends credentials or the whole environment."""
WHO = "who"
"""It asks who and where it is: names of user and machine."""
SCRAMBLED = "scrambled"
"""It is written so that nobody can read it."""


class Act(Struct, frozen=True, kw_only=True):
    """One thing that code does."""

    kind: str
    line: int
    words: str
    """What is done, completes "it ..."."""
    at_once: bool = False
    """Whether it is done when the file is run or imported, not when somebody calls for it."""


CREDENTIAL_FILES = re.compile(
    r"(?:^|[/\\~])\.?(?:ssh[/\\]+id_(?:rsa|dsa|ecdsa|ed25519)|aws[/\\]+credentials|docker[/\\]+config\.json"
    r"|kube[/\\]+config|netrc|git-credentials|pypirc|npmrc|pgpass|config[/\\]+gcloud)\b"
    r"|(?:^|[/\\])(?:Login Data|Local State|wallet\.dat|key4\.db|logins\.json|keychain-db)$"
    r"|(?:exodus|Electrum|MetaMask|Local Storage[/\\]+leveldb)|^/etc/shadow$",
    re.IGNORECASE,
)
"""Files that hold what opens something."""

FETCH_AND_RUN = re.compile(
    r"(?:curl|wget)\b[^|;&\n]{0,400}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b"
    r"|(?:curl|wget)\b[^|\n]{0,400}(?:&&|;)\s*(?:chmod\b[^\n]{0,200}(?:&&|;)\s*)?(?:\./|(?:ba|z)?sh\s|python\d?\s|node\s)"
    r"|powershell\b[^\n]{0,200}(?:-enc\w*\b|iex\b|invoke-expression|downloadstring|invoke-webrequest)"
    r"|mshta\s+https?:|certutil\b[^\n]{0,100}-urlcache|bitsadmin\b[^\n]{0,100}/transfer",
    re.IGNORECASE,
)
"""A command that downloads something and runs it."""
FETCH = re.compile(r"(?:^|[\s;&|\"'])(?:curl|wget|nc|ncat|invoke-webrequest)\s", re.IGNORECASE)
"""A command that speaks to the network."""
