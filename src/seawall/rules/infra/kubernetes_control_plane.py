"""The options of the servers that a cluster is made of: static pods and kubeadm's configuration."""

import posixpath
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource

CRITICAL, HIGH, MEDIUM, LOW = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
)
_INSECURE, _ANYBODY, _ALLOWED, _READ, _ETCD_TLS, _ETCD_OPEN, _AUDIT, _ENCRYPTED, _TLS = RULES = (
    "control-plane-insecure",
    "control-plane-anonymous",
    "authorization-off",
    "kubelet-port-open",
    "etcd-without-tls",
    "etcd-without-authentication",
    "audit-log-off",
    "cluster-secrets-unencrypted",
    "tls-outdated",
)
_SERVERS = frozenset(
    "kube-apiserver kube-controller-manager kube-scheduler etcd kubelet kube-proxy".split()
)
_SECTIONS = {
    "apiServer": "kube-apiserver",
    "controllerManager": "kube-controller-manager",
    "scheduler": "kube-scheduler",
    "etcd.local": "etcd",
}
_WEAK = re.compile(r"RC4|3DES|_DES_|_CBC_|NULL|EXPORT|anon", re.IGNORECASE)

Judge = Callable[[str], bool]
"""Whether the value of an option is bad."""


class _Option(Struct, frozen=True):
    server: str
    name: str
    bad: Judge
    words: str
    severity: Severity
    absent: Severity | None = None
    """How bad it is not to set it; None where that is fine."""
    rule: str = _INSECURE
    instead: tuple[str, ...] = ()
    """Options that say the same, so that this one may be absent."""


def _is(*values: str) -> Judge:
    return lambda value: value.lower() in values


def _is_not(*values: str) -> Judge:
    return lambda value: value.lower() not in values


def _lists(name: str) -> Judge:
    return lambda value: name in value.split(",")


def _lacks(name: str) -> Judge:
    return lambda value: name not in value.split(",")


def _below(least: int) -> Judge:
    return lambda value: value.isdigit() and int(value) < least


def _any(value: str) -> bool:
    return True


def _never(value: str) -> bool:
    return False


def _is_open(value: str) -> bool:
    """Whether an address is not of the machine alone."""
    return value not in ("127.0.0.1", "::1", "localhost")


def _is_plain(value: str) -> bool:
    """Whether some of the URLs are plain and reached from elsewhere."""
    return any(
        one.startswith("http://") and not re.match(r"http://(?:127\.|localhost|\[::1\])", one)
        for one in value.split(",")
    )


