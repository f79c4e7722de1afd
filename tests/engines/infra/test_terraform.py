"""Terraform: what expressions, variables, loops and modules come to."""

import time
from typing import Any

import pytest

from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.terraform import Terraform
from seawall.engines.infra.terraform.instance import Scope
from seawall.model.infrastructure import Graph, Node, Resource, Unknown

UNKNOWN = "?"


def read(files: str | dict[str, str]) -> Declared:
    named = {"main.tf": files} if isinstance(files, str) else files
    held = {path: text.encode() for path, text in named.items()}
    return Terraform().read(Files(sorted(held), held.get))


def resources(files: str | dict[str, str]) -> dict[str, Resource]:
    declared = read(files)
    assert declared.problems == []
    return {one.address: one for one in declared.resources}


def plain(node: Node | None) -> Any:
    match node.value if node is not None else None:
        case dict() as table:
            return {key: plain(one) for key, one in table.items()}
        case list() as items:
            return [plain(one) for one in items]
        case Unknown():
            return UNKNOWN
        case value:
            return value


def evaluated(expression: str, before: str = "") -> Any:
    one = resources(f'{before}\nresource "x" "y" {{\n  v = {expression}\n}}\n')["x.y"]
    return plain(one.body.value["v"])  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        # The examples of Terraform's own documentation.
        ("abs(-12.4)", 12.4),
        ('alltrue(["true", true])', True),
        ('anytrue(["true", false])', True),
        ('base64decode("SGVsbG8gV29ybGQ=")', "Hello World"),
        ('base64encode("Hello World")', "SGVsbG8gV29ybGQ="),
        ('basename("foo/bar/baz.txt")', "baz.txt"),
        ("ceil(5.1)", 6),
        ('chomp("hello\\r\\n")', "hello"),
        ('chunklist(["a", "b", "c"], 2)', [["a", "b"], ["c"]]),
        ('cidrhost("10.12.112.0/20", 16)', "10.12.112.16"),
        ('cidrhost("10.12.112.0/20", 268)', "10.12.113.12"),
        ('cidrhost("fd00:fd12:3456:7890:00a2::/72", 34)', "fd00:fd12:3456:7890::22"),
        ('cidrnetmask("172.16.0.0/12")', "255.240.0.0"),
        ('cidrsubnet("172.16.0.0/12", 4, 2)', "172.18.0.0/16"),
        ('cidrsubnet("10.1.2.0/24", 4, 15)', "10.1.2.240/28"),
        ('cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)', "fd00:fd12:3456:7800:a200::/72"),
        (
            'cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)',
            ["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"],
        ),
        ('coalesce("", "b")', "b"),
        ("coalesce(1, 2)", 1),
        ('coalescelist([], ["c", "d"])', ["c", "d"]),
        ('compact(["a", "", "b", null, "c"])', ["a", "b", "c"]),
        ('concat(["a", ""], ["b", "c"])', ["a", "", "b", "c"]),
        ('contains(["a", "b", "c"], "a")', True),
        ('contains(["a", "b", "c"], "d")', False),
        ('dirname("foo/bar/baz.txt")', "foo/bar"),
        ('distinct(["a", "b", "a", "c", "d", "b"])', ["a", "b", "c", "d"]),
        ('element(["a", "b", "c"], 3)', "a"),
        ('element(["a", "b", "c"], -1)', "c"),
        ('endswith("hello world", "world")', True),
        ('flatten([["a", "b"], [], ["c"]])', ["a", "b", "c"]),
        ('flatten([[["a", "b"], []], ["c"]])', ["a", "b", "c"]),
        ("floor(4.9)", 4),
        ('format("There are %d lights", 4)', "There are 4 lights"),
        ('format("Hello, %s!", "Ander")', "Hello, Ander!"),
        ('format("%05d|%-5s|%t|%%", 42, "ab", true)', "00042|ab   |true|%"),
        (
            'formatlist("%s, %s!", "Salutations", ["Ander", "Olivia"])',
            ["Salutations, Ander!", "Salutations, Olivia!"],
        ),
        ('index(["a", "b", "c"], "b")', 1),
        ('join("-", ["foo", "bar", "baz"])', "foo-bar-baz"),
        ('jsondecode("{\\"hello\\": \\"world\\"}")', {"hello": "world"}),
        ('jsonencode({"hello"="world"})', '{"hello":"world"}'),
        ("keys({a=1, c=2, d=3})", ["a", "c", "d"]),
        ("length([])", 0),
        ('length("hello")', 5),
        ('lookup({a="ay", b="bee"}, "a", "what?")', "ay"),
        ('lookup({a="ay", b="bee"}, "c", "what?")', "what?"),
        ('lower("HELLO")', "hello"),
        ("max(12, 54, 3)", 54),
        ("max([12, 54, 3]...)", 54),
        ('merge({a="b", c="d"}, {e="f", c="z"})', {"a": "b", "c": "z", "e": "f"}),
        ("one([])", None),
        ('one(["hello"])', "hello"),
        ('parseint("FF", 16)', 255),
        ("range(3)", [0, 1, 2]),
        ("range(1, 8, 2)", [1, 3, 5, 7]),
        ("range(4, 1)", []),
        ("range(10, 5, -2)", [10, 8, 6]),
        ('regex("[a-z]+", "53453453.345345aaabbbccc23454")', "aaabbbccc"),
        (
            'regex("(\\\\d\\\\d\\\\d\\\\d)-(\\\\d\\\\d)-(\\\\d\\\\d)", "2019-02-01")',
            ["2019", "02", "01"],
        ),
        ('regexall("[a-z]+", "1234abcd5678efgh9")', ["abcd", "efgh"]),
        ('replace("1 + 2 + 3", "+", "-")', "1 - 2 - 3"),
        ('replace("hello world", "/w.*d/", "everybody")', "hello everybody"),
        ("reverse([1, 2, 3])", [3, 2, 1]),
        (
            'setproduct(["a", "b"], ["x", "y"])',
            [["a", "x"], ["a", "y"], ["b", "x"], ["b", "y"]],
        ),
        ('setsubtract(["a", "b", "c"], ["a", "c"])', ["b"]),
        ('sha256("hello")', "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        ('slice(["a", "b", "c", "d"], 1, 3)', ["b", "c"]),
        ('sort(["e", "d", "a", "x"])', ["a", "d", "e", "x"]),
        ('split(",", "foo,bar,baz")', ["foo", "bar", "baz"]),
        ('strrev("hello")', "olleh"),
        ('substr("hello world", 1, 4)', "ello"),
        ('substr("hello world", -5, -1)', "world"),
        ("sum([10, 13, 6, 4.5])", 33.5),
        ('title("hello world")', "Hello World"),
        ('tobool("true")', True),
        ('tonumber("1")', 1),
        ("tostring(true)", "true"),
        ('toset(["c", "b", "b"])', ["b", "c"]),
        ('trim("?!hello?!", "!?")', "hello"),
        ('trimprefix("helloworld", "hello")', "world"),
        ('trimsuffix("helloworld", "world")', "hello"),
        ('trimspace("  hello\\n\\n")', "hello"),
        ('upper("hello")', "HELLO"),
        ('urlencode("Hello World!")', "Hello+World%21"),
        ("values({a=3, c=2, d=1})", [3, 2, 1]),
        ('yamldecode("a: 1\\nb: [x, true]\\n")', {"a": 1, "b": ["x", True]}),
        ('zipmap(["a", "b"], [1, 2])', {"a": 1, "b": 2}),
        # Operators and what is asked of values.
        ("1 + 2 * 3", 7),
        ("7 / 2", 3.5),
        ("6 / 2", 3),
        ("7 % 4", 3),
        ("!false && (1 < 2 || 2 < 1)", True),
        ('1 == "1"', True),
        ('"a" != "b"', True),
        ("[1, 2] == [1, 2]", True),
        ('true ? "a" : "b"', "a"),
        ('{a = {b = [1, 2]}}["a"].b[1]', 2),
        ("[{a = 1}, {a = 2}][*].a", [1, 2]),
        ('"x-${1 + 1}-${true}"', "x-2-true"),
        ('"%{ if 1 > 2 }a%{ else }b%{ endif }"', "b"),
        ('"%{ for v in [1, 2] }${v};%{ endfor }"', "1;2;"),
        ("[for v in [1, 2, 3] : v * 2 if v != 2]", [2, 6]),
        ('{for k, v in {a = 1, b = 2} : upper(k) => v}', {"A": 1, "B": 2}),
        ('{for v in ["ax", "bx", "b"] : substr(v, 0, 1) => v...}', {"a": ["ax"], "b": ["bx", "b"]}),
        ("[for i, v in [5, 6] : i]", [0, 1]),
        # What fails in Terraform too, and what `try` makes of it.
        ("{a = 1}.b", UNKNOWN),
        ('try({a = 1}.b, "c")', "c"),
        ('try([1][3], "c")', "c"),
        ('try(jsondecode("{"), "c")', "c"),
        ('try([{a = 1}.b], "c")', "c"),
        ('try(flatten([{a = 1}.b]), "c")', "c"),
        ('try(concat([1], {a = 1}.b), "c")', "c"),
        ("can({a = 1}.a)", True),
        ("can({a = 1}.b)", False),
        ("timestamp()", UNKNOWN),
        ("nothing.there", UNKNOWN),
        ("1 / 0", UNKNOWN),
        ('tonumber("1e400")', UNKNOWN),
        ('"inf" * 2', UNKNOWN),
        (f"{'9' * 290} * {'9' * 290} * 2", UNKNOWN),
    ],
)  # fmt: skip
def test_expressions(expression: str, wanted: Any) -> None:
    assert evaluated(expression) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("var.given", 5),
        ("var.open", UNKNOWN),
        ("var.open.a", UNKNOWN),
        ("local.a", [5, "?"]),
        ("try(var.open, 1)", UNKNOWN),
        ("var.open ? 1 : 1", 1),
        ("var.open ? 1 : 2", UNKNOWN),
        ("var.open && false", False),
        ("false && var.open", False),
        ("true || var.open", True),
        ("[1, var.open]", [1, UNKNOWN]),
        ("[1, var.open][0]", 1),
        ("length([1, var.open])", 2),
        ("merge({a = var.open}, {b = 1})", {"a": UNKNOWN, "b": 1}),
        ("concat([var.open], [1])", [UNKNOWN, 1]),
        ("coalesce(null, var.given)", 5),
        ("upper(var.open)", UNKNOWN),
        ("[for v in [1, var.open] : v]", [1, UNKNOWN]),
        ("[for v in var.open : v]", UNKNOWN),
        ("[var.open] == null", False),
        ('"a-${var.open}" == ""', False),
        ('"a-${var.open}" == "a-b"', UNKNOWN),
        ('"b-x" != "a-${var.open}"', True),
        ("var.open == null", UNKNOWN),
        ("aws_x.y.id != null", True),
        ("module.m.id != null", UNKNOWN),
        ('concat(["a"], var.open)', ["a", UNKNOWN]),
        ('length(concat(["a"], var.open))', UNKNOWN),
        ('contains(concat(["a"], var.open), "a")', UNKNOWN),
        ('format("%s-%d", "a", 5)', "a-5"),
        ('join("-", ["a", 5])', "a-5"),
    ],
)
def test_what_is_not_known_stays_where_it_is(expression: str, wanted: Any) -> None:
    before = (
        'variable "given" {\n  default = 5\n}\nvariable "open" {}\n'
        "locals {\n  a = [var.given, var.open]\n}\n"
    )
    assert evaluated(expression, before) == wanted


