"""What rules of other scanners of infrastructure mean here."""

import functools
from collections import defaultdict
from collections.abc import Mapping
from importlib import resources

from seawall.rules.tables import read_table

_NAME = "elsewhere.toml"


@functools.cache
def load_meanings() -> Mapping[str, frozenset[str]]:
    """Return, by what another scanner calls a rule, those of ours that say the same."""
    found: dict[str, set[str]] = defaultdict(set)
    content = (resources.files("seawall.rules") / _NAME).read_bytes()
    for rule, names in read_table(_NAME, content).items():
        for name in names.split():
            found[name].add(rule)
    return {name: frozenset(rules) for name, rules in found.items()}
