"""From which of several lists a source file takes a package."""

from collections.abc import Collection, Iterable

from seawall.model.inventory import Ecosystem


def above(path: str) -> list[str]:
    """Return the folders that a file is in, the nearest first, "" the last."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


def source_folders(paths: Iterable[str]) -> frozenset[str]:
    """Return the folders that have one of these files, somewhere below."""
    folders = {""}
    for path in paths:
        folders.update(above(path))
    return frozenset(folders)


def homes_of(
    ecosystem: Ecosystem, folders: Iterable[str], sources: Collection[str]
) -> dict[str, str]:
    """Return by folder of a list what it is for: where it has no sources, what is above with some.

    For Python lists lie anywhere; elsewhere one that has its own list above is for nothing.
    """
    listed = frozenset(folders)
    taken = listed if ecosystem is not Ecosystem.PYPI else frozenset()
    homes: dict[str, str] = {}
    for folder in listed:
        home = folder
        while home not in sources:
            home = home.rpartition("/")[0]
        homes[folder] = folder if home in taken else home
    return homes


def owners(ecosystem: Ecosystem, path: str, homes: Collection[str]) -> frozenset[str]:
    """Return of the homes of a package that from which a file takes it: the nearest above.

    A file of Python that has none above takes it from each.
    """
    nearest = next((folder for folder in above(path) if folder in homes), None)
    if nearest is not None:
        return frozenset({nearest})
    return frozenset(homes) if ecosystem is Ecosystem.PYPI else frozenset()