def test_a_text_tells_the_parts_that_are_known() -> None:
    one = resources('variable "v" {}\nresource "x" "y" {\n  a = "arn:${var.v}:*"\n}\n')["x.y"]
    node = one.get("a")
    assert node is not None
    assert node.value == Unknown(why="the variable v has no value here", parts=("arn:", None, ":*"))


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ('format("arn:%s:%d%%/*", var.v, 5)', ("arn:", None, ":5%/*")),
        ('join("/", ["a", var.v, "b"])', ("a/", None, "/b")),
        ('format("%05d-%s", 5, var.v)', ()),
        ('join("/", var.v)', ()),
    ],
)
def test_texts_that_are_put_together_tell_their_parts(
    expression: str, parts: tuple[str | None, ...]
) -> None:
    text = f'variable "v" {{}}\nresource "x" "y" {{\n  a = {expression}\n}}\n'
    node = resources(text)["x.y"].get("a")
    assert node is not None
    assert node.value == Unknown(why="the variable v has no value here", parts=parts)


def test_a_value_stands_where_the_resource_is_and_tells_how_it_came() -> None:
    text = (
        'variable "acl" {\n  default = "private"\n}\nlocals {\n  acl = var.acl\n}\n'
        'resource "aws_s3_bucket" "b" {\n  acl = local.acl\n}\n'
    )
    one = resources({"s3/main.tf": text, "s3/terraform.tfvars": 'acl = "public-read"\n'})
    node = one["aws_s3_bucket.b"].get("acl")
    assert node is not None
    assert (node.value, node.place.path, node.place.line, node.place.column) == (
        "public-read",
        "s3/main.tf",
        8,
        9,
    )
    assert [(step.words, step.place.path, step.place.line) for step in node.origin] == [
        ("the local name acl", "s3/main.tf", 5),
        ("acl in terraform.tfvars", "s3/terraform.tfvars", 1),
    ]


