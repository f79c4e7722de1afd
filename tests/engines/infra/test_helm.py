"""Charts of Helm: their templates with the values that they bring along."""

import time

import pytest

from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.kubernetes.reader import KubernetesFormat
from seawall.model.infrastructure import Node, Resource, Unknown

HELPERS = """\
{{- define "shop.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "shop.labels" -}}
app: {{ include "shop.name" . }}
{{- end }}
"""
VALUES = """\
image:
  repository: nginx
  tag: latest
replicas: 2
securityContext:
  privileged: true
  capabilities:
    add: [SYS_ADMIN]
env:
  B: two
  A: one
extra: {}
hostPID: true
"""
DEPLOYMENT = """\
{{- if .Values.replicas }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  template:
    spec:
      hostPID: {{ .Values.hostPID }}
      hostIPC: true
      {{- with .Values.extra }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      containers:
        - name: {{ .Chart.Name | quote }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.Version }}"
          securityContext:
            {{- toYaml .Values.securityContext | nindent 12 }}
          env:
            {{- range $name, $value := .Values.env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
{{- end }}
"""
CHART = {
    "shop/Chart.yaml": "name: shop\nversion: 1.0.0\nappVersion: '3'\n",
    "shop/values.yaml": VALUES,
    "shop/templates/_helpers.tpl": HELPERS,
    "shop/templates/web.yaml": DEPLOYMENT,
    "shop/templates/NOTES.txt": "{{ not a template",
}


def read(files: dict[str, str]) -> Declared:
    def content(path: str) -> bytes | None:
        return files[path].encode() if path in files else None

    return KubernetesFormat().read(Files(sorted(files), content))


def of(declared: Declared, kind: str) -> list[Resource]:
    return [one for one in declared.resources if one.kind == f"kubernetes/{kind}"]


def said(node: Node) -> tuple[object, str, int, list[tuple[str, int]]]:
    origin = [(one.place.path, one.place.line) for one in node.origin]
    return node.value, node.place.path, node.place.line, origin


def rendered(template: str, values: str = "", **more: str) -> Resource:
    """Return the ConfigMap whose data is a template."""
    lines = "".join(f"  {line}\n" for line in template.split("\n"))
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{lines}"
    files = {"c/Chart.yaml": "name: c\n", "c/values.yaml": values, "c/templates/a.yaml": text}
    declared = read({**files, **more})
    assert declared.problems == []
    return of(declared, "ConfigMap")[0]


def test_a_chart() -> None:
    declared = read(CHART)
    assert declared.problems == []
    deployment, pod, container = declared.resources
    template, values = "shop/templates/web.yaml", "shop/values.yaml"
    assert (deployment.address, deployment.place.line) == ("shop:Deployment/shop", 3)
    assert isinstance(deployment.at("metadata.namespace")[0].value, Unknown)
    assert said(deployment.at("metadata.labels.app")[0])[:3] == (
        "shop",
        "shop/templates/_helpers.tpl",
        2,
    )
    assert said(deployment.at("spec.replicas")[0]) == (2, template, 10, [(values, 4)])
    assert said(pod.at("hostPID")[0]) == (True, template, 13, [(values, 13)])
    assert said(pod.at("hostIPC")[0]) == (True, template, 14, [])
    assert pod.at("hostIPC")[0].place.column == 16
    assert pod.at("hostIPC")[0].place.end_column == 20
    assert said(container.at("image")[0])[:3] == ("nginx:latest", template, 20)
    assert said(container.at("securityContext.privileged")[0]) == (
        True,
        template,
        22,
        [(values, 6)],
    )
    assert [said(one) for one in container.at("securityContext.capabilities.add")[0].items] == [
        ("SYS_ADMIN", template, 22, [(values, 8)])
    ]
    assert [one.value for one in container.at("env.name")] == ["A", "B"]
    assert said(container.at("env.value")[1]) == ("two", template, 26, [(values, 10)])


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ('a: {{ .Values.x | default "d" | quote }}', "d"),
        ('a: {{ ternary "y" "n" (eq .Values.one 1) }}', "y"),
        ('a: {{ printf "%s-%d-%q" "x" 3 "y" | squote }}', 'x-3-"y"'),
        ('a: {{ coalesce .Values.x "" .Values.two "z" }}', "b"),
        ("a: {{ if and .Values.two (not .Values.x) }}in{{ else }}out{{ end }}", "in"),
        ("a: {{ (index .Values.list 1).k }}", "v"),
        ('a: {{ join "," .Values.names }}', "p,q"),
        ('a: {{ $m := dict "k" "v" }}{{ get (merge $m .Values.table) "t" }}', "u"),
        ("a: {{ tpl .Values.text . }}", "b!"),
        ("a: {{ range until 3 }}{{ if eq . 1 }}{{ continue }}{{ end }}x{{ . }}{{ end }}", "x0x2"),
        ('a: {{ "a-b" | replace "-" "_" | upper | trunc 2 }}', "A_"),
        ('a: {{ hasKey .Values "two" }}', True),
        ('a: {{ semverCompare ">=1.19-0" .Capabilities.KubeVersion.Version }}', True),
        ('a: {{ .Capabilities.APIVersions.Has "policy/v1" }}', True),
        ('a: {{ .Capabilities.APIVersions.Has "policy/v1beta1" }}', False),
        ('a: {{ regexReplaceAll "[^a-z]" "a1b" "-" }}', "a-b"),
        ('a: {{ dig "t" "none" .Values.table }}', "u"),
        ('a: {{ "x" | b64enc | b64dec }}', "x"),
        ("a: {{ with .Values.x }}w{{ else }}none{{ end }}", "none"),
        ("a: {{ $.Values.two }}{{ $v := 1 }}{{ if true }}{{ $v = 2 }}{{ end }}{{ $v }}", "b2"),
    ],
)
def test_functions(template: str, value: object) -> None:
    values = "one: 1\ntwo: b\nlist: [{}, {k: v}]\nnames: [p, q]\ntable: {t: u}\n"
    values += 'text: "{{ .Values.two }}!"\n'
    assert rendered(template, values).at("data.a")[0].value == value


