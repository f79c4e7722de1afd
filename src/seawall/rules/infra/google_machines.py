"""The account that a machine of Google Cloud runs as, and what its token is good for."""

from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource

_MACHINES = (
    "google_compute_instance",
    "google_compute_instance_template",
    "google_compute_instance_from_template",
    "google_compute_region_instance_template",
)
_NODES = ("google_container_cluster", "google_container_node_pool")
_EVERYTHING = ("https://www.googleapis.com/auth/cloud-platform", "cloud-platform")
_SHARED = "-compute@developer.gserviceaccount.com"


def _accounts(resource: Resource) -> Iterator[tuple[Node, Node | None, str, str]]:
    """Yield each block that says it, the account, and the paths of account and scopes."""
    if resource.kind in _MACHINES:
        for node in resource.at("service_account"):
            for body in node.items:
                yield body, body.get("email"), "service_account.email", "scopes"
        return
    for name in ("enable_autopilot", "remove_default_node_pool"):
        elsewhere = resource.get(name)
        if elsewhere is not None and elsewhere.value is not False:
            # Its nodes are declared elsewhere.
            return
    blocks = [body for node in resource.at("node_config") for body in node.items]
    for body in blocks or [resource.body]:
        yield body, body.get("service_account"), "node_config.service_account", "oauth_scopes"


def _is_shared(account: Node | None) -> bool:
    """Whether it is the account that every machine of a project has unless it is given one."""
    if account is None:
        return True
    parts = getattr(account.value, "parts", ())
    text = (parts[-1] or "") if parts else account.text()
    return text.casefold() == "default" or text.casefold().endswith(_SHARED)


def _default_account(resource: Resource, _: Graph) -> Iterator[Hit]:
    for body, account, path, _scopes in _accounts(resource):
        if body.is_unknown or not _is_shared(account):
            continue
        silent = account is None
        yield Hit(
            message="it runs as the account that all machines share"
            + (": so it is where no other is named" if silent else ""),
            place=resource.place if body is resource.body else (account or body).place,
            attribute=path,
            node=account,
        )


def _broad_scope(resource: Resource, _: Graph) -> Iterator[Hit]:
    for body, account, path, scopes in _accounts(resource):
        for node in body.at(scopes):
            found = next((one for one in node.items if one.text() in _EVERYTHING), None)
            if found is None:
                continue
            shared = _is_shared(account)
            what = "all of Google Cloud" if shared else "all that its account may do"
            yield Hit(
                message=f"its token is good for {what}",
                place=found.place,
                attribute=path.rpartition(".")[0] + "." + scopes,
                node=found,
                severity=None if shared else Severity.LOW,
            )


def _plain_proxy(proxy: Resource, graph: Graph) -> Iterator[Hit]:
    """Yield a balancer without TLS that sends nobody on to one with it."""
    for node in proxy.at("url_map"):
        for address in node.refers:
            named = graph.named(address, proxy.scope)
            if named is not None and named.at("default_url_redirect"):
                return
    yield Hit(
        message="the balancer answers without encryption",
        place=proxy.place,
        attribute="url_map",
        severity=Severity.LOW,
    )


CHECKS: tuple[Check, ...] = (
    Check(
        rule="plain-http",
        kinds=("google_compute_target_http_proxy", "google_compute_region_target_http_proxy"),
        find=_plain_proxy,
    ),
    Check(rule="default-service-account", kinds=(*_MACHINES, *_NODES), find=_default_account),
    Check(rule="broad-scope", kinds=(*_MACHINES, *_NODES), find=_broad_scope),
)