_API, _MANAGER, _SCHEDULER, _ETCD, _KUBELET = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "etcd",
    "kubelet",
)
_MODES = ("authorization-config",)
_OPTIONS: tuple[_Option, ...] = (
    _Option(_API, "anonymous-auth", _is("true"),
            "the API server answers those whom it does not know", CRITICAL, MEDIUM,
            instead=("authentication-config",), rule=_ANYBODY),
    _Option(_API, "basic-auth-file", _any, "passwords of the API stand in a file", HIGH),
    _Option(_API, "token-auth-file", _any, "tokens of the API stand in a file, without end", HIGH),
    _Option(_API, "kubelet-https", _is("false"), "kubelets are asked without TLS", HIGH),
    _Option(_API, "kubelet-client-certificate", _never,
            "the API server shows kubelets no certificate", MEDIUM, MEDIUM),
    _Option(_API, "kubelet-client-key", _never,
            "the API server has no key for kubelets", MEDIUM, MEDIUM),
    _Option(_API, "kubelet-certificate-authority", _never,
            "the certificates of kubelets are not checked", MEDIUM, MEDIUM),
    _Option(_API, "authorization-mode", _lists("AlwaysAllow"),
            "everybody whom the API server knows may do everything", CRITICAL, HIGH,
            instead=_MODES, rule=_ALLOWED),
    _Option(_API, "authorization-mode", _lacks("RBAC"),
            "roles (RBAC) do not count: they are not among the modes", HIGH),
    _Option(_API, "authorization-mode", _lacks("Node"),
            "a node may read what is of other nodes: Node is not among the modes", MEDIUM),
    _Option(_API, "enable-admission-plugins", _lists("AlwaysAdmit"),
            "every change is let through (AlwaysAdmit)", HIGH),
    _Option(_API, "enable-admission-plugins", _lacks("NodeRestriction"),
            "a node may change what is of other nodes: NodeRestriction is off", MEDIUM, MEDIUM),
    _Option(_API, "enable-admission-plugins", _lacks("AlwaysPullImages"),
            "pods may use private images that others have brought to the node", LOW, LOW),
    _Option(_API, "enable-admission-plugins", _lacks("EventRateLimit"),
            "nothing bounds how many events somebody may send", LOW, LOW),
    _Option(_API, "disable-admission-plugins", _lists("NamespaceLifecycle"),
            "things may be made in namespaces that go away", MEDIUM),
    _Option(_API, "disable-admission-plugins", _lists("ServiceAccount"),
            "pods need no service account that exists", MEDIUM),
    _Option(_API, "disable-admission-plugins", _lists("PodSecurity"),
            "Pod Security is switched off", MEDIUM),
    _Option(_API, "insecure-bind-address", _any,
            "the API server listens without TLS and without asking who it is", CRITICAL),
    _Option(_API, "insecure-port", _is_not("0"),
            "the API server listens without TLS and without asking who it is", CRITICAL),
    _Option(_API, "secure-port", _is("0"), "the API server does not listen with TLS", HIGH),
    _Option(_API, "profiling", _is_not("false"), "the API server offers profiles of itself",
            LOW, LOW),
    _Option(_API, "audit-log-path", _never, "the API server writes no audit log",
            MEDIUM, MEDIUM, _AUDIT, ("audit-webhook-config-file",)),
    _Option(_API, "audit-policy-file", _never,
            "the API server has no policy of what it writes down", MEDIUM, MEDIUM),
    _Option(_API, "audit-log-maxage", _below(30), "the audit log is kept less than 30 days",
            LOW, LOW, instead=("audit-webhook-config-file",)),
    _Option(_API, "audit-log-maxbackup", _below(10), "less than 10 audit logs are kept",
            LOW, LOW, instead=("audit-webhook-config-file",)),
    _Option(_API, "audit-log-maxsize", _below(100), "an audit log holds less than 100 MB",
            LOW, LOW, instead=("audit-webhook-config-file",)),
    _Option(_API, "service-account-lookup", _is("false"),
            "tokens of accounts that were deleted still count", MEDIUM),
    _Option(_API, "service-account-key-file", _never,
            "tokens are checked with the key of TLS", LOW, LOW),
    _Option(_API, "etcd-certfile", _never,
            "the API server shows etcd no certificate", HIGH, HIGH),
    _Option(_API, "etcd-keyfile", _never, "the API server has no key for etcd", HIGH, HIGH),
    _Option(_API, "etcd-cafile", _never, "the certificate of etcd is not checked", MEDIUM, MEDIUM),
    _Option(_API, "tls-cert-file", _never,
            "the API server has only a certificate that it made itself", MEDIUM, MEDIUM),
    _Option(_API, "tls-private-key-file", _never,
            "the API server has only a key that it made itself", MEDIUM, MEDIUM),
    _Option(_API, "client-ca-file", _never,
            "the API server knows nobody by certificate", MEDIUM, MEDIUM),
    _Option(_API, "encryption-provider-config", _never,
            "secrets are stored in etcd as they are", MEDIUM, MEDIUM, _ENCRYPTED),
    _Option(_MANAGER, "profiling", _is_not("false"),
            "the controller manager offers profiles of itself", LOW, LOW),
    _Option(_MANAGER, "use-service-account-credentials", _is_not("true"),
            "all controllers share one account", MEDIUM, MEDIUM),
    _Option(_MANAGER, "service-account-private-key-file", _never,
            "tokens of accounts are not signed by a key of their own", LOW, LOW),
    _Option(_MANAGER, "root-ca-file", _never,
            "pods are not told by which authority to know the API server", LOW, LOW),
    _Option(_MANAGER, "terminated-pod-gc-threshold", _is("0"),
            "pods that have ended are never cleared away", LOW, LOW),
    _Option(_MANAGER, "feature-gates", _lists("RotateKubeletServerCertificate=false"),
            "kubelets do not renew their certificates", MEDIUM),
    _Option(_MANAGER, "bind-address", _is_open,
            "the controller manager listens at all addresses", MEDIUM, LOW),
    _Option(_SCHEDULER, "profiling", _is_not("false"),
            "the scheduler offers profiles of itself", LOW, LOW, instead=("config",)),
    _Option(_SCHEDULER, "bind-address", _is_open,
            "the scheduler listens at all addresses", MEDIUM, LOW),
    _Option(_ETCD, "cert-file", _never, "etcd has no certificate: it speaks without TLS",
            HIGH, HIGH, instead=("auto-tls", "config-file"), rule=_ETCD_TLS),
    _Option(_ETCD, "key-file", _never, "etcd has no key: it speaks without TLS",
            HIGH, HIGH, instead=("auto-tls", "config-file"), rule=_ETCD_TLS),
    _Option(_ETCD, "client-cert-auth", _is_not("true"),
            "etcd answers everybody who reaches it", HIGH, HIGH, instead=("config-file",),
            rule=_ETCD_OPEN),
    _Option(_ETCD, "auto-tls", _is("true"), "etcd's certificate is one that nobody signed", MEDIUM,
            rule=_ETCD_OPEN),
    _Option(_ETCD, "peer-cert-file", _never, "members of etcd speak without TLS",
            MEDIUM, MEDIUM, instead=("peer-auto-tls", "config-file"), rule=_ETCD_TLS),
    _Option(_ETCD, "peer-key-file", _never, "members of etcd speak without TLS: there is no key",
            MEDIUM, MEDIUM, instead=("peer-auto-tls", "config-file"), rule=_ETCD_TLS),
    _Option(_ETCD, "peer-client-cert-auth", _is_not("true"),
            "everybody may join the members of etcd", HIGH, MEDIUM, instead=("config-file",),
            rule=_ETCD_OPEN),
    _Option(_ETCD, "peer-auto-tls", _is("true"),
            "the certificates between members of etcd are ones that nobody signed", MEDIUM,
            rule=_ETCD_OPEN),
    _Option(_ETCD, "listen-client-urls", _is_plain, "etcd listens without TLS", HIGH,
            rule=_ETCD_TLS),
    _Option(_KUBELET, "anonymous-auth", _is("true"),
            "the kubelet answers those whom it does not know", CRITICAL, HIGH,
            instead=("config",), rule=_ANYBODY),
    _Option(_KUBELET, "authorization-mode", _is("alwaysallow"),
            "the kubelet lets everybody do everything", CRITICAL, HIGH, instead=("config",),
            rule=_ALLOWED),
    _Option(_KUBELET, "client-ca-file", _never,
            "the kubelet knows nobody by certificate", MEDIUM, MEDIUM, instead=("config",)),
    _Option(_KUBELET, "read-only-port", _is_not("0"),
            "the kubelet tells everybody who asks what runs there", HIGH, HIGH,
            instead=("config",), rule=_READ),
    _Option(_KUBELET, "protect-kernel-defaults", _is_not("true"),
            "the kubelet changes switches of the kernel", LOW, LOW, instead=("config",)),
    _Option(_KUBELET, "make-iptables-util-chains", _is("false"),
            "the kubelet leaves the rules of iptables to others", LOW),
    _Option(_KUBELET, "rotate-certificates", _is("false"),
            "the kubelet does not renew its certificate", MEDIUM),
    _Option(_KUBELET, "hostname-override", _any,
            "the kubelet gives itself a name that its certificate may not have", LOW),
    _Option(_KUBELET, "streaming-connection-idle-timeout", _is("0", "0s"),
            "connections into containers stay open for ever", LOW),
    _Option(_KUBELET, "event-qps", _is("0"), "nothing bounds the events of the kubelet", LOW),
    _Option(_KUBELET, "cadvisor-port", _is_not("0"),
            "the kubelet shows figures of all containers to everybody", MEDIUM, rule=_READ),
    _Option(_KUBELET, "tls-cert-file", _never,
            "the kubelet has only a certificate that it made itself", LOW, LOW,
            instead=("config", "rotate-server-certificates")),
    *(
        option
        for server in (_API, _MANAGER, _SCHEDULER, _KUBELET)
        for option in (
            _Option(server, "tls-min-version", _is("versiontls10", "versiontls11"),
                    f"{server} takes TLS before 1.2", MEDIUM, rule=_TLS),
            _Option(server, "tls-cipher-suites", lambda value: bool(_WEAK.search(value)),
                    f"{server} takes weak ciphers", MEDIUM, rule=_TLS),
        )
    ),
)  # fmt: skip
"""After the CIS benchmark; where nothing is written, the server's own default counts."""


