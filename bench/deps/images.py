"""What is told of real images, beside what their own tools list: dpkg, rpm, pip, npm.

    python bench/deps/images.py --osv FOLDER [--keep FOLDER] [--only debian,rpm,app]

Images are made here, of what Debian's mirror, PyPI and npm hold today: Debian 12 by `debootstrap`;
an AlmaLinux 9 whose rpm database is filled by `rpmbuild` and `rpm --root`, with names of OSV's
records (`AlmaLinux.jsonl.gz` in `--osv`) and releases just below a fix; an application with a
virtual environment, node_modules, a jar, a wheel, an egg and a program of Rust that says what it
was built from. Each is packed as an OCI layout with layers in zstd or gzip, and as `docker save`
writes it; a layer above takes files away by whiteouts. Nothing of an image is run by Seawall. What
a tool that is missing here would make is left out, and said.
"""

import argparse
import gzip
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bench.measure import run, seawall  # noqa: E402

Listed = set[tuple[str, str]]
"""Names and versions."""
MOST = 40
"""Packages of the rpm database."""
MIRROR = "http://deb.debian.org/debian"
ALMA = 'ID="almalinux"\nVERSION_ID="9.4"\nPRETTY_NAME="AlmaLinux 9.4"\n'
GONE = "usr/share/doc/*/copyright"
"""What the layer above takes away."""


def main() -> int:
    """Make the images, compare, and return 1 where a list differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--osv", type=Path, required=True, help="a folder with AlmaLinux.jsonl.gz")
    parser.add_argument("--keep", type=Path, help="a folder for the images, which stay there")
    parser.add_argument("--only", default="debian,rpm,app")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seawall-images-") as temporary:
        work = (options.keep or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        wrong = 0
        for kind in options.only.split(","):
            try:
                root = work / kind
                wanted = MAKERS[kind](root, options.osv)
            except FileNotFoundError as error:
                print(f"{kind}: left out, there is no {error.filename} here")
                continue
            for image in packed(root, work):
                wrong += compared(kind, image, wanted)
                if kind == "rpm" and image.is_file():
                    wrong += judged(image, options.osv / "AlmaLinux.jsonl.gz", wanted["rpm -qa"])
    return int(wrong > 0)


def compared(kind: str, image: Path, wanted: dict[str, Listed]) -> int:
    """Compare lists, one tool after the other; return how many differ."""
    report = image.with_name(f"{image.stem}.json")
    command = [*seawall(), "scan", str(image), "--engine", "deps", "--no-gate", "--no-cache"]
    cost = run([*command, "--format", f"json={report}"], environment={**os.environ, **OURS})
    facts = json.loads(report.read_text(encoding="utf-8")).get("facts", [])
    wrong = 0
    for tool, expected in wanted.items():
        told = {
            (one["name"], one["purl"].rpartition("@")[2].partition("?")[0])
            for one in facts
            if one["purl"].startswith(f"pkg:{TYPES[tool]}/")
        }
        told = {(name, version.replace("%2B", "+").replace("%3A", ":")) for name, version in told}
        differs = sorted(told ^ expected)
        wrong += bool(differs)
        print(
            f"{image.name:22} {image_size(image):6.0f} MB  {tool:11} {len(expected):4}  seawall "
            f"{len(told):4}  {'equal' if not differs else f'DIFFERS: {differs[:4]}'}"
        )
    print(f"{image.name:22} {cost.cpu:.2f} CPU s, {cost.peak / 1e6:.0f} MB of memory")
    return wrong


def judged(image: Path, records: Path, installed: Listed) -> int:
    """Tell of which packages no weakness is told; each was made to have one."""
    database, report = image.with_suffix(".sqlite"), image.with_suffix(".json")
    environment = {**os.environ, **OURS}
    update = [*seawall(), "db", "update", "--from", str(records), "--advisories", str(database)]
    run(update, environment=environment)
    command = [*seawall(), "scan", str(image), "--engine", "deps", "--no-gate", "--no-cache"]
    command += ["--advisories", str(database), "--format", f"json={report}"]
    run(command, environment=environment)
    findings = json.loads(report.read_text(encoding="utf-8"))["findings"]
    purls = [unquote(one["finding"]["location"].get("purl", "")) for one in findings]
    found = {purl.rpartition("@")[0].rpartition("/")[2] for purl in purls}
    missed = sorted(name for name, _ in installed if name not in found)
    print(f"{image.name:22} {len(findings)} weaknesses; without any: {missed or 'none'}")
    return len(missed)


OURS = {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'guard' / 'src'}"}
TYPES = {
    "dpkg-query": "deb",
    "rpm -qa": "rpm",
    "pip list": "pypi",
    "npm ls": "npm",
    "jar": "maven",
    "cargo": "cargo",
}


def image_size(image: Path) -> float:
    """Return megabytes of a file, or of a folder."""
    files = [image] if image.is_file() else [one for one in image.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files) / 1e6


def told_by(*command: str, folder: Path | None = None) -> str:
    """Return what a command prints."""
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    return done.stdout


def rows(text: str) -> Listed:
    """Return name and version of each line."""
    return {(name, version) for name, version in (line.split("\t") for line in text.splitlines())}


def make_debian(root: Path, osv: Path) -> dict[str, Listed]:
    """Install Debian 12's smallest set."""
    if not root.exists():
        command = ["debootstrap", "--variant=minbase", "bookworm", str(root), MIRROR]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    listed = told_by(
        "dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", "${Package}\t${Version}\n"
    )
    return {"dpkg-query": rows(listed)}