def test_what_a_list_holds_stands_where_the_resource_is_too() -> None:
    text = (
        'variable "from" {\n  default = [\n    "0.0.0.0/0",\n  ]\n}\n'
        'resource "sg" "x" {\n  cidrs = var.from\n  own = [\n    "10.0.0.0/8",\n  ]\n}\n'
    )
    one = resources(text)["sg.x"]
    (item,) = one.at("cidrs")[0].items
    assert (item.value, item.place.line) == ("0.0.0.0/0", 7)
    assert [(step.words, step.place.line) for step in item.origin] == [
        ("what is taken from here", 3),
        ("the default of the variable from", 2),
    ]
    assert [(one.value, one.place.line) for one in one.at("own")[0].items] == [("10.0.0.0/8", 9)]


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({}, "default"),
        ({"terraform.tfvars": 'a = "own"'}, "own"),
        ({"terraform.tfvars": 'a = "own"', "z.auto.tfvars": 'a = "auto"'}, "auto"),
        ({"terraform.tfvars.json": '{"a": "json"}'}, "json"),
        ({"prod.tfvars": 'a = "default"'}, "default"),
        ({"prod.tfvars": 'a = "other"'}, UNKNOWN),
        ({"env/prod.tfvars": 'a = "other"'}, UNKNOWN),
        ({"terraform.tfvars": 'a = "own"', "prod.tfvars": 'a = "other"'}, "own"),
    ],
)
def test_files_of_values(files: dict[str, str], wanted: str) -> None:
    main = 'variable "a" {\n  default = "default"\n}\nresource "x" "y" {\n  v = var.a\n}\n'
    assert plain(resources({"main.tf": main, **files})["x.y"].get("v")) == wanted