def _static_pods(rule: str) -> Callable[[Resource, Graph], Iterator[Hit]]:
    def find(container: Resource, _: Graph) -> Iterator[Hit]:
        words = _words(container)
        server = _server(words)
        if server and len(words) > 1:
            yield from _judged(rule, server, dict(_flags(words)), container.place, whole=True)

    return find


def _words(container: Resource) -> list[Node]:
    """Return the words of the command; what a shell is given in one text is taken apart."""
    words: list[Node] = []
    for field in ("command", "args"):
        for found in container.at(field):
            for one in found.items:
                text = one.text()
                if " --" in text or "\n--" in text:
                    words += [Node(word, one.place) for word in text.split() if word != "\\"]
                else:
                    words.append(one)
    return words


def _server(words: list[Node]) -> str:
    """Return which server a command starts; "" for any other."""
    for one in words[:8]:
        name = posixpath.basename(one.text())
        if name in _SERVERS and not one.text().startswith("-"):
            return name
    return ""


def _flags(words: list[Node]) -> Iterator[tuple[str, Node]]:
    for at, one in enumerate(words):
        text = one.text()
        if not text.startswith("-"):
            continue
        name, equals, value = text.lstrip("-").partition("=")
        if not equals:
            behind = words[at + 1].text() if at + 1 < len(words) else "-"
            value = "true" if behind.startswith("-") or not behind else behind
        yield name, Node(value.strip("'\""), one.place)


