import * as assert from "node:assert/strict";
import { test } from "node:test";

import manifest from "../package.json";

test("a workspace cannot say which program is started", () => {
  assert.equal(manifest.contributes.configuration.properties["seawall.path"].scope, "machine");
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, "limited");
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, [
    "seawall.path",
  ]);
});

test("no setting makes the client log the text of documents", () => {
  const names = Object.keys(manifest.contributes.configuration.properties);
  assert.deepEqual(names, ["seawall.path"]);
});
