"""Shapes that rules and engines share: no I/O."""
