"""The policy that a data source `aws_iam_policy_document` makes, as the JSON that it stands for.

Source: the AWS provider's documentation of aws_iam_policy_document.
"""

from collections.abc import Mapping

from seawall.engines.infra.terraform.values import refers_of, why_of
from seawall.model.infrastructure import Node, Unknown

_LISTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def policy_of(body: Node) -> Node:
    """Return the document: a text that is not known, with what it holds inside."""
    statements = _inherited(body, "source_policy_documents", "source_json")
    own = [_statement(one) for block in body.at("statement") for one in block.items]
    statements += own
    statements = _overridden(
        statements, _inherited(body, "override_policy_documents", "override_json")
    )
    place = body.place
    held: dict[str, Node] = {
        "Version": Node("2012-10-17", place),
        "Statement": Node(list(statements), place),
    }
    inner = Node(held, place, (), refers_of(statements))
    return Node(Unknown(why="the document is made when it is run"), place, (), inner.refers, inner)


def _statement(block: Node) -> Node:
    if not isinstance(block.value, dict):
        return block
    held: dict[str, Node] = {}
    sid, effect = block.get("sid"), block.get("effect")
    if sid is not None:
        held["Sid"] = sid
    held["Effect"] = effect if effect is not None else Node("Allow", block.place)
    for name, key in _LISTS.items():
        found = block.get(name)
        if found is not None:
            held[key] = found
    for name, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        found = _principals(block, name)
        if found is not None:
            held[key] = found
    condition = _conditions(block)
    if condition is not None:
        held["Condition"] = condition
    return Node(held, block.place, (), refers_of(held.values()))


def _principals(block: Node, name: str) -> Node | None:
    found: dict[str, Node] = {}
    blocks = [one for node in block.at(name) for one in node.items]
    for one in blocks:
        if one.is_unknown:
            return one
        kind, names = one.get("type"), one.get("identifiers")
        if kind is None or names is None:
            continue
        if kind.text() == "*" and names.is_unknown is False:
            # Everybody, without a name.
            return Node("*", names.place, kind.origin)
        key = kind.text() or "AWS"
        if key in found:
            names = Node([*found[key].items, *names.items], names.place)
        found[key] = names
    return Node(found, blocks[0].place, (), refers_of(found.values())) if found else None


def _conditions(block: Node) -> Node | None:
    found: dict[str, dict[str, Node]] = {}
    blocks = [one for node in block.at("condition") for one in node.items]
    for one in blocks:
        if one.is_unknown:
            return one
        test, variable, values = one.get("test"), one.get("variable"), one.get("values")
        if test is None or variable is None or values is None:
            continue
        found.setdefault(test.text() or "?", {})[variable.text() or "?"] = values
    if not found:
        return None
    held = {test: Node(dict(one), blocks[0].place) for test, one in found.items()}
    return Node(dict(held), blocks[0].place)


def _inherited(body: Node, *names: str) -> list[Node]:
    """Return the statements of the documents that this one takes up."""
    found: list[Node] = []
    for name in names:
        for node in body.at(name):
            for one in node.items:
                document = one.document
                if isinstance(document.value, Mapping):
                    found += [inner for held in document.at("Statement") for inner in held.items]
                else:
                    why = why_of([one]) or "a document that it takes up is not known"
                    found.append(Node(Unknown(why=why), one.place, (), one.refers))
    return found


def _overridden(statements: list[Node], by: list[Node]) -> list[Node]:
    """Return the statements with those of the same Sid replaced."""
    names = {node.text() for one in by if (node := one.get("Sid")) is not None and node.text()}
    kept = [
        one
        for one in statements
        if not ((node := one.get("Sid")) is not None and node.text() in names)
    ]
    return [*kept, *by]
