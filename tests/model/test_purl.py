"""Package URLs: what is written is read again, and what is none is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.model.inventory import Ecosystem, Package
from seawall.model.purl import TYPES, purl_of, read_purl

URLS = {
    "pkg:pypi/jinja2@2.10": (Ecosystem.PYPI, "jinja2", "2.10"),
    "pkg:npm/%40babel/core@7.1.0": (Ecosystem.NPM, "@babel/core", "7.1.0"),
    "pkg:maven/org.acme/kit@1%2B2": (Ecosystem.MAVEN, "org.acme:kit", "1+2"),
    "pkg:golang/github.com/acme/kit/v2@v2.0.0": (Ecosystem.GO, "github.com/acme/kit/v2", "v2.0.0"),
    "pkg:deb/debian/openssl@3.0?arch=amd64&distro=debian-12": (Ecosystem.DEBIAN, "openssl", "3.0"),
    "pkg:swift/github.com/acme/kit@1": (Ecosystem.SWIFT, "github.com/acme/kit", "1"),
}


@pytest.mark.parametrize("url", URLS)
def test_a_url_is_read_and_written_again(url: str) -> None:
    package = read_purl(url)
    assert package is not None
    assert (package.ecosystem, package.name, package.version) == URLS[url]
    assert purl_of(package) == url


def test_names_of_python_are_one() -> None:
    package = read_purl("pkg:PyPI/Zope.Interface@5?x=1#sub/path")
    assert package is not None
    assert (package.name, package.version) == ("zope-interface", "5")


@pytest.mark.parametrize(
    "url", ["", "pkg:", "pkg:pypi", "pkg:pypi/", "pypi/x@1", "pkg:odd/x@1", "pkg:deb/x"]
)
def test_what_is_none_is_none(url: str) -> None:
    assert read_purl(url) is None


@given(
    st.sampled_from([one for one in TYPES if one not in (Ecosystem.PYPI, Ecosystem.MAVEN)]),
    st.text(min_size=1, max_size=20).filter(lambda text: text.strip("/ ") and "/" not in text),
    st.text(max_size=20),
)
def test_any_package_has_a_url(ecosystem: Ecosystem, name: str, version: str) -> None:
    read = read_purl(purl_of(Package(ecosystem=ecosystem, name=name, version=version)))
    assert read is not None
    assert (read.ecosystem, read.name, read.version) == (ecosystem, name, version)


@given(st.text())
def test_any_text_is_read_or_none(text: str) -> None:
    read_purl(text)
    read_purl(f"pkg:npm/{text}")
