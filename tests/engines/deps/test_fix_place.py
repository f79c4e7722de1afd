"""The text that says a version is found in every format, and nothing else changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.engines.deps.fix.place import NotRaisedError, Raised, raise_package
from seawall.journeys.deps import load_deps_engine

ENGINE = load_deps_engine()


def raised(files: dict[str, bytes], path: str, name: str, target: str) -> Raised | None:
    """Raise the first package of that name."""
    inventory = ENGINE.read_inventory(path, files[path], files.get)
    names = [one.name for one in inventory.packages]
    return raise_package(path, names.index(name), target, files.get, ENGINE.read_inventory)


CASES = [
    (
        "requirements.txt",
        "# web\r\nkit-other==1.2.3\r\nKit[web] == 1.2.3 ; python_version > '3'  # 1.2.3\r\n",
        "kit",
        "1.2.9",
        "Kit[web] == 1.2.3",
        "Kit[web] == 1.2.9",
    ),
    (
        "pyproject.toml",
        '[project]\nname = "a"\ndependencies = [\n  "kit>=1.2,<1.3", # kept\n  "b==1.2",\n]\n',
        "kit",
        "1.4.1",
        ">=1.2,<1.3",
        ">=1.4.1,<1.5",
    ),
    (
        "pyproject.toml",
        '[dependency-groups]\ndev = ["a==1.0", "kit==1.0"]\n',
        "kit",
        "1.1",
        "kit==1.0",
        "kit==1.1",
    ),
    (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npython = "^3.9"\n'
        'kit = {version = "^1.2", extras = ["x"]}\nb = "^1.2"\n',
        "kit",
        "1.4.0",
        'kit = {version = "^1.2"',
        'kit = {version = "^1.4.0"',
    ),
    (
        "pyproject.toml",
        '[tool.poetry.group.dev.dependencies.kit]\nextras = ["x"]\nversion = "~1.2"\n',
        "kit",
        "1.3.1",
        "~1.2",
        "~1.3.1",
    ),
    (
        "Pipfile",
        '[packages]\nb = "==1.0"\nkit = "==1.0"\n',
        "kit",
        "1.1",
        'kit = "==1.0',
        'kit = "==1.1',
    ),
    (
        "setup.cfg",
        "[options]\ninstall_requires =\n    kit>=1.0\n    b>=1.0\n",
        "kit",
        "1.1",
        "kit>=1.0",
        "kit>=1.1",
    ),
    (
        "environment.yml",
        "dependencies:\n  - pip\n  - pip:\n      - b==1.0\n      - kit==1.0  # x\n",
        "kit",
        "1.1",
        "kit==1.0",
        "kit==1.1",
    ),
    (
        "package.json",
        '{\n\t"dependencies": {\n\t\t"b": "^1.2.3",\n\t\t"kit": "^1.2.3"\n\t},\n'
        '\t"devDependencies": {"c": "^1.2.3"}\n}',
        "kit",
        "1.3.0",
        '"kit": "^1.2.3"',
        '"kit": "^1.3.0"',
    ),
    (
        "package.json",
        '{"dependencies": {"alias": "npm:kit@1.2.3"}}',
        "kit",
        "1.3.0",
        "npm:kit@1.2.3",
        "npm:kit@1.3.0",
    ),
    (
        "go.mod",
        "module a.b/c\n\ngo 1.21\n\nrequire (\n\ta.b/kit v1.2.3 // indirect\n\ta.b/x v1.2.3\n)\n",
        "a.b/kit",
        "1.3.0",
        "kit v1.2.3",
        "kit v1.3.0",
    ),
    (
        "Cargo.toml",
        '[package]\nname = "a"\nversion = "0.9.0"\n\n[dependencies]\n'
        'b = "0.9"\nkit = { version = "0.9", features = ["x"] }\n',
        "kit",
        "0.9.7",
        'kit = { version = "0.9"',
        'kit = { version = "0.9.7"',
    ),
    (
        "Cargo.toml",
        '[workspace.dependencies]\nb = "0.9"\n\n[workspace.dependencies.kit]\nversion = "=0.9.0"\n',
        "kit",
        "0.9.7",
        "=0.9.0",
        "=0.9.7",
    ),
    (
        "Gemfile",
        "gem 'b', '~> 1.2'\ngem 'kit', '~> 1.2', require: false\n",
        "kit",
        "1.4.3",
        "gem 'kit', '~> 1.2'",
        "gem 'kit', '~> 1.4', '>= 1.4.3'",
    ),
    ("Gemfile", 'gem "kit", ">= 1.2", "< 2"\n', "kit", "2.1", '">= 1.2", "< 2"', '">= 2.1", "< 3"'),
    (
        "composer.json",
        '{"require": {"php": "^8.1", "a/kit": "^1.2", "a/b": "^1.2"}}',
        "a/kit",
        "1.3.1",
        '"a/kit": "^1.2"',
        '"a/kit": "^1.3.1"',
    ),
    (
        "pom.xml",
        "<project><groupId>g</groupId><artifactId>p</artifactId><version>1.0</version>\n"
        "<dependencies>\n<dependency>\n<groupId>a</groupId>\n<artifactId>b</artifactId>\n"
        "<version>1.0</version>\n</dependency>\n<dependency>\n<groupId>a</groupId>\n"
        "<artifactId>kit</artifactId>\n<!-- x -->\n<version>1.0</version></dependency>\n"
        "</dependencies></project>",
        "a:kit",
        "1.1",
        "<!-- x -->\n<version>1.0",
        "<!-- x -->\n<version>1.1",
    ),
    (
        "pom.xml",
        "<project>\n<properties><kit.version>1.0</kit.version><o>1.0</o></properties>\n"
        "<dependencyManagement><dependencies><dependency><groupId>a</groupId>\n"
        "<artifactId>kit</artifactId><version>${kit.version}</version></dependency>\n"
        "</dependencies></dependencyManagement></project>",
        "a:kit",
        "1.1",
        "<kit.version>1.0",
        "<kit.version>1.1",
    ),
    (
        "gradle/libs.versions.toml",
        '[versions]\nb = "1.0"\nkit = "1.0"\n[libraries]\n'
        'b = { module = "a:b", version.ref = "b" }\n'
        'kit = { module = "a:kit", version.ref = "kit" }\n',
        "a:kit",
        "1.1",
        'kit = "1.0"',
        'kit = "1.1"',
    ),
    (
        "build.gradle",
        "ext { v = '1.0' }\ndependencies {\n  implementation 'a:b:1.0'\n"
        "  implementation 'a:kit:1.0'\n}\n",
        "a:kit",
        "1.1",
        "a:kit:1.0",
        "a:kit:1.1",
    ),
    (
        "app.csproj",
        '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup>\n'
        '<PackageReference Include="B" Version="1.0.0" />\n'
        '<PackageReference Include="Kit">\n<Version>1.0.0</Version>\n</PackageReference>\n'
        "</ItemGroup></Project>",
        "Kit",
        "1.1.0",
        "<Version>1.0.0",
        "<Version>1.1.0",
    ),
    (
        "packages.config",
        '<packages>\n<package id="B" version="1.0.0" />\n<package id="Kit" version="1.0.0" />\n'
        "</packages>",
        "Kit",
        "1.1.0",
        'id="Kit" version="1.0.0"',
        'id="Kit" version="1.1.0"',
    ),
    (
        "pubspec.yaml",
        "name: a\ndependencies:\n  b: ^1.0.0\n  kit: ^1.0.0 # x\n",
        "kit",
        "1.1.0",
        "kit: ^1.0.0",
        "kit: ^1.1.0",
    ),
    (
        "mix.exs",
        'defp deps do\n  [\n    {:b, "~> 1.2"},\n    {:kit, "~> 1.2", only: :dev}\n  ]\nend\n',
        "kit",
        "1.4.3",
        '{:kit, "~> 1.2"',
        '{:kit, "~> 1.4 and >= 1.4.3"',
    ),
    (
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    steps:\n      - uses: a/b@v3\n      - uses: a/kit@v3 # x\n",
        "a/kit",
        "4.1.0",
        "a/kit@v3",
        "a/kit@v4",
    ),
]


@pytest.mark.parametrize(
    ("path", "text", "name", "target", "old", "new"),
    CASES,
    ids=[f"{place}-{one[0]}" for place, one in enumerate(CASES)],
)
def test_changes_the_one_text(
    path: str, text: str, name: str, target: str, old: str, new: str
) -> None:
    assert text.count(old) == 1
    change = raised({path: text.encode()}, path, name, target)
    assert change is not None
    assert (change.path, change.content.decode()) == (path, text.replace(old, new))
    assert change.line == text[: text.index(old) + len(old)].count("\n") + 1


def test_an_action_that_is_used_twice_is_raised_in_both_places() -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n      - uses: a/kit@v3\n      - uses: b/c@v3\n"
    text += "  b:\n    steps:\n      - uses: a/kit@v3\n"
    path = ".github/workflows/a.yml"
    change = raised({path: text.encode()}, path, "a/kit", "4.0.0")
    assert change is not None
    assert change.content.decode() == text.replace("a/kit@v3", "a/kit@v4")


def test_the_version_is_changed_in_the_file_that_says_it() -> None:
    props = (
        b'<Project><ItemGroup>\n<PackageVersion Include="Kit" Version="1.0.0" />\n'
        b'<PackageVersion Include="B" Version="1.0.0" />\n</ItemGroup></Project>'
    )
    files = {
        "src/app.csproj": b'<Project><ItemGroup><PackageReference Include="Kit" />'
        b"</ItemGroup></Project>",
        "Directory.Packages.props": props,
    }
    change = raised(files, "src/app.csproj", "Kit", "1.1.0")
    assert change is not None
    assert change.path == "Directory.Packages.props"
    assert change.content == props.replace(b'"Kit" Version="1.0.0"', b'"Kit" Version="1.1.0"')


def test_those_that_share_a_version_are_told() -> None:
    pom = (
        "<project><properties><v>1.0</v></properties><dependencies>\n"
        "<dependency><groupId>a</groupId>\n<artifactId>kit</artifactId>"
        "<version>${v}</version></dependency>\n"
        "<dependency><groupId>a</groupId>\n<artifactId>b</artifactId>"
        "<version>${v}</version></dependency></dependencies></project>"
    )
    change = raised({"pom.xml": pom.encode()}, "pom.xml", "a:kit", "1.1")
    assert change is not None
    assert (change.also, change.content.decode()) == (("a:b",), pom.replace("<v>1.0", "<v>1.1"))


def test_what_is_raised_already_is_left() -> None:
    assert raised({"requirements.txt": b"kit==1.5\n"}, "requirements.txt", "kit", "1.4") is None


@pytest.mark.parametrize(
    ("path", "content", "why"),
    [
        (
            "requirements.txt",
            b"kit @ git+https://example.org/kit@v1.0\n",
            "it comes from elsewhere",
        ),
        ("requirements.txt", "kit==1.0\n".encode("utf-16"), "it is not written in UTF-8"),
        (
            "build.gradle",
            b'dependencies { implementation "a:kit:${v}" }\n',
            "cannot be raised by rule",
        ),
    ],
)
def test_refuses_what_it_cannot_be_sure_of(path: str, content: bytes, why: str) -> None:
    name = "a:kit" if path == "build.gradle" else "kit"
    with pytest.raises(NotRaisedError, match=why):
        raised({path: content}, path, name, "1.1")


NAMES = st.from_regex(r"[a-z]{2,6}(?:-[a-z]{1,4})?", fullmatch=True)
ENDS = st.sampled_from(["", "  # 1.0", " ; python_version > '3.8'", "   ", "  # kit==1.0"])
LINES = st.tuples(
    NAMES, st.sampled_from(["==1.0", "==1.0.0", ">=1.0,<2", "~=1.0", "== 1.0", "<1.5"]), ENDS
)


@settings(deadline=None)
@given(
    st.lists(LINES, max_size=6, unique_by=lambda line: line[0]),
    st.lists(LINES, max_size=6, unique_by=lambda line: line[0]),
    ENDS,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_only_the_line_of_the_package_changes(
    before: list[tuple[str, str, str]],
    after: list[tuple[str, str, str]],
    end: str,
    newline: str,
    marked: bool,
) -> None:
    others = ["".join(line) for line in before if line[0] != "kit"]
    more = ["".join(line) for line in after if line[0] != "kit"]
    mark = "\ufeff" if marked else ""

    def text(version: str) -> bytes:
        return (mark + newline.join([*others, f"kit=={version}{end}", *more, ""])).encode()

    change = raised({"requirements.txt": text("1.0")}, "requirements.txt", "kit", "1.0.7")
    assert change is not None
    assert change.content == text("1.0.7")
