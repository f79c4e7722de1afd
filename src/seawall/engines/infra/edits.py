"""What would mend an attribute, as edits of the file that states it: only where that is a value."""

import json
import re

from seawall.core.finding import Edit
from seawall.core.location import CodeSpan
from seawall.model.infrastructure import Node, Resource, Scalar, Unknown

_TERRAFORM = (".tf", ".tofu")
_YAML = (".yaml", ".yml")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS = frozenset("true false null yes no on off y n".split())


def edits_of(attribute: str, node: Node | None, value: Scalar, resource: Resource) -> list[Edit]:
    """Return the edits that write a value to an attribute; none where it takes more than that.

    What comes from elsewhere (a variable, a module, a chart's values) is left to people, as is what
    is missing deeper than in the block of a resource of Terraform.
    """
    path = node.place.path if node is not None else resource.place.path
    if not path.endswith((*_TERRAFORM, *_YAML)):
        return []
    text = _written(value, path)
    if node is not None:
        return [Edit(span=node.place.span(), text=text)] if _is_own(node) else []
    place = resource.place
    if "." in attribute or not path.endswith(_TERRAFORM) or not place.end_column:
        return []
    end = CodeSpan(
        path=path,
        line=place.end_line or place.line,
        column=place.end_column,
        end_line=place.end_line or place.line,
        end_column=place.end_column,
    )
    return [Edit(span=end, text=f"\n  {attribute} = {text}")]


def _is_own(node: Node) -> bool:
    """Whether a value is written where it stands, on one line."""
    if node.origin or node.refers or isinstance(node.value, (Unknown, list, dict)):
        return False
    place = node.place
    return bool(place.end_column) and place.end_line in (0, place.line)


def _written(value: Scalar, path: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if path.endswith(_YAML) and is_plain else json.dumps(value)
    return json.dumps(value)
