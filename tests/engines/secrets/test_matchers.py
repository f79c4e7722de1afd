"""The pattern engine never changes an answer, nor does what was scanned before."""

import random
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.engines.secrets.engine import WORTH_ALL, WORTH_COMPILING, SecretsEngine
from seawall.rules.secrets import SecretRules, load_secrets
from seawall.source.file import Source

from ...rules.make_secret import make_secret  # noqa: TID252

pytestmark = pytest.mark.needs("hyperscan")

PACKAGED: SecretRules = load_secrets()
KNOWN = sorted({detector.rule for detector in PACKAGED.detectors})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Share the compiled patterns among the workers of one run."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / "patterns"


@pytest.fixture(scope="module")
def hyperscan(folder: Path) -> SecretsEngine:
    return SecretsEngine(
        PACKAGED.detectors, PACKAGED.rules, cache_folder=folder, matcher="hyperscan"
    )


@pytest.fixture(scope="module")
def python(folder: Path) -> SecretsEngine:
    return SecretsEngine(PACKAGED.detectors, PACKAGED.rules, cache_folder=folder, matcher="python")


@pytest.fixture(scope="module")
def light(folder: Path) -> SecretsEngine:
    """The patterns that compile fast, as for a repository of ordinary size."""
    engine = SecretsEngine(PACKAGED.detectors, PACKAGED.rules, cache_folder=folder / "light")
    engine.prepare(1, WORTH_COMPILING)
    assert engine.matcher == "hyperscan"
    return engine


def _source(content: bytes, path: str = "a.txt") -> Source:
    return Source(path=path, content=content, language="text")


_words = st.sampled_from(
    sorted({word for d in PACKAGED.detectors for word in d.near.split("|") if word.isalnum()})
    or ["acme"]
)
_secrets = st.builds(
    lambda rule, number: make_secret(PACKAGED.detectors, rule, random.Random(number)),
    st.sampled_from(
        [d.rule for d in PACKAGED.detectors if not (d.multiline or d.checksum or d.judge)]
    ),
    st.integers(0, 50),
)
_pieces = st.one_of(
    _words.map(str.encode),
    _secrets.map(str.encode),
    _secrets.map(lambda secret: secret.encode()[:-1]),
    st.sampled_from(
        [
            b"\n",
            b"\r\n",
            b" = ",
            b": '",
            b"'",
            b'"',
            b"\x00",
            b"\xff\xc3",
            b"_key",
            b"=",
            b"/",
            b" ",
        ]
    ),
    st.binary(max_size=12),
)
_texts = st.lists(_pieces, max_size=30).map(b"".join)


@settings(max_examples=150)
@given(content=_texts)
def test_both_engines_answer_the_same(
    hyperscan: SecretsEngine, python: SecretsEngine, content: bytes
) -> None:
    source = _source(content)
    assert hyperscan.scan(source) == python.scan(source)


@settings(max_examples=30)
@given(content=_texts, before=st.integers(0, 9000))
def test_long_lines_answer_the_same(
    hyperscan: SecretsEngine, python: SecretsEngine, content: bytes, before: int
) -> None:
    source = _source(b"x" * before + b" " + content.replace(b"\n", b" ") + b" y" * 6000)
    assert hyperscan.scan(source) == python.scan(source)


def test_ordinary_text_answers_the_same(hyperscan: SecretsEngine, python: SecretsEngine) -> None:
    library = Path(sysconfig.get_path("stdlib"))
    for file in sorted(library.glob("*.py"))[::4]:
        source = _source(file.read_bytes(), file.name)
        assert hyperscan.scan(source) == python.scan(source), file.name


@settings(max_examples=60)
@given(content=_texts)
def test_light_patterns_answer_the_same(
    light: SecretsEngine, python: SecretsEngine, content: bytes
) -> None:
    source = _source(content)
    assert light.scan(source) == python.scan(source)


def test_pages_answer_the_same(
    hyperscan: SecretsEngine, python: SecretsEngine, light: SecretsEngine
) -> None:
    seed = random.Random(3)
    lines = [
        f"{rule.replace('-', '_')} = '{make_secret(PACKAGED.detectors, rule, seed)}'"
        for rule in KNOWN
        if rule not in {d.rule for d in PACKAGED.detectors if d.judge or d.multiline}
    ]
    source = _source("\n".join(lines).encode())
    findings = hyperscan.scan(source)
    assert findings == python.scan(source)
    assert findings == light.scan(source)
    assert len(findings) > 0.6 * len(lines)


def test_versions_of_a_file_answer_as_if_alone(hyperscan: SecretsEngine, folder: Path) -> None:
    """Versions are compared with the one before; that must leave no trace in the answers."""
    seed = random.Random(5)
    known = [d.rule for d in PACKAGED.detectors if not (d.near or d.judge or d.multiline)]
    lines = [f"line {number} of {seed.random()}" for number in range(3000)]
    alone = SecretsEngine(PACKAGED.detectors, PACKAGED.rules, cache_folder=folder)
    for version in range(60):
        for _ in range(seed.randint(1, 4)):
            place = seed.randrange(len(lines))
            match seed.randrange(4):
                case 3:
                    lines[place] = f"  password: '{seed.getrandbits(60):x}'"
                case 0:
                    secret = make_secret(PACKAGED.detectors, seed.choice(known), seed)
                    lines.insert(place, f"key = '{secret}'")
                case 1:
                    del lines[place : place + seed.randint(1, 20)]
                case _:
                    lines[place] = lines[place][::-1]
        content = "\n".join(lines).encode()
        together = hyperscan.scan(_source(content, "same.txt"))
        separate = alone.scan(_source(content, f"{version}.txt"))
        assert _told(together) == _told(separate)


def _told(findings: list[Finding]) -> list[tuple[str, str, object, object]]:
    """What findings say but for the path."""
    return [
        (f.rule, f.anchor, f.excerpt, structs.replace(f.location, path=""))
        for f in findings
        if isinstance(f.location, CodeSpan)
    ]


def test_a_damaged_database_is_made_anew(tmp_path: Path) -> None:
    detectors = PACKAGED.detectors[:5]

    def fresh() -> None:
        engine = SecretsEngine(
            detectors, PACKAGED.rules, cache_folder=tmp_path, matcher="hyperscan"
        )
        engine.scan(_source(b"x"))

    fresh()
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 2
    for file in kept:
        whole = file.read_bytes()
        for damaged in (b"", whole[: len(whole) // 2], whole[:-1] + bytes([whole[-1] ^ 1])):
            file.write_bytes(damaged)
            fresh()
            assert file.read_bytes() == whole


def test_patterns_are_compiled_where_that_pays(tmp_path: Path) -> None:
    def matcher_for(size: int) -> str:
        engine = SecretsEngine(PACKAGED.detectors[:5], PACKAGED.rules, cache_folder=tmp_path)
        engine.prepare(1, size)
        engine.scan(_source(b"x"))
        return engine.matcher

    assert matcher_for(1000) == "python"
    assert matcher_for(WORTH_COMPILING) == "hyperscan"
    assert matcher_for(1000) == "hyperscan"
    assert len(list(tmp_path.glob("patterns-light-*"))) == 1
    assert matcher_for(WORTH_ALL) == "hyperscan"
    assert len(list(tmp_path.glob("patterns-*"))) == 2


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    engine = SecretsEngine(
        PACKAGED.detectors[:5], PACKAGED.rules, cache_folder=tmp_path / "file" / "x"
    )
    assert engine.scan(_source(b"")) == []
