"""Every rule there is: of all engines, and of the gate itself."""

from pathlib import Path

from seawall.core.rule import Rule
from seawall.rules.code import load_code
from seawall.rules.gate import GATE_WEAKENED
from seawall.rules.secrets import load_secrets


def load_rules(cache_folder: Path | None = None) -> tuple[Rule, ...]:
    """Load the rules; `cache_folder` keeps them decoded for the next start."""
    return (
        *load_secrets(cache_folder).rules,
        *load_code(cache_folder).rules,
        GATE_WEAKENED,
    )
