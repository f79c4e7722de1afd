"""The language server: what an editor says goes in, diagnostics and actions come out."""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import from_fs_path, to_fs_path

from seawall import __version__
from seawall.core.errors import SeawallError
from seawall.core.report import Problem
from seawall.core.rule import Rule
from seawall.journeys.document import Workspace
from seawall.journeys.opened import CodeEngines, is_of_program
from seawall.journeys.rules import load_rules
from seawall.journeys.secrets import load_engine
from seawall.lsp.actions import offer_actions
from seawall.lsp.desk import Desk
from seawall.lsp.diagnosis import Diagnosis, diagnose
from seawall.lsp.roots import Roots
from seawall.lsp.text import Text
from seawall.lsp.words import describe

TYPING_PAUSE = 0.15
"""Seconds without a change after which a document is read while somebody writes."""

GUARDRAILS = ("seawall.toml", "pyproject.toml", ".seawallignore", ".gitignore", "CODEOWNERS")
GUARDRAIL_FOLDER = ".seawall"
"""What decides about other documents: all are read again when one of these files changes."""


class Protocol(LanguageServerProtocol):
    """Keeps the documents itself.

    pygls splits lines wherever Python does, at form feeds for one, and would lose its place.
    """

    _server: "Server"

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take a document and read it."""
        document = params.text_document
        encoding = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        self._server.take(document.uri, Text(document.text, document.version, encoding))

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Change a document, and read it when its writer pauses."""
        document = params.text_document
        self._server.change(document.uri, params.content_changes, document.version)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Let a document go."""
        self._server.drop(params.text_document.uri)


class Server(LanguageServer):
    """One editor's server. What is said in its log never holds text of a document."""

    def __init__(self, cache_folder: Path | None, *, today: Callable[[], date]) -> None:
        super().__init__("seawall", __version__, protocol_cls=Protocol)
        self.cache_folder = cache_folder
        self.today = today
        self.rules: Mapping[str, Rule] = {}
        self.ended_well = False
        """Whether the editor said that it ends before it did."""
        self._texts: dict[str, Text] = {}
        self._diagnoses: dict[str, Diagnosis] = {}
        self._roots: Roots | None = None
        self._folders: tuple[Path, ...] = ()
        self._told: dict[Path, set[str]] = {}
        # Nothing may be told of a document after it was said to have nothing.
        self._publishing = threading.Lock()
        self._desk = Desk(self._read, close=self._close)

    # In the thread of the protocol

    def begin(self) -> None:
        """Begin to read documents."""
        self.name_folders()
        self._desk.start()

    def end(self) -> None:
        """Read no more; what was laid out for git is removed."""
        self._desk.stop()

    def name_folders(self) -> None:
        """Take over the folders that the editor has open now."""
        uris = list(self.workspace.folders)
        if not uris and self.workspace.root_uri:
            uris = [self.workspace.root_uri]
        paths = [path for uri in uris if (path := _path_of(uri)) is not None]
        self._folders = tuple(paths)
        self.read_again()

    def take(self, uri: str, text: Text) -> None:
        """Keep a document that was opened."""
        self._texts[uri] = text
        self._desk.ask(uri)

    def change(self, uri: str, changes: Iterable[Any], version: int) -> None:
        """Change a document that is open."""
        text = self._texts.get(uri)
        if text is not None:
            self._texts[uri] = text.changed(changes, version)
            self._desk.ask(uri, TYPING_PAUSE)

    def drop(self, uri: str) -> None:
        """Forget a document that was closed."""
        self._desk.forget(uri)
        with self._publishing:
            self._texts.pop(uri, None)
            self._diagnoses.pop(uri, None)
            self._publish(uri, [], None)

    def save(self, uri: str) -> None:
        """Read a document that was saved now, and all of them if it decides about others."""
        self._desk.ask(uri)
        if is_of_program(uri):
            # What is in one file may lead to what is in another.
            for other in list(self._texts):
                if other != uri and is_of_program(other):
                    self._desk.ask(other, TYPING_PAUSE)
        if uri.rpartition("/")[2] in GUARDRAILS or f"/{GUARDRAIL_FOLDER}/" in uri:
            self.read_again()

    def read_again(self) -> None:
        """Read every open document anew."""
        for uri in list(self._texts):
            self._desk.ask(uri)

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Return what can be done at a place; nothing while its document is being read."""
        uri = params.text_document.uri
        diagnosis = self._current(uri)
        if diagnosis is None:
            return []
        only = params.context.only
        return list(offer_actions(diagnosis, params.range, uri, self.today(), only))

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Return why what is at a place matters."""
        diagnosis = self._current(params.text_document.uri)
        if diagnosis is None:
            return None
        here = types.Range(start=params.position, end=params.position)
        found = list(diagnosis.within(here))
        if not found:
            return None
        told = [describe(judged, self.rules[judged.triaged.finding.rule]) for _, judged in found]
        content = types.MarkupContent(
            kind=types.MarkupKind.Markdown, value="\n\n---\n\n".join(told)
        )
        return types.Hover(contents=content, range=found[0][0].range)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Say that something went wrong inside, without what it was doing it with."""
        self._say(types.MessageType.Error, f"the language server failed ({type(error).__name__})")

    def _current(self, uri: str) -> Diagnosis | None:
        """Return what was read of a document, None when it has changed since."""
        diagnosis = self._diagnoses.get(uri)
        return diagnosis if diagnosis and diagnosis.text is self._texts.get(uri) else None

    # In the thread that reads

    def _read(self, uri: str) -> None:
        """Judge a document and publish what was found; a failure is told and not fatal."""
        text, file = self._texts.get(uri), _path_of(uri)
        if text is None or file is None:
            return
        try:
            workspace, path = self._workspaces().find(file)
            early = self._read_early(workspace, uri, path, text) if workspace.is_cold else None
            reading = workspace.read(path, text.content)
            diagnosis = diagnose(
                reading, text, workspace.rules, path, lambda other: _uri_of(workspace.root / other)
            )
        except SeawallError as error:
            self._tell(file.parent, [f"{error}" + (f"; {error.hint}" if error.hint else "")])
            return
        except Exception as error:
            self.report_server_error(error, None)
            return
        if not workspace.rules.keys() <= self.rules.keys():
            # A project may declare weaknesses of its own.
            self.rules = {**self.rules, **workspace.rules}
        self._tell(workspace.root, [_said(problem) for problem in reading.problems])
        with self._publishing:
            if uri in self._texts:
                self._diagnoses[uri] = diagnosis
                if diagnosis.diagnostics != early:
                    self._publish(uri, diagnosis.diagnostics, text.version)

    def _read_early(
        self, workspace: Workspace, uri: str, path: str, text: Text
    ) -> list[types.Diagnostic] | None:
        """Publish what the document has by itself before the program around it is looked at."""
        reading = workspace.read(path, text.content, alone=True)
        diagnosis = diagnose(reading, text, workspace.rules, path)
        if not (early := diagnosis.diagnostics):
            return None
        with self._publishing:
            if uri in self._texts:
                self._diagnoses[uri] = diagnosis
                self._publish(uri, early, text.version)
        return early

    def _workspaces(self) -> Roots:
        if self._roots is None:
            engine = load_engine(self.cache_folder, "auto")
            # Documents come one at a time: patterns that are compiled are used, none are compiled.
            engine.prepare(1, 0)
            rules = load_rules(self.cache_folder)
            self.rules = {rule.id: rule for rule in rules}
            load_code = CodeEngines(self.cache_folder).load
            self._roots = Roots(
                lambda root: Workspace(
                    root, engine, today=self.today, load_code=load_code, rules=rules
                )
            )
        self._roots.name(self._folders)
        return self._roots

    def _tell(self, root: Path, messages: list[str]) -> None:
        """Show what is wrong with a workspace once, and once more when it comes back."""
        now = {message for message in messages if message}
        for message in sorted(now - self._told.get(root, set())):
            self._say(types.MessageType.Error, message)
        self._told[root] = now

    def _close(self) -> None:
        if self._roots is not None:
            self._roots.close()

    def _publish(self, uri: str, diagnostics: list[types.Diagnostic], version: int | None) -> None:
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics, version=version)
        )

    def _say(self, kind: types.MessageType, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(type=kind, message=f"seawall: {message}"))


def _path_of(uri: str) -> Path | None:
    """Return the path of a file's address, None for what is no file."""
    if not uri.startswith("file:"):
        return None
    path = to_fs_path(uri)
    return Path(path) if path and "\0" not in path else None


def _uri_of(file: Path) -> str:
    return from_fs_path(str(file)) or ""


def _said(problem: Problem) -> str:
    """Put a problem of the workspace into words; one of the document is a diagnostic."""
    if problem.path:
        return ""
    return problem.message + (f"; {problem.hint}" if problem.hint else "")
