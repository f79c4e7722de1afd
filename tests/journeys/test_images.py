"""What stands in a container image is told like all else: package, place, layer, findings."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seawall.journeys.images import command_of
from tests.source.test_image import archive_of, oci, tar_of

STATUS = b"""Package: libssl3
Status: install ok installed
Architecture: amd64
Source: openssl
Version: 3.0.11-1~deb12u1
"""
CURL = b"""
Package: curl
Status: install ok installed
Architecture: amd64
Version: 7.88.1-10
"""
YAML = "usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/METADATA"
RECORDS = [
    {
        "id": "DSA-1-1",
        "modified": "2024-01-01T00:00:00Z",
        "affected": [
            {
                "package": {"ecosystem": "Debian:12", "name": "openssl"},
                "ranges": [
                    {
                        "type": "ECOSYSTEM",
                        "events": [{"introduced": "0"}, {"fixed": "3.0.11-1~deb12u2"}],
                    }
                ],
            }
        ],
    },
    {
        "id": "GHSA-1",
        "modified": "2024-01-01T00:00:00Z",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": name},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
            }
            for name in ("pyyaml", "six")
        ],
    },
]


def test_packages_of_an_image_say_their_layer_and_are_judged(tmp_path: Path) -> None:
    lower = tar_of(
        ("etc/os-release", "../usr/lib/os-release"),
        ("usr/lib/os-release", b'ID=debian\nVERSION_ID="12"\n'),
        ("var/lib/dpkg/status", STATUS),
    )
    upper = tar_of(
        ("var/lib/dpkg/status", STATUS + CURL),
        (
            YAML,
            b"Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0\n",
        ),
        (
            "var/lib/dpkg/info/python3-yaml.list",
            f"/{YAML}\n".encode(),
        ),
        ("app/six-1.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: six\nVersion: 1.0\n"),
    )
    history = [
        {"created_by": "ADD base"},
        {"created_by": "RUN |1 A=b /bin/sh -c apt-get install curl"},
    ]
    roots = {"diff_ids": ["sha256:low", "sha256:up"]}
    image = tmp_path / "image.tar"
    image.write_bytes(archive_of(oci(lower, upper, history=history, rootfs=roots)).getvalue())
    report = scanned(tmp_path, image)
    told = {one["name"]: one for one in report["facts"] if one["type"] == "component"}
    assert set(told) == {"libssl3", "curl", "pyyaml", "six"}
    assert told["libssl3"]["purl"] == (
        "pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12"
    )
    assert told["libssl3"]["layer"] == "sha256:low"
    assert (told["curl"]["layer"], told["curl"]["made_by"]) == ("sha256:up", "apt-get install curl")
    assert told["curl"]["declared"]["path"] == "image.tar!/var/lib/dpkg/status"
    assert told["curl"]["declared"]["line"] == 7
    # What a package of the system brought is judged by the system's advisories alone.
    found = {one["finding"]["label"]: one["finding"] for one in report["findings"]}
    assert {name: one["location"]["declared"]["path"] for name, one in found.items()} == {
        "DSA-1-1": "image.tar!/var/lib/dpkg/status",
        "GHSA-1": "image.tar!/app/six-1.0.dist-info/METADATA",
    }
    assert (
        found["DSA-1-1"]["trail"][0]["message"] == "it came in layer sha256:low, made by: ADD base"
    )


def test_a_system_nobody_knows_is_told(tmp_path: Path) -> None:
    image = tmp_path / "sub" / "image.tar"
    image.parent.mkdir()
    image.write_bytes(archive_of(oci(tar_of(("var/lib/dpkg/status", STATUS)))).getvalue())
    (tmp_path / "other.tar").write_bytes(tar_of(("src/x.py", b"")))
    report = scanned(tmp_path, tmp_path)
    words = [
        one["message"] for one in report["problems"] if one.get("path", "").startswith("sub/image")
    ]
    assert words == [
        "packages of a system without os-release are listed and not looked up: "
        "no advisories are known for it"
    ]


def test_a_layout_among_the_files_of_a_folder_is_read(tmp_path: Path) -> None:
    for path, content in oci(tar_of(("lib/apk/db/installed", b"P:musl\nV:1.2-r1\n\n"))).items():
        (tmp_path / "layout" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "layout" / path).write_bytes(content)
    report = scanned(tmp_path, tmp_path)
    assert [one["declared"]["path"] for one in report["facts"]] == [
        "layout/index.json!/lib/apk/db/installed"
    ]


def scanned(folder: Path, target: Path) -> Any:
    records = folder / "records.jsonl"
    records.write_text("".join(json.dumps(one) + "\n" for one in RECORDS))
    database = folder.parent / f"{folder.name}.sqlite"
    run("db", "update", "--from", str(records), "--advisories", str(database))
    records.unlink()
    out = folder.parent / f"{folder.name}.json"
    options = ("--engine", "deps", "--advisories", str(database), "--no-gate", "--no-cache")
    run("scan", str(target), *options, "--format", "json", "-o", str(out))
    return json.loads(out.read_bytes())


def run(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seawall", *words], capture_output=True, check=False
    )
    assert done.returncode in (0, 2), done.stderr


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'),
        ("RUN |2 TOKEN=abc A=b c /bin/sh -c make it # buildkit", "make it"),
        ("|1 TOKEN=abc /bin/bash -c make", "make"),
        ("COPY a b # buildkit", "COPY a b"),
        ("x" * 200, "x" * 99 + "…"),
    ],
)
def test_commands_are_told_without_what_the_build_was_given(written: str, told: str) -> None:
    assert command_of(written) == told
