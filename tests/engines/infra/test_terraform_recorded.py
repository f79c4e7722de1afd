"""Plans and states of Terraform as JSON."""

import json
from typing import Any

import pytest

from seawall.core.report import ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.terraform import recorded
from seawall.engines.infra.terraform.recorded import RecordedTerraform
from seawall.model.infrastructure import Graph, Resource, Unknown


def read(content: bytes | dict[str, Any], path: str = "plan.json") -> Declared:
    if isinstance(content, dict):
        content = json.dumps(content, indent=2).encode()
    held = {path: content}
    return RecordedTerraform().read(Files([path], held.get))


def by_address(declared: Declared) -> dict[str, Resource]:
    assert declared.problems == []
    return {one.address: one for one in declared.resources}


def stated(address: str, **values: Any) -> dict[str, Any]:
    bare = address.partition("[")[0] if not address.startswith("module.") else address
    kind, name = bare.rpartition(".")[0].rpartition(".")[2], bare.rpartition(".")[2]
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name.partition("[")[0],
        "values": values,
    }


PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "planned_values": {
        "root_module": {
            "resources": [
                stated("aws_s3_bucket.logs", bucket="logs", versioning=[]),
                stated("aws_s3_bucket_acl.logs", acl="public-read"),
                stated("aws_security_group.web", ingress=[{"from_port": 22}, {"from_port": 443}]),
                stated("aws_iam_policy.all", policy='{"Statement":[{"Action":"*"}]}'),
            ],
            "child_modules": [
                {
                    "address": 'module.net["a"]',
                    "resources": [stated('module.net["a"].aws_flow_log.all')],
                    "child_modules": [
                        {"resources": [stated('module.net["a"].module.inner.aws_eip.one')]}
                    ],
                }
            ],
        }
    },
    "resource_changes": [
        {
            "address": "aws_s3_bucket_acl.logs",
            "change": {"actions": ["create"], "after_unknown": {"bucket": True, "id": True}},
        },
        {
            "address": "aws_security_group.web",
            "change": {
                "actions": ["update"],
                "after_unknown": {"ingress": [{"cidr_blocks": True}, {}], "tags": {}},
            },
        },
        {"address": "aws_db_instance.gone", "change": {"actions": ["delete"], "after": None}},
    ],
    "configuration": {
        "provider_config": {
            "aws": {
                "name": "aws",
                "expressions": {
                    "access_key": {"constant_value": "AKIA"},
                    "region": {"references": ["var.region"]},
                    "assume_role": [{"role_arn": {"constant_value": "arn"}}],
                },
            }
        },
        "root_module": {
            "resources": [
                {
                    "address": "aws_s3_bucket_acl.logs",
                    "expressions": {
                        "bucket": {"references": ["aws_s3_bucket.logs.id", "aws_s3_bucket.logs"]}
                    },
                },
                {
                    "address": "aws_security_group.web",
                    "expressions": {
                        "ingress": [
                            {"cidr_blocks": {"references": ["aws_s3_bucket.logs.arn"]}},
                            {"from_port": {"constant_value": 443}},
                        ]
                    },
                },
            ],
            "module_calls": {
                "net": {
                    "expressions": {"bucket": {"references": ["aws_s3_bucket.logs.arn"]}},
                    "module": {
                        "resources": [
                            {
                                "address": "aws_flow_log.all",
                                "expressions": {
                                    "destination": {"references": ["var.bucket"]},
                                    "address": {"references": ["module.inner.ip"]},
                                },
                            }
                        ],
                        "module_calls": {
                            "inner": {
                                "module": {
                                    "outputs": {
                                        "ip": {
                                            "expression": {"references": ["aws_eip.one.public_ip"]}
                                        }
                                    }
                                }
                            }
                        },
                    },
                }
            },
        },
    },
}


def test_what_is_planned_is_there_and_what_is_deleted_is_not() -> None:
    assert list(by_address(read(PLAN))) == [
        "aws_s3_bucket.logs",
        "aws_s3_bucket_acl.logs",
        "aws_security_group.web",
        "aws_iam_policy.all",
        'module.net["a"].aws_flow_log.all',
        'module.net["a"].module.inner.aws_eip.one',
        "provider.aws",
    ]


