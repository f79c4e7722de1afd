"""Manifests of Kubernetes as resources: objects, their pods and their containers."""

import json

from seawall.core.report import ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.kubernetes.reader import LARGEST, KubernetesFormat
from seawall.model.infrastructure import Resource, Unknown

DEPLOYMENT = """\
# A comment.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    metadata:
      annotations:
        container.apparmor.security.beta.kubernetes.io/app: unconfined
    spec:
      hostPID: true
      securityContext:
        runAsUser: 1000
        fsGroup: 5
      initContainers:
        - name: init
          securityContext:
            runAsUser: 0
      containers:
        - name: app
          image: nginx
        - image: busybox
"""


def read(**files: str) -> Declared:
    named = {name.replace("__", "/").replace("_y", ".yaml"): text for name, text in files.items()}
    return read_files(named)


def read_files(files: dict[str, str]) -> Declared:
    def content(path: str) -> bytes | None:
        return files[path].encode() if path in files else None

    return KubernetesFormat().read(Files(sorted(files), content))


def told(declared: Declared) -> list[tuple[str, str, int]]:
    return [(one.kind, one.address, one.place.line) for one in declared.resources]


def values(resource: Resource, path: str) -> list[object]:
    return [one.value for one in resource.at(path)]


def test_a_workload_its_pod_and_its_containers() -> None:
    declared = read(web_y=DEPLOYMENT)
    assert told(declared) == [
        ("kubernetes/Deployment", "shop/Deployment/web", 5),
        ("kubernetes/pod", "shop/Deployment/web/pod", 12),
        ("kubernetes/container", "shop/Deployment/web/app", 22),
        ("kubernetes/container", "shop/Deployment/web/", 24),
        ("kubernetes/container", "shop/Deployment/web/init", 18),
    ]
    _, pod, app, _, init = declared.resources
    assert values(pod, "hostPID") == [True]
    assert values(pod, "workload") == ["Deployment"]
    assert values(pod, "metadata.name") == ["web"]
    assert values(app, "securityContext.runAsUser") == [1000]
    assert values(app, "securityContext.fsGroup") == []
    assert values(app, "securityContext.appArmorProfile.type") == ["Unconfined"]
    assert values(init, "securityContext.runAsUser") == [0]
    assert values(init, "role") == ["init"]
    assert {one.within for one in declared.resources[1:]} == {"shop/Deployment/web"}


def test_kinds_of_workloads() -> None:
    text = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: c}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {generateName: b-}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: k}
spec: {template: {spec: {containers: [{name: c}]}}}
---
apiVersion: example.com/v1
kind: Deployment
metadata: {name: other}
spec: {template: {spec: {containers: [{name: c}]}}}
"""
    assert told(read(a_y=text)) == [
        ("kubernetes/Pod", "Pod/a", 3),
        ("kubernetes/pod", "Pod/a/pod", 4),
        ("kubernetes/container", "Pod/a/c", 4),
        ("kubernetes/CronJob", "CronJob/b-", 8),
        ("kubernetes/pod", "CronJob/b-/pod", 9),
        ("kubernetes/container", "CronJob/b-/c", 9),
        ("kubernetes/serving.knative.dev/Service", "Service/k", 13),
        ("kubernetes/pod", "Service/k/pod", 14),
        ("kubernetes/container", "Service/k/c", 14),
        ("kubernetes/example.com/Deployment", "Deployment/other", 18),
    ]


def test_lists_and_json() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    listed = {"apiVersion": "v1", "kind": "List", "items": [pod, {"not": "one"}]}
    declared = read_files({"a.json": json.dumps(listed, indent="\t")})
    assert told(declared) == [("kubernetes/Pod", "Pod/p", 9)]
    assert read_files({"a.json": json.dumps(pod)}).resources[0].address == "Pod/p"


def test_what_is_no_manifest() -> None:
    files = {"a.yaml": "kind: x\nimage: y\n", "b.json": "{}", "c.yaml": "apiVersion: 1"}
    declared = read_files(files)
    assert (declared.resources, declared.problems) == ([], [])


def test_a_broken_document_costs_itself() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\n  x: [\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
    )
    declared = read(a_y=text)
    assert told(declared) == [("kubernetes/Pod", "Pod/p", 7)]
    problem = declared.problems[0]
    assert (problem.kind, problem.path, problem.line) == (ProblemKind.PARSE, "a.yaml", 3)


def test_values_of_other_shapes() -> None:
    for spec in ("7", "[1]", "{containers: 3}", "{containers: [1, {securityContext: 4}]}", "~"):
        text = f"apiVersion: v1\nkind: Pod\nmetadata: []\nspec: {spec}\n"
        assert read(a_y=text).resources[0].kind == "kubernetes/Pod"


def test_a_file_that_is_too_large() -> None:
    declared = read(a_y="apiVersion: v1\nkind: Pod\n" + "#" * LARGEST)
    assert [one.kind for one in declared.problems] == [ProblemKind.TOO_LARGE]


def test_texts_that_a_template_fills() -> None:
    text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
    text += '    - {name: a, image: "{{ r }}/a:latest"}\n'
    image = read(a_y=text + "      command: {{ x }}\n").problems
    assert [(one.line, one.message) for one in image] == [(6, "it is a template and no yaml")]
    container = read(a_y=text).resources[2]
    assert values(container, "image") == [
        Unknown("it is filled in by a template", (None, "/a:latest"))
    ]


def test_templates_of_openshift() -> None:
    text = "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n"
    text += "  - {apiVersion: v1, kind: Pod, metadata: {name: p}}\n"
    assert told(read(a_y=text)) == [("kubernetes/Pod", "Pod/p", 4)]
