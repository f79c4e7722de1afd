"""Machines, containers and clusters of AWS: disks, what they are told, who reaches them."""

from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource
from seawall.model.ports import is_everybody

_DISKS = {
    "aws_ebs_volume": "",
    "aws_instance": "root_block_device ebs_block_device",
    "aws_spot_instance_request": "root_block_device ebs_block_device",
    "aws_launch_configuration": "root_block_device ebs_block_device",
    "aws_launch_template": "block_device_mappings.ebs",
}
_FOR_ALL = "aws_ebs_encryption_by_default"


def _disks(resource: Resource, graph: Graph) -> Iterator[Hit]:
    paths = _DISKS[resource.kind].split() or [""]
    by_default = any(
        (node := one.get("enabled")) is None or node.value is True for one in graph.of(_FOR_ALL)
    )
    blocks = [(path, one) for path in paths for held in resource.at(path) for one in held.items]
    for path, block in blocks:
        if block.is_unknown:
            continue
        node = block.get("encrypted")
        if node is None and (by_default or block.get("snapshot_id") is not None):
            continue
        if node is None or _is_off(node) or node.is_unknown:
            yield Hit(
                message="the disk is not encrypted",
                place=node.place if node is not None else _head(block, resource),
                attribute=f"{path}.encrypted".strip("."),
                node=node,
                is_known=node is None or not node.is_unknown,
                apart=_text(block, "device_name"),
            )
    if (
        (
            not any(path == "root_block_device" for path, _ in blocks)
            and "root" in _DISKS[resource.kind]
        )
        and not by_default
        and resource.get("launch_template") is None
    ):
        yield Hit(
            message="nothing says that the machine's own disk is encrypted",
            place=resource.place,
            attribute="root_block_device",
            severity=Severity.LOW,
        )


def _is_off(node: Node) -> bool:
    return node.value is False or node.text().casefold() == "false"


def _head(block: Node, resource: Resource) -> Place:
    return resource.place if block is resource.body else block.place


def _text(node: Node, name: str) -> str:
    found = node.get(name)
    return found.text() if found is not None else ""


def _cluster_doors(resource: Resource, _: Graph) -> Iterator[Hit]:
    """Yield where a cluster's API is reached: from everywhere, unless something else is said."""
    for config in (one for held in resource.at("vpc_config") for one in held.items):
        public = config.get("endpoint_public_access")
        if public is not None and public.value is False:
            continue
        known = public is None or not public.is_unknown
        networks = config.get("public_access_cidrs")
        if networks is None or (isinstance(networks.value, list) and not networks.value):
            node, place = public, public.place if public is not None else resource.place
        else:
            node = next((one for one in networks.items if is_everybody(one.text())), None)
            if node is None:
                continue
            place = node.place
        yield Hit(
            message="everybody on the internet reaches the API of the cluster",
            place=place,
            attribute="vpc_config.endpoint_public_access",
            node=node,
            is_known=known,
        )


CHECKS: tuple[Check, ...] = (
    Check(rule="disk-unencrypted", kinds=tuple(_DISKS), find=_disks),
    Check(rule="cluster-api-public", kinds=("aws_eks_cluster",), find=_cluster_doors),
)
