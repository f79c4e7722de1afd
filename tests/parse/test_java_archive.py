"""Archives without pom.properties are called by what else speaks of them."""

import pytest

from seawall.parse.java_archive import Name, name_by_contents, name_by_place


@pytest.mark.parametrize(
    ("file", "manifest", "members", "told"),
    [
        # The name of a bundle is its group and artifact, or the group alone where both end alike.
        ("objenesis-3.3.jar", "Bundle-SymbolicName: org.objenesis", [], "org.objenesis:objenesis"),
        ("kit-core-1.0.jar", "Bundle-SymbolicName: org.acme.kit-core", [], "org.acme:kit-core"),
        ("kit-java-1.0.jar", "Bundle-SymbolicName: com.acme.kit", [], "com.acme.kit:kit-java"),
        ("snakeyaml-2.0.jar", "Bundle-SymbolicName: org.yaml.snakeyaml", [], "org.yaml:snakeyaml"),
        # The module, and where there is none the package of most classes.
        ("kit-a-b-1.jar", "Automatic-Module-Name: io.kit.a.b", [], "io.kit:kit-a-b"),
        ("re2j-1.8.jar", "", ["com/google/re2j/A.class"], "com.google.re2j:re2j"),
        ("json-path-2.jar", "", ["com/jayway/jsonpath/A.class"], "com.jayway.jsonpath:json-path"),
        ("kit-1.jar", "", ["org/other/A.class"], "kit"),
        # What is shaded is a minority.
        (
            "kit-1.jar",
            "",
            ["org/kit/A.class", "org/kit/B.class", "shaded/kit/C.class"],
            "org.kit:kit",
        ),
        # Old ones, and those that are named after nothing of theirs.
        ("commons-io-1.4.jar", "Implementation-Vendor-Id: org.apache", [], "commons-io:commons-io"),
        (
            "asm-tree-9.0.jar",
            "Bundle-SymbolicName: org.objectweb.asm.tree",
            [],
            "org.ow2.asm:asm-tree",
        ),
        ("kit_2.13-1.0.jar", "Implementation-Vendor-Id: org.acme.x", [], "org.acme.x:kit_2.13"),
    ],
)
def test_names(file: str, manifest: str, members: list[str], told: str) -> None:
    found = name_by_contents(file, manifest, members)
    assert found is not None
    assert found.told == told
    assert found.version in file


def test_without_a_version_it_is_nobody() -> None:
    assert name_by_contents("kit.jar", "Bundle-SymbolicName: org.acme.kit", []) is None


def test_what_is_too_long_is_no_name() -> None:
    manifest = "Implementation-Version: 1\nImplementation-Title: " + "a-" * 100_000
    assert name_by_contents("kit.jar", manifest, []) is None
    assert name_by_place("repository/" + "a/" * 2000 + "a-a") is None


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "root/.m2/repository/org/acme/kit/1.0/kit-1.0-linux.jar",
            Name("org.acme", "kit", "1.0"),
        ),
        (
            ".gradle/caches/modules-2/files-2.1/org.acme/kit/1.0/" + "a1" * 20 + "/kit-1.0.jar",
            Name("org.acme", "kit", "1.0"),
        ),
        ("repository/org/acme/kit/1.0/other-1.0.jar", None),
        ("lib/kit-1.0.jar", None),
    ],
)
def test_repositories_name_what_they_keep(path: str, told: Name | None) -> None:
    assert name_by_place(path) == told
