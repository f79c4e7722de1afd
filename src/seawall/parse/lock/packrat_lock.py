"""packrat.lock of R.

Source: https://github.com/rstudio/packrat, `R/lockfile.R`.
"""

from collections.abc import Mapping

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.dcf import Field, asked_in, paragraphs_of

_NONE = Field("", 0)


def parse(file: ListFile) -> Inventory:
    """Return what packrat has chosen. Raises ParseError when it is no lockfile of packrat."""
    paragraphs = list(paragraphs_of(file.content))
    if not any("PackratFormat" in one or "Package" in one for one in paragraphs):
        raise ParseError("it is no lockfile of packrat")
    entries = [one for one in paragraphs if one.get("Package", _NONE).value]
    ids = {one["Package"].value: _id(one) for one in entries}
    return Inventory(
        packages=tuple(_package(one, ids) for one in entries),
        runtimes=tuple(
            Runtime(name="r", requirement=one["RVersion"].value, line=one["RVersion"].line)
            for one in paragraphs
            if "RVersion" in one
        ),
    )


def _id(entry: Mapping[str, Field]) -> str:
    return f"{entry['Package'].value}@{entry.get('Version', _NONE).value}"


def _package(entry: Mapping[str, Field], ids: Mapping[str, str]) -> Package:
    source = entry.get("Source", _NONE).value.lower()
    owner, repository = (entry.get(key, _NONE).value for key in ("GithubUsername", "GithubRepo"))
    is_git = source in ("github", "gitlab", "bitbucket", "git") or bool(repository)
    return Package(
        ecosystem=Ecosystem.BIOCONDUCTOR if source == "bioconductor" else Ecosystem.CRAN,
        name=entry["Package"].value,
        version=entry.get("Version", _NONE).value,
        line=entry["Package"].line,
        requires=tuple(ids[name] for name, _, _ in asked_in(entry.get("Requires")) if name in ids),
        origin="git" if is_git else "path" if source == "source" else "registry",
        address=f"https://github.com/{owner}/{repository}" if owner and repository else "",
        hashed="Hash" in entry,
    )
