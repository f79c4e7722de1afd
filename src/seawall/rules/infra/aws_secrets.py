"""Secrets that are written into declarations of AWS."""

import base64
import binascii
import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource, Unknown
from seawall.model.secret_words import is_secret, names_secret

_FIELDS: dict[str, tuple[str, ...]] = {
    "provider.aws": ("access_key", "secret_key", "token"),
    "aws_db_instance": ("password",),
    "aws_rds_cluster": ("master_password",),
    "aws_redshift_cluster": ("master_password",),
    "aws_redshiftserverless_namespace": ("admin_user_password",),
    "aws_docdb_cluster": ("master_password",),
    "aws_neptune_cluster": ("master_password",),
    "aws_elasticache_replication_group": ("auth_token",),
    "aws_elasticache_user": ("passwords",),
    "aws_memorydb_user": ("authentication_mode.passwords",),
    "aws_mq_broker": ("user.password",),
    "aws_dms_endpoint": ("password",),
    "aws_directory_service_directory": ("password",),
    "aws_lightsail_database": ("master_password",),
    "aws_opensearch_domain": (
        "advanced_security_options.master_user_options.master_user_password",
    ),
    "aws_elasticsearch_domain": (
        "advanced_security_options.master_user_options.master_user_password",
    ),
    "aws_secretsmanager_secret_version": ("secret_string",),
    "aws_codebuild_source_credential": ("token",),
    "aws_amplify_app": ("access_token", "oauth_token"),
    "aws_fsx_windows_file_system": ("self_managed_active_directory.password",),
    "aws_storagegateway_gateway": ("smb_guest_password",),
    "aws_iam_server_certificate": ("private_key",),
    "aws_acm_certificate": ("private_key",),
}
_USER_DATA = (
    "aws_instance",
    "aws_launch_configuration",
    "aws_launch_template",
    "aws_spot_instance_request",
)
_WRITTEN = re.compile(
    r"(?P<id>\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)"
    r"|(?P<key>aws_?secret_?access_?key[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+=]{40})"
    r"|(?P<pem>-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----)"
    r"|(?P<name>\b[A-Za-z_]*(?:password|passwd|secret|api_?key|auth_?token))[\"']?\s*[=:]\s*"
    r"[\"']?(?P<value>(?![$<{(%])[^\s\"'$;&|<>{}()]{6,})",
    re.IGNORECASE,
)
_VARIABLES = {"aws_lambda_function": "environment.variables"}


def _fields(resource: Resource, _: Graph) -> Iterator[Hit]:
    unchecked = resource.get("skip_credentials_validation")
    if unchecked is not None and unchecked.value is True:
        # So it is asked of what only plays AWS, where any words do for a key.
        return
    for path in _FIELDS[resource.kind]:
        for node in (one for held in resource.at(path) for one in held.items):
            if not _holds_secret(node):
                continue
            name = path.rpartition(".")[2]
            severity = Severity.CRITICAL if resource.kind == "provider.aws" else None
            yield _hit(f"{name} stands in the declaration", node, path, name, severity)


def _holds_secret(node: Node) -> bool:
    if node.inner is None:
        return bool(node.text().strip()) and is_secret(node.text())
    held = node.inner.value if isinstance(node.inner.value, dict) else {}
    return any(
        names_secret(name) and one.text() and is_secret(one.text()) for name, one in held.items()
    )


def _parameters(resource: Resource, _: Graph) -> Iterator[Hit]:
    kind, node = resource.get("type"), resource.get("value")
    is_secured = kind is not None and kind.text() == "SecureString"
    if is_secured and node is not None and node.text().strip() and is_secret(node.text()):
        yield _hit("value stands in the declaration", node, "value", "value")


def _hit(words: str, node: Node, path: str, apart: str, severity: Severity | None = None) -> Hit:
    return Hit(
        message=words, place=node.place, attribute=path, node=node, apart=apart, severity=severity
    )


def _user_data(resource: Resource, _: Graph) -> Iterator[Hit]:
    for path in ("user_data", "user_data_base64"):
        for node in resource.at(path):
            found = written_secret(decoded(known_text(node)))
            if found:
                words = f"{found} stands in what the machine is told when it starts"
                severity = None if found.startswith("the secret") else Severity.CRITICAL
                yield _hit(words, node, path, "", severity)


def written_secret(text: str) -> str:
    """Return what secret a script has in it, in words; "" where there is none."""
    found = _WRITTEN.search(text)
    while found is not None:
        if found["name"] is None:
            return "a key of AWS" if found["id"] or found["key"] else "a private key"
        if is_secret(found["value"]):
            return f"the secret in {found['name']}"
        found = _WRITTEN.search(text, found.end())
    return ""


def known_text(node: Node) -> str:
    """Return the text of a value, with gaps where it is not known."""
    if isinstance(node.value, Unknown):
        return "${}".join(part or "" for part in node.value.parts)
    return node.text()


def decoded(text: str) -> str:
    """Return what a text in base64 says, or the text."""
    if len(text) < 16 or not re.fullmatch(r"[A-Za-z0-9+/=\s]+", text):
        return text
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except (binascii.Error, ValueError):
        return text


def _variables(resource: Resource, _: Graph) -> Iterator[Hit]:
    path = _VARIABLES[resource.kind]
    for held in resource.at(path):
        for name, node in held.value.items() if isinstance(held.value, dict) else ():
            text = node.text()
            if not text:
                continue
            if (names_secret(name) and is_secret(text)) or _is_key(text):
                words = f"the secret in {name} stands in the environment of the function"
                yield _hit(words, node, path, name)


def _is_key(text: str) -> bool:
    found = _WRITTEN.search(text)
    return found is not None and found["name"] is None


def _builds(resource: Resource, _: Graph) -> Iterator[Hit]:
    for one in (
        inner for held in resource.at("environment.environment_variable") for inner in held.items
    ):
        name, value, kind = one.get("name"), one.get("value"), one.get("type")
        if name is None or value is None or (kind is not None and kind.text() != "PLAINTEXT"):
            continue
        if (names_secret(name.text()) and value.text() and is_secret(value.text())) or _is_key(
            value.text()
        ):
            words = f"the secret in {name.text()} stands in the declaration of the build"
            yield _hit(words, value, "environment.environment_variable", name.text())


CHECKS: tuple[Check, ...] = (
    Check(rule="secret-in-infrastructure", kinds=tuple(_FIELDS), find=_fields),
    Check(rule="secret-in-infrastructure", kinds=("aws_ssm_parameter",), find=_parameters),
    Check(rule="secret-in-infrastructure", kinds=_USER_DATA, find=_user_data),
    Check(rule="secret-in-infrastructure", kinds=tuple(_VARIABLES), find=_variables),
    Check(rule="secret-in-infrastructure", kinds=("aws_codebuild_project",), find=_builds),
)
