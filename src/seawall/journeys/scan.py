"""The scan: target → sources → engines → triage → verdict → report. It prints nothing."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from seawall import __version__, policy
from seawall.config import ConfigTree
from seawall.core.errors import TargetError
from seawall.core.finding import Finding
from seawall.core.report import Coverage, Problem, Report, Target, Verdict
from seawall.core.rule import Rule
from seawall.core.triage import Status, Triaged
from seawall.journeys.examine import Examined, Progress, examine
from seawall.journeys.guardrails import Guardrails, read_guardrails
from seawall.journeys.secrets import load_engine, verify_live
from seawall.source.change import Change, change_since, change_staged
from seawall.source.checkout import Checkout, open_target
from seawall.triage.pairing import identify
from seawall.triage.status import Before, triage

ENGINES = {"secrets": load_engine}
"""The engines in the order in which they run; each gets the facts of those before."""


class ScanOptions(Struct, frozen=True, kw_only=True):
    """What the person asked for; everything from outside is in here."""

    path: Path
    mode: Literal["tree", "since", "staged", "history"] = "tree"
    since: str = ""
    engines: tuple[str, ...] = ()
    config: Path | None = None
    """A configuration in place of the target's own."""
    baseline: Path | None = None
    """A baseline in place of the configured one."""
    use_baseline: bool = True
    cache_folder: Path | None = None
    """None: no cache."""
    jobs: int = 1
    gate: bool = True
    matcher: Literal["auto", "hyperscan", "python"] = "auto"
    today: date
    verify: Callable[[Finding, str], Finding] | None = None
    """Asks the vendor about one finding's secret; None: nobody is asked."""