def _judged(
    rule: str, server: str, flags: dict[str, Node], head: Place, *, whole: bool
) -> Iterator[Hit]:
    for option in _OPTIONS:
        if option.server != server or option.rule != rule:
            continue
        node = flags.get(option.name)
        if node is not None and option.bad(node.text()):
            severity = option.severity
        elif node is None and option.absent is not None and whole:
            if any(name in flags for name in option.instead):
                continue
            severity = option.absent
        else:
            continue
        yield Hit(
            message=f"{option.words} (--{option.name})",
            place=node.place if node is not None else head,
            attribute=f"--{option.name}",
            node=node,
            severity=severity,
            apart=option.words,
        )


def _kubeadm(rule: str) -> Callable[[Resource, Graph], Iterator[Hit]]:
    def find(config: Resource, _: Graph) -> Iterator[Hit]:
        for section, server in _SECTIONS.items():
            flags: dict[str, Node] = {}
            for found in config.at(f"{section}.extraArgs"):
                if isinstance(found.value, dict):
                    flags |= {name: _as_text(one) for name, one in found.value.items()}
                for one in found.items:
                    name, value = one.get("name"), one.get("value")
                    if isinstance(found.value, list) and name is not None and value is not None:
                        flags[name.text()] = _as_text(value)
            yield from _judged(rule, server, flags, config.place, whole=False)

    return find


def _as_text(node: Node) -> Node:
    return Node(str(node.value).lower() if isinstance(node.value, bool) else str(node.value),
                node.place)  # fmt: skip


def _identity(config: Resource, _: Graph) -> Iterator[Hit]:
    for resources in config.at("resources"):
        for one in resources.items:
            kinds = {kind.text() for found in one.at("resources") for kind in found.items}
            providers = [item for found in one.at("providers") for item in found.items]
            if not providers or not kinds & {"secrets", "*.*", "*."}:
                continue
            first = providers[0]
            if isinstance(first.value, dict) and "identity" in first.value:
                yield Hit(
                    message="new secrets are stored as they are: identity is the first provider",
                    place=first.place,
                    attribute="resources.providers",
                    node=first,
                    severity=HIGH,
                )


CHECKS = (
    *(Check(rule=rule, kinds=("kubernetes/container",), find=_static_pods(rule)) for rule in RULES),
    *(
        Check(rule=rule, kinds=("kubernetes/ClusterConfiguration",), find=_kubeadm(rule))
        for rule in RULES
    ),
    Check(rule=_ENCRYPTED, kinds=("kubernetes/EncryptionConfiguration",), find=_identity),
)
