"""Reads Dockerfiles as resources: the image, its stages, their instructions and commands."""

import posixpath
import re
from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.shell_commands import command_nodes, known_parts
from seawall.model.infrastructure import Node, Origin, Place, Resource, Unknown
from seawall.parse.dockerfile import (
    Argument,
    Dockerfile,
    Instruction,
    Stage,
    is_unix_shell,
    parse_dockerfile,
)
from seawall.parse.script import script_text
from seawall.parse.shell import Command, Pipeline, Script, Word, parse_shell

_NAMED = re.compile(
    r"(?:dockerfile|containerfile)(?:[._-].*)?|.+[._-](?:dockerfile|containerfile)", re.IGNORECASE
)
_OTHER = re.compile(
    r".+\.(?:dockerignore|md|markdown|rst|txt|html?|sh|py|js|ts|tsx|go|rb|rs|java|json|ya?ml|toml"
    r"|xml|lock|j2|jinja2?|erb|tmpl|tpl|template|mustache|gotmpl|in|m4|ejs|hbs|bak|orig|diff|patch"
    r"|svg|png|snap|tf|properties|css|ps1|bat|c|h|cs|php|lua|vim|gz|zip)",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n|[ \t]*ARG[ \t][^\n]*\n)*[ \t]*FROM[ \t]+[^\s,(]+"
    rb"(?:[ \t]+AS[ \t]+\S+)?[ \t]*\r?(?:\n|$)",
    re.IGNORECASE,
)


class DockerfileFormat:
    """Dockerfiles by their name, and by what they say in folders of Docker."""

    name = "dockerfile"

    def wants(self, path: str) -> bool:
        """Whether a file may be a Dockerfile."""
        folder, name = posixpath.split(path)
        if _OTHER.fullmatch(name):
            return False
        if _NAMED.fullmatch(name):
            return True
        folders = posixpath.basename(folder).lower()
        return folders in ("docker", "dockerfiles", ".docker") and not name.startswith(".")

    def read(self, files: Files) -> Declared:
        """Return the images of all Dockerfiles."""
        declared = Declared()
        for path in filter(self.wants, files.paths):
            content = files.read(path)
            if content is None:
                continue
            if not _NAMED.fullmatch(posixpath.basename(path)) and not _BEGINS.match(content):
                continue
            try:
                text = script_text(content)
            except ParseError as error:
                declared.problems.append(_problem(path, str(error)))
                continue
            file = parse_dockerfile(text)
            if file.stages:
                declared.resources += resources_of(path, file)
            elif file.unknown and not file.arguments:
                word, offset = file.unknown[0]
                words = "it is no Dockerfile: nothing in it is an instruction"
                if any(name in text for name in ("FROM ", "from ")):
                    declared.problems.append(_problem(path, words, file.place(offset)[0]))
        return declared


def _problem(path: str, words: str, line: int = 0) -> Problem:
    return Problem(kind=ProblemKind.PARSE, message=words, path=path, line=line, engine="infra")


def resources_of(path: str, file: Dockerfile) -> list[Resource]:
    """Return what a Dockerfile builds.

    "dockerfile/image" is the last stage with all that it goes on from: `image` (what it is built
    on), `user` (in force at the end; not there where none is said), `instructions` and `stages`.
    "dockerfile/stage" has `index`, `name`, `image` (that comes from elsewhere) or `parent` (the
    name or the number of the stage that it goes on from), `flags`, `final` (whether it is a part of
    the image) and `instructions`.
    "dockerfile/instruction" has `name`, `stage`, `final`, `trigger` (behind ONBUILD), `shell`,
    `text`, `words`, `pairs` (of ENV, ARG and LABEL: by name, null where only declared), `flags`
    (by name, lists), `exec` (whether it is JSON), `none`, `documents` and `commands`.
    "dockerfile/command" is one of `commands`: see `command_nodes`; and `instruction`, `final`.
    """
    return _Making(path, file).resources()