@pytest.mark.parametrize(
    "template",
    [
        "a: {{ randAlphaNum 10 }}",
        "a: {{ nobodyKnows .Values }}",
        'a: {{ required "give it" .Values.x }}',
        'a: {{ include "not.here" . | quote }}',
        'a: {{ regexFind "(a+)+$" "aaa" }}',
        'a:\n  {{- include "not.here" . | nindent 4 }}',
    ],
)
def test_what_nobody_knows(template: str) -> None:
    assert isinstance(rendered(template).at("data.a")[0].value, Unknown)


def test_what_is_known_in_part() -> None:
    value = rendered('a: "{{ randAlphaNum 5 }}/app:latest"').at("data.a")[0].value
    assert value == Unknown("a value of the chart is not known", (None, "/app:latest"))


def test_charts_below() -> None:
    files = {
        **CHART,
        "shop/Chart.yaml": "name: shop\ndependencies:\n"
        "  - {name: db, alias: store, condition: store.enabled}\n"
        "  - {name: off, condition: off.enabled}\n"
        "  - {name: lib, repository: 'file://../lib'}\n"
        "  - {name: away, repository: 'https://charts.example'}\n",
        "shop/values.yaml": VALUES + "store: {enabled: true, port: 2}\noff: {enabled: false}\n"
        "global: {zone: z}\n",
        "shop/charts/db/Chart.yaml": "name: db\n",
        "shop/charts/db/values.yaml": "port: 1\nuser: u\n",
        "shop/charts/db/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n"
        "data: {p: {{ .Values.port }}, u: {{ .Values.user }}, z: {{ .Values.global.zone }},"
        ' l: {{ include "lib.x" . }}}\n',
        "shop/charts/off/Chart.yaml": "name: off\n",
        "shop/charts/off/templates/a.yaml": "apiVersion: v1\nkind: Secret\n",
        "lib/Chart.yaml": "name: lib\ntype: library\n",
        "lib/templates/_x.tpl": '{{ define "lib.x" }}y{{ end }}',
    }
    declared = read(files)
    assert of(declared, "Secret") == []
    data = of(declared, "ConfigMap")[0].at("data")[0]
    assert isinstance(data.value, dict)
    assert {name: one.value for name, one in data.value.items()} == {
        "p": 2,
        "u": "u",
        "z": "z",
        "l": "y",
    }
    assert [(one.path, one.message) for one in declared.problems] == [
        ("shop/Chart.yaml", "the chart depends on what is not here: away")
    ]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ if }", "an action is no template of Go"),
        ("apiVersion: [{{ .Values.x }}", "the template makes no valid yaml of the chart's values"),
        ('{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', "more than is read"),
        ('{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}', "more than is read"),
        ('{{ tpl "{{ tpl . . }}" . }}{{ $x := "{{ tpl .t . }}" }}{{ tpl $x (dict "t" $x) }}',
         "more than is read"),
        ("{{ range until 4000 }}{{ range until 4000 }}x{{ end }}{{ end }}", "more than is read"),
        ('{{ repeat 999999999 "x" }}', "more than is read"),
        ("{{ range until 999999999 }}x{{ end }}", "more than is read"),
    ],
)  # fmt: skip
def test_templates_that_are_broken_or_endless(template: str, words: str) -> None:
    began = time.process_time()
    declared = read({**CHART, "shop/templates/a.yaml": template})
    assert [one.path for one in declared.problems] == ["shop/templates/a.yaml"]
    assert declared.problems[0].message.endswith(words)
    assert len(of(declared, "Deployment")) == 1
    assert time.process_time() - began < 10


def test_charts_that_hold_one_another() -> None:
    files = {
        "a/Chart.yaml": "name: a\ndependencies: [{name: b, repository: 'file://../b'}]\n",
        "b/Chart.yaml": "name: b\ndependencies: [{name: a, repository: 'file://../a'}]\n",
        "a/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    }
    assert {one.address for one in read(files).resources} == {"a:ConfigMap/a", "b:ConfigMap/a"}


@pytest.mark.parametrize("text", ["", "[1]", "a: [", "x: &a [*a]", "name: [1]\ndependencies: 4"])
def test_charts_of_other_shapes(text: str) -> None:
    assert len(read({**CHART, "shop/Chart.yaml": text}).resources) == 3
    assert read({**CHART, "shop/values.yaml": text}).resources is not None
