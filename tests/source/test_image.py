"""Images are read layer by layer, and no archive leads out, fills memory or goes on for ever."""

import contextlib
import gzip
import hashlib
import io
import json
import random
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from seawall.source.image import (
    ArchiveStore,
    FolderStore,
    Image,
    ImageError,
    Layer,
    Platform,
    find_images,
)
from seawall.source.layers import Layered, read_layers
from seawall.source.tarball import Tar, TarError
from seawall.source.unpacking import PackedError, Stretch, Unpacked

Entry = tuple[str, bytes | str | None]
"""A path and a file's content, what a link leads to, or None for a folder."""


def tar_of(*entries: Entry, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Pack; a path that ends in "=" is the same file as another."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=form) as archive:
        for path, content in entries:
            member = tarfile.TarInfo(path.removesuffix("="))
            if content is None:
                member.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                member.type = tarfile.LNKTYPE if path.endswith("=") else tarfile.SYMTYPE
                member.linkname = content
            else:
                member.size = len(content)
            data = io.BytesIO(content) if isinstance(content, bytes) else None
            archive.addfile(member, data)
    return whole.getvalue()


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def oci(*layers: bytes, history: Any = (), **more: Any) -> dict[str, bytes]:
    """Return the parts of an image in OCI's layout."""
    parts: dict[str, bytes] = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}

    def blob(content: bytes) -> dict[str, Any]:
        parts["blobs/" + digest(content).replace(":", "/")] = content
        return {"digest": digest(content), "size": len(content), "mediaType": "x"}

    config = {"os": "linux", "history": history, **more}
    manifest = {
        "config": blob(json.dumps(config).encode()),
        "layers": [blob(one) for one in layers],
    }
    parts["index.json"] = json.dumps({"manifests": [blob(json.dumps(manifest).encode())]}).encode()
    return parts


def archive_of(parts: Mapping[str, bytes]) -> io.BytesIO:
    return io.BytesIO(tar_of(*sorted(parts.items())))


def read(*layers: bytes) -> Layered[tuple[int, bytes, Any]]:
    """Read every file of an image: the layer, the content and what was there before."""
    store = ArchiveStore(archive_of(oci(*layers)))
    (image,) = find_images(store, None)

    def take(
        index: int, contents: Mapping[str, bytes], former: Mapping[str, Any]
    ) -> dict[str, tuple[int, bytes, Any]]:
        return {path: (index, one, former.get(path)) for path, one in contents.items()}

    return read_layers(store, image, lambda path: not path.endswith("unwanted"), take)


def test_the_last_layer_wins_and_what_it_hides_is_gone() -> None:
    lower = tar_of(
        ("etc", None), ("etc/a", b"1"), ("etc/b", b"2"), ("./var/x/deep", b"3"),
        ("opt/old/c", b"4"), ("was/folder/d", b"5"), ("kept", b"6"), ("unwanted", b"7"),
    )  # fmt: skip
    upper = tar_of(
        ("etc/.wh.a", b""), ("etc/b", b"new"), ("var/.wh.x", b""), ("opt/old/e", b"8"),
        ("opt/old/.wh..wh..opq", b""), ("was/folder", "elsewhere"), ("opt/.wh..wh.plnk", b""),
    )  # fmt: skip
    files = read(lower, gzip.compress(upper)).files
    assert files == {
        "etc/b": (1, b"new", (0, b"2", None)),
        "opt/old/e": (1, b"8", None),
        "kept": (0, b"6", None),
    }


def test_a_name_hidden_and_made_anew_is_new() -> None:
    files = read(tar_of(("a", b"1")), tar_of((".wh.a", b"")), tar_of(("a", b"1"))).files
    assert files == {"a": (2, b"1", None)}


def test_a_whiteout_spares_what_its_own_layer_brings() -> None:
    files = read(tar_of(("d/a", b"1")), tar_of(("d/b", b"2"), (".wh.d", b""))).files
    assert files == {"d/b": (1, b"2", None)}


def test_the_same_file_by_another_name_is_read() -> None:
    layered = read(tar_of(("a", b"1"), ("b=", "a"), ("c=", "unwanted"), ("d=", "none")))
    assert layered.files == {"a": (0, b"1", None), "b": (0, b"1", None)}
    assert [one.partial for one in layered.problems] == [True]


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_are_whole(form: int) -> None:
    name = "/".join(["folder"] * 20) + "/" + "n" * 90
    assert set(read(tar_of((name, b"1"), form=form)).files) == {name}


def test_names_that_lead_out_are_passed_over_and_told() -> None:
    layered = read(tar_of(("../x", b"1"), ("a/../../y", b"2"), ("/etc/z", b"3"), ("l", "../../")))
    assert set(layered.files) == {"etc/z"}
    assert "2 files whose paths lead out of it" in layered.problems[0].message


