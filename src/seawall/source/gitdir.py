"""Find a git directory and judge it by its files alone: git itself is not asked, nothing runs."""

import os
import re
import stat
from pathlib import Path

from msgspec import Struct

from seawall.core.errors import reason_of
from seawall.source.disk import NotRegularError, read_regular

MAX_CONFIG = 1 << 20

MAX_BORROWED = 5
"""How many stores of objects may borrow from one another; git allows as many."""


class GitDirectoryError(Exception):
    """The git directory is not one, or reaches for something outside itself."""


class GitDirectory(Struct, frozen=True, kw_only=True):
    """Where the parts of a repository are, each inside the repository and of the expected kind."""

    own: Path
    """The work tree's own part: HEAD, index."""
    shared: Path
    """What linked work trees have in common: objects, refs; mostly the same folder."""
    work_tree: Path | None
    """None for a bare repository."""
    object_format: str = "sha1"
    """"sha1" or "sha256"."""
    ref_format: str = "files"
    """"files" or "reftable"."""
    flags: dict[str, str] = {}
    """The file system's properties that the repository was made with: "filemode" → "true"."""


def find_git_directory(folder: Path) -> GitDirectory | None:
    """Find the repository that a folder (absolute, without links) is in, or is.

    Raises GitDirectoryError when the nearest one cannot be used.
    """
    for above in (folder, *folder.parents):
        marker = above / ".git"
        if os.path.lexists(marker):
            return at_marker(marker)
        if above == folder and _looks_bare(folder):
            return _judge(folder, folder, None)
    return None


def at_marker(marker: Path) -> GitDirectory:
    """Judge the `.git` of a work tree: a folder, or a file that names one.

    Raises GitDirectoryError.
    """
    work_tree = marker.parent
    try:
        mode = os.lstat(marker).st_mode
    except OSError as error:
        raise GitDirectoryError(f".git cannot be read: {reason_of(error)}") from error
    if stat.S_ISDIR(mode):
        return _judge(marker, marker, work_tree)
    if not stat.S_ISREG(mode):
        raise GitDirectoryError(".git is neither a folder nor a file")
    own = _named_by(marker)
    shared = own
    if (own / "commondir").exists():
        named = _line(own / "commondir")
        shared = Path(os.path.realpath(own / named))
    if not _belongs(own, shared, marker):
        raise GitDirectoryError(".git names a git directory elsewhere that does not name it back")
    return _judge(own, shared, work_tree)


def _named_by(marker: Path) -> Path:
    line = _line(marker)
    if not line.startswith("gitdir: "):
        raise GitDirectoryError(".git does not name a git directory")
    return Path(os.path.realpath(marker.parent / line.removeprefix("gitdir: ")))


def _belongs(own: Path, shared: Path, marker: Path) -> bool:
    """Whether a git directory elsewhere is really that of this work tree.

    Otherwise an unpacked archive could have any repository of the machine told as its own.
    """
    if own != shared:
        # A linked work tree: its git directory names the `.git` file.
        back = own / "gitdir"
        return (
            shared in own.parents
            and back.exists()
            and os.path.realpath(own / _line(back)) == os.path.realpath(marker)
        )
    # A submodule: within the `.git` of a folder above. Or within the work tree itself.
    folders = (marker.parent, *marker.parent.parents)
    return any(above / ".git" in own.parents for above in folders[1:]) or folders[0] in own.parents


