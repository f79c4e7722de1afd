// Makes folders and programs to be found.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export function folder(): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "seawall-vscode-")));
}

/** Put a program named `seawall` into a folder and return its path. */
export function program(place: string): string {
  fs.mkdirSync(place, { recursive: true });
  const file = path.join(place, process.platform === "win32" ? "seawall.exe" : "seawall");
  fs.writeFileSync(file, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return file;
}