def test_devices_and_folders_are_no_files() -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for kind in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            member = tarfile.TarInfo(f"x{kind.decode()}")
            member.type = kind
            archive.addfile(member)
    assert read(whole.getvalue()).files == {}


def test_what_is_cut_off_is_told_and_the_rest_is_there() -> None:
    layer = tar_of(("a", b"1"), ("b", b"2" * 2000))
    loud = tar_of(("a", b"1"), ("unwanted", random.Random(1).randbytes(9000)))
    for broken in (layer[:2000], gzip.compress(loud)[:5000], loud[:5000]):
        layered = read(broken, tar_of(("c", b"3")))
        assert "c" in layered.files
        assert "layer 1" in layered.problems[0].message
        assert layered.problems[0].partial


def test_a_size_that_lies_is_told() -> None:
    layer = bytearray(tar_of(("a", b"1")))
    layer[124:136] = b"00077777777\0"
    layer[148:156] = b" " * 8
    layer[148:156] = b"%06o\0 " % sum(layer[:512])
    assert "cut off" in read(bytes(layer)).problems[0].message
    layer[124:136] = b"\x80" + b"\x7f" * 11
    layer[148:156] = b" " * 8
    layer[148:156] = b"%06o\0 " % sum(layer[:512])
    assert "larger than" in read(bytes(layer)).problems[0].message


def test_a_bomb_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.source.unpacking.FREE_BYTES", 1 << 20)
    layer = tar_of(("unwanted", bytes(8 << 20)))
    assert "more than 200 times" in read(gzip.compress(layer)).problems[0].message


def test_members_without_end_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.source.layers.MOST_MEMBERS", 10)
    layered = read(
        tar_of(*((f"f{n}", b"") for n in range(8))), tar_of(*((f"g{n}", b"") for n in range(8)))
    )
    assert set(layered.files) == {*(f"f{n}" for n in range(8)), "g0", "g1"}
    assert "more than 2 members" in layered.problems[0].message


def test_wanted_files_without_end_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.source.layers.LARGEST_TREE", 40)
    layered = read(tar_of(*((f"a/b/c/d{n}", b"") for n in range(9))))
    assert len(layered.files) < 9
    assert layered.problems[0].partial


def test_a_saved_image_tells_tag_digests_and_commands() -> None:
    layer = tar_of(("a", b"1"))
    config = {
        "rootfs": {"diff_ids": ["sha256:aa", "sha256:bb"]},
        "history": [
            {"created_by": "ADD file"},
            {"created_by": "ENV x", "empty_layer": True},
            {"created_by": "RUN make"},
        ],
    }
    name = "0" * 64
    saved = {"Config": f"{name}.json", "RepoTags": ["shop:1"], "Layers": ["x/layer.tar"] * 2}
    whole = tar_of(
        (f"{name}.json", json.dumps(config).encode()),
        (f"{name}/layer.tar", layer),
        ("x/layer.tar", f"../{name}/layer.tar"),
        ("y/layer.tar", "../y/layer.tar"),
        ("manifest.json", json.dumps([saved]).encode()),
    )
    for file in (io.BytesIO(whole), io.BytesIO(gzip.compress(whole))):
        store = ArchiveStore(file)
        (image,) = find_images(store, None)
        assert image == Image(
            name="shop:1",
            layers=(
                Layer(digest="sha256:aa", created_by="ADD file", blob="x/layer.tar"),
                Layer(digest="sha256:bb", created_by="RUN make", blob="x/layer.tar"),
            ),
        )
        with store.stream("x/layer.tar") as stream:
            assert [member.path for member in Tar(stream, most=10)] == ["a"]
        with pytest.raises(PackedError, match="missing"):
            store.document("y/layer.tar")


def platforms() -> dict[str, bytes]:
    """Return an index in an index: arm64, what only tells of it, and amd64."""
    parts: dict[str, bytes] = {}
    leaves = []
    for name in ("arm64", "amd64"):
        one = oci(tar_of((name, b"")), architecture=name)
        leaf = json.loads(one["index.json"])["manifests"][0]
        leaves.append({**leaf, "platform": {"os": "linux", "architecture": name}})
        told = {"vnd.docker.reference.type": "attestation-manifest"}
        leaves.append({"digest": "sha256:" + "0" * 64, "annotations": told})
        parts |= one
    inner = json.dumps({"manifests": leaves}).encode()
    parts["blobs/" + digest(inner).replace(":", "/")] = inner
    loop = {"digest": digest(inner), "annotations": {"org.opencontainers.image.ref.name": "v1"}}
    parts["index.json"] = json.dumps({"manifests": [loop]}).encode()
    return parts


