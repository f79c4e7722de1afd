"""Workflows as they are read: hostile files, and values through calls that turn in circles."""

from seawall.engines.infra.engine import Files
from seawall.engines.infra.workflows.reader import WorkflowsFormat
from seawall.model.infrastructure import Resource

PATH = ".github/workflows/ci.yml"


def read(files: dict[str, str | bytes]) -> tuple[list[Resource], list[tuple[str, int, str]]]:
    contents = {
        path: text.encode() if isinstance(text, str) else text for path, text in files.items()
    }
    declared = WorkflowsFormat().read(Files(sorted(contents), contents.get))
    return declared.resources, [(one.path, one.line, one.message) for one in declared.problems]


def test_wants() -> None:
    wants = WorkflowsFormat().wants
    assert wants(PATH)
    assert wants("sub/.forgejo/workflows/a.yaml")
    assert wants("action.yml")
    assert wants(".github/actions/x/action.yaml")
    assert not wants("workflows/ci.yml")
    assert not wants("transaction.yml")


def test_broken_file_is_told_and_others_are_read() -> None:
    resources, problems = read({PATH: "jobs:\n\t- x", "action.yml": "runs: {steps: [{run: x}]}"})
    assert problems == [(PATH, 2, "it is no valid yaml")]
    assert [one.address for one in resources] == ["action.yml", "action.yml:1", "action.yml/x"]


def test_odd_shapes_are_none() -> None:
    for text in (
        "[]",
        "jobs: 3",
        "jobs: {a: 3}",
        "jobs: {a: {steps: {b: 1}}}",
        "on: [[]]\njobs: {}",
    ):
        resources, problems = read({PATH: text})
        assert not problems
        assert not [one for one in resources if one.kind == "github/step"]
    assert read({PATH: b"\xff\xff\x00"})[0] == []


def test_steps_in_circles_end() -> None:
    text = """
on: push
jobs:
  a:
    needs: b
    outputs: {o: "${{ needs.b.outputs.o }}"}
    runs-on: x
    steps: [{run: "echo ${{ needs.b.outputs.o }}"}]
  b:
    needs: a
    outputs: {o: "${{ needs.a.outputs.o }} ${{ github.head_ref }}"}
    runs-on: x
    env: {A: "${{ env.A }}"}
    steps:
      - {id: s, run: 'echo "x=${{ steps.s.outputs.x }}" >> $GITHUB_OUTPUT'}
      - {uses: ./}
"""
    action = "runs: {steps: [{uses: ./}, {run: 'echo ${{ inputs.x }}'}]}"
    resources, problems = read({PATH: text, "action.yml": action})
    assert not problems
    step = next(one for one in resources if one.address == f"{PATH}:a:1")
    roots = [node.text() for found in step.at("expanded.roots") for node in found.items]
    assert roots == ["github.head_ref"]


def test_place_of_an_expression() -> None:
    resources, _ = read({PATH: "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          x\n"
                               "          echo ${{ github.ref }}\n"})  # fmt: skip
    (step,) = (one for one in resources if one.kind == "github/step")
    (found,) = step.at("expanded")[0].items
    assert (found.place.line, found.place.column) == (7, 16)
