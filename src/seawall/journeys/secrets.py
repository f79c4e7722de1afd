"""The secrets engine as the journeys use it: made with the packaged detectors."""

from pathlib import Path
from typing import Literal

from seawall.engines.secrets.engine import SecretsEngine
from seawall.rules.secrets import SecretRules, load_secrets

Matcher = Literal["auto", "hyperscan", "python"]


def load_engine(
    cache_folder: Path | None, matcher: Matcher, packaged: SecretRules | None = None
) -> SecretsEngine:
    """Make the engine with the packaged detectors, loaded here where they are not handed in."""
    packaged = packaged or load_secrets(cache_folder)
    return SecretsEngine(
        packaged.detectors, packaged.rules, cache_folder=cache_folder, matcher=matcher
    )
