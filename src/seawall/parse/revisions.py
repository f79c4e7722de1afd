"""Revisions of repositories: addresses as they may be shown, and the version that a tag says."""

import re

_CREDENTIALS = re.compile(r"//[^/@\s]*@")
_TAG = re.compile(r"(?:\A|[-_/@])[vV]?\.?(\d+(?:\.\d+)*(?:[-+.][\w.+-]*)?)\Z")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")


def shown_address(address: str) -> str:
    """Return an address without credentials."""
    return _CREDENTIALS.sub("//", address)


def tagged_version(tag: str) -> str:
    """Return the version that a tag like "v1.2.3" or "name-1.2" says, "" if it says none."""
    if _COMMIT.fullmatch(tag) and not tag.isdigit():
        return ""
    found = _TAG.search(tag) if len(tag) < 200 else None
    return found[1] if found else ""


def repository_name(address: str) -> str:
    """Return the host and path of a repository's address: "github.com/apple/swift-nio"."""
    name = re.sub(r"\A[a-z+]+://", "", address.strip(), flags=re.IGNORECASE)
    name = re.sub(r"\A[^/@\s]*@", "", name)
    # The form of scp, "git@host:owner/name", and a port.
    name = re.sub(r"\A([^/:]+):(?:\d+(?=/))?/*", r"\1/", name)
    return name.rstrip("/").removesuffix(".git")