def test_what_all_files_of_values_say_of_a_variable_without_default_is_known() -> None:
    main = 'variable "a" {}\nvariable "b" {}\nresource "x" "y" {\n  v = [var.a, var.b]\n}\n'
    files = {"dev.tfvars": "a = 1\nb = 1\n", "prod.tfvars": "a = 1\nb = 2\n"}
    assert plain(resources({"main.tf": main, **files})["x.y"].get("v")) == [1, UNKNOWN]


def test_types_of_variables_fill_in_what_is_optional() -> None:
    text = """
variable "v" {
  type = object({
    a = optional(bool, true)
    b = optional(string)
    c = number
    d = optional(list(object({ e = optional(string, "x") })), [])
  })
  default = { c = "5", d = [{}], other = 1 }
}
variable "n" {
  default  = 1
  nullable = false
}
resource "x" "y" {
  v = var.v
}
"""
    assert plain(resources(text)["x.y"].get("v")) == {
        "a": True,
        "b": None,
        "c": 5,
        "d": [{"e": "x"}],
    }


COUNTED = """
variable "open" {}
resource "a" "none" {
  count = 0
}
resource "a" "two" {
  count = 2
  v     = count.index
}
resource "a" "open" {
  count = var.open ? 1 : 0
}
resource "b" "map" {
  for_each = { x = 1, y = 2 }
  v        = "${each.key}=${each.value}"
}
resource "b" "set" {
  for_each = toset(["p", "q"])
  v        = each.value
}
resource "b" "open" {
  for_each = var.open
  v        = each.value
}
"""


def test_counts_and_loops_make_resources() -> None:
    found = resources(COUNTED)
    assert {address: (plain(one.get("v")), one.is_certain) for address, one in found.items()} == {
        "a.two[0]": (0, True),
        "a.two[1]": (1, True),
        "a.open": (None, False),
        'b.map["x"]': ("x=1", True),
        'b.map["y"]': ("y=2", True),
        'b.set["p"]': ("p", True),
        'b.set["q"]': ("q", True),
        "b.open": (UNKNOWN, False),
    }