def _judge(own: Path, shared: Path, work_tree: Path | None) -> GitDirectory:
    """Hold every part to its kind and place."""
    inside = (os.path.realpath(own), os.path.realpath(shared))
    for folder, name, is_kind, needed in (
        (own, "HEAD", stat.S_ISREG, True),
        (own, "index", stat.S_ISREG, False),
        (shared, "objects", stat.S_ISDIR, True),
        (shared, "refs", stat.S_ISDIR, True),
        (shared, "packed-refs", stat.S_ISREG, False),
        (shared, "shallow", stat.S_ISREG, False),
        (shared, "config", stat.S_ISREG, False),
        (shared, "reftable", stat.S_ISDIR, False),
        (shared, "info/exclude", stat.S_ISREG, False),
        (shared, "info/attributes", stat.S_ISREG, False),
    ):
        path = os.path.realpath(folder / name)
        try:
            mode = os.lstat(path).st_mode
        except OSError as error:
            if needed:
                raise GitDirectoryError(f"its {name} cannot be read: {reason_of(error)}") from error
            continue
        if not is_kind(mode):
            raise GitDirectoryError(f"its {name} is not of the expected kind")
        if not any(path.startswith(f"{place}/") for place in inside):
            raise GitDirectoryError(f"its {name} lies outside the git directory")
    _check_files(shared / "refs", inside)
    _check_objects(shared / "objects", inside)
    settings = _settings(shared / "config")
    formats = {name: settings.get(f"extensions.{name}") for name in ("objectformat", "refstorage")}
    for name, value in formats.items():
        if value not in (None, "sha1", "sha256", "files", "reftable"):
            raise GitDirectoryError(f"its {name} {value!r:.40} is not known")
    return GitDirectory(
        own=own,
        shared=shared,
        work_tree=work_tree,
        object_format=formats["objectformat"] or "sha1",
        ref_format=formats["refstorage"] or "files",
        flags={
            name: settings[f"core.{name}"]
            for name in ("filemode", "ignorecase", "precomposeunicode", "symlinks")
            if settings.get(f"core.{name}") in ("true", "false")
        },
    )


def _check_files(folder: Path, inside: tuple[str, ...]) -> None:
    """Refuse pipes and devices, for which git would wait, and links that lead elsewhere."""
    waiting = [os.path.realpath(folder)]
    while waiting:
        try:
            found = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif not entry.is_file(follow_symlinks=False):
                path = os.path.realpath(entry.path)
                if not os.path.isfile(path) or not path.startswith(tuple(f"{p}/" for p in inside)):
                    raise GitDirectoryError(f"its {folder.name} hold something that is no file")


def _check_objects(folder: Path, inside: tuple[str, ...], depth: int = 0) -> None:
    """Check a store of objects and those that it borrows from.

    Borrowing is common (`git clone --shared`, build servers) and gives nothing away: an object is
    only read by its name.
    """
    _check_files(folder, inside)
    alternates = folder / "info" / "alternates"
    if depth > MAX_BORROWED or not os.path.lexists(alternates):
        return
    try:
        content, _ = read_regular(alternates, MAX_CONFIG)
    except OSError as error:
        raise GitDirectoryError(f"its alternates cannot be read: {reason_of(error)}") from error
    for line in content.splitlines():
        if line and not line.startswith(b"#"):
            other = Path(os.path.realpath(folder / os.fsdecode(line)))
            _check_objects(other, (*inside, str(other)), depth + 1)


def _looks_bare(folder: Path) -> bool:
    return (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    )


_SECTION = re.compile(r'\[\s*([A-Za-z0-9.-]+)\s*(?:"[^"]*")?\s*\]')
_SETTING = re.compile(r"([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*([^#;]*))?")


def _settings(config: Path) -> dict[str, str]:
    """Read the plain settings of a config file; includes and sections with a name are left out."""
    try:
        content, _ = read_regular(Path(os.path.realpath(config)), MAX_CONFIG)
    except OSError:
        return {}
    settings: dict[str, str] = {}
    section = ""
    for line in content.decode("utf-8", "replace").splitlines():
        text = line.strip()
        header = _SECTION.match(text)
        if header:
            section = "" if '"' in header[0] else header[1].lower()
            text = text[header.end() :].strip()
        setting = _SETTING.fullmatch(text)
        if setting and section:
            value = (setting[2] or "true").strip().strip('"').lower()
            settings[f"{section}.{setting[1].lower()}"] = value
    return settings


def _line(path: Path) -> str:
    """Read a file of one line."""
    try:
        content, _ = read_regular(path, 8192)
    except NotRegularError as error:
        raise GitDirectoryError(f"its {path.name} is not a regular file") from error
    except OSError as error:
        raise GitDirectoryError(f"its {path.name} cannot be read: {reason_of(error)}") from error
    return os.fsdecode(content.split(b"\n", 1)[0].rstrip(b"\r"))