def test_a_resource_stands_where_its_address_does() -> None:
    text = json.dumps(PLAN, indent=2)
    number = text[: text.index('"address": "aws_s3_bucket_acl.logs"')].count("\n") + 1
    found = by_address(read(PLAN))["aws_s3_bucket_acl.logs"]
    assert (found.place.path, found.place.line) == ("plan.json", number)
    assert text.split("\n")[number - 1][found.place.column - 1 :].startswith('"address"')


def test_a_plan_of_one_line_tells_resources_apart_by_columns() -> None:
    text = json.dumps(PLAN)
    found = by_address(read(text.encode()))["aws_iam_policy.all"]
    assert (found.place.line, found.place.column) == (
        1,
        text.index('"address": "aws_iam_policy.all"') + 1,
    )


def test_what_is_known_after_apply_is_unknown_and_names_what_it_was_made_of() -> None:
    declared = read(PLAN)
    found = by_address(declared)
    node = found["aws_s3_bucket_acl.logs"].get("bucket")
    assert node is not None
    assert node.value == Unknown(why="it is known after apply")
    assert node.refers == ("aws_s3_bucket.logs",)
    graph = Graph(declared.resources)
    belonging = graph.belonging(found["aws_s3_bucket.logs"], "aws_s3_bucket_acl", "bucket")
    assert [one.address for one in belonging] == ["aws_s3_bucket_acl.logs"]


def test_blocks_keep_what_is_unknown_and_known_apart() -> None:
    group = by_address(read(PLAN))["aws_security_group.web"]
    assert [one.value for one in group.at("ingress.from_port")] == [22, 443]
    (blocks,) = group.at("ingress.cidr_blocks")
    assert blocks.is_unknown
    assert blocks.refers == ("aws_s3_bucket.logs",)
    assert group.get("tags") is None


def test_a_text_with_a_document_holds_it() -> None:
    policy = by_address(read(PLAN))["aws_iam_policy.all"]
    assert [one.value for one in policy.at("policy.Statement.Action")] == ["*"]


def test_references_lead_through_variables_and_outputs_of_modules() -> None:
    # Attributes that have no value yet are told by after_unknown only.
    plan = json.loads(json.dumps(PLAN))
    plan["resource_changes"].append(
        {
            "address": 'module.net["a"].aws_flow_log.all',
            "change": {"after_unknown": {"destination": True, "address": True}},
        }
    )
    flow = by_address(read(plan))['module.net["a"].aws_flow_log.all']
    refers = {name: node.refers for name, node in flow.body.value.items()}  # type: ignore[union-attr]
    assert refers == {
        "destination": ("aws_s3_bucket.logs",),
        "address": ('module.net["a"].module.inner.aws_eip.one',),
    }


def test_of_several_the_one_of_the_same_key_is_meant() -> None:
    plan = {
        "terraform_version": "1.9.0",
        "planned_values": {
            "root_module": {
                "resources": [
                    stated(f"{kind}.x[{at}]", bucket=f"{at}")
                    for kind in ("aws_s3_bucket", "aws_s3_bucket_acl")
                    for at in (0, 1)
                ]
            }
        },
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": "aws_s3_bucket_acl.x",
                        "expressions": {
                            "bucket": {"references": ["aws_s3_bucket.x", "count.index"]}
                        },
                    }
                ]
            }
        },
    }
    found = by_address(read(plan))
    node = found["aws_s3_bucket_acl.x[1]"].get("bucket")
    assert node is not None
    assert node.refers == ("aws_s3_bucket.x[1]",)
    assert found["aws_s3_bucket.x[0]"].name == "0"


def test_settings_of_providers_that_are_written_are_known() -> None:
    provider = by_address(read(PLAN))["provider.aws"]
    assert provider.kind == "provider.aws"
    assert [one.value for one in provider.at("access_key")] == ["AKIA"]
    assert [one.value for one in provider.at("assume_role.role_arn")] == ["arn"]
    assert provider.get("region") is None


def test_a_shown_state_is_read_as_a_plan_is() -> None:
    shown = {
        "format_version": "1.0",
        "terraform_version": "1.9.0",
        "values": {"root_module": {"resources": [stated("aws_eip.one", vpc=True)]}},
    }
    assert by_address(read(shown))["aws_eip.one"].at("vpc")[0].value is True


