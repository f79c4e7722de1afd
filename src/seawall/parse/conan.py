"""References to packages of Conan: "zlib/1.2.11@user/channel#revision:package%time".

Source: https://docs.conan.io/2/reference/conanfile/methods/requirements.html.
"""

import re

from seawall.model.inventory import Ecosystem, Package, Scope

_REFERENCE = re.compile(
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_+.-]*)/(?P<version>\[[^\]]*\]|[^\s@#%:/\[\]]+)"
    r"(?P<user>@[^#%:\s]*)?(?P<rest>[#%:]\S*)?"
)
_RANGE = re.compile(r"[<>=~^*|, ]")
LONGEST = 1 << 12


def referred(text: str, line: int, scope: Scope = "runtime", **more: object) -> Package | None:
    """Return the package of a reference; None where it is none. `more` are other fields of it."""
    found = _REFERENCE.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        return None
    version = found["version"]
    requirement = version[1:-1] if version.startswith("[") else ""
    user = (found["user"] or "").lstrip("@")
    return Package(
        ecosystem=Ecosystem.CONAN,
        name=found["name"],
        version="" if requirement else version,
        requirement=requirement,
        line=line,
        scope=scope,
        address=user if user not in ("_/_", "_/") else "",
        **more,  # type: ignore[arg-type]
    )