def test_blocks_are_lists_and_dynamic_ones_are_made() -> None:
    text = """
variable "open" {}
resource "sg" "x" {
  tags = { a = 1 }
  ingress {
    port = 22
  }
  dynamic "ingress" {
    for_each = [80, 443]
    content {
      port = ingress.value
    }
  }
  dynamic "egress" {
    for_each = { a = { port = 1 } }
    iterator = it
    content {
      port = it.value.port
      name = it.key
      dynamic "deep" {
        for_each = [it.key]
        content {
          v = "${it.key}-${deep.value}"
        }
      }
    }
  }
  dynamic "maybe" {
    for_each = var.open
    content {}
  }
  dynamic "never" {
    for_each = []
    content {}
  }
}
"""
    one = resources(text)["sg.x"]
    assert plain(one.body) == {
        "tags": {"a": 1},
        "ingress": [{"port": 22}, {"port": 80}, {"port": 443}],
        "egress": [{"port": 1, "name": "a", "deep": [{"v": "a-a"}]}],
        "maybe": [UNKNOWN],
        "never": [],
    }
    assert [node.place.line for node in one.at("ingress.port")] == [6, 11, 11]


def test_what_a_provider_asks_is_kept_and_what_terraform_asks_is_not() -> None:
    text = (
        'resource "aws_eks_cluster" "c" {\n  provider = aws.west\n  version = "1.30"\n'
        '  source = "x"\n  depends_on = [a.b]\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n'
    )
    assert plain(resources(text)["aws_eks_cluster.c"].body) == {"version": "1.30", "source": "x"}


def test_references_name_resources() -> None:
    text = """
resource "aws_s3_bucket" "b" {
  bucket = "logs"
}
resource "aws_s3_bucket" "many" {
  count = 2
}
resource "aws_s3_bucket_versioning" "v" {
  bucket = aws_s3_bucket.b.id
}
resource "aws_s3_bucket_versioning" "named" {
  bucket = aws_s3_bucket.b.bucket
}
resource "aws_s3_bucket_versioning" "many" {
  count  = 2
  bucket = aws_s3_bucket.many[count.index].id
}
resource "x" "all" {
  v = aws_s3_bucket.many[*].arn
  w = "${aws_s3_bucket.b.arn}/*"
}
"""
    declared = read(text)
    graph = Graph(declared.resources)
    found = {one.address: one for one in declared.resources}

    def belonging(address: str) -> list[str]:
        by = graph.belonging(found[address], "aws_s3_bucket_versioning", "bucket", ("bucket",))
        return sorted(one.address for one in by)

    assert belonging("aws_s3_bucket.b") == [
        "aws_s3_bucket_versioning.named",
        "aws_s3_bucket_versioning.v",
    ]
    assert belonging("aws_s3_bucket.many[1]") == ["aws_s3_bucket_versioning.many[1]"]
    everything = found["x.all"].get("v")
    assert everything is not None
    assert everything.refers == ("aws_s3_bucket.many[0]", "aws_s3_bucket.many[1]")
    text_of_arn = found["x.all"].get("w")
    assert text_of_arn is not None
    assert (text_of_arn.value.parts, text_of_arn.refers) == (  # type: ignore[union-attr]
        (None, "/*"),
        ("aws_s3_bucket.b",),
    )


MODULES = {
    "main.tf": """
module "bucket" {
  source   = "./modules/bucket"
  for_each = { a = "private", b = "public-read" }
  name     = each.key
  acl      = each.value
}
module "off" {
  source = "./modules/bucket"
  count  = 0
  name   = "off"
}
module "far" {
  source = "terraform-aws-modules/vpc/aws"
}
resource "x" "y" {
  a = module.bucket["a"].name
  b = module.bucket["b"].arn
  c = module.far.vpc_id
}
""",
    "modules/bucket/main.tf": """
variable "name" {}
variable "acl" {
  default = "private"
}
resource "aws_s3_bucket" "this" {
  bucket = var.name
  acl    = var.acl
}
output "name" {
  value = var.name
}
output "arn" {
  value = aws_s3_bucket.this.arn
}
""",
}


def test_modules_are_there_once_for_each_call() -> None:
    found = resources(MODULES)
    assert {
        address: plain(one.get("acl"))
        for address, one in found.items()
        if one.kind == "aws_s3_bucket"
    } == {
        'module.bucket["a"].aws_s3_bucket.this': "private",
        'module.bucket["b"].aws_s3_bucket.this': "public-read",
    }
    bucket = found['module.bucket["b"].aws_s3_bucket.this']
    assert [(step.words, step.place.line) for step in bucket.called] == [
        ("the call of the module bucket", 2)
    ]
    assert (bucket.place.path, bucket.place.line) == ("modules/bucket/main.tf", 6)
    acl = bucket.get("acl")
    assert acl is not None
    assert [(step.words, step.place.path, step.place.line) for step in acl.origin][0] == (
        "given by the call of the module bucket",
        "main.tf",
        6,
    )
    assert plain(found["x.y"].body) == {"a": "a", "b": UNKNOWN, "c": UNKNOWN}
    arn = found["x.y"].get("b")
    assert arn is not None
    assert arn.refers == ('module.bucket["b"].aws_s3_bucket.this',)


