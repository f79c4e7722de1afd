"""Releases of Python packages, downloaded and unpacked; nothing of them is built or run."""

import importlib
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path


def find_release(releases: Path, package: str, version: str) -> Path:
    """Return the folder of an unpacked release."""
    return releases / f"{re.sub(r'[-_.]+', '-', package).lower()}-{version}"


def fetch(wanted: Iterable[tuple[str, str]], releases: Path) -> None:
    """Download and unpack what is missing of package and version, source archives before wheels.

    Raises FileNotFoundError when PyPI has neither. Needs unearth, an installer of `pip install`.
    """
    # Asked for by name: it is no dependency of the project.
    unearth = importlib.import_module("unearth")

    finders = [
        unearth.PackageFinder(
            index_urls=["https://pypi.org/simple/"], ignore_compatibility=True, **{form: [":all:"]}
        )
        for form in ("no_binary", "only_binary")
    ]
    releases.mkdir(parents=True, exist_ok=True)
    for package, version in wanted:
        target = find_release(releases, package, version)
        if target.exists():
            continue
        for finder in finders:
            requirement = f"{package}=={version}"
            found = finder.find_best_match(requirement, allow_yanked=True, allow_prereleases=True)
            if found.best is not None:
                break
        else:
            raise FileNotFoundError(f"{package} {version}")
        with tempfile.TemporaryDirectory(dir=releases) as folder:
            got = Path(finder.download_and_unpack(found.best.link, Path(folder), Path(folder)))
            if got.is_file():
                shutil.unpack_archive(got, target, "zip")
            else:
                shutil.move(got, target)


def count_lines(target: Path) -> int:
    """Count the lines of the Python files of a file or folder."""
    files = [target] if target.is_file() else target.rglob("*.py")
    return sum(file.read_bytes().count(b"\n") for file in files if file.is_file())
