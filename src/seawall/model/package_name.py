"""Names of packages as each ecosystem compares them."""

import re

from seawall.model.inventory import Ecosystem

_WITHOUT_CASE = frozenset(
    {
        Ecosystem.PYPI,
        Ecosystem.NUGET,
        Ecosystem.PACKAGIST,
        Ecosystem.GITHUB_ACTIONS,
        Ecosystem.SWIFT,
        Ecosystem.HEX,
        Ecosystem.PUB,
        Ecosystem.BITNAMI,
        Ecosystem.CONAN,
        Ecosystem.CONDA,
    }
)


def normal_name(ecosystem: Ecosystem, name: str) -> str:
    """Return a package's name as it is compared."""
    if ecosystem is Ecosystem.PYPI:
        return re.sub(r"[-_.]+", "-", name).lower()
    if ecosystem is Ecosystem.SWIFT:
        name = re.sub(r"\A(?:https?://|git@|ssh://git@)", "", name).removesuffix(".git")
    return name.lower() if ecosystem in _WITHOUT_CASE else name
