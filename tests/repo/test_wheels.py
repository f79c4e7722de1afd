"""What is in the wheels, and what the guard stands on."""

import ast
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import msgspec
import pytest
from seawall_guard import catalogue

import seawall
from seawall.engines.secrets.engine import pack_triggers
from seawall.rules.code import load_code
from seawall.rules.secrets import load_secrets

ROOT = Path(__file__).resolve().parents[2]
GUARD = ROOT / "guard" / "src" / "seawall_guard"


def build(folder: Path, into: Path) -> zipfile.ZipFile:
    """Build a wheel with the build backend itself, which fetches nothing."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(
        [*command, "--directory", str(into)], cwd=folder, check=True, capture_output=True
    )
    (wheel,) = into.glob("*.whl")
    return zipfile.ZipFile(wheel)


def metadata(wheel: zipfile.ZipFile) -> dict[str, list[str]]:
    """Return the headers of METADATA."""
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    message = HeaderParser().parsestr(wheel.read(name).decode())
    return {key: message.get_all(key) or [] for key in set(message.keys())}


@pytest.fixture(scope="module")
def seawall_wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return build(ROOT, tmp_path_factory.mktemp("seawall"))


@pytest.fixture(scope="module")
def guard_wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return build(ROOT / "guard", tmp_path_factory.mktemp("guard"))


def test_seawall_carries_all_its_files(seawall_wheel: zipfile.ZipFile) -> None:
    house = ROOT / "src"
    files = [path for path in house.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    names = {path.relative_to(house).as_posix() for path in files if ".egg-info" not in str(path)}
    assert any(name.startswith("seawall/rules/secrets/") for name in names)
    assert "seawall/engines/secrets/words.txt" in names
    assert names <= set(seawall_wheel.namelist())


def test_what_is_packed_is_what_the_checkout_decodes(seawall_wheel: zipfile.ZipFile) -> None:
    packaged = load_secrets()
    assert seawall_wheel.read("seawall/rules/secrets.bin") == msgspec.msgpack.encode(packaged)
    triggers = pack_triggers(packaged.detectors, packaged.rules)
    assert seawall_wheel.read("seawall/engines/secrets/triggers.bin") == triggers


def test_the_packed_code_rules_are_those_of_the_checkout(seawall_wheel: zipfile.ZipFile) -> None:
    assert seawall_wheel.read("seawall/rules/code.bin") == msgspec.msgpack.encode(load_code())


def test_the_compiled_catalogue_is_that_of_the_toml(
    guard_wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    guard_wheel.extractall(tmp_path)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from seawall_guard import catalogue\n"
        "assert catalogue.__file__.startswith(sys.argv[1])\n"
        "loaded = catalogue.load()\n"
        "assert 'tomllib' not in sys.modules\n"
        "sys.stdout.buffer.write(repr(loaded).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(tmp_path)], check=True, capture_output=True
    )
    assert done.stdout.decode() == repr(catalogue.load())
    assert not [name for name in guard_wheel.namelist() if name.endswith(".toml")]


def test_sdists_hold_what_their_wheels_are_built_from(tmp_path: Path) -> None:
    for folder in (ROOT, ROOT / "guard"):
        command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist"]
        into = tmp_path / folder.name
        subprocess.run(
            [*command, "--directory", str(into)], cwd=folder, check=True, capture_output=True
        )
        (packed,) = into.glob("*.tar.gz")
        with tarfile.open(packed) as archive:
            archive.extractall(into, filter="data")
        (source,) = (path for path in into.iterdir() if path.is_dir())
        names = build(source, into / "wheel").namelist()
        assert {"seawall/rules/code.bin", "seawall_guard/catalogue/compiled.py"} & set(names)


def test_seawall_carries_nothing_else(seawall_wheel: zipfile.ZipFile) -> None:
    info = f"seawall-{seawall.__version__}.dist-info/"
    strangers = [
        name for name in seawall_wheel.namelist() if not name.startswith(("seawall/", info))
    ]
    assert strangers == []


def test_seawall_brings_its_command_and_its_licence(seawall_wheel: zipfile.ZipFile) -> None:
    info = f"seawall-{seawall.__version__}.dist-info/"
    assert b"seawall = seawall.__main__:main" in seawall_wheel.read(info + "entry_points.txt")
    assert info + "licenses/LICENSE" in seawall_wheel.namelist()
    assert metadata(seawall_wheel)["Requires-Python"] == [">=3.11"]


def test_the_guard_depends_on_nothing(guard_wheel: zipfile.ZipFile) -> None:
    headers = metadata(guard_wheel)
    assert "Requires-Dist" not in headers
    assert headers["Requires-Python"] == [">=3.10"]
    project = tomllib.loads((ROOT / "guard" / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["dependencies"] == []


@pytest.mark.parametrize("path", sorted(GUARD.rglob("*.py")), ids=lambda path: path.name)
def test_the_guard_imports_the_standard_library_only(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names | {"seawall_guard"}, f"{path.name}:{node.lineno}"