def test_a_module_that_nobody_calls_is_judged_by_itself() -> None:
    found = resources({"modules/bucket/main.tf": MODULES["modules/bucket/main.tf"]})
    body = found["aws_s3_bucket.this"].body
    assert plain(body) == {"bucket": UNKNOWN, "acl": "private"}


def test_modules_that_init_has_fetched_are_read() -> None:
    files = {
        "live/main.tf": 'module "far" {\n  source = "a/b/c"\n  acl = "public"\n  name = "n"\n}\n',
        "live/.terraform/modules/modules.json": (
            '{"Modules": [{"Key": "", "Dir": "."},'
            ' {"Key": "far", "Dir": ".terraform/modules/far"}]}'
        ),
        "live/.terraform/modules/far/main.tf": MODULES["modules/bucket/main.tf"],
    }
    found = resources(files)
    assert list(found) == ["module.far.aws_s3_bucket.this"]
    assert plain(found["module.far.aws_s3_bucket.this"].get("acl")) == "public"


def test_files_that_repeat_a_name_are_modules_of_their_own() -> None:
    files = {
        "bad.tf": 'resource "b" "x" {\n  v = var.v\n}\nresource "c" "y" {\n  b = b.x.v\n}\n',
        "good.tf": 'resource "b" "x" {\n  v = 2\n}\n',
        "vars.tf": 'variable "v" {\n  default = 1\n}\nresource "d" "z" {}\n',
    }
    declared = read(files)
    assert [(one.address, one.place.path, plain(one.body)) for one in declared.resources] == [
        ("d.z", "vars.tf", {}),
        ("b.x", "bad.tf", {"v": 1}),
        ("c.y", "bad.tf", {"b": 1}),
        ("b.x", "good.tf", {"v": 2}),
    ]


def test_a_name_that_one_file_has_twice_is_there_twice() -> None:
    found = resources('resource "b" "x" {\n  v = 1\n}\nresource "b" "x" {\n  v = 2\n}\n')
    assert {address: plain(one.get("v")) for address, one in found.items()} == {
        "b.x": 1,
        "b.x (2)": 2,
    }


POLICY = """
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Read"
    actions   = ["s3:Get*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "all" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = [aws_s3_bucket.b.arn]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_policy" "p" {
  policy = data.aws_iam_policy_document.all.json
}
"""


def test_policy_documents_are_made() -> None:
    policy = resources(POLICY)["aws_s3_bucket_policy.p"].get("policy")
    assert policy is not None
    assert policy.is_unknown
    assert plain(policy.document) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*"], "Resource": ["*"]},
            {
                "Effect": "Deny",
                "Action": ["*"],
                "Resource": [UNKNOWN],
                "Principal": {"AWS": ["*"]},
                "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
            },
        ],
    }
    (action,) = policy.at("Statement.Action")[1].items
    assert action.place.line == 13


@pytest.mark.parametrize(
    ("before", "written"),
    [
        ('locals {\n  p = { Statement = [{ Action = "*" }] }\n}\n', "jsonencode(local.p)"),
        (
            'variable "p" {\n  default = "{\\"Statement\\": [{\\"Action\\": \\"*\\"}]}"\n}\n',
            "var.p",
        ),
    ],
)  # fmt: skip
def test_what_a_document_says_stands_where_the_resource_is(before: str, written: str) -> None:
    one = resources(f'{before}resource "p" "q" {{\n  policy = {written}\n}}\n')["p.q"]
    (action,) = one.at("policy.Statement.Action")
    assert (action.value, action.place.line) == ("*", 5)
    assert action.origin[0].place.line == 2


