"""Workflows and actions of GitHub: read with what their expressions are made of."""
