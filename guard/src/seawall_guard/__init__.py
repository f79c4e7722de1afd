"""Seawall's agent inside a running program; so far a shell that protects nothing."""

__version__ = "0.1.0"
