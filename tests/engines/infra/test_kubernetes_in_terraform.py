"""Objects of Kubernetes that Terraform declares."""

from seawall.engines.infra.engine import Files
from seawall.engines.infra.formats import FORMATS
from seawall.model.infrastructure import Resource

DEPLOYMENT = """\
resource "kubernetes_deployment_v1" "web" {
  metadata {
    name = "web"
    labels = { app_name = "x" }
  }
  spec {
    replicas = 2
    template {
      spec {
        host_pid = true
        security_context { run_as_user = 0 }
        container {
          name  = "a"
          image = "nginx"
          security_context { privileged = var.privileged }
          env {
            name  = "A"
            value = "1"
          }
          env {
            name  = "B"
            value = "2"
          }
        }
        init_container { name = "b" }
        volume {
          name = "v"
          host_path { path = "/etc" }
        }
      }
    }
  }
}
variable "privileged" { default = true }
"""


def read(text: str) -> list[Resource]:
    reader = next(one for one in FORMATS if one.name == "terraform")
    found = reader.read(Files(["main.tf"], lambda path: text.encode())).resources
    return [one for one in found if one.kind.startswith("kubernetes/")]


def values(resource: Resource, path: str) -> list[tuple[object, int]]:
    return [(one.value, one.place.line) for one in resource.at(path)]


def test_a_deployment() -> None:
    found = read(DEPLOYMENT)
    assert [(one.kind, one.address, one.place.line) for one in found] == [
        ("kubernetes/Deployment", "kubernetes_deployment_v1.web", 1),
        ("kubernetes/pod", "kubernetes_deployment_v1.web/pod", 9),
        ("kubernetes/container", "kubernetes_deployment_v1.web/a", 12),
        ("kubernetes/container", "kubernetes_deployment_v1.web/b", 25),
    ]
    deployment, pod, container, _ = found
    assert {one.symbol for one in found} == {"kubernetes_deployment_v1.web"}
    assert deployment.within == "kubernetes_deployment_v1.web"
    assert values(deployment, "metadata.labels.app_name") == [("x", 4)]
    assert values(deployment, "spec.replicas") == [(2, 7)]
    assert values(pod, "hostPID") == [(True, 10)]
    assert values(pod, "volumes.hostPath.path") == [("/etc", 28)]
    assert values(container, "securityContext.privileged") == [(True, 15)]
    assert values(container, "securityContext.runAsUser") == [(0, 11)]
    assert [value for value, _ in values(container, "env.name")] == ["A", "B"]


def test_roles_secrets_and_manifests() -> None:
    found = read(
        """\
resource "kubernetes_cluster_role" "r" {
  metadata { name = "r" }
  rule {
    api_groups = ["*"]
    resources  = ["*"]
    verbs      = ["*"]
  }
}
resource "kubernetes_secret" "s" {
  metadata { name = "s" }
  data = { api_key = "x" }
}
resource "kubernetes_manifest" "m" {
  manifest = { apiVersion = "v1", kind = "Pod", spec = { hostPID = true } }
}
resource "kubectl_manifest" "k" {
  yaml_body = "apiVersion: v1\\nkind: Pod\\nspec: {hostIPC: true}\\n"
}
resource "kubernetes_labels" "l" {}
"""
    )
    assert [one.kind for one in found] == [
        "kubernetes/ClusterRole",
        "kubernetes/Secret",
        "kubernetes/Pod",
        "kubernetes/pod",
        "kubernetes/Pod",
        "kubernetes/pod",
    ]
    role, secret, _, written, _, embedded = found
    assert values(role, "rules.apiGroups") != []
    assert values(secret, "stringData.api_key") == [("x", 11)]
    assert values(written, "hostPID") == [(True, 14)]
    assert values(embedded, "hostIPC") == [(True, 17)]
