"""Named judgements that detectors ask for with `judge = "..."`."""

from collections.abc import Callable

from seawall.engines.secrets.candidate import Candidate, Judgement

JUDGES: dict[str, Callable[[Candidate], Judgement]] = {}
