"""Statements of OpenVEX and CycloneDX: what they close, for which package, by whose word."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.errors import ParseError
from seawall.readers.vex import parse_vex


def told(document: dict[str, Any]) -> list[tuple[str, str, bool, str, str]]:
    read = parse_vex(json.dumps(document).encode())
    return [(one.advisory, one.package, one.closes, one.reason, one.by) for one in read]


def test_openvex() -> None:
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "author": "Ada",
        "statements": [
            {
                "vulnerability": {"name": "CVE-2026-1", "aliases": ["GHSA-1"]},
                "products": [{"@id": "pkg:pypi/kit@1"}],
                "status": "not_affected",
                "justification": "vulnerable_code_not_in_execute_path",
                "impact_statement": "we parse nothing",
            },
            {
                "vulnerability": "CVE-2026-2",
                "products": [
                    {
                        "@id": "pkg:oci/shop",
                        "subcomponents": [{"identifiers": {"purl": "pkg:npm/kit@2"}}],
                    },
                    "pkg:oci/shop@sha256:1",
                ],
                "status": "affected",
            },
        ],
    }
    reason = "vulnerable code not in execute path: we parse nothing"
    assert told(document) == [
        ("CVE-2026-1", "pkg:pypi/kit@1", True, reason, "Ada"),
        ("GHSA-1", "pkg:pypi/kit@1", True, reason, "Ada"),
        ("CVE-2026-2", "pkg:npm/kit@2", False, "affected", "Ada"),
        ("CVE-2026-2", "", False, "affected", "Ada"),
    ]


def test_cyclonedx() -> None:
    document = {
        "bomFormat": "CycloneDX",
        "components": [{"bom-ref": "k", "purl": "pkg:pypi/kit@1"}],
        "vulnerabilities": [
            {
                "id": "CVE-2026-1",
                "references": [{"id": "GHSA-1"}],
                "analysis": {"state": "not_affected", "justification": "code_not_reachable"},
                "affects": [{"ref": "k"}, {"ref": "urn:cdx:1/1#pkg:pypi/other@2"}, {"ref": "?"}],
            },
            {"id": "CVE-2026-2", "affects": [{"ref": "k"}]},
        ],
    }
    assert told(document) == [
        (name, package, True, "code not reachable", "vex")
        for package in ("pkg:pypi/kit@1", "pkg:pypi/other@2")
        for name in ("CVE-2026-1", "GHSA-1")
    ]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"statements": {}}', b"[" * 9999, b"\xff"]
)
def test_what_is_no_vex_is_told(content: bytes) -> None:
    with pytest.raises(ParseError):
        parse_vex(content)


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.sampled_from(["pkg:pypi/kit", "fixed"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "vulnerability name products @id identifiers purl status subcomponents".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_any_statement_is_read_or_passed_over(value: Any) -> None:
    parse_vex(json.dumps({"statements": [value, {"products": value}]}).encode())
    components = {"bomFormat": "CycloneDX", "components": value, "vulnerabilities": value}
    parse_vex(json.dumps(components).encode())
