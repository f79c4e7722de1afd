"""Services, routes and policies of a cluster: who reaches what."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource

_EVERYWHERE = ("0.0.0.0/0", "::/0")
_INTERNAL = (
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "service.beta.kubernetes.io/aws-load-balancer-scheme",
    "service.beta.kubernetes.io/azure-load-balancer-internal",
    "networking.gke.io/load-balancer-type",
    "cloud.google.com/load-balancer-type",
    "service.beta.kubernetes.io/oci-load-balancer-internal",
    "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type",
    "service.beta.kubernetes.io/openstack-internal-load-balancer",
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type",
)
_POLICIES = (
    "kubernetes/NetworkPolicy",
    "kubernetes/cilium.io/CiliumNetworkPolicy",
    "kubernetes/cilium.io/CiliumClusterwideNetworkPolicy",
    "kubernetes/crd.projectcalico.org/NetworkPolicy",
    "kubernetes/crd.projectcalico.org/GlobalNetworkPolicy",
    "kubernetes/projectcalico.org/NetworkPolicy",
    "kubernetes/projectcalico.org/GlobalNetworkPolicy",
    "kubernetes/AdminNetworkPolicy",
    "kubernetes/BaselineAdminNetworkPolicy",
    "kubernetes/policy.networking.k8s.io/AdminNetworkPolicy",
)
_OF_NAMESPACE = frozenset(("NetworkPolicy", "CiliumNetworkPolicy"))
_SYSTEM = frozenset(("kube-system", "kube-public", "kube-node-lease", "default"))
_SNIPPET = re.compile(r"nginx\.(?:ingress\.kubernetes\.io|org)/(?:[a-z-]+-)?snippets?$")
_TILLER = re.compile(r"(?:^|/)tiller(?::|@|$)")
_DASHBOARD = re.compile(r"(?:^|/)(?:kubernetes-)?dashboard(?:-[a-z0-9]+|/[a-z-]+)?(?::|@|$)")
_OPEN_DASHBOARD = ("--enable-skip-login", "--enable-insecure-login", "--disable-skip=false")


def _balancers(service: Resource, _: Graph) -> Iterator[Hit]:
    kind = next(iter(service.at("spec.type")), None)
    if kind is None or kind.text() != "LoadBalancer":
        return
    ranges = [
        one.text() for found in service.at("spec.loadBalancerSourceRanges") for one in found.items
    ]
    if ranges and not set(ranges) & set(_EVERYWHERE):
        return
    for annotations in service.at("metadata.annotations"):
        for name in _INTERNAL:
            node = annotations.get(name)
            said = str(node.value).lower() if node is not None else ""
            if said and said not in ("false", "internet-facing", "external", "public", "internet"):
                return
    yield Hit(
        message="the service has a load balancer that is open to all addresses",
        place=kind.place,
        attribute="spec.type",
        node=kind,
    )


def _ingresses(ingress: Resource, _: Graph) -> Iterator[Hit]:
    if any(one.items or one.is_unknown for one in ingress.at("spec.tls")):
        return
    for annotations in ingress.at("metadata.annotations"):
        values = annotations.value if isinstance(annotations.value, dict) else {}
        if annotations.is_unknown or any(
            word in name
            for name in values
            for word in ("certificate-arn", "ssl-cert", "tls-acme", "managed-certificates",
                         "cluster-issuer", "pre-shared-cert", "router.tls")
        ):  # fmt: skip
            return
    spec = next(iter(ingress.at("spec")), None)
    if spec is not None and not spec.is_unknown:
        yield Hit(
            message="the ingress offers no TLS",
            place=ingress.place,
            attribute="spec.tls",
        )


def _hosts(ingress: Resource, _: Graph) -> Iterator[Hit]:
    for rules in ingress.at("spec.rules"):
        for rule in rules.items:
            if rule.is_unknown:
                continue
            host = rule.get("host")
            if host is None:
                yield Hit(
                    message="the ingress answers to every name",
                    place=rule.place,
                    attribute="spec.rules.host",
                )
            elif host.text().startswith("*"):
                yield Hit(
                    message=f"the ingress answers to {host.text()}",
                    place=host.place,
                    attribute="spec.rules.host",
                    node=host,
                    apart=host.text(),
                )


def _snippets(ingress: Resource, _: Graph) -> Iterator[Hit]:
    for annotations in ingress.at("metadata.annotations"):
        for name, node in annotations.value.items() if isinstance(annotations.value, dict) else ():
            if _SNIPPET.match(name):
                yield Hit(
                    message=f"the annotation {name} is put into nginx's configuration as it stands",
                    place=node.place,
                    attribute=f"metadata.annotations.{name}",
                    node=node,
                    apart=name,
                )


def _allowed_snippets(config: Resource, _: Graph) -> Iterator[Hit]:
    for node in config.at("data.allow-snippet-annotations"):
        if str(node.value).lower() == "true":
            yield Hit(
                message="whoever may write an ingress may put lines into nginx's configuration",
                place=node.place,
                attribute="data.allow-snippet-annotations",
                node=node,
            )


def _gateways(gateway: Resource, _: Graph) -> Iterator[Hit]:
    for servers in gateway.at("spec.servers"):
        for server in servers.items:
            protocol = next(iter(server.at("port.protocol")), None)
            redirect = next(iter(server.at("tls.httpsRedirect")), None)
            if protocol is None or protocol.text().upper() != "HTTP":
                continue
            if redirect is None or str(redirect.value).lower() != "true":
                yield Hit(
                    message="the gateway takes plain HTTP and sends nobody to HTTPS",
                    place=protocol.place,
                    attribute="spec.servers.port.protocol",
                    node=protocol,
                )


def _namespaces(namespace: Resource, graph: Graph) -> Iterator[Hit]:
    if not namespace.name or namespace.name in _SYSTEM:
        return
    for policy in graph.of(*_POLICIES):
        if policy.kind.rpartition("/")[2] not in _OF_NAMESPACE:
            return
        where = next(iter(policy.at("metadata.namespace")), None)
        # A policy that names no namespace is applied to whichever it is sent to.
        if where is None or where.is_unknown or where.text() == namespace.name:
            return
    yield Hit(
        message="no network policy keeps anybody from the pods of the namespace",
        place=namespace.place,
        attribute="metadata.name",
        is_known=False,
    )


def _open_policies(policy: Resource, _: Graph) -> Iterator[Hit]:
    for side, peers in (("ingress", "from"), ("egress", "to")):
        for rules in policy.at(f"spec.{side}"):
            for rule in rules.items:
                node = _open(rule, peers)
                if node is not None:
                    way = "comes from" if side == "ingress" else "goes to"
                    yield Hit(
                        message=f"the policy allows whatever {way} anywhere",
                        place=node.place,
                        attribute=f"spec.{side}",
                        node=node,
                        severity=None if side == "ingress" else Severity.LOW,
                    )


def _open(rule: Node, peers: str) -> Node | None:
    """Return what opens a rule of a policy to all; to name ports is enough to be narrow."""
    if not isinstance(rule.value, dict):
        return None
    ports, named = rule.get("ports"), rule.get(peers)
    if ports is not None and ports.items:
        return None
    if named is None or (not named.items and not named.is_unknown):
        return rule
    for one in named.items:
        for block in one.at("ipBlock"):
            cidr, but = block.get("cidr"), block.get("except")
            if cidr is not None and cidr.text() in _EVERYWHERE and not (but and but.items):
                return cidr
    return None


def _tillers(container: Resource, _: Graph) -> Iterator[Hit]:
    for image in container.at("image"):
        if _TILLER.search(image.text()):
            yield Hit(
                message="Tiller does for everybody who reaches it what they ask",
                place=image.place,
                attribute="image",
                node=image,
            )


def _tiller_services(service: Resource, _: Graph) -> Iterator[Hit]:
    if service.name == "tiller-deploy":
        yield Hit(
            message="the service leads to Tiller",
            place=service.place,
            attribute="metadata.name",
        )


def _dashboards(container: Resource, _: Graph) -> Iterator[Hit]:
    image = next(iter(container.at("image")), None)
    if image is None or not _DASHBOARD.search(image.text()) or "kube" not in image.text():
        return
    for field in ("command", "args"):
        for found in container.at(field):
            for one in found.items:
                if one.text().startswith(_OPEN_DASHBOARD):
                    yield Hit(
                        message=f"the login of the dashboard can be skipped ({one.text()})",
                        place=one.place,
                        attribute=field,
                        node=one,
                        severity=Severity.HIGH,
                    )
                    return
    yield Hit(
        message="the dashboard of Kubernetes is deployed",
        place=image.place,
        attribute="image",
        node=image,
        severity=Severity.LOW,
    )


CHECKS = (
    Check(rule="exposed-service", kinds=("kubernetes/Service",), find=_balancers),
    Check(rule="plain-http", kinds=("kubernetes/Ingress",), find=_ingresses),
    Check(rule="plain-http", kinds=("kubernetes/networking.istio.io/Gateway",), find=_gateways),
    Check(rule="wildcard-host", kinds=("kubernetes/Ingress",), find=_hosts),
    Check(rule="ingress-snippet", kinds=("kubernetes/Ingress",), find=_snippets),
    Check(rule="ingress-snippet", kinds=("kubernetes/ConfigMap",), find=_allowed_snippets),
    Check(rule="network-policy-missing", kinds=("kubernetes/Namespace",), find=_namespaces),
    Check(rule="network-policy-open", kinds=("kubernetes/NetworkPolicy",), find=_open_policies),
    Check(rule="tiller-deployed", kinds=("kubernetes/container",), find=_tillers),
    Check(rule="tiller-deployed", kinds=("kubernetes/Service",), find=_tiller_services),
    Check(rule="dashboard-open", kinds=("kubernetes/container",), find=_dashboards),
)
