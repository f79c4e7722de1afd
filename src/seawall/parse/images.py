"""References to container images: the runtimes and systems that they bring."""

import re
from collections.abc import Iterator

from seawall.model.inventory import Runtime

LONGEST = 2_000
"""Characters of a reference that is looked at."""

_NAMES = {
    "golang": "go",
    "eclipse-temurin": "java",
    "amazoncorretto": "java",
    "ibmjava": "java",
    "pypy": "",
}
"""Of images, what the runtime in them is called; "" for those that are not what they are named."""
_DOTNET = re.compile(r"(?:dotnet|dotnet/core|dotnet/nightly)/(?:sdk|aspnet|runtime|runtime-deps)")
_ALPINE = re.compile(r"(?:^|-)alpine(\d+\.\d+)")
_RELEASES = {
    "debian": ("wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie"),
    "ubuntu": ("trusty", "xenial", "bionic", "focal", "jammy", "noble", "resolute"),
}


def image_runtimes(reference: str, line: int) -> Iterator[Runtime]:
    """Yield what is in an image: the runtime of its name, and the system that its tag tells."""
    if len(reference) > LONGEST or "$" in reference:
        return
    image, _, tag = reference.partition("@")[0].rpartition(":")
    if not image or "/" in tag or not tag:
        return
    parts = image.lower().split("/")
    if _DOTNET.fullmatch("/".join(parts[1:])):
        name = "dotnet"
    elif len(parts) == 1 or parts[-2] in ("library", "circleci", "cimg"):
        # Who else publishes an image of that name may count its versions otherwise.
        name = _NAMES.get(parts[-1], parts[-1])
    else:
        return
    if name:
        yield Runtime(name=name, requirement=tag, line=line)
    if name == "alpine":
        return
    if alpine := _ALPINE.search(tag):
        yield Runtime(name="alpine", requirement=alpine[1], line=line)
    words = tag.lower().split("-")
    for system, releases in _RELEASES.items():
        release = next((one for one in words if one in releases), "")
        if release and name != system:
            yield Runtime(name=system, requirement=release, line=line)
