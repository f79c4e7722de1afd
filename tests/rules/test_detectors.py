"""What every packaged detector must be: well formed, shared by both engines, rare and bounded."""

import re
import sysconfig
from collections import Counter
from pathlib import Path

import pytest

from seawall.engines.secrets.checksums import CHECKSUMS
from seawall.engines.secrets.detectors import ASSIGNMENT
from seawall.engines.secrets.judges import JUDGES
from seawall.engines.secrets.segments import ZONE
from seawall.engines.secrets.trigger import TriggerError, leading_literal, trigger_of, width
from seawall.rules.secrets import load_secrets

PACKAGED = load_secrets()
RAREST = 2.0
"""Times that one detector's trigger may match in 100 kB of ordinary source."""
GENERIC = 60.0
"""The same for detectors whose judge decides (a name like "password" is no rarity)."""


def test_patterns_are_those_of_both_engines() -> None:
    wrong: list[str] = []
    for detector in PACKAGED.detectors:
        try:
            trigger_of(detector)
            re.compile(detector.pattern.encode())
            re.compile(detector.near.encode(), re.IGNORECASE)
        except (TriggerError, re.error) as error:
            wrong.append(f"{detector.rule}: {error}: {detector.pattern} near {detector.near}")
    assert wrong == []


def test_matches_fit_into_a_segment() -> None:
    wide = [
        detector.rule
        for detector in PACKAGED.detectors
        if not detector.multiline and width(detector.pattern) > ZONE
    ]
    assert wide == []


def test_named_checks_exist() -> None:
    unknown = [
        f"{d.rule}: {d.checksum or d.judge}"
        for d in PACKAGED.detectors
        if (d.checksum and d.checksum not in CHECKSUMS)
        or (d.judge and d.judge != ASSIGNMENT and d.judge not in JUDGES)
    ]
    assert unknown == []


def test_assignments_are_written_in_lower_case() -> None:
    """They are tried on text in lower case; classes and escapes may say more than they need."""
    wrong = [
        detector.pattern
        for detector in PACKAGED.detectors
        if detector.judge == ASSIGNMENT
        and (
            not detector.pattern.startswith("(?i)")
            or re.search(r"[A-Z]", re.sub(r"\\.|\[[^\]]*\]", "", detector.pattern))
        )
    ]
    assert wrong == []


def test_blocks_of_lines_open_with_a_text_of_their_own() -> None:
    """Where the next one opens, a block is over: that bounds what hostile text can cost."""
    blocks = [detector for detector in PACKAGED.detectors if detector.multiline]
    assert [d.rule for d in blocks if len(leading_literal(d.pattern)) < 8] == []


def test_rule_ids_are_unique_and_forms_are_told_once() -> None:
    ids = Counter(rule.id for rule in PACKAGED.rules)
    assert [name for name, count in ids.items() if count > 1] == []
    forms = Counter((d.rule, d.pattern, d.near) for d in PACKAGED.detectors)
    assert [form for form, count in forms.items() if count > 1] == []


@pytest.mark.needs("hyperscan")
def test_triggers_are_rare_in_ordinary_source() -> None:
    from seawall.engines.secrets.hyperscan_matcher import HyperscanMatcher

    triggers = [trigger_of(detector) for detector in PACKAGED.detectors]
    matcher = HyperscanMatcher(triggers, digest="", cache_folder=None)
    library = Path(sysconfig.get_path("stdlib"))
    files = [file.read_bytes() for file in sorted(library.glob("**/*.py"))[:1500]]
    size = sum(map(len, files)) / 100_000
    often = Counter(index for content in files for index, _, _ in matcher.hits(content))
    loud = [
        f"{PACKAGED.detectors[index].rule}: {count / size:.1f} in 100 kB"
        for index, count in often.items()
        if count / size > (GENERIC if PACKAGED.detectors[index].judge else RAREST)
    ]
    assert loud == []