@pytest.mark.parametrize(
    "written",
    [
        'jsonencode({\n  Statement = [{\n    Action = "*"\n    Resource = aws_x.y.arn\n  }]\n})',
        '<<EOF\n{\n  "Statement": [{"Action": "*", "Resource": "${aws_x.y.arn}"}]\n}\nEOF',
        '<<-EOF\n\t{"Statement": [\n\t\t{"Action": "*", "Resource": "${aws_x.y.arn}"}]}\n\tEOF',
        '"{\\"Statement\\": [{\\"Action\\": \\"*\\", \\"Resource\\": \\"${aws_x.y.arn}\\"}]}"',
        'templatefile("${path.module}/p.tpl", { arn = aws_x.y.arn })',
    ],
)  # fmt: skip
def test_documents_in_texts_are_read(written: str) -> None:
    files = {
        "main.tf": f'resource "aws_x" "y" {{}}\nresource "p" "q" {{\n  policy = {written}\n}}\n',
        "p.tpl": '{"Statement": [{"Action": "*", "Resource": "${arn}"}]}',
    }
    policy = resources(files)["p.q"].get("policy")
    assert policy is not None
    assert plain(policy.document) == {"Statement": [{"Action": "*", "Resource": UNKNOWN}]}
    lines = files["main.tf"].split("\n")
    place = policy.at("Statement.Action")[0].place
    assert place.path == "main.tf"
    assert '"*' in lines[place.line - 1] or "templatefile" in written or '\\"*' in written


def test_files_of_the_target_are_read_and_no_others() -> None:
    files = {
        "live/main.tf": (
            'resource "x" "y" {\n  a = file("${path.module}/p.json")\n'
            '  b = file("../../etc/passwd")\n  c = file("/etc/passwd")\n'
            '  d = [for f in fileset(path.module, "conf/*.y{a,}ml") : yamldecode(file(f)).v]\n}\n'
        ),
        "live/p.json": '{"a": ["b"]}',
        "live/conf/1.yml": "v: 1\n",
        "live/conf/2.yaml": "v: 2\n",
        "live/conf/3.txt": "v: 3\n",
    }
    one = resources(files)["x.y"]
    assert plain(one.body) == {
        "a": '{"a": ["b"]}',
        "b": UNKNOWN,
        "c": UNKNOWN,
        "d": [1, 2],
    }
    assert [node.value for node in one.at("a.a")[0].items] == ["b"]


def test_json_syntax_is_the_same_language() -> None:
    text = (
        '{\n  "variable": {"v": {"default": 5}},\n  "resource": {"x": {"y": {\n'
        '    "a": "${var.v + 1}",\n    "b": "v=${var.v}",\n    "c": {"d": true}\n  }}}\n}\n'
    )
    one = resources({"main.tf.json": text})["x.y"]
    assert plain(one.body) == {"a": 6, "b": "v=5", "c": {"d": True}}
    assert one.get("b").place.line == 5  # type: ignore[union-attr]


def test_json_syntax_has_loops_too() -> None:
    text = """{"resource": {"sg": {"x": {
      "for_each": {"a": 1},
      "dynamic": {"ingress": {
        "for_each": [22, 80],
        "content": {"port": "${ingress.value}", "name": "${each.key}"}
      }}
    }}}}"""
    one = resources({"main.tf.json": text})['sg.x["a"]']
    assert plain(one.body) == {
        "ingress": [{"port": 22, "name": "a"}, {"port": 80, "name": "a"}],
    }


def test_providers_and_backends_are_there() -> None:
    text = (
        'provider "aws" {\n  access_key = "k"\n}\n'
        'terraform {\n  backend "s3" {\n    encrypt = false\n  }\n}\n'
    )
    found = {one.kind: one for one in resources(text).values()}
    assert plain(found["provider.aws"].body) == {"access_key": "k"}
    assert plain(found["terraform.backend"].body) == {"encrypt": False}
    assert found["terraform.backend"].place.line == 5


def test_what_is_broken_is_told_and_the_rest_is_there() -> None:
    declared = read({"a.tf": 'resource "x" "y" {\n  v = \n}\nresource "x" "z" {}\n'})
    assert [(one.path, one.line) for one in declared.problems] == [("a.tf", 2)]
    assert [one.address for one in declared.resources] == ["x.z"]
    declared = read({"a.tf.json": '{"resource": ', "b.tf": 'resource "x" "z" {}\n'})
    assert [one.path for one in declared.problems] == ["a.tf.json"]
    assert [one.address for one in declared.resources] == ["x.z"]