STATE: dict[str, Any] = {
    "version": 4,
    "terraform_version": "1.9.0",
    "lineage": "x",
    "resources": [
        {
            "mode": "data",
            "type": "aws_ami",
            "name": "one",
            "instances": [{"attributes": {"id": "ami-1"}}],
        },
        {
            "module": "module.shop",
            "mode": "managed",
            "type": "aws_db_instance",
            "name": "one",
            "instances": [
                {"index_key": "a", "attributes": {"publicly_accessible": True}},
                {"index_key": 1, "attributes": {"publicly_accessible": False}},
            ],
        },
    ],
}


def test_a_state_tells_what_is_there() -> None:
    found = by_address(read(STATE, "terraform.tfstate"))
    assert {address: one.kind for address, one in found.items()} == {
        "data.aws_ami.one": "data.aws_ami",
        'module.shop.aws_db_instance.one["a"]': "aws_db_instance",
        "module.shop.aws_db_instance.one[1]": "aws_db_instance",
    }
    database = found['module.shop.aws_db_instance.one["a"]']
    assert database.at("publicly_accessible")[0].value is True
    text = json.dumps(STATE, indent=2).split("\n")
    assert '"type": "aws_db_instance"' in text[database.place.line - 1]


@pytest.mark.parametrize(
    "content",
    [
        b'{"name": "no plan of anything", "version": 4}',
        b"",
        b'["terraform_version"]',
        b'{"terraform_version": "1", "version": 4, "resources": {"a": 1}}',
        b'{"planned_values": {"root_module": {"resources": [1, {"address": 5}, null]}}}',
        b'{"planned_values": {"root_module": []}, "configuration": [], "resource_changes": 1}',
        b'{"planned_values": {"a": 1}, "resource_changes": [{"address": {}}, {"address": []}]}',
        b'{"planned_values": {"a": 1}, "configuration": {"root_module": {"resources": 1}}}',
        b'{"terraform_version": "1", "version": 4, "resources": [{"type": "a", "name": "b"}]}',
    ],
)
def test_what_states_nothing_is_nothing(content: bytes) -> None:
    assert read(content) == Declared()


@pytest.mark.parametrize(
    "content",
    [
        b'{"planned_values": {"root_module": {',
        b'{"planned_values": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"planned_values": "\xff\xfe"}',
    ],
)
def test_what_is_broken_is_told(content: bytes) -> None:
    declared = read(content)
    assert declared.resources == []
    assert [(one.kind, one.path) for one in declared.problems] == [(ProblemKind.PARSE, "plan.json")]


def test_configuration_of_another_shape_costs_only_references() -> None:
    plan = PLAN | {
        "configuration": {
            "provider_config": {"aws": []},
            "root_module": {
                "resources": [{"address": "aws_s3_bucket_acl.logs", "expressions": [1, None]}],
                "module_calls": {"net": {"module": [2]}},
            },
        }
    }
    node = by_address(read(plan))["aws_s3_bucket_acl.logs"].get("bucket")
    assert node is not None
    assert node.refers == ()


def test_more_that_is_unknown_than_is_written_costs_only_references() -> None:
    plan = json.loads(json.dumps(PLAN))
    plan["resource_changes"][1]["change"]["after_unknown"]["ingress"] = [True, True, True]
    group = by_address(read(plan))["aws_security_group.web"]
    assert [(one.is_unknown, one.refers) for one in group.at("ingress")[0].items] == [
        (True, ()),
        (True, ()),
        (True, ()),
    ]


def test_variables_that_name_one_another_end() -> None:
    plan = PLAN | {
        "configuration": {
            "root_module": {
                "module_calls": {
                    "net": {
                        "expressions": {"bucket": {"references": ["module.net.x"]}},
                        "module": {
                            "outputs": {"x": {"expression": {"references": ["var.bucket"] * 300}}},
                            "resources": [
                                {
                                    "address": "aws_flow_log.all",
                                    "expressions": {"d": {"references": ["var.bucket"]}},
                                }
                            ],
                        },
                    }
                }
            }
        }
    }
    assert 'module.net["a"].aws_flow_log.all' in by_address(read(plan))


def test_more_than_is_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "MOST_RESOURCES", 2)
    declared = read(PLAN)
    assert [one.address for one in declared.resources] == [
        "aws_s3_bucket.logs",
        "aws_s3_bucket_acl.logs",
    ]
    assert [one.kind for one in declared.problems] == [ProblemKind.TOO_LARGE]
    monkeypatch.setattr(recorded, "LARGEST", 10)
    assert [one.kind for one in read(PLAN).problems] == [ProblemKind.TOO_LARGE]