def make_rpm(root: Path, osv: Path) -> dict[str, Listed]:
    """Fill a database of rpm with packages that have a weakness each."""
    if not root.exists():
        packages = root.with_name("packages")
        for name, epoch, version, release in vulnerable(osv / "AlmaLinux.jsonl.gz"):
            spec = root.with_name(f"{name}.spec")
            spec.write_text(SPEC.format(name=name, epoch=epoch, version=version, release=release))
            options = ("--define", f"_rpmdir {packages}", "--target", "x86_64", "--quiet")
            subprocess.run(
                ["rpmbuild", "-bb", *options, str(spec)], check=True, capture_output=True
            )
            spec.unlink()
        files = sorted(map(str, packages.rglob("*.rpm")))
        options = ("--nodeps", "--noscripts", "--dbpath", "/var/lib/rpm", "--ignorearch")
        command = ["rpm", "--root", str(root), "-i", *options, *files]
        (root / "var" / "lib" / "rpm").mkdir(parents=True)
        subprocess.run(command, check=True, capture_output=True)
        (root / "etc").mkdir(exist_ok=True)
        (root / "etc" / "os-release").write_text(ALMA)
    form = "%{NAME}\t%{VERSION}-%{RELEASE}\n"
    return {
        "rpm -qa": rows(
            told_by("rpm", "--root", str(root), "--dbpath", "/var/lib/rpm", "-qa", "--qf", form)
        )
    }


SPEC = """
Name: {name}
Epoch: {epoch}
Version: {version}
Release: {release}
Summary: a package of the bench
License: MIT
%description
Nothing.
%files
"""


