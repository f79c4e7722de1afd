"""The secrets engine as the journeys use it: made with the packaged detectors."""

from pathlib import Path
from typing import Literal

from seawall.engines.secrets.engine import SecretsEngine
from seawall.rules.secrets import load_secrets

Matcher = Literal["auto", "hyperscan", "python"]


def load_engine(cache_folder: Path | None, matcher: Matcher) -> SecretsEngine:
    """Load the packaged detectors and make the engine."""
    packaged = load_secrets(cache_folder)
    return SecretsEngine(
        packaged.detectors, packaged.rules, cache_folder=cache_folder, matcher=matcher
    )
