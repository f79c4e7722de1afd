"""Binds what editors ask for to the server, and runs it on two streams."""

import contextlib
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.uris import from_fs_path

from seawall.lsp.actions import EXPLAIN, FIX_ALL, SELECT
from seawall.lsp.server import GUARDRAIL_FOLDER, GUARDRAILS, Server
from seawall.lsp.words import explain


def serve(
    cache_folder: Path | None, reader: BinaryIO, writer: BinaryIO, *, today: Callable[[], date]
) -> bool:
    """Serve one editor until it ends; return whether it ended as the protocol asks."""
    # The messages that pygls logs hold the text of documents.
    log = logging.getLogger("pygls")
    log.addHandler(logging.NullHandler())
    log.setLevel(logging.CRITICAL + 1)
    log.propagate = False
    server = Server(cache_folder, today=today)
    _bind(server)
    try:
        server.start_io(reader, writer)
    finally:
        server.end()
    return server.ended_well


def _bind(server: Server) -> None:
    def shut_down(_: Any) -> None:
        server.ended_well = True
        server.end()

    def initialized(_: types.InitializedParams) -> None:
        _watch(server)
        server.begin()

    def explain_rule(rule: str) -> None:
        _explain(server, rule)

    def select(uri: str, line: int, first: int, last: int) -> None:
        _select(server, uri, line, first, last)

    bind = server.feature
    bind(types.INITIALIZED)(initialized)
    bind(types.SHUTDOWN)(shut_down)
    bind(types.TEXT_DOCUMENT_DID_SAVE)(lambda params: server.save(params.text_document.uri))
    bind(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(lambda _: server.read_again())
    bind(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(lambda _: server.name_folders())
    bind(types.TEXT_DOCUMENT_HOVER)(lambda params: server.hover(params))
    kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL])
    bind(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(lambda params: server.actions(params))
    server.command(EXPLAIN)(explain_rule)
    server.command(SELECT)(select)


def _watch(server: Server) -> None:
    """Ask the editor to tell when a file changes that decides about documents."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if watched is None or not watched.dynamic_registration:
        return
    patterns = (f"**/{{{','.join(GUARDRAILS)}}}", f"**/{GUARDRAIL_FOLDER}/*")
    options = types.DidChangeWatchedFilesRegistrationOptions(
        watchers=[types.FileSystemWatcher(glob_pattern=pattern) for pattern in patterns]
    )
    registration = types.Registration(
        id="seawall-guardrails",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=options,
    )
    server.client_register_capability(types.RegistrationParams(registrations=[registration]))


def _explain(server: Server, name: str) -> None:
    """Show the words about a rule as a document of its own, else as a message."""
    rule = server.rules.get(name)
    if rule is None:
        return
    words = explain(rule)
    folder = server.cache_folder
    if folder is not None and _shows_documents(server):
        page = folder / "explain" / f"{rule.id}.md"
        with contextlib.suppress(OSError):
            page.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            page.write_text(words, encoding="utf-8")
            uri = from_fs_path(str(page))
            if uri is not None:
                server.window_show_document(types.ShowDocumentParams(uri=uri, take_focus=True))
                return
    server.window_show_message(types.ShowMessageParams(type=types.MessageType.Info, message=words))


def _select(server: Server, uri: str, line: int, first: int, last: int) -> None:
    """Put the cursor on the reason that is to be written."""
    if _shows_documents(server):
        selection = types.Range(
            start=types.Position(line=line, character=first),
            end=types.Position(line=line, character=last),
        )
        server.window_show_document(
            types.ShowDocumentParams(uri=uri, take_focus=True, selection=selection)
        )


def _shows_documents(server: Server) -> bool:
    window = server.client_capabilities.window
    return bool(window and window.show_document and window.show_document.support)