class _Making:
    def __init__(self, path: str, file: Dockerfile) -> None:
        self._path, self._file = path, file

    def resources(self) -> list[Resource]:
        file, made = self._file, list[Resource]()
        lineage = file.lineage(file.stages[-1])
        final = {one.index for one in lineage}
        nodes: dict[int, list[Node]] = {}
        stages: list[Node] = []
        for one in file.arguments:
            node = self._instruction(one, -1, final=False)
            made.append(self._resource("instruction", "ARG", node, "global"))
        for stage in file.stages:
            label = stage.name or str(stage.index)
            nodes[stage.index] = []
            for one in stage.instructions:
                node = self._instruction(one, stage.index, final=stage.index in final)
                nodes[stage.index].append(node)
                made.append(self._resource("instruction", f"{label}/{one.name}", node, label))
                made += self._commands(node, label, one.name)
            body = self._stage(stage, nodes[stage.index], final=stage.index in final)
            stages.append(body)
            made.append(self._resource("stage", label, body, label))
        instructions = [node for stage in lineage for node in nodes[stage.index]]
        made.insert(0, self._image(lineage, instructions, stages))
        return made

    def _image(
        self, lineage: list[Stage], instructions: list[Node], stages: list[Node]
    ) -> Resource:
        last = lineage[-1]
        place = self._place(last.origin.start, last.origin.end)
        entries = {
            "image": self._argument(lineage[0].image),
            "instructions": Node(instructions, place),
            "stages": Node(stages, place),
        }
        users = [
            node
            for node in instructions
            if node.at("name")[0].value == "USER" and not node.at("trigger")
        ]
        for user in users[-1].at("words")[:1] if users else ():
            for word in user.items[:1]:
                entries["user"] = Node(word.value, users[-1].place, word.origin)
        return Resource(
            kind="dockerfile/image",
            address=self._path,
            body=Node(entries, place),
            place=place,
            name=last.name,
            symbol=last.name or "image",
            scope=self._path,
        )

    def _stage(self, stage: Stage, instructions: list[Node], *, final: bool) -> Node:
        place = self._place(stage.origin.start, stage.origin.end)
        entries = {
            "index": Node(stage.index, place),
            "name": Node(stage.name, place),
            "final": Node(final, place),
            "instructions": Node(instructions, place),
        }
        if stage.parent is not None:
            parent = self._file.stages[stage.parent]
            entries["parent"] = Node(parent.name or str(parent.index), place)
        elif stage.image.value != "scratch":
            entries["image"] = self._argument(stage.image)
        self._flags(stage.origin, entries, place)
        return Node(entries, place)

    def _instruction(self, one: Instruction, stage: int, *, final: bool) -> Node:
        place = self._place(one.start, one.end)
        entries = {
            "name": Node(one.name, place),
            "stage": Node(stage, place),
            "final": Node(final, place),
            "text": Node(one.text.replace("\0", ""), place),
            "shell": Node(" ".join(one.shell), place),
        }
        if one.is_trigger:
            entries["trigger"] = Node(value=True, place=place)
        if one.is_exec:
            entries["exec"] = Node(value=True, place=place)
        if one.is_none:
            entries["none"] = Node(value=True, place=place)
        self._flags(one, entries, place)
        if one.arguments:
            words = [self._argument(word) for word in one.arguments]
            entries["words"] = Node(words, place)
        if one.pairs:
            pairs = {
                pair.name: self._argument(pair.value)
                if pair.value is not None
                else Node(None, self._place(pair.start, pair.start + len(pair.name)))
                for pair in one.pairs
            }
            entries["pairs"] = Node(pairs, place)
        if one.documents:
            entries["documents"] = Node(
                [
                    Node(document.text, self._place(document.start, document.start))
                    for document in one.documents
                ],
                place,
            )
        commands = [
            node for script in scripts_of(one) for node in command_nodes(script, self._place)
        ]
        if commands:
            entries["commands"] = Node(commands, place)
        return Node(entries, place)

    def _flags(self, one: Instruction, entries: dict[str, Node], place: Place) -> None:
        flags: dict[str, list[Node]] = {}
        for name, value in one.flags:
            flags.setdefault(name, []).append(self._argument(value))
        if flags:
            entries["flags"] = Node({key: Node(said, place) for key, said in flags.items()}, place)

    def _commands(self, instruction: Node, label: str, name: str) -> Iterator[Resource]:
        for commands in instruction.at("commands"):
            for node in commands.items:
                entries = dict(node.value) if isinstance(node.value, dict) else {}
                entries["instruction"] = Node(name, node.place)
                entries["final"] = instruction.at("final")[0]
                said = entries["name"].text()
                body = Node(entries, node.place)
                yield self._resource("command", f"{label}/{name}/{said}", body, label)

    def _resource(self, kind: str, address: str, body: Node, label: str) -> Resource:
        return Resource(
            kind=f"dockerfile/{kind}",
            address=address,
            body=body,
            place=body.place,
            symbol=label,
            within=self._path,
            scope=self._path,
        )

    def _argument(self, one: Argument) -> Node:
        place = self._place(one.start, one.end)
        if one.value is not None:
            if one.value == one.text:
                return Node(one.value, place)
            return Node(one.value, place, (Origin(f"{one.text} with its default", place),))
        return Node(Unknown(f"{one.text} is given from outside", known_parts(one.text)), place)

    def _place(self, start: int, end: int) -> Place:
        line, column = self._file.place(start)
        end_line, end_column = self._file.place(max(start, end))
        return Place(self._path, line, column, end_line, end_column)


def scripts_of(one: Instruction) -> Iterator[Script]:
    """Yield what shells of Unix run of an instruction, in its own text and in what stands below."""
    if one.name not in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") or one.is_none:
        return
    if one.is_exec:
        words = tuple(Word(word.text, word.start, word.end) for word in one.arguments)
        if words:
            command = Command(words, words[0].start, words[-1].end)
            yield Script((Pipeline((command,)),))
        return
    if not one.is_shell:
        return
    script = parse_shell(one.text, one.text_start)
    yield script
    names = [word.text for command in script.commands() for word in command.words]
    if one.documents and (not names or is_unix_shell((names[0],))):
        document = one.documents[0]
        head = document.text.split("\n", 1)[0]
        if not head.startswith("#!") or re.search(r"\b(?:ba|da|a|z|k)?sh\b", head):
            yield parse_shell(document.text, document.start)
