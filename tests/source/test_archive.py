"""What is read of the archive of a package, and what never is."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from seawall.core.errors import TargetError
from seawall.source.archive import LARGEST_FILE, read_package


def tar(path: Path, *entries: tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_the_folder_around_everything_is_taken_away(tmp_path: Path) -> None:
    path = tar(tmp_path / "kit-1.0.tar.gz", ("kit-1.0/setup.py", b"1"), ("kit-1.0/kit/a.py", b"2"))
    assert read_package(path).files == {"setup.py": b"1", "kit/a.py": b"2"}


def test_what_leads_out_is_passed_over(tmp_path: Path) -> None:
    path = tar(tmp_path / "kit.tgz", ("../up.py", b"1"), ("/top.py", b"2"), ("a.py", b"3"))
    with tarfile.open(tmp_path / "link.tar", "w") as archive:
        entry = tarfile.TarInfo("passwd")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    assert read_package(path).files == {"a.py": b"3"}
    assert read_package(tmp_path / "link.tar").files == {}


def test_a_wheel_keeps_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "kit-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("kit/a.py", "1")
        archive.writestr("kit-1.0.dist-info/METADATA", "2")
        archive.writestr("../up.py", "3")
    assert sorted(read_package(path).files) == ["kit-1.0.dist-info/METADATA", "kit/a.py"]


def test_of_a_large_file_the_beginning_is_read(tmp_path: Path) -> None:
    path = tar(tmp_path / "kit.tgz", ("a.py", b"0" * (LARGEST_FILE + 1)), ("b.py", b"1"))
    unpacked = read_package(path)
    assert len(unpacked.files["a.py"]) == LARGEST_FILE
    assert unpacked.files["b.py"] == b"1"
    assert [one.path for one in unpacked.problems] == ["a.py"]


@pytest.mark.parametrize(
    "content", [b"", b"no archive", b"\x1f\x8b\x08broken", b"PK\x03\x04broken"]
)
def test_what_is_broken_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kit.tar.gz"
    path.write_bytes(content)
    with pytest.raises(TargetError):
        read_package(path)


def test_a_folder_is_read_without_its_links(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    (tmp_path / "b.py").symlink_to("/etc/passwd")
    assert read_package(tmp_path).files == {"a.py": b"1"}