def vulnerable(records: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, epoch, version and release just below a fix, of packages of AlmaLinux 9."""
    found: dict[str, tuple[str, str, str, str]] = {}
    with gzip.open(records, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            for affected in record["affected"]:
                package = affected["package"]
                fixed = affected["ranges"][0]["events"][-1].get("fixed", "")
                epoch, _, rest = fixed.rpartition(":")
                version, _, release = rest.partition("-")
                number = release.partition(".")[0]
                if package["ecosystem"] == "AlmaLinux:9" and number.isdigit() and int(number):
                    below = f"{int(number) - 1}{release[len(number) :]}"
                    found[package["name"]] = (package["name"], epoch or "0", version, below)
    names = sorted(found)
    yield from (found[name] for name in names[:: max(1, len(names) // MOST)])


def make_app(root: Path, osv: Path) -> dict[str, Listed]:
    """Install packages of Python and JavaScript, and lay archives and a program beside them."""
    app = root / "srv" / "app"
    if not root.exists():
        app.mkdir(parents=True)
        (root / "etc").mkdir()
        (root / "etc" / "os-release").write_text('ID=debian\nVERSION_ID="12"\n')
        venv = [sys.executable, "-m", "venv", str(app / "venv")]
        subprocess.run(venv, check=True)
        pip = [str(app / "venv" / "bin" / "python"), "-m", "pip", "-q", "install"]
        subprocess.run([*pip, "flask==2.0.1", "requests==2.25.1"], check=True, capture_output=True)
        npm = ["npm", "--prefix", str(app), "install", "express@4.17.1", "@babel/code-frame@7"]
        subprocess.run(npm, check=True, capture_output=True)
        make_archives(app)
        if shutil.which("cargo"):
            make_program(app)
    python = app / "venv" / "bin" / "python"
    pip_list = json.loads(told_by(str(python), "-m", "pip", "list", "--format", "json"))
    npm_list = told_by("npm", "ls", "--all", "--json", "--prefix", str(app))
    wanted = {
        "pip list": {(one["name"].lower().replace("_", "-"), one["version"]) for one in pip_list}
        # A wheel that lies there is not installed, an egg is.
        | {("eggy", "0.9")},
        "npm ls": set(dependencies(json.loads(npm_list))),
        "jar": {("com.acme:kit", "1.0"), ("com.acme:inner", "2.0")},
    }
    if (app / "tool").exists():
        wanted["cargo"] = {(one["name"], one["version"]) for one in AUDITED}
    return wanted


def dependencies(tree: dict[str, dict[str, dict[str, object]]]) -> Iterator[tuple[str, str]]:
    """Yield name and version of all packages below one of npm's."""
    for name, inner in tree.get("dependencies", {}).items():
        if "version" in inner:
            yield name, str(inner["version"])
        yield from dependencies(inner)  # type: ignore[arg-type]


def make_archives(app: Path) -> None:
    """Write a jar in a jar, a wheel and an egg."""

    def jar(artifact: str, version: str, **members: bytes) -> bytes:
        words = f"groupId=com.acme\nartifactId={artifact}\nversion={version}\n"
        place = f"META-INF/maven/com.acme/{artifact}/pom.properties"
        return zipped({place: words.encode(), **members})

    inner = jar("inner", "2.0")
    (app / "kit-1.0.jar").write_bytes(jar("kit", "1.0", **{"BOOT-INF/lib/inner-2.0.jar": inner}))
    for name, place in (
        ("wheely-1.2.3", "{}.dist-info/METADATA"),
        ("eggy-0.9", "EGG-INFO/PKG-INFO"),
    ):
        title, _, version = name.partition("-")
        words = f"Metadata-Version: 2.1\nName: {title}\nVersion: {version}\n".encode()
        egg = app / (f"{name}-py3-none-any.whl" if "METADATA" in place else f"{name}-py3.11.egg")
        egg.write_bytes(zipped({place.format(name): words}))


def zipped(members: dict[str, bytes]) -> bytes:
    """Return an archive."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return whole.getvalue()


AUDITED = [
    {"name": "tool", "version": "0.1.0", "source": "local", "root": True, "dependencies": [1]},
    {"name": "regex", "version": "1.5.0", "source": "crates.io"},
]


def make_program(app: Path) -> None:
    """Build a program of Rust that holds the section that cargo-auditable writes."""
    with tempfile.TemporaryDirectory() as temporary:
        section = zlib.compress(json.dumps({"packages": AUDITED}).encode())
        Path(temporary, "audit").write_bytes(section)
        Path(temporary, "main.rs").write_text(
            '#[used]\n#[link_section = ".dep-v0"]\n'
            f'static AUDIT: [u8; {len(section)}] = *include_bytes!("audit");\nfn main() {{}}\n'
        )
        command = ["rustc", "-O", str(Path(temporary, "main.rs")), "-o", str(app / "tool")]
        subprocess.run(command, check=True, capture_output=True)


MAKERS: dict[str, Callable[[Path, Path], dict[str, Listed]]] = {
    "debian": make_debian,
    "rpm": make_rpm,
    "app": make_app,
}


def packed(root: Path, work: Path) -> Iterator[Path]:
    """Yield an image as `docker save` writes it, and as a layout whose layers are packed."""
    lower = work / f"{root.name}.lower.tar"
    subprocess.run(["tar", "-C", str(root), "-cf", str(lower), "."], check=True)
    upper = work / f"{root.name}.upper.tar"
    with tarfile.open(upper, "w") as tar:
        for path in sorted(root.glob(GONE)):
            folder, _, name = path.relative_to(root).as_posix().rpartition("/")
            tar.addfile(tarfile.TarInfo(f"{folder}/.wh.{name}"))
    layers = (lower, upper)
    yield written(work / f"{root.name}-saved.tar", saved(layers))
    yield laid_out(work / f"{root.name}-layout", layers)
    lower.unlink()
    upper.unlink()


def saved(layers: Iterable[Path]) -> Iterator[tuple[str, Path | bytes]]:
    """Yield the members of what `docker save` writes."""
    names = []
    for number, layer in enumerate(layers):
        names.append(f"{number:064x}/layer.tar")
        yield names[-1], layer
    yield "config.json", json.dumps({"os": "linux", "architecture": "amd64"}).encode()
    told = [{"Config": "config.json", "RepoTags": ["bench:latest"], "Layers": names}]
    yield "manifest.json", json.dumps(told).encode()


def written(image: Path, members: Iterable[tuple[str, Path | bytes]]) -> Path:
    """Write an archive."""
    with tarfile.open(image, "w") as tar:
        for name, content in members:
            if isinstance(content, Path):
                tar.add(content, name)
            else:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return image


def reads_zstd() -> bool:
    """Whether this Python does."""
    return any(map(importlib.util.find_spec, ("zstandard", "compression")))


def laid_out(folder: Path, layers: Iterable[Path]) -> Path:
    """Write OCI's layout, the layers packed by zstd, or by gzip where there is no zstd."""
    shutil.rmtree(folder, ignore_errors=True)
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    packer = ("zstd", "-q") if shutil.which("zstd") and reads_zstd() else ("gzip",)

    def blob(content: bytes) -> dict[str, object]:
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"digest": f"sha256:{digest}", "size": len(content)}

    told = [
        blob(subprocess.run([*packer, "-c", str(one)], check=True, capture_output=True).stdout)
        for one in layers
    ]
    config = blob(json.dumps({"os": "linux", "architecture": "amd64"}).encode())
    manifest = blob(json.dumps({"schemaVersion": 2, "config": config, "layers": told}).encode())
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder


if __name__ == "__main__":
    sys.exit(main())
