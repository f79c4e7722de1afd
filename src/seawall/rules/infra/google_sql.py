"""Flags of PostgreSQL in Cloud SQL that nobody set, and what nodes of GKE tell pods."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource

_MISSING = {
    "log_connections": "connections",
    "log_disconnections": "ends of connections",
    "log_lock_waits": "waiting for locks",
}
"""Off in PostgreSQL where nothing is said."""
_FROM_15 = {"log_checkpoints": "checkpoints"}
"""Off in PostgreSQL up to 14."""


def _flags(instance: Resource, _: Graph) -> Iterator[Hit]:
    version = instance.get("database_version")
    found = re.fullmatch(r"POSTGRES_(\d+)(?:_\d+)?", version.text()) if version else None
    if found is None or any(one.is_unknown for one in instance.at("settings.database_flags")):
        return
    names = instance.at("settings.database_flags.name")
    if any(one.is_unknown for one in names):
        return
    wanted = _MISSING if int(found[1]) >= 15 else _MISSING | _FROM_15
    missing = sorted(wanted.keys() - {one.text() for one in names})
    if not missing:
        return
    blocks = [body for node in instance.at("settings") for body in node.items]
    yield Hit(
        message="not logged: " + ", ".join(wanted[one] for one in missing),
        place=_head(blocks[0]) if blocks else instance.place,
        attribute="settings.database_flags",
    )


def _head(block: Node) -> Place:
    place = block.place
    return Place(path=place.path, line=place.line, column=place.column)


def _metadata(pool: Resource, graph: Graph) -> Iterator[Hit]:
    """Yield pools whose pods get the credentials of their node, for nobody says otherwise."""
    if pool.at("node_config.workload_metadata_config"):
        return
    clusters = [
        found
        for node in pool.at("cluster")
        for address in node.refers
        if (found := graph.named(address, pool.scope)) is not None
    ]
    given = [one for cluster in clusters for one in cluster.at("workload_identity_config")]
    if given or any(one.get("enable_autopilot") for one in clusters):
        return
    yield Hit(
        message="pods get the credentials of their node: so it is where nothing is said",
        place=pool.place,
        attribute="node_config.workload_metadata_config",
        is_known=bool(clusters),
        severity=Severity.MEDIUM,
    )


CHECKS: tuple[Check, ...] = (
    Check(
        rule="database-without-log",
        kinds=("google_sql_database_instance",),
        find=_flags,
    ),
    Check(rule="metadata-v1", kinds=("google_container_node_pool",), find=_metadata),
)
