"""What the questions about trust answer, where a page cannot show it."""

from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace

from seawall.core.finding import Finding
from seawall.core.rule import Severity
from seawall.engines.deps.engine import DepsEngine
from seawall.engines.deps.trust.licences import ALLOWED, DENIED, REVIEW, judge
from seawall.engines.deps.trust.names import NearNames
from seawall.engines.deps.trust.releases import allowed
from seawall.model.inventory import Ecosystem, Inventory, Package
from seawall.model.registry import Said
from seawall.model.trust import LicencePolicy, Product, TrustWishes
from seawall.rules.deps import RULES, load_trust

TABLES = load_trust()
PRODUCTS: Mapping[str, Product] = {one.name: one for one in TABLES.ends.product}
TODAY = date(2026, 1, 1)


def doubts(
    *packages: Package,
    path: str = "package-lock.json",
    wishes: TrustWishes | None = None,
    change: bool = False,
    said: Said | None = None,
    files: Mapping[str, bytes] = {},
) -> list[Finding]:
    engine = DepsEngine(RULES, TABLES, "test")
    composition = engine.compose({path: Inventory(packages=packages)})
    case = engine.case(
        composition, wishes or TrustWishes(), [path], files.get, today=TODAY, change=change
    )
    return engine.doubt(replace(case, said=said or {}))


def package(name: str, **more: object) -> Package:
    fields = {"ecosystem": Ecosystem.NPM, "name": name, "version": "1.0.0", "line": 3} | more
    return Package(**fields)  # type: ignore[arg-type]


def test_what_the_registry_said_is_told_in_one_line() -> None:
    (finding,) = doubts(package("kit", notice="Use kit2.\nKit is\tno longer\x20kept."))
    assert finding.rule == "deprecated-dependency"
    assert finding.message.endswith("deprecated: Use kit2. Kit is no longer kept")


def test_a_long_notice_is_cut() -> None:
    (finding,) = doubts(package("kit", notice="word " * 1000))
    assert len(finding.message) < 300


def test_install_scripts_are_told_of_a_change_alone() -> None:
    script = package("kit", has_install_script=True)
    assert not doubts(script)
    (finding,) = doubts(script, change=True)
    assert (finding.rule, finding.severity) == ("install-script", Severity.LOW)


def test_known_builders_are_told_for_information() -> None:
    (finding,) = doubts(package("esbuild", has_install_script=True), change=True)
    assert finding.severity is Severity.INFO
    assert finding.message == "esbuild 1.0.0 runs code while it is installed, as it is known to"


@pytest.mark.parametrize(
    ("lock", "beside", "content", "told"),
    [
        ("package-lock.json", ".npmrc", "ignore-scripts=true\n", False),
        ("package-lock.json", ".npmrc", "# ignore-scripts=true\n", True),
        ("package-lock.json", ".npmrc", "ignore-scripts=false\n", True),
        ("package-lock.json", "package.json", '{"trustedDependencies": []}', True),
        ("bun.lockb", "package.json", '{"trustedDependencies": []}', False),
        ("bun.lockb", "package.json", '{"trustedDependencies": ["kit"]}', True),
        ("bun.lockb", "package.json", '{"trustedDependencies": "kit"}', True),
        ("bun.lockb", "package.json", "{", True),
        ("bun.lockb", "package.json", "[]", True),
        ("pnpm-lock.yaml", "pnpm-workspace.yaml", "onlyBuiltDependencies: [kit@1.0.0]", True),
        ("pnpm-lock.yaml", "pnpm-workspace.yaml", "onlyBuiltDependencies: [other]", False),
        ("pnpm-lock.yaml", "pnpm-workspace.yaml", "neverBuiltDependencies: [kit]", False),
        ("pnpm-lock.yaml", "pnpm-workspace.yaml", "allowBuilds: {kit: false}", False),
        ("pnpm-lock.yaml", "pnpm-workspace.yaml", "allowBuilds: {kit: true}", True),
        ("pnpm-lock.yaml", "package.json", '{"pnpm": {"neverBuiltDependencies": [1]}}', True),
        ("pnpm-lock.yaml", "package.json", '{"pnpm": []}', True),
        ("composer.lock", "composer.json", '{"config": {"allow-plugins": {"kit": false}}}', False),
        ("composer.lock", "composer.json", '{"config": {"allow-plugins": {"kit": true}}}', True),
        ("composer.lock", "composer.json", '{"config": {"allow-plugins": false}}', False),
        ("composer.lock", "composer.json", "{}", True),
    ],
)
def test_scripts_that_are_not_run_are_not_told(
    lock: str, beside: str, content: str, told: bool
) -> None:
    script = package("kit", has_install_script=True)
    found = doubts(
        script,
        path=f"app/{lock}",
        change=True,
        files={f"app/{beside}": content.encode(), beside: b"ignore-scripts=true"},
    )
    assert [one.rule for one in found] == ["install-script"] * told


