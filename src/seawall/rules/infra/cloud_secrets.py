"""Secrets that are written into declarations of Azure, Google Cloud and others."""

from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.model.secret_words import is_secret, names_secret
from seawall.rules.infra.aws_secrets import decoded, known_text, written_secret

_FIELDS: dict[str, tuple[str, ...]] = {
    "provider.azurerm": ("client_secret", "client_certificate_password"),
    "provider.azuread": ("client_secret",),
    "provider.google": ("credentials", "access_token"),
    "provider.google-beta": ("credentials", "access_token"),
    "provider.digitalocean": ("token", "spaces_secret_key"),
    "provider.github": ("token",),
    "provider.alicloud": ("secret_key", "security_token"),
    "provider.cloudflare": ("api_token", "api_key"),
    "provider.linode": ("token",),
    "provider.hcloud": ("token",),
    "provider.openstack": ("password", "token", "application_credential_secret"),
    "provider.oci": ("private_key", "private_key_password"),
    "provider.vault": ("token",),
    "provider.panos": ("password", "api_key"),
    "provider.nutanix": ("password",),
    "provider.yandex": ("token",),
    "provider.datadog": ("api_key", "app_key"),
    "azurerm_linux_virtual_machine": ("admin_password",),
    "azurerm_windows_virtual_machine": ("admin_password",),
    "azurerm_linux_virtual_machine_scale_set": ("admin_password",),
    "azurerm_windows_virtual_machine_scale_set": ("admin_password",),
    "azurerm_virtual_machine": ("os_profile.admin_password",),
    "azurerm_virtual_machine_scale_set": ("os_profile.admin_password",),
    "azurerm_mssql_server": ("administrator_login_password",),
    "azurerm_sql_server": ("administrator_login_password",),
    "azurerm_mssql_managed_instance": ("administrator_login_password",),
    "azurerm_postgresql_server": ("administrator_login_password",),
    "azurerm_mysql_server": ("administrator_login_password",),
    "azurerm_mariadb_server": ("administrator_login_password",),
    "azurerm_postgresql_flexible_server": ("administrator_password",),
    "azurerm_mysql_flexible_server": ("administrator_password",),
    "azurerm_synapse_workspace": ("sql_administrator_login_password",),
    "azurerm_key_vault_secret": ("value",),
    "azurerm_kubernetes_cluster": ("service_principal.client_secret",),
    "azuread_application_password": ("value",),
    "google_sql_user": ("password",),
    "google_sql_database_instance": ("root_password",),
    "google_container_cluster": ("master_auth.password",),
    "google_secret_manager_secret_version": ("secret_data",),
    "google_compute_vpn_tunnel": ("shared_secret",),
    "digitalocean_database_user": ("password",),
    "alicloud_db_account": ("password",),
    "alicloud_instance": ("password",),
    "github_actions_secret": ("plaintext_value",),
    "github_actions_organization_secret": ("plaintext_value",),
}
_STARTING: dict[str, tuple[str, ...]] = {
    "azurerm_linux_virtual_machine": ("custom_data", "user_data"),
    "azurerm_windows_virtual_machine": ("custom_data", "user_data"),
    "azurerm_linux_virtual_machine_scale_set": ("custom_data", "user_data"),
    "azurerm_virtual_machine": ("os_profile.custom_data",),
    "google_compute_instance": ("metadata_startup_script", "metadata.startup-script"),
    "google_compute_instance_template": ("metadata_startup_script", "metadata.startup-script"),
    "digitalocean_droplet": ("user_data",),
    "alicloud_instance": ("user_data",),
    "openstack_compute_instance_v2": ("user_data",),
    "oci_core_instance": ("metadata.user_data",),
}
_SETTINGS: dict[str, str] = {
    "google_cloudfunctions_function": "environment_variables",
    "google_cloudfunctions2_function": "service_config.environment_variables",
    "azurerm_linux_web_app": "app_settings",
    "azurerm_windows_web_app": "app_settings",
    "azurerm_app_service": "app_settings",
    "azurerm_container_group": "container.environment_variables",
    "azurerm_function_app": "app_settings",
    "azurerm_linux_function_app": "app_settings",
    "azurerm_windows_function_app": "app_settings",
}


def _fields(resource: Resource, _: Graph) -> Iterator[Hit]:
    for path in _FIELDS[resource.kind]:
        for node in (one for held in resource.at(path) for one in held.items):
            name = path.rpartition(".")[2]
            if name == "credentials" and "private_key" not in node.text():
                # It may be the path of a file.
                continue
            if node.text().strip() and is_secret(node.text()):
                severity = Severity.CRITICAL if resource.kind.startswith("provider.") else None
                yield _hit(f"{name} stands in the declaration", node, path, name, severity)


def _starting(resource: Resource, _: Graph) -> Iterator[Hit]:
    for path in _STARTING[resource.kind]:
        for node in resource.at(path):
            found = written_secret(decoded(known_text(node)))
            if found:
                words = f"{found} stands in what the machine is told when it starts"
                yield _hit(words, node, path, "", None)


def _settings(resource: Resource, _: Graph) -> Iterator[Hit]:
    path = _SETTINGS[resource.kind]
    for held in resource.at(path):
        for name, node in held.value.items() if isinstance(held.value, dict) else ():
            if node.text() and names_secret(name) and is_secret(node.text()):
                words = f"the secret in {name} stands in the settings of the application"
                yield _hit(words, node, path, name, None)


def _hit(words: str, node: Node, path: str, apart: str, severity: Severity | None) -> Hit:
    return Hit(
        message=words, place=node.place, attribute=path, node=node, apart=apart, severity=severity
    )


CHECKS: tuple[Check, ...] = (
    Check(rule="secret-in-infrastructure", kinds=tuple(_FIELDS), find=_fields),
    Check(rule="secret-in-infrastructure", kinds=tuple(_STARTING), find=_starting),
    Check(rule="secret-in-infrastructure", kinds=tuple(_SETTINGS), find=_settings),
)
