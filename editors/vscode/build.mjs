// Bundles the extension into dist/extension.js, and with --tests the tests against stand-ins.

import { build } from "esbuild";

const shared = { bundle: true, platform: "node", target: "node20", format: "cjs" };

await build({
  ...shared,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  external: ["vscode"],
  minify: true,
  legalComments: "linked",
});

if (process.argv.includes("--tests")) {
  await build({
    ...shared,
    entryPoints: ["extension", "locate", "manifest", "server"].map((name) => `test/${name}.test.ts`),
    outdir: "dist/test",
    alias: { vscode: "./test/vscode.ts", "vscode-languageclient/node": "./test/client.ts" },
  });
}