def test_another_version_of_a_package_with_a_script_is_the_same_finding() -> None:
    first, second = (
        doubts(package("kit", version=version, has_install_script=True), change=True)[0]
        for version in ("1.0.0", "1.1.0")
    )
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize(
    ("licence", "worth"),
    [
        ("MIT", ALLOWED),
        ("(MIT OR GPL-3.0-only)", ALLOWED),
        ("MIT AND AGPL-3.0-only", DENIED),
        ("AGPL-3.0", DENIED),
        ("mit", ALLOWED),
        ("MIT License", ALLOWED),
        ("MIT/Apache-2.0", ALLOWED),
        ("MPL-2.0", REVIEW),
        ("MPL-2.0 AND MIT", REVIEW),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ALLOWED),
        ("GPL-2.0 WITH Classpath-exception-2.0", ALLOWED),
        ("GPL-2.0-only", DENIED),
        ("GPL-2.0+", DENIED),
        ("SEE LICENSE IN LICENSE.txt", DENIED),
        ("(MIT", DENIED),
        ("(" * 5000, DENIED),
        ("MIT AND (BSD-3-Clause OR (Apache-2.0 AND AGPL-1.0-or-later))", ALLOWED),
    ],
)
def test_licences(licence: str, worth: int) -> None:
    policy = LicencePolicy(
        allow=("MIT", "Apache-2.0", "BSD-*", "GPL-2.0-only WITH Classpath-exception-2.0"),
        deny=("AGPL-*",),
        review=("MPL-2.0",),
    )
    assert judge(licence, policy) == worth


def test_without_a_policy_no_licence_is_told() -> None:
    assert not doubts(package("kit", licence="AGPL-3.0-only"))


def test_a_licence_that_is_to_be_looked_at_is_low() -> None:
    wishes = TrustWishes(licences=LicencePolicy(deny=("AGPL-*",), review=("MPL-*",)))
    found = doubts(
        package("kit", licence="MPL-2.0"),
        package("kit2", licence="AGPL-3.0-only"),
        package("kit3", licence="Unheard-1.0"),
        wishes=wishes,
    )
    assert [(one.rule, one.severity) for one in found] == [
        ("licence-not-allowed", Severity.LOW),
        ("licence-not-allowed", Severity.MEDIUM),
    ]


