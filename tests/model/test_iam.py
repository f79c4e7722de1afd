"""Policies are read for what they really allow."""

from typing import Any

import pytest

from seawall.model.iam import everybody, granted, is_whole, statements
from seawall.model.infrastructure import Node, Place, Unknown

HERE = Place(path="main.tf", line=3)


def node(value: Any) -> Node:
    if isinstance(value, dict):
        return Node({key: node(one) for key, one in value.items()}, HERE)
    if isinstance(value, list):
        return Node([node(one) for one in value], HERE)
    return Node(value, HERE)


def policy(*said: dict[str, Any]) -> Node:
    return node({"Statement": [{"Effect": "Allow", "Resource": "*", **one} for one in said]})


@pytest.mark.parametrize(
    ("actions", "action", "answer"),
    [
        ("iam:PassRole", "iam:PassRole", True),
        ("IAM:passrole", "iam:PassRole", True),
        ("iam:Pass*", "iam:PassRole", True),
        ("iam:?assRole", "iam:PassRole", True),
        ("*", "iam:PassRole", True),
        ("iam:Get*", "iam:PassRole", False),
        ("iam.PassRole", "iam:PassRole", False),
        (["s3:*", "iam:P*"], "iam:PassRole", True),
        ([], "iam:PassRole", False),
        ("*" * 5_000, "iam:PassRole", True),
    ],
)
def test_actions_are_matched_as_aws_does(actions: Any, action: str, answer: bool) -> None:
    (statement,) = statements(policy({"Action": actions}))
    assert statement.covers(action) is answer


def test_what_is_left_out_is_not_covered() -> None:
    (statement,) = statements(policy({"NotAction": ["iam:*"]}))
    assert not statement.covers("iam:PassRole")
    assert statement.covers("s3:GetObject")


def test_a_denial_without_condition_takes_away() -> None:
    allowed = {"Action": "iam:*"}
    assert granted(statements(policy(allowed)), "iam:PassRole") is not None
    denied = {"Effect": "Deny", "Action": "iam:Pass*"}
    assert granted(statements(policy(allowed, denied)), "iam:PassRole") is None
    mild = {**denied, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}
    assert granted(statements(policy(allowed, mild)), "iam:PassRole") is not None


@pytest.mark.parametrize(
    ("resource", "broad"),
    [
        ("*", True),
        ("arn:aws:iam::123456789012:role/*", True),
        ("arn:aws:iam::*:role/*", True),
        ("arn:aws:iam::123456789012:role/app-*", False),
        ("arn:aws:iam::123456789012:role/app", False),
    ],
)
def test_only_what_reaches_all_is_broad(resource: str, broad: bool) -> None:
    found = statements(policy({"Action": "iam:PassRole", "Resource": resource}))
    assert (granted(found, "iam:PassRole") is not None) is broad


@pytest.mark.parametrize(
    ("principal", "open_to_all"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["arn:aws:iam::123456789012:root", "*"]}, True),
        ({"AWS": "arn:aws:iam::123456789012:root"}, False),
        ({"Service": "ec2.amazonaws.com"}, False),
        ([], False),
        (None, False),
    ],
)
def test_who_is_everybody(principal: Any, open_to_all: bool) -> None:
    (statement,) = statements(policy({"Action": "*", "Principal": principal}))
    assert (everybody(statement) is not None) is open_to_all


@pytest.mark.parametrize(
    ("condition", "narrowed"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"StringEquals": {"AWS:SourceAccount": ["123456789012"]}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::shop"}}, True),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}, True),
        ({"StringLike": {"aws:SourceArn": "*"}}, False),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}}, False),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"StringEquals": "nonsense"}, False),
        ([], False),
    ],
)
def test_which_conditions_leave_only_the_known(condition: Any, narrowed: bool) -> None:
    (statement,) = statements(policy({"Action": "*", "Condition": condition}))
    assert statement.is_narrowed is narrowed


def test_a_condition_that_is_not_known_is_doubtful() -> None:
    held = policy({"Action": "*", "Condition": Unknown(why="the variable has no value here")})
    (statement,) = statements(held)
    assert statement.is_doubtful
    assert not statement.is_narrowed


@pytest.mark.parametrize(
    "held", ["text", 5, None, [], {}, {"Statement": "text"}, {"Statement": [3]}]
)
def test_what_is_no_policy_has_no_statements(held: Any) -> None:
    assert statements(node(held)) == []


def test_one_statement_needs_no_list() -> None:
    found = statements(node({"Statement": {"Effect": "allow", "Action": "s3:*", "Resource": "*"}}))
    assert [one.actions for one in found] == [("s3:*",)]
    assert found[0].allows


def test_a_policy_with_a_gap_is_not_whole() -> None:
    assert is_whole(policy({"Action": "s3:*"}))
    assert not is_whole(node({"Statement": [Unknown(why="it depends")]}))
    assert not is_whole(node("text"))
