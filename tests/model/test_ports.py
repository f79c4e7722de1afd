"""Ranges of ports, and addresses that stand for everybody."""

import pytest

from seawall.model.ports import Ports, doors, is_everybody, is_web, ports_of, told


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("22", Ports(22, 22)),
        (" 20 - 25 ".replace(" ", ""), Ports(20, 25)),
        ("*", Ports()),
        ("", None),
        ("ssh", None),
        ("22-", None),
        ("9" * 5_000, None),
        ("²", None),
    ],
)
def test_range(text: str, ports: Ports | None) -> None:
    assert ports_of(text) == ports


def test_doors_are_named_foremost_first() -> None:
    assert doors([Ports(3000, 4000)]) == ["RDP (3389)", "MySQL (3306)"]
    assert doors([Ports(80, 80), Ports(443, 443)]) == []


@pytest.mark.parametrize("text", ["*", "Internet", "0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"])
def test_everybody(text: str) -> None:
    assert is_everybody(text)


@pytest.mark.parametrize(
    "text", ["10.0.0.0/8", "203.0.113.7", "2001:db8::/32", "VirtualNetwork", ""]
)
def test_somebody(text: str) -> None:
    assert not is_everybody(text)


def test_web_is_one_port() -> None:
    assert is_web(Ports(443, 443))
    assert not is_web(Ports(80, 443))


def test_words() -> None:
    assert [Ports().told(), Ports(22, 22).told(), Ports(1, 9).told()] == [
        "all ports",
        "port 22",
        "ports 1-9",
    ]


def test_what_is_told_of_doors() -> None:
    one, wide, many = [Ports(22, 22)], [Ports(3000, 4000)], [Ports(80, 80), Ports(22, 22)]
    assert told(one, doors(one)) == "SSH (22)"
    assert told(wide, doors(wide)) == "ports 3000-4000, among them RDP (3389) and 1 more"
    assert told(many, doors(many)) == "port 80, port 22, among them SSH (22)"
    assert told(many[:1], doors(many[:1])) == "port 80"
