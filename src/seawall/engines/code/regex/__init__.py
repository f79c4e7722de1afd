"""Tells which regular expressions a text can make slow, and shows such a text."""

from seawall.engines.code.regex.slow import Slow, slow_regex

__all__ = ["Slow", "slow_regex"]