def test_internal_packages_from_the_public_registry() -> None:
    found = doubts(
        package("@acme/kit"),
        package("@acme/other", address="https://npm.acme.example/other.tgz"),
        package("@acme/third", address="https://registry.npmjs.org/third.tgz"),
        package("@acme/own", origin="workspace"),
        package("@acmes/kit"),
        wishes=TrustWishes(internal=("@acme/*",)),
    )
    assert [one.message.split()[0] for one in found] == ["@acme/kit", "@acme/third"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("reqeusts", "requests"),
        ("requestss", "requests"),
        ("urlib3", "urllib3"),
        ("scikit-leran", "scikit-learn"),
        ("djang0", "django"),
        ("python-requests", "requests"),
        ("beautifulsup4", "beautifulsoup4"),
        ("Requests", ""),
        ("request", ""),
        ("requests2", ""),
        ("nurnpy", "numpy"),
        ("f\u0456ask", "flask"),
        ("nmupy", "numpy"),
        ("equests", "requests"),
        ("equest", ""),
        ("ensorflow", "tensorflow"),
        ("flasks", ""),
        ("pyrequests", "requests"),
        ("pytorch", ""),
        ("types-requests", ""),
        ("pytz-deprecation-shim", ""),
        ("", ""),
    ],
)
def test_names_of_python(name: str, meant: str) -> None:
    near = NearNames(Ecosystem.PYPI, TABLES.known[Ecosystem.PYPI])
    found = near.find(name)
    assert (found.name if found else "") == meant


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("loadsh", "lodash"),
        ("crossenv", "cross-env"),
        ("expresss", "express"),
        ("babelcli", "babel-cli"),
        ("@types/lodahs", ""),
        ("@typos/node", "@types/node"),
        ("@typse/node", "@types/node"),
        ("@babels/core", "@babel/core"),
        ("babel-preset-env", ""),
        ("nestjs-common", "@nestjs/common"),
        ("client-s3", "@aws-sdk/client-s3"),
        ("cli", ""),
        ("@vitest/runner", ""),
        ("node-express", "express"),
        ("lodash.js", "lodash"),
        ("source-map-js", ""),
        ("lodash-es", ""),
        ("lodash.set", ""),
        ("preact", ""),
        ("colour", ""),
    ],
)
def test_names_of_npm(name: str, meant: str) -> None:
    near = NearNames(Ecosystem.NPM, TABLES.known[Ecosystem.NPM])
    found = near.find(name)
    assert (found.name if found else "") == meant


@pytest.mark.parametrize(
    ("ecosystem", "name", "meant"),
    [
        (Ecosystem.GO, "github.com/gorila/mux", "github.com/gorilla/mux"),
        (Ecosystem.GO, "github.com/gorila/other", ""),
        (Ecosystem.GO, "github.com/fork/mux", ""),
        (Ecosystem.PACKAGIST, "symfont/process", "symfony/process"),
        (Ecosystem.CRATES, "rustdecimal", "rust_decimal"),
        (Ecosystem.CRATES, "rust-decimal", ""),
        (Ecosystem.CRATES, "serde-rs", "serde"),
        (Ecosystem.RUBYGEMS, "nokogiri-ruby", "nokogiri"),
        (Ecosystem.NUGET, "Newtonsoft.Jsom", "newtonsoft.json"),
        (Ecosystem.NUGET, "Newtonsoft.Jsno", "newtonsoft.json"),
        (Ecosystem.NUGET, "Newtonsoft.Json", ""),
        (
            Ecosystem.MAVEN,
            "org.springframwork:spring-core",
            "org.springframework:spring-core",
        ),
        (Ecosystem.MAVEN, "org.springframwork:other", ""),
        (Ecosystem.HEX, "pheonix", "phoenix"),
        (Ecosystem.PUB, "shared_prefrences", "shared_preferences"),
    ],
)
def test_names_of_others(ecosystem: Ecosystem, name: str, meant: str) -> None:
    found = NearNames(ecosystem, TABLES.known[ecosystem]).find(name)
    assert (found.name if found else "") == meant


def test_no_well_known_name_is_near_to_another() -> None:
    for ecosystem, known in TABLES.known.items():
        near = NearNames(ecosystem, known)
        assert [one for one in known.names | known.neighbours if near.find(one)] == []


def test_every_neighbour_is_needed() -> None:
    for ecosystem, known in TABLES.known.items():
        near = NearNames(ecosystem, type(known)(names=known.names))
        assert [one for one in known.neighbours if not near.find(one)] == []


