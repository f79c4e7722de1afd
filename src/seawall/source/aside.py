"""Folders of what is shown or tried, and not put to use."""

_SHOWN = frozenset("examples example samples tests test testing fixtures testdata docs doc".split())
_OTHERS = frozenset("templates template node_modules vendor third_party".split())
"""Of what is filled in later, and of what others wrote."""


def is_shown(path: str) -> bool:
    """Whether a file is in a folder of examples, tests or documentation."""
    return any(part.lower() in _SHOWN for part in path.split("/")[:-1])


def is_aside(path: str) -> bool:
    """Whether a file is in such a folder, or in one of templates or of what others wrote."""
    return any(part.lower() in _SHOWN | _OTHERS for part in path.split("/")[:-1])