def test_of_several_platforms_the_one_asked_for_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, content in platforms().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    store = FolderStore(tmp_path)
    for asked, machine, expected in (
        (Platform.named("linux/amd64"), "aarch64", "amd64"),
        (None, "x86_64", "amd64"),
        (None, "aarch64", "arm64"),
        (None, "s390x", "arm64"),
    ):
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        (image,) = find_images(store, asked)
        with store.stream(image.layers[0].blob) as stream:
            assert [member.path for member in Tar(stream, most=9)] == [expected]
    with pytest.raises(PackedError, match="not there for windows/amd64"):
        find_images(store, Platform.named("windows/amd64"))


def test_a_folder_is_not_left(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "layout" / "blobs").mkdir(parents=True)
    (tmp_path / "layout" / "blobs" / "sha256").symlink_to(tmp_path)
    store = FolderStore(tmp_path / "layout")
    for name in ("../secret", "blobs/sha256/secret", "/etc/passwd", ""):
        with pytest.raises(PackedError):
            store.document(name)


def test_what_is_no_image_is_told_apart() -> None:
    for content in (b"", b"text", tar_of(("src/a.py", b"")), bytes(2048)):
        with pytest.raises(TarError):
            ArchiveStore(io.BytesIO(content))


def test_an_image_that_is_cut_off_is_one() -> None:
    whole = archive_of(oci(tar_of(("a", b"1")))).getvalue()
    for content in (whole[:3000], tar_of(("blobs/x", b""))):
        with pytest.raises(ImageError):
            ArchiveStore(io.BytesIO(content))


def test_unpacking_can_go_back() -> None:
    content = random.Random(2).randbytes(300_000) * 2
    packed = gzip.compress(content[:400_000]) + gzip.compress(content[400_000:]) + bytes(100)
    stream = Unpacked(io.BytesIO(packed), 0, len(packed), "gzip")
    for at in (500_000, 10, 599_990, 0):
        stream.seek(at)
        assert stream.read(20) == content[at : at + 20]
    assert Stretch(io.BytesIO(content), 5, 10).read(99) == content[5:15]


def test_what_was_looked_at_is_read_again() -> None:
    content = bytes(range(256)) * 5000
    packed = gzip.compress(content, 1)
    for stream in (
        Stretch(io.BytesIO(content), 0, len(content)),
        Unpacked(io.BytesIO(packed), 0, len(packed), "gzip"),
        Stretch(Unpacked(io.BytesIO(packed), 0, len(packed), "gzip"), 0, len(content)),
    ):
        # So that what is looked at lies across two pieces that are unpacked.
        stream.skip(131_070)
        assert stream.peek(8) == content[131_070:131_078]
        assert stream.peek(4) == content[131_070:131_074]
        assert stream.read(20) == content[131_070:131_090]
        stream.skip(len(content))
        assert (stream.peek(8), stream.read(8)) == (b"", b"")


def test_of_a_program_that_is_too_large_what_the_mark_begins_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("seawall.source.layers.SMALLEST_PROGRAM", 100)
    monkeypatch.setattr("seawall.source.layers.LARGEST_FILE", 1000)
    monkeypatch.setattr("seawall.source.marked.PIECE", 50)
    monkeypatch.setattr("seawall.source.marked.MOST", 40)
    program = b"\x7fELF" + bytes(990) + b"MARK is not there" + bytes(13) + b"MARK" + b"x" * 100
    seen: dict[str, bytes] = {}

    def take(index: int, contents: Mapping[str, bytes], _: Mapping[str, str]) -> dict[str, str]:
        seen.update(contents)
        return {}

    files = {"a": program, "b": program.replace(b"MARK", b"mark"), "c": b"small" * 20}
    with contextlib.closing(io.BytesIO()) as layer:
        with tarfile.open(fileobj=layer, mode="w") as tar:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size, info.mode = len(content), 0o755
                tar.addfile(info, io.BytesIO(content))
        store = ArchiveStore(archive_of(oci(layer.getvalue())))
    (image,) = find_images(store, None)
    told = read_layers(
        store, image, lambda _: False, take, lambda start: start[:1] in b"\x7fs", b"MARK"
    )
    assert seen == {"a": b"MARK" + b"x" * 36, "c": b"small" * 20}
    assert [one.message for one in told.problems] == ["not read: b is larger than 0 MiB"]


def test_broken_archives_end_with_words() -> None:
    chosen = random.Random("image")
    whole = archive_of(oci(gzip.compress(tar_of(("etc/a", b"1" * 600), ("b", "etc/a"))))).getvalue()
    for _ in range(400):
        broken = bytearray(whole[: chosen.choice((len(whole), chosen.randrange(len(whole))))])
        for _ in range(chosen.randrange(1, 6)):
            if broken:
                broken[chosen.randrange(len(broken))] = chosen.randrange(256)
        with contextlib.suppress(PackedError):
            for image in find_images(store := ArchiveStore(io.BytesIO(broken)), None):
                read_layers(store, image, lambda path: bool(path), lambda _, contents, __: contents)