@pytest.mark.parametrize(
    ("product", "requirement", "cycles"),
    [
        ("python", "3.8", "3.8"),
        ("python", "3.8.19-slim", "3.8"),
        ("python", "==3.8.*", "3.8"),
        ("python", ">=3.12", "3.12 3.13 3.14 ..."),
        ("python", ">=3.8,<3.10", "3.8 3.9"),
        ("python", "~=3.12", "3.12 3.13 3.14 ..."),
        ("python", "^3.12", "3.12 3.13 3.14 ..."),
        ("python", ">=2.7, !=3.0.*, !=3.1.*, <3.4", "2.7 3.2 3.3"),
        ("python", "3", "3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14 ..."),
        ("python", "3.99", ""),
        ("node", "14 || 16", "14 16"),
        ("node", ">= 20.9.0 < 22", "20 21"),
        ("node", "lts/fermium", "14"),
        ("node", "18 - 20", "18 19 20"),
        ("node", "14.x", "14"),
        ("php", "~8.3", "8.3 8.4 8.5 ..."),
        ("ruby", "~> 3.2.0", "3.2"),
        ("java", "1.8", "8"),
        ("debian", "buster-slim", "10"),
        ("ubuntu", "20.04", "20.04"),
    ],
)
def test_releases_that_are_allowed(product: str, requirement: str, cycles: str) -> None:
    found = allowed(PRODUCTS[product], requirement)
    assert found is not None
    assert [*found.cycles, *(["..."] if found.newer else [])] == (
        cycles.split() or found.newer * ["..."]
    )


@pytest.mark.parametrize("requirement", ["", "*", "latest", "lts/*", ">", "||", "1" * 301])
def test_what_says_nothing_of_releases(requirement: str) -> None:
    assert allowed(PRODUCTS["node"], requirement) is None


def test_what_is_older_than_the_table_has_ended() -> None:
    found = allowed(PRODUCTS["node"], "0.12.18")
    assert found is not None
    assert found.older == "0.12.18"


def test_the_table_is_in_order() -> None:
    for product in TABLES.ends.product:
        versions = [tuple(map(int, one.split("."))) for one in product.cycles]
        assert versions == sorted(versions), product.name
        assert set(product.names.values()) <= set(product.cycles)


def test_an_exact_version_and_its_lockfile_are_told_once() -> None:
    engine = DepsEngine(RULES, TABLES, "test")
    named = package("kit", direct=True)
    other = package("kit2", direct=True, version="2.0.0")
    composition = engine.compose(
        {
            "app/package.json": Inventory(packages=(named, other)),
            "package-lock.json": Inventory(packages=(named, package("kit2", version="2.1.0"))),
            "old/requirements.txt": Inventory(packages=(named,)),
            "requirements.txt": Inventory(packages=(named,)),
            "lists/base.in": Inventory(packages=(named, other)),
            "lists/base.txt": Inventory(packages=(named, package("kit2", version="2.1.0"))),
            "lists/more.in": Inventory(packages=(named,)),
            "requirements/base.in": Inventory(packages=(named,)),
        }
    )
    assert [(one.path, one.package.name, one.package.version) for one in composition.members] == [
        ("app/package.json", "kit2", "2.0.0"),
        ("lists/base.in", "kit2", "2.0.0"),
        ("lists/base.txt", "kit", "1.0.0"),
        ("lists/base.txt", "kit2", "2.1.0"),
        ("lists/more.in", "kit", "1.0.0"),
        ("old/requirements.txt", "kit", "1.0.0"),
        ("package-lock.json", "kit", "1.0.0"),
        ("package-lock.json", "kit2", "2.1.0"),
        ("requirements.txt", "kit", "1.0.0"),
        ("requirements/base.in", "kit", "1.0.0"),
    ]