def test_a_flaw_of_ours_costs_one_root(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Scope.resources

    def broken(scope: Scope, left: list[int]) -> Any:
        if scope.module.folder == "a":
            raise KeyError("a")
        return whole(scope, left)

    monkeypatch.setattr(Scope, "resources", broken)
    text = 'resource "x" "y" {}\n'
    declared = read({"a/main.tf": text, "b/main.tf": text})
    assert [one.place.path for one in declared.resources] == ["b/main.tf"]
    assert [(one.path, one.partial) for one in declared.problems] == [("a", True)]


CHAIN = "locals {\n  l0 = 1\n" + "".join(
    f"  l{at} = local.l{at - 1}\n" for at in range(1, 5_000)
)  # fmt: skip
DOUBLING = "locals {\n  l0 = [1, 1]\n" + "".join(
    f"  l{at} = [local.l{at - 1}, local.l{at - 1}]\n" for at in range(1, 60)
)  # fmt: skip
TEXTS = 'locals {\n  l0 = "0123456789"\n' + "".join(
    f'  l{at} = "${{local.l{at - 1}}}${{local.l{at - 1}}}"\n' for at in range(1, 60)
)  # fmt: skip
LOOPS = "[for a in range(5000) : [for b in range(5000) : [for c in range(5000) : a * b * c]]]"
NESTED = "[for a in [[1, 1]] : " + "[for a in [[a, a]] : " * 17 + "[a, a]" + "]" * 18
CYCLE = {
    "a/main.tf": 'module "b" {\n  source = "../b"\n}\nresource "x" "a" {}\n',
    "b/main.tf": 'module "a" {\n  source = "../a"\n}\nresource "x" "b" {}\n',
}


@pytest.mark.parametrize(
    "text",
    [
        CHAIN + '}\nresource "x" "y" {\n  v = local.l4999\n}\n',
        DOUBLING + '}\nresource "x" "y" {\n  v = jsonencode(local.l59)\n}\n',
        TEXTS + '}\nresource "x" "y" {\n  v = local.l59\n}\n',
        "locals {\n  a = local.b\n  b = local.a\n}\n" + 'resource "x" "y" {\n  v = local.a\n}\n',
        'resource "x" "y" {\n  v = x.y.v\n}\n',
        'variable "a" {\n  default = var.a\n}\nresource "x" "y" {\n  v = var.a\n}\n',
        f'resource "x" "y" {{\n  v = {NESTED}\n}}\n',
        'resource "x" "y" {\n  v = ' + " + ".join(["1"] * 20_000) + "\n}\n",
        'resource "x" "y" {\n  v = a' + ".b" * 20_000 + "\n}\n",
        'resource "x" "y" {\n  v = regex("(a+)+$", "' + "a" * 5_000 + '!")\n}\n',
        'resource "x" "y" {\n  v = regex("a*a*a*a*a*b", "' + "a" * 1_000 + '")\n}\n',
        'resource "x" "y" {\n  v = format("%999999999s", "a")\n}\n',
        'resource "x" "y" {\n  v = range(1e300)\n}\n',
        'resource "x" "y" {\n  v = cidrsubnets("10.0.0.0/8", -9, 99)\n}\n',
        'resource "x" "y" {\n  v = join("", [for a in range(5000) : join("", range(5000))])\n}\n',
    ],
)
def test_hostile_names_end_soon(text: str) -> None:
    began = time.process_time()
    declared = read(text)
    assert "x.y" in {one.address for one in declared.resources}
    assert time.process_time() - began < 20


def test_loops_in_one_another_are_bounded_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.engines.infra.terraform.MOST_STEPS", 100_000)
    declared = read(f'resource "x" "y" {{\n  v = {LOOPS}\n}}\n')
    assert [one.partial for one in declared.problems] == [True]
    assert [one.address for one in declared.resources] == ["x.y"]


def test_modules_that_call_one_another_end() -> None:
    assert {one.place.path for one in read(CYCLE).resources} == {"a/main.tf", "b/main.tf"}


def test_counts_of_modules_in_one_another_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.engines.infra.terraform.MOST_STEPS", 20_000)
    files = {
        f"m{at}/main.tf": f'module "m" {{\n  source = "../m{at + 1}"\n  count = 200\n}}\n'
        for at in range(6)
    }
    declared = read({**files, "m6/main.tf": 'resource "x" "y" {}\n'})
    assert [one.partial for one in declared.problems] == [True]


def test_a_count_that_is_huge_is_bounded() -> None:
    found = resources('resource "x" "y" {\n  count = 1000000000\n}\n')
    assert len(found) == 200


def test_many_blocks_are_read_in_proportion() -> None:
    began = time.process_time()
    text = "".join(f'resource "x" "y{at}" {{\n  a = {at}\n}}\n' for at in range(20_000))
    assert len(read(text).resources) == 20_000
    assert time.process_time() - began < 15
