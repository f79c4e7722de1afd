// The real server, spoken to by the library that the extension is built on. SEAWALL names it.

import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import type { Diagnostic } from "vscode-languageserver-protocol/node";

import { folder } from "./program";

const program = process.env.SEAWALL ?? "";

test("it starts, tells, follows and ends", { skip: program ? false : "SEAWALL is not set" }, async () => {
  const root = folder();
  const server = spawn(program, ["lsp"], { cwd: os.homedir(), stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const waiting: ((found: Diagnostic[]) => void)[] = [];
  connection.onNotification(PublishDiagnosticsNotification.type, ({ diagnostics }) =>
    waiting.shift()?.(diagnostics),
  );
  const told = () => new Promise<Diagnostic[]>((resolve) => waiting.push(resolve));
  connection.listen();
  const rootUri = pathToFileURL(root).href;
  const { capabilities } = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: "root" }],
    capabilities: {},
  });
  assert.ok(capabilities.hoverProvider);
  assert.deepEqual(capabilities.executeCommandProvider?.commands.sort(), [
    "seawall.explain",
    "seawall.select",
  ]);
  await connection.sendNotification(InitializedNotification.type, {});
  const uri = pathToFileURL(path.join(root, "app.py")).href;
  const key = ["-----BEGIN", "RSA", "PRIVATE", "KEY-----"].join(" ");
  const text = `url = "postgres://ada:${["xK3", "pq9", "Lw2zR7"].join("")}@db.internal/shop"\n# ${key}\n`;
  let answer = told();
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "python", version: 1, text },
  });
  const found = await answer;
  assert.ok(found.length > 0);
  assert.equal(found[0]?.range.start.line, 0);
  assert.equal(found[0]?.source, "seawall");
  answer = told();
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [
      { range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }, text: "" },
    ],
  });
  assert.deepEqual(await answer, []);
  await connection.sendRequest(ShutdownRequest.type);
  await connection.sendNotification(ExitNotification.type);
  assert.equal(await ended, 0);
  connection.dispose();
});
