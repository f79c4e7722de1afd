"""Overlays of Kustomize: what they make of manifests, with places in the file that says it."""

import time

import pytest

from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.kubernetes.reader import KubernetesFormat
from seawall.model.infrastructure import Node, Resource

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      hostPID: true
      containers:
        - name: app
          image: nginx:1.0
          env:
            - {name: A, value: "1"}
        - name: side
          image: registry.example:5000/side
"""
BASE = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": WEB}


def read(files: dict[str, str]) -> Declared:
    def content(path: str) -> bytes | None:
        return files[path].encode() if path in files else None

    return KubernetesFormat().read(Files(sorted(files), content))


def overlaid(text: str, **more: str) -> Declared:
    named = {f"prod/{name.replace('_y', '.yaml')}": one for name, one in more.items()}
    return read({**BASE, "prod/kustomization.yaml": "resources: [../base]\n" + text, **named})


def of(declared: Declared, kind: str) -> list[Resource]:
    return [one for one in declared.resources if one.kind == f"kubernetes/{kind}"]


def said(node: Node) -> tuple[object, str, int]:
    return node.value, node.place.path, node.place.line


def test_what_a_base_says_is_told_once() -> None:
    declared = overlaid("")
    assert [one.address for one in of(declared, "Deployment")] == ["prod:Deployment/web"]
    deployment = of(declared, "Deployment")[0]
    assert deployment.place.path == "base/web.yaml"
    assert [(one.words, one.place.path, one.place.line) for one in deployment.called] == [
        ("the overlay prod", "prod/kustomization.yaml", 1)
    ]
    assert declared.problems == []


def test_names_namespaces_counts_and_images() -> None:
    text = """\
namespace: shop
namePrefix: a-
nameSuffix: -b
replicas:
  - {name: web, count: 3}
images:
  - name: nginx
    newTag: "1.27"
  - name: registry.example:5000/side
    newName: mirror.example/side
    digest: sha256:00
"""
    declared = overlaid(text)
    deployment = of(declared, "Deployment")[0]
    assert deployment.address == "prod:shop/Deployment/a-web-b"
    assert said(deployment.at("metadata.namespace")[0]) == ("shop", "prod/kustomization.yaml", 2)
    assert said(deployment.at("spec.replicas")[0]) == (3, "prod/kustomization.yaml", 6)
    images = [said(one.at("image")[0]) for one in of(declared, "container")]
    assert images == [
        ("nginx:1.27", "prod/kustomization.yaml", 9),
        ("mirror.example/side@sha256:00", "prod/kustomization.yaml", 12),
    ]


MERGE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      hostPID: null
      hostNetwork: true
      containers:
        - name: app
          env:
            - {name: B, value: "2"}
        - name: side
          $patch: delete
        - name: new
          image: busybox
"""


@pytest.mark.parametrize(
    "text",
    [
        "patchesStrategicMerge: [change.yaml]\n",
        "patches: [{path: change.yaml}]\n",
        "patches: [{path: change.yaml, target: {kind: Deployment, name: w.*}}]\n",
        "patches: [{path: change.yaml, target: {labelSelector: ''}}]\n",
    ],
)
def test_strategic_merges(text: str) -> None:
    declared = overlaid(text, change_y=MERGE)
    pod = of(declared, "pod")[0]
    assert pod.at("hostPID") == []
    assert said(pod.at("hostNetwork")[0]) == (True, "prod/change.yaml", 8)
    containers = of(declared, "container")
    assert [one.name for one in containers] == ["app", "new"]
    assert [said(one) for one in containers[0].at("env.name")] == [
        ("A", "base/web.yaml", 14),
        ("B", "prod/change.yaml", 12),
    ]
    assert said(containers[0].at("image")[0]) == ("nginx:1.0", "base/web.yaml", 12)


def test_a_patch_within_the_overlay() -> None:
    text = """\
patches:
  - target: {kind: Deployment}
    patch: |-
      - op: replace
        path: /spec/template/spec/hostPID
        value: false
      - op: remove
        path: /spec/template/spec/containers/1
      - op: add
        path: /spec/template/spec/containers/0/env/-
        value: {name: C}
      - {op: replace, path: /nothing/there, value: 1}
  - target: {kind: Service}
    patch: "[{op: remove, path: /spec}]"
"""
    declared = overlaid(text)
    pod = of(declared, "pod")[0]
    assert said(pod.at("hostPID")[0]) == (False, "prod/kustomization.yaml", 7)
    assert [one.value for one in pod.at("containers.env.name")] == ["A", "C"]


def test_an_object_that_is_deleted() -> None:
    gone = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n$patch: delete\n"
    assert overlaid("patches: [{path: gone.yaml}]\n", gone_y=gone).resources == []


def test_generators_and_components() -> None:
    text = """\
components: [part]
secretGenerator:
  - name: db
    literals:
      - password=correct-horse
    envs: [.env]
"""
    part = "kind: Component\npatches:\n  - target: {kind: Secret}\n"
    part += "    patch: '[{op: add, path: /type, value: x}]'\n"
    files = {**BASE, "prod/kustomization.yaml": "resources: [../base]\n" + text}
    files |= {"prod/part/kustomization.yaml": part, "prod/.env": "# none\nTOKEN=abc\n"}
    secret = of(read(files), "Secret")[0]
    assert said(secret.at("stringData.password")[0]) == (
        "correct-horse",
        "prod/kustomization.yaml",
        6,
    )
    assert said(secret.at("stringData.TOKEN")[0]) == ("abc", "prod/.env", 2)
    assert secret.at("type")[0].value == "x"


def test_what_is_not_read_is_told() -> None:
    declared = overlaid("replacements: [{}]\nhelmCharts: [{name: x}]\n")
    remote = {"kustomization.yaml": "resources:\n  - https://git.example/base?ref=1\n"}
    assert [(one.line, one.message) for one in declared.problems] == [
        (2, "replacements of the overlay are not read"),
        (3, "charts of the overlay are not read"),
    ]
    assert [(one.line, one.message) for one in read(remote).problems] == [
        (2, "what the overlay takes from elsewhere is not read")
    ]


def test_overlays_that_build_on_one_another() -> None:
    files = {
        "a/kustomization.yaml": "resources: [../b, web.yaml]\n",
        "b/kustomization.yaml": "resources: [../a, ../b, ../../../etc]\n",
        "a/web.yaml": WEB,
    }
    declared = read(files)
    assert [one.address for one in of(declared, "Deployment")] == ["a:Deployment/web"]
    assert {one.message for one in declared.problems} == {"the overlay builds on itself"}


def test_many_overlays_that_multiply() -> None:
    files = {"o0/kustomization.yaml": "resources: [web.yaml]\n", "o0/web.yaml": WEB}
    for number in range(1, 40):
        below = f"../o{number - 1}"
        files[f"o{number}/kustomization.yaml"] = (
            f"resources: [{below}, {below}, {below}]\nnamePrefix: a-\n"
        )
    began = time.process_time()
    assert len(of(read(files), "Deployment")) == 1
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text",
    ["7", "[]", "resources: 3", "patches: [1, {patch: 5}]", "images: [{name: nginx}, 4]", "a: ["],
)
def test_overlays_of_other_shapes(text: str) -> None:
    files = {"kustomization.yaml": text, "web.yaml": WEB}
    assert [one.kind for one in read(files).resources][0] == "kubernetes/Deployment"
