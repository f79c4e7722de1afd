import * as assert from "node:assert/strict";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";

import { activate, deactivate } from "../src/extension";
import { failure, started, State } from "./client";
import { folder, program } from "./program";
import { seen, workspace } from "./vscode";

const before = process.env.PATH;
let file = "";

function context(): any {
  return { subscriptions: [] };
}

function running(): any[] {
  return started.filter((client) => client.running);
}

beforeEach(() => {
  file = program(folder());
  process.env.PATH = path.dirname(file);
});

afterEach(async () => {
  await deactivate();
  process.env.PATH = before;
  started.length = 0;
  seen.warnings.length = seen.executed.length = seen.told.length = seen.listeners.length = 0;
  seen.settings = { path: "" };
  seen.choice = undefined;
  workspace.workspaceFolders = [];
});

test("it starts the server outside of the workspace and says so", async () => {
  await activate(context());
  const [client] = running();
  assert.equal(client.server.command, file);
  assert.deepEqual(client.server.args, ["lsp"]);
  assert.equal(client.server.options.cwd, os.homedir());
  assert.equal(client.server.options.shell, false);
  assert.equal(client.server.options.env.PYTHONSAFEPATH, "1");
  assert.deepEqual(client.options.documentSelector, [{ scheme: "file" }]);
  assert.match(seen.status.tooltip, /running 0\.1\.0/);
  assert.ok(seen.status.shown);
});

test("where there is no server, that is told with what to do", async () => {
  process.env.PATH = folder();
  await activate(context());
  assert.equal(started.length, 0);
  assert.match(seen.warnings[0] ?? "", /not on the PATH: install it with `pipx install/);
  assert.match(seen.status.text, /warning/);
});

test("a program of the workspace is not started", async () => {
  workspace.workspaceFolders = [{ uri: { fsPath: path.dirname(file) } }];
  await activate(context());
  assert.equal(started.length, 0);
});

test("restarting leaves one server, however often it is asked for", async () => {
  await activate(context());
  const restart = seen.commands.get("seawall.restart");
  await Promise.all([restart?.(), restart?.(), restart?.()]);
  assert.equal(started.length, 4);
  assert.equal(running().length, 1);
});

test("a changed setting starts the program that it names", async () => {
  await activate(context());
  const other = program(folder());
  seen.settings = { path: other };
  for (const listener of seen.listeners) {
    await listener({ affectsConfiguration: (name) => name === "seawall.path" });
  }
  assert.deepEqual(
    running().map((client) => client.server.command),
    [other],
  );
});

test("a server that cannot be started or ends is told", async () => {
  failure.next = new Error("exit 2");
  await activate(context());
  assert.match(seen.warnings[0] ?? "", /could not be started: exit 2/);
  await seen.commands.get("seawall.restart")?.();
  assert.match(seen.status.tooltip, /running/);
  running()[0].turn(State.Stopped);
  assert.match(seen.status.tooltip, /stopped; see the output/);
});

test("the status tells how it stands and offers to restart", async () => {
  await activate(context());
  seen.choice = "Restart";
  await seen.commands.get("seawall.status")?.();
  assert.match(seen.told[0] ?? "", /Seawall: running/);
  assert.equal(started.length, 2);
  seen.choice = "Settings";
  await seen.commands.get("seawall.status")?.();
  assert.deepEqual(seen.executed, [["workbench.action.openSettings", "seawall.path"]]);
});

test("the words about a rule are shown as Markdown, other documents as ever", async () => {
  await activate(context());
  const { showDocument } = running()[0].options.middleware.window;
  const passed: unknown[] = [];
  const next = async (params: unknown) => {
    passed.push(params);
    return { success: true };
  };
  const page = "file:///cache/seawall/explain/github-token.md";
  assert.deepEqual(await showDocument({ uri: page }, next), { success: true });
  assert.deepEqual(seen.executed, [["markdown.showPreview", { text: page }]]);
  await showDocument({ uri: "file:///work/readme.md", selection: {} }, next);
  await showDocument({ uri: "file:///work/a.py" }, next);
  assert.equal(passed.length, 2);
});

test("the server ends with the window", async () => {
  await activate(context());
  await deactivate();
  assert.equal(running().length, 0);
});
