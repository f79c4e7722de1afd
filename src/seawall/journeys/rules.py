"""Every rule there is: of all engines, and of the gate itself."""

from pathlib import Path

from seawall.config import FILE_NAMES, build_tree
from seawall.core.errors import TargetError
from seawall.core.rule import Rule
from seawall.rules.code import load_code
from seawall.rules.deps import RULES as DEPS_RULES
from seawall.rules.gate import GATE_WEAKENED
from seawall.rules.infra import load_infra
from seawall.rules.secrets import SecretRules, load_secrets
from seawall.rules.vet import VET_RULES
from seawall.source.checkout import open_target


def load_rules(
    cache_folder: Path | None = None, secrets: SecretRules | None = None
) -> tuple[Rule, ...]:
    """Load the rules; `cache_folder` keeps them decoded for the next start.

    `secrets` are those of the secrets engine, where they were loaded already.
    """
    return (
        *(secrets or load_secrets(cache_folder)).rules,
        *load_code(cache_folder).rules,
        *DEPS_RULES,
        *load_infra(cache_folder).rules,
        *VET_RULES,
        GATE_WEAKENED,
    )


def load_rules_of(target: Path, cache_folder: Path | None = None) -> tuple[Rule, ...]:
    """Load the rules with those that the files of a target's configuration bring.

    Where there is no such target, those that are packaged. Raises ConfigError when a file is wrong.
    """
    packaged = load_rules(cache_folder)
    try:
        checkout = open_target(target)
    except TargetError:
        return packaged
    try:
        content = [(name, checkout.file(name)) for name in FILE_NAMES]
        found = [(name, text) for name, text in content if text is not None]
        tree = build_tree(found, known_rules=())
        if not tree.brings_rules:
            return packaged
        from seawall.journeys.code import load_code_engine
        from seawall.journeys.infra import load_infra_engine

        brought = (
            *load_code_engine(cache_folder, tree.root.code, checkout).rules,
            *load_infra_engine(cache_folder, tree.root.infra, checkout).rules,
        )
    finally:
        checkout.close()
    known = {rule.id for rule in packaged}
    return (*packaged, *(rule for rule in brought if rule.id not in known))
